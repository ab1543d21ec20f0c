"""What the lab needs of the host: what is missing is said in a sentence with its remedy, before anything is made."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CHECKOUT


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100m", "small", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def lacks(lab: Path, **more: str) -> list[str]:
    """What it says of disk space. (In the toolbox, where this test runs, it can't make namespaces: it says that too.)"""
    done = subprocess.run([CHECKOUT / "image/datacenter/preflight.sh", "up"], env=os.environ | {"FOOTING_LAB": str(lab)} | more,
                          capture_output=True, text=True, timeout=60)
    said = done.stderr.splitlines()
    assert done.returncode == (1 if said else 0), done
    return [line for line in said if "of disk space" in line]


def test_each_folder_is_asked_for_what_will_be_put_there(small: Path, tmp_path: Path) -> None:
    assert lacks(tmp_path / "lab") == []
    for_lab = lacks(small / "lab")
    assert len(for_lab) == 1, for_lab
    assert f"1024 MiB of disk space are needed in {small}, " in for_lab[0] and "set FOOTING_LAB to a folder elsewhere" in for_lab[0]
    for_cache = lacks(tmp_path / "lab", FOOTING_CACHE=str(small / "cache"))
    assert len(for_cache) == 1, for_cache
    assert f"8192 MiB of disk space are needed in {small}, " in for_cache[0] and "set FOOTING_CACHE to" in for_cache[0]
    (small / "toolbox-1").mkdir()
    (small / "image-root-1").mkdir()
    assert lacks(tmp_path / "lab", FOOTING_CACHE=str(small)) == []  # what the first `up` has made isn't asked for again
