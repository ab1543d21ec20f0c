"""One run of the agent at a time, and what keeps a second one off where they don't know of each other."""

import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agent import COMMITTED, PROGRAM, ledger
from conftest import Lab
from loopdisk import MIB, LoopDisk
from serial import serial_number
from stalled import stalled
from test_release import SERIAL, foreign_disk, release


def test_apply_waits_for_another_run_and_says_for_whom(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    blank = disk.fingerprint()
    with open("/run/footing/lock", "w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        second = subprocess.Popen([PROGRAM, "--config", lab.config_file, "apply"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                  stdin=subprocess.DEVNULL, text=True)
        try:
            assert second.stderr is not None
            assert second.stderr.readline() == f"footing: waiting for another run (pid {os.getpid()})\n"
            assert lab.plan().disk(disk)["verdict"] == "blank", "looking needs no lock"
            assert disk.fingerprint() == blank
            fcntl.lockf(held, fcntl.LOCK_UN)
            second.communicate(timeout=60)
        finally:
            second.kill()
            second.wait()
    assert second.returncode == 0
    assert disk.fingerprint() != blank


def test_release_waits_for_another_run_and_a_rehearsal_does_not(lab: Lab) -> None:
    disk = foreign_disk(lab)
    before = disk.fingerprint()
    with serial_number(disk, SERIAL), open("/run/footing/lock", "w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        second = subprocess.Popen([PROGRAM, "--config", lab.config_file, "release", disk.path, "--serial", SERIAL], stderr=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
        try:
            assert second.stderr is not None
            assert second.stderr.readline() == f"footing: waiting for another run (pid {os.getpid()})\n"
            assert release(lab, disk, SERIAL, "--dry-run").json["state"] == "would be released"
            assert disk.fingerprint() == before
            fcntl.lockf(held, fcntl.LOCK_UN)
            second.communicate(timeout=60)
        finally:
            second.kill()
            second.wait()
    assert second.returncode == 0
    assert disk.fingerprint() != before


@contextmanager
def between_its_two_looks(lab: Lab, disk: LoopDisk) -> Iterator[subprocess.Popen[str]]:
    """A run that has found the drive blank and waits for its lock."""
    with stalled(disk) as stall:
        second = subprocess.Popen([PROGRAM, "--config", lab.config_file, "apply", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  stdin=subprocess.DEVNULL, text=True)
        try:
            stall.wait_for(second)
            yield second
        except BaseException:
            second.kill()
            second.communicate()
            raise


def entry_of(run: subprocess.Popen[str], disk: LoopDisk) -> dict[str, Any]:
    out, _ = run.communicate(timeout=60)
    (found,) = [entry for entry in json.loads(out)["disks"] if entry["path"] == disk.path]
    return found


@pytest.mark.parametrize("protection", ["the drive's lock", "the claim", "the second look"])
def test_h30_each_protection_keeps_a_second_run_off_alone(lab: Lab, protection: str) -> None:
    """The first run is played: it did what one of the three must notice after the second run's look."""
    disk = lab.make_disk()
    lab.configure()
    claimed = -1
    with between_its_two_looks(lab, disk) as second:
        if protection == "the claim":
            claimed = os.open(disk.path, os.O_RDONLY | os.O_EXCL)
        if protection == "the second look":
            disk.write(3 * MIB, b"the first run's")
        before, traffic = disk.fingerprint(), disk.traffic()
        time.sleep(0.3)
        assert (disk.fingerprint(), disk.traffic()) == (before, traffic), "the drive's lock broke: it was written to under it"
    entry = entry_of(second, disk)
    if protection == "the drive's lock":
        assert entry["outcome"] == "enrolled", entry
        return
    if claimed >= 0:
        os.close(claimed)
    expected = {"the claim": "exclusively", "the second look": "the second look says foreign"}[protection]
    assert entry["outcome"] == "failed" and expected in entry["outcome_error"], f"{protection} broke: {entry}"
    assert (disk.fingerprint(), disk.traffic()) == (before, traffic), f"{protection} broke: it was written to"


def test_h30_two_runs_without_a_lock_between_them_enrol_every_drive_once(lab: Lab) -> None:
    """Each has a /run of its own, as in two containers: what is left is the drives' own locks, claims and second looks."""
    disks = [lab.make_disk() for _ in range(4)]
    lab.configure()
    apart = ["unshare", "--mount", "--propagation", "unchanged", "sh", "-c", 'mount -t tmpfs tmpfs /run/footing && exec "$@"', "sh"]
    argv = [*apart, PROGRAM, "--config", str(lab.config_file), "apply", "--json"]
    runs = [subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) for _ in range(2)]
    said = [run.communicate(timeout=120) for run in runs]
    assert not any("waiting for another run" in err for _, err in said), "they shared a lock: the test says nothing"
    entries = [entry for out, _ in said for entry in json.loads(out)["disks"] if entry["path"] in {disk.path for disk in disks}]
    for disk in disks:
        outcomes = [entry["outcome"] for entry in entries if entry["path"] == disk.path]
        assert outcomes.count("enrolled") == 1, entries
        assert {record.disk_id for record in ledger(disk) if record and record.state == COMMITTED} == \
            {entry["disk_id"] for entry in entries if entry["path"] == disk.path and entry["outcome"] == "enrolled"}
