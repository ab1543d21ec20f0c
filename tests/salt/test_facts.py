"""Grain and beacon: what the agent's summary says, without starting anything, and never an exception."""

import json
import os
import subprocess
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import salt.beacons
import salt.loader
from agent import MACHINE
from conftest import MINION, SUMMARY, Salt
from disk_lab import Lab
from inventory import Inventory
from loopdisk import LoopDisk
from serial import serial_number


def grain(minion: Salt) -> dict[str, Any]:
    return salt.loader.grain_funcs(minion.caller.opts)["footing.footing"]()


def test_the_grain_has_the_place_that_the_inventory_resolved_and_the_drives(minion: Salt, lab: Lab, held_disk: LoopDisk,
                                                                             inventory: Inventory) -> None:
    good = lab.make_disk()
    lab.configure(more=inventory.for_agents)
    with serial_number(good, "ZL2A0007"):  # the inventory admits no drive that it couldn't tell from another
        applied = lab.apply()
        assert (applied.status, applied.disk(good)["outcome"]) == (3, "enrolled"), applied.disk(good)
        assert lab.footing("report", "--send").status == 0
        entry = lab.plan().disk(good)
    drives = [
        {"path": held_disk.path, "serial": "", "label": "", "role": "object", "verdict": "foreign", "mount_point": ""},
        {"path": good.path, "serial": "ZL2A0007", "label": entry["label"], "role": "object", "verdict": "enrolled",
         "mount_point": entry["mounted_at"]}]
    assert grain(minion) == {"footing": {
        "room": "1", "rack": "r12", "unit": "7", "cluster": "par-1", "machine": MACHINE,
        "drives": {"total": 2, "mounted": 1, "held": 1, "list": sorted(drives, key=itemgetter("path"))}}}


def test_the_grain_is_there_from_the_start_of_a_minion(minion: Salt, lab: Lab) -> None:
    lab.make_disk()
    lab.configure()
    assert lab.apply().status == 0
    assert salt.loader.grains(dict(minion.caller.opts), force_refresh=True)["footing"]["drives"]["mounted"] == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema": "footing/summary/2"}', b'{"schema": "footing/summary/1"}',
                                     b'{"schema": "footing/summary/1", "cluster": 1, "machine": 2, "drives": [3]}', b"[" * 100_000])
def test_a_broken_summary_is_no_grain_and_no_event(minion: Salt, lab: Lab, content: bytes) -> None:
    SUMMARY.write_bytes(content)
    assert grain(minion) == {}
    assert events(minion) == []


def test_without_a_summary_there_is_no_grain(minion: Salt, lab: Lab) -> None:
    SUMMARY.unlink(missing_ok=True)
    assert grain(minion) == {}


def test_a_pipe_in_the_place_of_the_summary_blocks_nobody(minion: Salt, lab: Lab) -> None:
    SUMMARY.unlink(missing_ok=True)
    os.mkfifo(SUMMARY)
    try:
        assert grain(minion) == {}
        assert events(minion) == []
    finally:
        SUMMARY.unlink()


def beacons(minion: Salt) -> salt.beacons.Beacon:
    return salt.beacons.Beacon(minion.caller.opts, minion.caller.sminion.functions)


def events(minion: Salt, watching: salt.beacons.Beacon | None = None) -> list[dict[str, Any]]:
    """What the beacon tells when its interval is over."""
    watching = watching or beacons(minion)
    watching.interval_map["footing"] = 1 << 30
    return watching.process({"footing": [{"interval": 60}]}, minion.caller.opts["grains"])


def test_the_beacon_tells_once_of_each_run(minion: Salt, lab: Lab, held_disk: LoopDisk) -> None:
    watching = beacons(minion)
    lab.apply()
    assert len(events(minion, watching)) == 1
    assert events(minion, watching) == []
    lab.make_disk()
    lab.configure()
    lab.apply()
    (event,) = events(minion, watching)
    assert event["tag"] == f"salt/beacon/{MINION}/footing/summary"
    assert event["data"]["verdicts"] == {"foreign": 1, "enrolled": 1}
    assert event["data"]["not_mounted"] == [held_disk.path]
    assert events(minion, watching) == []


@pytest.mark.parametrize(("config", "right"), [
    ([], True), ([{"interval": 60}], True), ([{"interval": 0.5}, {"file": "/run/x"}], True), ({"interval": 60}, False),
    ([{"interval": 0}], False), ([{"interval": "soon"}], False), ([{"interval": True}], False), ([{"nonsense": 1}], False),
    ([{"file": 7}], False), ("nonsense", False)])
def test_the_beacon_says_what_is_wrong_with_its_configuration(minion: Salt, lab: Lab, config: Any, right: bool) -> None:  # noqa: ANN401
    valid, sentence = beacons(minion).beacons["footing.validate"](config)
    assert (valid, bool(sentence)) == (right, True)


def test_the_summary_is_replaced_as_a_whole(lab: Lab) -> None:
    lab.make_disk()
    lab.configure()
    lab.apply()
    first = SUMMARY.stat().st_ino
    lab.apply()
    assert SUMMARY.stat().st_ino != first
    assert json.loads(SUMMARY.read_text())["schema"] == "footing/summary/1"
    assert list(SUMMARY.parent.glob("summary.json?*")) == []


def test_a_summary_that_cannot_be_written_fails_no_run(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    blocker = Path(str(SUMMARY) + ".new")
    blocker.mkdir()
    try:
        applied = lab.apply()
    finally:
        subprocess.run(["rmdir", str(blocker)], check=True)
    assert (applied.status, applied.disk(disk)["outcome"]) == (0, "enrolled")
    assert "no summary for others" in applied.err
