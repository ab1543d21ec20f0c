"""Sick drives beside healthy ones: those are enrolled, mounted and served in time, whatever the sick ones do."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from agent import boot, codes, configure, mounted, told
from drives import MIB, Drive
from guest import Guest
from inventory import inventory

ANY = {"event": "none", "immediately": True, "once": False}
NBDKIT = {"rdbad": ["--filter=error", "error-pread=EIO", "error-pread-rate=100%"],
          "wrbad": ["--filter=error", "error-pwrite-rate=100%", "error-zero-rate=100%", "error-trim-rate=100%"],
          "tired": ["--filter=delay", "rdelay=30ms", "wdelay=30ms"],
          "stops": []}


def test_of_24_drives_3_hang_and_3_are_sick(guest: Guest) -> None:
    size = 512 * MIB
    healthy = [Drive(f"s{i}", size=size) for i in range(9)] + [Drive(f"virt{i}", bus="virtio", size=size) for i in range(5)] + \
        [Drive(f"n{i}", bus="nvme", size=size) for i in range(4)]
    hanging = [Drive("hang0", size=size), Drive("hang1", bus="virtio", size=size), Drive("hang2", size=size)]
    unreadable = Drive("unread", size=size, errors=[{**ANY, "iotype": "read", "errno": 5, "sector": size // 512 - 2000}])
    readonly = Drive("nowrite", size=size, errors=[{**ANY, "iotype": "write", "errno": 5}])
    flaky = Drive("noflush", bus="virtio", size=size, errors=[{**ANY, "iotype": "flush", "errno": 5}])
    guest.plug(*healthy, *hanging, unreadable, readonly, flaky)
    assert len(guest.paths()) == 24
    with inventory(guest.folder) as known:
        configure(guest, share=70, observe=120, more=known.told_to(guest))
        for drive in hanging:
            guest.hang(drive)
        started = time.monotonic()
        order = guest.order("systemctl start footing.service", 900)
        names = {drive.name for drive in healthy}
        guest.until("systemctl is-active storage.service", 600)
        assert time.monotonic() - started < 15 * 60, "deadlines.boot"
        guest.wait_for(lambda: set(mounted(guest)) == names, "the healthy drives are not all mounted, or a sick one is", 300)
        assert guest.wait(order, 900).status == 0
        sick = {drive.serial for drive in (*hanging, unreadable)}
        guest.wait_for(lambda: {serial for serial, drive in known.drives().items() if drive["verdict"] == "unreadable"} == sick,
                       "the inventory was not told which drives can't be read", 300)
    said = guest.journal()
    paths = guest.paths()
    for drive in hanging:
        assert f"{paths[drive.name]} " in said and "no answer within" in said
    # What a failed write left behind is never served, and the drive that can't be read was never written.
    for drive in (unreadable, readonly, flaky):
        assert drive.name not in mounted(guest)
    assert not guest.file(unreadable).read_bytes().strip(b"\0"), "a drive that can't be read was written to"


def test_a_drive_that_disappears_or_changes_in_the_middle(guest: Guest) -> None:
    """One is pulled when its enrolment has begun and comes back, and another comes with somebody's data. (One that takes
    another's place, name and size in the middle: tests/faults/test_intruder.py.)"""
    going, staying = Drive("going", bus="virtio"), Drive("staying")
    guest.plug(going, staying)
    configure(guest)
    guest.limit(going, 400_000)  # so that the enrolment takes a while
    order = guest.order("footing apply --json 2>/run/apply.err", 600)
    guest.until(f"grep -q '{guest.path(going)}.*mkfs' /run/apply.err", 400)
    guest.qmp("device_del", id="going")
    answer = guest.wait(order, 600)
    assert answer.status == 3, answer
    outcomes = {entry["path"]: entry["outcome"] for entry in answer.json["disks"]}
    assert outcomes[guest.path(staying)] == "enrolled"
    assert set(mounted(guest)) == {"staying"}
    guest.wait_for(lambda: "going" not in guest.paths(), "the pulled drive is still there")
    del guest.drives["going"]

    # It returns with what it holds by now: half an enrolment, that is finished; and somebody's data, that is held.
    guest.plug(Drive("back", bus="virtio", serial="GGOING", file=guest.folder / "going.raw"))
    theirs = Drive("theirs", bus="virtio")
    guest.file(theirs).write_bytes(b"\0" * (4 * MIB) + b"somebody's data")
    with guest.file(theirs).open("r+b") as file:
        file.truncate(theirs.size)
    guest.plug(theirs)
    entries = told(guest, "apply")
    assert entries["back"]["outcome"] == "enrolled", entries["back"]
    assert entries["staying"]["outcome"] == "mounted"
    assert (entries["theirs"]["outcome"], codes(entries["theirs"])) == ("held", ["nonblank_byte"])


@contextlib.contextmanager
def served(folder: Path, drives: list[Drive]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """nbdkit for each drive, with its filter. The error filters are at work while the file NAME.bad is there."""
    servers: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for drive in drives:
            words = NBDKIT[drive.name]
            drive.nbd = folder / f"{drive.name}.nbd"
            filters = [word for word in words if word.startswith("--")]
            settings = [*(word for word in words if not word.startswith("--")),
                        *([f"error-file={folder / drive.name}.bad"] if "--filter=error" in filters else [])]
            with (folder / f"{drive.name}.raw").open("wb") as new:
                new.truncate(drive.size)
            servers[drive.name] = subprocess.Popen(["nbdkit", "--foreground", "--unix", str(drive.nbd), *filters, "file",
                                                    str(folder / f"{drive.name}.raw"), *settings])
        for drive in drives:
            until = time.monotonic() + 60
            while not (drive.nbd and drive.nbd.exists()):
                assert time.monotonic() < until and servers[drive.name].poll() is None, "nbdkit does not serve"
                time.sleep(0.05)
        yield servers
    finally:
        for server in servers.values():
            server.kill()
            server.wait()


def test_drives_that_fail_and_recover(guest: Guest) -> None:
    """One can't be read, one can't be written, one is slow, one stops answering; then all are well again."""
    drives = [Drive(name, size=512 * MIB) for name in NBDKIT]
    with served(guest.folder, drives) as servers:
        guest.plug(*drives)
        paths = guest.paths()
        configure(guest, observe=120)
        for name in ("rdbad", "wrbad"):
            (guest.folder / f"{name}.bad").touch()
        servers["stops"].send_signal(signal.SIGSTOP)
        entries = told(guest, "apply", timeout=900)
        assert (entries["rdbad"]["verdict"], codes(entries["rdbad"])) == ("unreadable", ["io_error"]), entries["rdbad"]
        assert (entries["wrbad"]["verdict"], entries["wrbad"]["outcome"]) == ("blank", "failed"), entries["wrbad"]
        assert entries["wrbad"]["outcome_error"].startswith("intent: "), entries["wrbad"]
        assert (entries["stops"]["verdict"], codes(entries["stops"])) == ("unreadable", ["timed_out"]), entries["stops"]
        assert entries["tired"]["outcome"] == "enrolled", entries["tired"]
        assert set(mounted(guest)) == {"tired"}
        for name in ("rdbad", "wrbad", "stops"):
            assert not (guest.folder / f"{name}.raw").read_bytes().strip(b"\0"), f"{name} was written to"

        for name in ("rdbad", "wrbad"):
            (guest.folder / f"{name}.bad").unlink()
        servers["stops"].send_signal(signal.SIGCONT)
        guest.wait_for(lambda: guest.run(f"timeout 5 dd if={paths['stops']} of=/dev/null count=1 iflag=direct", check=False).status == 0,
                       "the drive that stopped does not go on")
        entries = told(guest, "apply", timeout=900)
        assert {entry["outcome"] for name, entry in entries.items()} <= {"enrolled", "mounted"}, entries
        assert set(mounted(guest)) == set(NBDKIT)
