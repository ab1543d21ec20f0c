"""What stands above a mount point: nobody's link or new folder leads services into the machine's memory."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent import CLUSTER, OTHER_MACHINE, PROGRAM, Answer
from conftest import Lab
from loopdisk import LoopDisk, mounts, run


def where_it_belongs(lab: Lab, disk: LoopDisk) -> Path:
    return Path(lab.plan().disk(disk)["mount_point"])


@contextmanager
def moved_away(folder: Path) -> Iterator[Path]:
    """The folder, with the mounts below it, has another name for a while."""
    other = folder.with_name(folder.name + ".moved")
    folder.rename(other)
    try:
        yield other
    finally:
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            subprocess.run(["chattr", "-R", "-i", str(folder)], capture_output=True, check=False)
            run("rm", "-r", folder)
        other.rename(folder)


@pytest.mark.parametrize("above", ["the parent", "its parent"])
def test_no_drive_is_mounted_behind_a_symbolic_link(lab: Lab, above: str) -> None:
    lab.mount_root = lab.mount_root / "node"
    disk = lab.enrolled_disk()
    link = lab.mount_root if above == "the parent" else lab.mount_root.parent
    before = disk.fingerprint()
    with moved_away(link) as real:
        link.symlink_to(real)
        applied = lab.apply()
        entry = applied.disk(disk)
        assert (applied.status, entry["outcome"]) == (3, "failed"), applied
        assert f"{link} is a symbolic link" in entry["outcome_error"]
        assert not [w for w in mounts().values() if w.startswith(f"{real}/")]
        assert disk.fingerprint() == before
        link.unlink()
        link.symlink_to("nowhere")  # one that leads to nothing isn't made real
        assert f"{link} is a symbolic link" in lab.apply().disk(disk)["outcome_error"]
        assert not (link.parent / "nowhere").exists()
    assert lab.apply().disk(disk)["outcome"] == "mounted"


def test_where_the_parent_was_replaced_under_a_mounted_drive_nothing_can_be_written(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    where = Path(lab.apply().disk(disk)["mount_point"])
    (where / "object").write_bytes(b"on the disk")
    with moved_away(lab.mount_root) as real:
        lab.mount_root.mkdir()
        where.mkdir()  # as a service that misses its folder would
        applied = lab.apply()
        assert (applied.status, applied.disk(disk)["verdict"], applied.disk(disk)["outcome"]) == (3, "in_use", "held"), applied
        with pytest.raises(PermissionError):
            (where / "object").write_bytes(b"into the RAM")
        assert (real / where.name / "object").read_bytes() == b"on the disk"  # in service as before
    assert lab.apply().disk(disk)["outcome"] == "mounted"


def test_without_the_right_to_guard_the_folder_nothing_is_mounted_on_it(lab: Lab) -> None:
    disk = lab.enrolled_disk()
    where = where_it_belongs(lab, disk)
    run("chattr", "-i", where)
    where.rmdir()
    done = subprocess.run(["setpriv", "--bounding-set=-linux_immutable", PROGRAM, "--config", lab.config_file, "apply", "--json"],
                          capture_output=True, text=True, timeout=120, check=False)
    applied = Answer(done.returncode, done.stdout, done.stderr)
    entry = applied.disk(disk)
    assert (applied.status, entry["outcome"]) == (3, "failed"), applied
    assert f"make {where} immutable" in entry["outcome_error"]
    assert str(where) not in mounts().values()
    assert lab.apply().disk(disk)["outcome"] == "mounted", "the next run, with every right, guards it"
    assert os.path.ismount(where)


@pytest.mark.parametrize(("cluster", "guarded"), [(CLUSTER, True), ("lon-1", False)])
def test_only_where_a_drive_of_our_own_cluster_belongs_is_guarded(lab: Lab, cluster: str, guarded: bool) -> None:
    """The label on another cluster's drive is anybody's word: it may name a folder that somebody here uses."""
    disk = lab.enrolled_disk()
    where = where_it_belongs(lab, disk)
    run("chattr", "-i", where)
    where.rmdir()
    where.mkdir()
    lab.configure(cluster=cluster, machine=OTHER_MACHINE)
    entry = lab.apply().disk(disk)
    assert (entry["verdict"], entry["outcome"], entry["mount_point"]) == ("elsewhere", "held", str(where)), entry
    if guarded:
        with pytest.raises(PermissionError):
            (where / "object").write_bytes(b"into the RAM")
    else:
        (where / "object").write_bytes(b"somebody's")
