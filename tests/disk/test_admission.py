"""Formatting can be forbidden from outside; mounting what is enrolled can't."""

import pytest

from agent import OTHER_MACHINE
from conftest import FORMATS, Lab
from loopdisk import LoopDisk

NOBODY_LISTENS = "http://127.0.0.1:9"


def test_without_an_answer_from_the_inventory_nothing_is_formatted_and_the_enrolled_are_mounted(lab: Lab) -> None:
    enrolled = lab.enrolled_disk()
    blank = lab.make_disk()
    lab.configure(more=f"inventory: {{url: {NOBODY_LISTENS}}}\n")
    before, traffic = blank.fingerprint(), blank.traffic()
    applied = lab.apply()
    assert applied.status == 3
    assert applied.disk(enrolled)["outcome"] == "mounted"
    assert (applied.disk(blank)["verdict"], applied.disk(blank)["outcome"]) == ("blank", "waiting")
    assert "inventory" in applied.err
    assert (blank.fingerprint(), blank.traffic()) == (before, traffic)


def test_where_admission_is_off_the_inventory_is_not_asked(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure(more=f"inventory: {{url: {NOBODY_LISTENS}, admission: off}}\n")
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["outcome"]) == (0, "enrolled")


@pytest.mark.parametrize("word", ["ask", "mount"])
def test_a_disk_that_was_just_formatted_stays_enrolled_while_a_moved_one_waits_for_its_answer(lab: Lab, word: str) -> None:
    moved = lab.enrolled_disk()
    blank = lab.make_disk()
    lab.configure(machine=OTHER_MACHINE, more=f"moved_disks: {word}\ninventory: {{url: {NOBODY_LISTENS}, admission: off}}\n")
    applied = lab.apply()
    assert applied.disk(moved)["outcome"] == "waiting"
    entry = applied.disk(blank)
    assert (entry["verdict"], entry["outcome"]) in {("blank", "enrolled"), ("enrolled", "mounted")}
    assert entry["disk_id"]


def test_the_brake_holds_all_blank_disks_of_a_machine_in_service(lab: Lab) -> None:
    enrolled = lab.enrolled_disk()
    blanks = [lab.make_disk() for _ in range(2)]
    lab.configure(more="limits: {format_at_most: 1}\n")
    before = [d.fingerprint() for d in blanks]
    applied = lab.apply()
    assert (applied.status, applied.disk(enrolled)["outcome"]) == (3, "mounted")
    for disk in blanks:
        entry = applied.disk(disk)
        assert (entry["verdict"], entry["action"], entry["outcome"]) == ("suspect", "none", "held")
        assert entry["reasons"][0]["code"] == "format_brake"
    assert [d.fingerprint() for d in blanks] == before
    lab.configure(more="limits: {format_at_most: 2}\n")
    again = lab.apply()
    assert (again.status, {again.disk(d)["outcome"] for d in blanks}) == (0, {"enrolled"})


def test_the_brake_holds_over_several_runs_in_one_boot(lab: Lab) -> None:
    enrolled = lab.enrolled_disk()
    limit = "limits: {format_at_most: 2}\n"

    def add(count: int) -> list[LoopDisk]:
        disks = [lab.make_disk() for _ in range(count)]
        lab.configure(more=limit)
        return disks

    first = add(1)
    assert {lab.apply().disk(d)["outcome"] for d in first} == {"enrolled"}
    second = add(2)
    before = [d.fingerprint() for d in second]
    for _ in range(2):
        applied = lab.apply()
        assert (applied.status, applied.disk(enrolled)["outcome"]) == (3, "mounted")
        for disk in second:
            entry = applied.disk(disk)
            assert (entry["verdict"], entry["outcome"], entry["reasons"][0]["code"]) == ("suspect", "held", "format_brake"), entry
    assert [d.fingerprint() for d in second] == before
    lab.drop(second.pop())  # one is within the limit of this boot
    lab.configure(more=limit)
    assert lab.apply().disk(second[0])["outcome"] == "enrolled"
    third = add(1)
    assert lab.apply().disk(third[0])["verdict"] == "suspect"
    FORMATS.write_text("a-boot-before 2\n")
    assert lab.apply().disk(third[0])["outcome"] == "enrolled"


def test_a_count_of_formats_that_cannot_be_read_holds_all_blank_disks(lab: Lab) -> None:
    lab.enrolled_disk()
    blank = lab.make_disk()
    lab.configure(more="limits: {format_at_most: 4}\n")
    before = blank.fingerprint()
    FORMATS.write_text("nonsense")
    applied = lab.apply()
    assert (applied.status, applied.disk(blank)["verdict"]) == (3, "suspect"), applied
    assert blank.fingerprint() == before
    lab.configure()  # without a limit nothing is counted
    assert lab.apply().disk(blank)["outcome"] == "enrolled"
