"""Every test gets a Lab: disks, a configuration and a mount root of its own, all gone afterwards."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import Answer, configuration, run_agent
from loopdisk import GIB, LoopDisk, mounts, own_run_folder, run

FORMATS = Path("/run/footing/formats")  # agent/run/format_count.hpp
SEEN = Path("/run/footing/seen")  # agent/run/seen_drives.hpp
VANISHED = Path("/run/footing/vanished")  # agent/run/vanished_mounts.hpp
SCRATCH = Path(os.environ.get("FOOTING_SCRATCH", "/var/tmp/footing-disk-tests"))


def pytest_sessionstart() -> None:
    if os.geteuid() != 0:
        raise pytest.UsageError("the disk tests must run as root: they make loop devices and mounts")
    # A mount namespace of our own: whatever stays mounted is gone with this process.
    os.unshare(os.CLONE_NEWNS)
    # In the toolbox "/" is a chroot, no mount point; there everything is private already.
    if " shared:" in Path("/proc/self/mountinfo").read_text():
        run("mount", "--make-rprivate", "/")
    own_run_folder()
    # So that the fixtures clean up when ctest's time limit ends us.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=1))
    remove_what_dead_runs_left()


def remove_what_dead_runs_left() -> None:
    """A run that was killed outright leaves its loop devices; its folder begins with its process id."""
    for folder in SCRATCH.glob("*-*") if SCRATCH.exists() else ():
        owner = folder.name.partition("-")[0]
        if Path(f"/proc/{owner}").exists():
            continue
        for image in folder.rglob("*.img"):
            for line in run("losetup", "--associated", image).splitlines():
                run("losetup", "--detach", line.partition(":")[0])
        subprocess.run(["chattr", "-R", "-i", str(folder)], capture_output=True, check=False)
        subprocess.run(["rm", "-rf", "--one-file-system", str(folder)], capture_output=True, check=False)


class Lab:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mount_root = folder / "mnt"
        self.mount_root.mkdir(parents=True)
        self.config_file = folder / "footing.yaml"
        self.disks: list[LoopDisk] = []
        for of_this_boot in (FORMATS, SEEN, VANISHED):
            of_this_boot.unlink(missing_ok=True)

    def make_disk(self, size: int = 4 * GIB, sector: int = 512, *, in_memory: bool = False) -> LoopDisk:
        if in_memory and str(self.folder / "memory") not in mounts().values():
            (self.folder / "memory").mkdir()
            run("mount", "-t", "tmpfs", "-o", "size=4G", "tmpfs", self.folder / "memory")
        file = (self.folder / "memory" if in_memory else self.folder) / f"disk{len(self.disks)}.img"
        with file.open("xb") as image:
            image.truncate(size)
        return self.adopt(LoopDisk(file, sector).attach())

    def adopt(self, disk: LoopDisk) -> LoopDisk:
        self.disks.append(disk)
        return disk

    def drop(self, disk: LoopDisk) -> None:
        self.disks.remove(disk)
        disk.detach()
        disk.file.unlink()

    def copy_of(self, disk: LoopDisk) -> LoopDisk:
        disk.flush()
        file = self.folder / f"disk{len(self.disks)}.img"
        run("cp", "--sparse=always", disk.file, file)
        return self.adopt(LoopDisk(file, disk.sector).attach())

    def configure(self, **more: str) -> Path:
        self.config_file.write_text(configuration(self.disks, self.mount_root, **more))
        return self.config_file

    def footing(self, *arguments: str) -> Answer:
        return run_agent("--config", self.config_file, *arguments)

    def apply(self) -> Answer:
        return self.footing("apply", "--json")

    def plan(self) -> Answer:
        return self.footing("plan", "--json")

    def enrolled_disk(self, **how: int) -> LoopDisk:
        """A disk that footing has enrolled, and a power cycle later: nothing mounted, no partition node."""
        disk = self.make_disk(**how)
        self.configure()
        answer = self.apply()
        assert (answer.status, answer.disk(disk)["outcome"]) == (0, "enrolled"), answer
        self.power_cycle()
        return disk

    def unmount_all(self) -> None:
        for where in [w for w in mounts().values() if w.startswith(str(self.mount_root))]:
            run("umount", where)

    def power_cycle(self) -> None:
        """Nothing mounted, no partition nodes, other kernel names perhaps, empty page cache."""
        self.unmount_all()
        for disk in self.disks:
            disk.detach()
        for disk in self.disks:
            disk.attach()
        self.configure()

    def assert_held(self, verdict: str, code: str, *, action: str = "none") -> None:
        """All disks get this verdict from plan and apply, and no byte of them is written."""
        before = {d.path: (d.fingerprint(), d.traffic()) for d in self.disks}
        planned = self.plan()
        applied = self.apply()
        for disk in self.disks:
            for answer in (planned, applied):
                entry = answer.disk(disk)
                codes = [reason["code"] for reason in entry["reasons"]]
                assert (entry["verdict"], entry["action"]) == (verdict, action), entry
                assert code in codes, entry
                assert all(reason["sentence"] for reason in entry["reasons"])
            assert applied.disk(disk)["outcome"] == ("none" if verdict == "excluded" else "held")
            fingerprint, traffic = before[disk.path]
            assert disk.traffic() == traffic, f"{disk.path} was written to"
            assert disk.fingerprint() == fingerprint, f"bytes of {disk.path} changed"
        expected = 0 if verdict == "excluded" else 3
        assert (planned.status, applied.status) == (expected, expected)

    def close(self) -> None:
        failures = []
        for clean in [self.unmount_all, *(d.detach for d in self.disks)]:
            try:
                clean()
            except (AssertionError, OSError) as error:
                failures.append(str(error))
        subprocess.run(["chattr", "-R", "-i", str(self.mount_root)], capture_output=True, check=False)
        subprocess.run(["umount", "--lazy", str(self.folder / "memory")], capture_output=True, check=False)
        subprocess.run(["rm", "-rf", "--one-file-system", str(self.folder)], capture_output=True, check=False)
        assert not failures, "clean-up failed: " + "; ".join(failures)


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    folder = SCRATCH / f"{os.getpid()}-{name}"[:60]
    made = Lab(folder)
    try:
        yield made
    finally:
        made.close()
