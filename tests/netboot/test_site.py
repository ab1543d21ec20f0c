"""The site's files as the boot server keeps them: root's, and closed to the machine's other users."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from conftest import CHECKOUT
from datacenter import bootserver, layout, site

LAYOUT = layout.parse((CHECKOUT / "image/lab.yaml").read_text())


@pytest.fixture
def www(tmp_path: Path) -> Path:
    (tmp_path / "release").mkdir()
    site.write(LAYOUT, tmp_path / "site", "a-token")
    for _ in range(2):  # again over what is there
        bootserver.publish(LAYOUT, tmp_path, tmp_path / "release", tmp_path / "site")
    return tmp_path / "www"


def test_nobody_else_on_the_boot_server_reads_the_token(www: Path) -> None:
    assert b"a-token" in (www / "site.cpio").read_bytes()
    assert www.stat().st_mode & 0o777 == 0o700
    assert (www / "site.cpio").stat().st_mode & 0o777 == 0o600
    assert not any("a-token" in script.read_text() for script in www.rglob("*.ipxe"))


def test_the_archive_holds_the_sites_folder_and_nothing_else(www: Path) -> None:
    names = subprocess.run(["cpio", "--list", "--quiet"], input=(www / "site.cpio").read_bytes(), capture_output=True, check=True).stdout
    assert all(name == "site" or name.startswith("site/") for name in names.decode().split())


def test_the_same_files_written_again_are_the_same_archive(www: Path, tmp_path: Path) -> None:
    """Else each `image/lab up` would boot all servers again."""
    before = (www / "site.cpio").read_bytes()
    (tmp_path / "site").rename(tmp_path / "old")  # other inodes
    site.write(LAYOUT, tmp_path / "site", "a-token")
    os.utime(tmp_path / "site/etc/footing/token", (1, 1))
    bootserver.publish(LAYOUT, tmp_path, tmp_path / "release", tmp_path / "site")
    assert (www / "site.cpio").read_bytes() == before
