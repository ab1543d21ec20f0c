"""Serial numbers for loop devices, which have none: a file laid over their folder in sysfs, in our mount namespace only."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from loopdisk import LoopDisk, run


def _folder(disk: LoopDisk) -> Path:
    return Path(f"/sys/devices/virtual/block/{disk.name}")


@contextmanager
def serial_number(disk: LoopDisk, serial: str) -> Iterator[None]:
    """The agent reads <sys>/class/block/NAME/serial, as virtio drives have it."""
    with _laid_over(disk) as upper:
        (upper / "serial").write_text(serial + "\n")
        _lay(disk, upper)
        yield


@contextmanager
def unreadable_fact(disk: LoopDisk, name: str) -> Iterator[None]:
    """There, and not readable: a folder, EISDIR."""
    with _laid_over(disk) as upper:
        (upper / name).mkdir()
        _lay(disk, upper)
        yield


@contextmanager
def hanging_fact(disk: LoopDisk, name: str) -> Iterator[None]:
    """A pipe that nobody writes to: whoever opens it waits for ever."""
    with _laid_over(disk) as upper:
        os.mkfifo(upper / name)
        _lay(disk, upper)
        yield


@contextmanager
def another_drive_after(disk: LoopDisk, serial: str, readings: int) -> Iterator[None]:
    """The serial number is this one as many times as it is read, then another: the drive was swapped."""
    with _laid_over(disk) as upper:
        os.mkfifo(upper / "serial")
        _lay(disk, upper)
        ended = threading.Event()

        def answer() -> None:
            count = 0
            while not ended.is_set():
                with (_folder(disk) / "serial").open("w") as reader:
                    # Our open() ends before the reader's, whose descriptor is then seen to come and to go: one answer for each reading.
                    while not ended.is_set() and not _is_open_elsewhere(_folder(disk) / "serial"):
                        time.sleep(0.005)
                    reader.write(serial if count < readings else "OTHER")
                count += 1
                while _is_open_elsewhere(_folder(disk) / "serial"):
                    time.sleep(0.005)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            fd = os.open(_folder(disk) / "serial", os.O_RDONLY | os.O_NONBLOCK)  # lets it go
            thread.join()
            os.close(fd)


def _is_open_elsewhere(pipe: Path) -> bool:
    """Who waits to open it has it not open yet."""
    ours = pipe.stat()
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):  # it may be gone by now
            if descriptor.parts[2] != str(os.getpid()) and os.path.samestat(descriptor.stat(), ours):
                return True
    return False


@contextmanager
def _laid_over(disk: LoopDisk) -> Iterator[Path]:
    upper = disk.file.parent / f"sysfs-{disk.name}"
    upper.mkdir()
    try:
        yield upper
    finally:
        run("umount", _folder(disk))
        for file in upper.iterdir():
            file.rmdir() if file.is_dir() else file.unlink()
        upper.rmdir()


def _lay(disk: LoopDisk, upper: Path) -> None:
    run("mount", "-t", "overlay", "-o", f"ro,lowerdir={upper}:{_folder(disk)}", "overlay", _folder(disk))
