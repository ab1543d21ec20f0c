"""A drive that fails as it is told to: a file behind QEMU's blkdebug, exported by FUSE, under a loop device.

qemu-storage-daemon(1); rules of blkdebug: docs/devel/testing/blkdebug.rst in QEMU. Under it may stand nbdkit(1) with a
filter: its errors come and go while the drive is in use.
"""

import os
import subprocess
import time
from pathlib import Path

from conftest import Lab
from loopdisk import LoopDisk, end_daemon, run

Rule = dict[str, str | int]


def always(iotype: str, *, sector: int | None = None, errno: int = 5) -> Rule:
    """Each request of this kind fails; with a sector, those that touch it."""
    rule: Rule = {"event": "none", "iotype": iotype, "errno": errno}
    return rule if sector is None else rule | {"sector": sector}


def once(iotype: str, *, sector: int | None = None, errno: int = 5) -> Rule:
    return always(iotype, sector=sector, errno=errno) | {"once": "on"}


class FailingDisk(LoopDisk):
    """Starts without a rule; give() puts rules in place, as a drive that goes bad between two boots."""

    daemon: subprocess.Popen[bytes] | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def export(self) -> Path:
        return self.file.with_suffix(".fuse")

    def medium(self) -> str:
        return f"driver=file,filename={self.file}"

    def attach(self) -> "FailingDisk":
        self.export.touch()
        injected = "".join(f",inject-error.{number}.{key}={value}" for number, rule in enumerate(self.rules) for key, value in rule.items())
        self.daemon = subprocess.Popen(
            ["qemu-storage-daemon", "--blockdev", f"{self.medium()},node-name=file",
             "--blockdev", f"driver=blkdebug,node-name=bad,image=file{injected}",
             "--export", f"type=fuse,id=export,node-name=bad,mountpoint={self.export},writable=on"], stdin=subprocess.DEVNULL, cwd=self.file.parent)
        while self.export.stat().st_size != self.size:
            assert self.daemon.poll() is None, "qemu-storage-daemon ended"
            time.sleep(0.01)
        # Not losetup(8): its look for older uses of the file would need the daemon's answer in time.
        self.path = run("losetup", "--find", "--show", "--direct-io=on", "--sector-size", str(self.sector), self.export).strip()
        self.forget_partitions()
        return self

    def detach(self) -> None:
        if self.path:
            try:
                self.forget_partitions()
            except OSError:
                pass  # with the daemon gone there is nobody to flush to
            subprocess.run(["losetup", "--detach", self.path], check=False)
            self.path = ""
        self.stop()

    def stop(self) -> None:
        if self.daemon:
            end_daemon(self.daemon)
            self.daemon = None
            subprocess.run(["umount", "--lazy", str(self.export)], check=False, capture_output=True)

    def kill(self) -> None:
        """The drive is pulled: every request fails from now on."""
        assert self.daemon
        self.daemon.kill()
        self.daemon.wait()

    def give(self, *rules: Rule) -> None:
        self.detach()
        self.rules = rules
        self.attach()

    def flush(self) -> None:
        """What the loop device holds back, if the drive still takes it."""
        if not self.path:
            return
        fd = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(fd)
        except OSError:
            pass
        finally:
            os.close(fd)


class ServedDisk(FailingDisk):
    """nbdkit serves its file. Injected errors (nbdkit-error-filter(1)) are at work while the file `trigger` is there."""

    words: tuple[str, ...] = ()  # filters, and their settings
    server: subprocess.Popen[bytes] | None = None

    @property
    def trigger(self) -> Path:
        return self.file.with_suffix(".bad")

    def medium(self) -> str:
        return f"driver=nbd,server.type=unix,server.path={self.socket}"

    @property
    def socket(self) -> str:
        return f"/proc/self/cwd/{self.file.stem}.nbd"  # 107 bytes are all that a socket's path may have, and nbdkit makes it absolute

    def attach(self) -> "ServedDisk":
        listening = self.file.with_suffix(".pid")
        for left in (self.file.with_suffix(".nbd"), listening):
            left.unlink(missing_ok=True)
        filters = [word for word in self.words if word.startswith("--filter=")]
        settings = [word for word in self.words if not word.startswith("--filter=")]
        if "--filter=error" in filters:
            settings.append(f"error-file={self.trigger}")
        self.server = subprocess.Popen(["nbdkit", "--foreground", "--exit-with-parent", "--unix", self.socket, "--pidfile", listening.name,
                                        *filters, "file", str(self.file), *settings], stdin=subprocess.DEVNULL, cwd=self.file.parent)
        while not listening.exists():
            assert self.server.poll() is None, "nbdkit ended"
            time.sleep(0.01)
        super().attach()
        return self

    def stop(self) -> None:
        super().stop()
        if self.server:
            self.server.kill()
            self.server.wait()
            self.server = None


def failing_disk(lab: Lab, size: int) -> FailingDisk:
    disk = FailingDisk(sparse_file(lab, size))
    lab.adopt(disk)
    disk.attach()
    return disk


def served_disk(lab: Lab, size: int, *words: str) -> ServedDisk:
    disk = ServedDisk(sparse_file(lab, size))
    disk.words = words
    lab.adopt(disk)
    disk.attach()
    return disk


def sparse_file(lab: Lab, size: int) -> Path:
    file = lab.folder / f"disk{len(lab.disks)}.img"
    with file.open("xb") as image:
        image.truncate(size)
    return file
