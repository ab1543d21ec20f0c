"""The execution module: the agent's answers as values, and its failures as sentences."""

import fcntl
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import Salt, disk_lab
from disk_lab import Lab
from salt.exceptions import CommandExecutionError


def test_plan_apply_status_and_explain_are_the_agents_own_answers(minion: Salt, lab: Lab) -> None:
    disk = lab.make_disk()
    config = str(lab.configure())
    assert minion.call("footing.plan", config)["exit_status"] == 2
    applied = minion.call("footing.apply", config)
    assert applied["disks"] and applied["schema"] == "footing/plan/1"
    assert {d["outcome"] for d in applied["disks"] if d["path"] == disk.path} == {"enrolled"}
    assert minion.call("footing.status", config)["schema"] == "footing/status/1"
    assert minion.call("footing.explain", disk.path, config)["verdict"] == "enrolled"
    assert minion.call("footing.version") == "0.1.0"


def test_a_bad_configuration_is_the_agents_sentence_with_line_and_column(minion: Salt, lab: Lab) -> None:
    lab.config_file.write_text("cluster: par-1\nmachin: nonsense\n")
    for function in ("footing.check", "footing.plan", "footing.apply"):
        with pytest.raises(CommandExecutionError, match=r"footing\.yaml:2:1.*machin"):
            minion.call(function, str(lab.config_file))


def test_an_agent_that_is_missing_is_a_sentence(minion: Salt, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(minion.caller.opts, "footing.program", "/nonexistent/footing")
    with pytest.raises(CommandExecutionError, match="there is no agent: /nonexistent/footing: No such file"):
        minion.call("footing.version")


def test_an_argument_that_looks_like_an_option_is_refused(minion: Salt, lab: Lab) -> None:
    with pytest.raises(CommandExecutionError, match="no drive is called '--help'"):
        minion.call("footing.explain", "--help", str(lab.configure()))


@pytest.fixture
def another_run() -> Any:  # noqa: ANN401
    """Holds the agent's lock, as the boot's run does."""
    Path("/run/footing").mkdir(exist_ok=True)
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:  # record locks are a process's own
        with open("/run/footing/lock", "w") as held:
            fcntl.lockf(held, fcntl.LOCK_EX)
            os.write(told, b"x")
            disk_lab.signal.pause()
    os.read(ready, 1)
    yield child
    os.kill(child, disk_lab.signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ready)
    os.close(told)


def test_a_run_at_work_is_told_and_waited_for_only_so_long(minion: Salt, lab: Lab, another_run: int) -> None:
    disk = lab.make_disk()
    config = lab.configure()
    blank = disk.fingerprint()
    assert minion.call("footing.busy") == another_run
    answer = minion.state("footing.converged", config, timeout=1)
    assert (answer["result"], answer["changes"]) == (False, {})
    assert f"waiting for another run (pid {another_run})" in answer["comment"]
    assert "didn't end within 1 s" in answer["comment"]
    assert disk.fingerprint() == blank


def test_a_unit_is_not_restarted_while_a_run_is_at_work(minion: Salt, lab: Lab, another_run: int) -> None:
    with pytest.raises(CommandExecutionError, match=rf"a run of footing \(pid {another_run}\) is at work; footing.service is not"):
        minion.call("footing.restart")


def test_nobody_is_at_work(minion: Salt, lab: Lab) -> None:
    assert minion.call("footing.busy") is None
