"""Asserts that this machine's drives are as its configuration wants them, by asking the agent and letting it act.

The agent decides what may be formatted: these states only compare, report, and look again after acting; the second
look decides the result.
"""

from __future__ import annotations

import os
import time
from typing import Any

from salt.exceptions import CommandExecutionError

NOT_WANTED_HERE = "excluded"
CLOCK_SLACK = 2.0  # seconds between the clocks of systemd and of files


def __virtual__() -> str | tuple[bool, str]:
    if "footing.plan" in __salt__:
        return "footing"
    return False, "The footing states cannot be loaded: the footing execution module is missing."


def converged(name: str, allow_held: bool = False, timeout: float = 1200) -> dict[str, Any]:
    """
    Every drive that a rule of the configuration selects is enrolled and mounted.

    name
        The agent's configuration file.
    allow_held
        What is held (foreign, damaged, unreadable …) is told in the comment, and is no failure. Default: it is one, as
        it is the agent's exit status 3.
    timeout
        Seconds for the agent's `apply`, which waits for another run (the boot's) to end.

    .. code-block:: yaml

        /etc/footing/footing.yaml:
          footing.converged:
            - allow_held: true
    """
    answer: dict[str, Any] = {"name": name, "result": True, "changes": {}, "comment": ""}
    if __opts__["test"] and not os.path.exists(name):  # a state before this one would write it
        return {**answer, "result": None, "comment": f"{name} isn't there yet: what the drives are is known once it is."}
    try:
        before = _drives(__salt__["footing.plan"](config=name))
    except CommandExecutionError as error:
        return {**answer, "result": False, "comment": f"The agent can't look at the drives: {error}"}

    pending = {key: drive for key, drive in before.items() if drive["action"] != "none"}
    if not pending:
        return {**answer, **_verdict(before, allow_held, [])}
    if __opts__["test"]:
        verdict = _verdict(before, allow_held, [])
        wanted = {key: {"old": _as_it_is(drive), "new": _as_it_will_be(drive)} for key, drive in pending.items()}
        return {**answer, "changes": wanted, "result": None if verdict["result"] else False,
                "comment": "\n".join([f"{len(pending)} of {len(before)} drives would be changed.", *_held_sentences(before)])}

    problems: list[str] = []
    outcomes: dict[str, dict[str, Any]] = {}
    try:
        applied = __salt__["footing.apply"](config=name, timeout=timeout)
        problems += applied["notes"]
        outcomes = _drives(applied)
    except CommandExecutionError as error:
        problems.append(str(error))
    try:
        after = _drives(__salt__["footing.plan"](config=name))
    except CommandExecutionError as error:
        return {**answer, "result": False, "comment": "\n".join([f"The agent can't look at the drives again: {error}", *problems])}
    changes = {key: {"old": _as_it_is(before[key]), "new": _as_it_is(drive)}
               for key, drive in after.items() if key in before and _as_it_is(before[key]) != _as_it_is(drive)}
    left = [key for key in pending if key not in after] + [key for key, drive in after.items() if drive["action"] != "none"]
    for key in left:
        why = outcomes.get(key, {})
        now = f"still {_as_it_is(after[key])}" if key in after else "gone"
        problems.append(f"{key} is {now}: {why.get('outcome_error') or why.get('outcome') or 'not reached'}")
    verdict = _verdict(after, allow_held, problems)
    return {**answer, "changes": changes, **verdict, "result": verdict["result"] and not left}


def running(name: str = "footing.service", config: str = "/etc/footing/footing.yaml") -> dict[str, Any]:
    """
    The agent's unit runs, is enabled, and was started with the configuration that is there now. A unit whose run is at
    work is never restarted: the state fails with a sentence, and the next one does it.

    name
        The unit.
    config
        The configuration that it reads when it starts.
    """
    answer: dict[str, Any] = {"name": name, "result": True, "changes": {}, "comment": ""}
    if not __salt__["service.available"](name):
        return {**answer, "result": False, "comment": f"There is no unit {name}."}
    changes = {}
    if not __salt__["service.enabled"](name):
        changes["enabled"] = {"old": False, "new": True}
    runs = bool(__salt__["service.status"](name))
    if not runs:
        changes["running"] = {"old": False, "new": True}
    elif _is_newer(config, name):
        changes["configuration"] = {"old": "as it was when the unit started", "new": config}
    if not changes:
        return {**answer, "comment": f"{name} runs with {config}."}
    if __opts__["test"]:
        return {**answer, "result": None, "changes": changes, "comment": f"{name} would be started, restarted or enabled."}

    if "enabled" in changes:
        __salt__["service.enable"](name)
    try:
        if "configuration" in changes:
            __salt__["footing.restart"](name)
        elif "running" in changes:
            __salt__["service.start"](name)
    except CommandExecutionError as error:
        done = {key: change for key, change in changes.items() if key == "enabled"}
        return {**answer, "result": False, "changes": done, "comment": f"{error}: run the state again."}
    if not (__salt__["service.status"](name) and __salt__["service.enabled"](name)):
        return {**answer, "result": False, "comment": f"{name} doesn't run, or isn't enabled: see journalctl -u {name}."}
    return {**answer, "changes": changes, "comment": f"{name} runs with {config}."}


def _is_newer(config: str, unit: str) -> bool:
    """Than what the unit was started with: a state of this run wrote it, or would with `test=True`; or it is gone."""
    if any(tag.startswith("file_|-") and state.get("name") == config and state.get("changes") for tag, state in __running__.items()):
        return True
    try:
        return _started(unit) + CLOCK_SLACK < os.path.getmtime(config)
    except FileNotFoundError:
        return True


def _started(unit: str) -> float:
    """When the unit's main process started, in seconds since 1970."""
    monotonic = int(__salt__["service.show"](unit).get("ExecMainStartTimestampMonotonic") or 0) / 1e6
    return time.time() - time.monotonic() + monotonic


def _drives(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The drives that a rule wants, by path and serial number."""
    return {_name(drive): drive for drive in plan["disks"] if drive["verdict"] != NOT_WANTED_HERE}


def _name(drive: dict[str, Any]) -> str:
    serial = drive["identity"]["serial"] or drive["identity"]["wwn"]
    return f"{drive['path']} (serial {serial})" if serial else drive["path"]


def _as_it_is(drive: dict[str, Any]) -> str:
    if drive["mounted_at"]:
        return f"{drive['verdict']}, mounted at {drive['mounted_at']}"
    return f"{drive['verdict']}, not mounted"


def _as_it_will_be(drive: dict[str, Any]) -> str:
    return f"enrolled, mounted at {drive['mount_point']}"


def _is_held(drive: dict[str, Any]) -> bool:
    return drive["action"] == "none" and drive["verdict"] != "enrolled"


def _held_sentences(drives: dict[str, dict[str, Any]]) -> list[str]:
    return [f"{key} is held, {drive['verdict']}: {'; '.join(reason['sentence'] for reason in drive['reasons'])}."
            for key, drive in drives.items() if _is_held(drive)]


def _verdict(drives: dict[str, dict[str, Any]], allow_held: bool, problems: list[str]) -> dict[str, Any]:
    """What the drives that need nothing say: those as wanted, and those held."""
    wanted = [drive for drive in drives.values() if drive["verdict"] == "enrolled" and drive["action"] == "none"]
    held = _held_sentences(drives)
    return {"result": allow_held or not held,
            "comment": "\n".join([f"{len(wanted)} of {len(drives)} drives as wanted.", *held, *problems])}
