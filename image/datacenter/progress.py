"""How far a server has come since it was switched on, from what it asked the boot server for and from its reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .layout import Server

STEPS = (("/server/", "asks for its boot script"), ("/vmlinuz", "loads the kernel"),
         ("/root.squashfs", "has fetched the root image"))
SETTLED = {"mounted", "enrolled", "held", "failed", "none"}
SERVING = {"active", "failed"}


def log_size(folder: Path) -> int:
    log = folder / "nginx-access.log"
    return log.stat().st_size if log.exists() else 0


def fetched(server: Server, folder: Path, since: int) -> str:
    """The furthest step in the boot server's log after byte `since`; empty: it has asked for nothing."""
    said = ""
    with (folder / "nginx-access.log").open() as log:
        log.seek(since)
        asked = [line.split()[4] for line in log if line.split()[1:3] == [server.address, "200"]]
    for part, sentence in STEPS:
        if any(part in path for path in asked):
            said = sentence
    return said


def settled(machine: dict[str, Any]) -> bool:
    """Nothing more is to come by itself: every drive has its outcome and every service runs, failed or waits for drives."""
    drives = [drive for drive in machine["drives"] if drive.get("verdict")]
    done = bool(drives) and all(drive.get("outcome") in SETTLED for drive in drives)
    return done and all(service["state"] in SERVING or (all_mounted_or_held(drives) and service["state"] == "waiting")
                        for service in machine["services"])


def all_mounted_or_held(drives: list[dict[str, Any]]) -> bool:
    return all(drive.get("outcome") in ("mounted", "held", "failed") for drive in drives)


def summary(machine: dict[str, Any]) -> str:
    counts: dict[str, int] = {}
    for drive in machine["drives"]:
        word = drive.get("outcome") or drive.get("verdict") or "unknown"
        counts[word] = counts.get(word, 0) + 1
    drives = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    services = ", ".join(f"{service['unit']} {service['state']}" for service in machine["services"])
    return f"drives: {drives or 'none'}; {services or 'no services'}"
