"""Claims about the document: it has every route and no other, and the server keeps to it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conftest import BINARY, Answer, Inventory, admission, drive, machine, report
from document import faults, resolved

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
            whole = resolved(document, schema["schema"])
            assert type(answer.json()) is {"object": dict, "array": list}[whole["type"]]
            rows, wanted = ([answer.json()], whole) if whole["type"] == "object" else (answer.json(), whole["items"])
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


def test_problems_are_as_the_document_says(inventory: Inventory) -> None:
    """Also an import's, which tells of each row. Closed schemas can't be joined by allOf: no document would be both."""
    text = inventory.request("GET", "/v1/openapi.json", token="").body.decode()
    document, admin = json.loads(text), inventory.tokens["admin"]
    assert "allOf" not in text
    refused = inventory.request("POST", "/v1/imports/racks", "rack,units\nR1,tall\n", admin, {"Content-Type": "text/csv"})
    unknown = inventory.request("GET", "/v1/machines/none")
    for answer, status, name in ((refused, 422, "RefusedImport"), (unknown, 404, "Problem")):
        assert answer.status == status, answer.body
        assert faults(document, {"$ref": f"#/components/schemas/{name}"}, answer.json()) == []
    assert {"instance", "request_id"} <= set(unknown.json())


# Answers whose form is another program's.
FOREIGN = {"/v1/feeds/prometheus/http_sd": "Prometheus", "/v1/feeds/ansible/inventory": "Ansible", "/v1/feeds/salt/roster": "Salt",
           "/v1/feeds/salt/pillar/{minion}": "Salt", "/v1/feeds/swift/ring": "swift-ring-builder", "/v1/openapi.json": "OpenAPI"}
# A BMC has to be asked first; what is answered is what GET shows.
AS_GET = {("put", "/v1/machines/{id}/locate"), ("delete", "/v1/machines/{id}/locate")}
# Their lists have rows to look at.
FILLED = {"/v1/machines", "/v1/disks", "/v1/rooms", "/v1/alarms", "/v1/conflicts", "/v1/blacklist", "/v1/suggestions", "/v1/search", "/v1/changes", "/v1/webhooks",
          "/v1/machines/{id}", "/v1/machines/{id}/disks", "/v1/machines/{id}/nics", "/v1/machines/{id}/neighbours", "/v1/machines/{id}/identifiers",
          "/v1/machines/{id}/history", "/v1/disks/{id}/history"}
AS_OF = "at=2100-01-01T00:00:00Z"


class Walk:
    """Asks, and holds each answer to the document."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.document = inventory.get("/v1/openapi.json")
        self.asked: set[tuple[str, str]] = set()
        self.faults: set[str] = set()

    def schema(self, method: str, path: str) -> Any:
        responses = self.document["paths"][path][method]["responses"]
        content = next(responses[status] for status in ("200", "201", "202", "204") if status in responses).get("content", {})
        return content.get("application/json", {}).get("schema")

    def ask(self, method: str, path: str, body: Any = None, query: str = "", **names: str) -> Any:
        role = "report" if self.document["paths"][path][method].get("x-role") == "report" else "admin"
        answer: Answer = self.inventory.request(method.upper(), path.format(**names) + query, None if body is None else body if isinstance(body, str) else json.dumps(body),
                                                self.inventory.tokens[role], {"If-Match": "*"} | ({"Content-Type": "text/csv"} if isinstance(body, str) else {}))
        assert 200 <= answer.status < 300, (method, path, answer.body)
        self.asked.add((method, path))
        if path in FOREIGN or self.schema(method, path) is None:
            return None
        self.faults |= {f"{method.upper()} {path}{fault}" for fault in faults(self.document, self.schema(method, path), answer.json())}
        return answer.json()

    def not_asked(self) -> set[tuple[str, str]]:
        return {(method, path) for path, methods in self.document["paths"].items() for method in methods if self.schema(method, path) is not None} - self.asked


def told(number: int, sequence: int, *drives: dict[str, Any], **sections: Any) -> dict[str, Any]:
    """A report with something in each section."""
    def ok(data: Any) -> dict[str, Any]:
        return {"status": "ok", "tool": "test", "data": data}
    made = report(number, sequence, drives=list(drives), port=f"swp{number}")
    made["system"]["data"] |= {"kernel": "6.12", "image": "1", "agent_version": "1", "memory_bytes": 1 << 37,
                               "location": {"site": "par", "room": "A", "row": "1", "rack": "R1", "unit": str(number)}}
    return made | {"nics": ok([{"name": "eth0", "permanent_mac": f"52:54:00:00:00:0{number}", "driver": "x", "link": True, "speed_mbit": 10000, "addresses": ["10.1.0.1/16"]}]),
                   "services": ok([{"unit": "swift-object.target", "state": "waiting", "reason": "1 of 2"}]), "stages": ok([{"name": "detect", "started_s": 1.5, "seconds": 2}]),
                   "bmc": ok({"mac": f"00:25:90:00:00:0{number}", "address": f"10.2.0.{number}", "fru": {"Product Name": "x"}}),
                   "memory": ok([{"locator": "A1", "vendor": "x", "part": "y", "serial": f"M{number}", "size": 1 << 34}]),
                   "releases": {"status": "failed", "tool": "test", "error": "no folder"}} | {name: ok(data) for name, data in sections.items()}


def worn(number: int, temperature: int, pending: int) -> dict[str, Any]:
    health = {"status": "passed", "sentence": "fine", "reallocated": 1, "pending": pending, "media_errors": 0, "percentage_used": 3, "temperature_c": temperature, "power_on_hours": 9}
    return drive("/dev/sda", f"S{number}", "enrolled", rotational=True, transport="sas", slot="3", enclosure="naa.5", element="7", health=health,
                 outcome="held", outcome_error="x", label="d03", disk_id="d", rule="all", role="object", reasons=[{"code": "io_error", "sentence": "x", "offset": 0, "bytes": "00", "tool": "t", "error": 5}])


def hear_of_machines(walk: Walk) -> list[str]:
    """Their ids: of the first with alarms, a release and worn drives, of the second with a twin."""
    ask = walk.ask
    for kind, table in (("racks", "site,room,row,rack,units\npar,A,1,R1,24\n"), ("assets", "asset_tag,kind,vendor,serial,owner\nINV-1,machine,Footing,SRV00001,ops\nINV-2,drive,LAB,S1,ops\n"),
                        ("racks", "site,room,row,rack,units\npar,A,1,R1,47\n")):
        ask("post", "/v1/imports/{kind}", table, kind=kind)
    ids = [ask("post", "/v1/reports", told(number, 1, worn(number, 30, 0)))["machine_id"] for number in range(1, 7)]
    release = {"boot_id": "boot-1-a", "since_boot": 1, "begun_at": "2026-01-01T00:00:00Z", "state": "released", "identity": {"vendor": "LAB", "model": "DISK", "serial": "S1"},
               "size": 1 << 40, "user": "jo", "signatures": [{"type": "ext4", "offset": 1080, "prober": "libblkid"}], "first_bytes": "00", "evidence": "ab"}
    ask("post", "/v1/reports", told(1, 2, worn(1, 40, 5), drive("/dev/sdb", "T2", "enrolled"), drive("/dev/sdc", "T3", "enrolled"), releases=[release]))
    ask("post", "/v1/reports", told(1, 3, worn(1, 40, 5), drive("/dev/sdb", "T2", "blank"), drive("/dev/sdc", "T3", "blank")))  # alarms
    twin = told(7, 1)  # alive with another's serial: a conflict, and a value that identifies nobody
    twin["machine"]["data"]["board_serial"] = machine(2)["board_serial"]
    ask("post", "/v1/reports", twin)
    ask("post", "/v1/reports", told(2, 2, worn(2, 30, 0)))
    ask("post", "/v1/admissions", admission(1, "a", drive("/dev/sdc", "S9")))
    ask("post", "/v1/reports/probe", {"schema": "footing/probe/1", "boot_id": "boot-1-a", "sequence": 9, "fingerprint": "x", "sections": {}})
    ask("post", "/v1/reports/{id}/replay", {}, id=told(1, 3)["report_id"])
    return ids


def do_what_people_do(walk: Walk, ids: list[str]) -> dict[str, str]:
    """Each once. Ids of one of each kind of thing."""
    ask = walk.ask
    for number, one in enumerate(ids, 1):  # confirmed by people, against what they say: suggestions, losers
        ask("put", "/v1/machines/{id}/location", {"rack": "R1", "unit": number + 10, "by": "ann", "note": "x"}, id=one)
    disks = {row["serial"]: row["id"] for row in walk.inventory.get("/v1/disks")["disks"]}
    ask("post", "/v1/disks/{id}/forget-enrolment", {"by": "ann", "note": "x"}, id=disks["T2"])
    ask("put", "/v1/disks/{id}/state", {"state": "failed", "by": "ann"}, id=disks["S1"])
    ask("post", "/v1/machines/{id}/release-drives", {"by": "ann"}, id=ids[4])
    nic = next(row for row in walk.inventory.get(f"/v1/machines/{ids[5]}/identifiers")["identifiers"] if row["kind"] == "mac")
    other = ask("post", "/v1/machines/{id}/split", {"claims": [{"kind": nic["kind"], "value": nic["value"]}]}, id=ids[5])["id"]
    ask("post", "/v1/machines/{id}/merge", {"into": ids[5]}, id=other)
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    permit = ask("post", "/v1/permits", {"cluster": "lab", "drive": {"serial": "FOREIGN-1"}, "size": 1 << 40, "evidence": "ab" * 32, "expires": expires})
    ask("post", "/v1/permits/{id}/spend", {"nonce": permit["nonce"], "machine": machine(1)["uuid"], "boot_id": "boot-1-a", "evidence": "ab" * 32}, id=permit["id"])
    webhook = ask("post", "/v1/webhooks", {"url": "http://127.0.0.1:1/", "kinds": ["moved"]})
    return {"machines": ids[0], "disks": disks["S1"], "reports": told(1, 3)["report_id"], "racks": "par:A:1:R1", "rooms": "par:A", "webhooks": webhook["id"],
            "conflicts": walk.inventory.get("/v1/conflicts?" + AS_OF)["conflicts"][0]["id"], "alarms": walk.inventory.get("/v1/alarms")["alarms"][0]["id"]}


def test_every_key_of_every_answer_is_in_the_document(make_inventory: Callable[..., Inventory], tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"permit_key: {tmp_path}/permit.key\nwebhooks: {{hosts: [127.0.0.1]}}\n")
    subprocess.run([BINARY, "key", "create", "--config", str(config)], check=True, capture_output=True, timeout=60)
    walk = Walk(make_inventory("--config", str(config)))
    ids = do_what_people_do(walk, hear_of_machines(walk))
    for path, methods in walk.document["paths"].items():
        if "get" not in methods or walk.schema("get", path) is None:
            continue
        needed = "".join(f"&{p['name']}=S1" for p in methods["get"]["parameters"] if p["in"] == "query" and p.get("required"))
        queries = ["", "&" + AS_OF] if any(p["name"] == "at" for p in methods["get"]["parameters"]) else [""]
        queries += {"/v1/machines": ["&expand=disks,nics,location&count=exact", "&fields=serial"], "/v1/disks": ["&fields=serial&count=exact"], "/v1/machines/{id}": ["&expand=disks,nics,location"]}.get(path, [])
        for query in queries:
            answer = walk.ask("get", path, query="?" + needed + query, id=ids.get(path.split("/")[2], ""), minion="stor1")
            if query == "" and path in FILLED:
                assert all(value != [] for value in answer.values()), (path, answer)
    for query in ("R1", "tor-a", "stor1"):
        walk.ask("get", "/v1/search", query=f"?q={query}")
    for method, path in AS_GET:
        assert walk.schema(method, path) == walk.schema("get", path)
    assert walk.not_asked() == AS_GET
    assert not walk.faults, "\n".join(sorted(walk.faults))
