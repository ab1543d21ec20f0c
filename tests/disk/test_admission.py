"""Formatting can be forbidden from outside; mounting what is enrolled can't."""

from conftest import Lab

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
