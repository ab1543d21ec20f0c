"""Swift's rings from the inventory's export: fetch it, and bring a ring to it. The work is done by swift/files/ring.py."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from salt.exceptions import CommandExecutionError

PYTHON = "/usr/bin/python3"  # Debian's, which has Swift; this one is Salt's own


def __virtual__() -> bool | tuple[bool, str]:
    if Path("/usr/bin/swift-ring-builder").exists():
        return True
    return False, "The swift_ring module cannot be loaded: /usr/bin/swift-ring-builder is missing (package swift)."


def export(url: str, token_file: str = "", ca_file: str = "", timeout: float = 30.0) -> list[dict[str, Any]]:
    """The devices at `url`, as the inventory's /v1/feeds/swift/ring gives them. Anything else than such a list is an error.

    CLI: salt-call swift_ring.export https://inventory.example:8443/v1/feeds/swift/ring
    """
    access = {"url": url, "timeout": timeout, "token_file": token_file, "ca_file": ca_file or None}
    asked = __utils__["footing_inventory.get"](access, "", list)
    if "answer" not in asked:
        raise CommandExecutionError(f"the ring export can't be read from {url}: {asked.get('refused') or asked['unreachable']}")
    devices: list[dict[str, Any]] = asked["answer"]
    if not all(isinstance(device, dict) for device in devices):
        raise CommandExecutionError(f"{url} gave no list of devices")
    return devices


def bring(builder: str, ring: str, devices: list[dict[str, Any]], part_power: int, replicas: float, min_part_hours: int,
          remove: list[str] | None = None, drain_at_most: float = 0.1, add_at_most: float = 1.0, port: int = 0,
          dry_run: bool = False) -> dict[str, Any]:
    """Bring one ring to these devices: {"changes", "rebalanced", "notes"}. `port` replaces the export's own.

    CLI: salt-call swift_ring.bring /var/lib/rings/object.builder /srv/boot/rings/object.ring.gz '[…]' 14 3 1 dry_run=True
    """
    order = {"builder": builder, "ring": ring, "devices": [{**d, "port": port} if port else d for d in devices],
             "part_power": part_power, "replicas": replicas, "min_part_hours": min_part_hours, "remove": remove or [],
             "drain_at_most": drain_at_most, "add_at_most": add_at_most, "dry_run": dry_run}
    program = __salt__["cp.cache_file"]("salt://swift/files/ring.py")
    if not program:
        raise CommandExecutionError("salt://swift/files/ring.py is missing on the file server")
    done = subprocess.run([PYTHON, program], input=json.dumps(order), capture_output=True, text=True, check=False, timeout=3600)
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise CommandExecutionError(f"ring.py said nothing: {done.stderr.strip()[-500:]}") from error
    if "error" in answer:
        raise CommandExecutionError(answer["error"])
    return answer
