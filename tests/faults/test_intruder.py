"""Somebody else writes to a drive while it is enrolled: another machine on the same shelf, or a program that asks for no
lock. tamper holds the enrolment still at a system call, and what is written then must stand at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import COMMITTED, SLOTS, ledger
from calls import Call
from conftest import SCRATCH
from loopdisk import MIB
from stand import ENROLLER, SIZE, Run, Stand

THEIRS = b"another's" * 100
UNREAD = 555 * MIB + 123 * 4096  # no place that the proof knows; that one of its few samples lies there is next to impossible


@pytest.fixture
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    made = Stand(SCRATCH / f"{request.node.name[:60]}")
    yield made
    made.close()


def of_enrolment(calls: list[Call], name: str) -> list[Call]:
    return [call for call in calls if call.role == ENROLLER and call.name == name]


def intrude(stand: Stand, at: Call, where: Path | str, offset: int) -> Run:
    """`where` is the drive, for a program of this machine, or its medium, for another machine."""
    stand.reset()
    theirs = stand.lab.folder / "theirs"
    theirs.write_bytes(THEIRS)
    run = stand.tampered(at.role, at.name, str(at.nth), "once", "hook", "-",
                         hook=f"dd if={theirs} of={where} bs=4096 seek={offset // 4096} conv=notrunc,fsync status=none")
    assert run.spoilt, "the call never came"
    return run


def assert_failed(stand: Stand, run: Run, step: str, sentence: str) -> None:
    entry = run.disk(stand.first)
    assert entry is not None and entry["outcome"] == "failed", run
    assert step in entry["outcome_error"] and sentence in entry["outcome_error"], entry
    assert not any(record and record.state == COMMITTED for record in ledger(stand.first))
    assert run.disk(stand.second)["outcome"] == "enrolled", run  # type: ignore[index]
    assert stand.other.fingerprint() == stand.foreign


def around_intent(calls: list[Call]) -> tuple[Call, Call]:
    """The last question before the INTENT is written, and the first word behind it, which tells of the next step. Not a
    read: how many the proof makes depends on where its samples lie."""
    intent = calls.index(of_enrolment(calls, "pwrite64")[0])
    return of_enrolment(calls[:intent], "ioctl")[-1], of_enrolment(calls[intent:], "write")[0]


@pytest.mark.parametrize("offset", [0, 64 * 1024, MIB + 4096, SIZE - 4096])
def test_what_another_machine_wrote_to_an_end_since_it_was_read_is_not_overwritten(stand: Stand, offset: int) -> None:
    run = intrude(stand, around_intent(stand.calls())[0], stand.first.file, offset)
    assert_failed(stand, run, "intent", "was proved blank and isn't any more")
    written = dict(stand.first.nonzero_blocks())
    assert list(written) == [offset] and written[offset].startswith(THEIRS), "it was written over, or beside"


def test_a_program_that_writes_without_asking_is_noticed_wherever_it_writes(stand: Stand) -> None:
    run = intrude(stand, of_enrolment(stand.calls(), "pread64")[20], stand.first.path, UNREAD)
    assert_failed(stand, run, "intent", "were written while it was looked at")
    assert [offset for offset, _ in stand.first.nonzero_blocks()] == [UNREAD], "it was written over, or beside"


def test_no_table_is_written_beside_a_ledger_that_another_machine_changed(stand: Stand) -> None:
    run = intrude(stand, around_intent(stand.calls())[1], stand.first.file, SLOTS[0])
    assert_failed(stand, run, "table", "isn't as it was")
    written = dict(stand.first.nonzero_blocks())
    assert list(written) == [SLOTS[0]] and written[SLOTS[0]].startswith(THEIRS), "it was written over, or beside"
