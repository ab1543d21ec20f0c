"""Tells the master when the agent has run: an event with what stands now, whenever its summary file was replaced.

.. code-block:: yaml

    beacons:
      footing:
        - interval: 60
"""

from __future__ import annotations

import json
import os
import stat
from typing import Any

SUMMARY = "/run/footing/summary.json"  # agent/commands/summary.hpp
KNOWN = {"file", "interval", "disable_during_state_run", "enabled", "beacon_module"}

_seen: dict[str, tuple[int, int]] = {}  # by path: inode and mtime of the summary that was told of


def __virtual__() -> str:
    return "footing"


def validate(config: list[dict[str, Any]]) -> tuple[bool, str]:
    if not isinstance(config, list) or not all(isinstance(item, dict) for item in config):
        return False, "Configuration for the footing beacon must be a list of dictionaries."
    options = _merged(config)
    if unknown := sorted(set(options) - KNOWN):
        return False, f"The footing beacon knows no option {', '.join(unknown)}."
    if not isinstance(options.get("file", ""), str):
        return False, "The footing beacon's 'file' must be a path."
    interval = options.get("interval", 60)
    if isinstance(interval, bool) or not isinstance(interval, int | float) or interval <= 0:
        return False, "The footing beacon's 'interval' must be a number of seconds."
    return True, "Valid beacon configuration."


def beacon(config: list[dict[str, Any]]) -> list[dict[str, Any]]:
    path = _merged(config).get("file", SUMMARY)
    try:
        found = os.stat(path)
        stamp = (found.st_ino, found.st_mtime_ns)
        if _seen.get(path) == stamp or not stat.S_ISREG(found.st_mode):  # a pipe would block
            return []
        with open(path, "rb") as file:
            summary = json.load(file)
        drives = summary["drives"]
        verdicts: dict[str, int] = {}
        for drive in drives:
            verdicts[drive["verdict"]] = verdicts.get(drive["verdict"], 0) + 1
        event = {"tag": "summary", "at": summary["at"], "machine": summary["machine"], "verdicts": verdicts,
                 "not_mounted": [drive["serial"] or drive["path"] for drive in drives
                                 if not drive["mount_point"] and drive["verdict"] != "excluded"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    _seen[path] = stamp
    return [event]


def _merged(config: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: value for item in config for key, value in item.items()}
