"""Claims about the feed of changes: who follows it hears each once, soon, and holds nobody up."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from conftest import Inventory, drive, report

FAR = 30  # seconds: the longest wait there is; longer than any of this takes


@contextmanager
def waiting(inventory: Inventory, parameters: str, source: str = "127.0.0.1") -> Iterator[Any]:
    """A request that is on its way: what it will answer, once."""
    line = http.client.HTTPConnection("127.0.0.1", inventory.port or 0, timeout=2 * FAR, source_address=(source, 0))
    line.request("GET", f"/v1/changes?wait={FAR}&{parameters}", headers={"Authorization": f"Bearer {inventory.tokens['read']}"})
    try:
        yield line.getresponse
    finally:
        line.close()


def kinds(page: Any) -> list[str]:
    return [entry["kind"] for entry in page["changes"]]


def test_who_follows_hears_of_each_change_once(inventory: Inventory) -> None:
    heard: list[str] = []
    after = 0
    failing = drive("/dev/sda", "SICK1X", "enrolled", health={"status": "failed", "sentence": "it says so"})
    for sent in (report(1), report(2), report(1, 2, drives=[failing])):
        inventory.report(sent)
        while True:
            page = inventory.get(f"/v1/changes?since={after}&limit=1")
            if not page["changes"]:
                break
            heard += kinds(page)
            after = page["next"]
        assert after == page["last"]
    assert heard == kinds(inventory.get("/v1/changes?limit=1000")) and {"machine_new", "disk_placed"} <= set(heard)


def test_who_waits_is_answered_by_the_next_change_that_was_asked_for(inventory: Inventory) -> None:
    inventory.report(report(1))
    since = inventory.get("/v1/changes")["last"]
    with waiting(inventory, f"since={since}&kind=machine_new") as answer, ThreadPoolExecutor(1) as pool:
        answered = pool.submit(lambda: json.loads(answer().read()))
        inventory.request("POST", "/v1/reports", "{}")  # changes nothing
        failing = drive("/dev/sda", "SICK1X", "enrolled", health={"status": "failed", "sentence": "it says so"})
        inventory.report(report(1, 2, drives=[failing]))
        assert inventory.get(f"/v1/changes?since={since}")["changes"] and not answered.done()  # of another kind
        inventory.report(report(2))
        page = answered.result(FAR)
    assert set(kinds(page)) == {"machine_new"} and page["next"] > since


def test_a_wait_that_is_over_says_from_where_to_go_on(inventory: Inventory) -> None:
    inventory.report(report(1))
    last = inventory.get("/v1/changes")["last"]
    page = inventory.get(f"/v1/changes?since={last}&wait=1")
    assert page == {"changes": [], "next": last, "last": last}
    assert inventory.request("GET", f"/v1/changes?wait={FAR + 1}").status == 400


def test_who_waits_does_not_hold_up_a_stop(inventory: Inventory) -> None:
    with waiting(inventory, "kind=machine_new") as answer:
        inventory.get("/v1/changes")  # so that the other one has come in
        assert inventory.stop() == 0  # it waits 20 s
        assert json.loads(answer().read())["changes"] == []


def test_many_that_wait_leave_room_for_others(inventory: Inventory) -> None:
    answers: list[tuple[int, str | None, bytes]] = []
    begun = threading.Barrier(81, timeout=FAR)

    def wait(source: str) -> None:
        with waiting(inventory, "kind=machine_new", source) as answer:
            begun.wait()
            response = answer()
            answers.append((response.status, response.headers["Retry-After"], response.read()))
    threads = [threading.Thread(target=wait, args=(f"127.0.0.{2 + number % 4}",), daemon=True) for number in range(80)]
    for thread in threads:
        thread.start()
    begun.wait()
    until = time.monotonic() + FAR
    while len(answers) < 16:  # who is one too many is told at once
        assert time.monotonic() < until, answers
        time.sleep(0.05)
    assert all(status == 503 and int(again or 0) > 0 and b"64 clients wait" in body for status, again, body in answers), answers
    assert inventory.get("/v1/machines")["machines"] == []
    assert inventory.request("GET", "/").status == 200
    inventory.report(report(1))
    for thread in threads:
        thread.join(FAR)
    assert sorted(status for status, _, _ in answers) == [200] * 64 + [503] * 16
    with waiting(inventory, "since=0") as answer:  # their places are free again
        assert answer().status == 200
