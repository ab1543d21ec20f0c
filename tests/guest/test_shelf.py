"""A shelf of a hundred drives with udev: they are all judged in time, and the machine's boot goes on."""

from __future__ import annotations

from agent import configure
from guest import Guest

RULES = """  - name: shelf
    match: {transport: scsi, vendor: Linux}
    role: object
    filesystem: {type: xfs}
    mount_point: /srv/node/{label}
"""
COUNT = 100
NOBODY_LISTENS = "http://127.0.0.1:9"  # the drives of scsi_debug share one memory: none may be formatted


def test_a_hundred_drives_are_judged_in_time(guest: Guest) -> None:
    guest.run(f"modprobe scsi_debug max_luns={COUNT} dev_size_mb=16 virtual_gb=1 delay=0 && udevadm settle --timeout=120", timeout=300)
    configure(guest, rules=RULES, more=f"inventory: {{url: '{NOBODY_LISTENS}'}}\n")
    # Comes back when the unit is READY; a scan that is slower than its deadlines would be a failed start or held drives.
    guest.run("systemctl start footing.service", timeout=900)
    entries = [entry for entry in guest.run("footing plan --json", timeout=600, check=False).json["disks"] if entry["rule"] == "shelf"]
    assert len(entries) == COUNT
    assert {entry["verdict"] for entry in entries} == {"blank"}, {entry["path"]: entry["reasons"] for entry in entries if entry["verdict"] != "blank"}
    assert len({entry["identity"]["wwn"] for entry in entries}) == COUNT
    said = guest.journal()
    assert f"{COUNT} waiting for the inventory" in guest.run("systemctl show --property=StatusText footing.service").said, said
