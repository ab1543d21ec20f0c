"""A real inventory on the host, as the guest's agent reaches it through QEMU's user network (10.0.2.2 is the host)."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conftest import BUILD
from guest import Guest

TOKEN = "/run/footing.token"
STILL = "9999-12-31T23:59:59.999Z"  # inventory/history/instant.hpp


class Inventory:
    def __init__(self, folder: Path) -> None:
        self.database = folder / "inventory.db"
        self.token = self.run("token", "add", "--role", "report")
        self.process = subprocess.Popen([*self.argv("serve"), "--listen", "127.0.0.1:0", "--open-read"], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().split()[2].rsplit(":", 1)[1].rstrip("/"))

    def argv(self, *words: str) -> list[str]:
        return [str(BUILD / "bin/footing-inventory"), *words, "--database", str(self.database)]

    def run(self, *words: str) -> str:
        return subprocess.run(self.argv(*words), check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout.strip()

    def told_to(self, guest: Guest) -> str:
        """Puts the token into the guest; the configuration's section."""
        guest.write(TOKEN, self.token)
        guest.run(f"chmod 600 {TOKEN}")
        return f"inventory: {{url: 'http://10.0.2.2:{self.port}', token_file: {TOKEN}}}\n"

    def drives(self) -> dict[str, dict[str, Any]]:
        """What it knows of the one machine's drives by now, by serial number."""
        machines = self.get("/v1/machines")["machines"]
        assert len(machines) <= 1, machines
        found = self.get(f"/v1/machines/{machines[0]['id']}")["drives"] if machines else []
        return {drive["serial"]: drive for drive in found}

    def rights(self, serial: str) -> int:
        """How many machines have a right to the drive."""
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            ask = "SELECT COUNT(DISTINCT machine_id) FROM drive_rights WHERE drive_key LIKE ? AND valid_to = ?"
            return int(database.execute(ask, (f"serial|%|{serial.lower()}", STILL)).fetchone()[0])

    def readings(self, serial: str) -> dict[str, Any]:
        """What the drive last said of itself, beside what lasts."""
        (disk,) = self.get(f"/v1/disks?serial={serial}")["disks"]
        return disk["readings"] or {}

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return json.load(answer)


@contextlib.contextmanager
def inventory(folder: Path) -> Iterator[Inventory]:
    made = Inventory(folder)
    try:
        yield made
    finally:
        made.process.terminate()
        made.process.wait()
