"""Inventory and boot server as the states configure them, each file read by the program that it is for."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml
from balancer import free_port
from booting import BOOT, MACHINE, NEW, OLD, boot_pillar, releases
from masterless import CHECKOUT, SALT, Minion

BUILD = Path(os.environ.get("FOOTING_BUILD") or CHECKOUT / "build/release")
INVENTORY = BUILD / "bin/footing-inventory"
pytestmark = pytest.mark.usefixtures("own_network")


@pytest.fixture
def minion(tmp_path: Path) -> Minion:
    return Minion(tmp_path / "minion", "boot-1")


def inventory_pillar(folder: Path, **config: object) -> dict[str, Any]:
    return {"inventory": {
        "program": str(INVENTORY), "folder": str(folder / "etc"), "wires": "switch,port,rack,unit\nsw-1,Ethernet7,r12,7\n",
        "config": {"cluster": "par-1", "listen": "127.0.0.1:8080", "database": str(folder / "inventory.db"),
                   "wire_map": str(folder / "etc/wires.csv"), **config},
        "tokens": {str(folder / "agents.token"): {"role": "report", "label": "agents"}}}}


def test_the_inventory_is_configured_and_makes_its_tokens_once(tmp_path: Path, minion: Minion) -> None:
    run = minion.apply("inventory.config,inventory.tokens", inventory_pillar(tmp_path))
    assert (run.status, run.failed) == (0, {}), run.said
    token = (tmp_path / "agents.token").read_text()
    assert len(token.strip()) > 20
    assert " " not in token.strip()
    assert stat.S_IMODE((tmp_path / "agents.token").stat().st_mode) == 0o600
    listed = subprocess.run([INVENTORY, "token", "list", "--config", str(tmp_path / "etc/footing-inventory.yaml")],
                            capture_output=True, text=True, check=True)
    assert "agents" in listed.stdout
    again = minion.apply("inventory.config,inventory.tokens")
    assert (again.status, again.changed) == (0, {})
    assert (tmp_path / "agents.token").read_text() == token


def test_a_configuration_that_the_inventory_refuses_replaces_nothing(tmp_path: Path, minion: Minion) -> None:
    assert minion.apply("inventory.config", inventory_pillar(tmp_path)).status == 0
    file = tmp_path / "etc/footing-inventory.yaml"
    good = file.read_text()
    run = minion.apply("inventory.config", inventory_pillar(tmp_path, listem="127.0.0.1:1"))
    assert run.status == 2
    assert "listem" in run.failed["inventory-config-file"]
    assert file.read_text() == good


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return releases(tmp_path)


def test_the_boot_server_hands_out_what_the_pillar_says(tmp_path: Path, minion: Minion, root: Path) -> None:
    port = free_port()
    run = minion.apply(BOOT, boot_pillar(tmp_path, port))
    assert (run.status, run.failed) == (0, {}), run.said
    assert {p: os.readlink(root / "image" / p) for p in ("current", "previous", "fallback")} == {
        "current": NEW, "previous": OLD, "fallback": OLD}
    assert stat.S_IMODE((root / "site.cpio").stat().st_mode) == 0o640
    assert stat.S_IMODE((root / ".site").stat().st_mode) == 0o700
    archive = subprocess.run(["cpio", "--quiet", "--list", "--verbose"], stdin=(root / "site.cpio").open("rb"),
                             capture_output=True, text=True, check=True).stdout
    assert "-rw------- " in next(line for line in archive.splitlines() if line.endswith("site/etc/footing/token"))
    again = minion.apply(BOOT)
    assert (again.status, again.changed) == (0, {}), again.changed

    nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"])
    try:
        script = fetch(f"http://127.0.0.1:{port}/server/{MACHINE.lower()}.ipxe")
        assert f"/image/{NEW}/vmlinuz" in script
        assert f"footing.release={NEW} systemd.hostname=stor-1" in script
        assert "@" not in script
        assert f"/image/{OLD}/vmlinuz" in fetch(f"http://127.0.0.1:{port}/server/{MACHINE[:-1].lower()}2.ipxe")
        assert f"http://127.0.0.1:{port}/server/${{uuid}}.ipxe" in fetch(f"http://127.0.0.1:{port}/boot.ipxe")
        assert fetch(f"http://127.0.0.1:{port}/image/current/vmlinuz") == f"vmlinuz of {NEW}"
        for hidden in ("/.site/site/etc/footing/token", "/server/none.ipxe"):
            with pytest.raises(OSError, match="404"):
                fetch(f"http://127.0.0.1:{port}{hidden}")
    finally:
        nginx.terminate()
        nginx.wait(20)


def fetch(url: str) -> str:
    for attempt in range(100):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                said: str = answer.read().decode()
                return said
        except urllib.error.HTTPError:
            raise
        except OSError:
            if attempt == 99:
                raise

            time.sleep(0.1)
    raise AssertionError


def test_a_release_that_is_not_all_there_is_never_switched_to(tmp_path: Path, minion: Minion, root: Path) -> None:
    assert minion.apply("bootserver.releases", boot_pillar(tmp_path)).status == 0
    (root / "image/incomplete").mkdir()
    (root / "image/incomplete/manifest.json").write_text("{}")
    before = (root / f"server/{MACHINE.lower()}.ipxe").read_text()
    run = minion.apply("bootserver.releases", boot_pillar(tmp_path, releases={
        "current": "incomplete", "previous": NEW, "fallback": OLD}))
    assert run.status == 2
    assert os.readlink(root / "image/current") == NEW
    assert os.readlink(root / "image/previous") == NEW
    assert (root / f"server/{MACHINE.lower()}.ipxe").read_text() == before


@pytest.mark.parametrize(("mode", "wanted"), [
    ("server", "dhcp-range=10.0.2.10,10.0.2.250,1h"), ("proxy", "dhcp-range=10.0.2.0,proxy"), ("none", "enable-tftp")])
def test_every_way_of_dhcp_is_read_by_dnsmasq(tmp_path: Path, minion: Minion, root: Path, mode: str, wanted: str) -> None:
    values = boot_pillar(tmp_path)
    values["bootserver"]["dhcp"] |= {"mode": mode, **({"range": "10.0.2.0"} if mode == "proxy" else {})}
    run = minion.apply("bootserver.dnsmasq", values)
    assert (run.status, run.failed) == (0, {}), run.said
    text = (tmp_path / "dnsmasq.conf").read_text()
    assert wanted in text
    assert ("dhcp-boot" in text) == (mode != "none")
    values["bootserver"]["dhcp"] |= {"mode": "server", "range": "nonsense"}
    refused = minion.apply("bootserver.dnsmasq", values)
    assert refused.status == 2
    assert (tmp_path / "dnsmasq.conf").read_text() == text


FORMULAS = ("loadbalancer", "swift", "inventory", "bootserver")


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_sls_renders_over_the_example_pillar(tmp_path: Path, minion: Minion, formula: str) -> None:
    example = yaml.safe_load((SALT / formula / "pillar.example").read_text())
    if formula == "loadbalancer":
        minion = Minion(tmp_path / "lb", "lb-1")
    if formula == "swift":
        example["swift"]["roles"] = ["proxy", "storage", "rings"]
    parts = sorted({str(file.relative_to(SALT).with_suffix("")).replace("/", ".").removesuffix(".init")
                    for file in (SALT / formula).rglob("*.sls")})
    assert len(parts) > 5
    for part in (",".join(p for p in parts if "clean" not in p), ",".join(p for p in parts if "clean" in p)):
        status, states, said = minion.call("state.show_sls", part, pillar=example)
        assert status == 0, said
        assert isinstance(states, dict), said
        wrong = [name for name in states if not name.startswith(f"{formula}-") and not name.startswith("footing-")]
        assert not wrong, "a state id spells its path"


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_example_pillar_has_every_key_that_has_a_default(formula: str) -> None:
    example = (SALT / formula / "pillar.example").read_text()
    defaults = yaml.safe_load((SALT / formula / "parameters/defaults.yaml").read_text())
    internal = {"package", "packages", "service", "folder", "user", "group", "program", "unit", "tftp", "dnsmasq", "nginx",
                "port"}
    assert [key for key in defaults if key not in internal and f"{key}:" not in example] == []
    assert json.dumps(defaults)
