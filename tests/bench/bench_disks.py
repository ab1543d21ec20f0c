"""The disks of the benchmarks: loop devices over sparse files of 16 TiB - 4 KiB."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "disk"))

from loopdisk import LoopDisk, mounts, run  # noqa: E402

GIB = 1 << 30
SIZE = (16 << 40) - 4096  # ext4's largest file
EACH = 17 * GIB // 8      # what an XFS of that size takes in its file: its log, 2 GiB, and a little


def need_space(count: int, scratch: Path) -> None:
    """Ends the program with a sentence where there is too little: mkfs.xfs would only say that it can't write."""
    free = shutil.disk_usage(scratch).free
    if free < count * EACH:
        sys.exit(f"bench: {count} disks need {count * EACH / GIB:.0f} GiB free in {scratch}, there are {free / GIB:.0f}: "
                 "take fewer --disks or another --scratch")


@contextlib.contextmanager
def fresh_disks(count: int, scratch: Path) -> Iterator[tuple[list[LoopDisk], Path]]:
    """Blank disks, and a folder for what belongs to them; what is mounted below it is unmounted, and all goes."""
    need_space(count, scratch)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=scratch))
    (folder / "mnt").mkdir()
    disks: list[LoopDisk] = []
    try:
        for number in range(count):
            file = folder / f"disk{number}.img"
            with file.open("xb") as image:
                image.truncate(SIZE)
            disks.append(LoopDisk(file).attach())
        os.sync()
        yield disks, folder
    finally:
        for where in [w for w in mounts().values() if w.startswith(str(folder))]:
            run("umount", where)
        for disk in disks:
            disk.detach()
        subprocess.run(["chattr", "-R", "-i", str(folder)], capture_output=True, check=False)
        shutil.rmtree(folder)
