"""A permit of the inventory wipes the one drive it names, once; whatever is wrong with it, nothing is written."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import MACHINE, OTHER_MACHINE, Answer, run_until
from conftest import Lab
from foreign import KINDS
from loopdisk import GIB, MIB
from serial import serial_number
from signing_inventory import Inventory
from test_release import SERIAL, the_same_bytes

Permit = dict[str, Any]


def in_time(life: timedelta) -> str:
    return (datetime.now(UTC) + life).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Site:
    """One foreign drive, the inventory that may give permits for it, and the machine's configuration."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.inventory = Inventory(lab.folder / "inventory")
        self.disk = lab.make_disk(4 * GIB, in_memory=True)
        KINDS["ext4"][0](self.disk)
        self.disk.detach()
        self.disk.attach()
        self.configure()

    def configure(self, keys: list[str] | None = None, records: str = "releases", url: str | None = None, **more: str) -> None:
        keys = [self.inventory.public_key] if keys is None else keys
        self.lab.configure(more=f"release: {{folder: {self.lab.folder}/{records}, permit_keys: [{', '.join(keys)}]}}\n"
                                f"inventory: {{url: '{url or self.inventory.url}', token_file: {self.inventory.token_file}, admission: off}}\n", **more)

    def rehearsed(self) -> dict[str, Any]:
        answer = self.lab.footing("release", self.disk.path, "--serial", SERIAL, "--dry-run", "--json")
        assert answer.status == 0, answer
        return answer.json

    def permit(self, by: Inventory | None = None, life: timedelta = timedelta(hours=1), **more: Any) -> Permit:
        seen = self.rehearsed()
        wish = {"drive": seen["disk"]["identity"], "size": seen["disk"]["size"], "evidence": seen["evidence"], "expires": in_time(life)}
        status, permit = (by or self.inventory).post("/v1/permits", wish | more, "admin")
        assert status == 201, permit
        return permit

    def release(self, permit: Permit, *more: str) -> Answer:
        file = self.lab.folder / "permit.json"
        file.write_text(json.dumps(permit))
        return self.lab.footing("release", self.disk.path, "--permit", str(file), "--json", *more)

    def history(self) -> dict[str, Any]:
        """Of the drive, at the inventory."""
        (disk,) = json.loads(self.inventory.get(f"/v1/disks?serial={SERIAL}")[1])["disks"]
        return json.loads(self.inventory.get(f"/v1/disks/{disk['id']}/history")[1])

    def refused(self, permit: Permit, because: str) -> None:
        with the_same_bytes(*self.lab.disks):
            answer = self.release(permit)
            assert (answer.status, answer.json["state"]) == (1, "refused"), answer
            assert because in answer.json["error"], answer.json["error"]
            assert because in answer.err

    def still_good(self, permit: Permit) -> None:
        """What was refused before spent nothing."""
        self.configure()
        answer = self.release(permit)
        assert (answer.status, answer.json["state"]) == (0, "released"), answer


@pytest.fixture
def site(lab: Lab) -> Iterator[Site]:
    made = Site(lab)
    try:
        with serial_number(made.disk, SERIAL):
            yield made
    finally:
        made.inventory.close()


def test_a_permit_releases_its_drive_and_the_record_names_it(site: Site) -> None:
    permit = site.permit()
    rehearsed = site.release(permit, "--dry-run")
    assert (rehearsed.status, rehearsed.json["state"]) == (0, "would be released"), rehearsed
    answer = site.release(permit)
    assert (answer.status, answer.json["state"], answer.json["error"]) == (0, "released", ""), answer
    assert answer.json["permit"] == permit
    assert answer.json["evidence"] == permit["evidence"]
    # The inventory has the record, with what was destroyed, before any later run.
    history = site.history()
    (kept,) = history["releases"]
    for key in ("begun_at", "boot_id", "since_boot", "state", "evidence", "first_bytes", "verdict"):
        assert kept[key] == answer.json[key], key
    assert (kept["user"], kept["permit"]) == (answer.json["by"]["user"], permit["id"])
    assert kept["signatures"][0]["type"] == answer.json["signatures"][0]["type"]
    assert [c["sentence"] for c in history["changes"] if c["kind"] == "disk_wiped"], history
    status, image = site.inventory.get(f"/v1/releases/{kept['id']}/pre-image")
    file = Path(answer.json["pre_image"]["file"]).read_bytes()
    assert status == 200 and image and file.startswith(image) and (len(image) == len(file) or len(image) == 64 * 1024)
    applied = site.lab.apply()
    assert (applied.status, applied.disk(site.disk)["outcome"]) == (0, "enrolled"), applied
    site.lab.unmount_all()
    site.refused(permit, "used here already")


def test_a_forged_or_altered_permit_or_one_of_an_unknown_key_writes_nothing(site: Site) -> None:
    permit = site.permit()
    stranger = Inventory(site.lab.folder / "stranger")
    try:
        theirs = site.permit(by=stranger)
    finally:
        stranger.close()
    site.refused(theirs, "none of release.permit_keys")
    site.refused(theirs | {"key_id": permit["key_id"]}, "altered or forged")
    for change in ({"machine": OTHER_MACHINE}, {"expires_at": "2099-01-01T00:00:00.000Z"}, {"size": permit["size"] + 512},
                   {"evidence": "0" * 64}, {"nonce": "0" * 32}, {"id": OTHER_MACHINE}, {"drive": permit["drive"] | {"model": "another"}},
                   {"signature": "0" * 128}):
        site.refused(permit | change, "altered or forged")
    site.configure(keys=[])
    site.refused(permit, "no release.permit_keys")
    site.still_good(permit)


def test_a_permit_for_another_drive_machine_or_cluster_or_other_evidence_writes_nothing(site: Site) -> None:
    for change, because in (({"drive": site.rehearsed()["disk"]["identity"] | {"serial": "ZL2A0Q7Y"}}, "another drive: its serial number"),
                            ({"drive": site.rehearsed()["disk"]["identity"] | {"wwn": "naa.5000c500a1b2c3d4"}}, "another drive: its WWN"),
                            ({"size": site.disk.size - 512}, "another drive: its size"), ({"machine": OTHER_MACHINE}, "for machine")):
        site.refused(site.permit(**change), because)
    permit = site.permit()
    site.configure(cluster="lyon-2")
    site.refused(permit, "cluster")
    site.configure()
    byte = site.disk.read(5 * MIB, 1)
    site.disk.write(5 * MIB, bytes([byte[0] ^ 1]))
    site.refused(permit, "other evidence")
    site.disk.write(5 * MIB, byte)
    site.still_good(permit)


def test_an_expired_permit_writes_nothing(site: Site) -> None:
    permit = site.permit(life=timedelta(seconds=1))
    while datetime.now(UTC) < datetime.fromisoformat(permit["expires_at"]):
        time.sleep(0.1)
    site.refused(permit, "expired")


def test_a_permit_is_spent_once_whoever_brings_it_again(site: Site) -> None:
    permit = site.permit()
    site.disk.flush()
    blocks = list(site.disk.nonzero_blocks())
    assert site.release(permit).status == 0
    for offset, block in blocks:  # the very same evidence again
        site.disk.write(offset, block)
    assert site.rehearsed()["evidence"] == permit["evidence"]
    site.refused(permit, "used here already")
    # Another machine of the cluster, which knows nothing of it.
    site.configure(machine=OTHER_MACHINE, records="others")
    site.refused(permit, "the permit was spent at")


def test_a_retry_after_a_lost_answer_works_on_the_same_machine_in_the_same_boot(site: Site) -> None:
    permit = site.permit()
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    mine = {"nonce": permit["nonce"], "machine": MACHINE, "boot_id": boot, "evidence": permit["evidence"]}
    assert site.inventory.post(f"/v1/permits/{permit['id']}/spend", mine, "report")[0] == 200
    assert site.inventory.post(f"/v1/permits/{permit['id']}/spend", mine | {"boot_id": "another"}, "report")[0] == 409
    assert site.release(permit).json["state"] == "released"


def test_without_the_inventory_nothing_is_written(site: Site) -> None:
    permit = site.permit()
    site.configure(url="http://127.0.0.1:9")
    site.refused(permit, "could not be spent")
    site.lab.config_file.write_text("".join(line for line in site.lab.config_file.read_text().splitlines(keepends=True) if not line.startswith("inventory")))
    site.refused(permit, "spent at the inventory, and the configuration has none")
    site.still_good(permit)


def test_what_was_cut_short_goes_on_by_the_same_permit(site: Site) -> None:
    permit = site.permit()
    file = site.lab.folder / "permit.json"
    file.write_text(json.dumps(permit))
    assert run_until(": wiping: ", "--config", site.lab.config_file, "release", site.disk.path, "--permit", file)
    (told,) = site.history()["releases"]
    assert (told["state"], told["permit"]) == ("wiping", permit["id"]), told
    site.lab.assert_held("foreign", "signature")
    answer = site.release(permit)
    assert (answer.status, answer.json["state"]) == (0, "released"), answer


def test_what_was_cut_short_and_used_since_does_not_go_on_by_the_same_permit(site: Site) -> None:
    permit = site.permit()
    file = site.lab.folder / "permit.json"
    file.write_text(json.dumps(permit))
    assert run_until(": wiping: ", "--config", site.lab.config_file, "release", site.disk.path, "--permit", file)
    KINDS["ext4"][0](site.disk)
    site.refused(permit, "other evidence")


def test_a_permit_is_no_way_around_what_forbids_a_release(lab: Lab) -> None:
    disk = lab.enrolled_disk(size=GIB, in_memory=True)
    site = Site.__new__(Site)
    site.lab, site.disk, site.inventory = lab, disk, Inventory(lab.folder / "inventory")
    try:
        with serial_number(disk, SERIAL):
            site.configure()
            identity = lab.plan().disk(disk)["identity"]
            wish = {"drive": identity, "size": disk.size, "evidence": "0" * 64, "expires": in_time(timedelta(hours=1))}
            status, permit = site.inventory.post("/v1/permits", wish, "admin")
            assert status == 201, permit
            site.refused(permit, "COMMITTED")
    finally:
        site.inventory.close()


def test_what_is_no_permit_is_refused_with_what_is_wrong(site: Site) -> None:
    permit = site.permit()
    with the_same_bytes(site.disk):
        for text, said in (("", "not JSON"), ("[]", "expected an object"), (json.dumps(permit | {"nonce": "7"}), "/nonce is not 32 hex digits")):
            file = site.lab.folder / "no-permit"
            file.write_text(text)
            answer = site.lab.footing("release", site.disk.path, "--permit", str(file))
            assert (answer.status, said in answer.err) == (1, True), answer
        assert "No such file" in site.lab.footing("release", site.disk.path, "--permit", "/nowhere").err
        for arguments in ((), ("--permit", "x", "--serial", SERIAL)):
            assert site.lab.footing("release", site.disk.path, *arguments).status == 64
