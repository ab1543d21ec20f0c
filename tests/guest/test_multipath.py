"""Drives by two cables: multipathd makes one drive of their paths, and that one is enrolled, served and released."""

from __future__ import annotations

import re
import subprocess
from typing import Any

from agent import boot, codes, configure, told
from drives import GIB, Drive
from guest import Guest
from inventory import inventory


def two_paths(guest: Guest, name: str, wwn: int) -> tuple[Drive, Drive]:
    """One drive, plugged in twice."""
    one = Drive(f"{name}-a", size=GIB, wwn=wwn, serial=name.upper())
    return one, Drive(f"{name}-b", size=GIB, wwn=wwn, serial=name.upper(), file=guest.folder / f"{name}-a.raw")


def joined(guest: Guest, command: str, errors: str = "/run/joined.err") -> dict[str, dict[str, Any]]:
    """What is said of the multipath devices, by serial number."""
    answer = guest.run(f"footing {command} --json 2>{errors}", timeout=900, check=False)
    assert answer.said, errors
    return {entry["identity"]["serial"]: entry for entry in answer.json["disks"] if entry["path"].startswith("/dev/dm-")}


def test_two_paths_are_one_drive_for_multipathd_and_for_the_agent(guest: Guest) -> None:
    drive, old = two_paths(guest, "drive", 0x5000C50033334444), two_paths(guest, "former", 0x5000C50055556666)
    # Two drives to which their maker gave one WWN: multipathd asks for nothing else.
    twins = Drive("twin-a", size=GIB, wwn=0x5000C50011112222, serial="FIRST"), Drive("twin-b", size=GIB, wwn=0x5000C50011112222, serial="SECOND")
    with guest.file(old[0]).open("wb") as new:
        new.truncate(GIB)
    subprocess.run(["sfdisk", "--quiet", guest.file(old[0])], input=b"label: gpt\n2048,500M\n", check=True)
    guest.plug(*drive, *old, *twins)
    with inventory(guest.folder) as known:
        configure(guest, more=known.told_to(guest))
        for entry in told(guest, "plan").values():  # nobody has said yet that they are one drive
            assert (entry["verdict"], codes(entry)[0]) == ("duplicate", "duplicate_identity"), entry

        # The boot holds them; when multipathd comes, the agent looks again by itself, and this time mkfs fails.
        guest.run("mount --bind /usr/bin/false /usr/sbin/mkfs.xfs")
        boot(guest)
        guest.run("systemctl start multipathd.service")
        guest.until("journalctl -u footing.service | grep 'DRIVE.*failed: mkfs'", timeout=300)
        guest.run("systemctl stop footing.service")
        assert joined(guest, "plan")["DRIVE"]["verdict"] == "interrupted"
        guest.run("umount /usr/sbin/mkfs.xfs")

        entries = joined(guest, "apply")
        assert {serial: (entry["verdict"], entry["outcome"]) for serial, entry in entries.items()} == \
            {"DRIVE": ("interrupted", "enrolled"), "FORMER": ("foreign", "held"), "FIRST": ("duplicate", "held")}, entries
        assert "its paths are not one drive" in entries["FIRST"]["reasons"][0]["sentence"]
        for twin in twins:
            assert not guest.file(twin).read_bytes().strip(b"\0"), f"{twin.name} was written to"
        where = entries["DRIVE"]["mount_point"]
        guest.run(f"readlink -f /dev/mapper/*-part1 | grep -x $(readlink -f $(findmnt --raw --noheadings --output SOURCE {where}))")
        guest.run(f"echo kept >{where}/file && sync {where}/file")
        told_by_path = told(guest, "plan")
        for path in drive:
            assert (told_by_path[path.name]["verdict"], codes(told_by_path[path.name])[0]) == ("excluded", "path_of_multipath")

        # Nobody needs the old one: its partition is taken from the kernel, and it is wiped, proved blank and enrolled.
        guest.run("footing release FORMER --serial FORMER", timeout=900)
        assert joined(guest, "apply", "/dev/ttyS0")["FORMER"]["outcome"] == "enrolled"
        console = guest.log("console.log")
        assert ": mkfs" in console and not re.search(r"\x1b\[\d+A", console), "a serial console gets a line for each event, and is not drawn on"

        # One cable less: it goes on. The next look finds all in service, and changes nothing.
        guest.pull(drive[0])
        guest.run(f"cat {where}/file && echo more >{where}/more && sync {where}/more")
        after = joined(guest, "apply")
        assert {serial: (entry["verdict"], entry["outcome"]) for serial, entry in after.items() if serial != "FIRST"} == \
            {"DRIVE": ("enrolled", "mounted"), "FORMER": ("enrolled", "mounted")}, after
        # To the inventory its paths are no drives of their own.
        guest.wait_for(lambda: [known.drives()[serial]["verdict"] for serial in ("DRIVE", "FORMER", "FIRST")] == ["enrolled", "enrolled", "duplicate"],
                       "the inventory was not told of the drives as they are")
        assert all(known.drives()[serial]["path"].startswith("/dev/dm-") for serial in ("DRIVE", "FORMER", "FIRST"))

        # The other cable too: the map lives as long as its mount, and nobody can say which drive it is. The machine doesn't
        # let it go, or another would be let in before the cables are back.
        guest.pull(drive[1])
        lost = joined(guest, "apply")[""]
        assert (lost["path"], lost["verdict"]) == (after["DRIVE"]["path"], "unreadable"), lost
        assert "io_error" in codes(lost), lost
        guest.run(f"findmnt {where}")
        assert known.rights("DRIVE") == 1, "the inventory has ended this machine's right to it"
