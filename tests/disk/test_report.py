"""The inventory hears of every run, in an order that it can trust, and again and again."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from agent import PROGRAM
from conftest import SEEN, Lab
from listener import Body, Listener, admitted, decided, taken
from loopdisk import full, gone_from_the_kernel, mounts
from serial import serial_number


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


def drives_of(report: Body) -> tuple[str, list[str], str]:
    section = report["drives"]
    return section["status"], [d["path"] for d in section.get("data", [])], section.get("error", "")


def test_a_report_that_lets_drives_go_says_so_only_once_that_is_noted(lab: Lab, inventory: Listener) -> None:
    """Else the next look takes a disk that was let go, and may be another head's by now, for one that was always there."""
    disk = lab.enrolled_disk()
    lab.configure(more=inventory.configuration)
    SEEN.unlink(missing_ok=True)
    with full(SEEN.parent):
        for command in ["apply"], ["boot"], ["report", "--send"]:
            told = lab.footing(*command)
            assert told.status == 0 and "No space left on device" in told.err, told
        assert disk.path in [d["path"] for d in lab.footing("report").json["drives"]["data"]], "it goes nowhere"
    assert [drives_of(report)[:2] for report in inventory.reports] == [("failed", [])] * 3
    assert all("No space left on device" in drives_of(report)[2] for report in inventory.reports)
    assert lab.footing("report", "--send").status == 0
    status, paths, _ = drives_of(inventory.reports[-1])
    assert (status, disk.path in paths) == ("ok", True)


def test_a_release_lets_no_drive_go_that_is_not_noted(lab: Lab, inventory: Listener) -> None:
    disk = lab.make_disk(512 << 20)
    disk.write(1 << 20, b"somebody's")
    lab.configure(more=f"release: {{folder: {lab.folder}/releases}}\n{inventory.configuration}")
    SEEN.mkdir()
    try:
        with serial_number(disk, "ZL2A0Q7X"):
            assert lab.footing("release", disk.path, "--serial", "ZL2A0Q7X").status == 0
    finally:
        SEEN.rmdir()
    assert len(inventory.reports) >= 2
    assert {drives_of(report)[:1] for report in inventory.reports} == {("failed",)}


def test_a_machine_that_could_not_note_tries_again_by_itself(lab: Lab, inventory: Listener) -> None:
    disk = lab.make_disk()
    lab.configure(more=f"moved_disks: ask\n{inventory.configuration}")
    assert lab.apply().disk(disk)["outcome"] == "enrolled"
    (where,) = [w for w in mounts().values() if w.startswith(str(lab.mount_root))]
    inventory.reports.clear()
    inventory.on_report = lambda report: (200, {"machine_id": "m1", "result": "unchanged", "next_report_s": 1})
    inventory.on_question = decided("wait", "two_machines")
    with gone_from_the_kernel(where, lab.folder / "dev-block"), watching(lab):
        with full(SEEN.parent):
            inventory.wait_for_reports(1)
            assert (drives_of(inventory.reports[0])[0], where in mounts().values()) == ("failed", True)
        with inventory.arrived:
            assert inventory.arrived.wait_for(lambda: drives_of(inventory.reports[-1])[0] == "ok", 60)
        assert (disk.path in drives_of(inventory.reports[-1])[1], where in mounts().values()) == (True, False)
