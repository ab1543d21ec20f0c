"""The inventory hears of every run, in an order that it can trust, and again and again."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from agent import PROGRAM
from conftest import Lab
from listener import Body, Listener, admitted, decided, taken


@pytest.fixture
def inventory() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


def test_apply_tells_what_it_enrolled(lab: Lab, inventory: Listener) -> None:
    disk = lab.make_disk()
    lab.configure(more=inventory.configuration)
    assert lab.apply().disk(disk)["outcome"] == "enrolled"
    (report,) = inventory.reports
    (drive,) = [d for d in report["drives"]["data"] if d["path"] == disk.path]
    assert (drive["verdict"], drive["outcome"], bool(drive["disk_id"])) == ("enrolled", "enrolled", True)
    assert inventory.questions[0]["sequence"] == report["sequence"], "both are about one look"


def test_a_later_look_has_a_higher_sequence_whoever_looks(lab: Lab, inventory: Listener) -> None:
    lab.make_disk()
    lab.configure(more=inventory.configuration)
    for command in ["boot"], ["report", "--send"], ["boot"], ["apply"], ["report", "--send"], ["boot"]:
        assert lab.footing(*command).status == 0
    sequences = inventory.sequences()
    assert len(sequences) == 6 and sequences == sorted(set(sequences)), sequences
    assert len({report["report_id"] for report in inventory.reports}) == 6


def test_a_report_that_cannot_be_delivered_is_a_sentence_not_a_failed_apply(lab: Lab, inventory: Listener) -> None:
    disk = lab.make_disk()
    lab.configure(more=inventory.configuration)
    inventory.on_report = lambda _: (422, {"detail": "no"})
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["outcome"]) == (0, "enrolled")
    assert "the report was not delivered" in applied.err


def test_a_stale_report_is_not_delivered_and_another_look_is(lab: Lab, inventory: Listener) -> None:
    lab.enrolled_disk()
    lab.configure(more=inventory.configuration)

    def stale_once(report: Body) -> tuple[int, Body]:
        return (200, {"machine_id": "m1", "result": "stale"}) if len(inventory.reports) == 1 else taken(report)

    inventory.on_report = stale_once
    assert lab.footing("boot").status == 0
    first, second = inventory.reports
    assert first["report_id"] != second["report_id"] and first["sequence"] < second["sequence"]
    inventory.on_report = lambda _: (200, {"machine_id": "m1", "result": "stale"})
    sent = lab.footing("report", "--send")
    assert sent.status == 1 and "has a newer report" in sent.err


def test_where_another_look_is_stale_too_the_next_report_has_time(lab: Lab, inventory: Listener) -> None:
    """Another machine is heard in this one's place: to look at all drives and tell of them each minute changes nothing."""
    lab.enrolled_disk()
    lab.configure(more=inventory.configuration)
    inventory.on_report = lambda _: (200, {"machine_id": "m1", "result": "stale"})
    assert lab.footing("boot").status == 0
    assert len(inventory.reports) == 2


@contextmanager
def watching(lab: Lab) -> Iterator[None]:
    boot = subprocess.Popen([PROGRAM, "boot", "--watch", "--config", lab.config_file], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        boot.kill()
        boot.wait()


def test_a_refused_drive_is_refused_at_each_look_until_the_inventory_says_otherwise(lab: Lab, inventory: Listener) -> None:
    disk = lab.make_disk()
    lab.configure(more=inventory.configuration)
    inventory.on_report = lambda report: (200, {"machine_id": "m1", "result": "unchanged", "next_report_s": 1})
    inventory.on_question = decided("refuse", "was_enrolled")

    def told() -> list[tuple[str, str]]:
        return [(d["verdict"], d["outcome"]) for report in inventory.reports for d in report["drives"]["data"] if d["path"] == disk.path]

    before = disk.traffic()
    with watching(lab):
        inventory.wait_for_reports(3)
        assert set(told()) == {("suspect", "held")}, told()
        assert disk.traffic() == before
        inventory.on_question = admitted  # an admin has forgotten the enrolment
        with inventory.arrived:
            assert inventory.arrived.wait_for(lambda: told()[-1][0] == "enrolled", 90), told()


def test_a_settled_machine_looks_and_reports_again_when_the_inventory_wishes(lab: Lab, inventory: Listener) -> None:
    disk = lab.enrolled_disk()
    lab.configure(more=inventory.configuration)
    inventory.on_report = lambda report: (200, {"machine_id": "m1", "result": "unchanged", "next_report_s": 1})
    with watching(lab):
        inventory.wait_for_reports(3)
    sequences = inventory.sequences()
    assert sequences == sorted(set(sequences))
    outcomes = [[d["outcome"] for d in report["drives"]["data"] if d["path"] == disk.path] for report in inventory.reports]
    assert outcomes == [["mounted"]] * len(outcomes)
