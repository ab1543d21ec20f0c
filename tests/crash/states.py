"""What a power cut can leave on a disk, as values with a spelling of one line.

The model: what was flushed is there. Of what came after the last flush, any writes have landed, in any order, and any
of them only in part: the drive's sector is whole or not there. A stranger's byte may be added between cut and reboot.

    blank512.03:31:32-40,45,42/0-3@1044480=a5
    recording : flushed entries : landed, in order; of 42 only sectors 0 to 3 @ offset=byte of a stranger
"""

import random
import re
from dataclasses import dataclass

from writelog import SECTOR, Recording, Sectors

KINDS = ("prefix", "lost", "reordered", "torn", "foreign")
GIB, MIB = 1 << 30, 1 << 20
WINDOW = 8 * MIB  # of the proof, in the configuration that the states are judged with
PARTITION = MIB


@dataclass(frozen=True)
class Landed:
    entry: int
    sectors: tuple[int, ...] = ()  # empty: all of it


@dataclass(frozen=True)
class State:
    recording: str
    flushed: int
    landed: tuple[Landed, ...]
    foreign: tuple[int, int] | None = None  # offset, value

    def __str__(self) -> str:
        text = f"{self.recording}:{self.flushed}:{','.join(spell_landed(self.landed))}"
        return text if self.foreign is None else f"{text}@{self.foreign[0]}={self.foreign[1]:02x}"

    def without_foreign(self) -> "State":
        return State(self.recording, self.flushed, self.landed)


def ranges(numbers: list[int]) -> list[tuple[int, int]]:
    """Runs that go up by one."""
    runs: list[tuple[int, int]] = []
    for n in numbers:
        if runs and n == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return runs


def spell_run(run: tuple[int, int]) -> str:
    return str(run[0]) if run[0] == run[1] else f"{run[0]}-{run[1]}"


def spell_landed(landed: tuple[Landed, ...]) -> list[str]:
    words: list[str] = []
    whole: list[int] = []
    for one in landed:
        if not one.sectors:
            whole.append(one.entry)
            continue
        words += map(spell_run, ranges(whole))
        whole = []
        words.append(f"{one.entry}/{'+'.join(map(spell_run, ranges(list(one.sectors))))}")
    return words + [spell_run(r) for r in ranges(whole)]


def parse_run(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def parse(text: str) -> State:
    """Raises ValueError with a sentence."""
    found = re.fullmatch(r"([\w.-]+):(\d+):((?:[\d,+/-]*))(?:@(\d+)=([0-9a-f]{2}))?", text)
    if found is None:
        raise ValueError(f"'{text}' is no state: RECORDING:FLUSHED:LANDED[@OFFSET=BYTE], for example blank512.03:31:32-40,42/0-3")
    landed: list[Landed] = []
    for word in filter(None, found[3].split(",")):
        run, _, sectors = word.partition("/")
        kept = tuple(n for part in filter(None, sectors.split("+")) for n in parse_run(part))
        landed += [Landed(entry, kept) for entry in parse_run(run)]
    foreign = (int(found[4]), int(found[5], 16)) if found[4] else None
    return State(found[1], int(found[2]), tuple(landed), foreign)


def contents(recording: Recording, state: State) -> Sectors:
    disk = recording.durable(state.flushed)
    for one in state.landed:
        recording.entries[one.entry].land(disk, list(one.sectors) or None)
    if state.foreign is not None:
        offset, value = state.foreign
        sector = bytearray(disk.get(offset // SECTOR, bytes(SECTOR)))
        sector[offset % SECTOR] = value if sector[offset % SECTOR] != value else value ^ 0x5A
        disk[offset // SECTOR] = bytes(sector)
    return disk


def prefix(recording: Recording, cut: int) -> State:
    flushed = recording.flushed_at(cut)
    return State(recording.name, flushed, tuple(Landed(i) for i in range(flushed, cut)))


def generate(kind: str, recording: Recording, dice: random.Random) -> State:
    """A random state of that kind. The cut is at any write, at the end of any write's epoch, or of any epoch."""
    cut = dice.randint(0, len(recording.entries))
    flushes = [i for i, entry in enumerate(recording.entries) if entry.is_flush]
    where = dice.choice(("write", "its epoch", "epoch"))
    if where == "its epoch":
        cut = next((i for i in flushes if i >= cut), len(recording.entries))
    if where == "epoch":
        cut = dice.choice(flushes)
    state = prefix(recording, cut)
    if kind == "foreign":
        state = generate(dice.choice(KINDS[:-1]), recording, dice)
        return State(state.recording, state.flushed, state.landed, (foreign_place(recording, state, dice), dice.randint(1, 255)))
    landed = list(state.landed)
    if kind in ("lost", "torn"):
        survives = dice.choice((0.1, 0.5, 0.9))
        landed = [one for one in landed if dice.random() < survives]
    if kind == "reordered":
        dice.shuffle(landed)
        landed = landed[: dice.randint(0, len(landed))]
    if kind == "torn":
        for i in dice.sample(range(len(landed)), min(len(landed), dice.randint(1, 3))):
            landed[i] = torn(recording, landed[i].entry, dice)
    return State(recording.name, state.flushed, tuple(landed))


def torn(recording: Recording, entry: int, dice: random.Random) -> Landed:
    """A write of which the front, the back or any of the drive's sectors landed; never all, never none."""
    step = recording.sector // SECTOR
    count = recording.entries[entry].count // step
    if count < 2:
        return Landed(entry)
    middle = dice.randint(1, count - 1)
    some = set(dice.sample(range(count), middle)) if count <= 256 else set(range(middle))
    kept = dice.choice((set(range(middle)), set(range(middle, count)), some))
    return Landed(entry, tuple(i * step + j for i in sorted(kept) for j in range(step)))


def foreign_place(recording: Recording, state: State, dice: random.Random) -> int:
    """Where every look at an unfinished enrolment reads, among it places in and beside what we wrote ourselves."""
    size = recording.size
    place = dice.choice(("table", "gap", "ledger", "head", "groups", "tail", "backup", "ours"))
    if place == "ours":
        ours = sorted(contents(recording, state))
        if ours:
            return dice.choice(ours) * SECTOR + dice.randrange(SECTOR)
    quarter = dice.randint(1, 3) * (size // 4)
    low, high = {"table": (0, 40 * SECTOR), "ledger": (MIB - 8192, MIB), "head": (PARTITION, WINDOW), "groups": (quarter - MIB, quarter + MIB),
                 "tail": (size - WINDOW, size), "backup": (size - 40 * SECTOR, size)}.get(place, (0, MIB))
    return dice.randrange(low, high)
