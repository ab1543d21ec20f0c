"""Nothing in the zoo is ever formatted: every kind of drive, in every state it may come in, is held and byte-identical.
But for what somebody wiped so that bytes are left only where no format says: a random sample may find them, or not. Those
states are counted and told, and where a format does fix a place (Kind.placed) they must stand in LEFT_TO_LUCK.

FOOTING_ZOO=N tries a share of one N-th of the states, FOOTING_ZOO_SEED says which.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conftest import Lab
from loopdisk import LoopDisk, Traffic, run
from zoo import FAMILIES
from zoo.kind import Image, Kind, on_a_drive_of_its_own
from zoo.variants import VARIANTS, states

# What only a random sample finds, after somebody wiped the rest: bytes at places that no format fixes. A new one is a
# finding: it gets its place in agent/detect/proof_reads.cpp, or a line here that says why not.
LEFT_TO_LUCK = {
    "f2fs": {"both ends wiped"},  # the root's inode in the main area, whose place depends on the size
    "gfs2": {"both ends wiped"},  # resource groups, spread over the drive according to its size
}

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


@dataclass(frozen=True)
class Shown:
    """A state that lies on a loop device now."""

    state: State
    disk: LoopDisk
    before: tuple[str, Traffic]

    def is_zero(self) -> bool:
        zero = next(self.disk.nonzero_blocks(), None) is None
        assert zero == (not self.state.image.blocks), self.state
        return zero

    def is_untouched(self) -> bool:
        return (self.disk.fingerprint(), self.disk.traffic()) == self.before


def only_luck_may_find(state: State) -> bool:
    """Somebody wiped it, and no superblock is left of which its format says where it lies."""
    return state.variant != "as it is" and not (state.kind.placed and state.image.superblocks(state.kind.mark))


@dataclass
class Tally:
    verdicts: Counter[str] = field(default_factory=Counter)
    zero: int = 0
    by_chance: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def planned(self, shown: Shown, said: str) -> None:
        state, zero = shown.state, shown.is_zero()
        self.zero += zero
        self.verdicts[f"{said} ({'zero' if zero else 'data'})"] += 1
        if zero and said != "blank":
            self.wrong.append(f"{state}: every byte is 0, but it is {said}")
        elif not zero and said == "blank" and only_luck_may_find(state):
            self.by_chance.append(f"{state}: {state.where}")
            if state.kind.placed and state.variant not in LEFT_TO_LUCK.get(state.kind.name, set()):
                self.wrong.append(f"{state}: only a sample finds {state.where}")
        elif not zero and said in FORBIDDEN:
            self.wrong.append(f"{state}: {said}, and {state.where}")

    def applied(self, shown: Shown, entry: dict[str, Any]) -> None:
        if entry["verdict"] in FORBIDDEN or entry["outcome"] != "held":
            self.wrong.append(f"{shown.state}: apply says {entry['verdict']}, {entry['outcome']}")
        if not shown.is_untouched():
            self.wrong.append(f"{shown.state}: was written to")


def try_batch(lab: Lab, batch: list[State], tally: Tally) -> None:
    disks = [(state, on_loop(lab, state)) for state in batch]
    shown = [Shown(state, disk, (disk.fingerprint(), disk.traffic())) for state, disk in disks]
    # One sample, the fewest it takes: what this plan does not find, only luck would.
    lab.configure(more="proof: {samples: 1}\n")
    plan = lab.plan()
    assert plan.status in (2, 3), plan.err
    held = []
    for one in shown:
        said = str(plan.disk(one.disk)["verdict"])
        tally.planned(one, said)
        if said in FORBIDDEN:
            lab.drop(one.disk)  # apply would format it
        else:
            held.append(one)
    if held:
        lab.configure()
        answer = lab.apply()
        for one in held:
            tally.applied(one, answer.disk(one.disk))
    for disk in list(lab.disks):
        lab.drop(disk)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_state_is_held_that_not_only_luck_may_find(lab: Lab, family: str, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    for batch in batches(all_states(FAMILIES[family], lab.folder)):
        try_batch(lab, batch, tally)
    with capsys.disabled():
        print(f"\n{family}: {len(FAMILIES[family])} kinds, {tally.verdicts.total()} states, {tally.zero} of them without a byte "
              f"that isn't 0; verdicts: {dict(tally.verdicts)}")
        for line in tally.by_chance:
            print(f"  only a sample finds it: {line}")
    assert not tally.wrong, "\n".join(tally.wrong)


def test_the_zoo_is_big_and_no_two_kinds_have_one_name() -> None:
    names = [kind.name for kinds in FAMILIES.values() for kind in kinds]
    promised = re.search(r"with (\d+) kinds of drives", (Path(__file__).resolve().parents[2] / "README.md").read_text())
    assert promised is not None
    assert len(names) == int(promised[1])
    assert len(VARIANTS) == 9
    assert [name for name, times in Counter(names).items() if times > 1] == []
