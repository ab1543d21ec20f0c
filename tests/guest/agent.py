"""The agent in the guest: a configuration, and what it says and does about the drives."""

from __future__ import annotations

from typing import Any

from guest import Guest

SERVICE = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/true\n"
RULES = """  - name: root
    match: {serial: ROOT}
    exclude: true
  - name: object
    match: {transport: [scsi, nvme, virtio]}
    role: object
    filesystem: {type: xfs}
    mount_point: /srv/node/{label}
"""


def configure(guest: Guest, *, rules: str = RULES, more: str = "", observe: int = 240, enroll: int = 600, share: int = 50) -> None:
    """The deadlines are those of a machine whose drives are emulated on a busy one."""
    guest.write("/etc/footing/footing.yaml", f"""cluster: par-1
disks:
{rules}services:
  - unit: storage.service
    needs: {{role: object, mounted: {share} %}}
deadlines: {{observe: {observe} s, enroll: {enroll} s, boot: 15 min}}
proof: {{window: 8 MiB, samples: 8}}
{more}""")
    guest.write("/etc/systemd/system/storage.service", SERVICE)
    guest.run("systemctl daemon-reload")


def told(guest: Guest, command: str, timeout: float = 300) -> dict[str, dict[str, Any]]:
    """`footing plan|apply --json`: what it says about each drive, by the drive's name here."""
    answer = guest.run(f"footing {command} --json 2>/run/{command}.err", timeout=timeout, check=False)
    assert answer.said, f"status {answer.status}: {guest.run(f'cat /run/{command}.err').said}"
    entries = {entry["path"]: entry for entry in answer.json["disks"]}
    return {name: entries[path] for name, path in guest.paths().items() if path in entries}


def codes(entry: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in entry["reasons"]]


def boot(guest: Guest, timeout: float = 600) -> None:
    """What the machine's boot does; comes back when the unit says READY."""
    guest.run("systemctl start footing.service", timeout=timeout)


def mounted(guest: Guest) -> dict[str, str]:
    """Mount points under /srv/node, by the drive's name here; one that is there twice is an error."""
    lines = guest.run("findmnt --raw --noheadings --types xfs --output SOURCE,TARGET", check=False).said.splitlines()
    targets = [line.split()[1] for line in lines]
    assert len(set(targets)) == len(targets), f"stacked mounts: {lines}"
    sources = dict(line.split() for line in lines)
    found = {}
    for name, path in guest.paths().items():
        partition = f"{path}p1" if path[-1].isdigit() else f"{path}1"
        if partition in sources:
            found[name] = sources[partition]
    return found
