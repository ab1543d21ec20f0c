"""One lab for a test program: built, started, and gone at its end, whatever happened. Servers are booted by the tests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "image"))

from datacenter import build, layout  # noqa: E402
from datacenter.datacenter import Datacenter  # noqa: E402

BUILD = Path(os.environ.get("FOOTING_BUILD") or CHECKOUT / "build/release")
BOOT = 420.0  # seconds a boot may take, on two cores under TCG, three servers at once


@pytest.fixture(scope="session")
def scratch() -> Path:
    folder = BUILD / "netboot-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def agent(scratch: Path) -> Path:
    return build.package(BUILD, scratch / "cpack.log")


@pytest.fixture(scope="session")
def release(request: pytest.FixtureRequest) -> Path:
    """FOOTING_RELEASE names one that was made before, to look at it alone."""
    made = os.environ.get("FOOTING_RELEASE")
    return Path(made).resolve() if made else build.image(request.getfixturevalue("agent"), print)


@pytest.fixture(scope="session")
def lab_of(scratch: Path, release: Path) -> Iterator[Callable[[Path], Datacenter]]:
    """A started lab without any server on; all of them are stopped at the end. Logs stay for a look."""
    started: list[Datacenter] = []

    def start(file: Path) -> Datacenter:
        folder = scratch / file.stem
        lab = Datacenter(layout.load(file), folder, print)
        lab.stop()
        shutil.rmtree(folder)
        lab = Datacenter(layout.load(file), folder, print)
        lab.prepare_drives()
        lab.start(release)
        lab.serve_inventory(BUILD / "bin/footing-inventory")
        lab.publish(release)
        started.append(lab)
        return lab

    yield start
    for lab in started:
        lab.stop()


def drives_of(machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The inventory's drives of a machine, by serial number."""
    return {drive["serial"]: drive for drive in machine["drives"]}
