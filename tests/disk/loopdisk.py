"""Loop devices over sparse files, and what can be said about their bytes and their traffic."""

import ctypes
import errno
import fcntl
import hashlib
import os
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

MIB = 1 << 20
GIB = 1 << 30
BLOCK = 4096
BLKPG = 0x1269
BLKPG_DEL_PARTITION = 2


def run(*argv: str | Path, stdin: bytes = b"") -> str:
    """Runs a tool that must succeed, and gives what it printed."""
    done = subprocess.run([str(a) for a in argv], input=stdin, capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, argv))} failed with {done.returncode}:\n{done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout.decode()


def end_daemon(daemon: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL where qemu-storage-daemon takes that and goes on waiting: seen twice in some sixty runs beside
    other work. What was written is in its files by then."""
    daemon.terminate()
    try:
        daemon.wait(10)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


@dataclass
class Traffic:
    """/sys/block/NAME/stat (Documentation/block/stat.rst): what was written and discarded since boot."""

    written_sectors: int
    discards: int
    discarded_sectors: int


@dataclass
class LoopDisk:
    file: Path
    sector: int = 512
    read_only: bool = False
    path: str = field(default="")

    @property
    def name(self) -> str:
        return self.path.removeprefix("/dev/")

    @property
    def size(self) -> int:
        return self.file.stat().st_size

    def attach(self) -> "LoopDisk":
        options = ["--read-only"] if self.read_only else []
        self.path = run("losetup", "--find", "--show", "--sector-size", str(self.sector), *options, self.file).strip()
        self.forget_partitions()  # of an earlier use of this device, by who was killed: losetup --detach leaves them
        return self

    def detach(self) -> None:
        if not self.path:
            return
        self.forget_partitions()
        run("losetup", "--detach", self.path)
        self.path = ""

    def forget_partitions(self) -> None:
        """What a power-off does to partition nodes. This kernel scans no tables, so the agent makes them itself."""
        numbers = [int(p.read_text()) for p in Path(f"/sys/class/block/{self.name}").glob(f"{self.name}p*/partition")]
        fd = os.open(self.path, os.O_RDONLY)
        try:
            for number in numbers:  # linux/blkpg.h: struct blkpg_ioctl_arg, struct blkpg_partition
                partition = ctypes.create_string_buffer(struct.pack("=qqi64s64s", 0, 0, number, b"", b"") + b"\0" * 4)
                argument = struct.pack("@iiiP", BLKPG_DEL_PARTITION, 0, len(partition), ctypes.addressof(partition))
                self.delete(fd, argument)
        finally:
            os.close(fd)

    @staticmethod
    def delete(fd: int, argument: bytes) -> None:
        """Somebody else's look at all block devices (pvcreate, blkid) may have it open just now."""
        until = time.monotonic() + 60
        while True:
            try:
                fcntl.ioctl(fd, BLKPG, argument)
                return
            except OSError as error:
                if error.errno != errno.EBUSY or time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def flush(self) -> None:
        """Brings what was written through the device into the file."""
        if self.path:
            fd = os.open(self.path, os.O_RDONLY)
            os.fsync(fd)
            os.close(fd)

    def nonzero_blocks(self) -> Iterator[tuple[int, bytes]]:
        """Every block that isn't all 0, with its place. Only what the file has data for is read."""
        self.flush()
        zeros = bytes(MIB)
        fd = os.open(self.file, os.O_RDONLY)
        try:
            end = 0
            while True:
                try:
                    start = os.lseek(fd, end, os.SEEK_DATA)
                except OSError:  # ENXIO: no data behind
                    return
                end = os.lseek(fd, start, os.SEEK_HOLE)
                for offset in range(start // BLOCK * BLOCK, end, MIB):
                    piece = os.pread(fd, min(MIB, end - offset), offset)
                    if piece == zeros[: len(piece)]:
                        continue
                    for at in range(0, len(piece), BLOCK):
                        block = piece[at : at + BLOCK]
                        if block != zeros[: len(block)]:
                            yield offset + at, block
        finally:
            os.close(fd)

    def fingerprint(self) -> str:
        """A hash of every byte that isn't 0, with its place."""
        digest = hashlib.sha256(str(self.size).encode())
        for offset, block in self.nonzero_blocks():
            digest.update(f"{offset}:".encode() + block)
        return digest.hexdigest()

    def read(self, offset: int, size: int) -> bytes:
        self.flush()
        with self.file.open("rb") as file:
            return os.pread(file.fileno(), size, offset)

    def write(self, offset: int, data: bytes) -> None:
        """Through the device, so that its page cache has it too."""
        fd = os.open(self.path, os.O_RDWR)
        try:
            assert os.pwrite(fd, data, offset % self.size) == len(data)
            os.fsync(fd)
        finally:
            os.close(fd)

    def traffic(self) -> Traffic:
        self.flush()
        n = [int(word) for word in Path(f"/sys/class/block/{self.name}/stat").read_text().split()]
        return Traffic(n[6], n[11], n[13])  # not n[4]: the flush above counts there


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Its filesystem, until then."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (BLOCK, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def gone_from_the_kernel(where: str, cover: Path) -> Iterator[None]:
    """In our mount namespace: of all block devices by number, the one that is mounted there is missing."""
    device = os.stat(where).st_dev
    cover.mkdir()
    for link in Path("/sys/dev/block").iterdir():
        if link.name != f"{os.major(device)}:{os.minor(device)}":
            (cover / link.name).symlink_to(link.readlink())
    run("mount", "--bind", cover, "/sys/dev/block")
    try:
        yield
    finally:
        run("umount", "/sys/dev/block")


def own_run_folder() -> None:
    """What the agent keeps per boot, its lock and its count of formats, is each test program's own. In a mount namespace
    of ours."""
    folder = Path("/run/footing")
    folder.mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", folder)


def mounts() -> dict[str, str]:
    """Mount point of each source, from the mount namespace of this process."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return {line.split()[0]: line.split()[1] for line in lines}
