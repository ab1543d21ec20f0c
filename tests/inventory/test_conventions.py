"""Claims about what every endpoint keeps to."""

from __future__ import annotations

import copy
import gzip
import html
import http.client
import json
import re
import resource
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import Inventory, drive, peak_memory, report, until
from test_http import head, talk

CONNECTIONS = 256 + 1024  # that one listener serves, and that wait


def test_an_unchanged_answer_is_304(inventory: Inventory) -> None:
    inventory.report(report(1))
    first = inventory.request("GET", "/v1/machines")
    tag = first.headers["ETag"]
    assert tag.startswith('"') and not tag.startswith("W/")
    again = inventory.request("GET", "/v1/machines", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    inventory.report(report(2))
    changed = inventory.request("GET", "/v1/machines", headers={"If-None-Match": tag})
    assert changed.status == 200 and changed.headers["ETag"] != tag


def test_a_page_links_to_the_next(inventory: Inventory) -> None:
    for number in range(5):
        inventory.report(report(number))
    path, seen = "/v1/machines?limit=2", []
    while True:
        answer = inventory.request("GET", path)
        seen += [row["id"] for row in answer.json()["machines"]]
        link = answer.headers["Link"]
        if link is None:
            break
        assert link.endswith('>; rel="next"')
        path = link[1:link.index(">")]
    assert len(seen) == len(set(seen)) == 5


def test_gzip_goes_both_ways_and_unpacks_no_further_than_the_cap(inventory: Inventory) -> None:
    packed = gzip.compress(json.dumps(report(1)).encode())
    sent = inventory.request("POST", "/v1/reports", packed, headers={"Content-Encoding": "gzip"})
    assert sent.status == 200, sent.body
    got = inventory.request("GET", f"/v1/machines/{sent.json()['machine_id']}", headers={"Accept-Encoding": "gzip"})
    assert got.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(got.body))["host_name"] == "stor1"
    bomb = gzip.compress(b" " * (200 << 20))
    assert len(bomb) < 1 << 20
    assert inventory.request("POST", "/v1/reports", bomb, headers={"Content-Encoding": "gzip"}).status == 413
    for broken in (packed[:-9], packed + packed, b"", zlib.compress(b"{}")):
        assert inventory.request("POST", "/v1/reports", broken, headers={"Content-Encoding": "gzip"}).status == 400
    assert inventory.request("POST", "/v1/reports", packed, headers={"Content-Encoding": "br"}).status == 415
    assert inventory.request("POST", "/v1/reports", packed, headers={"Footing-Content-Encoding": "gzip"}).status == 400


def test_errors_say_what_where_and_which_request(inventory: Inventory) -> None:
    answer = inventory.request("GET", "/v1/machines/none", headers={"X-Request-Id": "mine-1"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() | {"status": 404, "instance": "/v1/machines/none", "request_id": "mine-1"} == answer.json()


@pytest.mark.parametrize("path", ["/v1/machines?room=%00", "/v1/disks?serial=%ff%fe", "/v1/machines?cursor=%0d%0aX:1", "/v1/disks?machine=" + "a" * 2000])
def test_bytes_that_are_no_text_are_400(inventory: Inventory, path: str) -> None:
    assert inventory.request("GET", path).status == 400


def test_a_trickle_of_bytes_ends_at_the_deadline(inventory: Inventory) -> None:
    with socket.create_connection(("127.0.0.1", inventory.port or 0), timeout=5) as line, pytest.raises(OSError):
        for byte in b"GET /healthz HTTP/1.1\r\nX: " + b"a" * 60:
            line.sendall(bytes([byte]))
            time.sleep(0.5)


def test_one_peer_is_told_when_it_has_too_many_connections(tmp_path: Path, make_inventory: Callable[..., Inventory]) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("connections_per_peer: 4\n")
    inventory = make_inventory("--config", str(config))
    lines = [socket.create_connection(("127.0.0.1", inventory.port or 0)) for _ in range(4)]
    until("a fifth connection is refused", lambda: inventory.request("GET", "/healthz").status == 503)
    refused = inventory.request("GET", "/healthz")
    assert refused.status == 503 and 0 < int(refused.headers["Retry-After"]) <= 20
    assert refused.headers["Content-Type"] == "application/problem+json"
    for line in lines:
        line.close()
    until("they are gone, and one is served", lambda: inventory.request("GET", "/healthz").status == 200)


def test_two_peers_take_a_quarter_of_a_listener_at_most(inventory: Inventory) -> None:
    def held(source: str) -> list[socket.socket]:
        """As many as are served: each is answered, and stays open."""
        lines: list[socket.socket] = []
        while len(lines) < CONNECTIONS:
            line = socket.create_connection(("127.0.0.1", inventory.port or 0), timeout=20, source_address=(source, 0))
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = line.recv(4096)
            if not answer.startswith(b"HTTP/1.1 200 "):
                assert answer.startswith(b"HTTP/1.1 503 ")
                line.close()
                return lines
            lines.append(line)
        return lines

    lines = [line for source in ("127.0.0.2", "127.0.0.3") for line in held(source)]
    assert len(lines) == 2 * 32
    assert inventory.request("GET", "/healthz").status == 200
    for line in lines:
        line.close()


def half_sent(inventory: Inventory, source: str, size: int) -> socket.socket:
    """A request with a body of 8 MiB, of which so much is sent."""
    line = socket.create_connection(("127.0.0.1", inventory.port or 0), timeout=20, source_address=(source, 0))
    line.sendall(head(inventory, f"Content-Length: {8 << 20}") + b" " * size)
    return line


def test_bodies_together_take_a_bounded_share_of_memory(inventory: Inventory) -> None:
    assert inventory.process is not None
    lines = [half_sent(inventory, f"127.0.0.{2 + number % 8}", (8 << 20) - 1) for number in range(16)]
    asking = head(inventory, f"Content-Length: {8 << 20}") + b" " * 1000
    until("one body more is refused", lambda: talk(inventory, asking).startswith(b"HTTP/1.1 503 "))
    assert b"Retry-After" in talk(inventory, asking)
    assert peak_memory(inventory.process.pid) < 512 << 20
    for line in lines:
        line.close()
    until("there is room again", lambda: inventory.request("POST", "/v1/reports", json.dumps(report(1))).status == 200)


def test_half_sent_bodies_of_one_peer_stop_nobody(make_inventory: Callable[..., Inventory]) -> None:
    people = make_inventory("--listen-reports", "127.0.0.1:0")
    assert people.process is not None and people.process.stdout is not None
    agents = copy.copy(people)
    agents.port = int(people.process.stdout.readline().split()[2].rsplit(":", 1)[1])
    machine = agents.report(report(1))["machine_id"]

    def all_may_write() -> None:
        for sequence in range(2, 12):
            assert agents.request("POST", "/v1/reports", json.dumps(report(1, sequence))).status == 200
            said = people.request("PUT", f"/v1/machines/{machine}/location", json.dumps({"rack": f"R{sequence}"}), people.tokens["admin"], {"If-Match": "*"})
            assert said.status == 200, said.body
            signed_in = people.request("POST", "/login", f"token={people.tokens['read']}", "", {"Content-Type": "application/x-www-form-urlencoded"})
            assert signed_in.status == 303, signed_in.body

    announced = [half_sent(door, "127.0.0.1", 1) for door in (people, agents) for _ in range(28)]
    all_may_write()
    for line in announced:
        line.close()
    sent = [half_sent(door, "127.0.0.2", (8 << 20) - 1) for door in (people, agents) for _ in range(2)]
    refused = half_sent(agents, "127.0.0.2", 1 << 20)
    assert refused.recv(4096).startswith(b"HTTP/1.1 503 "), "two of the largest are what one peer may send at once"
    all_may_write()
    for line in [*sent, refused]:
        line.close()


def test_tls_and_a_machine_is_bound_to_the_certificate_it_first_showed(tmp_path: Path, make_inventory: Callable[..., Inventory]) -> None:
    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)

    for ca in ("ca", "other"):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{ca}.key", "-out", f"{ca}.pem", "-subj", f"/CN={ca}",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    (tmp_path / "ext").write_text("subjectAltName=IP:127.0.0.1\nauthorityKeyIdentifier=keyid\n")
    for name, ca in (("server", "ca"), ("m1", "ca"), ("m1-renewed", "ca"), ("m2", "ca"), ("rogue", "other")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial", "-out", f"{name}.pem", "-extfile", "ext")
    config = tmp_path / "config.yaml"
    config.write_text(f"tls: {{certificate: {tmp_path}/server.pem, key: {tmp_path}/server.key, client_ca: {tmp_path}/ca.pem}}\n")
    inventory = make_inventory("--config", str(config))

    def send(sent: dict[str, object], certificate: str = "") -> int:
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        if certificate:
            context.load_cert_chain(tmp_path / f"{certificate}.pem", tmp_path / f"{certificate}.key")
        line = http.client.HTTPSConnection("127.0.0.1", inventory.port, context=context, timeout=20)
        line.request("POST", "/v1/reports", json.dumps(sent), {"Authorization": f"Bearer {inventory.tokens['report']}"})
        return line.getresponse().status

    def ask(method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        line = http.client.HTTPSConnection("127.0.0.1", inventory.port, context=ssl.create_default_context(cafile=str(tmp_path / "ca.pem")), timeout=20)
        line.request(method, path, body, headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode()

    def fetch(path: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(ask("GET", path, Authorization=f"Bearer {inventory.tokens['read']}")[1])
        return answer

    assert send(report(3)) == 200                     # certificates are optional …
    assert send(report(1), "m1") == 200
    assert send(report(1, 2), "m1") == 200
    assert send(report(1, 3), "m2") == 403            # … until a machine showed one
    assert send(report(1, 4)) == 403
    assert send(report(2), "m1") == 403               # and m1's stands for no other machine
    assert send(report(2), "m2") == 200
    assert [fetch(f"/v1/reports/{sent}")["sent_by"]["certificate"] for sent in ("3-a-1", "1-a-1", "2-a-1")] == [None, "m1", "m2"]
    alarms = fetch("/v1/alarms")["alarms"]
    assert [(alarm["kind"], alarm["sentence"].split("'")[1]) for alarm in alarms] == [("token_of_another_machine", "m1")]
    assert len(fetch("/v1/machines")["machines"]) == 3  # what was refused is recorded nowhere else
    assert send(report(1, 5), "m1-renewed") == 403    # until a person ends it, on the page that explains the machine
    page = f"/machines/{alarms[0]['machine']}/explain"
    cookie = {"Cookie": f"footing_token={inventory.tokens['admin']}"}
    form = next(form for form in re.findall(r"<form.*?</form>", ask("GET", page, **cookie)[1]) if "/certificates/end" in form)
    fields = {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', form)}
    to = re.findall(r'action="([^"]+)"', form)[0]
    for stale, status in (({"seen": '"of yesterday"'}, 412), ({}, 303)):
        assert ask("POST", to, urlencode(fields | stale), **cookie, **{"Content-Type": "application/x-www-form-urlencoded"})[0] == status
    assert send(report(1, 5), "m1-renewed") == 200
    assert send(report(1, 6), "m1") == 403
    assert "m1-renewed" in ask("GET", page, **cookie)[1]
    with pytest.raises((ssl.SSLError, ConnectionError)):
        send(report(5), "rogue")
    with pytest.raises((ConnectionError, OSError, ValueError)), socket.create_connection(("127.0.0.1", inventory.port or 0), timeout=5) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
        if b"HTTP" not in line.recv(100):
            raise ConnectionError


def test_overload_answers_and_loses_nothing(inventory: Inventory) -> None:
    results: list[int] = []

    def send(number: int) -> None:
        results.append(inventory.request("POST", "/v1/reports", json.dumps(report(number))).status)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 100 and set(results) <= {200, 503}
    assert len(inventory.get("/v1/machines?limit=1000")["machines"]) == results.count(200)


def test_a_crowd_at_the_agents_door_is_told_to_come_back_and_leaves_the_peoples_door_open(tmp_path: Path, make_inventory: Callable[..., Inventory]) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    (tmp_path / "config.yaml").write_text("connections_per_peer: 0\n")  # as if they were many machines
    inventory = make_inventory("--config", str(tmp_path / "config.yaml"), "--listen-reports", "127.0.0.1:0")
    assert inventory.process is not None and inventory.process.stdout is not None
    people, agents = inventory.port, int(inventory.process.stdout.readline().split()[2].rsplit(":", 1)[1])
    begun = b"POST /v1/reports HTTP/1.1\r\nHost: x\r\n"
    crowd = [socket.create_connection(("127.0.0.1", agents), timeout=20) for _ in range(CONNECTIONS)]
    for line in crowd:
        line.sendall(begun)
    inventory.port = agents
    refused = inventory.request("POST", "/v1/reports", json.dumps(report(1)))
    assert refused.status == 503 and int(refused.headers["Retry-After"]) > 0
    inventory.port = people
    assert inventory.get("/v1/machines")["machines"] == []
    assert peak_memory(inventory.process.pid) < 256 << 20
    for line in crowd:
        line.close()
    inventory.port = agents
    until("its threads find that they are gone", lambda: inventory.request("GET", "/healthz").status == 200)
    assert inventory.request("POST", "/v1/reports", json.dumps(report(1))).json()["result"] == "new"


def test_a_room_powers_up_while_people_look_and_each_machine_is_there_in_the_end(tmp_path: Path, make_inventory: Callable[..., Inventory]) -> None:
    (tmp_path / "config.yaml").write_text("connections_per_peer: 8\n")  # fewer than come at once
    inventory = make_inventory("--config", str(tmp_path / "config.yaml"), "--listen-reports", "127.0.0.1:0")
    assert inventory.process is not None and inventory.process.stdout is not None
    agents = copy.copy(inventory)
    agents.port = int(inventory.process.stdout.readline().split()[2].rsplit(":", 1)[1])
    sent = [json.dumps(report(number, drives=[drive(f"/dev/sd{n}", f"S{number}-{n}", "enrolled") for n in range(60)])) for number in range(12)]
    together = threading.Barrier(len(sent))

    def power_up(body: str) -> str:
        together.wait()
        while (answer := agents.request("POST", "/v1/reports", body)).status == 503:
            time.sleep(int(answer.headers["Retry-After"]))
        return answer.json()["machine_id"]

    with ThreadPoolExecutor(len(sent)) as pool:
        machines = [pool.submit(power_up, body) for body in sent]
        while not all(machine.done() for machine in machines):
            for path in ("/", "/disks", "/changes", "/search?q=S1"):
                assert inventory.request("GET", path).status == 200, path
    there = {row["id"]: row["drives"]["total"] for row in inventory.get("/v1/machines?limit=1000")["machines"]}
    assert there == {machine.result(): 60 for machine in machines}
    assert peak_memory(inventory.process.pid) < 256 << 20
