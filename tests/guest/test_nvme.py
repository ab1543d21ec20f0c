"""NVMe drives with several namespaces, one of them zoned, and one that two controllers lead to; a BMC.

QEMU plugs neither a namespace nor a BMC into a running guest, so this one is booted.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from agent import codes, configure
from conftest import SCRATCH, Booted
from drives import MIB
from guest import Guest, running

NO_UUID = "uuid=00000000-0000-0000-0000-000000000000"
# By which of its names Linux knows each (drivers/nvme/host/sysfs.c, wwid_show): UUID, NGUID, EUI-64, or none of its own.
NAMESPACES = {1: "uuid=6ba7b810-9dad-11d1-80b4-00c04fd430c8", 2: f"{NO_UUID},nguid=0025385b71b00d2e0025385b71b00d2f",
              3: f"{NO_UUID},eui64=0x0025385b71b00d30", 4: NO_UUID,
              5: f"{NO_UUID},eui64=0x0025385b71b00d31,zoned=on,zoned.zone_size=64M,zoned.zone_capacity=64M,logical_block_size=4096,physical_block_size=4096"}
SERIAL = "ONENVMEDRIVE"
NAMED = "for d in /sys/class/block/nvme*; do [ -e $d/partition ] || echo ${d##*/} $(cat $d/nsid $d/hidden $d/wwid); done"


@pytest.fixture
def guest(booted: Booted) -> Iterator[Guest]:
    folder = SCRATCH / "nvme"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    words = ["-device", "ipmi-bmc-sim,id=bmc", "-device", "isa-ipmi-kcs,bmc=bmc", "-device", f"nvme,id=one,serial={SERIAL}"]
    for nsid, its in NAMESPACES.items():
        words += ["-device", f"nvme-ns,bus=one,drive=n{nsid},nsid={nsid},{its}"]
    words += ["-device", "nvme-subsys,id=two", "-device", "nvme,id=left,serial=TWOWAYS,subsys=two",
              "-device", "nvme,id=right,serial=TWOWAYS,subsys=two", "-device", "nvme-ns,bus=left,drive=n9,nsid=1,uuid=6ba7b811-9dad-11d1-80b4-00c04fd430c8"]
    for nsid in (*NAMESPACES, 9):
        with (folder / f"n{nsid}.raw").open("wb") as new:
            new.truncate(512 * MIB)
            if nsid == 5:
                new.seek(64 * MIB)  # the head is blank
                new.write(b"somebody's zone")
        words += ["-drive", f"if=none,id=n{nsid},format=raw,file=n{nsid}.raw"]
    with running(Guest(booted.root, booted.accel, booted.initrd, folder, more=tuple(words))) as made:
        made.settle()
        yield made
    shutil.rmtree(folder, ignore_errors=True)


def test_each_namespace_is_a_drive_and_a_zoned_one_is_held(guest: Guest) -> None:
    lines = [line.split() for line in guest.run(NAMED).said.splitlines()]
    shown = {f"/dev/{name}": (int(nsid), wwid) for name, nsid, hidden, wwid in lines if hidden == "0"}
    assert len(shown) == 6 and len({wwid for _, wwid in shown.values()}) == 6, lines
    assert sum(hidden == "1" for _, _, hidden, _ in lines) == 2, "the paths of the drive with two controllers"
    before = (guest.folder / "n5.raw").read_bytes()
    configure(guest)
    guest.run("footing apply >/dev/null 2>/run/apply.err", timeout=600, check=False)
    entries = {entry["path"]: entry for entry in guest.run("footing plan --json", timeout=300, check=False).json["disks"]}
    for path, (nsid, _) in shown.items():
        entry = entries[path]
        if nsid == 5:
            assert (entry["verdict"], codes(entry)) == ("excluded", ["zoned"]), entry
        else:
            assert entry["verdict"] == "enrolled" and entry["mounted_at"], entry
    places = [entries[path]["mounted_at"] for path, (nsid, _) in shown.items() if nsid != 5]
    assert len(set(places)) == 5
    assert {entry["verdict"] for path, entry in entries.items() if path not in shown and "nvme" in path} <= {"excluded"}
    assert {entries[path]["identity"]["serial"] for path in shown} == {SERIAL, "TWOWAYS"}
    assert (guest.folder / "n5.raw").read_bytes() == before, "a zoned namespace was written to"

    # The report says of each namespace what its controller says, and that ipmitool reached the BMC: QEMU's has no LAN.
    report = guest.run("footing report 2>/run/report.err", timeout=300).json
    drives = {drive["path"]: drive for drive in report["drives"]["data"]}
    for path, (nsid, _) in shown.items():
        assert nsid == 5 or drives[path]["health"]["status"] == "passed", drives[path]
        assert nsid == 5 or drives[path]["health"]["temperature_c"] == 50, drives[path]
    assert report["bmc"]["tool"] == "ipmitool" and "/dev/ipmi0" not in report["bmc"]["error"], report["bmc"]
    assert report["bmc"]["error"].startswith("ipmitool: exit status 1: "), report["bmc"]
    assert "IPMI Version" in guest.run("ipmitool mc info").said
