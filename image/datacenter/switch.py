"""The top-of-rack switch as a server sees it: a real lldpd on each tap that says the rack's chassis and the port's name."""

from __future__ import annotations

from pathlib import Path

from .layout import Server
from .network import tap


def argv(index: int, folder: Path) -> list[str]:
    return ["lldpd", "-d", "-k", "-I", tap(index), "-C", tap(index), "-u", str(folder / "lldpd.sock")]


def configuration(server: Server, index: int, folder: Path) -> list[list[str]]:
    """lldpcli calls that give the daemon its switch; they wait for its socket by themselves."""
    said = [
        f"configure system hostname {server.switch.name}",
        f"configure system chassisid {server.switch.chassis}",
        f"configure system description footing-lab-switch",
        f"configure ports {tap(index)} lldp portidsubtype local {server.port}",
        f"configure ports {tap(index)} lldp portdescription {server.name}",
        "configure lldp tx-interval 5",
        "resume", "update",
    ]
    return [["lldpcli", "-u", str(folder / "lldpd.sock"), *line.split()] for line in said]
