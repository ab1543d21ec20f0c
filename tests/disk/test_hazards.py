"""Hazards that no other test had, and: HAZARDS.md names tests that exist."""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path

import pytest

from agent import COMMITTED, ledger
from conftest import Lab
from loopdisk import GIB, MIB, mounts, run

sys.path.insert(0, str(Path(__file__).parents[1]))
import hazard_table  # noqa: E402

TABLE = Path(__file__).parent / "HAZARDS.md"


def test_h1_drives_that_change_their_names_keep_their_mount_points(lab: Lab) -> None:
    disks = [lab.make_disk() for _ in range(3)]
    lab.configure()
    applied = lab.apply()
    places = {disk.file: applied.disk(disk)["mount_point"] for disk in disks}
    names = {disk.file: disk.path for disk in disks}
    for disk in disks:
        (Path(places[disk.file]) / "file").write_text(str(disk.file))
    lab.unmount_all()
    for order in permutations(disks):  # other tests take and give back names meanwhile, so one order may change none
        for disk in disks:
            disk.detach()
        for disk in order:
            disk.attach()
        if any(names[disk.file] != disk.path for disk in disks):
            break
    assert any(names[disk.file] != disk.path for disk in disks), "no name changed: the test says nothing"
    lab.configure()
    again = lab.apply()
    assert again.status == 0, again
    for disk in disks:
        assert again.disk(disk)["mount_point"] == places[disk.file]
        assert (Path(places[disk.file]) / "file").read_text() == str(disk.file)


def test_h6_superblocks_inside_customers_files_change_nothing(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    where = Path(lab.apply().disk(disk)["mount_point"])
    for program in (["mkfs.ext4", "-q", "-F"], ["mkfs.btrfs", "-q"], ["mkswap"]):
        image = where / program[0]
        with image.open("wb") as file:
            file.truncate(128 * MIB)
        run(*program, image)
    lab.power_cycle()
    again = lab.apply()
    assert (again.status, again.disk(disk)["verdict"], again.disk(disk)["outcome"]) == (0, "enrolled", "mounted"), again


def test_h7_an_old_signature_that_comes_back_outside_the_filesystem_holds_no_enrolled_disk(lab: Lab) -> None:
    """A cache that lost its battery, a RAID controller that looks: bytes of a former life where footing has none of its own."""
    disk = lab.enrolled_disk(size=GIB)
    returned = {64 << 10 | 0x40: b"_BHRfS_M", disk.size - (64 << 10): bytes.fromhex("a92b4efc") + bytes(60), 256 << 10: b"LABELONE"}
    with disk.file.open("r+b") as image:
        for offset, magic in returned.items():
            image.seek(offset)
            image.write(magic)
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["verdict"], applied.disk(disk)["outcome"]) == (0, "enrolled", "mounted"), applied
    with disk.file.open("rb") as image:
        for offset, magic in returned.items():
            image.seek(offset)
            assert image.read(len(magic)) == magic, "nothing of it is ours to clear away"


def test_h16_a_copy_of_a_filesystem_alone_is_somebodys_and_the_enrolled_one_is_mounted(lab: Lab) -> None:
    """dd of the partition onto another drive: its UUID is there twice, its ledger once."""
    enrolled = lab.enrolled_disk(size=GIB)
    copy = lab.make_disk()
    run("dd", f"if={enrolled.path}", f"of={copy.path}", "bs=1M", "skip=1", f"count={(enrolled.size >> 20) - 2}", "conv=sparse,fsync", "status=none")
    lab.configure()
    before, traffic = copy.fingerprint(), copy.traffic()
    applied = lab.apply()
    assert (applied.status, applied.disk(copy)["verdict"], applied.disk(copy)["outcome"]) == (3, "foreign", "held"), applied
    assert (applied.disk(enrolled)["verdict"], applied.disk(enrolled)["outcome"]) == ("enrolled", "mounted")
    assert (copy.fingerprint(), copy.traffic()) == (before, traffic)


def test_h24_an_enrolment_discards_nothing(lab: Lab) -> None:
    """Discarding is slow on some drives, and would make a mistake final."""
    disk = lab.make_disk(in_memory=True)
    assert int(Path(f"/sys/class/block/{disk.name}/queue/discard_max_bytes").read_text()) > 0, "it could not be discarded: the test says nothing"
    lab.configure()
    before = disk.traffic()
    assert lab.apply().status == 0
    after = disk.traffic()
    assert after.written_sectors > before.written_sectors
    assert (after.discards, after.discarded_sectors) == (before.discards, before.discarded_sectors)


def test_h30_two_runs_at_once_enrol_every_drive_once(lab: Lab) -> None:
    disks = [lab.make_disk() for _ in range(4)]
    lab.configure()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: lab.apply(), range(2)))
    assert {answer.status for answer in answers} <= {0, 1, 3}, answers
    enrolments = [answer.disk(disk)["outcome"] for answer in answers for disk in disks].count("enrolled")
    assert enrolments == len(disks), "each drive is enrolled by exactly one of the two"
    ids = [{record.disk_id for record in ledger(disk) if record and record.state == COMMITTED} for disk in disks]
    assert all(len(one) == 1 for one in ids) and len(set.union(*ids)) == len(disks)
    lab.power_cycle()
    again = lab.apply()
    assert again.status == 0 and len([m for m in mounts().values() if m.startswith(str(lab.mount_root))]) == len(disks)


@pytest.mark.parametrize("number", range(1, 35))
def test_every_hazard_has_its_row(number: int) -> None:
    answer = hazard_table.rows(TABLE)[f"H{number}"]
    assert "::" in answer or answer.startswith(("cannot occur:", "open:")), answer


def test_the_table_names_tests_that_exist_and_are_collected() -> None:
    assert hazard_table.missing(TABLE) == []
    for folder in ("disk", "crash", "faults"):
        assert hazard_table.not_collected(TABLE, folder) == set()
