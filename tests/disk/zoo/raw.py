"""Bytes that no prober can name: pages of databases, archives, ciphertext, the marks of a factory, one odd byte."""

import random
import zlib

from zoo.kind import GIB, MIB, TIB, Kind, LoopDisk, Make, be, bytes_at, le, padded, put, tool


FILLED = 512 * MIB
ODD = random.Random(5)


def full_of(pattern: bytes) -> Make:
    def make(disk: LoopDisk) -> None:
        for offset in range(0, disk.size, MIB):
            put(disk, offset, pattern * (MIB // len(pattern)))

    return make


def postgres() -> Make:
    """src/include/storage/bufpage.h: pages of 8 KiB: LSN, checksum, flags, lower, upper, special, size and version."""
    pages = b"".join(padded((0, le("QHHHHHH", 0x1500000 + i, 0xBEEF, 0, 40, 8000, 8192, 0x2004)), (8000, b"row %d" % i),
        size=8192) for i in range(512))
    return bytes_at((0, pages))


def innodb() -> Make:
    """storage/innobase/include/fil0types.h: pages of 16 KiB: checksum, number, previous, next, LSN, type 17855 (index)."""
    pages = b"".join(padded((0, be("IIIIQHQ", zlib.crc32(b"%d" % i), i, i - 1 if i else 0xFFFFFFFF, i + 1, 9000 + i, 17855, 0)),
        (120, b"infimum\0supremum"), size=16384) for i in range(256))
    return bytes_at((0, pages))


def oracle() -> Make:
    """Oracle data file blocks of 8 KiB: type, format 0xA2, block address, SCN; the tail repeats SCN and type."""
    blocks = b"".join(padded((0, le("BBHIIHBB", 6, 0xA2, 0, 0x01400000 + i, 70000 + i, 0, 1, 4)),
        (8188, le("I", (4000 + i) << 16 | 0x0601)), size=8192) for i in range(512))
    return bytes_at((0, blocks))


def one_byte(offset: int, size: int) -> Kind:
    where = f"{offset}" if offset >= 0 else f"{-offset} before the end"
    return Kind(f"one byte at {where} of {size >> 20} MiB", bytes_at((offset, b"\x5a")), "a byte", b"\x5a", 1, size, placed=False)


KINDS = [
    Kind("PostgreSQL pages", postgres(), "PostgreSQL, bufpage.h"),
    Kind("InnoDB pages", innodb(), "MySQL, fil0types.h"),
    Kind("Oracle blocks", oracle(), "Oracle, DBMS_REPAIR and BBED output"),
    Kind("a tar archive", tool("tar", "--create", "--file", "@", "/usr/share/zoneinfo"), "tar", b"ustar", 100),
    Kind("a plain text", bytes_at((0, b"This drive belongs to somebody.\n" * 100)), "echo", b"This drive"),
    Kind("an executable", tool("dd", "if=/usr/bin/dd", "of=@", "status=none"), "coreutils", b"\x7fELF"),
    # As it is alone: half a gigabyte of it. What may happen to such a drive is tried with "LUKS2 with its header elsewhere".
    Kind("plain dm-crypt, full", full_of(random.Random(6).randbytes(MIB)), "random bytes everywhere: cryptsetup, plain mode", size=FILLED,
         whole=False),
    Kind("full of 0xFF", full_of(b"\xff"), "an erased flash drive", size=FILLED, whole=False),
    Kind("full of 0xF6", full_of(b"\xf6"), "a low-level format of DOS's time", size=FILLED, whole=False),
    Kind("all zero but a block of ones at the half", bytes_at((8 * GIB, b"\xff" * 4096)), "a bad-block test that stopped", b"\xff" * 4096,
         1, 16 * GIB, placed=False),
    one_byte(0, GIB), one_byte(511, GIB), one_byte(MIB - 1, GIB), one_byte(8 * MIB + 1, GIB), one_byte(16 * MIB - 1, GIB),
    one_byte(-1, GIB), one_byte(-4097, GIB), one_byte(-16 * MIB, GIB), one_byte(-1, 16 * TIB - 4096),
    one_byte(16 * MIB - 1, 16 * TIB - 4096),
    *(one_byte(ODD.randrange(512 * MIB), 512 * MIB) for _ in range(4)),
    Kind("full of zeros, written", full_of(b"\0"), "dd if=/dev/zero: a blank drive, to see that the zoo's counter-check can say so",
         size=FILLED, copies=0, whole=False),
]
