"""Drives that come and go while the machine runs: the agent does for each what a boot does, and nothing to the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent import boot, configure, mounted
from drives import MIB, Drive
from guest import Guest
from inventory import Inventory, inventory

USED = "awk '/^(Shmem|Dirty):/ {n += $2} END {print n}' /proc/meminfo"  # KiB of files in RAM: the root's overlay is a tmpfs


@pytest.fixture
def known(guest: Guest) -> Iterator[Inventory]:
    with inventory(guest.folder) as service:
        yield service


def wait_for_report(guest: Guest, known: Inventory) -> None:
    """Until the inventory says of each drive in the machine, and of no other, what is mounted."""
    def agrees() -> bool:
        now = {serial: drive["mount_point"] for serial, drive in known.drives().items() if drive["rule"] != "root"}
        return now == {guest.drives[name].serial: where for name, where in mounted(guest).items()}
    guest.wait_for(agrees, "the inventory was not told what is there", 300)


def test_drives_come_and_go(guest: Guest, known: Inventory) -> None:
    stays, pulled = Drive("stays", bus="nvme"), Drive("pulled")
    guest.plug(stays, pulled)
    configure(guest, more=known.told_to(guest))
    boot(guest)
    guest.until("systemctl is-active storage.service")
    where = mounted(guest)
    assert set(where) == {"stays", "pulled"}, guest.journal()
    guest.run(f"echo customer >{where['stays']}/object; echo customer >{where['pulled']}/object; sync")
    guest.run(f"systemd-run --unit=user sh -c 'exec 9>{where['stays']}/open; while echo x >&9; do sleep 0.2; done'")

    # Pulled while mounted: nothing may be written where it was, and the other one goes on.
    guest.pull(pulled)
    guest.until(f"! findmnt {where['pulled']}")
    assert "its drive is gone" in guest.journal()
    assert guest.run("tail -n +2 /run/footing/vanished").said.split(), "it is mounted again without a question, wherever it was meanwhile"
    before = int(guest.run(USED).said)
    for service in (f"dd if=/dev/zero of={where['pulled']}/object bs=1M count=64", f"mkdir {where['pulled']}/folder",
                    f"touch {where['pulled']}/open"):
        gone = guest.run(f"systemd-run --wait --pipe --quiet {service}", check=False)
        assert gone.status != 0, f"a service could write into RAM under the mount point: {service}"
    assert int(guest.run(USED).said) - before < 16 << 10, "RAM fills"
    wait_for_report(guest, known)

    # What its own log says of it (QEMU's NVMe drive: 323 K, no errors, new) is in the inventory too.
    assert stays.serial
    health = known.drives()[stays.serial]["health"]
    assert {key: health[key] for key in ("status", "media_errors", "percentage_used")} == {"status": "passed", "media_errors": 0, "percentage_used": 0}
    assert known.readings(stays.serial)["temperature_c"] == 50

    # A blank one in its place, and nine more at once, one of them a minute late as far as the boot is concerned.
    more = [Drive(f"more{i}", bus="scsi" if i % 2 else "virtio", size=512 * MIB) for i in range(10)]
    guest.plug(*more)
    guest.wait_for(lambda: len(mounted(guest)) == 11, "the drives that were plugged in are not all mounted", 600)
    wait_for_report(guest, known)

    # One that says at first that it is tiny, and then how big it is.
    late = Drive("late", bus="virtio", size=4 * MIB)
    guest.plug(late)
    guest.until(f"grep -q '{late.serial}' /run/footing/summary.json", 300)
    assert "late" not in mounted(guest)
    guest.qmp("block_resize", **{"node-name": "n-late"}, size=512 * MIB)
    guest.wait_for(lambda: "late" in mounted(guest), "the drive that grew was not looked at again", 300)
    wait_for_report(guest, known)

    # The pulled one again, under whatever name: its own mount point and its files, not a new filesystem.
    again = Drive("pulled", file=None)
    guest.plug(again)
    guest.wait_for(lambda: "pulled" in mounted(guest), "the drive that came back is not mounted", 300)
    assert mounted(guest)["pulled"] == where["pulled"]
    assert guest.run(f"cat {where['pulled']}/object").said == "customer\n"
    wait_for_report(guest, known)

    assert mounted(guest)["stays"] == where["stays"]
    guest.run("systemctl is-active user.service footing.service storage.service")
    assert guest.run(f"cat {where['stays']}/object").said == "customer\n"
    guest.run("footing status", timeout=180)
