"""What happens to drives before they reach us: each variant turns an image into another."""

import random
from collections.abc import Callable
from dataclasses import replace

from loopdisk import BLOCK, MIB
from zoo.kind import Image, Kind


def _without(image: Image, start: int, end: int) -> Image:
    return replace(image, blocks={at: block for at, block in image.blocks.items() if not start <= at < end})


def wiped_head(size: int) -> Callable[[Image, Kind], Image]:
    """dd if=/dev/zero of=DISK bs=SIZE count=1"""
    return lambda image, _: _without(image, 0, size)


def wiped_ends(image: Image, _: Kind) -> Image:
    """What a careful person does: head and tail, as much as footing's windows."""
    return _without(_without(image, 0, 16 * MIB), image.size - 16 * MIB, image.size)


def flipped(image: Image, kind: Kind) -> Image:
    """One byte of each superblock, or of the first block where the kind has none."""
    blocks = dict(image.blocks)
    first = min(blocks)
    for place in image.superblocks(kind.mark) or [first + next(i for i, byte in enumerate(blocks[first]) if byte)]:
        at, within = place // BLOCK * BLOCK, place % BLOCK
        block = bytearray(blocks[at])
        block[within] ^= 0x40
        blocks[at] = bytes(block)
    return replace(image, blocks=blocks)


def damaged(image: Image, kind: Kind) -> Image:
    """Noise behind the mark of the main superblock, which is the first, as far as a sector; its copies stay. Of a mark at
    its block's end, before it."""
    first = (image.superblocks(kind.mark) or [min(image.blocks)])[0]
    at, within = first // BLOCK * BLOCK, first % BLOCK
    start = within + 16 if within + 512 <= BLOCK else 0
    block = bytearray(image.blocks[at])
    block[start : start + 496] = random.Random(first).randbytes(496)
    return replace(image, blocks=image.blocks | {at: bytes(block)})


def other_sector_size(image: Image, _: Kind) -> Image:
    return replace(image, sector=4096 if image.sector == 512 else 512)


def in_a_lost_partition(image: Image, _: Kind) -> Image:
    """The partition began at 1 MiB, and every byte of the tables is gone."""
    return replace(image, size=image.size + 2 * MIB, blocks={at + MIB: block for at, block in image.blocks.items()})


VARIANTS: dict[str, Callable[[Image, Kind], Image]] = {
    "as it is": lambda image, _: image,
    "first 4 KiB wiped": wiped_head(4 << 10),
    "first 64 KiB wiped": wiped_head(64 << 10),
    "first 1 MiB wiped": wiped_head(MIB),
    "both ends wiped": wiped_ends,
    "the main superblock damaged": damaged,
    "a byte of each superblock flipped": flipped,
    "read with the other sector size": other_sector_size,
    "in a lost partition": in_a_lost_partition,
}


def states(image: Image, kind: Kind) -> list[tuple[str, Image]]:
    if not kind.whole:
        return [("as it is", image)]
    return [(name, change(image, kind)) for name, change in VARIANTS.items() if not (kind.partitioned and change is in_a_lost_partition)]
