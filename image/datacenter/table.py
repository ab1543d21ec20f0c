"""What came of it: the inventory's facts about the lab's servers, as values, as a table and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import control, inventory
from .layout import Layout

COLUMNS = ("server", "room", "rack", "U", "drive", "serial", "verdict", "mount point", "service")


def machines(folder: Path) -> dict[str, dict[str, Any]]:
    """The inventory's machines by host name, in full; empty when it does not answer."""
    answer = inventory.get(folder, "/v1/machines?limit=1000")
    found = {}
    for row in (answer or {}).get("machines", []):
        machine = inventory.get(folder, f"/v1/machines/{row['id']}")
        if machine is not None:
            found[machine["host_name"]] = machine
    return found


def level(machine: dict[str, Any], name: str) -> str:
    return str(machine["location"].get(name, {}).get("value") or "-")


def facts(layout: Layout, folder: Path) -> dict[str, Any]:
    """What `status --json` prints. A server that has not reported has no machine, drives or services."""
    state = control.status(folder)
    if state is None:
        return {"schema": "footing/lab/1", "running": False, "servers": []}
    known = machines(folder)
    servers = []
    for server in layout.servers:
        machine = known.get(server.name)
        entry: dict[str, Any] = {"name": server.name, "address": server.address,
                                 "power": "on" if state["servers"].get(server.name) else "off",
                                 "firmware": state["firmware"][server.name], "reported": machine is not None}
        if machine is not None:
            entry |= {"machine": machine["id"], "boot_id": machine["boot_id"], "last_seen": machine["last_seen"],
                      "drives": machine["drives"], "services": machine["services"],
                      **{name: level(machine, name) for name in ("site", "room", "row", "rack", "unit")}}
        servers.append(entry)
    return {"schema": "footing/lab/1", "running": True, "inventory": inventory.base_url(folder),
            "services": state["services"], "servers": servers}


def rows(of: dict[str, Any]) -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = []
    for server in of["servers"]:
        if not server["reported"]:
            made.append((server["name"], "-", "-", "-", f"power {server['power']}, no report yet", "", "", "", ""))
            continue
        place = (server["name"], server["room"], server["rack"], server["unit"])
        services = " ".join(f"{s['unit'].removesuffix('.target')} {s['state']}" for s in server["services"])
        serving = services if server["power"] == "on" else "power off"
        for drive in server["drives"]:
            mounted = drive.get("mount_point") or "-"
            made.append((*place, drive.get("path") or "?", drive.get("serial") or "-", verdict(drive), mounted,
                         serving if mounted != "-" else "-"))
    return made


def verdict(drive: dict[str, Any]) -> str:
    """The judgement, and what was done about it when that was more than mounting: "blank, enrolled"."""
    word, outcome = drive.get("verdict") or "-", drive.get("outcome") or "none"
    return word if outcome in ("none", "mounted") else f"{word}, {outcome}"


def text(of: dict[str, Any]) -> str:
    if not of["running"]:
        return "the lab is down: image/lab up starts it"
    lines = [COLUMNS, *rows(of)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    table = ["  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([*table, "", f"inventory: {of['inventory']}/"])
