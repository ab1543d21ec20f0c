"""Images that somebody keeps: FOOTING_ZOO_IMAGES names folders of *.img.xz, as util-linux has in tests/ts/blkid/images-fs."""

import lzma
import os
from pathlib import Path

from zoo.kind import MIB, Kind, LoopDisk, Make, put


def unpacked(file: Path) -> Make:
    """A small image is cut in two: its first half begins the drive, its second half ends it."""

    def make(disk: LoopDisk) -> None:
        data = lzma.decompress(file.read_bytes())
        if len(data) >= disk.size:
            put(disk, 0, data)
            return
        half = len(data) // 2 // 4096 * 4096
        put(disk, 0, data[:half])
        put(disk, half - len(data), data[half:])

    return make


def size_of(file: Path) -> int:
    return max(512 * MIB, -(-len(lzma.decompress(file.read_bytes())) // 4096) * 4096)


KINDS = [Kind(file.name, unpacked(file), str(file.parent), size=size_of(file), whole=False)
         for folder in os.environ.get("FOOTING_ZOO_IMAGES", "").split(":") if folder for file in sorted(Path(folder).glob("*.img.xz"))]
