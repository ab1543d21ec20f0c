"""Claims about the one box: any spelling finds it, exact first."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from conftest import Inventory, alter, drive, report
from postgres import Postgres


@pytest.fixture
def filled(inventory: Inventory) -> Inventory:
    wires = inventory.folder / "wires.csv"
    wires.write_text("switch,port,room,rack,unit\ntor-a,swp1,A,R12,17\ntor-a,swp12,A,R12,7\n")
    inventory.run("import", "wire-map", str(wires))
    for number, port in ((1, "swp1"), (2, "swp12")):
        disk = drive("/dev/sda", f"ZL2A1B{number}C", "enrolled")
        disk["identity"]["wwn"] = f"naa.5000c500a1b2c3d{number}"
        sent = report(number, drives=[disk], port=port)
        sent["machine"]["data"]["asset_tag"] = f"DC-{number:04}"
        sent["system"]["data"]["host_name"] = f"stor{number}.par.example"
        sent["nics"] = {"status": "ok", "tool": "test", "data": [
            {"name": "eth0", "permanent_mac": f"52:54:00:aa:bb:0{number}", "driver": "x", "link": True,
             "addresses": [f"10.0.0.{number}/24", f"2001:db8::{number}:0:0/64"]}]}
        sent["bmc"] = {"status": "ok", "tool": "test", "data": {"mac": f"52:54:00:bb:bb:0{number}", "address": f"10.9.0.{number}", "fru": {}}}
        sent["memory"] = {"status": "ok", "tool": "test", "data": [
            {"locator": "A1", "vendor": "LAB", "part": "M", "serial": f"MEM-77{number}", "size": 1 << 34}]}
        inventory.report(sent)
    return inventory


def find(inventory: Inventory, query: str) -> list[dict[str, Any]]:
    return inventory.get(f"/v1/search?q={quote(query)}")["hits"]


@pytest.mark.parametrize(("query", "kind", "type_"), [
    ("52:54:00:AA:BB:02", "mac", "machine"), ("5254.00aa.bb02", "mac", "machine"), ("52-54-00-aa-bb-02", "mac", "machine"),
    ("525400AABB02", "mac", "machine"), ("zl2a1b2c", "serial", "disk"), ("0x5000C500A1B2C3D2", "wwn", "disk"),
    ("naa.5000c500a1b2c3d2", "wwn", "disk"), ("5000c500a1b2c3d2", "wwn", "disk"), ("10.0.0.2", "ip", "machine"),
    ("stor2.par.example", "host_name", "machine"), ("dc-0002", "asset_tag", "machine"), ("R12 U7", "place", "machine"),
    ("r12 u07", "place", "machine"), ("tor-a:swp12", "port", "machine"), ("tor-a swp12", "port", "machine"),
    ("00:11:22:33:44:55:swp12", "port", "machine"), ("SRV00002", "serial", "machine"),
    ("5254.00BB.bb02", "bmc_mac", "machine"), ("10.9.0.2", "bmc_ip", "machine"), ("mem772", "dimm", "machine"),
    ("2001:db8::2:0:0", "ip", "machine"), ("2001:DB8::2:0:0/64", "ip", "machine"), ("2001:db8:0:0:0:2::", "ip", "machine"),
    ("2001:0DB8:0000:0000:0000:0002:0000:0000", "ip", "machine"), ("4c4c4544-0047-5010-8052-b7c04f000002", "uuid", "machine"),
    ("44454C4C-4700-1050-8052-B7C04F000002", "uuid", "machine")])
def test_every_spelling_finds_the_one_exactly(filled: Inventory, query: str, kind: str, type_: str) -> None:
    hits = [hit for hit in find(filled, query) if hit["exact"]]
    assert [(hit["type"], hit["matched"]["kind"], hit["host_name"]) for hit in hits] == [(type_, kind, "stor2.par.example")]
    assert hits[0]["location"] == {"room": "A", "rack": "R12", "unit": "7"}


@pytest.mark.parametrize(("query", "count"), [("zl2a", 2), ("1B2C", 1), ("2A1B", 2), ("52:54:00", 2), ("10.0.0", 2), ("stor", 2),
                                              ("R12", 2), ("nothing at all", 0), ("tor-a:swp1", 2), ("2001:DB8::", 2)])
def test_a_part_finds_all_that_have_it(filled: Inventory, query: str, count: int) -> None:
    assert len(find(filled, query)) == count


@pytest.mark.parametrize(("serial", "count"), [("ZL2A1B2C", 1), ("zl2a1b2c", 1), ("1B2C", 0), ("ZL2A", 0), ("!!", 0)])
def test_a_list_by_serial_number_has_all_of_it(filled: Inventory, serial: str, count: int) -> None:
    assert len(filled.get(f"/v1/disks?serial={quote(serial)}")["disks"]) == count
    more = "state=present&verdict=enrolled&model=DISK&room=A"
    assert len(filled.get(f"/v1/disks?serial={quote(serial)}&{more}")["disks"]) == count
    assert len(filled.get(f"/v1/disks?serial={quote(serial)}&state=failed")["disks"]) == 0


def test_exact_comes_before_what_only_begins_so(filled: Inventory) -> None:
    assert [hit["exact"] for hit in find(filled, "tor-a:swp1")] == [True, False]


def test_racks_and_switches_are_found_with_and_without_machines(filled: Inventory) -> None:
    racks = filled.folder / "racks.csv"
    racks.write_text("site,room,row,rack,units\npar,A,1,R12,42\npar,B,1,Q-7,42\n")
    filled.run("import", "racks", str(racks))

    def named(query: str) -> list[tuple[str, str, bool]]:
        return [(hit["type"], hit.get("host_name", hit.get("name")), hit["exact"]) for hit in find(filled, query)]

    assert named("q7") == [("rack", "Q-7", True)]
    assert named("Q") == [("rack", "Q-7", False)]
    hit = find(filled, "Q-7")[0]
    assert hit["location"] == {"site": "par", "room": "B", "row": "1", "rack": "Q-7"}
    assert filled.get(f"/v1/racks/{hit['id']}/elevation")
    assert named("R12") == [("rack", "R12", True), ("machine", "stor1.par.example", False), ("machine", "stor2.par.example", False)]
    both = {("machine", "stor1.par.example", False), ("machine", "stor2.par.example", False)}
    assert named("TOR-A")[0] == ("switch", "tor-a", True)
    assert set(named("tor-a")) == {("switch", "tor-a", True), *both}
    assert named("tor-") == [("switch", "tor-a", False)]
    racks.write_text("site,room,row,rack,units\npar,A,1,R12,42\n")
    filled.run("import", "racks", str(racks), "--replace")
    assert named("q7") == []


def test_a_drive_is_found_by_the_tag_that_people_stuck_on_it(filled: Inventory) -> None:
    def tagged(lines: str) -> None:
        table = filled.folder / "assets.csv"
        table.write_text("asset_tag,kind,serial\n" + lines)
        filled.run("import", "assets", str(table), "--replace")

    def found(query: str) -> list[tuple[str, str]]:
        return [(hit["type"], hit["name"]) for hit in find(filled, query)]

    tagged("D-77,drive,zl2a1b2c\nD-78,drive,LATER1\n")
    assert found("d77") == [("disk", "DISK ZL2A1B2C")]
    filled.report(report(3, drives=[drive("/dev/sda", "LATER1")]))
    assert found("D-78") == [("disk", "DISK LATER1")]
    tagged("D-79,drive,ZL2A1B2C\nD-77,drive,LATER1\n")
    assert found("D-78") == []
    assert found("D-79") == [("disk", "DISK ZL2A1B2C")]
    assert found("D-77") == [("disk", "DISK LATER1")]
    assert len(find(filled, "ZL2A1B2C")) == 1


def test_what_was_known_before_it_was_indexed_is_found_after_the_next_start(filled: Inventory, postgres: Postgres) -> None:
    assert filled.stop() == 0
    forget = "DELETE FROM terms WHERE kind IN ('dimm', 'bmc_mac'); UPDATE counters SET value = 0 WHERE name = 'index';"
    alter(filled.database, postgres, forget)
    filled.start()
    assert [hit["host_name"] for hit in find(filled, "mem-772")] == ["stor2.par.example"]


def test_what_is_no_longer_so_is_not_found(filled: Inventory) -> None:
    moved = report(2, 2, port="swp99")
    moved["system"]["data"]["host_name"] = "renamed"
    filled.report(moved)
    assert find(filled, "stor2.par.example") == []
    assert [hit["host_name"] for hit in find(filled, "renamed")] == ["renamed"]
    assert len(find(filled, "ZL2A1B2C")) == 1  # pulled, and still known


@pytest.mark.parametrize("query", ["", "%20", "%00", "%ff%fe", "a" * 201, "';--%22%3Cb%3E", "%F0%9F%92%BE"])
def test_odd_questions_are_answered_or_refused(filled: Inventory, query: str) -> None:
    assert filled.request("GET", f"/v1/search?q={query}").status in (200, 400)
    assert filled.request("GET", "/v1/search").status == 400
