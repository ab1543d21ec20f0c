"""salt/README.md, "Deploying a datacenter", as it is written: its commands and its pillar on a machine that systemd booted,
and a server in QEMU that is switched on beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from booted import Booted
from conftest import BUILD
from datacenter import build, drives, layout, switch
from datacenter import machine as qemu
from masterless import CHECKOUT, VENV

PATIENCE = float(os.environ.get("FOOTING_PATIENCE", "2400"))  # seconds for a boot, without KVM
ADDRESS = "10.0.0.3"  # as in the README
PILLAR = "/srv/pillar/boot-1.sls"
TOKENS = "/etc/footing-inventory"
CERTIFICATE = "/etc/ssl/inventory.pem"
ONE_SERVER = f"""
cluster: par-1
site: par-1
network: {{address: {ADDRESS}/24, host_port: 0}}
racks:
  - rack: r12
    room: room-1
    row: a
    switch: {{name: sw-r12, chassis: "00:1c:73:00:12:01"}}
    servers:
      - name: stor-r12-u07
        unit: 7
        port: Ethernet7
        address: 10.0.0.11
        memory: 1536 MiB
        cpus: 1
        drives: [{{bus: nvme, size: 4 GiB}}, {{bus: scsi, size: 4 GiB}}]
"""


def steps() -> tuple[str, str]:
    """The README's commands for the one machine with a disk, and the least pillar that it needs."""
    section = (CHECKOUT / "salt/README.md").read_text().split("## Deploying a datacenter")[1]
    blocks = [textwrap.dedent(block) for block in section.split("\n\n") if block.startswith("       ")]
    return blocks[0], blocks[1]


def boot_1_and_its_network(folder: Path) -> Booted:
    """The bridge is its interface to the servers, with a cable for one."""
    machine = Booted(folder / "boot-1", {path: path for path in (CHECKOUT, VENV.parent)})
    for command in ("link add eno1 type bridge stp_state 0 mcast_snooping 0", f"addr add {ADDRESS}/24 dev eno1",
                    "link set eno1 up", "tuntap add tap0 mode tap", "link set tap0 master eno1 up"):
        subprocess.run([*network_of(machine), "ip", *command.split()], check=True)
    return machine


def network_of(machine: Booted) -> list[str]:
    return ["nsenter", "--target", machine.prefix[2], "--net", "--"]


class Site:
    def __init__(self, folder: Path, release: Path) -> None:
        self.folder, self.release = folder, release
        (folder / "lab.yaml").write_text(ONE_SERVER)
        self.layout = layout.load(folder / "lab.yaml")
        self.server = self.layout.servers[0]
        (folder / self.server.name).mkdir()
        (folder / "boot-1").mkdir()
        for drive in self.server.drives:
            drives.make(drive, folder / self.server.name / f"{drive.name}.raw")
        self.machine = boot_1_and_its_network(folder)
        self.programs: list[subprocess.Popen[bytes]] = []

    def run(self, command: str) -> str:
        return self.machine.run("sh", "-ec", f"export PATH=/opt/salt/bin:$PATH; {command}").stdout

    def states(self, command: str) -> dict[str, Any]:
        """What the run changed, or with test=True would change; none may fail."""
        answer = json.loads(self.run(f"salt-call --out=json --log-level=critical {command}"))["local"]
        assert {state["__id__"]: state["comment"] for state in answer.values() if state["result"] is False} == {}
        return {state["__id__"]: state["changes"] for state in answer.values() if state["changes"] or state["result"] is None}

    def give(self, **more: dict[str, Any]) -> None:
        """These keys into boot-1's pillar, beside what stands in it."""
        pillar = yaml.safe_load(self.run(f"cat {PILLAR}"))
        for formula, values in more.items():
            pillar[formula] = {**pillar.get(formula, {}), **values}
        self.machine.write(PILLAR, json.dumps(pillar), "0600")

    def get(self, path: str) -> Any:  # noqa: ANN401 -- what JSON holds
        token = self.run(f"cat {TOKENS}/read.token").strip()
        return json.loads(self.run(f"curl -sSf --cacert {CERTIFICATE} -H 'Authorization: Bearer {token}' 'https://{ADDRESS}{path}'"))

    def places(self) -> list[dict[str, str]]:
        return [{level: said["value"] for level, said in machine["location"].items()} for machine in self.get("/v1/machines")["machines"]]

    def wait(self, what: str, ready: Callable[[], bool]) -> None:
        started = time.monotonic()
        while not ready():
            assert time.monotonic() - started < PATIENCE, f"{what} in {PATIENCE:.0f} s"
            assert not [p.args for p in self.programs if p.poll() is not None]
            time.sleep(2)
        print(f"{time.monotonic() - started:4.0f} s  {what}")

    def power_on(self) -> None:
        """The server, and the switch that it hangs on."""
        kernel = self.release / "vmlinuz"
        qemu.prepare(self.server, self.folder)
        for argv in (switch.argv(self.server, 0, self.folder / self.server.name), qemu.argv(self.server, 0, qemu.accelerator(kernel))):
            with (self.folder / f"{argv[0]}.log").open("ab") as log:
                self.programs.append(subprocess.Popen([*network_of(self.machine), *argv], cwd=self.folder, stdin=subprocess.DEVNULL,
                                                      stdout=log, stderr=log))

    def end(self) -> None:
        for program in self.programs:
            program.kill()
            program.wait()
        self.machine.end()


@pytest.fixture
def site(release: Path) -> Iterator[Site]:
    folder = BUILD / "platform-tests/datacenter"  # not pytest's, which are private: lldpd gives up its rights
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = Site(folder, release)
    try:
        yield made
    finally:
        made.end()


def storage_pillar(name: str) -> dict[str, Any]:
    """As footing/pillar.example and swift/pillar.example, for one server."""
    return {
        "footing": {
            "schema": 1, "node": name, "roles": ["swift", "storage"],
            "config": {
                "cluster": "par-1",
                "inventory": {"url": f"https://{ADDRESS}:8443", "ca_file": "/etc/footing/inventory-ca.pem",
                              "token_file": "/etc/footing/token", "admission": "required"},
                "disks": [{"name": "object", "match": {"transport": ["nvme", "scsi", "sas"]}, "role": "object",
                           "filesystem": {"type": "xfs"}, "owner": "swift:swift", "mount_point": "/srv/node/{label}"}],
                "services": [{"unit": "swift-storage.target", "needs": {"role": "object", "mounted": 2}}]}},
        "swift": {"install": False, "roles": ["storage"], "hash": {"suffix": "par-1"}, "storage": {"workers": 1},
                  "rings": {"url": f"http://{ADDRESS}/rings"}}}


def test_the_readme_makes_a_datacenter(site: Site) -> None:
    commands, least = steps()
    # 2: what stands on the machine with a disk before its first command
    build.run("cpack", ["cpack", "-G", "DEB", "-D", "CPACK_COMPONENTS_ALL=inventory"], BUILD / "platform-cpack.log", BUILD)
    site.run(f"ln -s {VENV.parent} /opt/salt; cp -rL {CHECKOUT}/salt /srv/salt; cp {BUILD}/footing-inventory_*.deb /root")
    site.run(commands)
    site.machine.write(PILLAR, least, "0600")
    assert site.states("state.apply test=True")
    assert {"inventory-service-running", "inventory-nginx-site"} <= set(site.states("state.apply"))
    assert site.states("state.apply") == {}, "a second run changes nothing"
    assert site.get("/v1/machines")["machines"] == []

    # 3 and 4: the image, and what each server gets beside it
    server, release = site.server, site.release.name
    site.run(f"mkdir -p /srv/boot/image; cp -r {site.release} /srv/boot/image/{release}")
    cable = (server.switch.name, server.port, "par-1", server.room, server.row, server.rack, str(server.unit))
    wires = f"switch,port,site,room,row,rack,unit\n{','.join(cable)}\n"
    site.give(
        inventory={"wires": wires, "config": {"cluster": "par-1", "wire_map": f"{TOKENS}/wires.csv"}},
        bootserver={
            "releases": {"current": release}, "machines": {server.uuid: {"name": server.name}}, "site_networks": ["10.0.0.0/24"],
            "site": {
                "etc/footing/token": {"contents": site.run(f"cat {TOKENS}/agents.token").strip(), "mode": "0600"},
                "etc/footing/inventory-ca.pem": {"contents": site.run(f"cat {CERTIFICATE}")},
                "srv/pillar/top.sls": {"contents": json.dumps({"base": {server.name: [server.name]}})},
                f"srv/pillar/{server.name}.sls": {"contents": json.dumps(storage_pillar(server.name)), "mode": "0600"}}})
    site.states("state.apply")

    # 5: power
    site.power_on()
    ring = "/v1/feeds/swift/ring?role=object&network=10.0.0.0/24"
    site.wait("both drives are enrolled", lambda: [d["verdict"] for d in site.get("/v1/disks")["disks"]] == ["enrolled"] * 2)
    where = {"site": "par-1", "room": server.room, "row": server.row, "rack": server.rack, "unit": str(server.unit)}
    site.wait("its place is known by its cable", lambda: site.places() == [where])

    # 6: the rings
    site.give(footing={"roles": ["inventory", "bootserver", "swift"]},
              swift={"roles": ["rings"], "hash": {"suffix": "par-1"}, "rings": {
                  "replicas": 2, "part_power": 6,
                  "export": {"url": f"https://{ADDRESS}{ring}", "ca_file": CERTIFICATE, "token_file": f"{TOKENS}/read.token"}}})
    site.states("state.apply")
    address = site.get(ring)[0]["ip"]
    ready = " && ".join(f"curl -sf -m 10 -o /dev/null http://{address}:{port}/healthcheck" for port in (6200, 6201, 6202))
    site.wait("the server serves", lambda: site.run(f"({ready}) && echo yes || echo no").strip() == "yes")
