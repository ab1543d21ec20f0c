"""A fleet as its agents would report it: machine after machine, the same each time."""

from __future__ import annotations

import json
from typing import Any

PER_RACK = 20
RACKS_PER_ROOM = 50


def place(number: int) -> dict[str, str]:
    rack = number // PER_RACK
    return {"site": "par", "room": f"room{rack // RACKS_PER_ROOM}", "row": str(rack // 10), "rack": f"R{rack}", "unit": str(number % PER_RACK * 2 + 1)}


def serial(number: int, drive: int) -> str:
    return f"ZL{(number * 9973 + drive * 104729) % 10**6:06d}{number:05X}{drive:02X}"


def mac(number: int, nic: int) -> str:
    """An Intel port's: one of a locally administered range, 02:…, would be no claim of a machine."""
    return ":".join(["00:1b:21", *(f"{byte:02x}" for byte in (number * 4 + nic).to_bytes(3))])


def uplinks(number: int) -> list[tuple[str, str]]:
    """Switch and port of a machine's first two NICs: each rack has two switches."""
    return [(f"tor-R{number // PER_RACK}{which}", f"swp{number % PER_RACK + 1}") for which in "ab"]


def wire_map(machines: int) -> str:
    """What places the machines, as a table for `import wire-map`."""
    rows = (",".join([switch, port, *place(number).values()]) for number in range(machines) for switch, port in uplinks(number))
    return "\n".join(["switch,port," + ",".join(place(0)), *rows]) + "\n"


def report(number: int, drives: int, sequence: int = 1, *, changed: bool = False) -> bytes:
    def ok(data: Any) -> dict[str, Any]:
        return {"status": "ok", "tool": "bench", "data": data}

    made = [{"path": f"/dev/sd{drive}", "identity": {"wwn": f"naa.5000c5{number:06x}{drive:04x}", "vendor": "SEAGATE", "model": "ST16000NM001G",
                                                    "serial": serial(number, drive)},
             "size": 16 * 10**12, "transport": "sas", "rotational": True, "slot": str(drive), "rule": "object", "role": "object",
             "verdict": "enrolled", "action": "mount", "outcome": "mounted" if not changed or drive else "failed",
             "label": f"d{drive}", "mount_point": f"/srv/node/d{drive}", "disk_id": f"{number:08x}-0000-4000-8000-{drive:012x}"}
            for drive in range(drives)]
    nics = [{"name": f"eth{nic}", "permanent_mac": mac(number, nic), "driver": "ice",
             "link": True, "addresses": [f"10.{nic}.{number >> 8 & 255}.{number & 255}/16"]} for nic in range(4)]
    neighbours = [{"nic": f"eth{nic}", "chassis_id_type": "mac", "chassis_id": f"00:1c:73:{number // PER_RACK >> 8:02x}:{number // PER_RACK & 255:02x}:{nic:02x}",
                   "port_id_type": "ifname", "port_id": port, "system_name": switch} for nic, (switch, port) in enumerate(uplinks(number))]
    return json.dumps({
        "schema": "footing/report/1", "report_id": f"{number}-{sequence}", "boot_id": f"boot-{number}", "sequence": sequence,
        "collected_at": "2026-01-01T00:00:00Z", "cluster": "par-1",
        "machine": ok({"uuid": f"4c4c4544-0047-5010-8052-{number:012x}", "vendor": "ACME", "product": "S60", "system_serial": f"SRV{number:07}",
                       "board_serial": f"BRD{number:07}", "chassis_serial": f"CHS{number:07}", "asset_tag": f"DC-{number:06}"}),
        "system": ok({"host_name": f"stor{number}"}),
        "nics": ok(nics), "neighbours": ok(neighbours), "drives": ok(made)}).encode()
