"""Where this machine stands and what its drives are: the grain `footing`, from the file that the agent left.

Grains are read before a minion connects, so this never blocks, starts nothing and raises nothing: without a file, with
one that is broken, or with one of an earlier boot there is no grain. The values are for targeting; they come from the
machine itself, so nothing may be allowed because of them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import stat
from typing import Any

SUMMARY = "/run/footing/summary.json"  # agent/commands/summary.hpp
BOOT_ID = "/proc/sys/kernel/random/boot_id"
SCHEMA = "footing/summary/1"
MOST_BYTES = 4 << 20
LEVELS = ("site", "room", "row", "rack", "unit")

log = logging.getLogger(__name__)


def footing() -> dict[str, Any]:
    """The grain `footing`: site, room, row, rack, unit, cluster, machine, and `drives` with counts and a list."""
    try:
        return _grain(_read(__opts__.get("footing.summary", SUMMARY)))
    except FileNotFoundError:
        return {}
    except Exception as error:  # a broken grain can keep a minion from starting
        log.warning("no grain of footing: %s", error)
        return {}


def footing_claim() -> dict[str, Any]:
    """What a master asks the inventory about before it accepts this boot's key (_runners/footing.py): the machine's id
    there, and a proof that this is its present boot. The boot id itself is never sent."""
    try:
        summary = _read(__opts__.get("footing.summary", SUMMARY))
        machine = summary["inventory"]["machine_id"]
        with open(BOOT_ID, encoding="ascii") as file:
            boot_id = file.read().strip()
        with open(os.path.join(__opts__["pki_dir"], "minion.pub"), encoding="ascii") as file:
            pub = "".join(file.read().split())
        mac = hmac.new(boot_id.encode(), f"{__opts__['id']}\n{pub}".encode(), hashlib.sha256)
        return {"footing_claim": {"machine": machine, "proof": mac.hexdigest()}}
    except Exception:  # no master, no inventory, no key yet
        return {}


def _read(path: str) -> dict[str, Any]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # nonblocking: it may be a pipe
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError(f"{path} is no regular file")
        summary = json.loads(file.read(MOST_BYTES))
    if summary["schema"] != SCHEMA:
        raise ValueError(f"{path} has the schema {summary['schema']!r}, {SCHEMA!r} is expected")
    return summary


def _grain(summary: dict[str, Any]) -> dict[str, Any]:
    location = summary.get("location") or {}
    place = {level: str(location[level]) for level in LEVELS if location.get(level)}
    drives = [{key: drive.get(key, "") for key in ("path", "serial", "label", "role", "verdict", "mount_point")}
              for drive in summary["drives"] if drive["verdict"] != "excluded"]
    counts = {"total": len(drives), "mounted": sum(bool(drive["mount_point"]) for drive in drives),
              "held": sum(drive["verdict"] not in ("enrolled", "blank", "interrupted") for drive in drives)}
    return {"footing": {**place, "cluster": summary["cluster"], "machine": summary["machine"],
                        "drives": {**counts, "list": drives}}}
