"""A storage server that systemd booted, with the agent, its unit and a drive that holds somebody's data: when the states start Swift."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from booted import Booted
from conftest import BUILD
from masterless import CHECKOUT, VENV, Minion

NAME = "stor-1"
SWIFT = ("swift-account", "swift-object")
RINGS = "/srv/rings"


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
        self.machine = Booted(folder / "machine", {**shared, BUILD / "bin/footing": Path("/usr/bin/footing")})
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
