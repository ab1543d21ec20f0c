"""Claims about the running service: what goes in over HTTP comes out, and stays."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import BINARY, Inventory, admission, alter, drive, dump_of, report
from postgres import Postgres

WIRES = "switch,port,site,room,row,rack,unit\ntor-a,swp1,par,A,1,R1,7\ntor-a,swp2,par,A,1,R2,9\n"


def wired(inventory: Inventory) -> None:
    wires = inventory.folder / "wires.csv"
    wires.write_text(WIRES)
    inventory.run("import", "wire-map", str(wires))


def test_a_report_comes_out_as_machine_disks_room_page_and_metrics(inventory: Inventory) -> None:
    wired(inventory)
    drives = [drive("/dev/sda", "S1", "enrolled", outcome="mounted", mount_point="/srv/node/x", slot="3"),
              drive("/dev/sdb", "<i>S2", "foreign", reasons=[{"code": "signature", "sentence": "an ext4 signature"}])]
    answer = inventory.report(report(1, drives=drives, port="swp1"))
    assert answer["result"] == "new"
    assert answer["location"] == {"site": "par", "room": "A", "row": "1", "rack": "R1", "unit": "7"}

    row = inventory.get("/v1/machines")["machines"][0]
    assert row["host_name"] == "stor1"
    assert row["drives"] == {"total": 2, "by_verdict": {"enrolled": 1, "foreign": 1}}
    full = inventory.get(f"/v1/machines/{answer['machine_id']}")
    assert [d["path"] for d in full["drives"]] == ["/dev/sda", "/dev/sdb"]
    assert full["drives"][1]["reasons"][0]["sentence"] == "an ext4 signature"
    assert full["location"]["rack"]["evidence"] == "eth0 hears tor-a swp1"

    disk = inventory.get("/v1/disks?verdict=enrolled")["disks"][0]
    assert (disk["serial"], disk["machine"], disk["slot"], disk["ever_enrolled"]) == ("S1", answer["machine_id"], "3", True)
    room = inventory.get("/v1/rooms")["rooms"][0]
    assert (room["room"], room["machines"], room["drives"]["total"]) == ("A", 1, 2)

    foreign = inventory.get("/v1/disks?verdict=foreign")["disks"][0]["id"]
    for path, words in (("/", "Room A"), ("/rooms/par:A", "R1"), ("/rows/par:A:1", "stor1"), ("/racks/par:A:1:R1", "stor1"),
                        (f"/machines/{answer['machine_id']}", "&lt;i&gt;S2"), (f"/machines/{answer['machine_id']}/explain", "tor-a swp1"),
                        (f"/disks/{foreign}", "&lt;i&gt;S2"), ("/search?q=stor1", "stor1"), ("/walk", "stor1"), ("/accuracy", "100.0 %"),
                        ("/conflicts", "Nothing contradicts"), ("/racks/par:A:1:R1/labels", "SRV00001"), ("/v1/racks/par:A:1:R1/elevation", "stor1")):
        page = inventory.request("GET", path)
        assert page.status == 200 and words in page.body.decode() and b"<i>S2" not in page.body, path
    metrics = inventory.request("GET", "/metrics").body.decode()
    assert 'footing_inventory_reports_total{result="new"} 1' in metrics
    assert 'footing_inventory_drives{verdict="foreign"} 1' in metrics


def test_a_drive_that_was_enrolled_and_looks_blank_is_refused_also_after_a_restart(inventory: Inventory) -> None:
    known, new = drive("/dev/sda", "S1", "enrolled"), drive("/dev/sdb", "S2")
    inventory.report(report(1, drives=[known, new]))
    inventory.restart()
    answer = inventory.ask(admission(1, "b", known, new))
    assert [(d["decision"], d["code"]) for d in answer["drives"]] == [("refuse", "was_enrolled"), ("admit", "admitted")]


def test_a_restart_keeps_everything(inventory: Inventory) -> None:
    wired(inventory)
    inventory.report(report(1, drives=[drive("/dev/sda", "S1", "enrolled")], port="swp1"))
    paths = ["/v1/machines", "/v1/disks", "/v1/rooms"]
    before = [inventory.get(path) for path in paths]
    inventory.restart()
    assert [inventory.get(path) for path in paths] == before
    assert inventory.report(report(1, drives=[drive("/dev/sda", "S1", "enrolled")], port="swp1"))["result"] == "new"
    assert inventory.report(report(1, 2, drives=[drive("/dev/sda", "S1", "enrolled")], port="swp1"))["result"] == "unchanged"


def test_what_was_answered_survives_a_kill(inventory: Inventory) -> None:
    answer = inventory.report(report(1, drives=[drive("/dev/sda", "S1", "enrolled")]))
    assert inventory.stop(signal.SIGKILL) == -signal.SIGKILL
    inventory.start()
    assert inventory.get("/v1/machines")["machines"][0]["id"] == answer["machine_id"]
    assert inventory.get("/v1/disks")["disks"][0]["ever_enrolled"] is True


def test_a_late_report_is_stale(inventory: Inventory) -> None:
    inventory.report(report(1, 2, drives=[drive("/dev/sda", "S1", "enrolled")]))
    assert inventory.report(report(1, 1, drives=[drive("/dev/sda", "S1", "blank")]))["result"] == "stale"
    assert inventory.get("/v1/disks")["disks"][0]["verdict"] == "enrolled"


def test_reports_in_parallel_make_one_machine_each(inventory: Inventory) -> None:
    reports = [report(number, sequence, drives=[drive("/dev/sda", f"S{number}")]) for sequence in range(1, 9) for number in range(1, 5)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(inventory.report, reports))
    by_machine: dict[str, set[str]] = {}
    for sent, answer in zip(reports, answers, strict=True):
        by_machine.setdefault(sent["boot_id"], set()).add(answer["machine_id"])
    assert [len(ids) for ids in by_machine.values()] == [1, 1, 1, 1]
    assert len(inventory.get("/v1/machines")["machines"]) == 4
    assert [a["result"] for a in answers].count("new") == 4
    assert len(inventory.get("/v1/disks")["disks"]) == 4


def test_one_brake_for_two_machines_that_ask_at_once(tmp_path: Path, make_inventory: Callable[..., Inventory]) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("brake: {formats_per_hour_per_room: 5}\n")
    inventory = make_inventory("--config", str(config))
    asked = [admission(number, "a", drive("/dev/sda", f"A{number}"), drive("/dev/sdb", f"B{number}")) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(inventory.ask, asked))
    decisions = [d["decision"] for answer in answers for d in answer["drives"]]
    assert (decisions.count("admit"), decisions.count("wait")) == (5, 11)
    assert all(0 < answer["ask_again_s"] <= 600 for answer in answers if answer["drives"][-1]["decision"] == "wait")


def test_tokens_are_needed_revocable_and_never_stored(inventory: Inventory, postgres: Postgres) -> None:
    body = json.dumps(report(1))
    assert inventory.request("POST", "/v1/reports", body, token="").status == 401
    assert inventory.request("POST", "/v1/reports", body, token=inventory.tokens["read"]).status == 403
    assert inventory.request("GET", "/v1/machines", token=inventory.tokens["report"]).status == 403
    assert inventory.request("GET", "/healthz", token="").status == 200
    asks = inventory.request("GET", "/v1/rooms", token="")
    assert (asks.status, asks.headers["WWW-Authenticate"][:5]) == (401, "Basic")

    listed = inventory.run("token", "list").stdout
    for token in inventory.tokens.values():
        assert token not in listed
        stored = dump_of(inventory.database, postgres)
        assert "tokens" in stored
        assert token.rsplit("-", 1)[1] not in stored
    revoked = next(line.split()[0] for line in listed.splitlines() if line.split()[1] == "report")
    inventory.run("token", "revoke", revoked)
    assert inventory.request("POST", "/v1/reports", body).status == 401
    inventory.run("token", "revoke", revoked, status=1)


def test_a_token_expires(inventory: Inventory) -> None:
    token = inventory.run("token", "add", "--role", "read", "--days", "30").stdout.strip()
    assert inventory.request("GET", "/v1/machines", token=token).status == 200
    line = inventory.run("token", "list").stdout.splitlines()[-1].split()
    assert line[2] < line[3] and line[4] == "-"
    # A token of a role can't do another's: a report token reads nothing, a read token writes nothing.
    for path in ("/v1/machines", "/v1/search?q=a", "/v1/feeds/salt/roster", "/metrics"):
        assert inventory.request("GET", path, token=inventory.tokens["report"]).status == 403
    for path in ("/v1/reports", "/v1/admissions", "/v1/alarms/x/acknowledge"):
        assert inventory.request("POST", path, "{}", token=token).status == 403


def test_an_expired_token_opens_neither_the_api_nor_a_page(inventory: Inventory, postgres: Postgres) -> None:
    token = inventory.run("token", "add", "--role", "read", "--days", "30").stdout.strip()
    for path in ("/", "/v1/machines"):
        assert inventory.request("GET", path, token=token).status == 200
    alter(inventory.database, postgres, "UPDATE tokens SET expires_at = '2020-01-01T00:00:00.000Z' WHERE expires_at <> ''")
    for path in ("/", "/v1/machines"):
        assert inventory.request("GET", path, token=token).status == 401, path


def test_open_read_opens_reading_only(make_inventory: Callable[..., Inventory]) -> None:
    inventory = make_inventory("--open-read")
    assert inventory.request("GET", "/v1/machines", token="").status == 200
    assert inventory.request("GET", "/", token="").status == 200
    assert inventory.request("POST", "/v1/reports", "{}", token="").status == 401
    assert inventory.stop(signal.SIGINT) == 0


def test_the_listener_for_reports_is_another_door(make_inventory: Callable[..., Inventory]) -> None:
    inventory = make_inventory("--listen-reports", "127.0.0.1:0")
    assert inventory.process is not None and inventory.process.stdout is not None
    line = inventory.process.stdout.readline()
    assert line.endswith(" for reports\n")
    people, inventory.port = inventory.port, int(line.split()[2].rsplit(":", 1)[1])
    assert inventory.report(report(1))["result"] == "new"
    assert inventory.request("GET", "/v1/machines").status == 404
    inventory.port = people
    assert len(inventory.get("/v1/machines")["machines"]) == 1


def test_check_refuses_what_serve_would_and_touches_nothing(tmp_path: Path) -> None:
    database = tmp_path / "none" / "inventory.db"
    config = tmp_path / "config.yaml"
    for name in ("one", "other"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
                        "-subj", f"/CN={name}"], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "twice.csv").write_text("switch,port\na,1\na,1\n")
    (tmp_path / "wrong.csv").write_text("switch,port,unit\na,1,attic\n")
    (tmp_path / "wires.csv").write_text("switch,port,rack,unit\na,1,R1,7\n")
    (tmp_path / "empty.csv").write_text("switch,port,rack,unit\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "password").write_text("secret\n")

    def run(command: str, text: str) -> subprocess.CompletedProcess[str]:
        config.write_text(text.replace("DIR", str(tmp_path)))
        at = ["--database", str(database)] if command == "serve" else []
        return subprocess.run([BINARY, command, "--config", str(config), *at], capture_output=True, text=True, timeout=60)

    for text, words in (("wire_map: DIR/none.csv\n", "can't open DIR/none.csv: No such file or directory"), ("wire_map: DIR/folder\n", "can't read DIR/folder: Is a directory"),
                        ("wire_map: DIR/empty.csv\n", "DIR/empty.csv: the file has no row"), ("chassis_maps: DIR/folder\n", ":1:15: can't read DIR/folder: Is a directory"),
                        ("wire_map: DIR/twice.csv\n", "DIR/twice.csv: line 3: switch 'a' port '1' stands there twice"),
                        ("wire_map: DIR/wrong.csv\n", "DIR/wrong.csv: line 2: unit is 'attic'"), ("permit_key: DIR/none.key\n", "DIR/none.key"),
                        ("tls: {certificate: DIR/none.pem, key: DIR/one.key}\n", "can't use certificate 'DIR/none.pem'"),
                        ("tls: {certificate: DIR/one.pem, key: DIR/none.key}\n", "with key 'DIR/none.key'"), ("tls: {certificate: DIR/one.pem, key: DIR/other.key}\n", "can't use"),
                        ("tls: {certificate: DIR/one.pem, key: DIR/one.key, client_ca: DIR/none.pem}\n", "client CA 'DIR/none.pem'")):
        said = run("check", text)
        assert said.returncode == 78 and words.replace("DIR", str(tmp_path)) in said.stderr, (text, said.stderr)
        if "wrong" not in text and "twice" not in text:  # these serve sees when it has the database
            assert run("serve", text).returncode == 78, text
    bmc = "bmc: {url: 'https://{address}', user: u, password_file: DIR/FILE, ca: /ca.pem}\n"
    for name, words in (("none", "can't open DIR/none: No such file"), ("folder", "can't read DIR/folder: Is a directory")):
        assert words.replace("DIR", str(tmp_path)) in run("check", bmc.replace("FILE", name)).stderr
    good = run("check", bmc.replace("FILE", "password") + "wire_map: DIR/wires.csv\ntls: {certificate: DIR/one.pem, key: DIR/one.key}\n")
    assert (good.returncode, good.stderr) == (0, "")
    assert run("check", f"database: {database}\n").returncode == 0
    assert not database.parent.exists()


@pytest.mark.parametrize(("text", "where"), [
    ("", ""), ("listen: '[::1]:0'\nlisten_reports: localhost:0\n", ""), ("listen: 127.1.2.3:0\n", ""),
    ("listen: 127.0.0.1:0\nlisten_reports: 0.0.0.0:0\n", "0.0.0.0:0"), ("listen: '[::]:0'\nlisten_reports: ':0'\n", "[::]:0 and 0.0.0.0:0"),
    ("listen: 0.0.0.0:0\ntls: {certificate: DIR/one.pem, key: DIR/one.key}\n", ""),
])
def test_who_listens_in_the_clear_beyond_the_machine_is_warned(tmp_path: Path, text: str, where: str) -> None:
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "one.key", "-out", "one.pem",
                    "-subj", "/CN=one"], cwd=tmp_path, check=True, capture_output=True)
    config = tmp_path / "config.yaml"
    config.write_text(f"database: {tmp_path}/inventory.db\n" + text.replace("DIR", str(tmp_path)))
    checked = subprocess.run([BINARY, "check", "--config", str(config)], capture_output=True, text=True, timeout=60)
    said = f"footing-inventory: warning: without TLS, tokens come to {where} as anyone on their way can read them"
    assert checked.returncode == 0 and checked.stderr.count("\n") == (1 if where else 0), checked.stderr
    assert checked.stderr.startswith(said) if where else checked.stderr == ""
    at = [] if text else ["--listen", "127.0.0.1:0"]
    with subprocess.Popen([BINARY, "serve", "--config", str(config), *at], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as service:
        assert service.stdout and service.stdout.readline().startswith("listening on ")
        service.send_signal(signal.SIGTERM)
        assert service.communicate(timeout=60)[1] == checked.stderr
    assert service.returncode == 0


def test_replay_understands_again_what_was_reported(inventory: Inventory) -> None:
    sent = report(1, drives=[drive("/dev/sda", "S1")], port="swp1")
    inventory.report(sent)
    inventory.report(report(2))
    assert inventory.get("/v1/machines")["machines"][0]["location"] == {}
    config = inventory.folder / "replay.yaml"
    config.write_text("host_name_pattern: {pattern: 'stor(\\d+)', groups: [rack]}\n")
    done = inventory.run("replay", "--config", str(config))
    assert done.stdout == "2 machines' newest reports replayed: 2 changed something, 0 could not be\n"
    assert {machine["location"]["rack"]["value"] for machine in inventory.get("/v1/machines")["machines"]} == {"1", "2"}
    assert "2 replayed: 0 changed" in inventory.run("replay", "--config", str(config)).stdout.replace("machines' newest reports ", "")


def test_bad_configuration_and_files_have_their_exit_status(tmp_path: Path) -> None:
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db"))
    config = tmp_path / "config.yaml"
    config.write_text("listen: 127.0.0.1:0\nlisten_report: x\n")
    said = inventory.run("serve", "--config", str(config), status=78).stderr
    assert f"{config}:2:1: unknown key 'listen_report'" in said
    wires = tmp_path / "wires.csv"
    wires.write_text("switch,port\na,1\na,1\n")
    assert "wires.csv: line 3: switch 'a' port '1' stands there twice" in inventory.run("import", "wire-map", str(wires), status=78).stderr
    inventory.run("serve", "--listen", "nowhere", status=78)
    inventory.run("token", "add", "--role", "root", status=64)
    inventory.run("serve", "--listen", "192.0.2.1:80", status=1)


def test_a_port_in_use_is_not_shared(inventory: Inventory) -> None:
    said = inventory.run("serve", "--listen", f"127.0.0.1:{inventory.port}", status=1).stderr
    assert f"can't listen on 127.0.0.1 port {inventory.port}" in said


def test_a_wire_map_import_moves_machines_and_a_dry_run_does_not(inventory: Inventory) -> None:
    inventory.report(report(1, port="swp1"))
    wires = inventory.folder / "wires.yaml"
    wires.write_text("- {switch: '0011.2233.4455', port: swp1, room: B, rack: R5, unit: U03}\n")
    assert "1 added" in inventory.run("import", "wire-map", str(wires), "--dry-run").stdout
    assert inventory.get("/v1/machines")["machines"][0]["location"] == {}
    assert "1 machines have another place" in inventory.run("import", "wire-map", str(wires)).stdout
    place = inventory.get("/v1/machines")["machines"][0]["location"]
    assert {level: of["value"] for level, of in place.items()} == {"room": "B", "rack": "R5", "unit": "3"}


def test_another_machines_disk_may_be_mounted_once_that_machine_is_silent_and_it_stays_refused_to_format(inventory: Inventory) -> None:
    moved = drive("/dev/sda", "D1", verdict="enrolled", disk_id="0f9d3a52-6c2c-4d0f-9f5c-7f6f2f2d9a11")
    inventory.report(report(1, drives=[moved]))
    inventory.report(report(2))
    waits = inventory.ask(admission(2, "a", moved, action="adopt"))["drives"][0]
    assert (waits["decision"], waits["code"]) == ("wait", "two_machines")
    inventory.report(report(1, sequence=700_000_000, drives=[]))  # up for long enough: what it does not see is not on its way
    admitted = inventory.ask(admission(2, "a", moved, action="adopt"))["drives"][0]
    assert (admitted["decision"], admitted["code"]) == ("admit", "admitted")
    # An adoption is no admission to format: what was enrolled stays so.
    for action in ("enroll", "resume"):
        refused = inventory.ask(admission(2, "b", moved, action=action))["drives"][0]
        assert (refused["decision"], refused["code"]) == ("refuse", "was_enrolled")


def test_the_first_page_counts_as_if_it_had_gone_through_all_drives(inventory: Inventory) -> None:
    # Now it looks at what isn't in order alone; of another time at everything.
    verdicts = ("enrolled", "excluded", "in_use", "foreign", "unreadable", "damaged", "blank", "suspect", "strange word")
    for number, verdict in enumerate(verdicts):
        drives = [drive("/dev/sda", f"A{number}", "enrolled"), drive("/dev/sdb", f"B{number}", verdict)]
        inventory.report(report(number, drives=drives))
        inventory.report(report(number, 2, drives=drives[:1] if verdict == "in_use" else drives))
    inventory.report(report(50))
    failing = drive("/dev/sda", "C", "enrolled", health={"status": "failing"})
    inventory.report(report(51, drives=[failing]))
    inventory.report(report(52, drives=[drive("/dev/sda", "D", "foreign")]))
    inventory.report(report(52, 2, drives=[drive("/dev/sda", "D", "enrolled")]))

    def words(path: str) -> str:
        body = inventory.request("GET", path).body.decode()
        return re.sub(r"<[^>]*>", "|", body[body.index("<h2>Rooms"):body.index("</main>")])
    now, then = words("/"), words("/?at=2100-01-01T00:00:00Z")
    assert now == then and "12 machines" in now and "failed" in now


def test_a_drive_that_says_nothing_of_itself_is_no_better_than_it_was(inventory: Inventory) -> None:
    def send(sequence: int, **health: Any) -> None:
        inventory.report(report(1, sequence, drives=[drive("/dev/sda", "SICK1X", "enrolled", **health)]))

    send(1, health={"status": "passed", "sentence": "", "pending": 8})
    send(2)
    disk = inventory.get("/v1/disks")["disks"][0]
    assert disk["state"] == "suspect", disk
    send(3, health={"status": "passed", "sentence": "", "pending": 40})
    told = inventory.get("/v1/changes?kind=disk_worsened")["changes"]
    assert ["8 → 40" in one["sentence"] for one in told] == [True], told
    send(4, health={"status": "passed", "sentence": "", "pending": 0})
    assert inventory.get("/v1/disks")["disks"][0]["state"] == "present"


def test_a_page_of_the_past_shows_the_values_that_went_to_another_machine_since(inventory: Inventory) -> None:
    machine = inventory.report(report(1))["machine_id"]
    values = f"/v1/machines/{machine}/identifiers"
    board = next(one for one in inventory.get(values)["identifiers"] if one["kind"] == "board_serial")
    page = f"/machines/{machine}/explain?at={inventory.get(f'/v1/machines/{machine}')['last_seen']}"
    shown = board["raw"].encode()
    assert shown in inventory.request("GET", page).body
    split = inventory.request("POST", f"/v1/machines/{machine}/split",
                              json.dumps({"claims": [{"kind": board["kind"], "value": board["value"]}]}), inventory.tokens["admin"], {"If-Match": "*"})
    assert split.status == 200
    assert shown in inventory.request("GET", page).body
