"""Asks footing, the agent that decides about this machine's drives, and gives its answers.

Programs are run by argv, with a deadline, in a clean environment (an onedir Salt sets LD_LIBRARY_PATH). What can't be
run or can't be read is a CommandExecutionError with the agent's own sentence. Nothing here chooses a drive.

The agent is `footing.program` of the minion's configuration or the pillar's `footing:program`, else /usr/bin/footing.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
from typing import Any

from salt.exceptions import CommandExecutionError

PROGRAM = "/usr/bin/footing"
CONFIG = "/etc/footing/footing.yaml"
LOCK = "/run/footing/lock"  # agent/os/run_lock.hpp
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
FLOCK = "hhqqi4x"  # struct flock, 64 bit
COMPLAINT = re.compile(r"footing: (?!\d+\.\d+ s )")  # progress begins with a time (agent/commands/progress.cpp)

__func_alias__ = {"apply_": "apply"}

# Exit statuses (README.md): what each command may end with when its answer is to be read.
ANSWERED = {"plan": (0, 2, 3), "apply": (0, 3), "status": (0, 3), "explain": (0,)}


def __virtual__() -> str:
    return "footing"


def plan(config: str = CONFIG, timeout: float = 300) -> dict[str, Any]:
    """
    What each drive is, why, and what `apply` would do. Changes nothing.

    .. code-block:: bash

        salt-call footing.plan
    """
    return _ask("plan", config, timeout)


def apply_(config: str = CONFIG, timeout: float = 1200) -> dict[str, Any]:
    """
    Formats and enrolls the drives proved blank, mounts the enrolled ones; held ones stay untouched. Waits for another
    run of the agent. `notes` of the answer has what the agent said beside it.

    .. code-block:: bash

        salt-call footing.apply
    """
    return _ask("apply", config, timeout)


def status(config: str = CONFIG, timeout: float = 300) -> dict[str, Any]:
    """
    How drives and storage services stand. Changes nothing.

    .. code-block:: bash

        salt-call footing.status
    """
    return _ask("status", config, timeout)


def explain(disk: str, config: str = CONFIG, timeout: float = 300) -> dict[str, Any]:
    """
    Why one drive got its verdict. `disk` is a path, serial number, WWN, label or disk id.

    .. code-block:: bash

        salt-call footing.explain /dev/sdc
    """
    if disk.startswith("-"):
        raise CommandExecutionError(f"no drive is called {disk!r}")
    (entry,) = _ask("explain", config, timeout, disk)["disks"]
    return entry


def check(config: str = CONFIG, timeout: float = 60) -> str:
    """
    What the agent says of a configuration that it accepts; looks at no drive.

    .. code-block:: bash

        salt-call footing.check /etc/footing/footing.yaml
    """
    return _run(["check", "--config", config], (0,), timeout).stdout.strip()


def version(timeout: float = 60) -> str:
    """
    The agent's version.

    .. code-block:: bash

        salt-call footing.version
    """
    return _run(["--version"], (0,), timeout).stdout.strip().removeprefix("footing ")


def busy() -> int | None:
    """
    The process id of the agent's run that is changing drives or mounts now.

    .. code-block:: bash

        salt-call footing.busy
    """
    try:
        with open(LOCK, "rb") as file:
            asked = struct.pack(FLOCK, fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0)
            kind, _, _, _, pid = struct.unpack(FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, asked))
    except FileNotFoundError:
        return None
    return None if kind == fcntl.F_UNLCK else pid


def restart(unit: str = "footing.service") -> bool:
    """
    Restarts the agent's unit, unless a run is at work: then it is left alone, and this is an error.

    .. code-block:: bash

        salt-call footing.restart
    """
    os.makedirs(os.path.dirname(LOCK), exist_ok=True)
    with open(os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600), "r+b") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # no run can begin while the unit is stopped
        except OSError:
            raise CommandExecutionError(f"a run of footing (pid {busy()}) is at work; {unit} is not restarted now") from None
        stopped = __salt__["service.stop"](unit)
    return bool(stopped and __salt__["service.start"](unit))


def _ask(command: str, config: str, timeout: float, *arguments: str) -> dict[str, Any]:
    done = _run([command, "--json", "--config", config, *arguments], ANSWERED[command], timeout)
    try:
        answer = json.loads(done.stdout)
        entries = answer["disks"]
        if not isinstance(entries, list) or not str(answer["schema"]).startswith("footing/"):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise CommandExecutionError(f"the answer of 'footing {command}' can't be read: {done.stdout[:200]!r}") from None
    return {**answer, "exit_status": done.returncode, "notes": _sentences(done.stderr)}


def _run(arguments: list[str], answered: tuple[int, ...], timeout: float) -> subprocess.CompletedProcess[str]:
    argv = [_program(), *arguments]
    try:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   errors="replace", env={"PATH": PATH, "LC_ALL": "C.UTF-8"}, cwd="/")
    except OSError as error:
        raise CommandExecutionError(f"there is no agent: {argv[0]}: {error.strerror}") from None
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        said = _sentences(_end(process))
        raise CommandExecutionError(f"'footing {arguments[0]}' didn't end within {timeout:g} s" + "".join(f"; {s}" for s in said)) from None
    if process.returncode not in answered:
        how = f"was ended by {signal.Signals(-process.returncode).name}" if process.returncode < 0 else f"ended with {process.returncode}"
        raise CommandExecutionError("; ".join(_sentences(err)) or f"'footing {arguments[0]}' {how}")
    return subprocess.CompletedProcess(argv, process.returncode, out, err)


def _end(process: subprocess.Popen[str]) -> str:
    """Ends it as politely as it lets itself be ended. Power may go at any write, so may the agent."""
    process.terminate()
    try:
        return process.communicate(timeout=10)[1]
    except subprocess.TimeoutExpired:
        process.kill()
    try:
        return process.communicate(timeout=10)[1]
    except subprocess.TimeoutExpired:  # stuck in the kernel, or its worker holds the pipe
        return ""


def _sentences(stderr: str) -> list[str]:
    """The agent's complaints, without its progress."""
    return [line.removeprefix("footing: ") for line in stderr.splitlines() if COMPLAINT.match(line)]


def _program() -> str:
    return __opts__.get("footing.program") or __pillar__.get("footing", {}).get("program") or PROGRAM
