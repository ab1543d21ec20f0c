"""What the lab's servers get beside the image: a pillar for each, the agents' token, and a shell on the console."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from datacenter import site
from datacenter.layout import Layout

KEY, SECRET = "lab:admin", "not-a-secret"
BALANCER = "lb-1"
FLOODED_LIMIT = 3


def footing(layout: Layout, name: str, roles: list[str]) -> dict[str, Any]:
    config = {
        "cluster": layout.cluster,
        "inventory": {"url": f"http://{layout.network.ip}:8080", "token_file": "/etc/footing/token", "admission": "required"},
        "disks": [{"name": "object", "match": {"transport": ["nvme", "scsi", "sas", "virtio"]}, "role": "object",
                   "filesystem": {"type": "xfs"}, "owner": "swift:swift", "mount_point": "/srv/node/{label}"}],
        "services": [{"unit": "swift-storage.target", "needs": {"role": "object", "mounted": 2}}],
    }
    return {"schema": 1, "node": name, "roles": roles, "config": config, "verify": {"allow_held": True}}


def swift(layout: Layout, address: str, roles: list[str]) -> dict[str, Any]:
    return {"install": False, "roles": roles, "hash": {"suffix": "platform"},
            "proxy": {"address": "127.0.0.1", "workers": 1, "storage_domains": ["s3.lab"],
                      "users": {KEY: {"key": SECRET, "groups": [".admin"]}}},
            "storage": {"address": address, "workers": 1, "units": [
                "swift-account", "swift-container", "swift-object", "swift-object-replicator"]},
            "rings": {"url": f"http://{layout.network.ip}/rings"}}


def pillars(layout: Layout) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for server in layout.servers:
        if server.name == BALANCER:
            made[server.name] = {
                "footing": footing(layout, server.name, ["swift", "loadbalancer"]),
                "swift": swift(layout, server.address, ["proxy"]),
                "loadbalancer": {"install": False, "maxconn": 2000, "host_suffixes": ["s3.lab"],
                                 "proxies": [{"name": "proxy-1", "address": "127.0.0.1:8080"}],
                                 "limit": {"requests_per_second": 500, "buckets": {"flooded": FLOODED_LIMIT}}}}
        else:
            made[server.name] = {"footing": footing(layout, server.name, ["swift", "storage"]),
                                 "swift": swift(layout, server.address, ["storage"])}
    return made


def write_site(layout: Layout, folder: Path, token: str) -> None:
    files = {"etc/footing/token": (token + "\n", 0o600),
             "etc/systemd/system/lab-console.service": (site.CONSOLE, 0o644),
             "srv/pillar/top.sls": (json.dumps({"base": {s.name: [s.name] for s in layout.servers}}), 0o600)}
    for name, pillar in pillars(layout).items():
        files[f"srv/pillar/{name}.sls"] = (json.dumps(pillar, indent=1), 0o600)
    for name, (content, mode) in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(mode)
    wanted = folder / "etc/systemd/system/multi-user.target.wants/lab-console.service"
    wanted.parent.mkdir(exist_ok=True)
    wanted.unlink(missing_ok=True)
    wanted.symlink_to("../lab-console.service")


def exported(machines: dict[str, dict[str, Any]], layout: Layout) -> list[dict[str, Any]]:
    """The ring's devices as the inventory knows them: what is in service, a zone for each rack."""
    racks = sorted({server.rack for server in layout.servers})
    return [{"region": 1, "zone": racks.index(server.rack) + 1, "ip": server.address, "port": 6200, "device": drive["label"],
             "weight": 100, "meta": f"machine={server.name} serial={drive['serial']}"}
            for server in layout.servers for drive in machines.get(server.name, {}).get("drives", [])
            if drive.get("outcome") in ("enrolled", "mounted")]
