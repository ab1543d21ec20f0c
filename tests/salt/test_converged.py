"""`footing.converged` in its cells: no change, mount, enroll, hold, failure; live and with test=True."""

import pytest
from conftest import Salt, disk_lab
from disk_lab import Lab
from loopdisk import LoopDisk
from serial import serial_number


def states(minion: Salt, lab: Lab, **more: object) -> tuple[dict, dict]:
    """First what would be, then what is done."""
    before = [d.fingerprint() for d in lab.disks]
    test = minion.state("footing.converged", lab.config_file, test=True, **more)
    assert [d.fingerprint() for d in lab.disks] == before, "test=True wrote to a drive"
    return test, minion.state("footing.converged", lab.config_file, **more)


def mount_point(lab: Lab, disk: LoopDisk) -> str:
    return lab.plan().disk(disk)["mounted_at"]


def test_blank_drives_are_enrolled_and_the_second_run_changes_nothing(minion: Salt, lab: Lab) -> None:
    disks = [lab.make_disk(), lab.make_disk()]
    config = str(lab.configure())
    test, live = states(minion, lab)
    assert test == {"name": config, "result": None, "comment": "2 of 2 drives would be changed.", "changes": {
        d.path: {"old": "blank, not mounted", "new": f"enrolled, mounted at {lab.mount_root}/{{id8}}"} for d in disks}}
    assert live == {"name": config, "result": True, "comment": "2 of 2 drives as wanted.", "changes": {
        d.path: {"old": "blank, not mounted", "new": f"enrolled, mounted at {mount_point(lab, d)}"} for d in disks}}
    for again in states(minion, lab):
        assert again == {"name": config, "result": True, "changes": {}, "comment": "2 of 2 drives as wanted."}


def test_an_enrolled_drive_is_mounted(minion: Salt, lab: Lab) -> None:
    disk = lab.enrolled_disk()
    where = lab.plan().disk(disk)["mount_point"]
    test, live = states(minion, lab)
    changes = {disk.path: {"old": "enrolled, not mounted", "new": f"enrolled, mounted at {where}"}}
    assert (test["result"], test["changes"]) == (None, changes)
    assert (live["result"], live["changes"], live["comment"]) == (True, changes, "1 of 1 drives as wanted.")
    assert where in disk_lab.mounts().values()


def test_a_held_drive_fails_the_state_with_drive_and_reasons(minion: Salt, lab: Lab, held_disk: LoopDisk) -> None:
    before = held_disk.fingerprint()
    for answer in states(minion, lab):
        assert (answer["result"], answer["changes"]) == (False, {})
        first, second = answer["comment"].splitlines()
        assert first == "0 of 1 drives as wanted."
        assert second.startswith(f"{held_disk.path} is held, foreign: ")
        assert "ext4 signature at byte 1080" in second
    for answer in states(minion, lab, allow_held=True):
        assert (answer["result"], answer["changes"]) == (True, {})
        assert f"{held_disk.path} is held, foreign" in answer["comment"]
    assert held_disk.fingerprint() == before


def test_the_serial_number_of_a_held_drive_is_in_the_comment(minion: Salt, lab: Lab, held_disk: LoopDisk) -> None:
    with serial_number(held_disk, "ZL2A0001"):
        for answer in states(minion, lab):
            assert f"{held_disk.path} (serial ZL2A0001) is held, foreign: " in answer["comment"]


def test_a_held_drive_does_not_keep_the_others_from_being_enrolled(minion: Salt, lab: Lab, held_disk: LoopDisk) -> None:
    blank = lab.make_disk()
    lab.configure()
    before = held_disk.fingerprint()
    test, live = states(minion, lab)
    assert (test["result"], list(test["changes"])) == (False, [blank.path])
    assert (live["result"], list(live["changes"])) == (False, [blank.path])
    assert live["comment"].startswith("1 of 2 drives as wanted.\n" + held_disk.path)
    assert held_disk.fingerprint() == before


def test_a_configuration_that_the_agent_refuses_fails_the_state(minion: Salt, lab: Lab) -> None:
    lab.make_disk()
    lab.configure()
    lab.config_file.write_text("cluster: []\n")
    for answer in states(minion, lab):
        assert (answer["result"], answer["changes"]) == (False, {})
        assert "footing.yaml:1" in answer["comment"]


def test_without_an_agent_the_state_fails(minion: Salt, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.make_disk()
    lab.configure()
    monkeypatch.setitem(minion.caller.opts, "footing.program", "/nonexistent/footing")
    for answer in states(minion, lab):
        assert (answer["result"], answer["changes"]) == (False, {})
        assert answer["comment"] == "The agent can't look at the drives: there is no agent: /nonexistent/footing: No such file or directory"


def test_a_blank_drive_that_the_inventory_cannot_admit_is_not_formatted(minion: Salt, lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure(more="inventory: {url: http://127.0.0.1:9}\n")
    before = disk.fingerprint()
    test, live = states(minion, lab)
    assert test["result"] is None
    assert (live["result"], live["changes"]) == (False, {})
    assert f"{disk.path} is still blank, not mounted: waiting" in live["comment"]
    assert "nothing is formatted: the inventory at http://127.0.0.1:9" in live["comment"]
    assert disk.fingerprint() == before


def test_a_drive_that_fails_while_it_is_mounted_is_told(minion: Salt, lab: Lab) -> None:
    disk = lab.enrolled_disk()
    where = lab.plan().disk(disk)["mount_point"]
    # Somebody's file where the mount point should be: the agent's mount fails.
    disk_lab.subprocess.run(["chattr", "-i", where], check=False, capture_output=True)
    disk_lab.run("rm", "-rf", where)
    disk_lab.run("touch", where)
    _, live = states(minion, lab)
    assert (live["result"], live["changes"]) == (False, {})
    assert live["comment"].splitlines()[1].startswith(f"{disk.path} is still enrolled, not mounted: ")
