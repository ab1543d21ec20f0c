"""The plug is pulled at random moments of an enrolment; the next boot finishes what was begun and loses nothing.

FOOTING_CUTS says how often (default 2), FOOTING_SEED which moments.
"""

from __future__ import annotations

import os
import random
import time

from agent import boot, configure, mounted
from drives import MIB, Drive
from guest import Guest

CUTS = int(os.environ.get("FOOTING_CUTS", "2"))
SEED = int(os.environ.get("FOOTING_SEED", "1"))
BUSES = ("scsi", "virtio", "nvme", "scsi")


def power_on(guest: Guest, drives: list[Drive]) -> None:
    guest.start()
    guest.plug(*drives)
    configure(guest)


def test_enrolments_survive_power_cuts(guest: Guest) -> None:
    moments = random.Random(SEED)
    for number in range(CUTS):
        drives = [Drive(f"c{number}d{i}", bus=bus, size=512 * MIB) for i, bus in enumerate(BUSES)]
        theirs = Drive(f"c{number}th", size=512 * MIB)
        content = b"\0" * (2 * MIB) + b"somebody's"
        guest.file(theirs).write_bytes(content + b"\0" * (theirs.size - len(content)))
        before = guest.file(theirs).read_bytes()
        guest.cut()
        power_on(guest, [*drives, theirs])
        guest.order("footing apply 2>/run/apply.err", 600)
        guest.until("grep -q ': intent' /run/apply.err", 600)
        time.sleep(moments.uniform(0, 6))
        guest.cut()
        power_on(guest, [*drives, theirs])
        boot(guest)
        names = {drive.name for drive in drives}
        guest.wait_for(lambda: set(mounted(guest)) == names, f"cut {number}, seed {SEED}: not all drives are enrolled", 600)
        assert guest.file(theirs).read_bytes() == before
        for drive in [*drives, theirs]:
            guest.file(drive).unlink()
