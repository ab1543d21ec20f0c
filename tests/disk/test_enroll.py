"""Blank drives become storage, once, and are found again."""

import json
import os
import subprocess
import uuid
from pathlib import Path

import pytest

from agent import CLUSTER, COMMITTED, PROGRAM, ledger
from conftest import Lab
from loopdisk import GIB, MIB, LoopDisk, mounts, run

TIB = 1 << 40
LARGEST = 16 * TIB - 4096  # ext4's largest file


def check_enrolled(lab: Lab, disk: LoopDisk, entry: dict) -> Path:
    """Everything that an enrolment promises; gives the mount point."""
    first, second = ledger(disk)
    assert first is not None and second is not None
    assert (first.state, second.state) == (COMMITTED, COMMITTED), "an INTENT can still be found"
    assert abs(first.sequence - second.sequence) == 1
    disk_id = first.disk_id
    assert second.disk_id == disk_id and uuid.UUID(disk_id).version == 4
    assert (first.cluster, first.label) == (CLUSTER, disk_id[:8])

    run("sfdisk", "--verify", disk.path)
    assert "No problems found" in run("sgdisk", "--verify", disk.path)
    table = json.loads(run("sfdisk", "--json", disk.path))["partitiontable"]
    (partition,) = table["partitions"]
    assert table["label"] == "gpt" and partition["uuid"].lower() == disk_id
    assert partition["start"] * disk.sector == MIB
    assert (partition["start"] + partition["size"]) * disk.sector > disk.size - 3 * MIB

    where = lab.mount_root / disk_id[:8]
    assert entry["mount_point"] == str(where)
    node = f"{disk.path}p1"
    assert mounts()[node] == str(where)
    assert run("blkid", "-p", "-o", "value", "-s", "UUID", node).strip() == disk_id
    assert run("blkid", "-p", "-o", "value", "-s", "TYPE", node).strip() == "xfs"
    (marker,) = list(where.iterdir())
    assert json.loads(marker.read_text())["disk_id"] == disk_id
    return where


@pytest.mark.parametrize("size, sector", [(GIB, 512), (LARGEST, 512), (GIB, 4096), (LARGEST - 12 * 4096, 4096)])
def test_a_blank_disk_is_enrolled_mounted_and_left_alone_afterwards(lab: Lab, size: int, sector: int) -> None:
    disk = lab.make_disk(size, sector)
    lab.configure()
    blank = disk.fingerprint()
    planned = lab.plan()
    assert planned.status == 2
    assert (planned.disk(disk)["verdict"], planned.disk(disk)["action"]) == ("blank", "enroll")
    assert disk.fingerprint() == blank, "plan wrote to the disk"

    applied = lab.apply()
    assert applied.status == 0, applied
    assert applied.json["schema"] and "footing" in applied.json["generated_by"]
    entry = applied.disk(disk)
    assert (entry["verdict"], entry["outcome"], entry["outcome_error"]) == ("blank", "enrolled", "")
    where = check_enrolled(lab, disk, entry)
    assert "noatime" in next(line for line in Path("/proc/self/mounts").read_text().splitlines() if line.startswith(f"{disk.path}p1 "))
    (where / "object").write_bytes(b"customer's data")
    # XFS writes its log once more half a minute after the last change (xfs_log_worker); a freeze does that now.
    run("fsfreeze", "--freeze", where)
    run("fsfreeze", "--unfreeze", where)

    before, traffic = disk.fingerprint(), disk.traffic()
    for command in (lab.apply, lab.plan, lambda: lab.footing("detect", "--json"), lambda: lab.footing("explain", disk.path),
                    lambda: lab.footing("status", "--json")):
        assert command().status == 0
    again = lab.apply()
    assert (again.disk(disk)["verdict"], again.disk(disk)["action"], again.disk(disk)["outcome"]) == ("enrolled", "none", "mounted")
    assert disk.traffic() == traffic, "the second run wrote or discarded"
    assert disk.fingerprint() == before


def test_after_a_power_cycle_the_disk_is_mounted_with_its_files_and_nothing_is_formatted(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    where = Path(lab.apply().disk(disk)["mount_point"])
    (where / "object").write_bytes(b"customer's data")
    records = ledger(disk)
    lab.power_cycle()
    assert not where.joinpath("object").exists()
    planned = lab.plan()
    assert (planned.status, planned.disk(disk)["verdict"], planned.disk(disk)["action"]) == (2, "enrolled", "mount")
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["outcome"], applied.disk(disk)["mount_point"]) == (0, "mounted", str(where))
    assert (where / "object").read_bytes() == b"customer's data"
    assert ledger(disk) == records, "the ledger was written although nothing was to be finished"


def test_nothing_can_be_written_under_an_unmounted_mount_point(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    where = Path(lab.apply().disk(disk)["mount_point"])
    run("umount", where)
    with pytest.raises(PermissionError):
        (where / "object").write_bytes(b"into the RAM")
    assert lab.apply().status == 0, "a mount point with its guard is mounted on again"
    (where / "object").write_bytes(b"onto the disk")


def test_24_disks_are_enrolled_at_once(lab: Lab) -> None:
    disks = [lab.make_disk(256 * GIB) for _ in range(24)]  # a log of 128 MiB each: with 16 TiB the host would need 48 GiB
    lab.configure()
    applied = lab.apply()
    assert applied.status == 0, applied
    assert {applied.disk(d)["outcome"] for d in disks} == {"enrolled"}
    assert len({applied.disk(d)["disk_id"] for d in disks}) == 24
    for disk in disks:
        check_enrolled(lab, disk, applied.disk(disk))
    again = lab.apply()
    assert (again.status, {again.disk(d)["outcome"] for d in disks}) == (0, {"mounted"})


def test_a_terminal_has_a_line_for_each_disk_and_a_log_one_for_each_event(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    screen, terminal = os.openpty()
    done = subprocess.run([PROGRAM, "--config", lab.config_file, "apply"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=terminal, timeout=120)
    os.close(terminal)
    shown = os.read(screen, 1 << 16).decode()
    os.close(screen)
    assert done.returncode == 0 and f"\x1b[1A\r\x1b[K{disk.path}  mkfs" in shown, shown
    lab.make_disk()
    lab.configure()
    logged = lab.apply().err
    assert "\x1b" not in logged and sum(": mkfs" in line for line in logged.splitlines()) == 1, logged


def test_one_foreign_disk_does_not_stop_the_others(lab: Lab) -> None:
    good, other = lab.make_disk(), lab.make_disk()
    run("mkfs.ext4", "-q", "-F", "-E", "nodiscard", other.path)
    before = other.fingerprint()
    lab.configure()
    applied = lab.apply()
    assert applied.status == 3
    assert (applied.disk(good)["outcome"], applied.disk(other)["outcome"]) == ("enrolled", "held")
    check_enrolled(lab, good, applied.disk(good))
    assert other.fingerprint() == before


def test_a_disk_that_no_rule_names_is_not_even_opened(lab: Lab) -> None:
    named = lab.make_disk()
    lab.configure()
    other = lab.make_disk()
    lab.power_cycle()
    lab.disks.remove(other)
    lab.configure()
    lab.disks.append(other)
    reads = Path(f"/sys/class/block/{other.name}/stat").read_text().split()[0]
    fingerprint = other.fingerprint()
    applied = lab.apply()
    assert applied.disk(named)["outcome"] == "enrolled"
    entry = applied.disk(other)
    assert (entry["verdict"], entry["action"], [r["code"] for r in entry["reasons"]][:1]) == ("excluded", "none", ["no_rule"])
    assert Path(f"/sys/class/block/{other.name}/stat").read_text().split()[0] == reads
    assert other.fingerprint() == fingerprint


def test_what_a_label_may_be_is_decided_once(lab: Lab) -> None:
    disks = [lab.make_disk() for _ in range(3)]
    lab.configure(rule='    label: "d{index}"\n')
    applied = lab.apply()
    assert applied.status == 0, applied
    labels = [applied.disk(d)["label"] for d in disks]
    assert sorted(labels) == ["d0", "d1", "d2"]
    lab.power_cycle()
    lab.configure()  # the rule says {id8} now; the ledger's label stands
    again = lab.apply()
    assert [again.disk(d)["label"] for d in disks] == labels
    assert all(os.path.ismount(lab.mount_root / label) for label in labels)
