"""Swift's rings as ring.py builds them, with Swift itself: what changes a ring, and what must not."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from masterless import SALT, Minion
from rings import PYTHON, look


def device(zone: int, number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    name = f"d{zone}{number}"
    return {"region": 1, "zone": zone, "ip": f"10.0.{zone}.1", "port": 6200, "device": name, "weight": 100,
            "meta": f"machine=m{zone} serial=S{name}", **more}


class Rings:
    """One ring in a folder, and orders to ring.py."""

    def __init__(self, folder: Path) -> None:
        self.builder, self.ring = folder / "b/object.builder", folder / "r/object.ring.gz"

    def bring(self, devices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:  # noqa: ANN401
        order = {"builder": str(self.builder), "ring": str(self.ring), "devices": devices, "part_power": 8, "replicas": 3,
                 "min_part_hours": 1, "remove": [], "drain_at_most": 0.1, "add_at_most": 1.0, "dry_run": False, **more}
        done = subprocess.run([PYTHON, str(SALT / "swift/files/ring.py")], input=json.dumps(order), capture_output=True,
                              text=True, check=False, timeout=120)
        answer: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (1 if "error" in answer else 0), done.stderr
        return answer

    def look(self, builder: Path | None = None) -> dict[str, Any]:
        return look(builder or self.builder)

    def bytes(self) -> tuple[bytes, bytes]:
        return self.builder.read_bytes(), self.ring.read_bytes()


@pytest.fixture
def rings(tmp_path: Path) -> Rings:
    return Rings(tmp_path)


NINE = [device(zone, number) for zone in (1, 2, 3) for number in (1, 2, 3)]


def test_a_new_ring_puts_each_partition_into_every_zone(rings: Rings) -> None:
    answer = rings.bring(NINE)
    assert answer["rebalanced"]
    assert len(answer["changes"]) == 10
    seen = rings.look()
    assert all(set(zones) == {1, 2, 3} for zones in zip(*seen["zones"], strict=True))
    assert {d["parts"] for d in seen["devices"]} <= {85, 86}
    said = subprocess.run(["sha256sum", "--check", "object.ring.gz.sha256"], cwd=rings.ring.parent, check=False)
    assert said.returncode == 0


def test_the_same_export_in_any_order_changes_no_byte(rings: Rings) -> None:
    rings.bring(NINE)
    before = rings.bytes()
    assert rings.bring(NINE[::-1]) == {"changes": [], "rebalanced": False, "notes": []}
    assert rings.bring(NINE, min_part_hours=1)["changes"] == []
    assert rings.bytes() == before


def test_what_would_be_done_is_told_and_not_done(rings: Rings) -> None:
    assert rings.bring(NINE, dry_run=True)["changes"]
    assert not rings.builder.parent.exists()


def test_a_device_that_is_gone_is_drained_and_removed_when_it_is_empty(rings: Rings) -> None:
    rings.bring(NINE, min_part_hours=0)
    assert rings.bring(NINE[1:], min_part_hours=0)["changes"] == ["10.0.1.1:6200/d11 drains: weight 0"]
    for _ in range(10):
        answer = rings.bring(NINE[1:], min_part_hours=0)
        if not answer["changes"]:
            break
    assert not answer["changes"], answer
    assert {d["device"] for d in rings.look()["devices"]} == {d["device"] for d in NINE[1:]}


@pytest.mark.parametrize("named", ["Sd11", "10.0.1.1:6200/d11"])
def test_a_lost_device_is_removed_at_once_when_it_is_named(rings: Rings, named: str) -> None:
    rings.bring(NINE)
    answer = rings.bring(NINE[1:], remove=[named])
    assert answer["changes"] == ["10.0.1.1:6200/d11 removed"]
    assert not any("d11" in row for row in rings.look()["parts"])
    assert rings.bring(NINE[1:], remove=[named])["changes"] == []


def test_a_label_alone_names_no_device_since_every_server_may_have_it(rings: Rings) -> None:
    rings.bring(NINE)
    assert rings.bring(NINE[1:], remove=["d11"])["changes"] == ["10.0.1.1:6200/d11 drains: weight 0"]


def test_a_device_that_is_named_and_still_exported_stays(rings: Rings) -> None:
    rings.bring(NINE)
    assert rings.bring(NINE, remove=["Sd11"])["changes"] == []


INVENTED = [device(zone, number) for zone in (4, 5) for number in range(1, 6)]


@pytest.mark.parametrize(("export", "sentence"), [
    ([*NINE, device(4, 1, weight=10**9)], "weight 1e+09, more than 4 times"), ([{**NINE[0], "weight": 500}, *NINE[1:]], "weight 500"),
    ([*NINE, *INVENTED], "adds weight 1000 to the 900"),
    ([{**one, "ip": "10.9.9.9"} for one in NINE], "has 9 elsewhere; 1 may go"),
    ([{**one, "zone": 4} for one in NINE[:2]] + NINE[2:], "has 2 elsewhere"),
    ([{**one, "weight": 0} for one in NINE[:2]] + NINE[2:], "has 2 smaller"),
    ([{**NINE[0], "weight": 0}, {**NINE[1], "ip": "10.9.9.9"}, *NINE[3:]], "has 1 missing, 1 smaller, 1 elsewhere"),
    ([*NINE[2:], *({**one, "meta": "machine=m1 serial=new" + one["device"]} for one in NINE[:2])], "has 2 replaced"),
    ([], "names no device"), (NINE[:7], "has 2 missing"), ([*NINE, NINE[0]], "twice"),
    ([*NINE, device(1, 4, device="d11", meta="machine=m1 serial=other")], "twice"), ([{"ip": "10.0.0.1"}], "KeyError")])
def test_an_export_that_looks_like_an_outage_or_invented_changes_nothing(
        rings: Rings, export: list[dict[str, Any]], sentence: str) -> None:
    rings.bring(NINE)
    before = rings.bytes()
    assert sentence in rings.bring(export)["error"]
    assert rings.bytes() == before


def test_what_is_emptying_counts_until_it_is_empty(rings: Rings) -> None:
    """Or a fault that spreads slowly would never meet the brake, with nothing copied yet."""
    rings.bring(NINE)
    assert rings.bring(NINE[1:])["changes"] == ["10.0.1.1:6200/d11 drains: weight 0"]
    before = rings.bytes()
    assert "has 1 missing, 1 more aren't empty yet" in rings.bring(NINE[2:])["error"]
    assert rings.bytes() == before
    assert rings.bring(NINE[1:])["changes"] == []


def test_too_few_devices_for_the_replicas_is_a_sentence_and_makes_no_ring(rings: Rings) -> None:
    assert "Replica count" in rings.bring(NINE[:2])["error"]
    assert not rings.builder.parent.exists()


def test_a_drive_in_another_server_keeps_its_partitions(rings: Rings) -> None:
    rings.bring(NINE)
    before = rings.look()["parts"]
    moved = [*NINE[1:], device(1, 1, ip="10.0.1.7", meta="machine=m7 serial=Sd11")]
    assert rings.bring(moved)["changes"] == ["10.0.1.1:6200/d11 is now 10.0.1.7:6200/d11, region 1 zone 1"]
    assert rings.look()["parts"] == before
    assert rings.bring(moved)["changes"] == []


def test_another_drive_at_the_same_place_is_another_device(rings: Rings) -> None:
    """Same server, same label, another serial number: what lay on the old one is not on it."""
    rings.bring(NINE)
    answer = rings.bring([*NINE[1:], device(1, 1, meta="machine=m1 serial=new")])
    assert answer["changes"] == ["10.0.1.1:6200/d11 added, weight 100", "10.0.1.1:6200/d11 removed"]
    assert rings.bring([*NINE[1:], device(1, 1, meta="machine=m1 serial=new")])["changes"] == []


def test_min_part_hours_is_respected(rings: Rings) -> None:
    """A new server gets nothing of partitions that moved lately, then one replica of each at a time."""
    rings.bring(NINE)
    first = rings.look()["parts"]
    twelve = [*NINE, *(device(4, n, weight=400) for n in (1, 2, 3))]
    answer = rings.bring(twelve, add_at_most=2)
    assert (len(answer["changes"]), answer["rebalanced"]) == (3, False)
    assert rings.look()["parts"] == first
    before = rings.bytes()
    again = rings.bring(twelve, add_at_most=2)
    assert (again["changes"], rings.bytes()) == ([], before)
    assert any("min_part_hours" in note for note in again["notes"])
    assert rings.bring(twelve, min_part_hours=0, add_at_most=2)["rebalanced"]
    moved = [sum(a != b for a, b in zip(old, new, strict=True))
             for old, new in zip(zip(*first, strict=True), zip(*rings.look()["parts"], strict=True), strict=True)]
    assert max(moved) == 1


def test_a_weight_that_changes_and_a_device_that_returns(rings: Rings) -> None:
    rings.bring(NINE)
    assert rings.bring(NINE[1:])["changes"] == ["10.0.1.1:6200/d11 drains: weight 0"]
    assert rings.bring(NINE)["changes"] == ["10.0.1.1:6200/d11 has weight 100, had 0"]


@pytest.mark.parametrize("lost", ["ring", "digest", "the last change"])
def test_a_ring_that_was_not_published_is_written_again_from_its_builder(rings: Rings, lost: str) -> None:
    """The disk was full, or the power went, after the builder was kept."""
    digest = rings.ring.with_name(rings.ring.name + ".sha256")
    rings.bring(NINE, min_part_hours=0)
    before = rings.ring.read_bytes(), digest.read_bytes()
    rings.bring([*NINE, device(1, 4)], min_part_hours=0)
    after = *rings.bytes(), digest.read_bytes()
    assert before != after[1:]
    if lost == "the last change":
        rings.ring.write_bytes(before[0])
        digest.write_bytes(before[1])
    else:
        (rings.ring if lost == "ring" else digest).unlink()
    assert rings.bring([*NINE, device(1, 4)], min_part_hours=0)["changes"] == [f"{rings.ring} written again from its builder"]
    assert (*rings.bytes(), digest.read_bytes()) == after
    assert rings.bring([*NINE, device(1, 4)], min_part_hours=0)["changes"] == []


def test_the_builder_that_was_is_kept(rings: Rings) -> None:
    rings.bring(NINE)
    first = rings.builder.read_bytes()
    rings.bring([*NINE, device(1, 4)])
    assert [kept.read_bytes() for kept in (rings.builder.parent / "backups").iterdir()] == [first]


def test_the_state_live_and_with_test(tmp_path: Path) -> None:
    minion = Minion(tmp_path / "m", "boot-1")
    pillar = {"swift": {"install": False, "roles": ["rings"], "hash": {"suffix": "x"}, "rings": {
        "builders": str(tmp_path / "b"), "published": str(tmp_path / "p"), "part_power": 6, "devices": NINE}}}
    would = minion.apply("swift.rings.build", pillar, test=True)
    assert would.states["swift-rings-build-object"]["result"] is None
    assert would.changed
    assert not (tmp_path / "p").exists()
    made = minion.apply("swift.rings.build")
    assert (made.status, set(made.changed)) == (0, {f"swift-rings-build-{n}" for n in ("account", "container", "object")})
    again = minion.apply("swift.rings.build")
    assert (again.status, again.changed, again.failed) == (0, {}, {})
    ports = {d["port"] for d in Rings(tmp_path).look(tmp_path / "b/account.builder")["devices"]}
    assert ports == {6202}
    url = "http://127.0.0.1:1/v1/feeds/swift/ring"
    for export in ({"url": url}, {"url": url, "token_file": str(tmp_path / "none")}, {"url": url.replace("p:", "ps:"), "ca_file": "/none"}):
        pillar["swift"]["rings"] |= {"devices": None, "export": export}
        unreachable = minion.apply("swift.rings.build", pillar)
        assert unreachable.status == 2
        assert all("can't be read" in comment for comment in unreachable.failed.values()), unreachable.failed
