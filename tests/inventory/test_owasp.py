"""The OWASP API Security Top 10 of 2023, by number. HAZARDS.md names the other tests of each."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from conftest import BINARY, Answer, Inventory, alter, drive, peak_memory, report
from postgres import Postgres
from test_http import head, talk

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
before_any_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a body that is refused reaches neither


@pytest.fixture
def server(inventory: Inventory) -> Inventory:
    return inventory


def routes(inventory: Inventory) -> list[tuple[str, str, str]]:
    """Method, path and role of all that the document has; each id is somebody's."""
    machine_id = inventory.report(report(1, drives=[drive("/dev/sda", "S1", "enrolled")]))["machine_id"]
    found = []
    for path, methods in inventory.get("/v1/openapi.json")["paths"].items():
        real = re.sub(r"\{\w+\}", machine_id, path)
        found += [(method.upper(), real, operation.get("x-role", "")) for method, operation in methods.items()]
    assert len(found) > 40
    return found


def ask(inventory: Inventory, method: str, path: str, token: str, **headers: str) -> Answer:
    return inventory.request(method, path, "{}" if method in ("POST", "PUT") else None, token, headers | {"If-Match": "*"})


def test_api1_a_machines_token_reaches_no_other_machine_or_drive(server: Inventory) -> None:
    one, other = (server.report(report(n, drives=[drive("/dev/sda", f"S{n}", "enrolled")]))["machine_id"] for n in (1, 2))
    bound = server.run("token", "add", "--role", "report", "--machine", one).stdout.strip()
    before = server.get("/v1/disks")["disks"]
    assert server.request("POST", "/v1/reports", json.dumps(report(2, 2)), bound).status == 403  # "its drives are gone"
    stolen = report(1, 2, drives=[drive("/dev/sda", "S1", "enrolled"), drive("/dev/sdb", "S2", "enrolled")])
    said = server.request("POST", "/v1/reports", json.dumps(stolen), bound).json()
    assert any("also in machine" in warning for warning in said["warnings"])
    held = server.get("/v1/disks?serial=S2")["disks"][0]
    assert [place["machine"] for place in held["placements"] if place["to"] is None][0] == other
    assert held["enrolled_in"] == other and [a["kind"] for a in server.get("/v1/alarms")["alarms"]].count("in_two_machines") == 1
    assert server.get("/v1/disks?serial=S1")["disks"][0]["id"] == next(d["id"] for d in before if d["serial"] == "S1")
    for path in (f"/v1/machines/{one}", f"/v1/machines/{other}", "/v1/disks", "/v1/reports/2-a-1"):
        assert server.request("GET", path, token=bound).status == 403


def test_api2_a_token_counts_in_its_header_only_and_is_told_nowhere(tmp_path: Path, database: str, postgres: Postgres) -> None:
    inventory = Inventory(tmp_path, database)
    token = inventory.tokens["admin"]
    with subprocess.Popen([BINARY, "serve", "--listen", "127.0.0.1:0", "--database", inventory.database], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        inventory.port = int(process.stdout.readline().split()[2].rsplit(":", 1)[1])
        told = ""
        for name in ("token", "access_token", "authorization", "api_key"):
            answer = inventory.request("GET", f"/v1/machines?{name}={token}", token="")
            assert answer.status == 401
            told += answer.body.decode() + str(answer.headers)
        for given in (f"Bearer  {token}x", f"Bearer {token[:-1]}", f"Bearer {token.upper()}", "Bearer ", token, f"Token {token}", f"Bearer {token}, Bearer {token}"):
            assert inventory.request("GET", "/v1/machines", token="", headers={"Authorization": given}).status == 401, given
        for path in ("/v1/machines", "/v1/changes", "/metrics", "/", "/v1/exports/machines"):
            answer = inventory.request("GET", path, token=token)
            assert answer.status == 200
            told += answer.body.decode() + str(answer.headers)
        alter(database, postgres, "DROP TABLE probes")  # an error of the database, which is logged
        for _ in range(2):
            assert inventory.request("POST", "/v1/reports", json.dumps(report(1)), token=token).status == 503
        process.terminate()
        told += process.stdout.read()
    assert "database: " in told, "nothing was logged: the test says nothing"
    assert token not in told and token.rsplit("-", 1)[1] not in told


def test_api3_nobody_sets_what_is_ours_to_say(server: Inventory) -> None:
    ours: dict[str, Any] = {"id": "mine", "machine_id": "mine", "state": "retired", "enrolled_by": "me", "enrolled_at": "2001-01-01T00:00:00Z", "enrolled_in": "mine",
                            "ever_enrolled": True, "first_seen": "2001-01-01T00:00:00Z", "last_seen": "2099-01-01T00:00:00Z", "created_at": "2001-01-01T00:00:00Z",
                            "quarantine": "x", "merged_into": "x", "role": "admin", "result": "new", "location": {"rack": "MINE"}, "acknowledged_by": "me"}
    sent = report(1, drives=[drive("/dev/sda", "S1") | ours | {"identity": {"vendor": "LAB", "model": "DISK", "serial": "S1"} | ours}]) | ours
    for section in ("machine", "drives"):
        sent[section] |= ours
    sent["machine"]["data"] |= ours
    machine_id = server.report(sent)["machine_id"]
    disk = server.get("/v1/disks")["disks"][0]
    assert disk["ever_enrolled"] is False and disk["enrolled_at"] is None and disk["state"] == "present"
    shown = json.dumps([disk, server.get("/v1/machines"), server.get(f"/v1/machines/{machine_id}"), server.get("/v1/changes"), server.get("/v1/rooms")])
    assert "mine" not in shown and "MINE" not in shown and "2001-01-01" not in shown and "2099-01-01" not in shown
    admin = server.tokens["admin"]
    for method, path, body in (("PUT", f"/v1/disks/{disk['id']}/state", {"state": "spare"}), ("PUT", f"/v1/machines/{machine_id}/location", {"rack": "R1"}),
                               ("POST", f"/v1/machines/{machine_id}/release-drives", {"by": "ann"})):
        for key in ("enrolled_by", "valid_from", "machine_id"):
            assert server.request(method, path, json.dumps(body | {key: "x"}), admin, {"If-Match": "*"}).status == 400, (path, key)
    table = server.request("POST", "/v1/imports/machines", "system_serial,id,created_at\nX1,mine,2001-01-01T00:00:00Z\n", admin, {"Content-Type": "text/csv"})
    assert table.status in (400, 422) and "unknown column" in table.json()["detail"]


def bomb() -> bytes:
    """8 MiB of empty objects, each some thirty times as large as a value: 8 KiB when packed."""
    begin = b'{"schema":"footing/report/1","x":['
    return gzip.compress(begin + b"{}," * (((8 << 20) - len(begin) - 4) // 3) + b"1]}", 6)


@before_any_database
def test_api4_what_many_bodies_become_in_memory_is_bounded(server: Inventory) -> None:
    assert server.process is not None
    packed, refused = bomb(), []

    def send() -> None:
        refused.append(server.request("POST", "/v1/reports", packed, headers={"Content-Encoding": "gzip"}).status)
    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(refused) == {400} and len(refused) == 20
    assert peak_memory(server.process.pid) < 1200 << 20  # each alone takes 240 MiB, four at once may
    assert server.report(report(1))["result"] == "new"


def test_api4_a_million_drives_are_refused_packed_or_not(server: Inventory) -> None:
    one = json.dumps({"path": "a", "identity": {}, "verdict": "blank"}).encode() + b","
    text = json.dumps(report(1) | {"drives": "HERE"}).encode().replace(b'"HERE"', b'{"status":"ok","data":[' + one * 1_000_000 + b'{}]}')
    assert server.request("POST", "/v1/reports", gzip.compress(text, 1), headers={"Content-Encoding": "gzip"}).status == 413
    assert talk(server, head(server, f"Content-Length: {len(text)}")).startswith(b"HTTP/1.1 413 ")
    many = report(1, drives=[drive("/dev/sda", str(n)) for n in range(5000)])
    answer = server.request("POST", "/v1/reports", json.dumps(many))
    assert answer.status == 400 and "4096 drives at most" in answer.json()["detail"]
    assert server.get("/v1/machines")["machines"] == []


@before_any_database
def test_api4_a_body_that_stops_coming_is_given_up(server: Inventory) -> None:
    with socket.create_connection(("127.0.0.1", server.port or 0), timeout=60) as line:
        line.sendall(head(server, "Content-Length: 100000") + b"{" * 10)
        assert b"HTTP/1.1 413 " in line.recv(65536), "it is told, and the connection ends"
        assert line.recv(65536) == b""


def test_api5_each_route_takes_its_role_and_no_other(server: Inventory) -> None:
    for method, path, role in routes(server):
        answers = {given: ask(server, method, path, server.tokens.get(given, "")).status for given in ("", "report", "read")}
        if role == "":
            assert answers[""] not in (401, 403), (method, path)
        else:
            assert answers[""] == 401, (method, path)
            wrong = {"report": ["read"], "read": ["report"], "admin": ["report", "read"]}[role]
            assert [answers[given] for given in wrong] == [403] * len(wrong), (method, path)
            assert all(answers[given] not in (401, 403) for given in ("report", "read") if given not in wrong), (method, path)
    assert [c["kind"] for c in server.get("/v1/changes")["changes"] if c["by"]] == [], "none of it was done"


def test_api8_errors_tell_nothing_of_the_machine_and_other_sites_are_not_let_in(server: Inventory, postgres: Postgres) -> None:
    told = []
    for method in ("GET", "OPTIONS", "TRACE", "PATCH", "POST", "DELETE"):
        for path in ("/v1/machines", "/nope", "/debug/pprof", "/.git/config", "/server-status", "/v1/machines/x", "/assets/../store"):
            line = http.client.HTTPConnection("127.0.0.1", server.port or 0, timeout=20)
            line.request(method, path, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE", "X-Secret": "echo-me",
                                                "Authorization": f"Bearer {server.tokens['read']}"})
            answer = Answer(line.getresponse())
            line.close()
            told.append(str(answer.headers) + answer.body.decode())
            assert answer.headers.get("Access-Control-Allow-Origin") is None and answer.headers.get("Server") is None
            assert path == "/v1/machines" and method == "GET" or answer.status >= 400, (method, path)
    alter(server.database, postgres, "".join(f"ALTER TABLE {table} RENAME TO gone_{table};" for table in ("machines", "counters")))
    for path in ("/v1/machines", "/readyz", "/metrics", "/"):
        answer = server.request("GET", path)
        assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0
        told.append(answer.body.decode())
    everything = "".join(told)
    for secret in ("SELECT", "relation", str(server.folder), str(postgres.folder), "inventory.db", ".cpp", "soci", "echo-me", "httplib"):
        assert secret not in everything, secret
    alter(server.database, postgres, "".join(f"ALTER TABLE gone_{table} RENAME TO {table};" for table in ("machines", "counters")))


def test_api8_what_is_served_says_what_a_browser_may_do_with_it(server: Inventory) -> None:
    for path in ("/", "/login", "/nope", "/v1/machines", "/v1/nope", "/search?q=x"):
        answer = server.request("GET", path, headers={"Accept": "text/html"})
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        if not path.startswith("/v1"):
            policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
            assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'" and policy["base-uri"] == "'none'"
            assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'", "no inline script, no other site"


EVIL = "x\"} 1\nowned{a=\"b'; DROP TABLE machines; --<script>alert(1)</script>\x1b[31m{{7*7}}${jndi:x}"


def test_api10_what_hardware_says_of_itself_is_text_everywhere(inventory: Inventory) -> None:
    sent = report(1, drives=[drive("/dev/sda", EVIL, EVIL, slot=EVIL, label=EVIL, mount_point=EVIL, reasons=[{"code": EVIL, "sentence": EVIL}]),
                             {"path": EVIL, "identity": {"vendor": EVIL, "model": EVIL, "serial": "S2", "wwn": EVIL}, "size": 1, "verdict": "enrolled"}])
    sent["machine"]["data"] |= {"asset_tag": EVIL, "product": EVIL, "system_serial": EVIL}
    sent["system"]["data"] = {"host_name": EVIL, "location": {"rack": EVIL, "room": EVIL}}
    machine_id = inventory.report(sent)["machine_id"]
    disks = inventory.get("/v1/disks")["disks"]
    assert sorted(d["serial"] for d in disks) == sorted([EVIL, "S2"]), "it comes back as it came"
    paths = ["/", "/metrics", "/changes", "/conflicts", "/walk", "/v1/changes", "/v1/rooms", "/v1/exports/machines", "/v1/exports/locations?format=ndjson",
             "/v1/feeds/prometheus/http_sd", "/v1/feeds/ansible/inventory", "/v1/feeds/salt/roster", "/v1/feeds/swift/ring", "/search?q=S2",
             f"/machines/{machine_id}", f"/machines/{machine_id}/explain", f"/machines/{machine_id}/label", f"/v1/machines/{machine_id}"]
    for path in paths + [f"/disks/{d['id']}" for d in disks]:
        answer = inventory.request("GET", path)
        body = answer.body.decode()
        assert answer.status == 200, (path, body)
        kind = answer.headers["Content-Type"]
        if kind.startswith("text/html"):
            assert "<script>alert" not in body and "\x1b" not in body, path
        elif path == "/metrics":
            assert not [line for line in body.splitlines() if line.startswith("owned")]
        elif kind.startswith("text/csv"):
            assert "\n=" not in body and not [line for line in body.splitlines() if line.startswith(("=", "+", "@"))]
        elif "ndjson" in kind:
            assert [json.loads(line) for line in body.splitlines()] is not None
        else:
            assert answer.json() is not None
    assert len(inventory.get("/v1/machines")["machines"]) == 1
