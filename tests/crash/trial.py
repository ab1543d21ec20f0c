"""Puts states on disks, lets the real agent judge them or run them to the end, and says what was broken."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent import Answer, LedgerRecord, ledger
from diskset import CUSTOMER_FILE, CUSTOMER_TEXT, DiskSet, Slot
from expect import expect
from loopdisk import run
from states import State, contents
from writelog import Recording


@dataclass(frozen=True)
class Violation:
    state: State
    claim: str
    says: tuple[str, ...] = ()  # the agent's own sentences


@dataclass
class Counts:
    """How many states of a kind got which verdict, and how many of them came to which end."""

    judged: Counter[tuple[str, str]] = field(default_factory=Counter)  # kind of state, verdict
    ran: Counter[tuple[str, str]] = field(default_factory=Counter)     # kind of state, outcome
    situations: Counter[str] = field(default_factory=Counter)
    repaired: int = 0
    violations: list[Violation] = field(default_factory=list)


Batch = Sequence[tuple[str, State]]  # kind and state, each of another recording


def put(disks: DiskSet, batch: Batch) -> None:
    for _, state in batch:
        slot = disks.slots[state.recording]
        slot.put(contents(slot.recording, state))


def answers_for(answer: Answer, slots: list[Slot]) -> list[dict[str, Any]]:
    if answer.status not in (0, 2, 3):
        raise RuntimeError(f"footing ended with {answer.status}: {answer.err}")
    by_path = {entry["path"]: entry for entry in answer.json["disks"]}
    return [by_path[slot.disk.path] for slot in slots]


def sentences(entry: dict[str, Any]) -> tuple[str, ...]:
    return (*(reason["sentence"] for reason in entry["reasons"]), *filter(None, [str(entry.get("outcome_error", ""))]))


def judge(disks: DiskSet, batch: Batch, counts: Counts, proof: str) -> None:
    """`footing plan`: the verdict must be the expected one."""
    put(disks, batch)
    names = [state.recording for _, state in batch]
    entries = answers_for(disks.footing(names, "plan", "--json", proof=proof), [disks.slots[n] for n in names])
    for (kind, state), entry in zip(batch, entries, strict=True):
        expected = expect(disks.slots[state.recording].recording, state)
        counts.judged[kind, entry["verdict"]] += 1
        counts.situations[expected.situation] += 1
        if claim := expected.broken_by(entry["verdict"], entry["action"]):
            counts.violations.append(Violation(state, claim, sentences(entry)))


def run_to_the_end(disks: DiskSet, batch: Batch, counts: Counts, *, repair: bool) -> None:
    """`footing apply`, a power cycle, `footing apply` again: enrolled and mounted, or held without a byte written."""
    put(disks, batch)
    names = [state.recording for _, state in batch]
    slots = [disks.slots[n] for n in names]
    before = [slot.disk.fingerprint() for slot in slots]
    entries = answers_for(disks.footing(names, "apply", "--json"), slots)
    broken: dict[str, Violation] = {}
    goes_on: list[tuple[str, State]] = []
    for (kind, state), slot, entry, bytes_before in zip(batch, slots, entries, before, strict=True):
        counts.ran[kind, entry["outcome"]] += 1
        claim = broken_claim(slot, state, entry, bytes_before)
        if claim:
            broken[state.recording] = Violation(state, claim, sentences(entry))
        elif entry["outcome"] != "held":
            goes_on.append((kind, state))
    disks.power_cycle(names)
    if goes_on:
        again(disks, goes_on, broken, repair=repair)
        counts.repaired += len(goes_on) if repair else 0
    counts.violations += broken.values()
    disks.power_cycle(names)
    disks.forget_mount_points()
    for slot in slots:
        slot.renew()


def broken_claim(slot: Slot, state: State, entry: dict[str, Any], bytes_before: str) -> str | None:
    expected = expect(slot.recording, state)
    if claim := expected.broken_by(entry["verdict"], entry["action"]):
        return claim
    if entry["outcome"] == "held":
        return None if slot.disk.fingerprint() == bytes_before else f"{expected.situation}: held, and yet written to"
    if entry["outcome"] not in ("enrolled", "mounted"):
        # What a stranger changed within our own work may make a mount or a mkfs fail: nothing is lost by it.
        return None if state.foreign and entry["outcome"] == "failed" else f"{expected.situation}: outcome {entry['outcome']}"
    records = ledger(slot.disk)
    if [r.state if r else None for r in records] != [2, 2]:
        return f"{expected.situation}: {entry['outcome']}, but its ledger is {describe(records)}"
    if entry["action"] == "mount" and customers_file_is_due(slot.recording, state):
        file = Path(entry["mount_point"]) / CUSTOMER_FILE
        if not file.exists() or file.read_bytes() != CUSTOMER_TEXT:
            return f"{expected.situation}: the customer's file is gone"
    return None


def customers_file_is_due(recording: Recording, state: State) -> bool:
    """Its fsync had returned before the power went; a stranger's byte may lie in it."""
    return state.flushed >= recording.customer[1] and state.foreign is None


def describe(records: list[LedgerRecord | None]) -> str:
    return " and ".join({None: "nothing", 1: "INTENT", 2: "COMMITTED"}[r.state if r else None] for r in records)


def again(disks: DiskSet, batch: Batch, broken: dict[str, Violation], *, repair: bool) -> None:
    names = [state.recording for _, state in batch]
    slots = [disks.slots[n] for n in names]
    entries = answers_for(disks.footing(names, "apply", "--json"), slots)
    for (_, state), entry in zip(batch, entries, strict=True):
        if (entry["verdict"], entry["outcome"]) != ("enrolled", "mounted") and state.foreign is None:
            broken[state.recording] = Violation(state, f"the second run says {entry['verdict']}, {entry['outcome']}", sentences(entry))
    disks.unmount()
    for (_, state), slot in zip(batch, slots, strict=True):
        if repair and state.foreign is None and state.recording not in broken:
            try:
                run("xfs_repair", "-n", f"{slot.disk.path}p1")
            except AssertionError as error:
                broken[state.recording] = Violation(state, "xfs_repair -n finds faults", (str(error),))
