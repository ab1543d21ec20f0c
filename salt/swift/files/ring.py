#!/usr/bin/python3
"""Brings one Swift ring to what the inventory exports. Run by _modules/swift_ring.py with Debian's Python, which has Swift.

Standard input: {"builder", "ring", "part_power", "replicas", "min_part_hours", "devices", "remove", "drain_at_most", "add_at_most",
"dry_run"}.
Standard output: {"changes": [sentence…], "rebalanced": bool, "notes": [sentence…]} or {"error": sentence}.

What holds:
  - The same export twice changes no byte of builder or ring.
  - A device that the export no longer has is drained first (weight 0), and removed when no partition is on it. At once only
    when `remove` has its serial number or its IP:PORT/DEVICE, or another drive is in its place: then its partitions are made
    anew from the other replicas.
  - An export that would take more than `drain_at_most` of the devices away (drained, replaced by another drive, said to be
    smaller or to be elsewhere), with those that an earlier one took away and that aren't empty yet, changes nothing: it is
    taken for an outage, or for somebody's invention.
  - Nor does one whose new devices weigh more than `add_at_most` of what serves, or one of them more than four times the largest:
    who can report to the inventory could otherwise draw the data to himself.
  - min_part_hours is respected: what may not move yet moves in a later run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from swift.common.exceptions import RingValidationError
from swift.common.ring import RingBuilder

BALANCE = 5.0  # percent; what swift-ring-builder itself takes for balanced
LARGER = 4  # times the largest device: drives of one ring are of few generations
SMALLER = 0.9  # of its weight: a drive's size doesn't change; a little less may be another unit's rounding
PLACE = ("region", "zone", "ip", "port")


class Refused(Exception):
    """A sentence for a person; nothing was changed."""


def serial(device: dict[str, Any]) -> str:
    """Of its drive, which the inventory's export has in `meta` ("machine=… serial=…"); empty if it says none."""
    found = re.search(r"(?:^|\s)serial=(\S+)", device.get("meta") or "")
    return found[1] if found else ""


def key(device: dict[str, Any]) -> tuple[Any, ...]:
    """What makes a device the same one, in whatever server it is: its drive's serial number and its label. Without a serial
    number it is its address."""
    return ("drive", serial(device), device["device"]) if serial(device) else (device["ip"], device["port"], device["device"])


def name(device: dict[str, Any]) -> str:
    return f"{device['ip']}:{device['port']}/{device['device']}"


def wanted_devices(given: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {}
    places: set[str] = set()
    for device in given:
        made = {"region": int(device["region"]), "zone": int(device["zone"]), "ip": str(device["ip"]),
                "port": int(device["port"]), "device": str(device["device"]), "weight": float(device["weight"]),
                "meta": str(device.get("meta") or "")}
        if key(made) in wanted or name(made) in places:
            raise Refused(f"the export names {name(made)} twice")
        wanted[key(made)] = made
        places.add(name(made))
    return wanted


def update(builder: RingBuilder, wanted: dict[tuple[Any, ...], dict[str, Any]], order: dict[str, Any]) -> list[str]:
    """Adds, moves and weighs devices; drains and removes what is gone. Says each change."""
    changes: list[str] = []
    present = {key(d): d for d in builder.devs if d is not None and d["weight"] >= 0 and d not in removed(builder)}
    gone = [d for k, d in present.items() if k not in wanted]
    taken = {name(d) for d in wanted.values()}
    named = [d for d in gone if serial(d) in order["remove"] or name(d) in order["remove"]]
    replaced = [d for d in gone if name(d) in taken and d not in named]  # another drive is in its place
    lost = named + replaced
    serving = [d for d in present.values() if d["weight"] > 0]
    refuse_too_many_gone(present, wanted, serving, [d for d in gone if d not in lost], replaced, order["drain_at_most"])
    refuse_too_much_new(serving, present, wanted, order["add_at_most"])
    for k, device in wanted.items():
        if k not in present:
            builder.add_dev({**device, "replication_ip": device["ip"], "replication_port": device["port"]})
            changes.append(f"{name(device)} added, weight {device['weight']:g}")
            continue
        changes += move(builder, present[k], device)
    for device in gone:
        if device in lost or device["parts"] == 0:
            builder.remove_dev(device["id"])
            changes.append(f"{name(device)} removed")
        elif device["weight"] > 0:
            builder.set_dev_weight(device["id"], 0.0)
            changes.append(f"{name(device)} drains: weight 0")
    return changes


def refuse_too_many_gone(present: dict[tuple[Any, ...], dict[str, Any]], wanted: dict[tuple[Any, ...], dict[str, Any]],
                         serving: list[dict[str, Any]], gone: list[dict[str, Any]], replaced: list[dict[str, Any]],
                         drain_at_most: float) -> None:
    stays = [(d, wanted[key(d)]) for d in serving if key(d) in wanted]
    away = {"missing": [d for d in gone if d["weight"] > 0], "replaced": [d for d in replaced if d["weight"] > 0],
            "smaller": [has for has, to_be in stays if to_be["weight"] < SMALLER * has["weight"]],
            "elsewhere": [has for has, to_be in stays if any(has[field] != to_be[field] for field in ("ip", "region", "zone"))]}
    names = {name(d) for devices in away.values() for d in devices}
    emptying = [d for d in present.values() if d["weight"] == 0 and d["parts"] > 0]
    allowed = max(1, int(len(serving + emptying) * drain_at_most))
    if names and len(names) + len(emptying) > allowed:
        said = ", ".join(f"{len(devices)} {what}" for what, devices in away.items() if devices)
        before = f", {len(emptying)} more aren't empty yet" if emptying else ""
        raise Refused(f"of {len(serving)} devices that serve the export has {said}{before}; {allowed} may go at a time "
                      f"(drain_at_most): {', '.join(sorted(names)[:5])}")


def refuse_too_much_new(serving: list[dict[str, Any]], present: dict[tuple[Any, ...], dict[str, Any]],
                        wanted: dict[tuple[Any, ...], dict[str, Any]], add_at_most: float) -> None:
    if not serving:
        return
    before = {k: present[k]["weight"] if k in present else 0.0 for k in wanted}
    grown = {k: device["weight"] - before[k] for k, device in wanted.items() if device["weight"] > before[k]}
    largest = max(d["weight"] for d in serving)
    for k in grown:
        if wanted[k]["weight"] > max(LARGER, add_at_most) * largest:
            raise Refused(f"{name(wanted[k])} has weight {wanted[k]['weight']:g}, more than {LARGER} times the largest that serves, "
                          f"{largest:g}: raise add_at_most above {LARGER} if that is right")
    serves = sum(d["weight"] for d in serving)
    if sum(grown.values()) > add_at_most * serves:
        raise Refused(f"the export adds weight {sum(grown.values()):g} to the {serves:g} that serve, {add_at_most:g} of that may be "
                      f"added at a time (add_at_most): {', '.join(sorted(name(wanted[k]) for k in grown)[:5])}")


def removed(builder: RingBuilder) -> list[dict[str, Any]]:
    return list(builder._remove_devs)  # between `remove` and the rebalance they are still listed


def move(builder: RingBuilder, has: dict[str, Any], device: dict[str, Any]) -> list[str]:
    changes = []
    before = name(has)
    if any(has[field] != device[field] for field in (*PLACE, "meta")):
        if has["region"] != device["region"]:
            builder.set_dev_region(has["id"], device["region"])
        if has["zone"] != device["zone"]:
            builder.set_dev_zone(has["id"], device["zone"])
        has.update(ip=device["ip"], port=device["port"], meta=device["meta"], replication_ip=device["ip"],
                   replication_port=device["port"])
        builder._ring = None  # as swift-ring-builder's set_info does: addresses alone move no partition
        changes.append(f"{before} is now {name(device)}, region {device['region']} zone {device['zone']}")
    if has["weight"] != device["weight"]:
        changes.append(f"{name(device)} has weight {device['weight']:g}, had {has['weight']:g}")
        builder.set_dev_weight(has["id"], device["weight"])
    return changes


def load(order: dict[str, Any], notes: list[str]) -> tuple[RingBuilder, list[str]]:
    path = Path(order["builder"])
    if not path.exists():
        made = RingBuilder(order["part_power"], order["replicas"], order["min_part_hours"])
        return made, [f"new ring: 2^{order['part_power']} partitions, {order['replicas']} replicas"]
    builder, changes = RingBuilder.load(str(path)), []
    if builder.part_power != order["part_power"]:
        notes.append(f"part_power stays {builder.part_power}: it can't be changed in a ring that serves")
    if builder.replicas != order["replicas"]:
        changes.append(f"replicas {order['replicas']:g}, were {builder.replicas:g}")
        builder.set_replicas(order["replicas"])
    if builder.min_part_hours != order["min_part_hours"]:
        changes.append(f"min_part_hours {order['min_part_hours']}, were {builder.min_part_hours}")
        builder.change_min_part_hours(order["min_part_hours"])
    return builder, changes


def rebalance(builder: RingBuilder, changed: bool, notes: list[str]) -> bool:
    """True: partitions were given to other devices. Only when something changed, or when what had to wait may move now."""
    draining = any(d["weight"] == 0 and d["parts"] > 0 for d in builder.devs if d is not None)
    unfinished = builder.ever_rebalanced and (draining or builder.get_balance() > BALANCE)
    if not changed and not (unfinished and builder.min_part_seconds_left == 0):
        if unfinished:
            notes.append(f"partitions still have to move; they may in {builder.min_part_seconds_left} s (min_part_hours)")
        return False
    try:
        moved, balance, gone = builder.rebalance(seed=1)
    except RingValidationError as error:
        raise Refused(str(error)) from error
    builder.validate()
    if balance > BALANCE and builder.min_part_seconds_left > 0:
        notes.append(f"balance {balance:.1f} %: the rest moves after min_part_hours")
    return bool(moved or gone)


def store(builder: RingBuilder, order: dict[str, Any]) -> None:
    """Builder first, then the ring, each at once; the builder that was is kept beside them."""
    path, ring = Path(order["builder"]), Path(order["ring"])
    path.parent.mkdir(parents=True, exist_ok=True)
    ring.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        backups = path.parent / "backups"
        backups.mkdir(exist_ok=True)
        (backups / f"{time.time_ns()}.{path.name}").write_bytes(path.read_bytes())
    new = path.with_name(f".{path.name}.new")
    builder.save(str(new))
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(path)
    publish(builder, ring)


def publish(builder: RingBuilder, ring: Path) -> None:
    """The digest after the ring: what died between the two is found by published()."""
    new = written(builder, ring, ring.parent)
    new.chmod(0o644)
    digest = digest_line(new, ring)
    new.replace(ring)
    digest_file(ring).write_text(digest)


def published(builder: RingBuilder, ring: Path) -> bool:
    """It is this builder's, whole, with its digest: an earlier run may have ended after the builder was kept."""
    if not ring.exists() or not digest_file(ring).exists():
        return False
    with tempfile.TemporaryDirectory() as folder:
        made = written(builder, ring, Path(folder))
        return digest_line(ring, ring) == digest_line(made, ring) == digest_file(ring).read_text()


def written(builder: RingBuilder, ring: Path, folder: Path) -> Path:
    """The ring in a file of that folder; its name is in the bytes (gzip)."""
    new = folder / f".{ring.name}.new"
    builder.get_ring().save(str(new))
    return new


def digest_line(file: Path, ring: Path) -> str:
    """As sha256sum says it."""
    return f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {ring.name}\n"


def digest_file(ring: Path) -> Path:
    return ring.with_name(f"{ring.name}.sha256")


def bring(order: dict[str, Any]) -> dict[str, Any]:
    notes: list[str] = []
    wanted = wanted_devices(order["devices"])
    if not wanted:
        raise Refused("the export names no device: nothing is concluded from that")
    builder, changes = load(order, notes)
    changes += update(builder, wanted, order)
    moved = rebalance(builder, bool(changes), notes)
    if moved and not changes:
        changes.append("partitions moved that had to wait for min_part_hours")
    ring = Path(order["ring"])
    again = not changes and not published(builder, ring)
    if again:
        changes.append(f"{ring} written again from its builder")
    if order["dry_run"]:
        return {"changes": changes, "rebalanced": moved, "notes": notes}
    if again:
        publish(builder, ring)
    elif changes:
        store(builder, order)
    return {"changes": changes, "rebalanced": moved, "notes": notes}


def main() -> int:
    try:
        answer = bring(json.load(sys.stdin))
    except Refused as error:
        answer = {"error": str(error)}
    except (KeyError, TypeError, ValueError, OSError, RingValidationError) as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    json.dump(answer, sys.stdout)
    return 1 if "error" in answer else 0


if __name__ == "__main__":
    sys.exit(main())
