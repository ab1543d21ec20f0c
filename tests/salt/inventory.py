"""footing-inventory as a process, with token files as its users have them."""

import os
import subprocess
from pathlib import Path
from typing import Any

PROGRAM = os.environ.get("FOOTING_INVENTORY", "footing-inventory")
CONFIG = r"""
cluster: par-1
host_name_pattern: {pattern: 'stor-(r(\d)\d+)-u(\d+)', groups: [rack, room, unit]}
"""


class Inventory:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "inventory.yaml").write_text(CONFIG + f"database: {folder}/inventory.db\n")
        self.process: subprocess.Popen[str] | None = None
        self.address = "127.0.0.1:0"
        self.tokens: dict[str, Path] = {}
        for role in ("report", "read"):
            token = self.run("token", "add", "--role", role, "--label", role)
            self.tokens[role] = folder / f"{role}.token"
            self.tokens[role].write_text(token)

    def run(self, *arguments: str) -> str:
        done = subprocess.run([PROGRAM, *arguments, "--config", self.folder / "inventory.yaml"], capture_output=True, text=True,
                              check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> "Inventory":
        """On the port that it had before, if it had one."""
        self.process = subprocess.Popen([PROGRAM, "serve", "--listen", self.address, "--config", self.folder / "inventory.yaml"],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening on http://"), line
        self.url = line.split()[2].rstrip("/")
        self.address = self.url.removeprefix("http://")
        return self

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        assert self.process.wait(timeout=20) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None

    @property
    def access(self) -> dict[str, Any]:
        """As pillar, roster and runner take it."""
        return {"url": self.url, "token_file": str(self.tokens["read"]), "timeout": 5}

    @property
    def for_agents(self) -> str:
        """The `inventory` of footing.yaml."""
        return f"inventory: {{url: '{self.url}', token_file: '{self.tokens['report']}'}}\n"
