"""Loop devices over files in memory that take one state after another, one device for each recording.

Each recording has a device of its own because each has a disk id of its own: two disks with one id are held as copies.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "disk"))
from agent import Answer, configuration, run_agent  # noqa: E402
from loopdisk import LoopDisk, mounts, run  # noqa: E402
from writelog import SECTOR, Recording, Sectors  # noqa: E402

BLKFLSBUF = 0x1261
CUSTOMER_FILE = "customer"
CUSTOMER_TEXT = b"a customer's bytes, acknowledged\n"
DEADLINES = "deadlines: {observe: 100 s}\n"  # a verdict must not depend on how busy this machine is
QUICK_PROOF = "proof: {window: 8 MiB, samples: 16}\n"


def unmount_under(root: Path) -> None:
    for where in [w for w in mounts().values() if w.startswith(f"{root}/")]:
        run("umount", where)


def remove_tree(folder: Path) -> None:
    """With the immutable folders that stand under mount points."""
    subprocess.run(["chattr", "-R", "-i", str(folder)], capture_output=True, check=False)
    subprocess.run(["rm", "-rf", "--one-file-system", str(folder)], check=True)


def remove_what_dead_runs_left(scratch: Path) -> None:
    """A run that was killed outright leaves loop devices and its folder, whose name begins with its process id."""
    for folder in scratch.glob("[0-9]*-*"):
        if Path(f"/proc/{folder.name.partition('-')[0]}").exists():
            continue
        for line in run("losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE").splitlines():
            name, _, file = line.partition(" ")
            if file.strip().startswith(f"{folder}/"):
                run("losetup", "--detach", name)
        remove_tree(folder)


@dataclass
class Slot:
    recording: Recording
    disk: LoopDisk
    now: Sectors = field(default_factory=dict)  # what the file holds, while only put() has written to it

    def put(self, wanted: Sectors) -> None:
        """Makes the file hold exactly this, and the kernel forget what it had cached."""
        changed = sorted(s for s in self.now.keys() | wanted.keys() if self.now.get(s) != wanted.get(s))
        zeros = bytes(SECTOR)
        with self.disk.file.open("r+b", buffering=0) as file:
            for first, last in runs(changed):
                file.seek(first * SECTOR)
                file.write(b"".join(wanted.get(s, zeros) for s in range(first, last + 1)))
        self.now = wanted
        self.forget_caches()

    def forget_caches(self) -> None:
        self.disk.forget_partitions()
        fd = os.open(self.disk.path, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, BLKFLSBUF, 0)
        finally:
            os.close(fd)

    def renew(self) -> None:
        """An empty file again: something else than put() may have written to it."""
        self.now = {}
        os.truncate(self.disk.file, 0)
        os.truncate(self.disk.file, self.recording.size)


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for n in numbers:
        if result and n == result[-1][1] + 1:
            result[-1] = (result[-1][0], n)
        else:
            result.append((n, n))
    return result


class DiskSet:
    """All slots, a configuration and a mount root. Closes everything it made."""

    def __init__(self, recordings: list[Recording], folder: Path) -> None:
        self.folder = folder
        self.memory = folder / "memory"
        self.mount_root = folder / "mnt"
        self.config = folder / "footing.yaml"
        self.slots: dict[str, Slot] = {}
        self.memory.mkdir(parents=True)
        self.mount_root.mkdir()
        run("mount", "-t", "tmpfs", "-o", "size=12G", "tmpfs", self.memory)
        try:
            for recording in recordings:
                file = self.memory / f"{recording.name}.img"
                file.touch()
                os.truncate(file, recording.size)
                self.slots[recording.name] = Slot(recording, LoopDisk(file, recording.sector).attach())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "DiskSet":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def footing(self, names: Iterable[str], *arguments: str, proof: str = QUICK_PROOF) -> Answer:
        """Runs the agent on the disks of these recordings only."""
        self.config.write_text(configuration([self.slots[n].disk for n in names], self.mount_root, more=DEADLINES + proof))
        return run_agent("--config", self.config, *arguments)

    def unmount(self) -> None:
        unmount_under(self.mount_root)

    def power_cycle(self, names: Iterable[str]) -> None:
        """Nothing mounted, no partition nodes, nothing cached."""
        self.unmount()
        for name in names:
            self.slots[name].forget_caches()

    def forget_mount_points(self) -> None:
        """The guarded folders of disk ids that won't come again."""
        remove_tree(self.mount_root)
        self.mount_root.mkdir()

    def close(self) -> None:
        self.unmount()
        for slot in self.slots.values():
            slot.disk.detach()
        run("umount", "--lazy", self.memory)  # a loop device that somebody looks at just now goes a moment later
        remove_tree(self.folder)
