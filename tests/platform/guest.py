"""Commands on a lab's server, by its serial console: the shell that the lab's site puts there."""

from __future__ import annotations

import base64
import os
import re
import secrets
import socket
import time
from pathlib import Path


class ConsoleError(Exception):
    """The command didn't end in time; what was seen of it is in the message."""


def run(folder: Path, name: str, command: str, timeout: float = 300) -> tuple[int, str]:
    """Exit status and output of one shell command. The output comes as base64: the kernel writes on this line too."""
    mark = secrets.token_hex(6)
    line_of = f"({command}) >/run/said 2>&1; s=$?; echo; echo B''EGIN-{mark}; base64 -w 100 /run/said; echo E''ND-$s-{mark}\n"
    directory = os.open(folder / name, os.O_PATH)
    seen, until = "", time.monotonic() + timeout
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(f"/proc/self/fd/{directory}/serial.sock")
            line.settimeout(5)
            line.sendall(f"\n{line_of}".encode())
            while not (ended := re.search(rf"BEGIN-{mark}\r?\n(.*?)END-(\d+)-{mark}", seen, re.DOTALL)):
                if time.monotonic() > until:
                    raise ConsoleError(f"{name}: '{command}' has not ended after {timeout:.0f} s: …{seen[-1000:]}")
                try:
                    seen += line.recv(65536).decode(errors="replace")
                except TimeoutError:
                    continue
    finally:
        os.close(directory)
    text = "".join(part for part in ended[1].split() if re.fullmatch(r"[A-Za-z0-9+/=]+", part))
    return int(ended[2]), base64.b64decode(text + "=" * (-len(text) % 4)).decode(errors="replace")
