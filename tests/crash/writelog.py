"""The log that QEMU's blklogwrites keeps of a disk's writes, and a recording made of it.

Format: Linux, drivers/md/dm-log-writes.c. A sector with the header, then for each entry a sector that says what it is,
and its data. Flushes are entries of their own; QEMU writes no marks and no FUA.
"""

import base64
import gzip
import json
import struct
from dataclasses import dataclass, field, replace
from pathlib import Path

SECTOR = 512  # what the log counts in, whatever the disk's own sector is
MAGIC = 0x6A736677736872
FLUSH, DISCARD = 1, 4

Sectors = dict[int, bytes]  # what isn't zero, by number of the 512-byte sector


@dataclass(frozen=True)
class Entry:
    """A write of `count` sectors at `sector`; without data it is zeros. A flush has no sectors."""

    sector: int
    count: int
    data: bytes = b""

    @property
    def is_flush(self) -> bool:
        return self.count == 0

    def land(self, on: Sectors, keep: range | list[int] | None = None) -> None:
        """This write reaches the medium: all of it, or only the sectors with these numbers within it."""
        if not self.data and self.count > len(on):
            for at in [s for s in on if self.sector <= s < self.sector + self.count and (keep is None or s - self.sector in keep)]:
                del on[at]
            return
        for i in range(self.count) if keep is None else keep:
            piece = self.data[i * SECTOR : (i + 1) * SECTOR]
            if piece.strip(b"\0"):
                on[self.sector + i] = piece
            else:
                on.pop(self.sector + i, None)


def entries_so_far(log: Path) -> int:
    """How many entries the log's header counts (with log-super-update-interval=1: all of them)."""
    with log.open("rb") as file:
        return struct.unpack("<Q", file.read(24)[16:])[0]


def read_log(log: Path) -> list[Entry]:
    with log.open("rb") as file:
        magic, version, count, unit = struct.unpack("<QQQI", file.read(28))
        if (magic, version, unit) != (MAGIC, 1, SECTOR):
            raise ValueError(f"{log} is no log of writes in sectors of {SECTOR} bytes: {magic:x} {version} {unit}")
        entries: list[Entry] = []
        at = SECTOR
        for _ in range(count):
            file.seek(at)
            sector, sectors, flags, _ = struct.unpack("<QQQQ", file.read(32))
            at += SECTOR
            if flags & DISCARD:
                raise ValueError(f"{log} has a discard: an enrolment makes none")
            if sectors:
                file.seek(at)
                data = file.read(sectors * SECTOR)
                at += len(data)
                entries.append(Entry(sector, sectors, data if data.count(0) != len(data) else b""))
            if flags & FLUSH:
                entries.append(Entry(0, 0))
        return entries


@dataclass(frozen=True)
class Recording:
    """All that was written to one disk, from `base` on: an enrolment, then a customer's file."""

    name: str
    size: int
    sector: int  # the disk's logical sector size
    base: Sectors
    entries: list[Entry]
    customer: tuple[int, int]  # entries before the customer's file is begun, and when its fsync has returned
    snapshots: dict[int, Sectors] = field(default_factory=dict, compare=False, repr=False)

    @property
    def kind(self) -> str:
        return self.name.partition(".")[0]

    def with_entries(self, entries: list[Entry]) -> "Recording":
        return replace(self, entries=entries, snapshots={})

    def flushed_at(self, cut: int) -> int:
        """How many of the first `cut` entries are durable: all up to the last flush among them."""
        return next((i + 1 for i in range(cut - 1, -1, -1) if self.entries[i].is_flush), 0)

    def durable(self, flushed: int) -> Sectors:
        """The disk when exactly the first `flushed` entries have landed."""
        if flushed not in self.snapshots:
            start = max((s for s in self.snapshots if s < flushed), default=0)
            disk = dict(self.snapshots.get(start, self.base))
            for entry in self.entries[start:flushed]:
                entry.land(disk)
            self.snapshots[flushed] = disk
        return dict(self.snapshots[flushed])


def save(recording: Recording, file: Path) -> None:
    text = lambda data: base64.b64encode(data).decode()  # noqa: E731
    content = {"name": recording.name, "size": recording.size, "sector": recording.sector, "customer": recording.customer,
               "base": {s: text(d) for s, d in recording.base.items()},
               "entries": [[e.sector, e.count, text(e.data)] for e in recording.entries]}
    with gzip.open(file, "wt", compresslevel=1) as out:
        json.dump(content, out)


def load(file: Path) -> Recording:
    with gzip.open(file, "rt") as source:
        content = json.load(source)
    return Recording(content["name"], content["size"], content["sector"],
                     {int(s): base64.b64decode(d) for s, d in content["base"].items()},
                     [Entry(s, n, base64.b64decode(d)) for s, n, d in content["entries"]],
                     (content["customer"][0], content["customer"][1]))
