"""A small fleet with what staff see on a bad day, reported as agents report it. Some of it calls itself hostile things."""

from __future__ import annotations

from typing import Any

FIRST, SECOND = 1_200_000_000, 1_200_000_001  # sequences, in microseconds since boot: a report of its first ten minutes lets no drive go
EVIL = "\"><script>window.owned=1</script><img src=x onerror=window.owned=1>'"


def ok(data: Any) -> dict[str, Any]:
    return {"status": "ok", "tool": "test", "data": data}


def disk(number: int, bay: int, **more: Any) -> dict[str, Any]:
    return {"path": f"/dev/sd{chr(97 + bay)}", "identity": {"vendor": "SEAGATE", "model": "ST16000NM", "serial": f"ZL2{number:03}{bay:02}"},
            "size": 16_000_900_661_248, "slot": str(bay), "verdict": "enrolled", "outcome": "mounted", "role": "object",
            "mount_point": f"/srv/node/{bay:02}"} | more


def server(number: int, rack: str, unit: int, disks: list[dict[str, Any]], *, host: str = "", serial: str = "",
           switch: str = "", location: dict[str, str] | None = None, product: str = "Storage 36", **sections: Any) -> dict[str, Any]:
    host = host or f"stor-{rack.lower()}-u{unit:02}"
    return {
        "schema": "footing/report/1", "report_id": f"report-{number}", "boot_id": f"boot-{number}", "sequence": FIRST,
        "collected_at": "2026-01-01T00:00:00Z", "cluster": "par-1",
        "machine": ok({"uuid": f"4c4c4544-0047-5010-8052-b7c04f{number:06x}", "vendor": "Footing", "product": product,
                       "system_serial": serial or f"SRV{number:05}", "board_serial": f"BRD{number:05}", "asset_tag": f"TAG-{number:04}"}),
        "system": ok({"host_name": host, "kernel": "6.12.48", "image": "2026-11-01",
                      "location": location if location is not None else {"site": "par", "room": "A", "row": "1", "rack": rack, "unit": str(unit)}}),
        "nics": ok([{"name": "eth0", "permanent_mac": f"00:1b:21:00:{number // 256:02x}:{number % 256:02x}", "driver": "ixgbe", "link": True,
                     "addresses": [f"192.0.2.{number}/24"]}]),
        "neighbours": ok([{"nic": "eth0", "chassis_id_type": "mac", "chassis_id": f"00:11:22:33:44:{rack[1:2]:0>2}", "port_id_type": "ifname",
                           "port_id": f"swp{unit}", "system_name": switch or f"tor-{rack.lower()}"}]),
        "drives": ok(disks), "services": ok([{"unit": "swift-object.target", "state": "active", "reason": ""}])} | sections


WIRES = "switch,port,site,room,row,rack,unit\n" + "".join(
    f"tor-{rack.lower()},swp{unit},par,A,1,{rack},{unit}\n" for rack in ("R1", "R2", "R3") for unit in range(1, 43))


# Bays as they look from the front, as somebody wrote them down; 13 and 14 are for drives that nobody has bought.
CHASSIS_MAPS = """
- chassis: {vendor: Footing, product: Storage 36}
  bays:
""" + "".join(f'    - {{label: "{bay + 1}", slot: "{bay}"}}\n' for bay in range(14))


def later() -> list[dict[str, Any]]:
    """What is reported afterwards: a drive is gone, one says that it fails, one is in another machine; two machines are two."""
    first = fleet()
    for report in first:
        report["report_id"] += "-later"
        report["sequence"] = SECOND
    missing, failing, taken, given = first[5], first[6], first[7], first[8]
    del missing["drives"]["data"][3]
    failing["drives"]["data"][2]["health"] = {"status": "failing", "sentence": "SMART overall-health self-assessment test result: FAILED!",
                                              "reallocated": 4711, "pending": 12, "temperature_c": 41, "power_on_hours": 40321}
    moved = taken["drives"]["data"].pop(7)
    given["drives"]["data"].append(moved | {"path": "/dev/sdm", "slot": "12", "mount_point": "/srv/node/12"})
    # Two that are alive with another's serial, and on another's switch port.
    lost, twin = (next(report for report in first if report["system"]["data"]["host_name"] == name) for name in ("lost", "twin-20"))
    for report in (lost, twin):
        report["system"]["data"]["kernel"] = "6.12.49"
    # One stands in another row now.
    nomad = next(report for report in first if report["system"]["data"]["host_name"] == "nomad")
    nomad["system"]["data"]["location"] |= {"row": "2", "rack": "R6", "unit": "3"}
    return [missing, failing, taken, given, lost, twin, nomad]


def fleet() -> list[dict[str, Any]]:
    made = []
    for number, (rack, unit) in enumerate([(rack, unit) for rack in ("R1", "R2", "R3") for unit in (2, 4, 6, 8, 30)], start=1):
        made.append(server(number, rack, unit, [disk(number, bay) for bay in range(12)]))
    unreadable = disk(2, 5, verdict="unreadable", outcome="held", mount_point="",
                      reasons=[{"code": "io_error", "sentence": "reading 4096 bytes at offset 0 failed: Input/output error"}])
    foreign = disk(3, 7, verdict="foreign", outcome="held", mount_point="", reasons=[{"code": "signature", "sentence": "an ext4 signature at offset 1080"}])
    made[6]["drives"]["data"][2]["health"] = {"status": "passed", "sentence": "", "reallocated": 5, "pending": 0, "temperature_c": 40, "power_on_hours": 40300}
    made[1] = server(2, "R1", 4, [disk(2, bay) if bay != 5 else unreadable for bay in range(12)])
    made[2] = server(3, "R1", 6, [disk(3, bay) if bay != 7 else foreign for bay in range(12)])
    # The kernel command line says one unit, the wire map another.
    made[3]["system"]["data"]["location"]["unit"] = "9"
    # Two that stand in one unit, as the command line has it; no switch is known of them.
    for number in (20, 21):
        made.append(server(number, "R2", 20, [disk(number, 0)], host=f"twin-{number}", switch="unknown", product="Unmapped 1U"))
    # It has the serial of the one below: a hostile value that two machines share.
    made.append(server(22, "R9", 1, [], host="lost", serial=EVIL, location={}, switch="unknown"))
    evil = disk(23, 0, verdict="foreign", outcome="held", slot=EVIL, mount_point=EVIL,
                identity={"vendor": EVIL, "model": EVIL, "serial": EVIL}, reasons=[{"code": "signature", "sentence": EVIL}])
    made.append(server(23, "R1", 40, [evil], host=EVIL, serial=EVIL, switch="unknown",
                       location={"site": "par", "room": "B", "row": "1", "rack": "R1\"><script>window.owned=1</script>", "unit": "40"},
                       services=ok([{"unit": EVIL, "state": "failed", "reason": EVIL}])))
    made.append(server(24, "R5", 10, [disk(24, 0)], host="nomad", switch="unknown", location={"site": "par", "room": "C", "row": "1", "rack": "R5", "unit": "10"}))
    return made
