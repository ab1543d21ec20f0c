"""`footing explain` for every verdict: which row, why, what was read and compared, what to do. For who must decide at night."""

import os
import struct
from collections.abc import Iterator

import pytest

from agent import OTHER_MACHINE, SLOTS, crc32c, ledger, run_until
from conftest import Lab
from loopdisk import GIB, MIB, LoopDisk, run
from serial import unreadable_fact
from test_damaged import flip

Shelf = dict[str, LoopDisk]


@pytest.fixture
def shelf(lab: Lab) -> Iterator[Shelf]:
    """A drive for each verdict, by its name."""
    disks = {"elsewhere": lab.make_disk()}
    lab.configure(machine=OTHER_MACHINE)
    assert lab.apply().status == 0
    lab.power_cycle()
    disks |= {name: lab.make_disk() for name in ("enrolled", "duplicate", "damaged")}
    lab.configure()
    assert lab.apply().disk(disks["damaged"])["outcome"] == "enrolled"
    lab.power_cycle()
    lab.copy_of(disks["duplicate"])
    flip(disks["damaged"], 512 + 60)
    disks["interrupted"] = lab.make_disk()
    lab.configure()
    assert run_until(": mkfs", "--config", lab.config_file, "apply")
    lab.power_cycle()
    disks |= {"excluded": lab.make_disk(256 * MIB)} | {name: lab.make_disk(GIB) for name in ("unreadable", "in_use", "foreign", "blank")}
    run("mkfs.ext4", "-q", "-F", "-E", "nodiscard", disks["foreign"].path)
    lab.configure()
    held = os.open(disks["in_use"].path, os.O_RDONLY | os.O_EXCL)
    with unreadable_fact(disks["unreadable"], "serial"):
        yield disks
    os.close(held)


SLOT = f"ledger slot 0 at byte {SLOTS[0]}: "
NO_TABLE = "MBR: none; GPT at the head: none; at the tail: none"
BOTH_TABLES = "with one partition at byte 1048576, 4292870144 bytes, with both tables"
# Its row, and what must be told of it: {path}, {id} and {table} are the drive's own.
TOLD = {
    "excluded": (1, ["is smaller than the", "[too_small]", "what the kernel says of it, no byte of its own", "nothing, if it isn't for storage"]),
    "unreadable": (2, ["'serial'", "[io_error]", "errno 21 (found by kernel)", SLOT + "blank", "smartctl -x {path}", "what isn't read isn't blank"]),
    "duplicate": (3, ["has the same disk id ({id})", SLOT + "COMMITTED", "superblock where the ledger has one: xfs {id}", "disk id {id}, with the partition's GUID", "take out the copy"]),
    "in_use": (4, ["[opened_exclusively]", SLOT + "blank", "find who has it: lsblk {path}"]),
    "enrolled": (5, ["GPT and filesystem {id} agree with it", SLOT + "COMMITTED", "MBR: protective; GPT at the head: {table}, 1 partitions; at the tail: {table}, 1 partitions",
                     "superblock where the ledger has one: xfs {id}", BOTH_TABLES, "the marker file is read once it is mounted", "'footing apply', or the boot, mounts it"]),
    "elsewhere": (6, [f"it was enrolled by machine {OTHER_MACHINE}", f"cluster 'par-1' and machine {OTHER_MACHINE}, with this one's", "'moved_disks' (hold, ask, mount)"]),
    "damaged": (7, ["the primary GPT is damaged", "[gpt_damaged]", "GPT at the head: damaged: ", "at the tail: {table}, 1 partitions", BOTH_TABLES,
                    "never formatted and never mounted", "ddrescue {path}"]),
    "interrupted": (8, ["an enrolment of ours was interrupted", "INTENT, write 1", "all that lies beside the INTENT", "starts its enrolment again"]),
    "foreign": (9, ["ext4 signature at byte 1080", "offset 1080 (found by libblkid)", "is not blank: ", " bytes ", SLOT + "blank", NO_TABLE, "libblkid over the whole drive",
                    "which isn't blank", "'footing release {path} --serial S'"]),
    "blank": (11, ["read, every byte 0x00", SLOT + "blank", NO_TABLE, "both ends' GPT too: 0 found", "all of it blank", "formats it, once the inventory admits it"]),
}


def ids_of(disk: LoopDisk) -> dict[str, str]:
    record = next((record for record in ledger(disk) if record), None)
    return {"path": disk.path, "id": record.disk_id if record else "", "table": run("sgdisk", "--print", disk.path).split("Disk identifier (GUID): ")[1].split()[0].lower()
            if record and record.state == 2 else ""}


def test_each_verdict_is_explained(lab: Lab, shelf: Shelf) -> None:
    before = [disk.fingerprint() for disk in lab.disks]
    for verdict, (row, sentences) in TOLD.items():
        disk = shelf[verdict]
        done = lab.footing("explain", disk.path)
        assert done.status == 0, done.err
        ids = ids_of(disk)
        told = [f"verdict      {verdict}\n", f"row          {row} of 11: ", "  because\n", "  was read\n", "  what to do\n", *(s.format(**ids) for s in sentences)]
        for sentence in told:
            assert sentence in done.out, f"{verdict}: '{sentence}' is not in:\n{done.out}"
        assert ("its ledger was compared with the drive" in done.out) == (verdict in ("duplicate", "enrolled", "elsewhere", "damaged", "interrupted"))
        assert len(done.out.splitlines()) < 40, done.out
    assert [disk.fingerprint() for disk in lab.disks] == before

    # A brake makes the blank one suspect; the same for machines.
    lab.configure(more="limits: {format_at_most: 1}\n")
    more = [lab.make_disk(GIB), lab.make_disk(GIB)]
    lab.configure(more="limits: {format_at_most: 1}\n")
    (entry,) = lab.footing("explain", more[0].path, "--json").json["disks"]
    assert (entry["verdict"], entry["row"].partition(":")[0]) == ("suspect", "10 of 11"), entry
    assert entry["read"][0] == SLOT + "blank" and entry["compared"] == []
    assert ["raise limits.format_at_most" in sentence for sentence in entry["next"]] == [True]


def test_an_enrolled_drive_in_service_was_compared_with_its_marker_too(lab: Lab) -> None:
    disk = lab.enrolled_disk()
    where = lab.apply().disk(disk)["mount_point"]
    told = lab.footing("explain", disk.path).out
    for sentence in (f"the marker file in {where}", "and the filesystem's UUID and the marker file", "nothing: it is in service"):
        assert sentence in told, told


def test_a_ledger_of_a_newer_release_is_told_as_such(lab: Lab) -> None:
    disk = lab.enrolled_disk()
    for offset in SLOTS:
        slot = bytearray(disk.read(offset, 4096))
        struct.pack_into("<I", slot, 8, 2)  # its version (agent/model/ledger.cpp)
        struct.pack_into("<I", slot, 508, crc32c(bytes(slot[:508])))
        disk.write(offset, bytes(slot))
    before = disk.fingerprint()
    told = lab.footing("explain", disk.path).out
    for sentence in ("verdict      damaged\n", "version 2 of the ledger, this agent knows 1", "written by a newer footing: boot a release that is no older"):
        assert sentence in told, told
    assert "replace it" not in told, "nothing is wrong with the drive"
    assert disk.fingerprint() == before
