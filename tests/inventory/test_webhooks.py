"""Claims about webhooks: a real receiver hears all of the feed, signed and in order, and the service posts to nobody else."""

from __future__ import annotations

import hashlib
import hmac
import json
import signal
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Inventory, drive, report, until
from test_bmc import certificate


class Receiver:
    """Keeps each delivery, and answers it with the next of `statuses`, then with 200. While `held` is not set, nobody is
    answered. On `port`, or on any that is free."""

    def __init__(self, port: int = 0) -> None:
        self.deliveries: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.held = threading.Event()
        self.held.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.deliveries.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                receiver.held.wait()
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A service that was killed, or has waited long enough, or likes no certificate."""

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?of=footing"

    def numbers(self) -> list[int]:
        """As they came, what came twice twice."""
        return [entry["seq"] for _, _, body in list(self.deliveries) for entry in json.loads(body)["changes"]]

    def close(self) -> None:
        self.held.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def make_receiver() -> Iterator[Callable[..., Receiver]]:
    made: list[Receiver] = []

    def make(port: int = 0) -> Receiver:
        made.append(Receiver(port))
        return made[-1]
    yield make
    for receiver in made:
        receiver.close()


@pytest.fixture
def config(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "hooks.yaml").write_text("webhooks: {hosts: [127.0.0.1]}\n")
    return "--config", str(tmp_path / "hooks.yaml")


def add(inventory: Inventory, url: str, **more: Any) -> Any:
    answer = inventory.request("POST", "/v1/webhooks", json.dumps({"url": url} | more), inventory.tokens["admin"])
    assert answer.status == 201, answer.body
    return answer.json()


def ask(inventory: Inventory, method: str, path: str, role: str = "admin", **headers: str) -> Answer:
    return inventory.request(method, path, None, inventory.tokens[role], headers)


def shown(inventory: Inventory, webhook: Any) -> Any:
    return ask(inventory, "GET", f"/v1/webhooks/{webhook['id']}").json()


def told(inventory: Inventory, since: int, kinds: str = "") -> list[Any]:
    entries: list[Any] = inventory.get(f"/v1/changes?since={since}&limit=1000" + (f"&kind={kinds}" if kinds else ""))["changes"]
    assert len(entries) < 1000
    return entries


def until_told(inventory: Inventory, webhook: Any) -> None:
    until("all is delivered", lambda: shown(inventory, webhook)["seq"] == inventory.get("/v1/changes?limit=0")["last"])


def is_signed(secret: str, delivery: tuple[str, dict[str, str], bytes]) -> bool:
    """As a receiver would find out: from the header, the body and the secret alone."""
    parts = dict(part.split("=", 1) for part in delivery[1]["x-footing-signature"].split(","))
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + delivery[2], hashlib.sha256).hexdigest()
    return hmac.compare_digest(parts["v1"], expected)


def test_a_receiver_hears_the_feed_from_now_on_signed_and_in_order(make_inventory: Callable[..., Inventory], config: tuple[str, str],
                                                                   make_receiver: Callable[..., Receiver]) -> None:
    inventory, receiver = make_inventory(*config), make_receiver()
    inventory.report(report(1))
    webhook = add(inventory, receiver.url, note="to the chat", by="ann")
    begin = webhook["seq"]
    assert begin == inventory.get("/v1/changes")["last"] and webhook["kinds"] == [] and (webhook["note"], webhook["by"]) == ("to the chat", "ann")
    assert (webhook["posted_at"], webhook["status"], webhook["why"], webhook["tries"], webhook["next_try"]) == (None, None, None, 0, None)
    for number in range(2, 12):
        inventory.report(report(number, drives=[drive(f"/dev/sd{n}", f"S{number}-{n}", "enrolled") for n in range(10)]))
    until_told(inventory, webhook)
    expected = told(inventory, begin)
    assert len(expected) > 100
    assert [entry for _, _, body in receiver.deliveries for entry in json.loads(body)["changes"]] == expected, "the same entries, numbers and order as the feed's"
    for path, headers, body in receiver.deliveries:
        sent = json.loads(body)
        numbers = [entry["seq"] for entry in sent["changes"]]
        assert path == "/hook?of=footing" and headers["content-type"] == "application/json" and len(numbers) <= 100
        assert (sent["schema"], sent["webhook"]) == ("footing/webhook/1", webhook["id"])
        assert headers["x-footing-delivery"] == f"{webhook['id']}-{numbers[0]}-{numbers[-1]}"
        assert is_signed(webhook["secret"], (path, headers, body))
        assert not is_signed("x" + webhook["secret"], (path, headers, body)) and not is_signed(webhook["secret"], (path, headers, body + b" "))
    after = shown(inventory, webhook)
    assert after["status"] == 200 and after["posted_at"] and after["tries"] == 0

    assert ask(inventory, "DELETE", f"/v1/webhooks/{webhook['id']}", **{"If-Match": '"0"'}).status == 412
    assert ask(inventory, "DELETE", f"/v1/webhooks/{webhook['id']}").status == 204
    assert ask(inventory, "GET", f"/v1/webhooks/{webhook['id']}").status == ask(inventory, "DELETE", f"/v1/webhooks/{webhook['id']}").status == 404
    again = add(inventory, receiver.url, since=begin, kinds=["webhook_added", "webhook_removed"])
    assert again["seq"] == begin and again["secret"] != webhook["secret"]
    receiver.deliveries.clear()
    until_told(inventory, again)
    entries = [entry for _, _, body in receiver.deliveries for entry in json.loads(body)["changes"]]
    assert [(entry["kind"], entry["sentence"], entry["by"]) for entry in entries] == [
        ("webhook_removed", "changes are no longer posted to 127.0.0.1", "admin"), ("webhook_added", "changes are posted to 127.0.0.1", "admin")]


def test_what_fails_is_posted_again_until_it_is_taken(make_inventory: Callable[..., Inventory], config: tuple[str, str],
                                                      make_receiver: Callable[..., Receiver]) -> None:
    inventory, receiver = make_inventory(*config), make_receiver()
    webhook = add(inventory, receiver.url)
    begin = webhook["seq"]
    receiver.statuses = [500, 302, 410] * 100  # and where it redirects to nobody goes
    inventory.report(report(1))
    until("it failed with each", lambda: shown(inventory, webhook)["tries"] >= 3)
    failed = shown(inventory, webhook)
    receiver.statuses = []
    assert failed["seq"] == begin and failed["next_try"] > failed["posted_at"] and failed["why"] == f"it answers with status {failed['status']}"
    inventory.report(report(2))
    until_told(inventory, webhook)
    assert {path for path, _, _ in receiver.deliveries} == {"/hook?of=footing"}
    assert [min(entry["seq"] for entry in json.loads(body)["changes"]) for _, _, body in receiver.deliveries[:4]] == [begin + 1] * 4
    assert sorted(set(receiver.numbers())) == [entry["seq"] for entry in told(inventory, begin)]

    receiver.close()
    inventory.report(report(3))
    until("nobody is there", lambda: shown(inventory, webhook)["tries"] > 0)
    gone = shown(inventory, webhook)
    assert gone["status"] is None and "refuse" in gone["why"]
    backlog = next(line for line in ask(inventory, "GET", "/metrics").body.decode().splitlines() if line.startswith("footing_inventory_webhook_backlog{"))
    assert webhook["id"] in backlog and float(backlog.split()[-1]) == inventory.get("/v1/changes")["last"] - gone["seq"] > 0
    inventory.restart()
    back = make_receiver(receiver.port)
    until_told(inventory, webhook)
    assert back.numbers() == [entry["seq"] for entry in told(inventory, gone["seq"])]
    assert shown(inventory, webhook)["why"] is None and all(is_signed(webhook["secret"], delivery) for delivery in back.deliveries)


def test_what_was_on_its_way_when_the_service_died_is_posted_again(make_inventory: Callable[..., Inventory], config: tuple[str, str],
                                                                   make_receiver: Callable[..., Receiver]) -> None:
    inventory, receiver = make_inventory(*config), make_receiver()
    webhook = add(inventory, receiver.url)
    receiver.held.clear()
    inventory.report(report(1))
    until("it is posted", lambda: len(receiver.deliveries) == 1)
    inventory.stop(signal.SIGKILL)
    receiver.held.set()
    inventory.start()
    inventory.report(report(2))
    until_told(inventory, webhook)
    assert sorted(set(receiver.numbers())) == [entry["seq"] for entry in told(inventory, webhook["seq"])]
    assert receiver.numbers().count(webhook["seq"] + 1) > 1, "it had no answer, so it can't know that it was taken"


def test_two_services_post_each_change_once_and_in_order(make_inventory: Callable[..., Inventory], config: tuple[str, str],
                                                         make_receiver: Callable[..., Receiver]) -> None:
    one, other = make_inventory(*config), make_inventory(*config)
    receiver = make_receiver()
    webhook = add(one, receiver.url)
    for number in range(1, 21):
        (one if number % 2 else other).report(report(number, drives=[drive("/dev/sda", f"S{number}", "enrolled")]))
    until_told(other, webhook)
    assert receiver.numbers() == [entry["seq"] for entry in told(one, webhook["seq"])]


def test_of_other_kinds_nothing_is_told(make_inventory: Callable[..., Inventory], config: tuple[str, str], make_receiver: Callable[..., Receiver]) -> None:
    inventory, receiver = make_inventory(*config), make_receiver()
    webhook = add(inventory, receiver.url, kinds=["machine_new", "disk_failed"])
    assert webhook["kinds"] == ["machine_new", "disk_failed"]
    for number in (1, 2):
        inventory.report(report(number, drives=[drive("/dev/sda", f"S{number}", "enrolled")]))
    until_told(inventory, webhook)
    entries = [entry for _, _, body in receiver.deliveries for entry in json.loads(body)["changes"]]
    assert entries == told(inventory, webhook["seq"], "machine_new,disk_failed") and {entry["kind"] for entry in entries} == {"machine_new"} and len(entries) == 2
    assert len(told(inventory, webhook["seq"])) > 2


def test_one_that_hangs_holds_up_nobody(make_inventory: Callable[..., Inventory], config: tuple[str, str], make_receiver: Callable[..., Receiver]) -> None:
    inventory, hangs, receiver = make_inventory(*config), make_receiver(), make_receiver()
    stuck = add(inventory, hangs.url)
    webhook = add(inventory, receiver.url)
    hangs.held.clear()
    numbers = iter(range(1, 1000))
    inventory.report(report(next(numbers)))

    def told_meanwhile() -> bool:
        failed = shown(inventory, stuck)["tries"]
        if len(hangs.deliveries) != failed + 1:
            return False  # it isn't on its way
        inventory.report(report(next(numbers)))
        until_told(inventory, webhook)
        return bool(shown(inventory, stuck)["tries"] == failed)
    until("the other is told while one hangs", told_meanwhile)
    assert shown(inventory, stuck)["seq"] == stuck["seq"] and receiver.numbers() == [entry["seq"] for entry in told(inventory, webhook["seq"])]


def test_it_is_for_admins_and_the_secret_is_told_once(make_inventory: Callable[..., Inventory], config: tuple[str, str], make_receiver: Callable[..., Receiver]) -> None:
    inventory, receiver = make_inventory(*config), make_receiver()
    webhook = add(inventory, receiver.url + "&key=sesame", since=0)
    assert len(webhook["secret"]) == len("footing-webhook-") + 64
    until_told(inventory, webhook)
    seen = [ask(inventory, "GET", path).body.decode() for path in ("/v1/webhooks", f"/v1/webhooks/{webhook['id']}")]
    assert json.loads(seen[0])["webhooks"] == [json.loads(seen[1])] and "secret" not in json.loads(seen[1])
    seen += [inventory.request("GET", path).body.decode() for path in ("/v1/changes", "/metrics", "/changes?kind=people")]
    assert "changes are posted to 127.0.0.1" in seen[2] and all(webhook["secret"].rsplit("-", 1)[1] not in text for text in seen)
    assert "sesame" in seen[1] and all("sesame" not in text for text in seen[2:]), "a reader hears of it, but not what may be secret in its URL"
    for role in ("read", "report"):
        for method, path in (("GET", "/v1/webhooks"), ("GET", f"/v1/webhooks/{webhook['id']}"), ("DELETE", f"/v1/webhooks/{webhook['id']}")):
            assert ask(inventory, method, path, role).status == 403
        assert inventory.request("POST", "/v1/webhooks", json.dumps({"url": receiver.url}), inventory.tokens[role]).status == 403


def test_nobody_is_posted_to_but_hosts_of_the_configuration(make_inventory: Callable[..., Inventory], config: tuple[str, str], tmp_path: Path,
                                                            make_receiver: Callable[..., Receiver]) -> None:
    receiver = make_receiver()
    inventory = make_inventory()

    def refused(status: int, **body: Any) -> str:
        answer = inventory.request("POST", "/v1/webhooks", json.dumps(body), inventory.tokens["admin"])
        assert answer.status == status, (body, answer.body)
        return str(answer.json()["detail"])
    assert "no webhooks.hosts" in refused(409, url=receiver.url)
    assert inventory.stop() == 0
    inventory = make_inventory(*config)
    for url in ("http://localhost/", "http://127.0.0.2/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://2130706433/", "http://127.1/"):
        assert "none of the configuration's webhooks.hosts" in refused(403, url=url)
    for url in ("ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://127.0.0.1/#x", "http://127.0.0.1:0/", "127.0.0.1", "", "http://127.0.0.1/" + "a" * 1024):
        refused(400, url=url)
    for more in ({"kinds": "moved"}, {"kinds": ["a,b"]}, {"kinds": [1]}, {"kinds": ["moved"] * 65}, {"since": -1}, {"since": 1.5}, {"since": 10**6}, {"secret": "mine"}, {"note": 1}):
        refused(400, url=receiver.url, **more)
    refused(400)
    assert ask(inventory, "GET", "/v1/webhooks").json() == {"webhooks": []} and told(inventory, 0) == []

    webhook = add(inventory, receiver.url)
    assert inventory.stop() == 0
    (tmp_path / "hooks.yaml").write_text("webhooks: {hosts: [127.0.0.9]}\n")  # no longer
    inventory.start()
    inventory.report(report(1))
    until("it is refused", lambda: shown(inventory, webhook)["tries"] > 0)
    assert shown(inventory, webhook)["why"] == "host '127.0.0.1' is none of the configuration's webhooks.hosts" and receiver.deliveries == []
    for number in range(2, 65):
        add(inventory, f"http://127.0.0.9:1/{number}")
    assert "64 webhooks already" in refused(409, url="http://127.0.0.9:1/65")


def test_over_tls_only_a_receiver_with_the_right_certificate_is_told(make_inventory: Callable[..., Inventory], tmp_path: Path,
                                                                     make_receiver: Callable[..., Receiver]) -> None:
    known, stranger = (certificate(tmp_path, name, ["127.0.0.1"]) for name in ("known", "stranger"))
    right, wrong = make_receiver(), make_receiver()
    for receiver, context in ((right, known), (wrong, stranger)):
        receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True, do_handshake_on_connect=False)
    (tmp_path / "hooks.yaml").write_text(f"webhooks: {{hosts: [127.0.0.1], ca: {tmp_path}/known.pem}}\n")
    inventory = make_inventory("--config", str(tmp_path / "hooks.yaml"))
    good, bad = (add(inventory, receiver.url.replace("http:", "https:")) for receiver in (right, wrong))
    inventory.report(report(1))
    until_told(inventory, good)
    until("it is not believed", lambda: shown(inventory, bad)["tries"] > 0)
    assert "not trusted" in shown(inventory, bad)["why"] and wrong.deliveries == []
    assert right.numbers() == [entry["seq"] for entry in told(inventory, good["seq"])]


def test_a_configuration_that_can_not_be_is_refused(tmp_path: Path) -> None:
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db"))
    config = tmp_path / "c.yaml"
    for text, words in (("webhooks: {}\n", "needs hosts"), ("webhooks: {hosts: []}\n", "needs hosts"), ("webhooks: {hosts: ['https://a/']}\n", "'https://a/' is no host"),
                        ("webhooks: {hosts: [10.0.0.0/8]}\n", "no host"), ("webhooks: {hosts: ['*.a']}\n", "no host"), ("webhooks: {hosts: [a], ca: /none}\n", "can't open /none: No such file")):
        config.write_text(text)
        assert words in inventory.run("check", "--config", str(config), status=78).stderr, text
