"""Formatting can be forbidden from outside; mounting what is enrolled can't, unless another machine may have taken it."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import OTHER_MACHINE, PROGRAM, Answer
from conftest import FORMATS, SEEN, VANISHED, Lab
from listener import Listener, admitted, decided
from loopdisk import LoopDisk, full, gone_from_the_kernel, mounts, run
from serial import hanging_fact, serial_number
from signing_inventory import Inventory

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


def test_a_drive_that_was_wiped_on_purpose_is_formatted_anew_when_an_admin_says_so(lab: Lab) -> None:
    disk = lab.make_disk()
    inventory = Inventory(lab.folder / "inventory")
    lab.configure(more=f"inventory: {{url: '{inventory.url}', token_file: {inventory.token_file}}}\n")
    try:
        with serial_number(disk, "ZL2A0Q7X"):
            assert lab.apply().disk(disk)["outcome"] == "enrolled"
            assert lab.footing("report", "--send").status == 0
        lab.unmount_all()
        disk.forget_partitions()
        run("blkdiscard", disk.path)
        blank = disk.fingerprint()
        with serial_number(disk, "ZL2A0Q7X"):
            held = lab.apply().disk(disk)
            assert (held["verdict"], held["outcome"], held["reasons"][-1]["code"]) == ("suspect", "held", "remembered_enrolled"), held
            assert disk.fingerprint() == blank
            explained = lab.footing("explain", disk.path).out
            assert "verdict      blank" in explained and ": suspect, held\n" in explained, explained
            assert held["reasons"][-1]["sentence"] in explained and "'forget-enrolment'" in explained, explained
            assert "formats it" not in explained, explained
            lab.footing("report", "--send")
            (known,) = json.loads(inventory.get("/v1/disks?serial=ZL2A0Q7X")[1])["disks"]
            status, answer = inventory.post(f"/v1/disks/{known['id']}/forget-enrolment", {"by": "ann"}, "admin")
            assert (status, answer["ever_enrolled"]) == (200, False), answer
            anew = lab.apply().disk(disk)
            assert anew["outcome"] == "enrolled", anew["outcome_error"]
    finally:
        inventory.close()


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


def note_vanished(where: str, boot_id: str = "") -> None:
    """As a run notes it whose find_vanished() found that drive gone (tests/guest/test_hotplug.py pulls one out)."""
    VANISHED.write_text(f"{boot_id or Path('/proc/sys/kernel/random/boot_id').read_text().strip()}\n{where}\n")


def test_a_disk_that_went_away_in_this_boot_may_be_another_machines_by_now(lab: Lab) -> None:
    """A shelf with two heads: this one lost its path, reported without the drive, and the other one was let in."""
    disk = lab.enrolled_disk()
    where = lab.plan().disk(disk)["mount_point"]
    note_vanished(where)
    with Listener() as inventory:
        ask = f"moved_disks: ask\n{inventory.configuration}"
        lab.configure(more=ask.replace(inventory.configuration, f"inventory: {{url: {NOBODY_LISTENS}}}\n"))
        assert lab.apply().disk(disk)["outcome"] == "waiting", "nobody can say"
        lab.configure(more=ask)
        inventory.on_question = decided("wait", "two_machines")
        traffic = disk.traffic()
        waits = lab.apply()
        assert (waits.status, waits.disk(disk)["verdict"], waits.disk(disk)["outcome"]) == (3, "enrolled", "waiting"), waits
        assert [one["action"] for one in inventory.questions[-1]["drives"]] == ["adopt"]
        inventory.on_question = decided("refuse", "two_machines")
        refused = lab.apply().disk(disk)
        assert (refused["outcome"], refused["reasons"][-1]["code"]) == ("held", "seen_elsewhere"), refused
        assert (disk.traffic(), where in mounts().values()) == (traffic, False)
        inventory.on_question = admitted
        assert lab.apply().disk(disk)["outcome"] == "mounted"


def test_where_it_is_not_known_what_went_away_it_may_have_been_any(lab: Lab) -> None:
    disk = lab.enrolled_disk()
    VANISHED.mkdir()
    try:
        with Listener() as inventory:
            inventory.on_question = decided("wait", "two_machines")
            lab.configure(more=f"moved_disks: ask\n{inventory.configuration}")
            applied = lab.apply()
            assert (applied.disk(disk)["outcome"], str(VANISHED) in applied.err) == ("waiting", True), applied
    finally:
        VANISHED.rmdir()


def test_a_mount_whose_drive_is_gone_stays_until_that_is_noted(lab: Lab) -> None:
    """It is the only trace of it: taken away first, the drive would come back and be mounted unasked."""
    disk = lab.make_disk()
    with Listener() as inventory:
        lab.configure(more=f"moved_disks: ask\n{inventory.configuration}")
        assert lab.apply().disk(disk)["outcome"] == "enrolled"
        (where,) = [w for w in mounts().values() if w.startswith(str(lab.mount_root))]
        inventory.reports.clear()
        with gone_from_the_kernel(where, lab.folder / "dev-block"):
            with full(VANISHED.parent):
                unnoted = lab.apply()
                assert f"{where}: gone, and that can't be noted" in unnoted.err, unnoted
                assert (where in mounts().values(), inventory.reports[-1]["drives"]["status"]) == (True, "failed")
            assert lab.footing("report", "--send").status == 0
            assert (where in VANISHED.read_text().splitlines(), inventory.reports[-1]["drives"]["status"]) == (True, "ok")
            assert f"{where}: its drive is gone, it is unmounted" in lab.apply().err
        inventory.on_question = decided("wait", "two_machines")
        assert (lab.apply().disk(disk)["outcome"], where in mounts().values()) == ("waiting", False)


@pytest.mark.parametrize("why", ["no machine takes another's disks here", "it was in another boot", "it was another disk"])
def test_what_nobody_can_have_taken_is_mounted_without_a_question(lab: Lab, why: str) -> None:
    disk = lab.enrolled_disk()
    note_vanished("/srv/other" if why == "it was another disk" else lab.plan().disk(disk)["mount_point"],
                  "7b1c0ffe-0000-4000-8000-000000000000" if why == "it was in another boot" else "")
    word = "hold" if why == "no machine takes another's disks here" else "ask"
    with Listener() as inventory:
        lab.configure(more=f"moved_disks: {word}\n{inventory.configuration}")
        assert (lab.apply().disk(disk)["outcome"], inventory.questions) == ("mounted", [])


def apply_when_up_for(lab: Lab, seconds: int) -> Answer:
    """In a time namespace, whose clock counts from a boot so long ago."""
    ago = f"--boottime={seconds - int(time.clock_gettime(time.CLOCK_BOOTTIME))}"
    done = subprocess.run(["unshare", "--time", ago, "--fork", PROGRAM, "--config", lab.config_file, "apply", "--json"],
                          capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL)
    return Answer(done.returncode, done.stdout, done.stderr)


EARLY, LATE = 60, 700  # inventory/wire/settled.hpp: 10 minutes


@pytest.fixture
def off_the_shelf(lab: Lab) -> Iterator[LoopDisk]:
    """An enrolled drive with an identity, not mounted; this boot has looked, and it wasn't there."""
    disk = lab.make_disk()
    lab.configure()
    with serial_number(disk, "ZL2A0Q7X"):
        assert lab.apply().disk(disk)["outcome"] == "enrolled"
    lab.unmount_all()
    SEEN.write_text(Path("/proc/sys/kernel/random/boot_id").read_text())
    yield disk
    if SEEN.is_dir():
        SEEN.rmdir()


def test_a_disk_that_came_when_the_machine_was_settled_may_be_another_machines_by_now(lab: Lab, off_the_shelf: LoopDisk) -> None:
    """The shelf's cable was off at power-on: this head was heard without the drive, and the other one was let in."""
    disk = off_the_shelf
    with Listener() as inventory, serial_number(disk, "ZL2A0Q7X"):
        ask = f"moved_disks: ask\n{inventory.configuration}"
        lab.configure(more=ask.replace(inventory.configuration, f"inventory: {{url: {NOBODY_LISTENS}}}\n"))
        waits = apply_when_up_for(lab, LATE)
        entry = waits.disk(disk)
        assert (waits.status, entry["verdict"], entry["outcome"], entry["reasons"][-1]["code"]) == (3, "enrolled", "waiting", "not_admitted"), waits
        assert "came late" in entry["reasons"][-1]["sentence"] and "hasn't answered" in entry["reasons"][-1]["sentence"], entry
        lab.configure(more=ask)
        inventory.on_question = decided("wait", "two_machines")
        assert apply_when_up_for(lab, LATE).disk(disk)["outcome"] == "waiting", "it came as late as before"
        assert [one["action"] for one in inventory.questions[-1]["drives"]] == ["adopt"]
        assert not [where for where in mounts().values() if where.startswith(str(lab.mount_root))]
        inventory.on_question = admitted
        assert apply_when_up_for(lab, LATE).disk(disk)["outcome"] == "mounted"
        lab.unmount_all()  # by hand
        inventory.questions.clear()
        assert (apply_when_up_for(lab, LATE).disk(disk)["outcome"], inventory.questions) == ("mounted", [])


@pytest.mark.parametrize("why", ["it came early", "it hung when it was early", "nobody had looked in this boot", "no machine takes another's disks here"])
def test_what_this_machine_was_never_heard_without_is_mounted_without_a_question(lab: Lab, off_the_shelf: LoopDisk, why: str) -> None:
    disk = off_the_shelf
    with Listener() as inventory:
        word = "hold" if why.startswith("no machine") else "ask"
        lab.configure(more=f"moved_disks: {word}\ndeadlines: {{observe: 3 s}}\n{inventory.configuration}")
        if why == "nobody had looked in this boot":
            SEEN.unlink()
        if why == "it hung when it was early":
            with hanging_fact(disk, "serial"):
                assert apply_when_up_for(lab, EARLY).disk(disk)["verdict"] == "unreadable"
        with serial_number(disk, "ZL2A0Q7X"):
            if why == "it came early":
                assert apply_when_up_for(lab, EARLY).disk(disk)["outcome"] == "mounted"
                lab.unmount_all()
            assert (apply_when_up_for(lab, LATE).disk(disk)["outcome"], inventory.questions) == ("mounted", [])


def test_a_disk_that_was_there_early_and_is_let_go_later_may_be_another_machines_by_now(lab: Lab, off_the_shelf: LoopDisk) -> None:
    """Nobody had mounted it when it was pulled, so no mount tells of it."""
    disk, other = off_the_shelf, lab.make_disk()
    with Listener() as inventory:
        inventory.on_question = decided("wait", "two_machines")
        ask = f"moved_disks: ask\ndeadlines: {{observe: 3 s}}\n{inventory.configuration}"
        lab.configure(more=ask)
        with serial_number(disk, "ZL2A0Q7X"):
            assert apply_when_up_for(lab, EARLY).disk(disk)["outcome"] == "mounted"
            lab.unmount_all()  # by hand
        disk.detach()
        lab.configure(more=ask)  # its name may be another test's by now
        with hanging_fact(other, "serial"):
            apply_when_up_for(lab, LATE)  # which may be the one: this report lets none go
        assert "ZL2A0Q7X" in SEEN.read_text()
        apply_when_up_for(lab, LATE)
        assert "ZL2A0Q7X" not in SEEN.read_text()
        disk.attach()
        lab.configure(more=ask)  # the name may be another test's by now
        with serial_number(disk, "ZL2A0Q7X"):
            assert apply_when_up_for(lab, LATE).disk(disk)["outcome"] == "waiting"
        assert not [where for where in mounts().values() if where.startswith(str(lab.mount_root))]


def test_a_drive_at_the_place_of_one_that_hung_early_is_another_one(lab: Lab, off_the_shelf: LoopDisk) -> None:
    """The one that hung was pulled, and its name is free: what comes from the shelf gets it."""
    disk = off_the_shelf
    path = disk.path
    with Listener() as inventory:
        inventory.on_question = decided("wait", "two_machines")
        lab.configure(more=f"moved_disks: ask\ndeadlines: {{observe: 3 s}}\n{inventory.configuration}")
        with hanging_fact(disk, "serial"):
            assert apply_when_up_for(lab, EARLY).disk(disk)["verdict"] == "unreadable"
        noted = f"path:{path} "
        assert noted in SEEN.read_text()
        disk.detach()
        for _ in range(120):  # another test may have got the name
            if subprocess.run(["losetup", "--sector-size", str(disk.sector), path, disk.file], capture_output=True, check=False).returncode == 0:
                break  # numbered anew, as any drive that comes
            time.sleep(0.5)
        disk.path = path
        with serial_number(disk, "ZL2A0Q7X"):
            assert apply_when_up_for(lab, LATE).disk(disk)["outcome"] == "waiting"
        assert not [where for where in mounts().values() if where.startswith(str(lab.mount_root))]
        assert noted not in SEEN.read_text(), "nor does it vouch for one that a kernel without such numbers shows there"


def test_where_it_is_not_known_what_this_boot_has_seen_it_may_have_been_nothing(lab: Lab, off_the_shelf: LoopDisk) -> None:
    SEEN.unlink()
    SEEN.mkdir()
    with Listener() as inventory, serial_number(off_the_shelf, "ZL2A0Q7X"):
        inventory.on_question = decided("wait", "two_machines")
        lab.configure(more=f"moved_disks: ask\n{inventory.configuration}")
        applied = apply_when_up_for(lab, LATE)
        assert (applied.disk(off_the_shelf)["outcome"], str(SEEN) in applied.err) == ("waiting", True), applied
        assert apply_when_up_for(lab, EARLY).disk(off_the_shelf)["outcome"] == "mounted"


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
