"""What can go wrong with the bytes of a COMMITTED disk, as changes of its contents."""

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass

from agent import INTENT, SLOTS, crc32c
from states import MIB
from writelog import SECTOR, Recording, Sectors

ENTRIES = 128 * 128  # bytes of a GPT's partition entries


@dataclass
class Committed:
    """The disk of a whole recording: enrolled, with a customer's file on it."""

    recording: Recording
    disk: Sectors

    def read(self, offset: int, size: int) -> bytes:
        first, last = offset // SECTOR, (offset + size - 1) // SECTOR
        text = b"".join(self.disk.get(s, bytes(SECTOR)) for s in range(first, last + 1))
        return text[offset % SECTOR : offset % SECTOR + size]

    def write(self, offset: int, data: bytes) -> None:
        first, last = offset // SECTOR, (offset + len(data) - 1) // SECTOR
        text = bytearray(self.read(first * SECTOR, (last - first + 1) * SECTOR))
        text[offset % SECTOR : offset % SECTOR + len(data)] = data
        for i in range(last - first + 1):
            self.disk[first + i] = bytes(text[i * SECTOR : (i + 1) * SECTOR])

    def spoil(self, offset: int) -> None:
        self.write(offset, bytes([self.read(offset, 1)[0] ^ 0x10]))

    def newest_sequence(self) -> int:
        return max(struct.unpack("<Q", self.read(offset + 16, 8))[0] for offset in SLOTS)

    def table(self, primary: bool) -> tuple[int, int]:
        """Where the header and the entries of a copy of the GPT lie."""
        sector, size = self.recording.sector, self.recording.size
        return (sector, 2 * sector) if primary else (size - sector, size - sector - ENTRIES)


Rot = Callable[[Committed], None]


def both(one: Rot, other: Rot) -> Rot:
    def act(whole: Committed) -> None:
        one(whole)
        other(whole)

    return act


def put_record(whole: Committed, slot: int, change: Callable[[bytearray], None]) -> None:
    record = bytearray(whole.read(SLOTS[slot], SECTOR))
    change(record)
    struct.pack_into("<I", record, 508, crc32c(bytes(record[:508])))
    whole.write(SLOTS[slot], bytes(record))


def intent(slot: int, newer_by: int) -> Rot:
    """A whole INTENT of this very disk, so many writes newer than the newest record."""

    def act(whole: Committed) -> None:
        sequence = whole.newest_sequence() + newer_by
        if newer_by == 0:  # beside the other slot's record, of the same sequence
            (sequence,) = struct.unpack("<Q", whole.read(SLOTS[1 - slot] + 16, 8))

        def change(record: bytearray) -> None:
            struct.pack_into("<IQ", record, 12, INTENT, sequence)
            struct.pack_into("<q", record, 112, 0)

        put_record(whole, slot, change)

    return act


def other_disk(slot: int) -> Rot:
    def change(record: bytearray) -> None:
        record[24:40] = bytes(range(16))

    return lambda whole: put_record(whole, slot, change)


def torn_slot(slot: int, tear: int, *, back: bool) -> Rot:
    """Noise in the slot's sectors from that one on, or in those before it."""

    def act(whole: Committed) -> None:
        first, last = (tear, 8) if back else (0, tear)
        noise = random.Random(tear).randbytes((last - first) * SECTOR)
        whole.write(SLOTS[slot] + first * SECTOR, noise)

    return act


def wiped_slot(slot: int) -> Rot:
    return lambda whole: whole.write(SLOTS[slot], bytes(4096))


def wiped_table(*, primary: bool) -> Rot:
    def act(whole: Committed) -> None:
        header, entries = whole.table(primary)
        whole.write(header, bytes(whole.recording.sector))
        whole.write(entries, bytes(ENTRIES))

    return act


def table_byte(primary: bool, part: str, byte: int) -> Rot:
    return lambda whole: whole.spoil(whole.table(primary)[0 if part == "header" else 1] + byte)


def wiped_superblock(whole: Committed) -> None:
    whole.write(MIB, bytes(whole.recording.sector))


def superblock_byte(byte: int) -> Rot:
    return lambda whole: whole.spoil(MIB + byte)


def superblock_field(offset: int, value: bytes) -> Rot:
    """A field of struct xfs_dsb (xfs_format.h), and sb_crc right for it."""

    def act(whole: Committed) -> None:
        block = bytearray(whole.read(MIB, whole.recording.sector))
        block[offset : offset + len(value)] = value
        struct.pack_into("<I", block, 224, 0)
        struct.pack_into("<I", block, 224, crc32c(bytes(block)))
        whole.write(MIB, bytes(block))

    return act


other_uuid = superblock_field(32, bytes(range(16)))  # sb_uuid
unfinished = superblock_field(126, b"\1")            # sb_inprogress
