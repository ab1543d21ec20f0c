"""Reads a QR code as a phone does (ISO/IEC 18004), without correcting errors: of versions 1 to 6, in bytes."""

from __future__ import annotations

import re

# Data code words at level M: of each block, so many blocks; versions 1 to 6 at M have blocks of one length.
BLOCKS = {1: (16, 1), 2: (28, 1), 3: (44, 1), 4: (32, 2), 5: (43, 2), 6: (27, 4)}
MASKS = (lambda y, x: (y + x) % 2, lambda y, x: y % 2, lambda y, x: x % 3, lambda y, x: (y + x) % 3, lambda y, x: (y // 2 + x // 3) % 2,
         lambda y, x: y * x % 2 + y * x % 3, lambda y, x: (y * x % 2 + y * x % 3) % 2, lambda y, x: ((y + x) % 2 + y * x % 3) % 2)


def modules(svg: str) -> list[list[int]]:
    """The squares of our drawing: each row's black runs, behind a quiet zone of four."""
    match = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert match is not None
    width = int(match.group(1)) - 8
    grid = [[0] * width for _ in range(width)]
    for x, y, run, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", svg):
        assert run == back
        for at in range(int(run)):
            grid[int(y) - 4][int(x) - 4 + at] = 1
    return grid


def read(svg: str) -> bytes:
    grid = modules(svg)
    width = len(grid)
    version = (width - 17) // 4
    info = 0
    for x in (0, 1, 2, 3, 4, 5, 7, 8):
        info = info << 1 | grid[8][x]
    for y in (7, 5, 4, 3, 2, 1, 0):
        info = info << 1 | grid[y][8]
    info ^= 0b101010000010010
    assert info >> 13 == 0b00, "level M"
    mask = MASKS[info >> 10 & 7]

    def fixed(y: int, x: int) -> bool:
        corner = (y < 9 and x < 9) or (y < 9 and x >= width - 8) or (y >= width - 8 and x < 9)
        aligned = version > 1 and abs(y - (width - 7)) <= 2 and abs(x - (width - 7)) <= 2
        return corner or aligned or y == 6 or x == 6
    bits = []
    x, upwards = width - 1, True
    while x > 0:
        x -= x == 6
        for step in range(width):
            y = width - 1 - step if upwards else step
            bits += [grid[y][at] ^ (not mask(y, at)) for at in (x, x - 1) if not fixed(y, at)]
        x, upwards = x - 2, not upwards
    words = [int("".join(map(str, map(int, bits[at:at + 8]))), 2) for at in range(0, len(bits) - 7, 8)]
    length, blocks = BLOCKS[version]
    data = [words[at * blocks + block] for block in range(blocks) for at in range(length)]
    stream = "".join(f"{word:08b}" for word in data)
    assert stream[:4] == "0100", "bytes"
    count = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * at:20 + 8 * at], 2) for at in range(count))
