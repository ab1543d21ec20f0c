"""Drives that are other machines' too: NVMe over TCP, and SCSI drives that another machine has reserved.

Both are served by the guest's own kernel (nvmet, and the SCSI target with tcm_loop) from a drive that no rule names.
"""

from __future__ import annotations

from agent import configure
from drives import MIB, Drive
from guest import Guest

RULES = """  - name: object
    match: {transport: [scsi, nvme]}
    role: object
    filesystem: {type: xfs}
    mount_point: /srv/node/{label}
"""
NQN = "nqn.2014-08.org.nvmexpress:uuid:6ba7b812-9dad-11d1-80b4-00c04fd430c8"
TARGET = "/sys/kernel/config/target"
# linux/pr.h: IOC_PR_REGISTER and IOC_PR_RESERVE; in a reservation 1 is write exclusive, 2 exclusive access.
RESERVE = """import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDWR)
fcntl.ioctl(fd, 0x401870C8, struct.pack("QQII", 0, 0xABC, 0, 0))
fcntl.ioctl(fd, 0x401070C9, struct.pack("QII", 0xABC, int(sys.argv[2]), 0))
"""


def test_a_drive_that_comes_over_the_network_is_not_ours_unless_a_rule_says_so(guest: Guest) -> None:
    behind = Drive("behind", bus="virtio", size=512 * MIB)
    guest.plug(behind)
    guest.run(f"""set -e; modprobe -a nvmet nvmet-tcp nvme-tcp; cd /sys/kernel/config/nvmet
mkdir subsystems/{NQN}; echo 1 >subsystems/{NQN}/attr_allow_any_host
mkdir subsystems/{NQN}/namespaces/1; printf %s {guest.path(behind)} >subsystems/{NQN}/namespaces/1/device_path
echo 1 >subsystems/{NQN}/namespaces/1/enable
mkdir ports/1; cd ports/1; echo tcp >addr_trtype; echo ipv4 >addr_adrfam; echo 127.0.0.1 >addr_traddr; echo 4420 >addr_trsvcid
ln -s ../../subsystems/{NQN} subsystems/; ip link set lo up
nvme connect --transport=tcp --nqn={NQN} --traddr=127.0.0.1 --trsvcid=4420 --hostnqn={NQN}1 --hostid=6ba7b813-9dad-11d1-80b4-00c04fd430c8
udevadm settle""")
    guest.until("ls /sys/class/block/nvme*n1")
    configure(guest, rules=RULES)
    entries = guest.run("footing apply --json 2>/run/apply.err", timeout=600, check=False).json["disks"]
    found = {entry["path"]: entry for entry in entries if "nvme" in entry["path"]}
    assert found, entries
    for entry in found.values():
        assert (entry["verdict"], entry["transport"]) == ("excluded", "nvme-tcp"), entry
    assert not guest.file(behind).read_bytes().strip(b"\0"), "another machine's drive was written to"


def reserved(guest: Guest, behind: str, kind: int) -> str:
    """A LUN on `behind`, reserved through another path of which only the reservation stays; its /dev/NAME here."""
    name, serial = f"core/iblock_{kind}/shared", f"5ca1ab1e0000{kind}"
    guest.run(f"""set -e; modprobe -a target_core_mod target_core_iblock tcm_loop; cd {TARGET}; mkdir -p {name}
echo udev_path={behind} >{name}/control; echo 1 >{name}/enable; echo {serial} >{name}/wwn/vpd_unit_serial
for path in a b; do
  port=loopback/naa.6001405000000{kind}0$path/tpgt_1; mkdir -p $port; echo naa.6001405000000{kind}1$path >$port/nexus
  mkdir $port/lun/lun_0; ln -s {name} $port/lun/lun_0/port
done; udevadm settle""")
    shown = f"grep -la {serial} /sys/class/block/*/device/vpd_pg80 | cut -d/ -f5 | sort"
    guest.until(f"[ $({shown} | wc -l) = 2 ]")
    ours, theirs = guest.run(shown).said.split()
    guest.write("/run/reserve.py", RESERVE)
    guest.run(f"python3 /run/reserve.py /dev/{theirs} {kind}; echo 1 >/sys/class/block/{theirs}/device/delete; udevadm settle")
    return f"/dev/{ours}"


def test_a_drive_that_another_machine_has_reserved_is_never_written(guest: Guest) -> None:
    behind = {kind: Drive(f"behind{kind}", bus="virtio", size=512 * MIB) for kind in (1, 2)}
    own = Drive("own", size=512 * MIB)
    guest.plug(own, *behind.values())
    paths = guest.paths()
    luns = {kind: reserved(guest, paths[drive.name], kind) for kind, drive in behind.items()}
    configure(guest, rules=RULES)
    said = guest.run("footing apply --json 2>/run/apply.err", timeout=600, check=False).json["disks"]
    entries = {entry["path"]: entry for entry in said}
    # Who may read it finds it blank; the drive itself refuses the first write.
    only_read = entries[luns[1]]
    assert (only_read["verdict"], only_read["outcome"]) == ("blank", "failed"), only_read
    assert only_read["outcome_error"].startswith("intent: "), only_read
    assert entries[luns[2]]["verdict"] == "unreadable", entries[luns[2]]
    assert entries[paths["own"]]["outcome"] == "enrolled", entries[paths["own"]]
    # By its path then: the LUNs have SCSI addresses like its own.
    assert guest.run("findmnt --raw --noheadings --types xfs --output SOURCE").said.split() == [paths["own"] + "1"]
    for drive in behind.values():
        assert not guest.file(drive).read_bytes().strip(b"\0"), "a drive that is reserved was written to"
