"""The lab from outside: start its supervisor, ask it, enter its network. The folder (build/lab) is the lab's identity."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import layout, supervisor


class LabError(Exception):
    """A sentence for a person."""


def ask(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """One request to the supervisor; without one, FileNotFoundError or ConnectionRefusedError."""
    directory = os.open(folder, os.O_PATH)
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(60)
            line.connect(f"/proc/self/fd/{directory}/control.sock")
            line.sendall(json.dumps(request).encode() + b"\n")
            answer: dict[str, Any] = json.loads(line.makefile().readline())
    finally:
        os.close(directory)
    if "error" in answer:
        raise LabError(answer["error"])
    return answer


def status(folder: Path) -> dict[str, Any] | None:
    """What runs, or None when no lab does."""
    try:
        return ask(folder, {"do": "status"})
    except (FileNotFoundError, ConnectionRefusedError):
        return None


def host_socket(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise LabError(f"port {port} of this machine is taken ({error.strerror}): change network.host_port in the lab file, "
                       "0 takes any free one") from error
    listener.listen(64)
    return listener


def start(description: layout.Layout, folder: Path, options: dict[str, Any]) -> None:
    """Start the supervisor and wait until network, boot server and switches are there."""
    listener = host_socket(description.host_port)
    mine, its = socket.socketpair()
    if os.fork() == 0:
        mine.close()
        log = os.open(folder / "supervisor.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        null = os.open("/dev/null", os.O_RDONLY)
        for source, target in ((null, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        if os.fork() != 0:
            os._exit(0)
        keep_only(1, 2, 0, its.fileno(), listener.fileno())
        os._exit(supervisor.supervise(description, folder, options, listener, its))
    os.wait()
    its.close()
    listener.close()
    mine.settimeout(60)
    with mine:
        if mine.recv(16) != b"ready\n":
            last = (folder / "supervisor.log").read_text().strip().splitlines()[-3:]
            raise LabError(f"the lab's network did not come up: {' / '.join(last)}")


def keep_only(*descriptors: int) -> None:
    """Close what was inherited, so that a lock or a pipe of the caller's does not live as long as the lab."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in descriptors:
            with contextlib.suppress(OSError):
                os.close(int(name))


def stop(folder: Path) -> bool:
    """Stop the lab and wait until the last of its processes is gone. False: there was none."""
    pid = inner_pid(folder)
    if pid is None:
        return False
    watch = os.pidfd_open(pid)
    try:
        ask(folder, {"do": "down"})
    except (OSError, ValueError):
        signal.pidfd_send_signal(watch, signal.SIGKILL)
    if not select.select([watch], [], [], 15)[0]:
        signal.pidfd_send_signal(watch, signal.SIGKILL)
        select.select([watch], [], [], 15)
    os.close(watch)
    return True


def inner_pid(folder: Path) -> int | None:
    """The process that is the lab, when it lives: a number left by a killed lab may be another process by now."""
    try:
        pid, born = (folder / "pid").read_text().split()
        return int(pid) if supervisor.birth(int(pid)) == born else None
    except (OSError, ValueError):
        return None


def in_network(folder: Path, argv: list[str]) -> list[str]:
    """argv to run a command in the lab's network."""
    pid = inner_pid(folder)
    if pid is None:
        raise LabError("the lab is down: image/lab up starts it")
    return ["nsenter", "--target", str(pid), "--net", "--", *argv]


def run_in_network(folder: Path, argv: list[str], **more: Any) -> subprocess.CompletedProcess[Any]:
    return subprocess.run(in_network(folder, argv), **more)


def lock(folder: Path) -> Any:
    """One `up` or `down` at a time; the lock dies with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("lab: another image/lab works on this lab, waiting for it", file=sys.stderr)
        fcntl.flock(file, fcntl.LOCK_EX)
    return file
