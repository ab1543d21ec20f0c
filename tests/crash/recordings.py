"""The set of recordings that the states are made of, kept in a folder so that a state can be made again.

    blank512   a blank disk with sectors of 512 bytes
    blank4k    the same with sectors of 4096 bytes
    resume     a disk on which another enrolment was cut short, at a random place
    settle     a disk on which the cut came between the first COMMITTED record and the second
"""

import random
from dataclasses import replace
from pathlib import Path

from diskset import remove_tree
from ledger import COMMITTED, INTENT, states_of
from record import Wanted, record
from states import GIB, contents, generate, prefix
from writelog import Recording, load, save

SIZE = 16 * GIB
SHARES = {"blank512": 0.4, "blank4k": 0.2, "resume": 0.25, "settle": 0.15}


def make(count: int, work: Path, seed: int) -> list[Recording]:
    """About `count` recordings of all kinds, each with a disk id that no other of them has. `work` is gone afterwards."""
    dice = random.Random(seed)
    shares = {kind: max(2, round(count * share)) for kind, share in SHARES.items()}
    unfinished = shares["resume"] + shares["settle"]

    def blank(kind: str, number: int, sector: int) -> Wanted:
        return Wanted(f"{kind}.{number:02}", SIZE, sector, {})

    wanted = [blank("blank512", i, 512) for i in range(shares["blank512"])] + [blank("blank4k", i, 4096) for i in range(shares["blank4k"])]
    bases = [blank("base", i, 4096 if i % 3 == 2 else 512) for i in range(unfinished)]
    first = record(wanted + bases, work / "1")
    kept, started = first[: len(wanted)], first[len(wanted) :]

    again: list[Wanted] = []
    for i, source in enumerate(started):
        settles = i >= shares["resume"]
        kind, number = ("settle", i - shares["resume"]) if settles else ("resume", i)
        base = half_committed(source) if settles else cut_short(source, dice)
        again.append(replace(blank(kind, number, source.sector), base=base))
    kept += record(again, work / "2")
    remove_tree(work)
    return kept


def cut_short(recording: Recording, dice: random.Random) -> dict[int, bytes]:
    """A disk with an INTENT, and any part of the work after it."""
    while True:
        disk = contents(recording, generate(dice.choice(("prefix", "lost", "torn")), recording, dice))
        if set(states_of(disk)) == {INTENT, None}:
            return disk


def half_committed(recording: Recording) -> dict[int, bytes]:
    for cut in range(len(recording.entries)):
        disk = contents(recording, prefix(recording, cut))
        if set(states_of(disk)) == {INTENT, COMMITTED}:
            return disk
    raise RuntimeError(f"{recording.name} never has a COMMITTED record beside its INTENT")


def make_or_load(count: int, folder: Path, work: Path, seed: int) -> list[Recording]:
    files = sorted(folder.glob("*.json.gz")) if folder.exists() else []
    if files:
        return [load(file) for file in files]
    made = make(count, work, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for recording in made:
        save(recording, folder / f"{recording.name}.json.gz")
    return made
