"""A server's serial console on this terminal: raw, both ways, until Ctrl-]. The log in its folder goes on by itself."""

from __future__ import annotations

import os
import select
import socket
import sys
import termios
import tty
from pathlib import Path

ESCAPE = b"\x1d"  # Ctrl-]


def attach(folder: Path, name: str) -> None:
    directory = os.open(folder / name, os.O_PATH)
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(f"/proc/self/fd/{directory}/serial.sock")
        keyboard = sys.stdin.fileno()
        before = termios.tcgetattr(keyboard) if sys.stdin.isatty() else None
        print(f"[{name}: Ctrl-] leaves the console]", flush=True)
        try:
            if before is not None:
                tty.setraw(keyboard)
            exchange(line, keyboard)
        finally:
            if before is not None:
                termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
    print(f"\r\n[left {name}]")


def exchange(line: socket.socket, keyboard: int) -> None:
    while True:
        readable, _, _ = select.select([line.fileno(), keyboard], [], [])
        if line.fileno() in readable:
            data = line.recv(65536)
            if not data:
                return
            os.write(1, data)
        if keyboard in readable:
            typed = os.read(keyboard, 1024)
            if not typed or ESCAPE in typed:
                return
            line.sendall(typed)
