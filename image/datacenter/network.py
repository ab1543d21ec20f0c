"""The lab's network, in the namespace this process stands in: a bridge and one tap per server, nothing else.

No address of the host is used and nothing is routed: the lab can't reach the outside, nor it the lab.
"""

from __future__ import annotations

import subprocess

from .layout import Layout

BRIDGE = "lab0"


def tap(index: int) -> str:
    return f"tap{index}"


def make(layout: Layout) -> None:
    commands = ["link set lo up", f"link add {BRIDGE} type bridge stp_state 0 mcast_snooping 0",
                f"addr add {layout.network} dev {BRIDGE}", f"link set {BRIDGE} up"]
    for index, _ in enumerate(layout.servers):
        commands += [f"tuntap add {tap(index)} mode tap", f"link set {tap(index)} master {BRIDGE} up"]
    for command in commands:
        done = subprocess.run(["ip", *command.split()], capture_output=True, text=True)
        if done.returncode != 0:
            raise OSError(f"ip {command}: {done.stderr.strip()}")
