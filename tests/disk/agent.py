"""The agent as its users run it: a configuration file, a command, an exit status and one JSON object."""

import ctypes
import json
import os
import signal
import struct
import subprocess
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopdisk import LoopDisk

PROGRAM = os.environ.get("FOOTING", "footing")
MACHINE = "4c4c4544-0042-3510-8054-b4c04f4d3232"
OTHER_MACHINE = "11111111-2222-4333-8444-555555555555"
CLUSTER = "par-1"
SLOTS = (1048576 - 8192, 1048576 - 4096)
INTENT, COMMITTED = 1, 2
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass
class Answer:
    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)

    def disk(self, disk: LoopDisk) -> dict[str, Any]:
        (found,) = [d for d in self.json["disks"] if d["path"] == disk.path]
        return found


def configuration(disks: list[LoopDisk], mount_root: Path, *, cluster: str = CLUSTER, machine: str = MACHINE, more: str = "",
                  rule: str = "") -> str:
    paths = ", ".join(disk.path for disk in disks if disk.path)
    return f"""cluster: {cluster}
machine: {machine}
disks:
  - name: test
    match: {{path: [{paths}]}}
    identity: none
    role: object
    filesystem: {{type: xfs, options: [noatime]}}
    mount_point: {mount_root}/{{label}}
{rule}{more}"""


def run_agent(*arguments: str | Path) -> Answer:
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False,
                          stdin=subprocess.DEVNULL)
    return Answer(done.returncode, done.stdout, done.stderr)


def run_until(line_has: str, *arguments: str | Path) -> bool:
    """Starts the agent and kills all of it with SIGKILL when a line of its progress says so. False if none did."""
    return _run_and_kill(arguments, lambda agent: any(line_has in line for line in agent.stderr))


def run_for(seconds: float, *arguments: str | Path) -> bool:
    """Starts the agent and kills all of it with SIGKILL after that time. False if it had ended by then."""

    def wait(agent: subprocess.Popen[str]) -> bool:
        time.sleep(seconds)
        return agent.poll() is None

    return _run_and_kill(arguments, wait)


def _run_and_kill(arguments: tuple[str | Path, ...], now: Callable[[Any], bool]) -> bool:
    # The agent's orphans become ours, so that their end can be waited for.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    agent = subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True, start_new_session=True)
    killed = now(agent)
    try:
        os.killpg(agent.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    agent.communicate()
    _wait_for_group(agent.pid)
    return killed


def _wait_for_group(group: int) -> None:
    """SIGKILL is asynchronous: a worker inside a write must be gone before the disk is looked at."""
    while True:
        try:
            os.waitpid(-group, 0)
        except ChildProcessError:
            return


def crc32c(data: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


@dataclass
class LedgerRecord:
    """An independent reading of a ledger slot: the layout is agent/model/ledger.cpp's."""

    state: int
    sequence: int
    disk_id: str
    cluster: str
    label: str


def ledger(disk: LoopDisk) -> list[LedgerRecord | None]:
    records: list[LedgerRecord | None] = []
    for offset in SLOTS:
        slot = disk.read(offset, 4096)
        if slot[:8] != b"FOOTLEDG":
            records.append(None)
            continue
        assert struct.unpack_from("<I", slot, 508)[0] == crc32c(slot[:508]), f"CRC of the slot at {offset}"
        version, state, sequence = struct.unpack_from("<IIQ", slot, 8)
        assert version == 1
        text = lambda at: slot[at : slot.index(b"\0", at)].decode()  # noqa: E731
        records.append(LedgerRecord(state, sequence, str(uuid.UUID(bytes=slot[24:40])), text(120), text(344)))
    return records
