"""The key runner, as salt-run loads it, over the real inventory: what contradicts is refused, with a right proof too."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import salt.config
import salt.loader
import yaml
from conftest import MINION, SALT
from disk_lab import Lab
from inventory import Inventory

BOOT = "0b5e91a3-6d0e-4f9e-9a57-2f8f2b0c4d11"
FIRMWARE = {"uuid": "9c5b0000-0000-4000-8000-000000000001", "system_serial": "SRV00001"}
PUB = "-----BEGIN PUBLIC KEY-----\nof this boot\n-----END PUBLIC KEY-----"


def reported(inventory: Inventory, number: int, identity: dict[str, str], host_name: str = MINION) -> dict[str, Any]:
    """What the inventory answers to a machine's report."""
    def ok(data: Any) -> dict[str, Any]:  # noqa: ANN401
        return {"status": "ok", "tool": "test", "data": data}
    report = {"schema": "footing/report/1", "report_id": f"report-{number}", "boot_id": BOOT, "sequence": 1, "cluster": "par-1",
              "collected_at": "2026-01-01T00:00:00Z", "machine": ok(identity), "system": ok({"host_name": host_name}), "drives": ok([])}
    request = urllib.request.Request(f"{inventory.url}/v1/reports", json.dumps(report).encode(), {
        "Content-Type": "application/json", "Authorization": f"Bearer {inventory.tokens['report'].read_text().strip()}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def admit(inventory: Inventory, folder: Path, machine: str, **grains: str) -> dict[str, Any]:
    """What the runner makes of an authentication of this boot."""
    settings = {"footing.inventory": inventory.access, "module_dirs": [str(SALT)], "root_dir": str(folder), "sock_dir": str(folder),
                "pki_dir": str(folder / "pki"), "cachedir": str(folder / "cache")}
    for part in ("pki", "cache"):
        (folder / part).mkdir()
    (folder / "master").write_text(yaml.safe_dump(settings))
    opts = salt.config.master_config(str(folder / "master"))
    runner = salt.loader.runner(opts, utils=salt.loader.utils(opts))
    claim = {"machine": machine, "proof": runner["footing.proof"](BOOT, MINION, PUB)}
    return runner["footing.admit"]({"id": MINION, "act": "pend", "pub": PUB, "autosign_grains": {"footing_claim": claim, **grains}})


@pytest.mark.parametrize(("grains", "because"), [
    ({}, ""), ({"uuid": FIRMWARE["uuid"].upper(), "serialnumber": "srv00001"}, ""),
    ({"serialnumber": "SRV00002"}, "the minion's serialnumber is srv00002, the inventory knows srv00001"),
    ({"uuid": FIRMWARE["uuid"][:-1] + "2"}, "the minion's uuid is 9c5b0000-0000-4000-8000-000000000002, the inventory knows"),
])
def test_firmware_that_contradicts_is_refused(lab: Lab, inventory: Inventory, tmp_path: Path, grains: dict[str, str], because: str) -> None:
    machine = reported(inventory, 1, FIRMWARE)["machine_id"]
    answer = admit(inventory, tmp_path, machine, **grains)
    assert (answer["id"], answer["done"]) == (MINION, "refused" if because else "replaced")
    assert answer["because"].startswith(because) and bool(because) == bool(answer["because"])


def test_a_machine_that_could_be_two_is_refused(lab: Lab, inventory: Inventory, tmp_path: Path) -> None:
    reported(inventory, 1, {"uuid": FIRMWARE["uuid"]}, "one")
    reported(inventory, 2, {"system_serial": "SRV00002", "board_serial": "BRD00002"}, "other")
    both = reported(inventory, 3, {"uuid": FIRMWARE["uuid"], "system_serial": "SRV00002", "board_serial": "BRD00002"})
    assert both["result"] == "quarantined"
    answer = admit(inventory, tmp_path, both["machine_id"])
    assert (answer["done"], f"machine {both['machine_id']} is quarantined: " in answer["because"]) == ("refused", True), answer


def test_while_the_inventory_is_down_nobody_is_let_in(lab: Lab, inventory: Inventory, tmp_path: Path) -> None:
    machine = reported(inventory, 1, FIRMWARE)["machine_id"]
    inventory.stop()
    answer = admit(inventory, tmp_path, machine)
    assert (answer["done"], "can't be asked for /v1/machines/" in answer["because"]) == ("refused", True), answer
