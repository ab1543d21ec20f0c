"""One run of the agent at a time."""

import fcntl
import os
import subprocess

from agent import PROGRAM
from conftest import Lab
from serial import serial_number
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
