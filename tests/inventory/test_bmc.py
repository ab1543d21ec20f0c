"""Claims about BMCs that are asked where their machine stands: real TLS, resources as Redfish has them (DSP0266)."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import signal
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import Answer, Inventory, report, until

PASSWORD = "s3cret:with colon"
AUTHORIZATION = "Basic " + base64.b64encode(f"footing:{PASSWORD}".encode()).decode()
Resources = dict[str, Any]


def chassis(*placements: dict[str, Any] | None) -> Resources:
    made: Resources = {"/redfish/v1/": {"@odata.type": "#ServiceRoot.v1_15_0.ServiceRoot", "Chassis": {"@odata.id": "/redfish/v1/Chassis"}},
                       "/redfish/v1/Chassis": {"Members": [{"@odata.id": f"/redfish/v1/Chassis/{n}"} for n in range(len(placements))]}}
    for number, placement in enumerate(placements):
        made[f"/redfish/v1/Chassis/{number}"] = {"@odata.type": "#Chassis.v1_25_0.Chassis", "ChassisType": "RackMount",
                                                 "Location": {} if placement is None else {"Placement": placement}}
    return made


class Bmc:
    """One BMC on an address of the loopback's own; `asked` is what came with which Authorization, `changed` what was to be
    changed. A change needs the ETag of what is changed; one of a value in `refuses` is answered 400."""

    def __init__(self, address: str, port: int, context: ssl.SSLContext, resources: Resources) -> None:
        self.resources = resources
        self.asked: list[tuple[str, str]] = []
        self.changed: list[tuple[str, dict[str, Any]]] = []
        self.refuses: list[Any] = []
        bmc = self

        def tag(found: Any) -> str:
            return f'"{hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]}"'

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802
                bmc.asked.append((self.path, self.headers.get("Authorization", "")))
                found = bmc.resources.get(self.path)
                allowed = self.headers.get("Authorization") == AUTHORIZATION
                body = json.dumps(found).encode()
                if isinstance(found, str):
                    self.send_response(307)
                    self.send_header("Location", found)
                else:
                    self.send_response(404 if found is None else 200 if allowed else 401)
                    self.send_header("ETag", tag(found))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_PATCH(self) -> None:  # noqa: N802
                change = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                bmc.changed.append((self.path, change))
                found, status = bmc.resources.get(self.path), 204
                if found is None or self.headers.get("Authorization") != AUTHORIZATION:
                    status = 401
                elif self.headers.get("If-Match") != tag(found):
                    status = 412
                elif any(value in bmc.refuses for value in change.values()):
                    status = 400
                else:
                    found |= change
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that doesn't like the certificate, or has read enough."""

        self.server = Server((address, port), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def certificate(folder: Path, name: str, addresses: list[str]) -> ssl.SSLContext:
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=" + ",".join(f"IP:{address}" for address in addresses)],
                   cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


@pytest.fixture
def bmcs(tmp_path: Path) -> Iterator[Callable[..., Bmc]]:
    """Each on its own address and all on one port, as BMCs are."""
    made: list[Bmc] = []
    known = certificate(tmp_path, "known", [f"127.0.0.{n}" for n in range(1, 10)])
    stranger = certificate(tmp_path, "stranger", [f"127.0.0.{n}" for n in range(1, 10)])

    def make(address: str, resources: Resources, trusted: bool = True) -> Bmc:
        made.append(Bmc(address, made[0].server.server_port if made else 0, known if trusted else stranger, resources))
        return made[-1]
    yield make
    for bmc in made:
        bmc.close()


def reported(number: int, address: str) -> dict[str, Any]:
    return report(number) | {"bmc": {"status": "ok", "tool": "ipmitool", "data": {"mac": f"00:25:90:00:01:0{number}", "address": address}}}


def configured(folder: Path, port: int, networks: str = "[]") -> str:
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "bmc.yaml").write_text(f"bmc: {{url: 'https://{{address}}:{port}', user: footing, password_file: {folder}/password, "
                                     f"ca: {folder}/known.pem, networks: {networks}}}\n")
    return str(folder / "bmc.yaml")


def place(inventory: Inventory, machine: str) -> Any:
    return inventory.get(f"/v1/machines/{machine}/location")["place"]


def test_where_a_bmc_says_that_its_machine_stands_is_a_claim(inventory: Inventory, tmp_path: Path, bmcs: Callable[..., Bmc]) -> None:
    says = bmcs("127.0.0.1", chassis(None, {"Room": "B", "Rack": "R3", "RackOffset": 6, "RackOffsetUnits": "EIA_310"}))
    bmcs("127.0.0.2", chassis(None, {"Rack": ""}))
    config = configured(tmp_path, says.server.server_port)
    machine, silent = (inventory.report(reported(number, f"127.0.0.{number}"))["machine_id"] for number in (1, 2))
    inventory.report(report(3))  # it has none
    for number, address in ((4, "0.0.0.0"), (5, "127.0.0.3"), (6, "127.0.0.3")):  # not set up; of two that name one nobody knows whose it is
        inventory.report(reported(number, address))
    done = inventory.run("ask-bmcs", "--config", config)
    assert done.stdout == "2 BMCs asked: 1 say a place, 1 say none, 0 could not be asked; 1 machines stand elsewhere now\n"
    assert place(inventory, machine) == {"room": "B", "rack": "R3", "unit": "7"} and place(inventory, silent) == {}
    claims = inventory.get(f"/v1/machines/{machine}/location")["levels"]
    assert {level["source"] for level in claims} == {"BMC placement"} and claims[0]["evidence"] == "Redfish Placement"

    # No answer is no news; an answer that says nothing is.
    says.resources["/redfish/v1/Chassis/1"] = None
    failed = inventory.run("ask-bmcs", "--config", config, status=1)
    assert f"BMC 127.0.0.1 of machine {machine}: it answers /redfish/v1/Chassis/1 with status 404" in failed.stderr
    inventory.report(reported(1, "127.0.0.1") | {"report_id": "again", "sequence": 2})
    assert place(inventory, machine) == {"room": "B", "rack": "R3", "unit": "7"}
    says.resources |= chassis(None, {})
    assert "0 say a place, 2 say none" in inventory.run("ask-bmcs", "--config", config).stdout
    assert place(inventory, machine) == {}


def test_the_password_goes_to_bmcs_alone_and_no_answer_does_harm(tmp_path: Path, database: str, bmcs: Callable[..., Bmc]) -> None:
    inventory = Inventory(tmp_path, database).start()
    here, there = {"Rack": "R1"}, {"Rack": "R2"}
    thief = bmcs("127.0.0.9", chassis(here))
    stranger = bmcs("127.0.0.1", chassis(here), trusted=False)
    port = thief.server.server_port
    bmcs("127.0.0.2", {"/redfish/v1/": f"https://127.0.0.9:{port}/redfish/v1/"})
    bmcs("127.0.0.3", chassis(here) | {"/redfish/v1/Chassis": {"Members": [{"@odata.id": f"https://127.0.0.9:{port}/redfish/v1/"}]}})
    bmcs("127.0.0.4", chassis(here, there))
    bmcs("127.0.0.5", {"/redfish/v1/": {"Chassis": {"@odata.id": "/redfish/v1/Chassis"}, "padding": "x" * (2 << 20)}})
    bmcs("127.0.0.6", {"/redfish/v1/": [1], "/redfish/v1/Chassis": {}})
    bmcs("127.0.0.7", chassis(here) | {"/redfish/v1/Chassis": {"Members": [{"@odata.id": "/redfish/v1/Chassis/0"}] * 100}})
    try:
        addresses = [f"127.0.0.{number}" for number in range(1, 8)] + ["127.0.0.9@evil", "localhost"]
        machines = [inventory.report(reported(number, address))["machine_id"] for number, address in enumerate(addresses)]
        failed = inventory.run("ask-bmcs", "--config", configured(tmp_path, port), status=1)
        assert failed.stdout.startswith("9 BMCs asked: 0 say a place, 0 say none, 9 could not be asked; 0 machines")
        for address, words in zip(addresses, ("not trusted", "status 307", "no path of Redfish", "say different places: Rack 'R1'; Rack 'R2'", "longer than 1048576 bytes",
                                              "no JSON object", "its list of Chassis has 100 members", "no IP address", "no IP address"), strict=True):
            assert any(f"BMC {address} of" in line and words in line for line in failed.stderr.splitlines()), (address, failed.stderr)
        assert PASSWORD not in failed.stderr and thief.asked == [] and stranger.asked == []
        assert all(place(inventory, machine) == {} for machine in machines)
    finally:
        assert inventory.stop() == 0


def test_a_bmc_of_another_machine_is_not_believed(tmp_path: Path, database: str, bmcs: Callable[..., Bmc]) -> None:
    """A machine says which BMC is its: a wrong word must give it no other machine's place."""
    inventory = Inventory(tmp_path, database).start()
    uuids = {number: report(number)["machine"]["data"]["uuid"] for number in (1, 2, 3)}
    swapped = "-".join(part if n > 2 else bytes.fromhex(part)[::-1].hex() for n, part in enumerate(uuids[2].split("-"))).upper()

    def system(said: dict[str, str]) -> Resources:
        root = chassis({"Rack": "R1"})
        root["/redfish/v1/"]["Systems"] = {"@odata.id": "/redfish/v1/Systems"}
        return root | {"/redfish/v1/Systems": {"Members": [{"@odata.id": "/redfish/v1/Systems/1"}]}, "/redfish/v1/Systems/1": said}
    believed = system({})
    port = bmcs("127.0.0.1", believed).server.server_port
    bmcs("127.0.0.2", system({"UUID": swapped}))
    bmcs("127.0.0.3", system({}))
    bmcs("127.0.0.5", system({"UUID": "00000000-0000-0000-0000-000000000000"}))
    shared = "03000200-0400-0500-0006-000700080009"  # as some boards are sold
    bmcs("127.0.0.6", system({"UUID": shared}))
    outside = bmcs("127.0.1.4", chassis({"Rack": "R9"}))
    try:
        def of_machine(number: int, address: str) -> str:
            return inventory.report(reported(number, address))["machine_id"]
        machines = [of_machine(1, "127.0.0.1"), of_machine(2, "127.0.0.2"), of_machine(3, "127.0.0.3"), of_machine(4, "127.0.1.4"), of_machine(5, "127.0.0.5")]
        unknown = reported(6, "127.0.0.6")
        unknown["machine"]["data"]["uuid"] = shared
        machines.append(inventory.report(unknown)["machine_id"])
        believed["/redfish/v1/Systems/1"] = {"UUID": uuids[1]}
        assert "6 BMCs asked: 5 say a place" in inventory.run("ask-bmcs", "--config", configured(tmp_path, port, "[127.0.0.0/24]"), status=1).stdout
        assert place(inventory, machines[0]) == {"rack": "R1"}
        believed["/redfish/v1/Systems/1"] = {"UUID": uuids[3]}  # what it said before isn't believed any more either
        failed = inventory.run("ask-bmcs", "--config", configured(tmp_path, port, "[127.0.0.0/24]"), status=1)
        assert failed.stdout.startswith("6 BMCs asked: 4 say a place, 0 say none, 2 could not be asked; 1 machines stand elsewhere now")
        assert f"it is the BMC of system {uuids[3]}, and the machine's UUID is {uuids[1]}" in failed.stderr
        assert f"BMC 127.0.1.4 of machine {machines[3]}: its address is in none of bmc's networks" in failed.stderr and outside.asked == []
        assert [place(inventory, machine) for machine in machines] == [{}, {"rack": "R1"}, {"rack": "R1"}, {}, {"rack": "R1"}, {"rack": "R1"}]
    finally:
        assert inventory.stop() == 0


def test_how_bmcs_are_reached_is_checked_before_any_is_asked(tmp_path: Path) -> None:
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db"))
    config = tmp_path / "c.yaml"
    for text, words in (("cluster: par-1\n", "no 'bmc'"), ("bmc: {url: 'http://{address}'}\n", "expected https"), ("bmc: {url: 'https://bmc1'}\n", "{address}"),
                        ("bmc: {url: 'https://{address}', user: u}\n", "password_file"), ("bmc: {url: 'https://{address}', networks: [10.0.0.0/33]}\n", "no network"),
                        ("bmc: {url: 'https://{address}', user: u, password_file: /none}\n", "needs ca"),
                        ("bmc: {url: 'https://{address}', user: u, password_file: /none, ca: /ca.pem}\n", "can't open /none: No such file")):
        config.write_text(text)
        assert words in inventory.run("ask-bmcs", "--config", str(config), status=78).stderr, text


def with_system(number: int, **says: Any) -> Resources:
    """A BMC whose only system is that machine's, and says this too."""
    return {"/redfish/v1/": {"Systems": {"@odata.id": "/redfish/v1/Systems"}},
            "/redfish/v1/Systems": {"Members": [{"@odata.id": "/redfish/v1/Systems/1"}]},
            "/redfish/v1/Systems/1": {"UUID": report(number)["machine"]["data"]["uuid"]} | says}


def locate(inventory: Inventory, machine: str, minutes: int | None = None, method: str = "PUT") -> Answer:
    body = None if method == "DELETE" else json.dumps({"note": "its fan is loud", "by": "ann"} | ({} if minutes is None else {"minutes": minutes}))
    return inventory.request(method, f"/v1/machines/{machine}/locate", body, inventory.tokens["admin"])


def led(inventory: Inventory, machine: str) -> Any:
    return inventory.get(f"/v1/machines/{machine}/locate")


def until_led(inventory: Inventory, machine: str, state: str) -> Any:
    until(f"the LED of {machine} is {state}", lambda: led(inventory, machine)["state"] == state)
    return led(inventory, machine)


def test_an_led_is_lit_and_put_out_as_each_board_knows_it(make_inventory: Callable[..., Inventory], tmp_path: Path, bmcs: Callable[..., Bmc]) -> None:
    new = bmcs("127.0.0.1", with_system(1, LocationIndicatorActive=False, IndicatorLED="Off"))
    old = bmcs("127.0.0.2", with_system(2, IndicatorLED="Off"))
    oldest = bmcs("127.0.0.3", with_system(3, IndicatorLED="Off"))
    half = bmcs("127.0.0.4", with_system(4, LocationIndicatorActive=False, IndicatorLED="Off"))
    none = bmcs("127.0.0.5", with_system(5))
    strict = bmcs("127.0.0.6", with_system(6, LocationIndicatorActive=False, **{"IndicatorLED@Redfish.AllowableValues": ["Off", "Lit"]}, IndicatorLED="Off"))
    oldest.refuses, half.refuses, strict.refuses = ["Blinking"], [True, False], [True, False, "Lit", "Off"]
    inventory = make_inventory("--config", configured(tmp_path, new.server.server_port))
    machines = [inventory.report(reported(number, f"127.0.0.{number}"))["machine_id"] for number in range(1, 7)]
    before = led(inventory, machines[0])
    assert before == {"id": machines[0], "state": "off", "tries": 0} | dict.fromkeys(("until", "note", "by", "wished_at", "changed_at", "why", "next_try", "why_not"))
    for machine in machines:
        asked = locate(inventory, machine, 30)
        assert asked.status == 202 and asked.json()["state"] in ("wanted", "asked") and asked.json()["until"] and asked.json()["by"] == "ann"
    for machine in machines[:4]:
        assert until_led(inventory, machine, "on")["why"] is None
    assert until_led(inventory, machines[4], "failed")["why"] == "its system has neither LocationIndicatorActive nor IndicatorLED"
    path = "/redfish/v1/Systems/1"
    assert until_led(inventory, machines[5], "failed")["why"] == f"it answers the change of {path} with status 400"
    assert new.changed == [(path, {"LocationIndicatorActive": True})] and old.changed == [(path, {"IndicatorLED": "Blinking"})]
    assert oldest.changed == [(path, {"IndicatorLED": "Blinking"}), (path, {"IndicatorLED": "Lit"})]
    assert half.changed == [(path, {"LocationIndicatorActive": True}), (path, {"IndicatorLED": "Blinking"})] and none.changed == []
    for machine in machines:
        assert locate(inventory, machine, method="DELETE").status == 202
        assert until_led(inventory, machine, "off")["until"] is None
        assert locate(inventory, machine, method="DELETE").status == 404
    assert [bmc.resources[path].get("LocationIndicatorActive") for bmc in (new, half)] == [False, False]
    assert [bmc.resources[path]["IndicatorLED"] for bmc in (new, old, oldest, half)] == ["Off"] * 4 and none.changed == []
    assert {"IndicatorLED": "Blinking"} not in [change for _, change in strict.changed] and False not in [change.get("LocationIndicatorActive") for _, change in strict.changed]
    told = inventory.get(f"/v1/changes?machine={machines[0]}&kind=locate_asked,locate_on,locate_off,locate_failed")["changes"]
    assert [one["kind"] for one in told] == ["locate_asked", "locate_on", "locate_asked", "locate_off"]
    assert told[0]["by"] == "ann" and told[0]["sentence"].endswith("Z: its fan is loud")


def test_no_led_of_another_machine_is_switched(make_inventory: Callable[..., Inventory], tmp_path: Path, bmcs: Callable[..., Bmc]) -> None:
    wrong = bmcs("127.0.0.1", with_system(9, LocationIndicatorActive=False))
    unnamed = bmcs("127.0.0.2", with_system(2, LocationIndicatorActive=False))
    unnamed.resources["/redfish/v1/Systems/1"].pop("UUID")
    twice = bmcs("127.0.0.3", with_system(3, LocationIndicatorActive=False))
    twice.resources["/redfish/v1/Systems"]["Members"] *= 2
    outside = bmcs("127.0.1.4", with_system(4, LocationIndicatorActive=False))
    among = bmcs("127.0.0.6", with_system(6, LocationIndicatorActive=False))  # of several nodes the right one
    among.resources["/redfish/v1/Systems"]["Members"].insert(0, {"@odata.id": "/redfish/v1/Systems/0"})
    among.resources["/redfish/v1/Systems/0"] = {"UUID": report(9)["machine"]["data"]["uuid"], "LocationIndicatorActive": False}
    inventory = make_inventory("--config", configured(tmp_path, wrong.server.server_port, "[127.0.0.0/24]"))
    addresses = {1: "127.0.0.1", 2: "127.0.0.2", 3: "127.0.0.3", 4: "127.0.1.4", 6: "127.0.0.6"}
    machines = {number: inventory.report(reported(number, address))["machine_id"] for number, address in addresses.items()}
    for machine in machines.values():
        assert locate(inventory, machine).status == 202
    for number, words in ((1, f"it is the BMC of system {report(9)['machine']['data']['uuid']}, and the machine's UUID is {report(1)['machine']['data']['uuid']}"),
                          (2, "its systems say no UUID"), (3, "2 of its systems have the machine's UUID"), (4, "its address is in none of bmc's networks")):
        assert words in until_led(inventory, machines[number], "failed")["why"]
        assert words in inventory.get(f"/v1/changes?machine={machines[number]}&kind=locate_failed")["changes"][0]["sentence"]
    until_led(inventory, machines[6], "on")
    assert among.changed == [("/redfish/v1/Systems/1", {"LocationIndicatorActive": True})]
    assert all(bmc.changed == [] for bmc in (wrong, unnamed, twice, outside)) and outside.asked == []

    # Nobody is asked where nobody knows whom.
    bare, shared = (inventory.report(made)["machine_id"] for made in (report(5), reported(7, "127.0.0.1")))
    for machine, words in ((bare, "no BMC of this machine is known"), (shared, "nobody can tell whose it is")):
        refused = locate(inventory, machine)
        assert refused.status == 409 and words in refused.json()["detail"]
        assert led(inventory, machine)["state"] == "off"
    assert locate(inventory, "none").status == locate(inventory, "none", method="DELETE").status == 404
    for body in ('{"minutes": 0}', '{"minutes": 1441}', '{"minutes": -1}', '{"minutes": 1.5}', '{"minutes": "5"}', '{"until": "x"}'):
        assert inventory.request("PUT", f"/v1/machines/{machines[6]}/locate", body, inventory.tokens["admin"]).status == 400, body
    assert inventory.request("PUT", f"/v1/machines/{machine}/locate", '{"minutes": 74.0}', inventory.tokens["admin"]).status == 409, "an integer to JSON Schema"
    for role in ("read", "report"):
        assert inventory.request("PUT", f"/v1/machines/{machines[6]}/locate", "{}", inventory.tokens[role]).status == 403
    stale = {"If-Match": '"0"'}
    assert inventory.request("PUT", f"/v1/machines/{machines[6]}/locate", "{}", inventory.tokens["admin"], stale).status == 412


def test_a_wish_outlives_the_service_and_a_bmc_that_is_down(make_inventory: Callable[..., Inventory], tmp_path: Path, bmcs: Callable[..., Bmc]) -> None:
    other = bmcs("127.0.0.9", {})
    config = configured(tmp_path, other.server.server_port)
    inventory = make_inventory("--config", config)
    machine = inventory.report(reported(1, "127.0.0.1"))["machine_id"]
    assert locate(inventory, machine, 1440).status == 202
    failed = until_led(inventory, machine, "failed")
    assert "127.0.0.1" in failed["why"] and failed["next_try"] and failed["until"]
    inventory.stop(signal.SIGKILL)
    back = bmcs("127.0.0.1", with_system(1, LocationIndicatorActive=False))
    inventory.start()
    until_led(inventory, machine, "on")
    assert back.resources["/redfish/v1/Systems/1"]["LocationIndicatorActive"] is True
    assert [one["kind"] for one in inventory.get(f"/v1/changes?machine={machine}&kind=locate_failed,locate_on")["changes"]] == ["locate_failed", "locate_on"]


def test_two_services_ask_a_bmc_once(make_inventory: Callable[..., Inventory], tmp_path: Path, bmcs: Callable[..., Bmc], database: str) -> None:
    board = bmcs("127.0.0.1", with_system(1, LocationIndicatorActive=False))
    config = configured(tmp_path, board.server.server_port)
    one, other = make_inventory("--config", config), make_inventory("--config", config)
    machine = one.report(reported(1, "127.0.0.1"))["machine_id"]
    for wanted in (True, False) * 3:
        assert (locate(one, machine) if wanted else locate(other, machine, method="DELETE")).status == 202
        until_led(other, machine, "on" if wanted else "off")
    assert [change["LocationIndicatorActive"] for _, change in board.changed] == [True, False] * 3


def test_without_a_bmc_in_the_configuration_no_led_is_promised(inventory: Inventory, tmp_path: Path) -> None:
    machine = inventory.report(reported(1, "127.0.0.1"))["machine_id"]
    refused = locate(inventory, machine)
    assert refused.status == 409 and "no 'bmc'" in refused.json()["detail"] and "no 'bmc'" in led(inventory, machine)["why_not"]
    page = inventory.request("GET", f"/machines/{machine}", token="", headers={"Cookie": f"footing_token={inventory.tokens['admin']}"}).body.decode()
    assert "Locator LED" not in page


def test_a_machines_page_lights_its_led_and_puts_it_out(make_inventory: Callable[..., Inventory], tmp_path: Path, bmcs: Callable[..., Bmc]) -> None:
    board = bmcs("127.0.0.1", with_system(1, LocationIndicatorActive=False))
    inventory = make_inventory("--config", configured(tmp_path, board.server.server_port))
    machine = inventory.report(reported(1, "127.0.0.1"))["machine_id"]
    cookie = {"Cookie": f"footing_token={inventory.tokens['admin']}"}

    def press(to: str, fields: dict[str, str]) -> int:
        page = inventory.request("GET", f"/machines/{machine}", token="", headers=cookie).body.decode()
        form = next(form for form in re.findall(r"<form.*?</form>", page) if f'action="{to}"' in form)
        hidden = {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', form)}
        return inventory.request("POST", to, urlencode(hidden | fields), "", cookie | {"Content-Type": "application/x-www-form-urlencoded"}).status
    assert press(f"/edit/machines/{machine}/locate", {"minutes": "60", "note": "<b>", "by": "ann"}) == 303
    until_led(inventory, machine, "on")
    page = inventory.request("GET", f"/machines/{machine}", token="", headers=cookie).body.decode()
    assert "<b>lit</b>" in page and "&lt;b&gt;" in page and "LED lit" in page and "<script>" not in page
    assert inventory.request("POST", f"/edit/machines/{machine}/locate", "minutes=5", "", cookie | {"Content-Type": "application/x-www-form-urlencoded"}).status == 403
    assert press(f"/edit/machines/{machine}/locate/off", {}) == 303
    until_led(inventory, machine, "off")
    assert [change for _, change in board.changed] == [{"LocationIndicatorActive": True}, {"LocationIndicatorActive": False}]
    assert press(f"/edit/machines/{machine}/locate", {"minutes": "x", "by": "ann"}) == 400
