"""Drives that fail, lie, vanish or come back as others: an error is never blank, and never enrolled."""

import fcntl
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from agent import COMMITTED, PROGRAM, Answer, ledger
from conftest import Lab
from loopdisk import MIB, LoopDisk, run
from storage import FailingDisk, Rule, always, failing_disk, once, served_disk

SIZE = 600 * MIB
LAST = SIZE // 512 - 1
LEDGER, FILESYSTEM = 2032, 2048  # sectors
LOOP_CTL_REMOVE = 0x4C81  # linux/loop.h
FIELDS = "proof: {window: 8 MiB, samples: 4}\ndeadlines: {observe: 20 s, enroll: 40 s}\n"
READS = {"the first sector": 0, "the primary GPT": 1, "where btrfs lies": 128, "the ledger's first slot": LEDGER, "its second": LEDGER + 8,
         "where a partition would begin": FILESYSTEM, "the head's end": 16 * 1024 - 1, "an XFS group": SIZE // 4 // 512, "the tail": LAST - 8000,
         "the last sector": LAST}


def apply(lab: Lab, disk: LoopDisk, **more: str) -> tuple[Answer, dict]:
    lab.configure(more=FIELDS, **more)
    answer = lab.apply()
    return answer, answer.disk(disk)


def is_whole(disk: LoopDisk) -> bool:
    """Enrolled, as others' tools see it: run after the disk's filesystem is unmounted."""
    records = ledger(disk)
    if [r.state if r else None for r in records] != [COMMITTED, COMMITTED]:
        return False
    run("sfdisk", "--verify", "--quiet", disk.path)
    subprocess.run(["partx", "--add", disk.path], check=False, capture_output=True)  # it may be there already
    run("xfs_repair", "-n", f"{disk.path}p1")
    return True


def assert_converges(lab: Lab, disk: FailingDisk) -> None:
    """The fault is gone: the next boot enrols or mounts it, and it is whole."""
    lab.unmount_all()
    disk.give()
    answer, entry = apply(lab, disk)
    assert entry["outcome"] in ("enrolled", "mounted"), (answer, entry)
    lab.power_cycle()
    assert is_whole(disk)


@pytest.mark.parametrize("how", [always, once])
def test_a_read_error_anywhere_in_the_proof_is_unreadable_and_nothing_is_written(lab: Lab, how) -> None:  # type: ignore[no-untyped-def]
    disk = failing_disk(lab, SIZE)
    for place, sector in READS.items():
        disk.give(how("read", sector=sector))
        answer, entry = apply(lab, disk)
        assert (answer.status, entry["action"]) == (3, "none"), place
        assert (entry["verdict"], entry["outcome"]) == ("unreadable", "held"), (place, entry)
        assert "Input/output error" in str(entry["reasons"]), (place, entry)
        assert disk.file.stat().st_blocks == 0, f"{place}: something was written"
    disk.give()
    assert apply(lab, disk)[1]["outcome"] == "enrolled"


def test_a_ledger_slot_that_went_bad_for_good_keeps_no_disk_out_of_service(lab: Lab) -> None:
    disk = failing_disk(lab, SIZE)
    disk.give()
    assert apply(lab, disk)[1]["outcome"] == "enrolled"
    for sector in (LEDGER, LEDGER + 8):
        lab.unmount_all()
        disk.give(always("read", sector=sector), always("write", sector=sector))
        answer, entry = apply(lab, disk)
        assert (answer.status, entry["verdict"], entry["outcome"]) == (0, "enrolled", "mounted"), (sector, entry)


# What fails, and the step that must say so.
WRITES: dict[str, tuple[str, Rule]] = {
    "the protective MBR": ("table", always("write", sector=0)), "the primary GPT": ("table", always("write", sector=1)),
    "the GPT's entries": ("table", always("write", sector=3)), "the backup GPT": ("table", always("write", sector=LAST)),
    "the ledger's first slot": ("intent", always("write", sector=LEDGER)), "the ledger's second slot": ("commit", always("write", sector=LEDGER + 8)),
    "the superblock": ("mkfs", always("write", sector=FILESYSTEM)), "the superblock, once": ("mkfs", once("write", sector=FILESYSTEM)),
    "the AG headers, once": ("mkfs", once("write", sector=FILESYSTEM + 1)), "the primary GPT, once": ("table", once("write", sector=1)),
    "the ledger, once": ("intent", once("write", sector=LEDGER)), "the commit, once": ("commit", once("write", sector=LEDGER + 8)),
    "every flush": ("intent", always("flush")), "the first flush": ("intent", once("flush")), "a full drive": ("intent", always("write", errno=28)),
}


def is_anything_mounted(lab: Lab) -> bool:
    return any(line.split()[4].startswith(str(lab.mount_root)) for line in Path("/proc/self/mountinfo").read_text().splitlines())


@pytest.mark.parametrize("what", WRITES)
def test_a_write_or_flush_error_is_reported_with_its_step_and_the_next_boot_goes_on(lab: Lab, what: str) -> None:
    step, rule = WRITES[what]
    disk = failing_disk(lab, SIZE)
    disk.give(rule)
    answer, entry = apply(lab, disk)
    assert (answer.status, entry["outcome"]) == (3, "failed"), entry
    assert entry["outcome_error"].startswith(f"{step}: "), entry
    assert not is_anything_mounted(lab)
    again, second = apply(lab, disk)
    assert second["outcome"] != "enrolled" or "once" in what or "first" in what, second
    assert_converges(lab, disk)


def test_a_drive_that_falls_sick_at_the_first_mount_fails_there(lab: Lab) -> None:
    """A slow one, so that the mount lasts longer than this test needs to hear of it."""
    disk = served_disk(lab, SIZE, "--filter=error", "--filter=delay", "error=EIO", "error-rate=100%", "rdelay=10ms", "wdelay=10ms")
    lab.configure(more=FIELDS)
    agent = subprocess.Popen([PROGRAM, "--config", lab.config_file, "apply", "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    assert agent.stderr
    assert any(f"{disk.path}: first mount" in line for line in agent.stderr), "no line 'first mount'"
    disk.trigger.touch()
    out, _ = agent.communicate(timeout=120)
    entry = Answer(agent.returncode, out, "").disk(disk)
    assert (agent.returncode, entry["outcome"]) == (3, "failed"), entry
    assert entry["outcome_error"].startswith("first mount: "), entry
    assert not is_anything_mounted(lab)
    assert not any(record and record.state == COMMITTED for record in ledger(disk))
    disk.trigger.unlink()
    assert_converges(lab, disk)


@pytest.mark.parametrize("rule, place", [(always("read", sector=1), "GPT"), (always("read", sector=FILESYSTEM), "superblock")])
def test_an_enrolled_drive_that_cant_be_read_is_held_and_comes_back(lab: Lab, rule: Rule, place: str) -> None:
    disk = failing_disk(lab, SIZE)
    disk.give()
    assert apply(lab, disk)[1]["outcome"] == "enrolled"
    lab.unmount_all()
    before = ledger(disk)
    disk.give(rule)
    answer, entry = apply(lab, disk)
    assert (answer.status, entry["verdict"], entry["outcome"]) == (3, "unreadable", "held"), (place, entry)
    disk.give()
    assert apply(lab, disk)[1]["outcome"] == "mounted"
    assert ledger(disk) == before


def test_a_read_only_drive_is_not_written(lab: Lab) -> None:
    disk = lab.make_disk(SIZE)
    disk.detach()
    disk.read_only = True
    disk.attach()
    answer, entry = apply(lab, disk)
    assert (answer.status, entry["action"], disk.file.stat().st_blocks) == (0, "none", 0), entry
    assert "read_only" in [r["code"] for r in entry["reasons"]]


def test_a_drive_that_lies_about_its_size_is_unreadable(lab: Lab) -> None:
    """The loop device says 600 MiB, its file ends after 400."""
    disk = lab.make_disk(SIZE)
    os.truncate(disk.file, 400 * MIB)
    answer, entry = apply(lab, disk)
    assert (answer.status, entry["verdict"], entry["outcome"]) == (3, "unreadable", "held"), entry
    assert disk.file.stat().st_size == 400 * MIB, "it was written to behind its end"


def test_a_drive_that_is_pulled_before_it_is_looked_at_stops_nobody(lab: Lab) -> None:
    good, gone = lab.make_disk(SIZE), failing_disk(lab, SIZE)
    gone.kill()
    answer, entry = apply(lab, gone)
    assert (answer.status, entry["verdict"]) == (3, "unreadable"), entry
    assert answer.disk(good)["outcome"] == "enrolled"


def test_a_drive_that_comes_back_as_another_is_looked_at_anew(lab: Lab) -> None:
    """Same path, other contents: what the first was proves nothing about the second."""
    disk = lab.make_disk(SIZE)
    disk.detach()
    number = 1000 + os.getpid() % 100_000  # of ours alone: nobody takes it meanwhile
    name = f"/dev/loop{number}"
    run("losetup", name, disk.file)
    disk.path = name
    lab.configure(more=FIELDS)
    assert lab.plan().disk(disk)["verdict"] == "blank"
    run("losetup", "--detach", name)
    run("mkfs.ext4", "-q", "-F", "-E", "nodiscard", disk.file)
    run("losetup", name, disk.file)
    before = disk.fingerprint()
    _, entry = apply(lab, disk)
    assert (entry["verdict"], entry["outcome"]) == ("foreign", "held")
    assert disk.fingerprint() == before
    disk.detach()
    with open("/dev/loop-control", "rb") as control:
        fcntl.ioctl(control, LOOP_CTL_REMOVE, number)


@pytest.mark.parametrize("step", ["second look", "intent", "table", "mkfs", "verify", "first mount", "commit", "mount"])
def test_a_drive_that_is_pulled_in_the_middle_fails_alone_and_comes_back(lab: Lab, step: str) -> None:
    good, gone = lab.make_disk(SIZE), failing_disk(lab, SIZE)
    lab.configure(more=FIELDS)
    agent = subprocess.Popen([PROGRAM, "--config", lab.config_file, "apply", "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    assert agent.stderr
    assert any(f"{gone.path}: {step}" in line for line in agent.stderr), f"no line '{step}'"
    gone.kill()
    out, _ = agent.communicate(timeout=120)
    answer = Answer(agent.returncode, out, "")
    assert answer.disk(good)["outcome"] == "enrolled"
    entry = answer.disk(gone)
    assert entry["outcome"] == "enrolled" or (entry["outcome"] == "failed" and entry["outcome_error"]), entry
    committed = {r.disk_id for r in ledger(gone) if r and r.state == COMMITTED}
    assert_converges(lab, gone)
    assert not committed or committed == {r.disk_id for r in ledger(gone) if r}, "a COMMITTED drive was formatted again"


def is_anybody_stuck() -> bool:
    """An agent's process in state D, proc_pid_stat(5)."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if re.match(r"\d+ \(footing\) D ", status.read_text()):
                return True
        except OSError:
            pass  # it has just ended
    return False


def test_a_drive_that_does_not_answer_holds_up_neither_the_agent_nor_who_reads_its_output(lab: Lab) -> None:
    """The worker is stuck in the kernel until the drive goes on; SIGKILL doesn't end it."""
    well = lab.enrolled_disk()
    sick = failing_disk(lab, SIZE)
    assert sick.daemon
    sick.daemon.send_signal(signal.SIGSTOP)
    try:
        answer, entry = apply(lab, sick)
        assert (answer.status, entry["verdict"], entry["reasons"][0]["code"]) == (3, "unreadable", "timed_out"), entry
        assert answer.disk(well)["outcome"] == "mounted", answer.err
        assert is_anybody_stuck(), "this tested nothing"
    finally:
        sick.daemon.send_signal(signal.SIGCONT)
    assert_converges(lab, sick)


def test_a_drive_that_hangs_in_service_keeps_no_new_one_from_being_enrolled(lab: Lab) -> None:
    """mkfs.xfs asks of every mount point of the machine whether it is its drive's: stat(2), xfsprogs' libxfs/linux.c."""
    sick = failing_disk(lab, SIZE)
    where = Path(apply(lab, sick)[1]["mount_point"])
    (where / "object").write_text("a customer's")
    run("sync", "--file-system", where)
    new = lab.make_disk(SIZE)
    assert sick.daemon
    sick.daemon.send_signal(signal.SIGSTOP)
    stuck = subprocess.Popen(["sh", "-c", f"echo more >{where}/more; mkdir {where}/folder; exec sync --file-system {where}"])
    try:
        while f"{stuck.pid} (sync) D" not in Path(f"/proc/{stuck.pid}/stat").read_text():
            assert stuck.poll() is None, "it does not hang: this tests nothing"
            time.sleep(0.01)
        answer, entry = apply(lab, sick)
        assert (entry["verdict"], entry["reasons"][0]["code"]) == ("unreadable", "timed_out"), entry
        assert answer.disk(new)["outcome"] == "enrolled", answer.disk(new)
    finally:
        sick.daemon.send_signal(signal.SIGCONT)
        stuck.wait()
    answer, entry = apply(lab, sick)
    assert (answer.status, entry["outcome"], (where / "object").read_text()) == (0, "mounted", "a customer's"), entry
