"""A COMMITTED disk with a customer's file, after every kind of rot: mounted where one rotten ledger slot is all, else
held byte for byte; never formatted. `footing explain` says what disagrees. Single flipped bits: tests/disk/test_damaged.py.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import rot
from agent import COMMITTED, ledger
from diskset import CUSTOMER_FILE, CUSTOMER_TEXT, DiskSet
from rot import Committed, Rot
from trial import answers_for

HELD, MOUNTED = "damaged", "enrolled"


@dataclass(frozen=True)
class Case:
    what: str
    act: Rot
    verdict: str
    code: str = ""


def ledger_cases() -> list[Case]:
    cases = []
    for slot in (0, 1):
        other = 1 - slot
        cases += [
            Case(f"an older INTENT in slot {slot}", rot.intent(slot, -2), MOUNTED),
            Case(f"a newer INTENT in slot {slot}", rot.intent(slot, +5), HELD, "ledger_mismatch"),
            Case(f"an INTENT of the same sequence in slot {slot}", rot.intent(slot, 0), HELD, "ledger_mismatch"),
            Case(f"an INTENT in slot {slot}, nothing in the other", rot.both(rot.intent(slot, 0), rot.wiped_slot(other)), HELD, "intent_beside_data"),
            Case(f"an INTENT in slot {slot}, noise in the other", rot.both(rot.intent(slot, 0), rot.torn_slot(other, 0, back=True)), HELD, "ledger_corrupt"),
            Case(f"another disk's COMMITTED in slot {slot}", rot.other_disk(slot), HELD, "ledger_mismatch"),
        ]
        cases += [Case(f"slot {slot} torn at byte {512 * tear}, noise {'behind' if back else 'before'}", rot.torn_slot(slot, tear, back=back), MOUNTED)
                  for tear in range(1, 8) for back in (True, False)]
    cases += [Case(f"both slots torn at byte {512 * tear}", rot.both(rot.torn_slot(0, tear, back=True), rot.torn_slot(1, tear, back=True)), HELD, "ledger_corrupt")
              for tear in range(1, 8)]
    return [*cases, Case("both slots wiped", rot.both(rot.wiped_slot(0), rot.wiped_slot(1)), "foreign", "partition_table")]


def table_cases() -> list[Case]:
    cases = [Case("both GPTs wiped", rot.both(rot.wiped_table(primary=True), rot.wiped_table(primary=False)), HELD, "gpt_damaged")]
    for primary in (True, False):
        which = "primary" if primary else "backup"
        cases.append(Case(f"the {which} GPT wiped", rot.wiped_table(primary=primary), HELD, "gpt_damaged"))
        cases += [Case(f"byte {byte} of the {which} GPT's {part} wrong", rot.table_byte(primary, part, byte), HELD, "gpt_damaged")
                  for part, bytes_ in (("header", (0, 12, 24, 56, 88)), ("entries", (0, 16, 32, 40, 127, 128, 16383))) for byte in bytes_]
    return cases


def filesystem_cases() -> list[Case]:
    return [Case("the superblock wiped", rot.wiped_superblock, HELD, "filesystem_mismatch"),
            Case("another UUID in the superblock, its checksum right", rot.other_uuid, HELD, "filesystem_mismatch"),
            Case("a superblock in progress, its checksum right", rot.unfinished, HELD, "filesystem_mismatch"),
            *(Case(f"byte {byte} of the superblock wrong", rot.superblock_byte(byte), HELD, "filesystem_mismatch")
              for byte in (0, 4, 32, 47, 56, 100, 102, 126, 224, 400))]


GROUPS: dict[str, Callable[[], list[Case]]] = {"ledger": ledger_cases, "table": table_cases, "filesystem": filesystem_cases}


@pytest.mark.parametrize("group", GROUPS)
def test_rot_on_a_committed_disk_never_formats_it(disks: DiskSet, group: str) -> None:
    cases = GROUPS[group]()
    tried = 0
    for batch in itertools.batched(cases, len(disks.slots)):
        try_batch(disks, list(batch))
        tried += len(batch)
    assert tried == len(cases) >= 12


def try_batch(disks: DiskSet, cases: list[Case]) -> None:
    names = list(disks.slots)[: len(cases)]
    slots = [disks.slots[name] for name in names]
    for slot, case in zip(slots, cases, strict=True):
        recording = slot.recording
        whole = Committed(recording, recording.durable(len(recording.entries)))
        case.act(whole)
        slot.put(whole.disk)
    before = [slot.disk.fingerprint() for slot in slots]
    planned = answers_for(disks.footing(names, "plan", "--json"), slots)
    for slot, case, plan in zip(slots, cases, planned, strict=True):
        assert plan["verdict"] == case.verdict, (case.what, plan)
        if case.verdict == MOUNTED:
            continue
        assert case.code in [reason["code"] for reason in plan["reasons"]], (case.what, plan)
        explained = disks.footing([slot.recording.name], "explain", slot.disk.path).out
        assert all(reason["sentence"] in explained for reason in plan["reasons"]), (case.what, explained)
    applied = answers_for(disks.footing(names, "apply", "--json"), slots)
    for slot, case, entry, bytes_before in zip(slots, cases, applied, before, strict=True):
        if case.verdict != MOUNTED:
            assert (entry["verdict"], entry["action"], entry["outcome"]) == (case.verdict, "none", "held"), (case.what, entry)
            assert slot.disk.fingerprint() == bytes_before, f"{case.what}: held, and yet written to"
            continue
        assert (entry["verdict"], entry["action"], entry["outcome"]) == (case.verdict, "mount", "mounted"), (case.what, entry)
        assert (Path(entry["mount_point"]) / CUSTOMER_FILE).read_bytes() == CUSTOMER_TEXT, case.what
        assert [r.state if r else None for r in ledger(slot.disk)] == [COMMITTED, COMMITTED], case.what
    disks.power_cycle(names)
    disks.forget_mount_points()
    for slot in slots:
        slot.renew()
