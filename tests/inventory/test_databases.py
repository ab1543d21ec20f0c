"""Claims about the databases: several processes on one PostgreSQL, lost connections, order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import BINARY, Inventory, drive, report
from postgres import Postgres


@pytest.fixture
def several(tmp_path: Path, postgres: Postgres) -> list[Inventory]:
    """Three processes on one new database; they begin together, so that they also race for the schema."""
    url = postgres.new_database()
    with ThreadPoolExecutor(3) as pool:
        services = list(pool.map(lambda _: Inventory(tmp_path, url), range(3)))
    for service in services:
        service.tokens = services[0].tokens
    yield [service.start() for service in services]
    for service in services:
        if service.process is not None:
            assert service.stop() == 0


def test_three_processes_on_one_database_give_the_same_answers(several: list[Inventory]) -> None:
    # The same eight machines report through all three at once; every report is also sent twice, to different ones.
    sent = [(report(number, sequence, drives=[drive(f"/dev/sd{chr(97 + d)}", f"S{number}-{d}", "enrolled") for d in range(4)]), to)
            for sequence in range(1, 5) for number in range(8) for to in (sequence % 3, (sequence + number) % 3)]
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda one: several[one[1]].report(one[0]), sent))
    by_report: dict[str, list[str]] = {}
    for (made, _), answer in zip(sent, answers, strict=True):
        by_report.setdefault(made["report_id"], []).append(json.dumps(answer, sort_keys=True))
    assert all(len(set(same)) == 1 for same in by_report.values())
    for path in ("/v1/machines", "/v1/disks?limit=1000", "/v1/rooms", "/v1/alarms"):
        answered = [service.request("GET", path).body for service in several]
        assert answered[0] == answered[1] == answered[2]
    assert len(several[1].get("/v1/machines")["machines"]) == 8
    disks = several[2].get("/v1/disks?limit=1000")["disks"]
    assert len(disks) == 32
    assert all(len([p for p in disk["placements"] if p["to"] is None]) == 1 for disk in disks)


def test_what_one_process_answered_another_knows_at_once(several: list[Inventory]) -> None:
    for number in range(30):
        machine_id = several[number % 3].report(report(number))["machine_id"]
        assert several[(number + 1) % 3].get(f"/v1/machines/{machine_id}")["host_name"] == f"stor{number}"


def test_the_service_comes_back_when_the_database_server_does(tmp_path: Path) -> None:
    server = Postgres(durable=True)
    try:
        inventory = Inventory(tmp_path, server.new_database()).start()
        answer = inventory.report(report(1))
        server.stop(signal.SIGQUIT)
        refused = inventory.request("POST", "/v1/reports", json.dumps(report(2)))
        assert refused.status == 503 and int(refused.headers["Retry-After"]) > 0
        assert str(server.folder) not in refused.body.decode(), "where the database is, is for the log"
        assert inventory.request("GET", "/readyz").status == 503
        page = inventory.request("GET", "/", headers={"Accept": "text/html"})
        assert page.status == 503 and page.headers["Content-Type"].startswith("text/html") and int(page.headers["Retry-After"]) > 0
        assert b"<h1>Try again in a moment</h1>" in page.body
        assert inventory.request("GET", "/healthz").status == 200
        server.start()
        assert inventory.request("GET", "/readyz").status == 200
        assert inventory.get("/v1/machines")["machines"][0]["id"] == answer["machine_id"]
        assert inventory.report(report(2))["result"] == "new"
        server.stop()  # and once more: a session that was cut while nobody used it
        server.start()
        assert inventory.report(report(3))["result"] == "new"
        assert inventory.stop() == 0
    finally:
        server.close()


def test_a_postgresql_on_which_another_writes_is_503_until_it_is_free(tmp_path: Path, postgres: Postgres) -> None:
    inventory = Inventory(tmp_path, postgres.new_database()).start()
    answer = inventory.report(report(1))
    with postgres.locked(inventory.database), ThreadPoolExecutor(1) as pool:
        sent = pool.submit(inventory.request, "POST", "/v1/reports", json.dumps(report(2)))
        while not sent.done():
            assert [row["id"] for row in inventory.get("/v1/machines")["machines"]] == [answer["machine_id"]], "reading goes on"
        refused = sent.result()
        assert refused.status == 503 and int(refused.headers["Retry-After"]) > 0
    assert inventory.report(report(2))["result"] == "new"
    assert inventory.stop() == 0


@pytest.fixture
def small() -> Iterator[Postgres]:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    server = Postgres(durable=True, disk="80m")
    yield server
    server.close()


def test_a_full_disk_of_postgresql_is_503_until_there_is_room_again(tmp_path: Path, small: Postgres) -> None:
    inventory = Inventory(tmp_path, small.new_database()).start()
    answered = [inventory.report(report(0))["machine_id"]]
    filler = small.folder / "filler"
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
    assert set(statuses) <= {200, 503} and statuses[-1] == 503 and int(answer.headers["Retry-After"]) > 0
    assert len(inventory.get("/v1/machines?limit=1000")["machines"]) == len(answered), "reading goes on"
    filler.unlink()
    answered.append(inventory.report(report(9999))["machine_id"])
    assert {row["id"] for row in inventory.get("/v1/machines?limit=1000")["machines"]} == set(answered)
    assert inventory.stop() == 0


def test_ids_page_in_the_same_order_on_both(inventory: Inventory) -> None:
    for number in range(12):
        inventory.report(report(number))
    seen: list[str] = []
    cursor = ""
    while True:
        page = inventory.get(f"/v1/machines?limit=5&cursor={cursor}")
        seen += [row["id"] for row in page["machines"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(seen) and len(seen) == 12


def test_a_password_in_the_url_is_never_printed() -> None:
    done = subprocess.run([BINARY, "token", "list", "--database", "postgresql://me:s3cret@127.0.0.1:1/x?password=s3cret"],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr and "s3cret" not in done.stderr


def test_nul_and_odd_characters_of_a_drive_are_stored_on_both(make_inventory: Callable[..., Inventory]) -> None:
    inventory = make_inventory()
    sent = report(1, drives=[drive("/dev/sda", "A\u0000B'\";--", model="x")])
    sent["drives"]["data"][0]["identity"]["model"] = "D\u00e9\u0000\U0001f4be"
    inventory.report(sent)
    disk = inventory.get("/v1/disks")["disks"][0]
    assert disk["serial"] == "A\ufffdB'\";--"
    assert disk["model"] == "D\u00e9\ufffd\U0001f4be"
