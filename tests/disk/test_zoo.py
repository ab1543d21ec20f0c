"""Nothing in the zoo is ever formatted: every kind of drive, in every state it may come in, is held and byte-identical.

FOOTING_ZOO=N tries a share of one N-th of the states, FOOTING_ZOO_SEED says which.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent import Answer
from conftest import Lab
from loopdisk import LoopDisk, run
from zoo import FAMILIES
from zoo.kind import Image, Kind, on_a_drive_of_its_own
from zoo.variants import VARIANTS, states

BATCH = 40
SHARE = int(os.environ.get("FOOTING_ZOO", "1"))
SEED = int(os.environ.get("FOOTING_ZOO_SEED", "20261121"))
FORBIDDEN = {"blank", "enrolled", "interrupted"}


@dataclass(frozen=True)
class State:
    kind: Kind
    variant: str
    image: Image

    def __str__(self) -> str:
        return f"{self.kind.name}, {self.variant} ({self.image.size >> 20} MiB, sectors of {self.image.sector})"

    @property
    def where(self) -> str:
        places = sorted(self.image.blocks)
        return f"{len(places)} blocks: " + ", ".join(map(str, places[:4])) + (f" … {places[-1]}" if len(places) > 4 else "")


def made(kind: Kind, folder: Path) -> Image:
    """The kind as its tool leaves it. A tool that is missing or fails is a failure here."""
    named: list[str] = []

    def make_and_ask(disk: LoopDisk) -> None:
        kind.make(disk)
        disk.detach()
        disk.attach()
        if kind.blkid:
            named.extend(run("wipefs", "--noheadings", "--output", "TYPE", disk.path).split())

    image = on_a_drive_of_its_own(make_and_ask, kind.size, folder, kind.sector)
    assert bool(image.blocks) == bool(kind.copies), f"{kind.name}: {len(image.blocks)} blocks"
    if kind.blkid:
        assert kind.blkid in named, f"{kind.name}: libblkid says {named}"
    if kind.mark:
        assert len(image.superblocks(kind.mark)) >= kind.copies, f"{kind.name}: its mark stands at {image.superblocks(kind.mark)}"
    return image


def all_states(kinds: list[Kind], folder: Path) -> Iterator[State]:
    chance = random.Random(SEED)
    for kind in kinds:
        image = made(kind, folder)
        for number, (variant, changed) in enumerate(states(image, kind)):
            if chance.randrange(SHARE) == 0 or number == 0:
                yield State(kind, variant, changed)


def batches(found: Iterator[State]) -> Iterator[list[State]]:
    batch: list[State] = []
    for state in found:
        batch.append(state)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def on_loop(lab: Lab, state: State) -> LoopDisk:
    disk = lab.make_disk(state.image.size, state.image.sector, in_memory=True)
    disk.detach()
    with disk.file.open("r+b") as file:
        for offset, block in state.image.blocks.items():
            os.pwrite(file.fileno(), block, offset)
    return disk.attach()


def verdict(answer: Answer, disk: LoopDisk) -> str:
    return str(answer.disk(disk)["verdict"])


@pytest.mark.parametrize("family", FAMILIES)
def test_every_state_of_every_kind_is_held(lab: Lab, family: str, capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    zero = 0
    wrong: list[str] = []
    by_chance: list[str] = []
    for batch in batches(all_states(FAMILIES[family], lab.folder)):
        states_of = {id(disk): (state, disk) for state in batch for disk in [on_loop(lab, state)]}
        # One sample, the fewest it takes: what this plan does not find, only luck would.
        lab.configure(more="proof: {samples: 1}\n")
        planned = lab.plan()
        assert planned.status in (2, 3), planned.err
        for state, disk in list(states_of.values()):
            is_zero = next(disk.nonzero_blocks(), None) is None
            assert is_zero == (not state.image.blocks), state
            said = verdict(planned, disk)
            if is_zero:
                zero += 1
                if said != "blank":
                    wrong.append(f"{state}: every byte is 0, but it is {said}")
            elif said == "blank" and not state.image.superblocks(state.kind.mark):
                by_chance.append(f"{state}: {state.where}")
            elif said in FORBIDDEN:
                wrong.append(f"{state}: {said}, and {state.where}")
            counts[f"{said} ({'zero' if is_zero else 'data'})"] += 1
            if said in FORBIDDEN:
                lab.drop(disk)  # not before apply, which would format it
                del states_of[id(disk)]
        before = {key: (disk.fingerprint(), disk.traffic()) for key, (_, disk) in states_of.items()}
        if states_of:
            lab.configure()
            applied = lab.apply()
            for key, (state, disk) in states_of.items():
                entry = applied.disk(disk)
                if entry["verdict"] in FORBIDDEN or entry["outcome"] != "held":
                    wrong.append(f"{state}: apply says {entry['verdict']}, {entry['outcome']}")
                if (disk.fingerprint(), disk.traffic()) != before[key]:
                    wrong.append(f"{state}: was written to")
        for disk in list(lab.disks):
            lab.drop(disk)
    with capsys.disabled():
        print(f"\n{family}: {len(FAMILIES[family])} kinds, {sum(counts.values())} states, {zero} of them without a byte that isn't 0; verdicts: {dict(counts)}")
        for line in by_chance:
            print(f"  only a sample finds it: {line}")
    assert not wrong, "\n".join(wrong)


def test_the_zoo_is_big_and_no_two_kinds_have_one_name() -> None:
    names = [kind.name for kinds in FAMILIES.values() for kind in kinds]
    assert len(names) >= 60
    assert len(VARIANTS) == 8
    assert [name for name, times in Counter(names).items() if times > 1] == []
