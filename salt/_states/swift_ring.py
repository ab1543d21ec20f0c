"""swift_ring.present: a ring is as the inventory exports it. Compares and reports; swift_ring.bring does the work."""

from __future__ import annotations

from typing import Any

from salt.exceptions import CommandExecutionError


def __virtual__() -> bool | tuple[bool, str]:
    if "swift_ring.bring" in __salt__:
        return True
    return False, "The swift_ring state cannot be loaded: its execution module is missing."


def present(name: str, builder: str, ring: str, part_power: int, replicas: float, min_part_hours: int, url: str = "",
            token_file: str = "", ca_file: str = "", devices: list[dict[str, Any]] | None = None,
            remove: list[str] | None = None, drain_at_most: float = 0.1, add_at_most: float = 1.0,
            port: int = 0) -> dict[str, Any]:
    """The ring `name` has the devices of `url` (or `devices`), drained, weighed and balanced as ring.py says."""
    answer: dict[str, Any] = {"name": name, "changes": {}, "result": True, "comment": []}
    try:
        given = devices if devices is not None else __salt__["swift_ring.export"](url, token_file, ca_file)
        done = __salt__["swift_ring.bring"](builder, ring, given, part_power, replicas, min_part_hours, remove, drain_at_most,
                                            add_at_most, port, dry_run=__opts__["test"])
    except CommandExecutionError as error:
        return {**answer, "result": False, "comment": f"{name}: {error}"}
    if done["changes"]:
        answer["changes"] = {name: {"old": "", "new": done["changes"]}}
        answer["result"] = None if __opts__["test"] else True
    answer["comment"] = [*(done["changes"] or [f"{name} is as exported"]), *done["notes"]]
    return answer
