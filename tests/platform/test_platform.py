"""The proof: a balancer with proxy and three storage servers boot from nothing, become a cluster by their states alone, and
S3 works on it, through a power cut too. Tests stand in the order of one lab's life."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import BUILD
from datacenter import bootserver, control, drives, inventory, layout
from datacenter.datacenter import Datacenter
from deployment import BALANCER, KEY, SECRET, write_site
from guest import run as in_guest
from masterless import Minion
from rings import look

PATIENCE = float(os.environ.get("FOOTING_PATIENCE", "2400"))  # seconds for a boot of all four at once, without KVM
KEEP = bool(os.environ.get("FOOTING_KEEP_LAB"))  # a lab that is up is used, and stays up: to look for a fault in one step
STORAGE = ("stor-1", "stor-2", "stor-3")
OBJECTS = 200
SALT_CALL = "/opt/salt/bin/salt-call --local --id=$(uname -n) --out=json --log-level=critical state.apply"


@dataclass
class Platform:
    lab: Datacenter
    folder: Path
    digests: dict[str, str] = field(default_factory=dict)

    def command(self, *argv: str, env: dict[str, str] | None = None, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        done: subprocess.CompletedProcess[str] = control.run_in_network(
            self.lab.folder, list(argv), capture_output=True, text=True, check=False, timeout=timeout,
            env={"PATH": os.environ["PATH"], **(env or {})})
        return done

    def try_s3cmd(self, *words: str) -> subprocess.CompletedProcess[str]:
        host = self.lab.layout.server(BALANCER).address
        return self.command("s3cmd", "--config=/dev/null", f"--access_key={KEY}", f"--secret_key={SECRET}", f"--host={host}",
                            f"--host-bucket={host}", "--no-ssl", "--no-progress", *words)

    def s3cmd(self, *words: str) -> str:
        done = self.try_s3cmd("--max-retries=20", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rclone(self, *words: str) -> str:
        remote = {"TYPE": "s3", "PROVIDER": "Other", "ACCESS_KEY_ID": KEY, "SECRET_ACCESS_KEY": SECRET, "REGION": "us-east-1",
                  "ENDPOINT": f"http://{self.lab.layout.server(BALANCER).address}"}
        done = self.command("rclone", "--low-level-retries", "30", *words, env={
            "RCLONE_CONFIG": "/dev/null", **{f"RCLONE_CONFIG_LAB_{k}": v for k, v in remote.items()}})
        assert done.returncode == 0, done.stderr
        return done.stdout

    def serves(self, name: str) -> bool:
        address = self.lab.layout.server(name).address
        return all(self.command("curl", "--silent", "--fail", "--max-time", "10", f"http://{address}:{port}/healthcheck"
                                ).returncode == 0 for port in (6200, 6201, 6202))

    def wait(self, what: str, ready: Callable[[], bool]) -> None:
        started = time.monotonic()
        while not ready():
            assert time.monotonic() - started < PATIENCE, f"{what} in {PATIENCE:.0f} s"
            time.sleep(2)
        print(f"{time.monotonic() - started:4.0f} s  {what}")

    def digests_of(self, folder: Path) -> dict[str, str]:
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def platform(release: Path) -> Iterator[Platform]:
    """The cluster, built: all four booted, drives enrolled, rings made of what the inventory knows, S3 answering."""
    folder = BUILD / "platform-tests/lab"
    description = layout.load(Path(__file__).parent / "lab.yaml")
    lab = Datacenter(description, folder, print)
    if KEEP and control.status(folder) is not None:
        yield Platform(lab, folder)
        return
    lab.stop()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lab.prepare_drives()
    try:
        lab.start(release)
        lab.serve_inventory(BUILD / "bin/footing-inventory")
        write_site(description, folder / "site", inventory.token(folder))
        bootserver.publish(description, folder, release, folder / "site")
        made = Platform(lab, folder)
        for server in description.servers:
            lab.power_on(server.name)
        assert lab.wait(STORAGE, PATIENCE), "the storage servers did not settle in time"
        build_rings(made)
        made.wait("the storage servers serve", lambda: all(made.serves(name) for name in STORAGE))
        made.wait("S3 answers", lambda: made.try_s3cmd("--max-retries=1", "ls").returncode == 0)
        yield made
    finally:
        if not KEEP:
            lab.stop()


def build_rings(platform: Platform) -> None:
    """The boot server's part, by its state: rings from the inventory's export, published where the servers fetch them."""
    layout, folder = platform.lab.layout, platform.folder
    export = f"{inventory.base_url(folder)}/v1/feeds/swift/ring?role=object&network={layout.network.network}"
    run = Minion(folder / "boot-minion", "boot-1").apply("swift.rings.build", {"swift": {
        "install": False, "roles": ["rings"], "hash": {"suffix": "platform"}, "rings": {
            "builders": str(folder / "builders"), "published": str(folder / "www/rings"), "part_power": 6,
            "export": {"url": export}}}})
    assert (run.status, run.failed) == (0, {}), run.said
    for name, port in (("account", 6202), ("container", 6201), ("object", 6200)):
        devices = look(folder / f"builders/{name}.builder")["devices"]
        assert sorted(d["ip"] for d in devices) == [layout.server(server).address for server in STORAGE for _ in range(2)]
        assert len({(d["ip"], d["zone"]) for d in devices}) == len({d["zone"] for d in devices}) == 3
        assert {d["port"] for d in devices} == {port}


def test_the_cluster_was_built_by_states_alone(platform: Platform) -> None:
    for name in STORAGE:
        machine = platform.lab.machines()[name]
        assert [s["state"] for s in machine["services"]] == ["active"]
    status, said = in_guest(platform.lab.folder, BALANCER, "systemctl is-active footing-salt haproxy swift-proxy memcached")
    assert (status, said.split()) == (0, ["active"] * 4)


def test_a_bucket_and_200_objects(platform: Platform) -> None:
    given = platform.folder / "given"
    for number in range(OBJECTS):
        file = given / ("s3cmd" if number % 4 == 0 else "rclone") / f"object-{number:03}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(hashlib.sha256(str(number).encode()).digest() * (1 + number * 4))
    platform.digests = platform.digests_of(given)
    assert len(platform.digests) == OBJECTS
    platform.s3cmd("mb", "s3://photos")
    platform.s3cmd("put", "--recursive", f"{given}/s3cmd/", "s3://photos/")
    platform.rclone("copy", "--transfers", "4", str(given / "rclone"), "lab:photos")
    assert len(platform.s3cmd("ls", "s3://photos").splitlines()) == OBJECTS
    read_back(platform, "first")


def read_back(platform: Platform, when: str) -> None:
    got = platform.folder / f"got-{when}"
    (got / "s3cmd").mkdir(parents=True)
    platform.rclone("copy", "--transfers", "4", "lab:photos", str(got / "rclone"))
    assert platform.digests_of(got / "rclone") == platform.digests
    for number in range(0, OBJECTS, 40):
        platform.s3cmd("get", f"s3://photos/object-{number:03}", f"{got}/s3cmd/object-{number:03}")
    read = platform.digests_of(got / "s3cmd")
    assert len(read) == OBJECTS / 40
    assert read.items() <= platform.digests.items()


def test_a_flood_on_one_bucket_is_limited_while_another_is_served(platform: Platform) -> None:
    platform.s3cmd("mb", "s3://flooded")
    address = platform.lab.layout.server(BALANCER).address
    answers = platform.folder / "flood"
    flood = subprocess.Popen(control.in_network(platform.lab.folder, [
        "curl", "--silent", "--max-time", "60", "--parallel", "--parallel-max", "8", "--create-dirs",
        "--output", f"{answers}/#1", f"http://{address}/flooded/key-[1-300]"]))
    for _ in range(3):
        assert "object-000" in platform.s3cmd("ls", "s3://photos/object-000")
    flood.wait(300)
    said = [file.read_text() for file in answers.iterdir()]
    slowed = [xml for xml in said if "<Code>SlowDown</Code>" in xml]
    assert len(slowed) > len(said) / 2, said[:10]


@pytest.mark.parametrize("name", [BALANCER, "stor-3"])
def test_the_states_change_nothing_the_second_time(platform: Platform, name: str) -> None:
    """The boot's run was the first."""
    status, said = in_guest(platform.lab.folder, name, SALT_CALL, PATIENCE)
    states = json.loads(said)["local"]
    assert status == 0, said
    assert {key: state for key, state in states.items() if state["changes"] or state["result"] is not True} == {}
    assert len(states) > 10


def test_what_is_held_and_why_is_told(platform: Platform) -> None:
    drive = next(d for d in platform.lab.layout.server("stor-3").drives if d.holds == "ext4")
    file = platform.lab.drive_file("stor-3", drive.name)
    before = drives.digest(file)
    status, said = in_guest(platform.lab.folder, "stor-3", f"{SALT_CALL} footing.verify test=True", PATIENCE)
    verify = next(s for s in json.loads(said)["local"].values() if s["__id__"] == "footing-verify")
    assert (status, verify["result"], verify["changes"]) == (0, True, {})
    for word in (drive.serial, "foreign", "ext4"):
        assert word in verify["comment"], verify["comment"]
    assert drives.digest(file) == before


def test_everything_reads_back_after_a_power_cut(platform: Platform) -> None:
    lab = platform.lab
    lab.power_off("stor-2")
    late = platform.folder / "given/late"
    late.mkdir()
    (late / "late").write_bytes(b"put while a server was down")
    platform.s3cmd("put", str(late / "late"), "s3://photos/late")
    assert "object-000" in platform.s3cmd("ls", "s3://photos/object-000")
    lab.power_on("stor-2")
    assert lab.wait(["stor-2"], PATIENCE)
    platform.wait("stor-2 serves again", lambda: platform.serves("stor-2"))
    assert {d["outcome"] for d in lab.machines()["stor-2"]["drives"]} == {"mounted"}
    platform.s3cmd("get", "s3://photos/late", str(platform.folder / "late-by-name"))
    assert (platform.folder / "late-by-name").read_bytes() == (late / "late").read_bytes()
    # stor-2's replica of the list learns of it at the container replicator's next turn; the proxy asks any of the three.
    platform.wait("every list has what came late", lambda: all("late" in platform.s3cmd("ls", "s3://photos/late") for _ in range(10)))
    platform.digests = platform.digests_of(platform.folder / "given")
    read_back(platform, "again")
