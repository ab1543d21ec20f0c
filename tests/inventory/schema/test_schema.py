"""Claims about the running server by its own document: Schemathesis asks all that openapi.json allows, and what it forbids.

Every answer is one that the document lists, of its media type and schema; what the document allows is taken, what it
forbids is refused; no question is answered by a server error. Half of the ids asked about are those of things that exist.
On SQLite alone, as it takes long: the document is the same on both, and what answers hold is tested on both elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import Inventory, drive, report

HERE = Path(__file__).parent
PROGRAM = HERE / "schemathesis"
EXAMPLES = int(os.environ.get("FOOTING_SCHEMA_EXAMPLES", "10"))  # of each operation, beside one for each edge of its document
MOST_SECONDS = 1500  # of a machine that does much else
NOT_TO_BE_HAD = 75   # Schemathesis' wrapper says so


def fill(inventory: Inventory) -> None:
    """Things to ask about: two machines in one unit, drives, an alarm, a conflict, a rack."""
    for number, state in ((1, "enrolled"), (2, "enrolled"), (1, "blank")):
        made = report(number, drives=[drive("/dev/sda", f"S{number}", state)])
        made["system"]["data"]["location"] = {"site": "par", "room": "A", "row": "1", "rack": "R1", "unit": "7"}
        inventory.report(made | ({"report_id": "again", "sequence": 2} if state == "blank" else {}))
    inventory.request("POST", "/v1/imports/racks", "site,room,row,rack,units\npar,A,1,R1,47\n", inventory.tokens["admin"],
                      {"Content-Type": "text/csv"})


def ids_of(inventory: Inventory) -> dict[str, list[Any]]:
    """By path: values of {id} that are somebody's."""
    def ids(path: str, key: str) -> list[str]:
        found = [str(row["id"]) for row in inventory.get(path)[key]]
        assert found, path
        return found
    machines, disks = ids("/v1/machines", "machines"), ids("/v1/disks", "disks")
    alarms, conflicts = ids("/v1/alarms", "alarms"), ids("/v1/conflicts", "conflicts")
    return {"/v1/machines/{id}": machines, "/v1/disks/{id}": disks, "/v1/alarms/{id}": alarms, "/v1/conflicts/{id}": conflicts,
            "/v1/reports/{id}": ["again"], "/v1/racks/{id}": ["par:A:1:R1"], "/v1/changes/{seq}": ["1", "2", "3"],
            "/v1/feeds/salt/pillar/{minion}": ["stor1"]}


def configuration(inventory: Inventory) -> str:
    """schemathesis.toml with the ids of this inventory."""
    out = (HERE / "schemathesis.toml").read_text()
    paths = inventory.get("/v1/openapi.json")["paths"]
    for number, (begin, values) in enumerate(ids_of(inventory).items()):
        name = begin[begin.index("{") + 1:-1]
        within = [path for path in paths if path.startswith(begin)]
        assert within, begin
        out += f"\n[dictionaries.known{number}]\nvalues = {json.dumps(values)}\n"
        for path in within:
            out += (f"\n[[operations]]\ninclude-path = {json.dumps(path)}\n"
                    f'parameters = {{ "path.{name}" = {{ dictionary = "known{number}", probability = 0.5 }} }}\n')
    return out


def test_the_server_keeps_to_its_document(tmp_path: Path) -> None:
    there = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, timeout=MOST_SECONDS)
    if there.returncode == NOT_TO_BE_HAD:
        pytest.skip(f"Schemathesis can't be had from PyPI: {there.stderr.strip().splitlines()[-1]}")
    assert there.returncode == 0, there.stderr
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db")).start()
    try:
        fill(inventory)
        (tmp_path / "schemathesis.toml").write_text(configuration(inventory))
        asked = subprocess.run([PROGRAM, "--config-file", tmp_path / "schemathesis.toml", "run",
                                f"http://127.0.0.1:{inventory.port}/v1/openapi.json", "--max-examples", str(EXAMPLES),
                                "--header", f"Authorization: Bearer {inventory.tokens['admin']}"],
                               capture_output=True, text=True, timeout=MOST_SECONDS, cwd=tmp_path)
        assert asked.returncode == 0, asked.stdout + asked.stderr
        said = re.search(r"(\d+) generated, (\d+) passed", asked.stdout)
        assert said is not None and int(said[1]) == int(said[2]) > 1000, asked.stdout
        assert inventory.request("GET", "/readyz").status == 200
    finally:
        assert inventory.stop() == 0
