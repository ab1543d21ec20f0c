"""Claims about the document: it has every route and no other, and the server keeps to it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from conftest import Inventory, drive, report

SOURCES = Path(__file__).parents[2] / "inventory"
ROUTE = re.compile(r'\{"(GET|POST|PUT|DELETE)", "([^"]+)", (?:Role::(\w+)|std::nullopt), \{([^}]*)\}, &Api::\w+(?:, &(\w+)\(\))?\}')
FIELDS = {"machine_fields": "views/machine_list.cpp", "disk_fields": "store/disk_list.cpp"}
SUFFIXES = {"Text": {"", "__ic", "__sw", "__n", "__empty"}, "Name": {"", "__sw", "__n", "__empty"}, "Whole": {""}, "Word": {"", "__n", "__empty"},
            "Number": {"", "__gte", "__lte", "__n"}, "Time": {"", "__gte", "__lte", "__n", "__empty"}}


# It stands in no rack and no room, nothing was released, nothing is in conflict.
NOT_THERE = ("/v1/racks/{id}/elevation", "/v1/rooms/{id}/map", "/v1/releases/{id}/pre-image", "/v1/webhooks/{id}", "/v1/alarms/{id}", "/v1/conflicts/{id}")
# What admins do that changes nothing which somebody else could have changed meanwhile: it adds, or understands anew. Of what changes by itself, as a locator LED does, the last wish counts.
UNSEEN = {("post", "/v1/reports/{id}/replay"), ("post", "/v1/imports/{kind}"), ("post", "/v1/permits"), ("post", "/v1/webhooks"), ("delete", "/v1/webhooks/{id}"), ("put", "/v1/machines/{id}/locate"), ("delete", "/v1/machines/{id}/locate")}


def asked_by(table: str) -> set[str]:
    """The parameters of a list's fields: as its source declares them, with the suffixes that their types take."""
    if not table:
        return set()
    declared = re.findall(r'\{\{"(\w+)", (\w+)', (SOURCES / FIELDS[table]).read_text())
    heard = [(name, "Whole") for name in ("switch", "port") if table == "machine_fields"]
    return {name + suffix for name, kind in [*declared, *heard] for suffix in SUFFIXES[kind]}


def test_every_route_is_in_the_document_and_the_other_way_round(inventory: Inventory) -> None:
    document = inventory.request("GET", "/v1/openapi.json", token="").json()
    assert document == json.loads((SOURCES / "api/openapi.json").read_text())
    routes = {(method, path): (role.lower(), set(re.findall(r'"([^"]+)"', names)) | asked_by(table))
              for method, path, role, names, table in ROUTE.findall((SOURCES / "api/api.cpp").read_text())}
    written = {(method.upper(), path): (operation.get("x-role", ""), {p["name"] for p in operation["parameters"] if p["in"] == "query"})
               for path, methods in document["paths"].items() for method, operation in methods.items()}
    assert written == routes


def test_what_the_document_requires_is_answered(inventory: Inventory) -> None:
    machine_id = inventory.report(report(1, drives=[drive("/dev/sda", "S1", "enrolled")]))["machine_id"]
    document = inventory.get("/v1/openapi.json")
    disk_id = inventory.get("/v1/disks")["disks"][0]["id"]
    for path, methods in document["paths"].items():
        if "get" not in methods or path in NOT_THERE:
            continue
        query = "&".join(f"{p['name']}=S1" for p in methods["get"]["parameters"] if p["in"] == "query" and p.get("required"))
        answer = inventory.request("GET", path.replace("{id}", disk_id if "/disks/" in path else report(1)["report_id"] if "/reports/" in path else machine_id).replace("{minion}", "stor1").replace("{kind}", "machines") + f"?{query}",
                                   token=inventory.tokens.get(methods["get"].get("x-role", "")))
        assert answer.status == 200, path
        kind, schema = next(iter(methods["get"]["responses"]["200"]["content"].items()))
        assert answer.headers["Content-Type"].startswith(kind), path
        if kind == "application/json":
            assert type(answer.json()) is {"object": dict, "array": list}[schema["schema"]["type"]]
            rows, wanted = ([answer.json()], schema["schema"]) if schema["schema"]["type"] == "object" else (answer.json(), schema["schema"]["items"])
            assert all(set(wanted.get("required", [])) <= set(row) for row in rows), path


def test_what_a_person_changes_is_what_he_saw(inventory: Inventory) -> None:
    document = inventory.get("/v1/openapi.json")
    writes = {(method, path): operation for path, methods in document["paths"].items() for method, operation in methods.items()
              if method != "get" and operation["x-role"] == "admin"}
    required = {way for way, operation in writes.items() if any(p["name"] == "If-Match" and p["required"] for p in operation["parameters"])}
    assert set(writes) - required == UNSEEN
    for way in required:
        assert {"412", "428"} <= set(writes[way]["responses"]), way


def test_every_key_of_a_change_and_every_busy_answer_is_in_the_document(inventory: Inventory) -> None:
    machine_id = inventory.report(report(1, drives=[drive("/dev/sda", "S1", "enrolled")]))["machine_id"]
    document = inventory.get("/v1/openapi.json")
    keys = set(document["components"]["schemas"]["Change"]["properties"])
    rows = [row for path, key in (("/v1/changes", "changes"), (f"/v1/machines/{machine_id}/history", "changes"), (f"/v1/machines/{machine_id}/identity", "events"))
            for row in inventory.get(path)[key]]
    assert rows and all(set(row) == keys for row in rows)
    missing = [(method, path) for path, methods in document["paths"].items() for method, operation in methods.items()
               if operation.get("x-role") and "503" not in operation["responses"]]
    assert missing == [], "the database may be busy"


def test_every_parameter_of_a_list_is_taken(inventory: Inventory) -> None:
    inventory.report(report(1, drives=[drive("/dev/sda", "S1", "enrolled")]))
    document = inventory.get("/v1/openapi.json")
    kinds = {"integer": "7", "date-time": "2026-01-01T00:00:00Z"}
    words = {"state": "failed", "state__n": "failed", "sort": "-serial", "fields": "serial", "expand": "nics", "cursor": ""}
    for path in ("/v1/machines", "/v1/disks", "/v1/conflicts", "/v1/alarms", "/v1/blacklist", "/v1/suggestions"):
        for parameter in document["paths"][path]["get"]["parameters"]:
            name, schema = parameter["name"], parameter["schema"]
            value = kinds.get(schema.get("format", schema["type"])) or schema.get("enum", [words.get(name, "x")])[0]
            answer = inventory.request("GET", f"{path}?{name}={value}")
            assert answer.status == 200, (name, answer.body)
