"""A run of the agent that stands still at a known place, for as long as a test wants: no timing, a lock."""

import fcntl
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loopdisk import LoopDisk


class Stall:
    """A shared lock on a drive lets the agent's look pass, and not its work: that waits for an exclusive one."""

    def __init__(self, disk: LoopDisk) -> None:
        self.lock = os.open(disk.path, os.O_RDONLY)
        fcntl.flock(self.lock, fcntl.LOCK_SH)

    def waiting(self) -> int:
        """How many runs stand still at it."""
        number = f":{os.fstat(self.lock).st_ino} "
        return sum(" -> FLOCK  ADVISORY  WRITE " in line and number in line for line in Path("/proc/locks").read_text().splitlines())

    def wait_for(self, run: subprocess.Popen[str]) -> None:
        """Until the run stands still before its first write."""
        while self.waiting() == 0:
            assert run.poll() is None, "the drive's lock broke: the run did not wait for it"
            time.sleep(0.01)

    def end(self) -> None:
        if self.lock >= 0:
            os.close(self.lock)
        self.lock = -1


@contextmanager
def stalled(disk: LoopDisk) -> Iterator[Stall]:
    stall = Stall(disk)
    try:
        yield stall
    finally:
        stall.end()
