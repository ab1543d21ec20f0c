"""What the lab's servers get beside the image: a pillar for each, with which its states make it what it is."""

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
                "swift-account", "swift-container", "swift-container-replicator", "swift-object", "swift-object-replicator"]},
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
    top = {"base": {server.name: [server.name] for server in layout.servers}}
    values = {"top": top, **pillars(layout)}
    site.put(folder, token, {f"srv/pillar/{name}.sls": (json.dumps(value, indent=1), 0o600) for name, value in values.items()})
