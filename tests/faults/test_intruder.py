"""Somebody else writes to a drive while it is enrolled: another machine on the same shelf, or a program that asks for no
lock. Or somebody puts another drive in its place. tamper holds the enrolment still at a system call, and what is written or
put there then must stand at the end."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import COMMITTED, SLOTS, ledger
from calls import Call
from conftest import SCRATCH
from loopdisk import MIB, LoopDisk
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


def held_still(stand: Stand, at: Call, meanwhile: str) -> Run:
    run = stand.tampered(at.role, at.name, str(at.nth), "once", "hook", "-", hook=meanwhile)
    assert run.spoilt, "the call never came"
    return run


def intrude(stand: Stand, at: Call, where: Path | str, offset: int) -> Run:
    """`where` is the drive, for a program of this machine, or its medium, for another machine."""
    stand.reset()
    theirs = stand.lab.folder / "theirs"
    theirs.write_bytes(THEIRS)
    return held_still(stand, at, f"dd if={theirs} of={where} bs=4096 seek={offset // 4096} conv=notrunc,fsync status=none")


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


@pytest.mark.parametrize("offset", [None, 0, UNREAD])
def test_a_drive_that_took_the_place_of_the_one_that_was_judged_is_not_written(stand: Stand, offset: int | None) -> None:
    """Under the same name and as big. A blank one differs by its number (diskseq) alone."""
    calls = stand.calls()
    stand.reset()
    another = stand.first.file.with_name("another.img")
    with another.open("xb") as image:
        image.truncate(SIZE)
        os.pwrite(image.fileno(), THEIRS if offset is not None else b"", offset or 0)
    put = LoopDisk(another, path=stand.first.path)
    before = list(LoopDisk(another).nonzero_blocks())
    opened = next(call for call in of_enrolment(calls, "openat") if call.about == stand.first.path)
    run = held_still(stand, opened, f"losetup --detach {put.path}; until losetup {put.path} {another}; do :; done")
    assert_failed(stand, run, "second look", "another drive")
    assert list(put.nonzero_blocks()) == before, "it was written to"
    assert not list(stand.first.nonzero_blocks())
