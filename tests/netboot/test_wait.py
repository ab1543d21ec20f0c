"""Waiting for servers: a clock that stands still is the emulator's fault, and only that is played here."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CHECKOUT
from datacenter import layout
from datacenter.datacenter import Datacenter

STALLED = "[   22.6] rcu: \tPossible timer handling issue on cpu=1 timer-softirq=5\n"


@pytest.mark.parametrize("stalls", [0, 1, 2])
def test_a_server_whose_clock_stands_still_is_powered_off_and_on_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stalls: int) -> None:
    said: list[str] = []
    lab = Datacenter(layout.parse((CHECKOUT / "image/lab.yaml").read_text()), tmp_path, said.append)
    name = lab.layout.servers[0].name
    log = lab.console_log(name)
    log.parent.mkdir()
    log.write_text(STALLED)  # of an earlier boot
    (tmp_path / "nginx-access.log").touch()
    (tmp_path / name / "booted").write_text("published before")
    cuts: list[str] = []
    boots = iter(range(100))

    def machines() -> dict[str, dict[str, object]]:
        if next(boots) in range(1, 1 + stalls):
            log.write_text(log.read_text() + STALLED)
        return {}

    monkeypatch.setattr(lab, "machines", machines)
    monkeypatch.setattr(lab, "running", lambda _: True)
    monkeypatch.setattr(lab, "power_cut", cuts.append)
    assert not lab.wait([name], 4)
    assert cuts == [name] * min(stalls, 1)
    assert len([line for line in said if "stands still" in line]) == len(cuts)
