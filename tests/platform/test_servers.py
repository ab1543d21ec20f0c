"""The boot server as the states configure it, each file read by the program that it is for; and every formula's pillar."""

from __future__ import annotations

import os
import stat
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml
from balancer import free_port
from booting import BOOT, MACHINE, NEW, OLD, boot_pillar, releases
from masterless import SALT, Minion

pytestmark = pytest.mark.usefixtures("own_network")


@pytest.fixture
def minion(tmp_path: Path) -> Minion:
    return Minion(tmp_path / "minion", "boot-1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return releases(tmp_path)


def test_the_boot_server_hands_out_what_the_pillar_says(tmp_path: Path, minion: Minion, root: Path) -> None:
    port = free_port()
    run = minion.apply(BOOT, boot_pillar(tmp_path, port))
    assert (run.status, run.failed) == (0, {}), run.said
    assert {p: os.readlink(root / "image" / p) for p in ("current", "previous", "fallback")} == {
        "current": NEW, "previous": OLD, "fallback": OLD}
    assert stat.S_IMODE((root / "site.cpio").stat().st_mode) == 0o640
    assert stat.S_IMODE((root / ".site").stat().st_mode) == 0o700
    assert site_files(root)["site/etc/footing/token"] == "-rw-------"
    again = minion.apply(BOOT)
    assert (again.status, again.changed) == (0, {}), again.changed

    nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"])
    try:
        script = fetch(f"http://127.0.0.1:{port}/server/{MACHINE.lower()}.ipxe")
        assert f"/image/{NEW}/vmlinuz" in script
        assert f"footing.release={NEW} systemd.hostname=stor-1" in script
        assert "@" not in script
        assert f"/image/{OLD}/vmlinuz" in fetch(f"http://127.0.0.1:{port}/server/{MACHINE[:-1].lower()}2.ipxe")
        assert f"http://127.0.0.1:{port}/server/${{uuid}}.ipxe" in fetch(f"http://127.0.0.1:{port}/boot.ipxe")
        assert fetch(f"http://127.0.0.1:{port}/image/current/vmlinuz") == f"vmlinuz of {NEW}"
        for hidden in ("/.site/site/etc/footing/token", "/server/none.ipxe"):
            with pytest.raises(OSError, match="404"):
                fetch(f"http://127.0.0.1:{port}{hidden}")
    finally:
        nginx.terminate()
        nginx.wait(20)


def test_clean_takes_all_away_but_the_releases(tmp_path: Path, minion: Minion, root: Path) -> None:
    before = sorted(root.rglob("*"))
    configs = tmp_path / "dnsmasq.conf", tmp_path / "nginx.conf"
    run = minion.apply(BOOT, boot_pillar(tmp_path))
    assert (run.status, all(file.exists() for file in configs)) == (0, True), run.said
    assert {path.name for path in set(root.rglob("*")) - set(before)} > {"site.cpio", ".site", "boot.ipxe", "snponly.efi", "current"}
    cleans = ",".join(f"{part}.clean" for part in BOOT.split(","))
    assert minion.apply(cleans, test=True).failed == {}
    run = minion.apply(cleans)
    assert (run.status, run.failed) == (0, {}), run.said
    assert sorted(root.rglob("*")) == before
    assert not any(file.exists() for file in configs)
    assert minion.apply(cleans).changed == {}


def site_files(root: Path) -> dict[str, str]:
    """Mode and name of each entry of the archive that machines fetch."""
    said = subprocess.run(["cpio", "--quiet", "--list", "--verbose"], stdin=(root / "site.cpio").open("rb"), capture_output=True,
                          text=True, check=True).stdout
    return {line.split()[-1]: line.split()[0] for line in said.splitlines()}


def test_the_sites_files_close_no_folder_that_the_image_has(tmp_path: Path, minion: Minion, root: Path) -> None:
    values = boot_pillar(tmp_path)
    values["bootserver"]["site"] = {"etc/footing/token": {"contents": "secret", "mode": "0600"}, "a": {"contents": "x"},
                                    "root/.ssh/authorized_keys": {"contents": "key", "mode": "0600"}, "root": {"mode": "0700"}}
    run = minion.apply("bootserver.releases", values)
    assert (run.status, run.failed) == (0, {}), run.said
    assert site_files(root) == {
        "site": "drwxr-xr-x", "site/etc": "drwxr-xr-x", "site/etc/footing": "drwxr-xr-x", "site/etc/footing/token": "-rw-------",
        "site/a": "-rw-r--r--", "site/root": "drwx------", "site/root/.ssh": "drwxr-xr-x", "site/root/.ssh/authorized_keys": "-rw-------"}
    assert minion.apply("bootserver.releases").changed == {}
    assert "secret" not in run.said + minion.call("state.show_sls", "bootserver.releases.site")[2]


def test_an_archive_that_a_run_did_not_bring_to_its_end_is_made_by_the_next(tmp_path: Path, minion: Minion, root: Path) -> None:
    failed = minion.apply("bootserver.releases", boot_pillar(tmp_path, user="nobody-of-that-name"))
    assert failed.status == 2 and not (root / "site.cpio").exists()
    run = minion.apply("bootserver.releases", boot_pillar(tmp_path))
    assert (run.status, set(run.changed)) == (0, {"bootserver-releases-site-whole"}), run.said
    assert "site/etc/footing/token" in site_files(root)
    for spoil in (lambda file: file.chmod(0o644), lambda file: file.write_bytes(b"x"), lambda file: file.unlink()):
        spoil(root / "site.cpio")
        assert minion.apply("bootserver.releases").status == 0
        assert stat.S_IMODE((root / "site.cpio").stat().st_mode) == 0o640
        assert "site/etc/footing/token" in site_files(root)
    assert minion.apply("bootserver.releases").changed == {}


@pytest.mark.parametrize(("networks", "served"), [(["127.0.0.0/8"], True), (["192.0.2.0/24"], False)])
def test_the_sites_files_are_for_the_networks_of_the_servers(
        tmp_path: Path, minion: Minion, root: Path, networks: list[str], served: bool) -> None:
    port = free_port()
    assert minion.apply(BOOT, boot_pillar(tmp_path, port, site_networks=networks)).status == 0
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"])
    try:
        assert fetch(f"http://127.0.0.1:{port}/boot.ipxe"), "what has no secret is for everybody"
        for spelt in ("/site.cpio", "//site.cpio", "/x/../site.cpio", "/%73ite.cpio"):
            if served:
                assert "secret" in fetch(f"http://127.0.0.1:{port}{spelt}")
            else:
                with pytest.raises(OSError, match="403"):
                    fetch(f"http://127.0.0.1:{port}{spelt}")
    finally:
        nginx.terminate()
        nginx.wait(20)


def fetch(url: str) -> str:
    for attempt in range(100):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                said: str = answer.read().decode()
                return said
        except urllib.error.HTTPError:
            raise
        except OSError:
            if attempt == 99:
                raise

            time.sleep(0.1)
    raise AssertionError


def test_a_release_that_is_not_all_there_is_never_switched_to(tmp_path: Path, minion: Minion, root: Path) -> None:
    assert minion.apply("bootserver.releases", boot_pillar(tmp_path)).status == 0
    (root / "image/incomplete").mkdir()
    (root / "image/incomplete/manifest.json").write_text("{}")
    before = (root / f"server/{MACHINE.lower()}.ipxe").read_text()
    run = minion.apply("bootserver.releases", boot_pillar(tmp_path, releases={
        "current": "incomplete", "previous": NEW, "fallback": OLD}))
    assert run.status == 2
    assert os.readlink(root / "image/current") == NEW
    assert os.readlink(root / "image/previous") == NEW
    assert (root / f"server/{MACHINE.lower()}.ipxe").read_text() == before


@pytest.mark.parametrize(("mode", "wanted"), [
    ("server", "dhcp-range=10.0.2.10,10.0.2.250,1h"), ("proxy", "dhcp-range=10.0.2.0,proxy"), ("none", "enable-tftp")])
def test_every_way_of_dhcp_is_read_by_dnsmasq(tmp_path: Path, minion: Minion, root: Path, mode: str, wanted: str) -> None:
    values = boot_pillar(tmp_path)
    values["bootserver"]["dhcp"] |= {"mode": mode, **({"range": "10.0.2.0"} if mode == "proxy" else {})}
    run = minion.apply("bootserver.dnsmasq", values)
    assert (run.status, run.failed) == (0, {}), run.said
    text = (tmp_path / "dnsmasq.conf").read_text()
    assert wanted in text
    assert ("dhcp-boot" in text) == (mode != "none")
    values["bootserver"]["dhcp"] |= {"mode": "server", "range": "nonsense"}
    refused = minion.apply("bootserver.dnsmasq", values)
    assert refused.status == 2
    assert (tmp_path / "dnsmasq.conf").read_text() == text


FORMULAS = ("loadbalancer", "swift", "inventory", "bootserver")


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_sls_renders_over_the_example_pillar(tmp_path: Path, minion: Minion, formula: str) -> None:
    example = yaml.safe_load((SALT / formula / "pillar.example").read_text())
    if formula == "loadbalancer":
        minion = Minion(tmp_path / "lb", "lb-1")
    if formula == "swift":
        example["swift"]["roles"] = ["proxy", "storage", "rings"]
    parts = sorted({str(file.relative_to(SALT).with_suffix("")).replace("/", ".").removesuffix(".init")
                    for file in (SALT / formula).rglob("*.sls")})
    assert len(parts) > 5
    for part in (",".join(p for p in parts if "clean" not in p), ",".join(p for p in parts if "clean" in p)):
        status, states, said = minion.call("state.show_sls", part, pillar=example)
        assert status == 0, said
        assert isinstance(states, dict), said
        wrong = [name for name, state in states.items() if not name.startswith(state["__sls__"].replace(".", "-"))]
        assert not wrong, "a state id spells its path"
