"""Pillar and roster over the inventory: fail-closed, and never another machine's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import salt.config
import salt.loader
import salt.pillar
import yaml
from conftest import FEEDS, MINION, SALT, Salt, minion_config
from disk_lab import Lab
from inventory import Inventory


@pytest.fixture
def known(minion: Salt, lab: Lab, inventory: Inventory) -> Inventory:
    """An inventory that this machine has reported to."""
    lab.make_disk()
    lab.configure(more=inventory.for_agents)
    assert lab.footing("report", "--send").status == 0
    for feed in (f"pillar/{MINION}", "roster"):
        answer = salt.loader.utils(minion.caller.opts)["footing_inventory.get"](inventory.access, FEEDS + feed)
        assert "answer" in answer, f"{feed}: {answer}"
    return inventory


def pillar_of(minion: Salt, access: dict[str, Any], minion_id: str = MINION) -> dict[str, Any]:
    """As a master, or a minion without one, compiles it."""
    opts = dict(minion.caller.opts, ext_pillar=[{"footing": access}], id=minion_id)
    return salt.pillar.Pillar(opts, opts["grains"], minion_id, "base", pillar_override=None).compile_pillar()


def test_the_inventorys_pillar_is_the_minions(minion: Salt, known: Inventory) -> None:
    pillar = pillar_of(minion, known.access)
    assert "_errors" not in pillar, pillar
    assert (pillar["footing"]["schema"], pillar["footing"]["node"]) == (1, MINION)
    assert not pillar["footing"].get("stale")


def test_a_machine_that_the_inventory_does_not_know_has_no_pillar(minion: Salt, inventory: Inventory, tmp_path: Path) -> None:
    pillar = pillar_of(minion, {**inventory.access, "last_good": str(tmp_path)}, "stranger")
    assert "footing" not in pillar
    assert "404" in str(pillar["_errors"])


def test_while_the_inventory_is_down_the_pillar_fails(minion: Salt, inventory: Inventory) -> None:
    inventory.stop()
    pillar = pillar_of(minion, inventory.access)
    assert "footing" not in pillar
    assert "can't be asked" in str(pillar["_errors"])


def test_with_last_good_an_inventory_that_is_down_gives_a_pillar_marked_stale(minion: Salt, known: Inventory, tmp_path: Path) -> None:
    access = {**known.access, "last_good": str(tmp_path / "kept")}
    fresh = pillar_of(minion, access)
    assert "_errors" not in fresh
    known.stop()
    kept = pillar_of(minion, access)
    assert "_errors" not in kept
    assert kept["footing"].pop("stale") is True
    assert "can't be asked" in kept["footing"].pop("stale_because")
    assert kept["footing"].pop("fetched_at").endswith("Z")
    assert kept["footing"] == fresh["footing"]
    (file,) = (tmp_path / "kept").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert "_errors" in pillar_of(minion, access, "another"), "nothing was kept for that one"
    file.write_text("{")
    assert "_errors" in pillar_of(minion, access), "what is kept is broken"


def test_a_revoked_token_is_refused_and_not_answered_from_last_good(minion: Salt, known: Inventory, tmp_path: Path) -> None:
    access = {**known.access, "last_good": str(tmp_path / "kept")}
    assert "_errors" not in pillar_of(minion, access)
    known.tokens["read"].write_text("fi_nonsense")
    pillar = pillar_of(minion, access)
    assert "footing" not in pillar and "401" in str(pillar["_errors"])


@pytest.mark.parametrize("minion_id", ["../machines", "a/b", "", "-x", "a b", "a%2fb", "x" * 200])
def test_a_strange_minion_id_asks_nothing(minion: Salt, inventory: Inventory, minion_id: str) -> None:
    pillars = salt.loader.pillars(minion.caller.opts, minion.caller.sminion.functions)
    with pytest.raises(Exception, match="can't be a minion of footing"):
        pillars["footing"](minion_id, {}, **inventory.access)


@pytest.mark.parametrize("access", [{}, {"url": "file:///etc/passwd"}, {"url": "http://127.0.0.1:9", "tokn_file": "x"},
                                    {"url": "http://127.0.0.1:9", "token_file": "/nonexistent"}])
def test_bad_settings_fail_the_pillar(minion: Salt, lab: Lab, access: dict[str, Any]) -> None:
    assert "_errors" in pillar_of(minion, access)


def test_states_do_not_run_on_a_pillar_that_failed(inventory: Inventory, tmp_path: Path) -> None:
    """The whole way, by salt-call as a minion without a master runs it."""
    inventory.stop()
    minion_config(tmp_path, ext_pillar=[{"footing": inventory.access}])
    done = salt_call(tmp_path, "state.apply")
    assert done.returncode != 0
    assert "can't be asked" in done.stdout and "footing-guard" not in done.stdout


def salt_call(folder: Path, *arguments: str) -> Any:  # noqa: ANN401
    argv = [Path(sys.executable).parent / "salt-call", "--config-dir", folder, "--local", "--out=json", "--retcode-passthrough", *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)


def roster_of(access: dict[str, Any], tgt: Any, tgt_type: str = "glob", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    opts = salt.config.master_config(None) | {"footing.inventory": access, "module_dirs": [str(SALT)]} | more
    return salt.loader.roster(opts, utils=salt.loader.utils(opts))["footing.targets"](tgt, tgt_type)


def test_the_roster_is_what_the_inventory_knows(known: Inventory) -> None:
    roster = roster_of(known.access, "*", roster_defaults={"user": "ops", "sudo": True})
    assert list(roster) == [MINION]
    assert roster[MINION]["host"] and roster[MINION]["sudo"] is True
    assert set(roster[MINION]) <= {"host", "port", "user", "sudo"}
    assert list(roster_of(known.access, "stor-r13-*")) == []
    assert list(roster_of(known.access, [MINION, "other"], "list")) == [MINION]


STUB = """#!/bin/sh
# In place of ssh, which the toolbox hasn't: keeps what it was asked, and runs the command here.
[ "$1" != -V ] || { echo OpenSSH_10.0 >&2; exit; }
printf '%s\\n' "$@" > "$(dirname "$0")/asked"
for command; do :; done
exec sh -c "$command"
"""


def test_salt_ssh_goes_where_the_inventory_says(minion: Salt, known: Inventory, tmp_path: Path) -> None:
    host = salt.loader.utils(minion.caller.opts)["footing_inventory.get"](known.access, FEEDS + "roster")["answer"][MINION]["host"]
    stub = tmp_path / "ssh"
    stub.write_text(STUB)
    stub.chmod(0o755)
    settings = {"footing.inventory": known.access, "module_dirs": [str(SALT)], "roster_defaults": {"user": "ops"},
                "root_dir": str(tmp_path), "pki_dir": str(tmp_path / "pki"), "cachedir": str(tmp_path / "cache"),
                "log_file": str(tmp_path / "log")}
    (tmp_path / "master").write_text(yaml.safe_dump(settings))
    argv = [Path(sys.executable).parent / "salt-ssh", "--config-dir", tmp_path, "--roster", "footing", "--priv", "agent-forwarding",
            "--out=json", "--raw", "stor-r12-*", "echo here"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)[MINION]
    assert (said["stdout"], said["retcode"]) == ("here\n", 0)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert host in asked and "User=ops" in asked, asked


def test_a_roster_without_an_inventory_is_an_error_and_not_an_empty_one(inventory: Inventory) -> None:
    inventory.stop()
    with pytest.raises(SystemExit):
        roster_of(inventory.access, "*")
