"""Drives that are not what most drives are: sector sizes, identities, paths, holders, zones, and one that is failing."""

from __future__ import annotations

from agent import RULES, codes, configure, mounted, told
from drives import GIB, MIB, Drive
from guest import Guest


def by_path(path: str) -> str:
    """A rule for drives that say nothing of who they are."""
    return f"""  - name: named
    match: {{path: {path}}}
    identity: none
    role: object
    filesystem: {{type: xfs}}
    mount_point: /srv/node/{{label}}
"""


def test_h2_usb_drives_and_optical_ones_are_never_written_unless_a_rule_names_their_transport(guest: Guest) -> None:
    usual = Drive("usual", size=512 * MIB)
    stick, box = Drive("stick", bus="usb", size=512 * MIB, more={"removable": True}), Drive("box", bus="usb", size=512 * MIB)
    disc = Drive("disc", bus="cd", size=512 * MIB)
    guest.usb_controller()
    guest.plug(usual, stick, box, disc)
    by_size = "    match: {min_size: 300 MiB}\n"  # whatever is big enough
    configure(guest, rules=RULES.replace("    match: {transport: [scsi, nvme, virtio]}\n", by_size))
    entries = told(guest, "apply", timeout=600)
    assert entries["usual"]["outcome"] == "enrolled", entries["usual"]
    for drive, transport, code in ((stick, "usb", "removable"), (box, "usb", "not_a_data_drive"), (disc, "optical", "not_a_data_drive")):
        entry = entries[drive.name]
        assert (entry["verdict"], entry["transport"], entry["outcome"]) == ("excluded", transport, "none"), entry
        assert code in codes(entry), entry
        assert not guest.file(drive).read_bytes().strip(b"\0"), f"{drive.name} was written to"

    # Somebody does mean the drive in the box; a stick is removable still, and a disc is never one.
    # No identity: a serial number of USB is not one that the drive itself tells.
    named = RULES.replace("[scsi, nvme, virtio]", "[scsi, usb]").replace("    role: object", "    identity: none\n    role: object")
    configure(guest, rules=named + by_path("/dev/sr*"))
    entries = told(guest, "apply", timeout=600)
    assert [entries[drive.name]["outcome"] for drive in (usual, stick, box, disc)] == ["mounted", "none", "enrolled", "none"], entries
    for drive in (stick, disc):
        assert not guest.file(drive).read_bytes().strip(b"\0"), f"{drive.name} was written to"


def test_strange_drives(guest: Guest) -> None:
    size = 512 * MIB
    good = [Drive("n512", size=size, more={"logical_block_size": 512, "physical_block_size": 512}),
            Drive("e512", size=size, more={"logical_block_size": 512, "physical_block_size": 4096}),
            Drive("n4k", size=size, more={"logical_block_size": 4096, "physical_block_size": 4096}),
            # A placeholder is no identity; the serial number beside it is one.
            Drive("place1", size=size, wwn=0x5000000000000001), Drive("place2", size=size, wwn=0x5000000000000001)]
    held = {"small": (Drive("small", size=256 * MIB), "excluded", "too_small"),
            "nobody": (Drive("nobody", bus="virtio", size=size, serial=None), "unreadable", "no_identity"),
            "zeros": (Drive("zeros", size=size, wwn=None, serial="0000000000"), "unreadable", "no_identity"),
            "wwn1": (Drive("wwn1", size=size, wwn=0x5000C50011112222), "duplicate", "duplicate_identity"),
            "wwn2": (Drive("wwn2", size=size, wwn=0x5000C50011112222), "duplicate", "duplicate_identity"),
            "same1": (Drive("same1", bus="virtio", size=size, serial="SAME"), "duplicate", "duplicate_identity"),
            "same2": (Drive("same2", bus="virtio", size=size, serial="SAME"), "duplicate", "duplicate_identity"),
            "lvm": (Drive("lvm", size=size), "in_use", "holder"),
            "md": (Drive("md", size=size), "in_use", "holder")}
    failing = Drive("failing", bus="nvme", size=size)
    one = Drive("path1", size=GIB, wwn=0x5000C50033334444, serial="ONEDRIVE")
    two = Drive("path2", size=GIB, wwn=0x5000C50033334444, serial="ONEDRIVE", file=guest.folder / "path1.raw")
    guest.plug(*good, *(drive for drive, _, _ in held.values()), failing, one, two)
    guest.qmp("qom-set", path="/machine/peripheral/failing", property="smart_critical_warning", value=4)
    paths = guest.paths()
    guest.run("modprobe -a dm-mod md-mod raid1; "
              "modprobe null_blk nr_devices=1 gb=1 zoned=1 zone_size=64 memory_backed=0; udevadm settle")
    guest.run(f"dmsetup create vg-lv --uuid LVM-test --table '0 65536 linear {paths['lvm']} 2048'")
    # A RAID array without metadata: nothing of it is on the drive.
    guest.run(f"echo md7 >/sys/module/md_mod/parameters/new_array; cd /sys/block/md7/md; echo none >metadata_version; echo raid0 >level; "
              f"echo 1 >raid_disks; echo 512 >chunk_size; cat /sys/class/block/{paths['md'][5:]}/dev >new_dev; "
              f"ls /sys/class/block/{paths['md'][5:]}/holders | grep -q md7")
    configure(guest, rules=RULES + by_path("/dev/nullb*"))
    files = {name: guest.file(drive) for name, (drive, _, _) in held.items()}
    files |= {"failing": guest.file(failing), "path1": guest.file(one)}

    entries = told(guest, "apply", timeout=900)
    for drive in good:
        assert entries[drive.name]["outcome"] == "enrolled", entries[drive.name]
    for name, (_, verdict, code) in held.items():
        assert entries[name]["verdict"] == verdict, entries[name]
        assert code in codes(entries[name]), entries[name]
    for path in ("path1", "path2"):  # nobody has said that they are one drive
        assert (entries[path]["verdict"], codes(entries[path])) == ("duplicate", ["duplicate_identity"]), entries[path]
    assert (entries["failing"]["verdict"], codes(entries["failing"])) == ("suspect", ["failing_health"]), entries["failing"]
    assert "reliability_degraded" in entries["failing"]["reasons"][0]["sentence"]
    assert set(mounted(guest)) == {drive.name for drive in good}
    zoned = guest.run("footing explain /dev/nullb0 --json", check=False).said
    assert '"zoned"' in zoned, zoned
    for name, file in files.items():
        assert not file.read_bytes().strip(b"\0"), f"{name} was written to"

    # A rule may let a failing drive in; what is in service stays there when it begins to fail.
    configure(guest, rules=RULES.replace("role: object", "allow_failing: true\n    role: object"))
    assert told(guest, "apply", timeout=600)["failing"]["outcome"] == "enrolled"
    configure(guest)
    assert told(guest, "plan", timeout=300)["failing"]["verdict"] == "enrolled"
