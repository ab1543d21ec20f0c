"""Whatever is on a disk that isn't ours stays on it, to the byte."""

import pytest

from conftest import Lab
from foreign import KINDS
from loopdisk import GIB, MIB, LoopDisk, run
from serial import hanging_fact, unreadable_fact


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_elses_disk_is_held_and_byte_identical(lab: Lab, kind: str) -> None:
    make, size, reason = KINDS[kind]
    disk = lab.make_disk(size, in_memory=kind == "full of 0xFF")
    make(disk)
    lab.power_cycle()
    lab.assert_held("foreign", reason)


@pytest.mark.parametrize("size", [GIB, (16 << 40) - 4096])
def test_a_big_xfs_whose_head_was_wiped_is_held(lab: Lab, size: int) -> None:
    disk = lab.make_disk(size)
    KINDS["XFS whose head was wiped"][0](disk)
    lab.configure()
    lab.assert_held("foreign", "nonblank_byte")


def test_one_byte_anywhere_on_a_disk_that_is_read_whole_is_found(lab: Lab) -> None:
    disk = lab.make_disk(512 * MIB)
    for offset in (17 * MIB + 5, 255 * MIB, 400 * MIB + 4095, 495 * MIB):
        disk.write(offset, b"\1")
        lab.configure()
        lab.assert_held("foreign", "nonblank_byte")
        reasons = [r for r in lab.plan().disk(disk)["reasons"] if r["code"] == "nonblank_byte"]
        assert reasons[0]["evidence"]["offset"] == offset
        assert reasons[0]["evidence"]["bytes"].startswith("01")
        disk.write(offset, b"\0")
    lab.configure()
    assert lab.plan().disk(disk)["verdict"] == "blank"


def test_a_table_for_another_sector_size_is_held(lab: Lab) -> None:
    disk = lab.make_disk(GIB, 4096)
    run("sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", disk.path, stdin=b"label: gpt\nstart=1MiB\n")
    disk.detach()
    disk.sector = 512
    disk.attach()
    lab.configure()
    lab.assert_held("foreign", "partition_table")


def test_a_disk_full_of_another_byte_is_blank_only_where_the_configuration_says_so(lab: Lab) -> None:
    disk = lab.make_disk(512 * MIB, in_memory=True)
    for offset in range(0, disk.size, 64 * MIB):
        disk.write(offset, b"\xff" * 64 * MIB)
    lab.configure()
    assert lab.plan().disk(disk)["verdict"] == "foreign"
    lab.configure(more="proof: {fill: 255}\n")
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["outcome"]) == (0, "enrolled"), applied
    lab.unmount_all()
    again = lab.apply()
    assert (again.status, again.disk(disk)["outcome"]) == (0, "mounted"), again


def test_a_read_only_disk_is_excluded(lab: Lab) -> None:
    disk = lab.make_disk()
    disk.detach()
    disk.read_only = True
    disk.attach()
    lab.configure()
    lab.assert_held("excluded", "read_only")


def test_an_enrolled_disk_that_turned_read_only_is_damaged_and_says_so(lab: Lab) -> None:
    disk = lab.enrolled_disk()
    disk.detach()
    disk.read_only = True
    disk.attach()
    lab.configure()
    lab.assert_held("damaged", "read_only")


def test_a_drive_whose_facts_cannot_be_read_or_never_come_is_unreadable_and_holds_nobody_up(lab: Lab) -> None:
    sick, hanging, healthy = (lab.make_disk(in_memory=True) for _ in range(3))
    lab.configure(more="deadlines: {observe: 3 s}\n")
    before = [(d.fingerprint(), d.traffic()) for d in (sick, hanging)]
    with unreadable_fact(sick, "serial"), hanging_fact(hanging, "serial"):
        applied = lab.apply()
    assert (applied.status, applied.disk(healthy)["outcome"]) == (3, "enrolled"), applied
    for disk, code, said in ((sick, "io_error", "'serial'"), (hanging, "timed_out", "in time")):
        entry = applied.disk(disk)
        assert (entry["verdict"], entry["outcome"], entry["reasons"][0]["code"]) == ("unreadable", "held", code), entry
        assert said in entry["reasons"][0]["sentence"]
    assert [(d.fingerprint(), d.traffic()) for d in (sick, hanging)] == before
    lab.unmount_all()


def test_a_disk_that_is_too_small_is_excluded(lab: Lab) -> None:
    lab.make_disk(256 * MIB)
    lab.configure()
    lab.assert_held("excluded", "too_small")


def test_without_identity_none_a_drive_without_serial_and_wwn_is_not_touched(lab: Lab) -> None:
    lab.make_disk()
    text = lab.configure().read_text()
    lab.config_file.write_text(text.replace("    identity: none\n", ""))
    lab.assert_held("unreadable", "no_identity")


def test_two_disks_for_one_mount_point_give_it_to_neither(lab: Lab) -> None:
    """Each was enrolled as d0 while the other was away."""
    rule = "    label: d{index}\n"
    disks: list[LoopDisk] = []
    for _ in range(2):
        lab.disks.clear()
        disks.append(lab.make_disk())
        disks[-1].file.rename(lab.folder / f"own{len(disks)}.img")
        disks[-1].file = lab.folder / f"own{len(disks)}.img"
        lab.configure(rule=rule)
        assert lab.apply().disk(disks[-1])["label"] == "d0"
        lab.power_cycle()
    lab.disks[:] = disks
    lab.configure(rule=rule)
    before = [d.fingerprint() for d in disks]
    applied = lab.apply()
    for disk in disks:
        entry = applied.disk(disk)
        assert "ambiguous" in [r["code"] for r in entry["reasons"]]
        assert (entry["action"], entry["outcome"]) == ("none", "held")
    assert applied.status == 3
    assert [d.fingerprint() for d in disks] == before
    assert not (lab.mount_root / "d0").is_mount()


def test_a_label_that_wants_an_unknown_bay_holds_the_disk(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure(rule='    label: "{bay}"\n')
    before = disk.fingerprint()
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["outcome"]) == (3, "held")
    assert disk.fingerprint() == before
