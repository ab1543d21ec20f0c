"""The inventory as a process with a database of its own, and builders of what agents send."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from postgres import Postgres

DATABASES = ["sqlite", "postgresql"]
BINARY = os.environ.get("FOOTING_INVENTORY", "build/dev/bin/footing-inventory")


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self) -> Any:
        return json.loads(self.body)


class Inventory:
    """A running `footing-inventory serve`; `restart()` keeps the database."""

    def __init__(self, folder: Path, database: str, *arguments: str) -> None:
        self.folder = folder
        self.database = database
        self.arguments = arguments
        self.tokens: dict[str, str] = {}
        self.process: subprocess.Popen[str] | None = None
        for role in ("report", "read", "admin"):
            self.tokens[role] = self.run("token", "add", "--role", role, "--label", role).stdout.strip()

    def run(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        database = [] if arguments[0] in ("check", "key") else ["--database", self.database]  # those open none
        done = subprocess.run([BINARY, *arguments, *database], capture_output=True, text=True, timeout=300)
        assert done.returncode == status, done.stderr
        return done

    def start(self) -> Inventory:
        self.process = subprocess.Popen([BINARY, "serve", "--listen", "127.0.0.1:0", "--database", self.database, *self.arguments],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.port = urlsplit(line.split()[2]).port
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        status = self.process.wait(timeout=20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return status

    def restart(self) -> None:
        assert self.stop() == 0
        self.start()

    def request(self, method: str, path: str, body: bytes | str | None = None, token: str | None = None,
                headers: dict[str, str] | None = None) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port or 0, timeout=20)
        token = self.tokens["report" if method == "POST" else "read"] if token is None else token
        authorization = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            line.request(method, path, body, authorization | (headers or {}))
            return Answer(line.getresponse())
        finally:
            line.close()

    def get(self, path: str) -> Any:
        answer = self.request("GET", path)
        assert answer.status == 200, answer.body
        return answer.json()

    def report(self, report: dict[str, Any]) -> Any:
        answer = self.request("POST", "/v1/reports", json.dumps(report))
        assert answer.status == 200, answer.body
        return answer.json()

    def ask(self, request: dict[str, Any]) -> Any:
        answer = self.request("POST", "/v1/admissions", json.dumps(request))
        assert answer.status == 200, answer.body
        return answer.json()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.close()


def new_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """For fixtures with `params=DATABASES`."""
    if request.param == "sqlite":
        return str(folder / "inventory.db")
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of each kind: every test that uses it, by itself or as `inventory`, runs on both."""
    return new_database(request, tmp_path)


@pytest.fixture
def make_inventory(tmp_path: Path, database: str) -> Iterator[Callable[..., Inventory]]:
    """Starts services with these arguments on the test's database, and stops them after it."""
    made: list[Inventory] = []

    def make(*arguments: str) -> Inventory:
        made.append(Inventory(tmp_path, database, *arguments).start())
        return made[-1]

    yield make
    for service in made:
        if service.process is not None:
            assert service.stop() == 0


@pytest.fixture
def inventory(make_inventory: Callable[..., Inventory]) -> Inventory:
    return make_inventory()


def until(what: str, holds: Callable[[], bool]) -> None:
    """Only something broken waits this long."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, f"not within a minute: {what}"
        time.sleep(0.05)


def alter(database: str, postgres: Postgres, statements: str) -> None:
    """Behind the service's back."""
    if database.startswith("postgresql:"):
        postgres.query(database, statements)
    else:
        with sqlite3.connect(database) as connection:
            connection.executescript(statements)


def dump_of(database: str, postgres: Postgres) -> str:
    """All that is in a database, as text."""
    if database.startswith("postgresql:"):
        return postgres.dump(database)
    return "".join(sqlite3.connect(database).iterdump()) + Path(database).read_bytes().decode("latin-1")


def peak_memory(pid: int) -> int:
    """In bytes, since it started. A sanitizer's runtime keeps what is freed: with one it says nothing, and is 0."""
    if "FOOTING_SANITIZED" in os.environ:
        return 0
    return int(next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1]) << 10


def machine(number: int) -> dict[str, str]:
    return {"uuid": f"4c4c4544-0047-5010-8052-b7c04f{number:06x}", "vendor": "Footing", "product": "Lab server",
            "system_serial": f"SRV{number:05}", "board_serial": f"BRD{number:05}"}


def drive(path: str, serial: str, verdict: str = "blank", **more: Any) -> dict[str, Any]:
    return {"path": path, "identity": {"vendor": "LAB", "model": "DISK", "serial": serial}, "size": 1 << 40,
            "verdict": verdict} | more


def report(number: int, sequence: int = 1, boot: str = "a", drives: list[dict[str, Any]] | None = None,
           port: str = "") -> dict[str, Any]:
    def ok(data: Any) -> dict[str, Any]:
        return {"status": "ok", "tool": "test", "data": data}
    made: dict[str, Any] = {
        "schema": "footing/report/1", "report_id": f"{number}-{boot}-{sequence}", "boot_id": f"boot-{number}-{boot}",
        "sequence": sequence, "collected_at": "2026-01-01T00:00:00Z", "cluster": "lab", "machine": ok(machine(number)),
        "system": ok({"host_name": f"stor{number}"}), "drives": ok(drives or [])}
    if port:
        made["neighbours"] = ok([{"nic": "eth0", "chassis_id_type": "mac", "chassis_id": "00:11:22:33:44:55",
                                  "port_id_type": "ifname", "port_id": port, "system_name": "tor-a"}])
    return made


def admission(number: int, boot: str, *drives: dict[str, Any], action: str = "enroll") -> dict[str, Any]:
    return {"boot_id": f"boot-{number}-{boot}", "cluster": "lab", "machine": machine(number),
            "drives": [{"path": d["path"], "identity": d["identity"], "size": d["size"], "action": action} for d in drives]}
