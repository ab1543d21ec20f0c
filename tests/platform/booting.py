"""A boot server's pillar, and releases that are only names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

OLD, NEW = "81aa0c9d3e7f", "3fe9a1b2c4d5"
MACHINE = "9C5B0000-0000-5000-8000-000000000001"
BOOT = "bootserver.dnsmasq,bootserver.http,bootserver.releases"


def releases(folder: Path) -> Path:
    """The boot server's root, with two releases in it."""
    for release in (OLD, NEW):
        of = folder / "boot/image" / release
        of.mkdir(parents=True)
        for name in ("manifest.json", "vmlinuz", "initrd", "root.squashfs"):
            (of / name).write_text(f"{name} of {release}")
    return folder / "boot"


def boot_pillar(folder: Path, port: int = 8099, **more: object) -> dict[str, Any]:
    for name in ("log", "temp", "run"):
        (folder / name).mkdir(exist_ok=True)
    return {"bootserver": {
        "install": False, "user": "root", "root": str(folder / "boot"), "address": "127.0.0.1", "port": port, "interface": "lo",
        "dnsmasq": {"config": str(folder / "dnsmasq.conf"), "leases": str(folder / "leases")},
        "nginx": {"config": str(folder / "nginx.conf"), **{name: str(folder / name) for name in ("log", "temp", "run")}},
        "dhcp": {"range": "10.0.2.10,10.0.2.250", "hosts": {"52:54:00:12:34:56": {"address": "10.0.2.11", "name": "stor-1"}}},
        "releases": {"current": NEW, "previous": OLD, "fallback": OLD},
        "machines": {MACHINE: {"name": "stor-1"}, MACHINE[:-1] + "2": {"name": "stor-2", "release": "previous"}},
        "site": {"etc/footing/token": {"contents": "secret", "mode": "0600"}, "etc/a": {"contents": "x"}}, **more}}
