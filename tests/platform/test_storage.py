"""A storage server that systemd booted, with the agent, its unit and a drive that holds somebody's data: when the states start Swift,
and the units of Salt's own daemons."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from booted import PATIENCE, Booted
from conftest import BUILD
from masterless import CHECKOUT, SALT, VENV, Minion

NAME = "stor-1"
SWIFT = ("swift-account", "swift-object")
CONFIG = "/etc/footing/footing.yaml"
RINGS = "/srv/rings"
TOKEN = "/etc/footing/token"


class Server:
    """The machine, a minion on it, and its one drive: a loop device with an ext4 of somebody's."""

    def __init__(self, folder: Path) -> None:
        for part in ("machine", "minion"):
            (folder / part).mkdir()
        image = folder / "drive.img"
        with image.open("wb") as file:
            file.truncate(1 << 30)
        subprocess.run(["mkfs.ext4", "-q", image], check=True)
        self.drive = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True, text=True).stdout.strip()
        shared = {path: path for path in (CHECKOUT, VENV.parent, folder / "minion", Path(self.drive))}
        programs = {BUILD / "bin" / name: Path("/usr/bin") / name for name in ("footing", "footing-inventory")}
        self.machine = Booted(folder / "machine", {**shared, **programs})
        self.minion = Minion(folder / "minion", NAME, self.machine.prefix)
        self.machine.run("cp", CHECKOUT / "agent/system/footing.service", "/usr/lib/systemd/system/")
        self.machine.run("systemctl", "daemon-reload")

    def pillar(self, verify: dict[str, Any] | None = None, **needs: Any) -> dict[str, Any]:  # noqa: ANN401
        service = {"unit": "swift-storage.target", **({"needs": {"role": "object", **needs}} if needs else {})}
        config = {"cluster": "par-1", "machine": "9c5b0000-0000-5000-8000-000000000001", "services": [service],
                  "disks": [{"name": "object", "match": {"path": [self.drive]}, "identity": "none", "role": "object",
                             "filesystem": {"type": "xfs"}, "mount_point": "/srv/node/{label}"}]}
        drives = [{"region": 1, "zone": 1, "ip": "127.0.0.1", "port": 6200, "device": "d1", "weight": 100, "meta": "machine=m serial=S1"}]
        return {"footing": {"schema": 1, "node": NAME, "roles": ["swift", "storage"], "config": config, "verify": verify or {}},
                "swift": {"install": False, "roles": ["storage"], "hash": {"suffix": "test"},
                          "storage": {"address": "127.0.0.1", "workers": 1, "units": list(SWIFT)},
                          "rings": {"url": RINGS, "published": RINGS, "part_power": 4, "replicas": 1, "devices": drives}}}

    def active(self, *units: str) -> list[str]:
        return self.machine.run("systemctl", "is-active", *units, check=False).stdout.split()

    def end(self) -> None:
        self.machine.end()
        subprocess.run(["losetup", "--detach", self.drive], check=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    made.end()


def test_a_held_drive_keeps_no_service_down(server: Server) -> None:
    """As a server comes up before there are rings: the agent has started the target by then, and its units have given up."""
    early = server.minion.apply("swift,footing", server.pillar())
    assert {"footing-verify", "swift-rings-fetch-object"} <= set(early.failed), early.said
    assert server.active("swift-storage.target") == ["active"]
    assert server.active(*SWIFT, "rsync") == ["inactive", "inactive", "active"]

    assert server.minion.apply("swift.rings.build").status == 0
    for _ in range(2):
        run = server.minion.apply("swift,footing")
        assert set(run.failed) == {"footing-verify"}, run.said
        assert "ext4" in run.failed["footing-verify"]
        assert server.active(*SWIFT, "rsync") == ["active"] * 3
    assert run.changed == {}


def test_what_the_agent_does_not_start_no_state_starts(server: Server) -> None:
    values = server.pillar(verify={"allow_held": True}, mounted=1)
    assert server.minion.apply("swift.rings.build", values).status == 0
    run = server.minion.apply("swift,footing")
    assert (run.status, run.failed) == (0, {}), run.said
    assert "is held" in run.states["footing-verify"]["comment"]
    assert server.active("footing", "swift-storage.target", *SWIFT, "rsync") == ["active", *["inactive"] * 4]


def test_clean_stops_what_the_states_started_and_takes_their_files_away(server: Server) -> None:
    values = server.pillar(verify={"allow_held": True})
    values["swift"]["roles"].append("proxy")
    units = ("swift-storage.target", *SWIFT, "rsync", "memcached", "swift-proxy")
    files = ("/etc/systemd/system/swift-storage.target", "/etc/rsyncd.conf", *[f"/etc/swift/{name}-server.conf" for name in (
        "account", "container", "object", "proxy")], "/etc/swift/object.ring.gz", "/etc/swift/swift.conf")
    assert server.minion.apply("swift.rings.build", values).status == 0
    run = server.minion.apply("swift,footing")
    assert (run.status, run.failed) == (0, {}), run.said
    assert server.active(*units) == ["active"] * 6
    server.machine.run("ls", *files)
    run = server.minion.apply("swift.clean")
    assert (run.status, run.failed) == (0, {}), run.said
    assert server.active(*units) == ["inactive"] * 6
    assert server.machine.run("ls", *files, check=False).stdout == ""
    assert server.minion.apply("swift.clean").changed == {}


def test_with_a_master_the_shipped_units_and_settings_let_the_server_in(server: Server) -> None:
    """Master and minion on one machine, Salt and states where README.md has them; only addresses are the test's."""
    machine, here = server.machine, {"url": "http://127.0.0.1:8080", "token_file": "/etc/salt/footing-token"}
    machine.run("sh", "-ec", f"""hostname {NAME}; mkdir /srv/pillar; ln -s {VENV.parent} /opt/salt; ln -s {SALT} /srv/salt
        cp {CHECKOUT}/inventory/footing-inventory.service {SALT}/system/*.service /etc/systemd/system; systemctl daemon-reload""")
    inventory = server.minion.apply("inventory", {"inventory": {
        "install": False, "config": {"cluster": "par-1", "listen": "127.0.0.1:8080"},
        "tokens": {here["token_file"]: {"role": "read", "label": "master"}, TOKEN: {"role": "report", "label": "agents"}}}})
    assert (inventory.status, inventory.failed) == (0, {}), inventory.said
    master = yaml.safe_load((SALT / "master.d/footing.conf").read_text())
    master |= {"footing.inventory": here, "ext_pillar": [{"footing": here}]}
    machine.write("/etc/salt/master.d/footing.conf", json.dumps(master))
    machine.write("/etc/salt/minion.d/footing.conf", (SALT / "minion.d/footing.conf").read_text())
    machine.write("/etc/salt/minion.d/master.conf", (SALT / "minion.d/master.conf.example").read_text())
    machine.write("/etc/salt/minion.d/site.conf", json.dumps({"id": NAME, "master": "127.0.0.1"}))
    machine.run("systemctl", "start", "salt-master")

    machine.run("systemctl", "start", "--no-block", "salt-minion")
    config = server.pillar()["footing"]["config"]
    config["inventory"] = {"url": here["url"], "token_file": TOKEN, "admission": "required"}
    machine.write(CONFIG, json.dumps(config))
    assert server.active("salt-minion") == ["activating"], "no key and no claim before the inventory has heard of this boot"
    machine.run("systemctl", "start", "footing")
    ask, until = ("/opt/salt/bin/salt", "--out=json", "--timeout=10", NAME), time.monotonic() + PATIENCE
    while f'"{NAME}": "0.1.0"' not in (said := machine.run(*ask, "footing.version", check=False)).stdout:
        assert time.monotonic() < until, said.stdout + said.stderr + machine.run("journalctl", "--no-pager").stdout[-4000:]
    (guard,) = json.loads(machine.run(*ask, "state.apply", "footing.guard").stdout)[NAME].values()
    assert (guard["__id__"], guard["result"]) == ("footing-guard", True), "schema and node are the inventory's"
    assert machine.run("stat", "-c", "%a", "/run/salt/pki").stdout == "700\n"


def test_the_agents_unit_runs_with_the_configuration_that_is_there(server: Server) -> None:
    """Live and with test=True: not there, nothing to do, not enabled, stopped, a newer configuration, one that is gone; then clean."""
    machine, sls = server.machine, "footing.config,footing.service"

    def unit() -> list[str]:
        return [machine.run("systemctl", word, "footing", check=False).stdout.strip() for word in ("is-enabled", "is-active")]

    def started() -> str:
        return machine.run("systemctl", "show", "-P", "InvocationID", "footing").stdout

    def brings(changes: set[str], pillar: dict[str, Any] | None = None) -> None:
        """What test=True says that would be changed, without a change, is what a run changes, and a second one doesn't."""
        before = unit(), started()
        asked = server.minion.apply(sls, pillar, test=True).states["footing-service-running"]
        assert (asked["result"], set(asked["changes"])) == (None if changes else True, changes), asked
        assert (unit(), started()) == before
        done = server.minion.apply(sls)
        assert (done.status, set(done.states["footing-service-running"]["changes"])) == (0, changes), done.said
        assert unit() == ["enabled", "active"]
        assert (started() == before[1]) == (not changes - {"enabled"})

    brings({"enabled", "running"}, server.pillar())
    brings(set())
    machine.run("systemctl", "disable", "footing")
    brings({"enabled"})
    machine.run("systemctl", "stop", "footing")
    brings({"running"})
    machine.run("touch", "-d", "1 minute", CONFIG)
    brings({"configuration"})
    brings({"configuration"}, server.pillar(mounted=1))
    assert server.minion.apply("footing.config.clean").status == 0
    brings({"configuration"})

    for changed in ({"footing-service-clean"}, set()):
        run = server.minion.apply("footing.service.clean")
        assert (run.status, set(run.changed)) == (0, changed), run.said
        assert unit() == ["disabled", "inactive"]
