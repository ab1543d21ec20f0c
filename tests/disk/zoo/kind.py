"""A kind of drive: its name, who makes it, and the mark by which each of its superblocks is known."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from loopdisk import GIB, MIB, LoopDisk, run

Make = Callable[[LoopDisk], None]
TIB = 1 << 40


@dataclass(frozen=True)
class Kind:
    name: str
    make: Make
    source: str  # the tool, or where the format is published
    mark: bytes = b""  # stands in every superblock and copy; empty: the kind has none
    copies: int = 1  # so many superblocks at least carry the mark
    size: int = GIB
    blkid: str = ""  # what libblkid must call it: the proof that it is what it claims; empty: libblkid doesn't know it
    sector: int = 512
    placed: bool = True  # False: its marks lie where somebody chose, no format says it
    partitioned: bool = False  # it lies in a partition already
    whole: bool = True  # False: every variant of it says the same, it is tried as it is


@dataclass(frozen=True)
class Image:
    """What a drive holds: its blocks of 4 KiB that aren't all 0."""

    size: int
    sector: int
    blocks: dict[int, bytes]

    def superblocks(self, mark: bytes) -> list[int]:
        """The offset of every mark."""
        found = []
        for offset, block in sorted(self.blocks.items()):
            at = block.find(mark)
            while mark and at >= 0:
                found.append(offset + at)
                at = block.find(mark, at + 1)
        return found

    @staticmethod
    def of(disk: LoopDisk) -> "Image":
        same: dict[bytes, bytes] = {}
        return Image(disk.size, disk.sector, {offset: same.setdefault(block, block) for offset, block in disk.nonzero_blocks()})


def tool(*argv: str, stdin: bytes = b"", before: Make | None = None) -> Make:
    """A program that must succeed; "@" is the drive."""

    def make(disk: LoopDisk) -> None:
        if before:
            before(disk)
        run(*(a.replace("@", disk.path) for a in argv), stdin=stdin)

    return make


def bytes_at(*pieces: tuple[int, bytes]) -> Make:
    """Bytes at places; a negative place counts from the end of the drive."""

    def make(disk: LoopDisk) -> None:
        for offset, data in pieces:
            put(disk, offset, data)

    return make


def both(*makes: Make) -> Make:
    def make(disk: LoopDisk) -> None:
        for each in makes:
            each(disk)

    return make


def put(disk: LoopDisk, offset: int, data: bytes) -> None:
    """Into the file below the drive, at any place; the drive's cache is dropped by the next attach."""
    with disk.file.open("r+b") as file:
        file.seek(offset if offset >= 0 else disk.size + offset)
        file.write(data)


def on_a_drive_of_its_own(make: Make, size: int, folder: Path, sector: int = 512) -> Image:
    """Makes a kind on a sparse file that exists only meanwhile."""
    file = folder / "inner.img"
    with file.open("xb") as image:
        image.truncate(size)
    disk = LoopDisk(file, sector).attach()
    try:
        make(disk)
        disk.detach()
        return Image.of(disk)
    finally:
        disk.detach()
        file.unlink()


def inside(make: Make, offset: int, size: int) -> Make:
    """The same, in a part of the drive: what a partition or a volume holds."""

    def place(disk: LoopDisk) -> None:
        folder = disk.file.parent / "inner"
        folder.mkdir(exist_ok=True)
        for at, block in on_a_drive_of_its_own(make, size, folder, disk.sector).blocks.items():
            put(disk, offset + at, block)

    return place


def le(layout: str, *values: int | bytes) -> bytes:
    return struct.pack("<" + layout, *values)


def be(layout: str, *values: int | bytes) -> bytes:
    return struct.pack(">" + layout, *values)


def padded(*pieces: tuple[int, bytes], size: int) -> bytes:
    """A structure of that size with fields at their offsets."""
    block = bytearray(size)
    for at, data in pieces:
        block[at : at + len(data)] = data
    return bytes(block)


__all__ = ["GIB", "MIB", "TIB", "Image", "Kind", "LoopDisk", "Make", "be", "both", "bytes_at", "inside", "le", "on_a_drive_of_its_own",
"padded",
           "put", "run", "tool"]
