"""Claims about what other programs read: Prometheus, Ansible, Salt, Swift."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import Inventory, drive, report


def fleet(inventory: Inventory, count: int = 3) -> list[str]:
    wires = inventory.folder / "wires.csv"
    lines = [f"tor-a,swp{n},par,{'AB'[n % 2]},1,R{n},{n + 1}" for n in range(count)]
    wires.write_text("switch,port,site,room,row,rack,unit\n" + "\n".join(lines) + "\n")
    inventory.run("import", "wire-map", str(wires))
    ids = []
    for number in range(count):
        drives = [drive(f"/dev/sd{letter}", f"SER{number}{letter}X", "enrolled", outcome="mounted", role="object",
                        label=f"d{letter}", mount_point=f"/srv/node/d{letter}", slot=str(slot)) for slot, letter in enumerate("ab")]
        drives.append(drive("/dev/sdz", f"SER{number}ZX", "foreign"))
        sent = report(number, drives=drives, port=f"swp{number}")
        sent["nics"] = {"status": "ok", "tool": "test", "data": [
            {"name": "eth0", "permanent_mac": f"52:54:00:00:00:0{number}", "driver": "x", "link": True,
             "addresses": ["fe80::1/64", f"10.1.0.{number + 1}/16"]},
            {"name": "eth1", "permanent_mac": f"52:54:00:00:01:0{number}", "driver": "x", "link": True,
             "addresses": [f"192.168.7.{number + 1}/24"]}]}
        ids.append(inventory.report(sent)["machine_id"])
    return ids


def test_prometheus_finds_every_machine(inventory: Inventory) -> None:
    fleet(inventory)
    found = inventory.get("/v1/feeds/prometheus/http_sd?port=9633")
    assert [one["targets"] for one in found] == [["10.1.0.1:9633"], ["10.1.0.2:9633"], ["10.1.0.3:9633"]]
    assert found[1]["labels"] | {"footing_room": "B", "footing_rack": "R1", "instance": "stor1"} == found[1]["labels"]
    assert all(isinstance(value, str) for one in found for value in one["labels"].values())


def test_ansible_reads_it_as_an_inventory(inventory: Inventory) -> None:
    fleet(inventory)
    made = inventory.get("/v1/feeds/ansible/inventory")
    assert made["_meta"]["hostvars"]["stor2"]["ansible_host"] == "10.1.0.3"
    assert made["site_par"]["hosts"] == ["stor0", "stor1", "stor2"]
    assert made["room_par_A"]["hosts"] == ["stor0", "stor2"]
    assert made["rack_par_B_1_R1"]["hosts"] == ["stor1"]
    assert set(made["all"]["children"]) == set(made) - {"_meta", "all"}


def stand(inventory: Inventory, *places: dict[str, str]) -> None:
    for number, place in enumerate(places):
        made = report(number)
        made["system"]["data"]["location"] = place
        inventory.report(made)


def test_rooms_and_racks_of_one_name_in_two_sites_or_rows_are_several_groups_of_ansible(inventory: Inventory) -> None:
    stand(inventory, *({"site": site, "room": "A", "row": row, "rack": "R1"} for site, row in (("par", "1"), ("lon", "1"), ("par", "2"), ("par", "1"))),
          {"room": "A", "rack": "R1"}, {"site": "par", "room": "A_1", "rack": "R-1"})
    made = inventory.get("/v1/feeds/ansible/inventory")
    groups = {name: group["hosts"] for name, group in made.items() if name not in ("_meta", "all", "footing")}
    assert groups == {"site_par": ["stor0", "stor2", "stor3", "stor5"], "site_lon": ["stor1"],
                      "room_par_A": ["stor0", "stor2", "stor3"], "room_lon_A": ["stor1"], "room____A": ["stor4"], "room_par_A__5F1": ["stor5"],
                      "rack_par_A_1_R1": ["stor0", "stor3"], "rack_lon_A_1_R1": ["stor1"], "rack_par_A_2_R1": ["stor2"],
                      "rack____A____R1": ["stor4"], "rack_par_A__5F1____R__2D1": ["stor5"]}


def test_ansible_itself_takes_every_host_and_group_and_warns_of_none(inventory: Inventory) -> None:
    stand(inventory, {"site": "par", "room": "A", "row": "1", "rack": "R1"}, {"room": "é-1", "rack": "2"}, {})
    made = inventory.get("/v1/feeds/ansible/inventory")
    script = inventory.folder / "footing.sh"
    script.write_text(f"#!/bin/sh\ncat <<'FEED'\n{json.dumps(made)}\nFEED\n")
    script.chmod(0o755)
    home = {"HOME": str(inventory.folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "ANSIBLE_INVENTORY_ENABLED": "script"}
    read = subprocess.run(["ansible-inventory", "-i", script, "--list"], capture_output=True, text=True, timeout=60, env=home)
    assert (read.returncode, read.stderr) == (0, "")
    listed = json.loads(read.stdout)
    assert listed.pop("_meta")["hostvars"] == made["_meta"]["hostvars"]
    assert set(listed.pop("all")["children"]) == {"ungrouped", *made["all"]["children"]}
    assert {name: group["hosts"] for name, group in listed.items()} == {name: made[name]["hosts"] for name in made["all"]["children"]}


def test_salt_gets_a_roster_and_pillars(inventory: Inventory) -> None:
    ids = fleet(inventory)
    roster = inventory.get("/v1/feeds/salt/roster")
    assert {name: one["host"] for name, one in roster.items()} == {"stor0": "10.1.0.1", "stor1": "10.1.0.2", "stor2": "10.1.0.3"}
    pillar = inventory.get("/v1/feeds/salt/pillar/stor1")["footing"]
    assert (pillar["schema"], pillar["node"], pillar["machine"]) == (1, "stor1", ids[1])
    assert pillar["location"] == {"site": "par", "room": "B", "row": "1", "rack": "R1", "unit": "2"}
    assert sorted(one["serial"] for one in pillar["drives"]) == ["SER1ZX", "SER1aX", "SER1bX"]
    assert inventory.get(f"/v1/feeds/salt/pillar/{ids[1]}")["footing"]["node"] == ids[1]
    assert inventory.request("GET", "/v1/feeds/salt/pillar/stor9").status == 404


def test_two_machines_of_one_name_are_never_taken_for_each_other(inventory: Inventory) -> None:
    ids = []
    for number in (1, 2):
        sent = report(number)
        sent["system"]["data"]["host_name"] = "twin"
        ids.append(inventory.report(sent)["machine_id"])
    refused = inventory.request("GET", "/v1/feeds/salt/pillar/twin")
    assert refused.status == 409
    assert all(one in refused.json()["detail"] for one in ids)
    assert sorted(one["footing_id"] for one in inventory.get("/v1/feeds/ansible/inventory")["_meta"]["hostvars"].values()) == sorted(ids)


def test_the_ring_has_the_mounted_drives_with_rooms_and_racks_as_stable_numbers(inventory: Inventory) -> None:
    fleet(inventory)

    def ring(query: str = "") -> dict[str, Any]:
        return {(one["ip"], one["device"]): one for one in inventory.get(f"/v1/feeds/swift/ring{query}")}

    before = ring("?role=object&port=6201")
    assert len(before) == 6
    one = before["10.1.0.2", "da"]
    assert (one["port"], one["weight"], one["room"], one["rack"]) == (6201, (1 << 40) // 10**9, "B", "R1")
    assert one["region"] != before["10.1.0.1", "da"]["region"] == before["10.1.0.3", "da"]["region"]
    assert {type(of[key]) for of in before.values() for key in ("region", "zone", "port", "weight")} == {int}
    assert ring("?network=192.168.7.0/24").keys() == {(f"192.168.7.{n}", d) for n in (1, 2, 3) for d in ("da", "db")}
    assert ring("?nic=eth1").keys() == ring("?network=192.168.0.0/16").keys()
    assert ring("?role=cache") == {}
    assert inventory.request("GET", "/v1/feeds/swift/ring?network=10.0.0.0").status == 400
    assert inventory.request("GET", "/v1/feeds/swift/ring?port=70000").status == 400
    # A room that sorts before all others changes no number.
    wires = inventory.folder / "wires.csv"
    wires.write_text(wires.read_text() + "tor-a,swp9,par,0,1,R-first,1\n")
    inventory.run("import", "wire-map", str(wires))
    inventory.report(report(9, port="swp9"))
    assert ring("?role=object&port=6201") == before


class Ring:
    """Machines 0, 1, 2 …, each with one drive in service, on the port of its number."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.sequence = 0

    def stand(self, *places: tuple[str, str, str, str]) -> list[tuple[str, int, int]]:
        """Their site, room, row and rack, by a new wire map. Address, region and zone of each."""
        self.sequence += 1
        wires = self.inventory.folder / "wires.csv"
        lines = [f"tor-a,swp{n},{','.join(place)},{n + 1}" for n, place in enumerate(places)]
        wires.write_text("switch,port,site,room,row,rack,unit\n" + "\n".join(lines) + "\n")
        self.inventory.run("import", "wire-map", str(wires), "--replace")
        for number in range(len(places)):
            sent = report(number, self.sequence, port=f"swp{number}", drives=[
                drive("/dev/sda", f"SER{number}", "enrolled", outcome="mounted", role="object", mount_point="/srv/node/da")])
            sent["nics"] = {"status": "ok", "tool": "test", "data": [
                {"name": "eth0", "permanent_mac": f"52:54:00:00:00:0{number}", "driver": "x", "link": True, "addresses": [f"10.1.0.{number}/16"]}]}
            self.inventory.report(sent)
        return sorted((one["ip"], one["region"], one["zone"]) for one in self.inventory.get("/v1/feeds/swift/ring"))


def test_rooms_and_racks_of_one_name_in_two_sites_or_rows_are_several(inventory: Inventory) -> None:
    ring = Ring(inventory)
    places = [("par", "A", "1", "R1"), ("lon", "A", "1", "R1"), ("par", "A", "2", "R1"), ("par", "A", "1", "R1")]
    before = ring.stand(*places)
    assert before == [("10.1.0.0", 1, 1), ("10.1.0.1", 2, 2), ("10.1.0.2", 1, 3), ("10.1.0.3", 1, 1)]
    # Neither a new rack, whose path sorts first, nor one that is empty now changes a number.
    assert ring.stand(("par", "A", "2", "R1"), *places[1:], ("ams", "A", "0", "R1")) == [("10.1.0.0", 1, 3), *before[1:], ("10.1.0.4", 3, 4)]


def test_a_row_that_is_learnt_later_or_not_known_for_a_while_changes_no_number(inventory: Inventory) -> None:
    ring = Ring(inventory)
    before = ring.stand(("", "A", "", "R1"), ("", "A", "", "R2"))
    assert before == [("10.1.0.0", 1, 1), ("10.1.0.1", 1, 2)]
    learnt = [("par", "A", "1", "R1"), ("par", "A", "1", "R2"), ("par", "A", "2", "R1")]
    after = [*before, ("10.1.0.2", 1, 3)]
    assert ring.stand(*learnt[:2]) == before
    assert ring.stand(*learnt) == after
    assert ring.stand(("", "A", "", "R1"), learnt[1], ("", "A", "", "R1")) == after  # two rows have an R1, and both are remembered
    assert ring.stand(*learnt) == after


def test_no_guest_of_another_cluster_is_in_a_ring(tmp_path: Path, make_inventory: Callable[..., Inventory]) -> None:
    (tmp_path / "c.yaml").write_text("cluster: lab\n")
    inventory = make_inventory("--config", str(tmp_path / "c.yaml"))
    ours = fleet(inventory)[0]
    ring = inventory.get("/v1/feeds/swift/ring?role=object")
    assert len(ring) == 6
    guest = report(0, sequence=2, drives=[drive("/dev/sda", "SER0aX", "enrolled", outcome="mounted", role="object", label="da", mount_point="/srv/node/da")])
    guest["cluster"] = "other"
    inventory.report(guest)
    assert inventory.get("/v1/feeds/swift/ring?role=object") == [one for one in ring if ours not in one["meta"]]


def test_what_ansible_would_run_is_not_in_its_inventory(inventory: Inventory) -> None:
    """It takes double braces in any variable for a template, ansible_host's too."""
    evil = "{{ lookup('pipe', 'id') }}"
    for number, name in enumerate((evil, "localhost", "LocalHost.localdomain", "-oProxyCommand=id", "a b", "stor-9")):
        made = report(number)
        made["cluster"] = evil
        made["system"]["data"] = {"host_name": name, "location": {"site": "{% raw %}", "room": evil, "rack": "R1"}}
        inventory.report(made)
    hosts = inventory.get("/v1/feeds/ansible/inventory")["_meta"]["hostvars"]
    assert sorted(one["ansible_host"] for one in hosts.values()) == [""] * 5 + ["stor-9"]
    assert "{{" not in json.dumps(hosts) and "{%" not in json.dumps(hosts)
    assert {one["footing_location"]["rack"] for one in hosts.values()} == {"R1"}
    assert [name for name in hosts if len(name) < 36] == ["stor-9"]
