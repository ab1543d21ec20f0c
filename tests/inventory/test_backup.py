"""Claims about a copy of the database that is made while it is in use."""

from __future__ import annotations

import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import Inventory, admission, drive, report
from postgres import Postgres
from test_exchange import exports, fill


def everything(inventory: Inventory) -> tuple[dict[str, bytes], list[bytes]]:
    paths = ("/v1/machines?limit=1000", "/v1/disks?limit=1000", "/v1/changes?limit=1000", "/v1/rooms", "/v1/conflicts")
    return exports(inventory), [inventory.request("GET", path).body for path in paths]


@contextmanager
def under_load(inventory: Inventory) -> Iterator[set[str]]:
    """Machines report until the block ends. What it is given are those that were answered before it began."""
    acknowledged: list[str] = []
    stop = threading.Event()

    def load() -> None:
        for number in range(100, 100_000):
            if stop.is_set():
                return
            inventory.report(report(number, drives=[drive("/dev/sda", f"L{number}")]))
            acknowledged.append(f"stor{number}")

    writer = threading.Thread(target=load)
    writer.start()
    try:
        while len(acknowledged) < 20:
            stop.wait(0.01)
        yield set(acknowledged)
    finally:
        stop.set()
        writer.join()


def check_that_it_has(sure: set[str], database: str, inventory: Inventory) -> None:
    restored = Inventory.__new__(Inventory)
    restored.__dict__.update(inventory.__dict__, database=database, process=None)
    restored.start()
    try:
        assert sure <= {row["host_name"] for row in restored.get("/v1/machines?limit=1000")["machines"]}
        assert restored.report(report(99))["result"] == "new"
    finally:
        assert restored.stop() == 0


def test_a_backup_is_made_under_load_and_restored(tmp_path: Path) -> None:
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db")).start()
    fill(inventory)
    copy = tmp_path / "copy.db"
    with under_load(inventory) as sure:
        assert f"{copy}: " in inventory.run("backup", str(copy)).stdout
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy.db")] == ["copy.db"]
    check_that_it_has(sure, str(copy), inventory)

    # Restored in the database's place, after the loss of it, all is as it was.
    second = tmp_path / "second.db"
    inventory.run("backup", str(second))
    before = everything(inventory)
    assert inventory.stop() == 0
    for rest in tmp_path.glob("inventory.db*"):
        rest.unlink()
    shutil.copy(second, inventory.database)
    inventory.start()
    try:
        assert everything(inventory) == before
    finally:
        assert inventory.stop() == 0


def test_a_backup_writes_over_nothing_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db"))
    held = tmp_path / "held.db"
    held.write_text("mine")
    assert "is there already" in inventory.run("backup", str(held), status=64).stderr
    assert held.read_text() == "mine"
    assert "can't make" in inventory.run("backup", str(tmp_path / "none" / "copy.db"), status=64).stderr
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"no database" * 1000)
    assert inventory.process is None
    inventory.database = str(noise)
    inventory.run("backup", str(tmp_path / "copy.db"), status=1)
    inventory.database = str(tmp_path / "missing.db")
    inventory.run("backup", str(tmp_path / "copy.db"), status=64)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["held.db", "inventory.db", "noise.db"]


def test_postgresqls_own_is_made_under_load_and_restored(tmp_path: Path, postgres: Postgres) -> None:
    inventory = Inventory(tmp_path, postgres.new_database()).start()
    try:
        fill(inventory)
        with under_load(inventory) as sure:
            copy = postgres.back_up(inventory.database)
        check_that_it_has(sure, postgres.restore(copy), inventory)
        before, second = everything(inventory), postgres.back_up(inventory.database)
        assert inventory.stop() == 0
        inventory.database = postgres.restore(second)
        inventory.start()
        assert everything(inventory) == before
    finally:
        assert inventory.stop() == 0


def adoption(inventory: Inventory) -> str:
    moved = drive("/dev/sda", "D1", verdict="elsewhere", disk_id="0f9d3a52-6c2c-4d0f-9f5c-7f6f2f2d9a11")
    inventory.start()
    try:
        return str(inventory.ask(admission(2, "a", moved, action="adopt"))["drives"][0]["code"])
    finally:
        assert inventory.stop() == 0


def test_a_restored_copy_lets_nobody_adopt_a_disk(tmp_path: Path) -> None:
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db"))
    copy = tmp_path / "copy.db"
    inventory.run("backup", str(copy))
    assert adoption(inventory) == "admitted"
    inventory.database = str(copy)
    inventory.run("export", "machines")  # serves nobody
    assert [adoption(inventory) for _ in range(2)] == ["restored"] * 2


def test_a_restored_postgresql_lets_nobody_adopt_a_disk_once_it_is_marked_as_the_readme_says(tmp_path: Path, postgres: Postgres) -> None:
    inventory = Inventory(tmp_path, postgres.new_database())
    mark = next(line for line in (Path(__file__).parents[2] / "README.md").read_text().split("`") if line.startswith("INSERT INTO counters"))
    restored = postgres.restore(postgres.back_up(inventory.database))
    postgres.query(restored, mark)
    assert adoption(inventory) == "admitted"
    inventory.database = restored
    assert [adoption(inventory) for _ in range(2)] == ["restored"] * 2


def test_postgresql_has_its_own(tmp_path: Path) -> None:
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db"))
    inventory.database = "postgresql://me:s3cret@192.0.2.1/inventory"
    said = inventory.run("backup", str(tmp_path / "copy.db"), status=64).stderr
    assert "pg_dump" in said and "pg_restore" in said and "s3cret" not in said
    assert not (tmp_path / "copy.db").exists()
