"""Device mapper under a drive (a loop device stands for the drive) and over one: slow, failing, lying, suspended."""

from __future__ import annotations

from typing import Any

from agent import RULES, codes, configure
from drives import MIB, Drive
from guest import Guest

LOOPS = """  - name: layered
    match: {path: /dev/loop*}
    identity: none
    role: object
    filesystem: {type: xfs}
    mount_point: /srv/node/{label}
"""
SIZE = 512 * MIB
SECTORS = SIZE // 512
FOREVER = "0 3600"  # dm-flakey: seconds up, seconds down
BAD = SECTORS - 4096  # in the tail that the proof reads
TABLES = {"slow": "0 {n} delay {dev} 0 20 {dev} 0 20",
          "badread": f"0 {BAD} linear {{dev}} 0\n{BAD} 2048 error\n{BAD + 2048} 2048 linear {{dev}} {BAD + 2048}",
          "badwrite": "0 {n} flakey {dev} 0 " + FOREVER + " 1 error_writes",
          "liar": "0 {n} flakey {dev} 0 " + FOREVER + " 1 drop_writes",
          # Smaller than it says: what is written behind its end vanishes, or comes over its beginning.
          "fake": f"0 {BAD} linear {{dev}} 0\n{BAD} {SECTORS - BAD} zero",
          "wraps": f"0 {SECTORS // 2} linear {{dev}} 0\n{SECTORS // 2} {SECTORS // 2} linear {{dev}} 0",
          "asleep": "0 {n} linear {dev} 0"}


def cure(guest: Guest, name: str, device: str) -> None:
    guest.run(f"dmsetup suspend {name} && dmsetup reload {name} --table '0 {SECTORS} linear {device} 0' && dmsetup resume {name}")


def apply(guest: Guest) -> dict[str, dict[str, Any]]:
    """The entries by path."""
    said = guest.run("footing apply --json 2>>/run/apply.err", timeout=900, check=False).json
    return {entry["path"]: entry for entry in said["disks"]}


def test_device_mapper_under_and_over_drives(guest: Guest) -> None:
    drives = {name: Drive(name, size=SIZE) for name in (*TABLES, "over")}
    guest.plug(*drives.values())
    paths = guest.paths()
    guest.run("modprobe -a dm-mod dm-delay dm-flakey dm-zero loop; udevadm settle")
    loops = {}
    for name, table in TABLES.items():
        guest.write(f"/run/{name}.table", table.format(n=SECTORS, dev=paths[name]) + "\n")
        guest.run(f"dmsetup create {name} /run/{name}.table")
        loops[name] = guest.run(f"losetup --find --show --direct-io=on /dev/mapper/{name}").said.strip()
    guest.run(f"dmsetup create over --table '0 {SECTORS} linear {paths['over']} 0'; udevadm settle")
    guest.run("dmsetup suspend --noflush --nolockfs asleep; dmsetup suspend --noflush --nolockfs over")
    configure(guest, rules=RULES + LOOPS, observe=120)

    said = apply(guest)
    entries = {name: said[path] for name, path in loops.items()}
    assert entries["slow"]["outcome"] == "enrolled", entries["slow"]
    assert entries["badread"]["verdict"] == "unreadable" and "io_error" in codes(entries["badread"]), entries["badread"]
    assert (entries["asleep"]["verdict"], codes(entries["asleep"])) == ("unreadable", ["timed_out"]), entries["asleep"]
    for name in ("badwrite", "liar", "fake", "wraps"):
        assert entries[name]["outcome"] == "failed", entries[name]
    for name, step in (("badwrite", "intent"), ("fake", "verify"), ("wraps", "verify")):
        assert entries[name]["outcome_error"].startswith(f"{step}: "), entries[name]
    for path in paths.values():  # what lies under a device mapper device, awake or not, is in use
        assert (said[path]["verdict"], codes(said[path])) == ("in_use", ["holder"]), said[path]
    table = guest.run("findmnt --raw --noheadings --types xfs --output SOURCE").said.split()
    assert table == [f"{loops['slow']}p1"], table
    for name in ("badread", "badwrite", "liar", "asleep", "over"):
        assert not guest.file(drives[name]).read_bytes().strip(b"\0"), f"{name} was written to"

    # Cured, each is taken in; nothing of the failed attempts is in the way. But one that wrote over its own beginning is
    # held. The drives below are excluded by now: with the same ledger as what lies over them, they would be duplicates.
    guest.run("dmsetup resume asleep")
    for name in ("badread", "badwrite", "liar", "fake"):
        cure(guest, name, paths[name])
    configure(guest, rules=LOOPS, observe=120)
    said = apply(guest)
    outcomes = {name: said[path]["outcome"] for name, path in loops.items()}
    assert outcomes == {"slow": "mounted", "wraps": "held"} | {name: "enrolled" for name in loops if name not in ("slow", "wraps")}, said
    guest.run("dmsetup resume over")
