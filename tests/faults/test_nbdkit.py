"""Drives behind nbdkit: errors that come and go, a drive that falls sick while it serves, one that is slow, one that lies."""

import os
from pathlib import Path

import pytest

from agent import COMMITTED, ledger
from conftest import Lab
from loopdisk import MIB, LoopDisk
from storage import served_disk
from test_drive import SIZE, apply, assert_converges

SLOW = ("--filter=delay", "rdelay=5ms", "wdelay=5ms")
ALL_FAIL = ("--filter=error", "error=EIO", "error-rate=100%")
SOME_FAIL = ("--filter=error", "error=EIO", "error-rate=3%")
STUCK = ("--filter=evil", "evil=stuck-bits", "evil-probability=1e-6", "evil-seed=7")  # about 130 of 16 MiB


def committed_as(disk: LoopDisk) -> set[str]:
    return {record.disk_id for record in ledger(disk) if record and record.state == COMMITTED}


def test_errors_that_come_and_go_are_reported_and_lose_nothing(lab: Lab) -> None:
    """Each request fails by chance. Whatever a run comes to, it says so, and what is committed once stays."""
    slow, sick = served_disk(lab, SIZE, *SLOW), served_disk(lab, SIZE, *SOME_FAIL)
    sick.trigger.touch()
    troubles = 0
    known: set[str] = set()
    for number in range(20):
        answer, entry = apply(lab, sick)
        assert (entry["verdict"], entry["outcome"]) in {
            ("unreadable", "held"), ("blank", "failed"), ("interrupted", "failed"), ("enrolled", "failed"),
            ("blank", "enrolled"), ("interrupted", "enrolled"), ("enrolled", "mounted")}, entry
        well = entry["outcome"] in ("enrolled", "mounted")
        assert well or entry["outcome_error"] or entry["reasons"], entry
        assert answer.disk(slow)["outcome"] == ("mounted" if number else "enrolled"), answer.disk(slow)
        assert answer.status == (0 if well else 3), answer
        troubles += not well
        now = committed_as(sick)
        assert not known or now == known, "a COMMITTED drive was formatted again"
        known = now
        assert known or not well, "enrolled without a commit"
        if troubles >= 3 and number >= 5:
            break
        lab.unmount_all()
    assert troubles >= 1, "no request failed: the test says nothing"
    sick.trigger.unlink()
    assert_converges(lab, sick)
    assert not known or committed_as(sick) == known


def test_a_drive_that_falls_sick_in_service_is_said_to_be_and_keeps_its_files(lab: Lab) -> None:
    well, sick = lab.make_disk(SIZE), served_disk(lab, SIZE, *ALL_FAIL)
    _, entry = apply(lab, sick)
    assert entry["outcome"] == "enrolled"
    where = Path(entry["mount_point"])
    (where / "object").write_text("a customer's")
    fd = os.open(where, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)
    before = ledger(sick)

    sick.trigger.touch()
    with pytest.raises(OSError), (where / "more").open("wb", buffering=0) as file:
        file.write(os.urandom(4 * MIB))
        os.fsync(file.fileno())
    answer, entry = apply(lab, sick)
    assert (answer.status, entry["verdict"], entry["outcome"]) == (3, "unreadable", "held"), entry
    assert "io_error" in [reason["code"] for reason in entry["reasons"]], entry
    assert answer.disk(well)["outcome"] == "mounted"

    sick.trigger.unlink()
    lab.power_cycle()
    answer, entry = apply(lab, sick)
    assert (answer.status, entry["outcome"]) == (0, "mounted"), entry
    assert Path(entry["mount_point"], "object").read_text() == "a customer's"
    assert ledger(sick) == before


def test_a_blank_drive_with_bits_that_stick_is_held(lab: Lab) -> None:
    """It holds zeros and reads as something else: that isn't blank, and nothing may be written to it."""
    disk = served_disk(lab, SIZE, *STUCK)
    answer, entry = apply(lab, disk)
    assert (answer.status, entry["verdict"], entry["outcome"]) == (3, "foreign", "held"), entry
    assert "nonblank_byte" in [reason["code"] for reason in entry["reasons"]], entry
    assert disk.file.stat().st_blocks == 0, "it was written to"
