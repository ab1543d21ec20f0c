"""The lab's inventory: its process in the lab's network, its token, its wire map, and what it knows."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from . import control
from .layout import Layout

CONFIG = "# The lab's inventory.\n"
WIRES = """# The wire map says which cable leads where; people write it, here the lab file does.
wire_map: {wire_map}
"""


def wire_map(layout: Layout) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["switch", "port", "site", "room", "row", "rack", "unit"])
    for server in layout.servers:
        writer.writerow([server.switch.name, server.port, layout.site, server.room, server.row, server.rack, server.unit])
    return text.getvalue()


def install(binary: Path, folder: Path) -> bool:
    """Copy the binary beside its database, so that a build never touches what runs. True: it is another one."""
    target = folder / "inventory/footing-inventory"
    target.parent.mkdir(exist_ok=True)
    if target.exists() and digest(target) == digest(binary):
        return False
    new = target.with_suffix(".new")
    shutil.copy(binary, new)
    new.replace(target)
    return True


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def configure(layout: Layout, folder: Path) -> bool:
    """The configuration and the wire map; True: they changed."""
    wires = folder / "inventory/wire-map.csv"
    files = {folder / "inventory/inventory.yaml": CONFIG}
    if layout.location == "wire_map":
        files = {wires: wire_map(layout), folder / "inventory/inventory.yaml": CONFIG + WIRES.format(wire_map=wires)}
    changed = False
    for path, text in files.items():
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed = True
    return changed


def token(folder: Path) -> str:
    """The agents' token, made once and kept beside the database."""
    kept = folder / "inventory/report.token"
    if not kept.exists():
        done = subprocess.run([folder / "inventory/footing-inventory", "token", "add", "--role", "report",
                               "--database", folder / "inventory/inventory.db"], capture_output=True, text=True)
        if done.returncode != 0:
            raise control.LabError(f"the inventory made no token: {done.stderr.strip()}")
        new = kept.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(done.stdout.split()[-1])
        new.rename(kept)
    return kept.read_text()


def start(layout: Layout, folder: Path) -> None:
    argv = [str(folder / "inventory/footing-inventory"), "serve", "--listen", f"{layout.network.ip}:8080",
            "--database", str(folder / "inventory/inventory.db"), "--config", str(folder / "inventory/inventory.yaml"),
            "--open-read"]
    control.ask(folder, {"do": "start_service", "name": "inventory/serve", "argv": argv})
    until = time.monotonic() + 20
    while time.monotonic() < until:
        state = control.status(folder)
        if state and not state["services"].get("inventory/serve"):
            break
        if get(folder, "/healthz") is not None:
            return
        time.sleep(0.2)  # the socket appears when it appears; there is no event for it
    last = (folder / "inventory/serve.log").read_text(errors="replace").strip().splitlines()[-5:]
    raise control.LabError("the inventory does not answer:\n  " + "\n  ".join(last))


def stop(folder: Path) -> None:
    control.ask(folder, {"do": "stop_service", "name": "inventory/serve"})


def base_url(folder: Path) -> str:
    state = control.status(folder)
    if state is None:
        raise control.LabError("the lab is down: image/lab up starts it")
    return f"http://127.0.0.1:{state['host_port']}"


def get(folder: Path, path: str) -> Any:
    """The answer to one GET through the host's port: JSON, else text; None when nobody answers."""
    try:
        with urllib.request.urlopen(base_url(folder) + path, timeout=10) as answer:
            body = answer.read().decode()
    except urllib.error.HTTPError as error:
        raise control.LabError(f"the inventory says {error.code} to {path}: {error.read().decode(errors='replace')}") from error
    except (OSError, urllib.error.URLError):
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body
