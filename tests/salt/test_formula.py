"""The states of footing/: each renders, stops where it must, and changes nothing the second time."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from agent import PROGRAM, configuration
from conftest import MINION, SALT, Salt, disk_lab
from disk_lab import Lab
from loopdisk import LoopDisk

GOLDEN = Path(__file__).parent / "golden"
EXAMPLE = yaml.safe_load((SALT / "footing/pillar.example").read_text())
SLS = sorted(".".join(path.relative_to(SALT).with_suffix("").parts).removesuffix(".init") for path in SALT.rglob("*.sls")
             if path.name != "top.sls" and path.parent.name != "reactor")
FORMULAS = sorted(file.parent.name for file in SALT.glob("*/map.jinja"))
MACHINE_STATES = "footing.guard,footing.config,footing.verify"  # footing.service needs a machine that systemd booted


def pillar_for(lab: Lab, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    config = yaml.safe_load(configuration(lab.disks, lab.mount_root))
    return {"footing": {**EXAMPLE["footing"], "config": config, "config_file": str(lab.config_file), "program": PROGRAM, **more}}


@pytest.mark.parametrize("sls", SLS)
def test_every_sls_renders_with_and_without_a_pillar(minion: Salt, sls: str) -> None:
    for pillar in (EXAMPLE, {}):
        shown = minion.call("state.show_sls", sls, pillar=pillar)
        assert isinstance(shown, dict) and shown, shown
        for state, declared in shown.items():
            assert state.startswith(declared["__sls__"].replace(".", "-")), f"{state}: state ids spell their path"


@pytest.mark.parametrize("file", sorted((SALT / "reactor").glob("*.sls")))
def test_a_reactions_id_spells_its_path(minion: Salt, file: Path) -> None:
    rendered = minion.call("slsutil.renderer", string=file.read_text(), data={"id": MINION})
    assert all(state.startswith(f"reactor-{file.stem}-") for state in rendered), rendered


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_concern_has_a_clean_and_the_formulas_own_has_them_all(formula: str) -> None:
    """Packages stay; the map changes nothing."""
    concerns = {path.parent.name for path in (SALT / formula).glob("*/*.sls")} - {"_mapdata", "package"}
    assert concerns - {path.parent.name for path in (SALT / formula).glob("*/clean.sls")} == set()
    cleaned = yaml.safe_load((SALT / formula / "clean.sls").read_text())["include"]
    assert {f".{concern}.clean" for concern in concerns} <= set(cleaned)


@pytest.mark.parametrize(("name", "pillar"), [("defaults", {}), ("example", EXAMPLE)])
def test_the_map_is_the_golden_one(minion: Salt, name: str, pillar: dict[str, Any]) -> None:
    """FOOTING_GOLDEN=write makes them anew."""
    shown = minion.call("state.show_sls", "footing._mapdata", pillar=pillar)
    (mapdata,) = [item["mapdata"] for item in shown["footing-_mapdata"]["test"] if isinstance(item, dict) and "mapdata" in item]
    text = yaml.safe_dump(json.loads(json.dumps(mapdata)), sort_keys=True)
    file = GOLDEN / f"mapdata-{name}.yaml"
    if os.environ.get("FOOTING_GOLDEN") == "write":
        file.write_text(text)
    assert file.read_text() == text


def test_blank_drives_are_enrolled_by_the_states_and_the_second_run_changes_nothing(minion: Salt, lab: Lab) -> None:
    disks = [lab.make_disk(), lab.make_disk()]
    pillar = pillar_for(lab)
    test = minion.apply(MACHINE_STATES, pillar, test=True)
    assert {state: result["result"] for state, result in test.items()} == {
        "footing-guard": True, "footing-config-file": None, "footing-verify": None}, test
    assert "isn't there yet: what the drives are is known once it is." in test["footing-verify"]["comment"]
    assert not lab.config_file.exists()
    first = minion.apply(MACHINE_STATES, pillar)
    assert {state: result["result"] for state, result in first.items()} == {
        "footing-guard": True, "footing-config-file": True, "footing-verify": True}, first["footing-config-file"]["comment"]
    assert set(first["footing-verify"]["changes"]) == {d.path for d in disks}
    assert yaml.safe_load(lab.config_file.read_text()) == pillar["footing"]["config"]
    for again in (minion.apply(MACHINE_STATES, pillar), minion.apply(MACHINE_STATES, pillar, test=True)):
        assert [(r["result"], r["changes"]) for r in again.values()] == [(True, {})] * 3, again


def test_a_configuration_that_the_agent_refuses_replaces_nothing(minion: Salt, lab: Lab) -> None:
    disk = lab.make_disk()
    before = lab.configure().read_text()
    pillar = pillar_for(lab)
    pillar["footing"]["config"]["machin"] = "nonsense"
    done = minion.apply(MACHINE_STATES, pillar)
    assert done["footing-config-file"]["result"] is False
    assert "'machin'" in str(done["footing-config-file"]), done["footing-config-file"]
    assert lab.config_file.read_text() == before
    assert done["footing-verify"]["result"] is False and "requisite" in done["footing-verify"]["comment"]
    assert lab.plan().disk(disk)["verdict"] == "blank"


WRONG_PILLARS = {
    "missing": ({"schema": None}, "there is no pillar of footing for stor-r12-u07"),
    "of another schema": ({"schema": 9}, "footing:schema is 9, 1 is expected"),
    "another machine's": ({"node": "stor-r12-u08"}, "this pillar is for stor-r12-u08, this is stor-r12-u07"),
    "nobody's": ({"node": None}, "this pillar is for nobody"),
    "stale": ({"stale": True, "fetched_at": "2026-11-20T08:00:00Z"}, "its last known good of 2026-11-20T08:00:00Z"),
}


@pytest.mark.parametrize("which", WRONG_PILLARS)
def test_the_guard_stops_before_any_other_state(minion: Salt, lab: Lab, which: str) -> None:
    more, sentence = WRONG_PILLARS[which]
    disk = lab.make_disk()
    before = disk.fingerprint()
    for sls in (MACHINE_STATES, "footing.verify", "footing.config"):
        done = minion.apply(sls, pillar_for(lab, **more))
        assert done["footing-guard"]["result"] is False
        assert sentence in done["footing-guard"]["comment"]
        assert not any(result["result"] for result in done.values()), done
    asked = minion.apply("footing.guard", pillar_for(lab, **more), test=True)["footing-guard"]
    assert (asked["result"], sentence in asked["comment"]) == (False, True), asked
    assert not lab.config_file.exists()
    assert disk.fingerprint() == before


def test_a_stale_pillar_is_taken_where_the_site_says_so(minion: Salt, lab: Lab) -> None:
    done = minion.apply("footing.guard", pillar_for(lab, stale=True, accept_stale=True))
    assert done["footing-guard"]["result"] is True


def test_with_a_foreign_drive_the_states_say_which_and_why(minion: Salt, lab: Lab, held_disk: LoopDisk) -> None:
    before = held_disk.fingerprint()
    for test in (True, False):
        done = minion.apply(MACHINE_STATES, pillar_for(lab), test=test)
        assert done["footing-verify"]["result"] is False
        assert f"{held_disk.path} is held, foreign: ext4 signature" in done["footing-verify"]["comment"]
    told = minion.apply(MACHINE_STATES, pillar_for(lab, verify={"allow_held": True}))
    assert told["footing-verify"]["result"] is True and "is held" in told["footing-verify"]["comment"]
    assert held_disk.fingerprint() == before


def test_clean_takes_the_configuration_away_and_leaves_the_drives_mounted(minion: Salt, lab: Lab) -> None:
    disk = lab.make_disk()
    minion.apply(MACHINE_STATES, pillar_for(lab))
    where = lab.plan().disk(disk)["mounted_at"]
    done = minion.apply("footing.config.clean", pillar_for(lab))
    assert done["footing-config-clean"]["result"] is True
    assert not lab.config_file.exists()
    assert where in disk_lab.mounts().values()


def test_the_top_file_gives_a_storage_server_its_formula_and_everybody_the_guard(minion: Salt) -> None:
    top = yaml.safe_load((SALT / "top.sls").read_text())["base"]
    assert top["*"] == ["footing.guard"]
    assert top["footing:roles:storage"] == [{"match": "pillar"}, "footing"]
    assert MINION == minion.caller.opts["id"]
