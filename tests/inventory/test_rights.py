"""One drive, one machine: also when two ask at once, and over a restart."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from conftest import Inventory, admission, drive, report


def decisions(answers: list[dict[str, Any]]) -> list[str]:
    return sorted(answer["drives"][0]["code"] for answer in answers)


def test_of_eight_machines_that_see_one_blank_drive_one_may_format_it(inventory: Inventory) -> None:
    asked = [admission(number, "a", drive("/dev/sda", "SHARED")) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(inventory.ask, asked))
    assert decisions(answers) == ["admitted"] + ["two_machines"] * 7
    winner = next(number for number, answer in enumerate(answers) if answer["drives"][0]["code"] == "admitted")
    inventory.restart()
    again = [inventory.ask(one)["drives"][0]["code"] for one in asked]
    assert [number for number, code in enumerate(again) if code == "admitted"] == [winner]


def test_of_eight_machines_that_want_a_disk_that_was_let_go_one_gets_it(inventory: Inventory) -> None:
    moved = drive("/dev/sda", "D1", "enrolled", disk_id="0f9d3a52-6c2c-4d0f-9f5c-7f6f2f2d9a11")
    inventory.report(report(9, drives=[moved]))
    inventory.report(report(9, 700_000_000))  # up for long enough: what it doesn't see isn't on its way
    asked = [admission(number, "a", moved, action="adopt") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(inventory.ask, asked))
    assert decisions(answers) == ["admitted"] + ["two_machines"] * 7


def test_a_token_for_one_machine_is_no_use_to_another(inventory: Inventory) -> None:
    one = inventory.report(report(1))["machine_id"]
    token = inventory.run("token", "add", "--role", "report", "--machine", one).stdout.strip()
    first = inventory.run("token", "add", "--role", "report", "--bind-on-first-use").stdout.strip()
    assert inventory.request("POST", "/v1/reports", json.dumps(report(1, 2)), token=token).status == 200
    for number, with_token, status in ((2, token, 403), (3, first, 200), (4, first, 403)):
        assert inventory.request("POST", "/v1/reports", json.dumps(report(number)), token=with_token).status == status
    listed = inventory.run("token", "list").stdout
    assert one in listed and "(the first)" not in listed
    inventory.run("token", "add", "--role", "report", "--machine", "nobody", status=1)
    inventory.run("token", "add", "--role", "read", "--machine", one, status=64)
    inventory.run("token", "add", "--role", "report", "--machine", one, "--bind-on-first-use", status=64)
