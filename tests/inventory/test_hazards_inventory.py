"""What went wrong in other inventories, a test a row of HAZARDS.md, and: HAZARDS.md names tests that exist."""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Inventory, drive, report, until

sys.path.insert(0, str(Path(__file__).parents[1]))
import hazard_table  # noqa: E402

TABLE = Path(__file__).parent / "HAZARDS.md"
CVES = {"2023-26130", "2025-46728", "2025-52887", "2025-53628", "2025-53629", "2025-66570", "2025-66577", "2026-21428", "2026-22776", "2026-28435",
        "2026-45352", "2026-45372", "2026-46527", "2026-54919", "2026-77341", "2026-77358"}


def test_every_hazard_has_its_row_and_every_test_named_exists() -> None:
    rows = hazard_table.rows(TABLE)
    assert set(rows) - {"CVE"} == {f"I{n}" for n in range(1, 17)} | CVES | {f"API{n}" for n in range(1, 11)}
    assert all("::" in answer for name, answer in rows.items() if name != "CVE")
    assert hazard_table.missing(TABLE) == []
    assert hazard_table.not_collected(TABLE, "inventory") == set()


@pytest.fixture
def admin(inventory: Inventory) -> str:
    return inventory.run("token", "add", "--role", "admin", "--label", "ann").stdout.strip()


def send(inventory: Inventory, method: str, path: str, token: str, body: Any = None) -> Answer:
    """A person's write of what GET shows now."""
    seen = inventory.request("GET", path).headers["ETag"]
    return inventory.request(method, path, json.dumps(body) if body is not None else None, token, headers={"If-Match": seen})


def probe(inventory: Inventory, number: int, sequence: int, boot: str = "a", **sections: str) -> Any:
    """A probe whose digests are known to be those of no report, unless they are given."""
    body = {"schema": "footing/probe/1", "boot_id": f"boot-{number}-{boot}", "sequence": sequence,
            "fingerprint": fingerprint(number), "sections": sections}
    answer = inventory.request("POST", "/v1/reports/probe", json.dumps(body))
    assert answer.status == 200, answer.body
    return answer.json()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def identity(number: int) -> dict[str, str]:
    made = report(number)["machine"]["data"]
    return {key: made.get(key, "") for key in ("uuid", "vendor", "product", "system_serial", "board_serial", "chassis_serial",
                                               "asset_tag", "chassis_location")}


def fingerprint(number: int) -> str:
    return digest(compact(identity(number)))


def with_health(path: str, serial: str, **health: Any) -> dict[str, Any]:
    return drive(path, serial, "enrolled", health=health)


def disk(inventory: Inventory, serial: str) -> Any:
    found = inventory.get(f"/v1/disks?serial={serial}")["disks"]
    assert len(found) == 1
    return found[0]


def test_placeholder_serials(inventory: Inventory) -> None:
    """Same placeholder serial on 200 machines merges them."""
    for number in range(200):
        made = report(number)
        made["machine"]["data"] = {"vendor": "ACME", "product": "X", "system_serial": "To Be Filled By O.E.M.",
                                   "board_serial": "Default string", "uuid": "03000200-0400-0500-0006-000700080009"}
        made["nics"] = {"status": "ok", "tool": "t", "data": [{"name": "eth0", "permanent_mac": f"3c:ec:ef:00:01:{number:02x}"}]}
        assert inventory.report(made)["result"] == "new"
    machines: list[Any] = []
    cursor = ""
    while True:
        page = inventory.get(f"/v1/machines?limit=77&cursor={cursor}")
        machines += page["machines"]
        if not (cursor := page["next"] or ""):
            break
    assert len({m["id"] for m in machines}) == 200


def test_one_board_serial_on_two_servers(inventory: Inventory) -> None:
    """Same board serial on two real servers."""
    ids = []
    for sequence in (1, 2):
        for number in (1, 2):
            made = report(number, sequence)
            made["machine"]["data"]["board_serial"] = "BRD-TWICE"
            ids.append(inventory.report(made)["machine_id"])
    assert ids[0] != ids[1]
    assert ids[2:] == ids[:2]
    (open_,) = inventory.get("/v1/conflicts")["conflicts"]
    assert open_["kind"] == "identifier_shared"
    assert "BRD-TWICE" in open_["sentence"]


def test_a_probe_sees_what_people_changed(inventory: Inventory, admin: str) -> None:
    """Content-hash dedup makes a deleted record impossible to re-create."""
    made = report(1, drives=[drive("/dev/sda", "S1")])
    inventory.report(made)
    digests = wanted_digests(inventory, made)
    assert probe(inventory, 1, 2, **digests)["result"] == "unchanged"
    assert send(inventory, "PUT", f"/v1/disks/{disk(inventory, 'S1')['id']}/state", admin, {"state": "retired"}).status == 200
    assert probe(inventory, 1, 3, **digests)["result"] == "wanted"


def wanted_digests(inventory: Inventory, made: dict[str, Any]) -> dict[str, str]:
    """What an agent would send for this report: made here a second time, from the words of wire/digest.hpp."""
    drives = []
    for one in sorted(made["drives"]["data"], key=lambda d: d["path"]):
        health = {k: v for k, v in one.get("health", {}).items() if k not in ("temperature_c", "power_on_hours")}
        full = {"path": one["path"], "identity": {"wwn": "", **one["identity"]}, "size": one["size"], "transport": "",
                "slot": "", "rule": "", "role": "", "verdict": one["verdict"], "reasons": [], "action": "", "outcome": "",
                "outcome_error": "", "disk_id": "", "mount_point": "", "label": "", "enclosure": "", "element": ""}
        if health:
            full["health"] = {"status": health["status"], "sentence": ""}
        drives.append(full)
    system = {"host_name": made["system"]["data"]["host_name"], "kernel": "", "image": "", "agent_version": "",
              "memory_bytes": 0, "location": {}}
    missing = digest("not_collected")
    return {"machine": digest("ok" + compact(identity(int(made["report_id"].split("-")[0])))), "system": digest("ok" + compact(system)),
            "drives": digest("ok" + compact(drives)), "nics": missing, "neighbours": missing, "services": missing, "bmc": missing,
            "memory": missing, "cluster": digest(made["cluster"])}


def test_temperatures_defeat_no_digest(inventory: Inventory) -> None:
    """Dedup on raw text defeated by temperatures/uptime."""
    made = report(1, drives=[with_health("/dev/sda", "S1", status="passed", temperature_c=30, power_on_hours=1)])
    made["stages"] = {"status": "ok", "tool": "t", "data": [{"name": "detect", "started_s": 1, "seconds": 2}]}
    inventory.report(made)
    warmer = report(1, 2, drives=[with_health("/dev/sda", "S1", status="passed", temperature_c=44, power_on_hours=2)])
    warmer["stages"] = {"status": "ok", "tool": "t", "data": [{"name": "detect", "started_s": 3, "seconds": 4}]}
    assert inventory.report(warmer)["result"] == "unchanged"
    assert disk(inventory, "S1")["readings"]["temperature_c"] == 44
    assert probe(inventory, 1, 3, **wanted_digests(inventory, warmer))["result"] == "unchanged"


def test_late_and_repeated_reports(inventory: Inventory) -> None:
    """Late/duplicated report overwrites a newer one."""
    first = report(1, 1, drives=[drive("/dev/sda", "S1", "blank")])
    second = report(1, 2, drives=[drive("/dev/sda", "S1", "enrolled")]) | {"collected_at": "1970-01-01T00:00:00Z"}
    assert inventory.report(second)["result"] == "new"  # whatever its clock says
    assert inventory.report(first)["result"] == "stale"
    assert inventory.report(first)["result"] == "stale"
    assert inventory.report(second)["result"] == "new"
    newer = inventory.report(report(1, 1, "b", drives=[drive("/dev/sda", "S1", "enrolled")]))
    assert newer["result"] == "unchanged"
    assert inventory.report(report(1, 3, drives=[drive("/dev/sda", "S1", "foreign")]))["result"] == "stale"
    assert disk(inventory, "S1")["verdict"] == "enrolled"


def test_missing_is_not_failed(inventory: Inventory) -> None:
    """Missing disk counted as failed."""
    inventory.report(report(1, 1, drives=[drive("/dev/sda", "S1"), drive("/dev/sdb", "S2")]))
    inventory.report(report(1, 2, drives=[drive("/dev/sda", "S1")]))
    assert disk(inventory, "S2")["state"] == "missing"
    inventory.report(report(1, 3, drives=[drive("/dev/sda", "S1"), drive("/dev/sdb", "S2")]))
    assert disk(inventory, "S2")["state"] == "present"
    assert inventory.get("/v1/changes?kind=disk_failed")["changes"] == []


def test_health_is_a_word(inventory: Inventory) -> None:
    """`smartctl` exit code read as boolean."""
    # What smartctl's bits 6 and 7 stand for (old errors in the logs) is no failure; bit 3 (failing now) is one.
    inventory.report(report(1, drives=[with_health("/dev/sda", "S1", status="passed", media_errors=0),
                                       with_health("/dev/sdb", "S2", status="passed", media_errors=3),
                                       with_health("/dev/sdc", "S3", status="failing"),
                                       with_health("/dev/sdd", "S4", status="unknown")]))
    assert [disk(inventory, serial)["state"] for serial in ("S1", "S2", "S3", "S4")] == ["present", "suspect", "failed", "present"]


def test_a_dead_drive_is_found_by_what_was_known(inventory: Inventory) -> None:
    """Disk drops out after death, serial no longer readable."""
    inventory.report(report(1, 1, drives=[drive("/dev/sda", "S1", slot="slot 4")]))
    nameless = {"path": "/dev/sda", "identity": {}, "size": 0, "verdict": "unreadable", "slot": "slot 4"}
    inventory.report(report(1, 2, drives=[nameless]))
    dead = disk(inventory, "S1")
    assert (dead["state"], dead["machine"], dead["last_place"]["slot"], dead["last_place"]["why_ended"]) == ("missing", None, "slot 4", "not reported")
    history = inventory.get(f"/v1/disks/{dead['id']}/history")
    assert history["placements"][0]["slot"] == "slot 4"


def test_no_bay_is_guessed(inventory: Inventory) -> None:
    """LED command hits wrong bay / IndicatorLED deprecated."""
    # What somebody walks to is a printed bay: without a map there is none. Only a machine's own LED is ever lit (test_bmc.py).
    inventory.report(report(1, drives=[drive("/dev/sda", "S1", slot="slot 4")]))
    assert (disk(inventory, "S1")["bay"], disk(inventory, "S1")["bay_state"]) == (None, "unmapped")


def test_history_stays(inventory: Inventory) -> None:
    """History pruned by default."""
    for sequence in range(1, 41):
        inventory.report(report(1, sequence, drives=[drive("/dev/sda", "S1", "blank" if sequence % 2 else "foreign")]))
    changes = inventory.get("/v1/changes?limit=1000")
    assert [c["seq"] for c in changes["changes"]] == list(range(1, changes["last"] + 1))
    assert changes["changes"][0]["kind"] == "machine_new"
    assert sum(c["kind"] == "disk_verdict" for c in changes["changes"]) == 39
    assert inventory.request("GET", "/v1/reports/1-a-1").status == 200  # it changed something


def test_changes_are_sentences(inventory: Inventory) -> None:
    """Change log as full JSON pairs is unreadable."""
    inventory.report(report(1, 1, drives=[drive("/dev/sda", "S1")]))
    inventory.report(report(1, 2, drives=[drive("/dev/sda", "S1", "foreign")]))
    inventory.report(report(1, 3))
    for change in inventory.get("/v1/changes")["changes"]:
        assert 0 < len(change["sentence"]) < 200
        assert "{" not in change["sentence"] and "\n" not in change["sentence"]


def test_reports_need_a_token(inventory: Inventory) -> None:
    """Unauthenticated report endpoint; and a token that leaked: whose word a report was is kept with it."""
    inventory.report(report(1))
    tokens = {line.split()[-1]: line.split()[0] for line in inventory.run("token", "list").stdout.splitlines()[1:]}
    assert inventory.get("/v1/reports/1-a-1")["sent_by"] == {"token": tokens["report"], "certificate": None}
    for path in ("/v1/reports", "/v1/reports/probe", "/v1/admissions"):
        assert inventory.request("POST", path, "{}", token="").status == 401
        assert inventory.request("POST", path, "{}", token=inventory.tokens["read"]).status == 403
    for method, path in (("PUT", "/v1/machines/x/location"), ("PUT", "/v1/disks/x/state"), ("POST", "/v1/machines/x/merge"),
                         ("POST", "/v1/conflicts/x/resolve"), ("POST", "/v1/changes/1/revert"), ("POST", "/v1/reports/x/replay"),
                         ("DELETE", "/v1/machines/x/location"), ("DELETE", "/v1/blacklist?kind=a&value=b")):
        for role in ("report", "read"):
            assert inventory.request(method, path, "{}" if method != "DELETE" else None, token=inventory.tokens[role]).status == 403


def test_reused_hardware_is_a_new_machine(inventory: Inventory) -> None:
    """Repurposed hardware inherits stale disks/history."""
    old = report(1, drives=[drive("/dev/sda", "S1")])
    old["machine"]["data"]["chassis_serial"] = "CHASSIS-1"
    before = inventory.report(old)["machine_id"]
    new = report(2, drives=[drive("/dev/sda", "S9")])
    new["machine"]["data"]["chassis_serial"] = "CHASSIS-1"
    after = inventory.report(new)["machine_id"]
    assert after != before
    assert [d["serial"] for d in inventory.get(f"/v1/machines/{after}")["drives"]] == ["S9"]
    assert all(c["kind"] != "disk_displaced" for c in inventory.get(f"/v1/machines/{after}/history")["changes"])


def test_a_report_rewrites_no_intent(inventory: Inventory, admin: str) -> None:
    """Report rewrites intent."""
    machine = inventory.report(report(1, port="swp1"))["machine_id"]
    said = send(inventory, "PUT", f"/v1/machines/{machine}/location", admin, {"rack": "R5", "unit": 3, "lock": True, "note": "stood there"})
    assert said.status == 200, said.body
    wires = inventory.folder / "wires.csv"
    wires.write_text("switch,port,rack,unit\ntor-a,swp1,R1,7\n")
    inventory.run("import", "wire-map", str(wires))
    for boot in ("b", "c", "d"):
        inventory.report(report(1, 1, boot, port="swp1"))
    shown = inventory.get(f"/v1/machines/{machine}/location")
    assert (shown["place"]["rack"], shown["place"]["unit"]) == ("R5", "3")
    assert shown["said"][0]["by"] == "ann"
    assert {c["kind"] for c in inventory.get("/v1/conflicts")["conflicts"]} == {"lock_contradicted"}
    assert send(inventory, "DELETE", f"/v1/machines/{machine}/location", admin).status == 204
    assert inventory.get(f"/v1/machines/{machine}/location")["place"]["rack"] == "R1"


def test_a_lock_ends_by_itself_when_it_said_so(inventory: Inventory, admin: str) -> None:
    """Nobody hears of the machine again."""
    machine = inventory.report(report(1, port="swp1"))["machine_id"]
    wires = inventory.folder / "wires.csv"
    wires.write_text("switch,port,rack,unit\ntor-a,swp1,R1,7\n")
    inventory.run("import", "wire-map", str(wires))
    end = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    said = send(inventory, "PUT", f"/v1/machines/{machine}/location", admin, {"rack": "R5", "lock": True, "until": end})
    assert said.json()["place"]["rack"] == "R5"
    until("the lock has ended in the list", lambda: inventory.get("/v1/machines?rack=R1")["machines"] != [])


def test_lists_come_in_pages(inventory: Inventory) -> None:
    """Exports buffer -> 504."""
    for number in range(5):
        inventory.report(report(number))
    assert len(inventory.get("/v1/machines?limit=2")["machines"]) == 2
    assert inventory.request("GET", "/v1/machines?limit=1001").status == 400
    assert inventory.request("GET", "/v1/changes?limit=1001").status == 400
