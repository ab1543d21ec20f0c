"""An enrolled disk on which something disagrees, or which belongs elsewhere or twice, is held as it is."""

import stat
import struct
import uuid
from pathlib import Path

import pytest

from agent import OTHER_MACHINE, SLOTS, crc32c, ledger
from conftest import Lab
from loopdisk import GIB, MIB, LoopDisk, run


MACHINE_AT = slice(56, 72)  # agent/model/ledger.cpp


def flip(disk: LoopDisk, offset: int) -> None:
    at = offset % disk.size
    disk.write(at, bytes([disk.read(at, 1)[0] ^ 0x01]))


DAMAGE = {
    "both ledger slots": ([SLOTS[0] + 100, SLOTS[1] + 100], "ledger_corrupt"),
    "primary GPT header": ([512 + 60], "gpt_damaged"),
    "primary GPT magic": ([512], "gpt_damaged"),
    "primary GPT entries": ([1024 + 20], "gpt_damaged"),
    "backup GPT header": ([-512 + 60], "gpt_damaged"),
    "backup GPT entries": ([-512 - 128 * 128 + 20], "gpt_damaged"),
    "protective MBR": ([510], "gpt_damaged"),
    "superblock's UUID": ([MIB + 32], "filesystem_mismatch"),
    "superblock's checksum": ([MIB + 224], "filesystem_mismatch"),
    "superblock's magic": ([MIB], "filesystem_mismatch"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_one_flipped_bit_of_an_enrolled_disk_holds_it(lab: Lab, what: str) -> None:
    offsets, code = DAMAGE[what]
    disk = lab.enrolled_disk()
    for offset in offsets:
        flip(disk, offset)
    lab.configure()
    lab.assert_held("damaged", code)
    for offset in offsets:
        flip(disk, offset)
    assert lab.apply().disk(disk)["outcome"] == "mounted", "repaired by hand, it is mounted again"


@pytest.mark.parametrize("slot", [0, 1])
@pytest.mark.parametrize("what", ["a bit", "all of it", "magic"])
def test_one_rotten_ledger_slot_loses_nothing(lab: Lab, slot: int, what: str) -> None:
    disk = lab.enrolled_disk()
    (record, _) = ledger(disk)
    damage = {"a bit": lambda: flip(disk, SLOTS[slot] + 100), "all of it": lambda: disk.write(SLOTS[slot], bytes(4096)),
              "magic": lambda: flip(disk, SLOTS[slot])}
    damage[what]()
    lab.configure()
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["verdict"], applied.disk(disk)["outcome"]) == (0, "enrolled", "mounted")
    healed = ledger(disk)
    assert {r.state if r else None for r in healed} == {2}
    assert record is not None and {r.disk_id if r else None for r in healed} == {record.disk_id}


def test_a_marker_of_another_disk_is_not_mounted(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    where = Path(lab.apply().disk(disk)["mount_point"])
    (marker,) = list(where.iterdir())
    run("chattr", "-i", marker)
    marker.write_text("{}\n")
    lab.power_cycle()
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["outcome"]) == (3, "failed")
    assert "marker" in applied.disk(disk)["outcome_error"]
    assert not where.is_mount()


def test_a_cloned_disk_holds_both(lab: Lab) -> None:
    disk = lab.enrolled_disk()
    lab.copy_of(disk)
    lab.configure()
    lab.assert_held("duplicate", "duplicate_disk_id")


@pytest.mark.parametrize("there, code", [({"cluster": "lon-1"}, "other_cluster"), ({"machine": OTHER_MACHINE}, "other_machine")])
def test_a_disk_of_another_cluster_or_machine_is_held(lab: Lab, there: dict[str, str], code: str) -> None:
    lab.enrolled_disk()
    lab.configure(**there)
    lab.assert_held("elsewhere", code)


def test_a_moved_disk_is_mounted_where_the_configuration_says_so(lab: Lab) -> None:
    disk = lab.enrolled_disk()
    lab.configure(machine=OTHER_MACHINE, more="moved_disks: mount\n")
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["verdict"], applied.disk(disk)["outcome"]) == (0, "elsewhere", "mounted")
    before = disk.traffic()
    again = lab.apply()
    assert (again.status, again.disk(disk)["verdict"], again.disk(disk)["outcome"]) == (0, "enrolled", "mounted"), again
    assert disk.traffic() == before


def test_a_disk_that_moved_is_not_mounted_by_the_machine_that_had_it(lab: Lab) -> None:
    """Two heads on one shelf: the first was dead, the second serves its disk, the first comes back."""
    disk = lab.enrolled_disk()
    lab.configure(machine=OTHER_MACHINE, more="moved_disks: mount\n")
    assert lab.apply().disk(disk)["outcome"] == "mounted"
    lab.power_cycle()
    lab.assert_held("elsewhere", "other_machine")


def test_a_move_that_was_cut_short_is_finished(lab: Lab) -> None:
    disk = lab.enrolled_disk()
    old = [disk.read(offset, 4096) for offset in SLOTS]
    lab.configure(machine=OTHER_MACHINE, more="moved_disks: mount\n")
    assert lab.apply().disk(disk)["outcome"] == "mounted"
    lab.power_cycle()
    last = max(range(2), key=lambda slot: sequences(disk)[slot])
    disk.write(SLOTS[last], old[last])
    lab.configure(machine=OTHER_MACHINE)
    assert lab.apply().disk(disk)["outcome"] == "mounted"
    assert {disk.read(offset, 4096)[MACHINE_AT] for offset in SLOTS} == {uuid.UUID(OTHER_MACHINE).bytes}


def sequences(disk: LoopDisk) -> list[int]:
    return [record.sequence if record else 0 for record in ledger(disk)]


def test_the_owner_of_the_filesystem_cannot_remove_its_marker(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    marker = Path(lab.apply().disk(disk)["mount_point"]) / ".footing"
    with pytest.raises(PermissionError):
        marker.unlink()
    assert lab.apply().status == 0


def test_a_disk_in_service_that_is_bound_to_a_second_place_stays_in_service(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    where = lab.apply().disk(disk)["mount_point"]
    second = lab.mount_root / "backup"
    second.mkdir()
    run("mount", "--bind", where, second)
    again = lab.apply()
    run("umount", second)
    assert (again.status, again.disk(disk)["verdict"], again.disk(disk)["mounted_at"]) == (0, "enrolled", where)


def test_a_moved_disk_of_another_cluster_is_held_even_then(lab: Lab) -> None:
    lab.enrolled_disk()
    lab.configure(cluster="lon-1", more="moved_disks: mount\n")
    lab.assert_held("elsewhere", "other_cluster")


@pytest.mark.parametrize("more", [64 * MIB, 4096, -4096, -64 * MIB, -3 * GIB])
def test_an_enrolled_disk_on_a_smaller_or_bigger_drive_is_held(lab: Lab, more: int) -> None:
    """A copy made with dd onto another drive: ledger and drive disagree."""
    disk = lab.enrolled_disk()
    disk.detach()
    with disk.file.open("r+b") as file:
        file.truncate(disk.size + more)
    disk.attach()
    lab.configure()
    lab.assert_held("damaged", "ledger_mismatch")


def test_an_intent_beside_a_committed_record_is_not_believed(lab: Lab) -> None:
    """A COMMITTED ledger is never undone: an older INTENT loses, a newer one contradicts."""
    disk = lab.enrolled_disk()
    slot = bytearray(disk.read(SLOTS[0], 4096))
    newest = max(r.sequence for r in ledger(disk) if r)
    struct.pack_into("<IQ", slot, 12, 1, newest + 1)
    struct.pack_into("<q", slot, 112, 0)
    struct.pack_into("<I", slot, 508, crc32c(bytes(slot[:508])))
    older = SLOTS[0] if struct.unpack_from("<Q", disk.read(SLOTS[0], 24), 16)[0] < newest else SLOTS[1]
    disk.write(older, bytes(slot))
    lab.configure()
    lab.assert_held("damaged", "ledger_mismatch")


def test_a_ledger_whose_label_is_a_path_touches_no_folder_of_the_machine(lab: Lab) -> None:
    """The guard under unmounted mount points would have made it immutable, with mode 0."""
    disk = lab.enrolled_disk()
    theirs = lab.folder / "theirs"
    theirs.mkdir()
    before = theirs.stat()
    for offset in SLOTS:
        slot = bytearray(disk.read(offset, 4096))
        slot[344:408] = b"../theirs".ljust(64, b"\0")
        struct.pack_into("<I", slot, 508, crc32c(bytes(slot[:508])))
        disk.write(offset, bytes(slot))
    lab.assert_held("damaged", "ledger_mismatch")
    assert (stat.S_IMODE(theirs.stat().st_mode), theirs.stat().st_ctime_ns) == (stat.S_IMODE(before.st_mode), before.st_ctime_ns)
    (theirs / "file").touch()
