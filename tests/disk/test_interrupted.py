"""kill -9 at any moment of an enrolment: the next run finishes the work, or holds what it can't explain."""

import random
import time

import pytest

from agent import COMMITTED, INTENT, ledger, run_for, run_until
from conftest import Lab
from loopdisk import GIB, MIB, LoopDisk, run

STEPS = ["second look", "intent", "table", "partition", "mkfs", "flush", "verify", "first mount", "commit", "mount"]


def kill_at(lab: Lab, step: str, size: int = 4 * GIB) -> LoopDisk:
    disk = lab.make_disk(size)
    lab.configure()
    assert run_until(f": {step}", "--config", lab.config_file, "apply"), f"no line '{step}'"
    return disk


def assert_converges(lab: Lab, disk: LoopDisk) -> None:
    applied = lab.apply()
    entry = applied.disk(disk)
    assert applied.status == 0, entry
    assert entry["outcome"] in ("enrolled", "mounted"), entry
    records = ledger(disk)
    assert [r.state if r else None for r in records] == [COMMITTED, COMMITTED]
    assert "No problems found" in run("sgdisk", "--verify", disk.path)
    lab.power_cycle()
    again = lab.apply()
    assert (again.status, again.disk(disk)["outcome"]) == (0, "mounted"), again


def unfinished_at(lab: Lab, step: str, size: int = 4 * GIB) -> LoopDisk:
    """After a power cycle. The agent may be faster than the kill."""
    for _ in range(20):
        disk = kill_at(lab, step, size)
        lab.power_cycle()
        if COMMITTED not in [r.state for r in ledger(disk) if r]:
            return disk
        lab.drop(disk)
    raise AssertionError("the agent was faster than the kill twenty times")


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_the_next_run_finishes(lab: Lab, step: str) -> None:
    disk = kill_at(lab, step)
    lab.power_cycle()
    assert_converges(lab, disk)


def test_killed_at_twenty_random_moments_the_next_run_finishes(lab: Lab) -> None:
    moments = random.Random(20261001)
    disk = lab.make_disk()
    lab.configure()
    start = time.monotonic()
    assert lab.apply().status == 0
    whole_run = time.monotonic() - start
    lab.power_cycle()
    lab.drop(disk)
    killed = 0
    for _ in range(20):
        disk = lab.make_disk(4 * GIB)
        lab.configure()
        if run_for(moments.uniform(0.02, 1.0) * whole_run, "--config", lab.config_file, "apply"):
            killed += 1
        else:
            whole_run *= 0.7  # the first run was on a busier machine
        lab.power_cycle()
        assert_converges(lab, disk)
        lab.power_cycle()
        lab.drop(disk)
    assert killed >= 5, "the moments are all after the end: the test proves nothing"


@pytest.mark.parametrize("what, offset", [("a byte behind the filesystem", -1 - 64 * 1024), ("a byte in the gap", 512 * 1024),
                                          ("a byte in the head of the filesystem", 5 * MIB)])
def test_what_our_unfinished_work_cant_explain_holds_the_disk(lab: Lab, what: str, offset: int) -> None:
    disk = unfinished_at(lab, "table", 512 * MIB)
    assert INTENT in [r.state for r in ledger(disk) if r], what
    disk.write(offset, b"\xa5")
    lab.configure()
    lab.assert_held("damaged", "intent_beside_data")


def test_a_file_in_an_unfinished_filesystem_holds_the_disk(lab: Lab) -> None:
    disk = unfinished_at(lab, "verify")
    run("partx", "--add", disk.path)
    where = lab.mount_root / "by-hand"
    where.mkdir()
    run("mount", f"{disk.path}p1", where)
    (where / "customer").write_text("data")
    run("umount", where)
    lab.power_cycle()
    lab.assert_held("damaged", "intent_beside_data")


def test_an_unfinished_disk_of_another_machine_is_held(lab: Lab) -> None:
    unfinished_at(lab, "mkfs")
    lab.configure(machine="11111111-2222-4333-8444-555555555555")
    lab.assert_held("damaged", "other_machine")


def test_a_stray_byte_in_the_free_space_of_an_unfinished_filesystem_holds_the_disk(lab: Lab) -> None:
    disk = unfinished_at(lab, "verify")
    disk.write(7 * MIB + 123, b"\xa5")
    lab.configure()
    lab.assert_held("damaged", "intent_beside_data")


def test_pieces_of_our_own_older_attempt_are_explained(lab: Lab) -> None:
    """What tests/crash found: sectors without the disk id that a second power cut leaves of the first attempt."""
    disk = unfinished_at(lab, "table")
    (record,) = [r for r in ledger(disk) if r]
    assert record.state == INTENT
    marker = f'{{"disk_id": "{record.disk_id}", "cluster": "{record.cluster}", "label": "{record.label}"}}\n'
    disk.write(MIB + 13 * 4096, marker.encode().ljust(4096, b"\0"))
    unmount_record = bytes.fromhex("00000001 00000008 aa200000 6e55").ljust(512, b"\0")
    disk.write(5 * MIB + 512, unmount_record)
    assert_converges(lab, disk)


def test_a_marker_of_another_disk_is_not_our_older_attempt(lab: Lab) -> None:
    disk = unfinished_at(lab, "table")
    marker = '{"disk_id": "11111111-2222-4333-8444-555555555555", "cluster": "par-1", "label": "11111111"}\n'
    disk.write(MIB + 13 * 4096, marker.encode().ljust(4096, b"\0"))
    lab.configure()
    lab.assert_held("damaged", "intent_beside_data")


def test_half_made_metadata_over_which_the_kernel_shuts_down_is_made_again(lab: Lab) -> None:
    """The inode header of the last group never landed: the mount that looks inside ends with EIO, not with EUCLEAN."""
    disk = unfinished_at(lab, "verify")
    blocks_per_group = int.from_bytes(disk.read(MIB + 84, 4), "big")
    inode_header = MIB + 3 * blocks_per_group * 4096 + 1024
    assert disk.read(inode_header, 4) == b"XAGI"
    disk.write(inode_header, bytes(512))
    assert_converges(lab, disk)
