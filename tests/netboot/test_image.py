"""The image: the same bits from the same packages, and nothing of one machine in them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import CHECKOUT


@pytest.fixture(scope="module")
def root(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("image") / "root"
    subprocess.run(["unsquashfs", "-quiet", "-no-progress", "-d", target, release / "root.squashfs"],
                   check=True, stdout=subprocess.DEVNULL)
    return target


def test_two_builds_are_identical(release: Path, agent: Path, scratch: Path, tmp_path: Path) -> None:
    """The second one takes nothing from the cache: its packages are downloaded, installed and configured again."""
    done = subprocess.run(
        [CHECKOUT / "image/recipe/build", "--fresh", "--cache", tmp_path / "cache", "--output", tmp_path / "output",
         "--agent", agent, "--level", "3", "--json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((release / "manifest.json").read_text())
    again = json.loads(done.stdout)
    again.pop("folder")
    assert again == manifest


def test_the_manifest_tells_what_is_in_it(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text())
    assert manifest["id"] == release.name
    assert set(manifest["files"]) == {"vmlinuz", "initrd", "root.squashfs"}
    assert {"swift-object", "xfsprogs", "lldpd"} <= set(manifest["packages"])
    assert not {"apt", "dracut-core", "rsyslog"} & set(manifest["packages"])


def test_no_secret_and_no_identity_is_in_the_image(root: Path) -> None:
    assert (root / "etc/machine-id").read_bytes() == b""
    for name in ("etc/hostname", "etc/nvme/hostnqn", "etc/swift/swift.conf",
                 "var/lib/systemd/random-seed", "etc/footing/token"):
        assert not (root / name).exists(), name
    assert list(root.glob("etc/ssh/ssh_host_*")) == []
    keys = subprocess.run(["grep", "-rlE", "--binary-files=without-match", "BEGIN [A-Z ]*PRIVATE KEY", root / "etc",
                           root / "var"], capture_output=True, text=True).stdout
    assert keys == ""
    passwords = [line for line in (root / "etc/shadow").read_text().splitlines() if line.split(":")[1] not in ("*", "!", "!*")]
    assert passwords == []


def test_only_the_presets_units_start(root: Path) -> None:
    wanted = {path.name for path in (root / "etc/systemd/system").glob("multi-user.target.wants/*")}
    assert wanted == {"footing.service", "lldpd.service", "systemd-networkd.service"}
