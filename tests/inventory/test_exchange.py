"""Claims about tables that come in from files and go out to them, at the command line and over HTTP."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import os
import pty
import socket
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import BINARY, Answer, Inventory, alter, drive, peak_memory, report
from postgres import Postgres

KINDS = ("racks", "wire-map", "machines", "locations", "assets", "leases")
CSV = {"Content-Type": "text/csv"}
NDJSON = {"Content-Type": "application/x-ndjson; charset=utf-8"}

TABLES = {
    "racks": 'site,room,row,rack,units,numbering,note\npar,A,1,R1,47,down,"=1+1, ""x"""\npar,A,1,R2,,,"two\nlines"\n',
    "wire-map": "switch,port,site,room,row,rack,unit,height\ntor-a,swp1,par,A,1,R1,U07,2\n0011.2233.4466,Ethernet1/2,par,A,1,R1,9.5,\n",
    "assets": "asset_tag,kind,vendor,model,serial,owner,bought,warranty,note\n@77,machine,Footing,Lab server,SRV00001,ops,2026-01-31,2031-01-31,+49 30\n",
    "leases": "mac,circuit_id,remote_id,address,seen_at\n00:25:90:00:00:02,swp1,tor-a,192.0.2.7,2026-01-01T00:00:00Z\n",
}


def send(inventory: Inventory, kind: str, body: str | bytes, query: str = "", headers: dict[str, str] | None = None) -> Answer:
    body = body.encode() if isinstance(body, str) else body
    return inventory.request("POST", f"/v1/imports/{kind}{query}", body, token=inventory.tokens["admin"], headers=CSV | (headers or {}))


def exports(inventory: Inventory, form: str = "csv") -> dict[str, bytes]:
    return {kind: inventory.request("GET", f"/v1/exports/{kind}?format={form}").body for kind in KINDS}


def fill(inventory: Inventory) -> None:
    """Two machines that reported, one with a hostile name, and all that people say."""
    for number in (1, 2):
        made = report(number, drives=[drive("/dev/sda", f"S{number}")], port="swp1")
        made["nics"] = {"status": "ok", "tool": "test", "data": [{"name": "eth0", "permanent_mac": f"00:25:90:00:00:0{number}"}]}
        made["bmc"] = {"status": "ok", "tool": "test", "data": {"mac": f"00:25:90:00:01:0{number}"}}
        if number == 2:
            made["system"]["data"]["host_name"] = '=cmd|"/C calc"!A0\n;'
        inventory.report(made)
    for kind, text in TABLES.items():
        assert send(inventory, kind, text).status == 200
    places = "machine,said,room,rack,unit,lock,note,until,since\nSRV00001,human,A,R1,7,yes,-seen,2999-01-01T00:00:00Z,2026-02-03T04:05:06Z\nSRV00002,import,B,,,,,,\n"
    answer = send(inventory, "locations", places)
    assert answer.status == 200, answer.body


def test_exports_fill_an_empty_database_and_come_out_of_it_the_same_byte_by_byte(
        make_inventory: Callable[..., Inventory], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    first = make_inventory()
    fill(first)
    whole, lines = exports(first), exports(first, "ndjson")
    assert all(body.count(b"\n") > 1 for body in whole.values())
    postgresql = first.database.startswith("postgresql:")
    server: Postgres = request.getfixturevalue("postgres")
    # Into the other kind of database: what is exported is of neither.
    other = Inventory(tmp_path, str(tmp_path / "other.db") if postgresql else server.new_database()).start()
    try:
        for kind in KINDS:
            by_http = kind in ("racks", "machines", "leases")
            body = whole[kind] if kind != "locations" else lines[kind]
            if by_http:
                answer = send(other, kind, gzip.compress(body), headers={"Content-Encoding": "gzip"})
                assert answer.status == 200 and answer.json()["written"], answer.body
            else:
                (tmp_path / kind).write_bytes(body)
                other.run("import", kind, str(tmp_path / kind))
        assert exports(other) == whole
        assert exports(other, "ndjson") == lines
        assert [other.run("export", kind).stdout.encode() for kind in KINDS] == [whole[kind] for kind in KINDS]
        # And once more into the same one: nothing changes.
        for kind in KINDS:
            result = send(other, kind, whole[kind]).json()
            assert (result["unchanged"], result["rows"]) == (len(list(csv.reader(io.StringIO(whole[kind].decode(), newline="")))) - 1, [])
        # A machine that people entered is the one that reports, and stands where they said.
        entered = other.get("/v1/machines")["machines"]
        assert all(row["last_seen"] is None for row in entered)
        answer = other.report(report(1, port="swp9"))
        assert answer["result"] == "changed" and answer["machine_id"] in {row["id"] for row in entered}
        assert answer["location"]["unit"] == "7"
    finally:
        assert other.stop() == 0


def test_no_cell_of_a_csv_is_a_formula(inventory: Inventory) -> None:
    fill(inventory)
    for body in exports(inventory).values():
        for row in csv.reader(io.StringIO(body.decode(), newline="")):
            assert all(cell[:1] not in tuple("=+-@\t\r") or cell == "" for cell in row), row
    machines = inventory.request("GET", "/v1/exports/machines")
    assert machines.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert machines.headers["Content-Disposition"] == 'attachment; filename="machines.csv"'
    assert b"'=cmd|" in machines.body


def test_the_lines_that_are_suggested_for_a_wire_map_hold_no_formula(inventory: Inventory) -> None:
    port = '=cmd|"/c calc"!a0'
    inventory.report(report(1, port=port))
    assert send(inventory, "locations", "machine,said,rack,unit\nSRV00001,human,R1,7\n").status == 200
    assert [one["port"] for one in inventory.get("/v1/suggestions")["suggestions"]] == [port]
    page = inventory.request("GET", "/suggestions", token="", headers={"Cookie": f"footing_token={inventory.tokens['read']}"}).body.decode()
    lines = html.unescape(page.partition("<pre")[2].partition(">")[2].partition("</pre>")[0])
    assert [(row["port"], row["rack"], row["unit"]) for row in csv.DictReader(io.StringIO(lines))] == [("'" + port, "R1", "7")]
    assert send(inventory, "wire-map", lines).json()["added"] == 1
    assert inventory.get("/v1/suggestions")["suggestions"] == [], "it came back as it is spelt"


def test_wrong_files_are_told_with_their_line_and_nothing_is_written(inventory: Inventory) -> None:
    for body, status, said in (
            ("rack,units\nR1,42\nR2,tall\n", 422, "line 3: units is 'tall', expected a whole number from 1 to 100"),
            ("rack\nR1\nR1\n", 422, "line 3: site '' room '' row '' rack 'R1' stands there twice, first in line 2"),
            ("rack,units\nR1\n", 422, "line 2: 1 cells, the header has 2"),
            ("rack,height\nR1,1\n", 400, "line 1: unknown column 'height', expected site, room, row, rack, units, numbering, note"),
            ("units\n42\n", 400, "line 1: column 'rack' is missing"),
            ("", 400, "no header line"),
            ('rack\n"R1\n', 400, "line 2: a quote is not closed"),
            ("rack\nR\xfc\n".encode("latin-1"), 400, "line 2: it is no UTF-8"),
            ("rack\nR1\n".encode("utf-16"), 400, "line 1: the file is UTF-16")):
        answer = send(inventory, "racks", body)
        assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert said in answer.json()["detail"], answer.body
        assert inventory.request("GET", "/v1/exports/racks").body.count(b"\n") == 1
    refused = send(inventory, "racks", "rack,units\nR1,42\nR2,tall\n").json()
    assert (refused["written"], refused["failed"], [row["result"] for row in refused["rows"]]) == (False, 1, ["added", "failed"])
    assert send(inventory, "racks", "\ufeffRack;Units\r\nR1;42\r\n").json()["added"] == 1  # as a European spreadsheet saves it


@pytest.mark.parametrize(("row", "said"), [
    ("seven,1,", "unit is 'seven', expected a number of units like 7 or 7.5"), ("7,tall,", "height is 'tall', expected a number"),
    ("100.5,1,", "unit is '100.5'"), ("7,1,left", "face is 'left', expected front, rear or both")])
def test_a_wire_map_says_no_place_that_nobody_could_stand_before(inventory: Inventory, row: str, said: str) -> None:
    answer = send(inventory, "wire-map", f"switch,port,rack,unit,height,face\ntor-a,swp1,R1,U07,U2,front\ntor-a,swp2,R1,{row}\n")
    assert (answer.status, said in answer.json()["detail"]) == (422, True), answer.body
    body = "switch,port,rack,unit,height,face\ntor-a,swp1,R1,U07,U2,front\n"
    assert send(inventory, "wire-map", body).status == 200
    assert b",R1,7,2,front" in inventory.request("GET", "/v1/exports/wire-map").body, "one spelling"


def test_partial_takes_the_good_rows_and_a_dry_run_none(inventory: Inventory) -> None:
    body = "rack,units\nR1,42\nR2,tall\n"
    dry = send(inventory, "racks", body, "?dry_run=true").json()
    assert (dry["written"], dry["added"], dry["failed"]) == (False, 1, 1)
    done = send(inventory, "racks", body, "?partial=true").json()
    assert (done["written"], done["rows"]) == (True, dry["rows"])
    changed = send(inventory, "racks", "rack,units\nR1,47\n", "?dry_run=true").json()["rows"][0]
    assert (changed["line"], changed["result"], changed["changes"]) == (2, "changed", {"units": {"before": "42", "after": "47"}})
    ended = send(inventory, "racks", "rack\nR9\n", "?replace=true").json()
    assert [(row["line"], row["result"]) for row in ended["rows"]] == [(2, "added"), (None, "removed")]
    assert [entry["kind"] for entry in inventory.get("/v1/changes")["changes"]] == ["imported", "imported"]


def test_a_machine_that_people_entered_without_its_vendor_is_the_one_that_reports(inventory: Inventory) -> None:
    uuid = report(1)["machine"]["data"]["uuid"]
    assert send(inventory, "machines", f"uuid,system_serial,host_name\n{uuid},SRV00001,stor1\n").json()["added"] == 1
    assert inventory.report(report(1))["result"] == "changed"
    assert len(inventory.get("/v1/machines")["machines"]) == 1
    answer = send(inventory, "machines", "system_serial,vendor\nSRV00002,\nSRV00003,Footing\n")
    assert answer.status == 422 and answer.json()["failed"] == 2 and "say both" in answer.json()["rows"][0]["sentence"]


def test_the_past_of_a_table_can_be_exported(inventory: Inventory) -> None:
    send(inventory, "racks", "rack,units\nR1,42\n")
    at = inventory.get("/v1/changes")["changes"][-1]["at"]
    send(inventory, "racks", "rack,units\nR1,47\nR2,42\n")
    assert b"R1,47" in inventory.request("GET", "/v1/exports/racks").body
    assert inventory.request("GET", f"/v1/exports/racks?at={at}").body.splitlines()[1:] == [b",,,R1,42,up,"]
    assert inventory.run("export", "racks", "--at", at).stdout.splitlines()[1:] == [",,,R1,42,up,"]
    send(inventory, "leases", "mac,circuit_id,remote_id\n00:25:90:00:00:02,swp1,tor-a\n")
    at = inventory.get("/v1/changes")["changes"][-1]["at"]
    send(inventory, "leases", "mac,circuit_id,remote_id\n00:25:90:00:00:02,swp2,tor-a\n")
    for leases, port in (("leases", b",swp2,"), (f"leases?at={at}", b",swp1,")):
        rows = inventory.request("GET", f"/v1/exports/{leases}").body.splitlines()[1:]
        assert len(rows) == 1 and port in rows[0], rows
    send(inventory, "leases", "mac,circuit_id,remote_id\n00:25:90:00:00:03,swp3,tor-a\n", "?replace=true")
    assert b",swp2," not in inventory.request("GET", "/v1/exports/leases").body
    assert b",swp1," in inventory.request("GET", f"/v1/exports/leases?at={at}").body


def test_what_is_wrong_about_the_request_is_told(inventory: Inventory) -> None:
    assert send(inventory, "boats", "a\n").status == 404
    assert inventory.request("GET", "/v1/exports/boats").status == 404
    assert inventory.request("GET", "/v1/exports/racks?format=xls").status == 400
    assert send(inventory, "racks", "rack\nR1\n", "?dry_run=yes").status == 400
    assert send(inventory, "racks", "rack\nR1\n", "?force=true").status == 400
    assert send(inventory, "racks", "rack\nR1\n", headers={"Content-Type": "application/vnd.ms-excel"}).status == 415
    assert send(inventory, "machines", "id\n", "?replace=true").status == 400
    read = inventory.request("POST", "/v1/imports/racks", "rack\nR1\n", token=inventory.tokens["read"], headers=CSV)
    assert read.status == 403


def test_the_command_line_says_the_same_with_its_exit_status(inventory: Inventory, tmp_path: Path) -> None:
    racks = tmp_path / "racks.csv"
    racks.write_text("rack,units\nR1,42\nR2,tall\n")
    refused = inventory.run("import", "racks", str(racks), status=78)
    assert f"{racks}: line 3: units is 'tall'" in refused.stderr and "nothing is written" in refused.stdout
    assert "rack 'R1' added" in inventory.run("import", "racks", str(racks), "--dry-run", "--partial", status=78).stdout
    assert "1 added" in inventory.run("import", "racks", str(racks), "--partial", status=1).stdout
    inventory.run("import", "boats", str(racks), status=64)
    assert f"can't open {tmp_path}/none: No such file or directory" in inventory.run("import", "racks", str(tmp_path / "none"), status=78).stderr
    assert f"can't read {tmp_path}: Is a directory" in inventory.run("import", "racks", str(tmp_path), status=78).stderr
    folder = os.open(tmp_path, os.O_RDONLY)  # reading it fails, as a disk or a terminal that is gone does
    cut = subprocess.run([BINARY, "import", "racks", "-", "--database", inventory.database], stdin=folder, capture_output=True, text=True, timeout=60)
    os.close(folder)
    assert (cut.returncode, cut.stderr) == (78, "footing-inventory: can't read standard input: Is a directory\n")
    inventory.run("export", "racks", "--at", "yesterday", status=64)
    leases = tmp_path / "dhcpd.leases"
    leases.write_text('lease 192.0.2.7 {\n  hardware ethernet 00:25:90:00:00:02;\n  option agent.circuit-id "swp1";\n'
                      '  option agent.remote-id "tor-a";\n}\n')
    assert "1 added" in inventory.run("import", "leases", str(leases)).stdout
    assert "00:25:90:00:00:02,swp1,tor-a,192.0.2.7," in inventory.run("export", "leases").stdout


def test_people_find_a_machine_by_the_tag_they_stuck_on_it(inventory: Inventory) -> None:
    machine_id = inventory.report(report(1))["machine_id"]
    send(inventory, "assets", "asset_tag,kind,serial\nINV-4711,machine,srv00001\n")
    assert [hit["id"] for hit in inventory.get("/v1/search?q=inv4711")["hits"]] == [machine_id]
    send(inventory, "assets", "asset_tag,kind,serial\nINV-4712,machine,srv00001\n", "?replace=true")
    assert inventory.get("/v1/search?q=inv4711")["hits"] == []


def test_a_hundred_thousand_rows_go_in_and_out_in_bounded_memory(inventory: Inventory, tmp_path: Path) -> None:
    rows = 20_000 if inventory.database.startswith("postgresql:") else 100_000  # a question each, over a socket
    wires = tmp_path / "wires.csv"
    wires.write_text("switch,port,rack,unit\n" + "".join(f"tor-{n // 48:05},swp{n % 48},R{n // 48},{n % 48 + 1}\n" for n in range(rows)))
    assert f"{rows} added" in inventory.run("import", "wire-map", str(wires)).stdout
    assert inventory.process is not None
    before = peak_memory(inventory.process.pid)
    body = inventory.request("GET", "/v1/exports/wire-map").body
    assert body.count(b"\n") == rows + 1
    assert peak_memory(inventory.process.pid) - before < 16 << 20  # the file has 5 MB, its rows in memory 50
    (tmp_path / "again.csv").write_bytes(body)
    assert f"{rows} unchanged" in inventory.run("import", "wire-map", str(tmp_path / "again.csv"), "--replace", "--dry-run").stdout


COPIES = 20_000
# Of the only machine and its drive, behind the service's back: reports would take minutes.
COPYING = f"""
CREATE TABLE copies AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {COPIES}) SELECT '-' || CAST(i AS TEXT) AS nr FROM n;
INSERT INTO machines (id, created_at, last_seen, boot_id, quarantine, fingerprint) SELECT id || nr, created_at, last_seen, '', '', '' FROM machines, copies;
INSERT INTO disks (id, vendor, model, serial, wwn, size, first_seen, last_seen, enrolled_at, enrolled_in)
    SELECT id || nr, vendor, model, serial || nr, wwn, size, first_seen, last_seen, enrolled_at, enrolled_in FROM disks, copies;
INSERT INTO placements (disk_id, machine_id, slot, valid_from, valid_to) SELECT disk_id || nr, machine_id || nr, slot, valid_from, valid_to FROM placements, copies;
INSERT INTO facts (subject, name, value, valid_from, valid_to) SELECT subject || nr, name, value, valid_from, valid_to FROM facts, copies
    WHERE name IN ('identity', 'system', 'state', 'verdict');
DROP TABLE copies;
"""


def test_machines_and_disks_go_out_in_bounded_memory(inventory: Inventory, postgres: Postgres) -> None:
    inventory.report(report(1, drives=[drive("/dev/sda", "S1")]))
    alter(inventory.database, postgres, COPYING)
    if inventory.database.startswith("postgresql:"):
        postgres.query(inventory.database, "ANALYZE")  # or its autovacuum does, while the exports wait
    assert inventory.process is not None
    for kind in ("machines", "disks"):
        before = peak_memory(inventory.process.pid)
        body = inventory.request("GET", f"/v1/exports/{kind}").body
        assert body.count(b"\n") == COPIES + 2 and body.count(b",stor1,") == COPIES + 1
        assert peak_memory(inventory.process.pid) - before < 16 << 20  # its rows in memory take 25, or 36 with SQLite's cache


def test_long_work_says_how_far_it_is_to_a_terminal_alone(inventory: Inventory) -> None:
    table = inventory.folder / "assets.csv"
    table.write_text("asset_tag,note\n" + "".join(f"A{n},x\n" for n in range(2000)))

    def said(*arguments: str) -> str:
        ours, theirs = pty.openpty()
        done = subprocess.run([BINARY, *arguments, "--database", inventory.database], stdout=subprocess.DEVNULL, stderr=theirs, timeout=60)
        assert done.returncode == 0
        os.set_blocking(ours, False)
        os.write(theirs, b"end")
        heard = os.read(ours, 1 << 16).decode()
        os.close(ours)
        os.close(theirs)
        return heard

    assert "\r50 %" in said("import", "assets", str(table), "--dry-run")
    assert "\r100 %" in (heard := said("import", "assets", str(table))) and "\r25 %" in heard
    assert " KiB" in said("export", "assets")
    assert inventory.run("import", "assets", str(table)).stderr == inventory.run("export", "assets").stderr == ""


def test_what_people_know_of_a_machine_and_a_drive_is_shown_with_them(inventory: Inventory) -> None:
    machine_id = inventory.report(report(1, drives=[drive("/dev/sda", "S1")]))["machine_id"]
    disk_id = inventory.get("/v1/disks")["disks"][0]["id"]
    shown = {"vendor": None, "model": None, "bought": None}
    login = {"Cookie": f"footing_token={inventory.tokens['read']}"}

    def of(kind: str, at: str = "") -> Any:
        return inventory.get(f"/v1/{kind}/{machine_id if kind == 'machines' else disk_id}{at}")["asset"]

    def page(kind: str) -> str:
        return inventory.request("GET", f"/{kind}/{machine_id if kind == 'machines' else disk_id}", token="", headers=login).body.decode()

    assert of("machines") is of("disks") is None
    rows = "asset_tag,kind,serial,owner,warranty,note\nM-1,machine,srv00001,ops <b>,2031-01-31,from the old hall\nD-1,drive,s1,lab,2029-05-06,\nO-1,other,S1,x,,\n"
    assert send(inventory, "assets", rows).status == 200
    assert of("machines") == shown | {"asset_tag": "M-1", "owner": "ops <b>", "warranty": "2031-01-31", "note": "from the old hall"}
    assert of("disks") == shown | {"asset_tag": "D-1", "owner": "lab", "warranty": "2029-05-06", "note": None}
    for kind, words in (("machines", ("M-1", "ops &lt;b&gt;", "2031-01-31", "from the old hall")), ("disks", ("D-1", "lab", "2029-05-06"))):
        assert all(f">{word}<" in page(kind) for word in words), page(kind)
    then = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    time.sleep(0.01)  # times are kept in milliseconds
    # Two tags for one drive: the page shows both, a program gets neither. The past stays.
    assert send(inventory, "assets", "asset_tag,kind,serial,owner\nD-2,drive,S1,nobody\nM-1,machine,SRV00001,sales\n").status == 200
    assert of("disks") is None
    assert all(f">{word}<" in page("disks") for word in ("D-1", "D-2", "nobody"))
    assert of("machines")["owner"] == "sales"
    assert of("machines", f"?at={then}")["owner"] == "ops <b>"
    assert of("disks", f"?at={then}")["asset_tag"] == "D-1"


def test_a_reader_that_goes_away_in_the_middle_of_an_export_costs_nothing(inventory: Inventory) -> None:
    rows = "asset_tag,note\n" + "".join(f"A{n},{'x' * 900}\n" for n in range(5000))
    assert send(inventory, "assets", rows).json()["added"] == 5000
    begun, end = 0, time.monotonic() + 60
    while begun < 20:  # eight are read at a time: who went away may count until its next piece is sent
        with socket.create_connection(("127.0.0.1", inventory.port), timeout=20) as line:
            line.sendall(f"GET /v1/exports/assets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {inventory.tokens['read']}\r\n\r\n".encode())
            answer = line.recv(100)
        assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 503")), answer
        begun += answer.startswith(b"HTTP/1.1 200")
        assert time.monotonic() < end, f"only {begun} readers were served"
    while (whole := inventory.request("GET", "/v1/exports/assets?format=ndjson")).status == 503:
        assert time.monotonic() < end
    assert json.loads(whole.body.splitlines()[0])["asset_tag"] == "A0"


def test_all_disks_come_out_as_a_table_with_their_places_also_as_they_were(inventory: Inventory) -> None:
    fill(inventory)
    then = datetime.now(UTC).isoformat()
    time.sleep(0.01)  # times are kept in milliseconds
    inventory.report(report(1, sequence=2, drives=[drive("/dev/sda", "S3")]))
    lines = [json.loads(line) for line in inventory.request("GET", "/v1/exports/disks?format=ndjson").body.splitlines()]
    assert {row["serial"]: (row["host_name"], row["state"], row["room"], row["rack"], row["unit"]) for row in lines if row["serial"] != "S2"} == {
        "S1": ("", "missing", "", "", ""), "S3": ("stor1", "present", "A", "R1", "7")}
    table = list(csv.DictReader(io.StringIO(inventory.request("GET", "/v1/exports/disks").body.decode())))
    assert [row["id"] for row in table] == [row["id"] for row in lines] == sorted(row["id"] for row in lines)
    before = csv.DictReader(io.StringIO(inventory.request("GET", f"/v1/exports/disks?at={quote(then)}").body.decode()))
    assert {row["serial"]: row["state"] for row in before} == {"S1": "present", "S2": "present"}
    assert inventory.request("POST", "/v1/imports/disks", b"id\n", inventory.tokens["admin"], CSV).status == 404
