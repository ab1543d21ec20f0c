"""Salt and the boot's unit on the same drives at once: one waits and says for whom; each drive is formatted once.

The first one's enrolment stands still at a drive's lock (tests/disk/stalled.py), until the other is seen to wait.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from agent import COMMITTED, PROGRAM, ledger
from conftest import SCRATCH, Salt
from disk_lab import Lab
from loopdisk import mounts
from stalled import stalled

LOCK = "/run/footing/lock"


@contextmanager
def run(*argv: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def salt_call(lab: Lab) -> tuple[str, ...]:
    folder = SCRATCH / f"{os.getpid()}-minion"
    return (str(Path(sys.executable).parent / "salt-call"), "--local", "--config-dir", str(folder), "--log-level", "quiet", "--out", "json",
            "state.single", "footing.converged", str(lab.config_file))


def boot(lab: Lab) -> tuple[str, ...]:
    """What footing.service runs."""
    return (PROGRAM, "boot", "--config", str(lab.config_file))


def who_has_the_lock_open(but: int) -> int | None:
    """The run that wants /run/footing/lock, beside the one that has it."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            program = os.readlink(folder / "exe")
            opened = [os.readlink(fd) for fd in (folder / "fd").iterdir()]
        except OSError:
            continue
        if program == os.path.realpath(PROGRAM) and LOCK in opened and parent_of(folder) != but and int(folder.name) != but:
            return int(folder.name)
    return None


def parent_of(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.mark.parametrize("first", ["the boot", "salt"])
def test_one_waits_for_the_other_and_each_drive_is_formatted_once(minion: Salt, lab: Lab, first: str) -> None:
    disks = [lab.make_disk(), lab.make_disk()]
    lab.configure()
    slow = disks[0]
    blank, traffic = slow.fingerprint(), slow.traffic()
    with ExitStack() as stack:
        stall = stack.enter_context(stalled(slow))
        commands = [boot(lab), salt_call(lab)] if first == "the boot" else [salt_call(lab), boot(lab)]
        one = stack.enter_context(run(*commands[0]))
        stall.wait_for(one)
        has_it = minion.call("footing.busy")
        assert has_it and (first != "the boot" or has_it == one.pid)
        other = stack.enter_context(run(*commands[1]))
        while not who_has_the_lock_open(has_it):
            assert other.poll() is None, f"the second did not wait: {other.communicate()}"
            assert stall.waiting() == 1, "the second runs beside the first: both are at the drive"
            time.sleep(0.05)
        assert minion.call("footing.busy") == has_it
        assert (slow.fingerprint(), slow.traffic()) == (blank, traffic), "the second wrote beside the first"
        stall.end()
        said = {"one": one.communicate(timeout=120), "other": other.communicate(timeout=120)}
    (_, booted), (answered, _) = (said["one"], said["other"]) if first == "the boot" else (said["other"], said["one"])
    ended = one.returncode if first == "the boot" else other.returncode
    (answer,) = json.loads(answered)["local"].values()
    assert (ended, answer["result"]) == (0, True), (booted, answer)

    # Who came second says for whom it waited, and has formatted nothing.
    waiting = f"waiting for another run (pid {has_it})"
    assert waiting in (answer["comment"] if first == "the boot" else booted), (booted, answer)
    assert waiting not in (booted if first == "the boot" else answer["comment"])
    assert booted.count(": mkfs") == (2 if first == "the boot" else 0), booted
    assert_formatted_once(lab, disks, answer)


def assert_formatted_once(lab: Lab, disks: list[Any], answer: dict[str, Any]) -> None:
    entries = [lab.plan().disk(disk) for disk in disks]
    for disk, entry in zip(disks, entries, strict=True):
        records = ledger(disk)
        assert sorted((record.state, record.sequence) for record in records if record) == [(COMMITTED, 2), (COMMITTED, 3)]
        assert {record.disk_id for record in records if record} == {entry["disk_id"]}
        assert (entry["verdict"], entry["mounted_at"]) == ("enrolled", entry["mount_point"])
    here = [where for where in mounts().values() if Path(where).parent == lab.mount_root]
    assert sorted(here) == sorted(entry["mounted_at"] for entry in entries), "stacked or missing mounts"
    assert answer["changes"][disks[0].path] == {"old": "blank, not mounted", "new": f"enrolled, mounted at {entries[0]['mounted_at']}"}
