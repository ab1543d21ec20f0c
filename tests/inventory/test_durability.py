"""Claims about bad days: killed while it writes, a full disk, a locked database. What was answered is kept, and it comes back.

A file that another process locks, and the disk it fills, are SQLite's own: PostgreSQL's bad days are in test_databases.py.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Inventory, drive, report, until


def test_what_was_answered_survives_a_kill_in_the_middle_of_writes(inventory: Inventory) -> None:
    answered: list[str] = []
    stop = threading.Event()

    def send(first: int) -> None:
        number = first
        while not stop.is_set():
            try:
                answer = inventory.request("POST", "/v1/reports", json.dumps(report(number, drives=[drive("/dev/sda", f"S{number}", "enrolled")])))
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 200:
                answered.append(answer.json()["machine_id"])
            number += 8

    for round_ in range(3):
        threads = [threading.Thread(target=send, args=(round_ * 10_000 + n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        enough = len(answered) + 10
        until("ten more are answered", lambda enough=enough: len(answered) >= enough)
        inventory.stop(signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join()
        stop.clear()
        inventory.start()
    known, cursor = set(), ""
    while cursor is not None:
        page = inventory.get(f"/v1/machines?limit=1000&cursor={cursor}")
        known |= {row["id"] for row in page["machines"] if row["drives"]["total"] == 1}
        cursor = page["next"]
    assert set(answered) <= known


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_503_until_there_is_room_again(small_disk: Path, tmp_path: Path) -> None:
    inventory = Inventory(tmp_path, str(small_disk / "inventory.db")).start()
    answered = [inventory.report(report(0))["machine_id"]]
    filler = small_disk / "filler"
    with filler.open("wb") as file, pytest.raises(OSError):
        while True:
            file.write(b"x" * 4096)
            file.flush()
    statuses = []
    for number in range(1, 40):
        answer = inventory.request("POST", "/v1/reports", json.dumps(report(number, drives=[drive("/dev/sda", f"S{number}" * 50)])))
        statuses.append(answer.status)
        if answer.status == 200:
            answered.append(answer.json()["machine_id"])
    assert set(statuses) <= {200, 503} and statuses[-1] == 503
    assert inventory.request("GET", "/healthz").status == 200
    filler.unlink()
    answered.append(inventory.report(report(99))["machine_id"])
    assert {row["id"] for row in inventory.get("/v1/machines?limit=1000")["machines"]} == set(answered)
    assert inventory.stop() == 0


def test_a_locked_database_is_503_until_it_is_free(tmp_path: Path) -> None:
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db")).start()
    inventory.report(report(1))
    other = sqlite3.connect(tmp_path / "inventory.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert len(inventory.get("/v1/machines")["machines"]) == 1  # reading goes on
    refused = inventory.request("POST", "/v1/reports", json.dumps(report(2)))
    assert refused.status == 503 and "locked" in refused.json()["detail"]
    other.execute("ROLLBACK")
    assert inventory.report(report(2))["result"] == "new"
    assert inventory.stop() == 0
