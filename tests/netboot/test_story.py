"""The story: blank servers boot by PXE, enroll and serve; they do it again after the plug was pulled; and what goes wrong.

Tests stand in the order of one lab's life: each boot is waited for once, and several tests look at what came of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import ledger
import pytest
from conftest import BOOT, drives_of
from datacenter import control, drives, inventory
from datacenter.datacenter import Datacenter
from datacenter.layout import Server

OBJECT = b"customer data " * 512
STAMP = "1700000000.00000"


@dataclass
class Life:
    """What the tests of one lab remember of each other's boots."""
    lab: Datacenter
    foreign: dict[str, str] = field(default_factory=dict)          # server -> sha256 of somebody's drive
    first: dict[str, dict[str, Any]] = field(default_factory=dict)  # server -> machine after its first boot
    second: dict[str, dict[str, Any]] = field(default_factory=dict)


def files(lab: Datacenter, server: str, holds: str) -> dict[str, Path]:
    """A server's drive files, by serial."""
    return {d.serial: lab.drive_file(server, d.name) for d in lab.layout.server(server).drives if d.holds == holds}


@pytest.fixture(scope="module")
def life(lab_of: Callable[[Path], Datacenter]) -> Life:
    """Both firmwares' servers have booted once."""
    lab = lab_of(Path(__file__).parent / "lab.yaml")
    made = Life(lab)
    for name in ("bios", "uefi"):
        made.foreign[name] = drives.digest(next(iter(files(lab, name, "ext4").values())))
        lab.power_on(name)
    assert lab.wait(["bios", "uefi"], BOOT), "the servers did not settle in time"
    made.first = lab.machines()
    return made


def swift(lab: Datacenter, *words: str) -> str:
    argv = ["curl", "--silent", "--show-error", "--fail", "--max-time", "60", "--retry", "20", "--retry-delay", "2",
            "--retry-connrefused", *words]
    return control.run_in_network(lab.folder, argv, check=True, capture_output=True, text=True).stdout


def object_url(server: Server, drive: dict[str, Any]) -> str:
    return f"http://{server.address}:6200/{drive['label']}/0/account/container/{drive['serial']}"


def put(lab: Datacenter, server: Server, drive: dict[str, Any], scratch: Path) -> None:
    body = scratch / "object"
    body.write_bytes(OBJECT)
    swift(lab, "--request", "PUT", "--header", f"X-Timestamp: {STAMP}", "--header", "Content-Type: text/plain",
          "--data-binary", f"@{body}", object_url(server, drive))


def get(lab: Datacenter, server: Server, drive: dict[str, Any]) -> bytes:
    return swift(lab, object_url(server, drive)).encode()


@pytest.mark.parametrize("name", ["bios", "uefi"])
def test_blank_drives_are_enrolled_and_mounted_by_themselves(life: Life, name: str) -> None:
    known = drives_of(life.first[name])
    for serial, file in files(life.lab, name, "nothing").items():
        assert known[serial]["outcome"] == "enrolled", known[serial]
        assert known[serial]["mount_point"].startswith("/srv/node/")
        assert ledger.written(file) == 2


@pytest.mark.parametrize("name", ["bios", "uefi"])
def test_somebodys_drive_is_held_and_byte_identical(life: Life, name: str) -> None:
    serial, file = next(iter(files(life.lab, name, "ext4").items()))
    held = drives_of(life.first[name])[serial]
    assert (held["verdict"], held["outcome"], held["mount_point"]) == ("foreign", "held", "")
    assert any("ext4" in reason["sentence"] for reason in held["reasons"])
    assert drives.digest(file) == life.foreign[name]


@pytest.mark.parametrize("name", ["bios", "uefi"])
def test_the_storage_service_runs(life: Life, name: str) -> None:
    assert [(s["unit"], s["state"]) for s in life.first[name]["services"]] == [("swift-object.target", "active")]
    assert swift(life.lab, f"http://{life.lab.layout.server(name).address}:6200/healthcheck") == "OK"


@pytest.mark.parametrize("name", ["bios", "uefi"])
def test_the_inventory_knows_the_machine_and_its_place(life: Life, name: str) -> None:
    server, machine = life.lab.layout.server(name), life.first[name]
    place = {level: machine["location"][level]["value"] for level in ("site", "room", "row", "rack", "unit")}
    assert place == {"site": "lab", "room": server.room, "row": server.row, "rack": server.rack, "unit": str(server.unit)}
    assert machine["identity"]["uuid"] == server.uuid
    assert machine["identity"]["chassis_serial"] == f"C{server.serial}"
    assert [nic["permanent_mac"] for nic in machine["nics"]] == [server.mac]
    heard = machine["neighbours"][0]
    assert (heard["system_name"], heard["port_id"]) == (server.switch.name, server.port)
    assert {stage["name"] for stage in machine["stages"]} >= {"detect", "admission", "enroll", "mount"}


@pytest.mark.parametrize("name", ["bios", "uefi"])
def test_the_network_is_the_systems_own_not_the_initrds(life: Life, name: str) -> None:
    """The initrd's lease would run out. dnsmasq's leases file has the end of the last one, an hour after it was given."""
    lab, server = life.lab, life.lab.layout.server(name)
    leases = (line.split() for line in (lab.folder / "leases").read_text().splitlines())
    given = next(int(line[0]) for line in leases if line[1] == server.mac) - 3600
    fetched = [line.split()[0] for line in (lab.folder / "nginx-access.log").read_text().splitlines()
               if line.split()[1] == server.address and "root.squashfs" in line]
    assert given > datetime.fromisoformat(fetched[-1]).timestamp()


def test_the_status_has_the_same_facts(life: Life) -> None:
    facts = {server["name"]: server for server in life.lab.facts()["servers"]}
    assert {name: facts[name]["rack"] for name in ("bios", "uefi")} == {"bios": "r1", "uefi": "r1"}
    assert facts["cut"]["reported"] is False


def test_an_object_is_there_after_a_power_cut_and_nothing_is_formatted(life: Life, scratch: Path) -> None:
    lab, server = life.lab, life.lab.layout.server("bios")
    blank = files(lab, "bios", "nothing")
    enrolled = [drive for serial, drive in drives_of(life.first["bios"]).items() if serial in blank]
    for drive in enrolled:
        put(lab, server, drive, scratch)
    before = {serial: ledger.digest(file) for serial, file in blank.items()}
    # The other server's plug is pulled in the middle of formatting, at the same time: see below.
    lab.power_cut("bios")
    lab.power_on("cut")
    work = ledger.wait_for_work(list(files(lab, "cut", "nothing").values()), BOOT)
    lab.power_off("cut")
    assert work is not None, "no enrolment began"
    assert ledger.written(work) == 1, "the power went too late: the enrolment was finished"
    lab.power_on("cut")

    assert lab.wait(["bios"], BOOT)
    life.second = lab.machines()
    again = drives_of(life.second["bios"])
    for drive in enrolled:
        now = again[drive["serial"]]
        assert (now["verdict"], now["outcome"], now["disk_id"]) == ("enrolled", "mounted", drive["disk_id"])
        assert now["mount_point"] == drive["mount_point"]
        assert get(lab, server, drive) == OBJECT
    assert {serial: ledger.digest(file) for serial, file in blank.items()} == before
    assert life.second["bios"]["id"] == life.first["bios"]["id"]


def test_a_power_cut_in_the_middle_of_formatting_converges(life: Life) -> None:
    assert life.second, "the test before this one cut the power"
    assert life.lab.wait(["cut"], BOOT)
    for drive in life.lab.machines()["cut"]["drives"]:
        assert drive["outcome"] in ("enrolled", "mounted"), drive
        assert drive["mount_point"]
    for file in files(life.lab, "cut", "nothing").values():
        assert ledger.written(file) == 2


def test_without_the_inventory_services_start_and_nothing_is_formatted(life: Life) -> None:
    """Somebody's drive was blanked by its owner meanwhile: new, and only the inventory may admit it."""
    lab, server = life.lab, life.lab.layout.server("bios")
    serial, file = next(iter(files(lab, "bios", "ext4").items()))
    lab.power_off("bios")
    with file.open("r+b") as content:
        content.truncate(0)
        content.truncate(next(d.size for d in server.drives if d.serial == serial))
    empty = drives.digest(file)
    lab.power_on("bios")
    inventory.stop(lab.folder)
    enrolled = [d for d in drives_of(life.first["bios"]).values() if d["serial"] != serial]
    deadline = time.monotonic() + BOOT
    while True:
        try:
            assert get(lab, server, enrolled[0]) == OBJECT
            break
        except control.subprocess.CalledProcessError:
            assert time.monotonic() < deadline, "the service did not start without the inventory"
    for drive in enrolled:
        assert get(lab, server, drive) == OBJECT
    assert drives.digest(file) == empty, "a drive was written to without the inventory's consent"

    inventory.start(lab.layout, lab.folder)
    assert lab.wait(["bios"], 180, lambda m: drives_of(m)[serial]["outcome"] in ("enrolled", "mounted"))
    assert ledger.written(file) == 2
