"""What a server says on its console when it can't get its root image, and that it goes on by itself when it can."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import BOOT
from datacenter.datacenter import Datacenter


@pytest.fixture(scope="module")
def lab(lab_of: Callable[[Path], Datacenter]) -> Iterator[Datacenter]:
    yield lab_of(Path(__file__).parent / "initrd.yaml")


def says(lab: Datacenter, server: str, *words: str, after: int = 0, timeout: float = BOOT) -> str:
    """The first line of the console after byte `after` with all these words; the console is read until it comes."""
    until, log = time.monotonic() + timeout, lab.console_log(server)
    while time.monotonic() < until:
        text = log.read_bytes()[after:].decode(errors="replace") if log.exists() else ""
        for line in text.splitlines():
            if all(word in line for word in words):
                return line
        time.sleep(0.5)
    pytest.fail(f"{server} never said {words}; its console ends with:\n{text[-3000:]}")


def own_copy(lab: Datacenter, release: Path) -> Path:
    """The release as the boot server has it, as a folder that may be broken."""
    folder = lab.folder / "www/image" / release.name
    folder.unlink()
    folder.mkdir()
    for name in ("vmlinuz", "initrd"):
        (folder / name).symlink_to(release / name)
    return folder


def test_a_broken_root_image_is_named_refused_and_fetched_again(lab: Datacenter, release: Path) -> None:
    folder = own_copy(lab, release)
    root = folder / "root.squashfs"
    lab.power_on("broken")
    says(lab, "broken", "no such file (HTTP 404)")

    half = folder / "half"
    shutil.copyfile(release / "root.squashfs", half)
    with half.open("r+b") as file:
        file.truncate(half.stat().st_size // 2)
    half.rename(root)
    says(lab, "broken", "wrong size")

    flipped = folder / "flipped"
    shutil.copyfile(release / "root.squashfs", flipped)
    with flipped.open("r+b") as file:
        file.seek(12345678)
        byte = file.read(1)[0]
        file.seek(12345678)
        file.write(bytes([byte ^ 1]))
    flipped.rename(root)
    says(lab, "broken", "wrong hash", "found")
    says(lab, "broken", "ROOT IMAGE NOT FETCHED")
    says(lab, "broken", "THIS SERVER CAN'T BOOT")
    assert f" 200 {root.stat().st_size} " in (lab.folder / "nginx-access.log").read_text(), "the wrong bytes were never served"

    refused = lab.console_log("broken").stat().st_size
    root.unlink()
    root.symlink_to(release / "root.squashfs")
    says(lab, "broken", "is mounted, the system starts", after=refused)
    lab.power_off("broken")


def test_an_initrd_refuses_another_releases_boot_script(lab: Datacenter, release: Path) -> None:
    script = lab.folder / "www/server" / f"{lab.layout.server('mixed').uuid}.ipxe"
    script.write_text(script.read_text().replace(f"footing.release={release.name}", "footing.release=0123456789ab"))
    lab.power_on("mixed")
    line = says(lab, "mixed", "WRONG RELEASE")
    assert "0123456789ab" in line and release.name in line
    lab.power_off("mixed")


def test_too_little_memory_is_a_sentence_not_a_crash(lab: Datacenter) -> None:
    lab.power_on("small")
    says(lab, "small", "NOT ENOUGH RAM", "MiB")
    lab.power_off("small")
