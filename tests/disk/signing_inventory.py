"""A real footing-inventory beside the agent: its own database, its own key, its own tokens."""

import http.client
import json
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PROGRAM = os.environ.get("FOOTING_INVENTORY", "footing-inventory")


class Inventory:
    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.config = folder / "footing-inventory.yaml"
        self.config.write_text(f"cluster: par-1\ndatabase: {folder}/inventory.db\nlisten: 127.0.0.1:0\npermit_key: {folder}/permit.key\n")
        self.public_key = self.run("key", "create")
        self.tokens = {role: self.run("token", "add", "--role", role) for role in ("report", "admin")}
        self.token_file = folder / "token"
        self.token_file.write_text(self.tokens["report"])
        self.process = subprocess.Popen([PROGRAM, "serve", "--config", self.config], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.url = line.split()[2]

    def run(self, *arguments: str) -> str:
        done = subprocess.run([PROGRAM, *arguments, "--config", self.config], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def post(self, path: str, body: dict[str, Any], role: str) -> tuple[int, dict[str, Any]]:
        line = http.client.HTTPConnection("127.0.0.1", urlsplit(self.url).port or 0, timeout=20)
        try:
            line.request("POST", path, json.dumps(body), {"Authorization": f"Bearer {self.tokens[role]}", "If-Match": "*"})
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()

    def get(self, path: str, role: str = "admin") -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", urlsplit(self.url).port or 0, timeout=20)
        try:
            line.request("GET", path, headers={"Authorization": f"Bearer {self.tokens[role]}"})
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            assert self.process.wait(timeout=20) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()
