"""A disk that somebody uses is not looked into, and not written."""

import fcntl
import os
import threading
import time
from pathlib import Path

from conftest import Lab
from loopdisk import run


def test_a_mounted_filesystem_of_somebody_else(lab: Lab) -> None:
    disk = lab.make_disk()
    run("mkfs.ext4", "-q", "-F", "-E", "nodiscard,lazy_itable_init=0", disk.path)
    where = lab.mount_root / "theirs"
    where.mkdir()
    run("mount", disk.path, where)
    (where / "file").write_text("theirs")
    run("sync", "--file-system", where)
    lab.configure()
    lab.assert_held("in_use", "mounted")


def test_a_disk_mounted_in_another_mount_namespace(lab: Lab) -> None:
    disk = lab.make_disk()
    run("mkfs.ext4", "-q", "-F", "-E", "nodiscard,lazy_itable_init=0", disk.path)
    where = lab.folder / "elsewhere"
    where.mkdir()
    ready, done = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.unshare(os.CLONE_NEWNS)
        os.system(f"mount {disk.path} {where} && sync")
        os.write(ready[1], b"1")
        os.read(done[0], 1)
        os._exit(0)
    os.read(ready[0], 1)
    try:
        lab.configure()
        lab.assert_held("in_use", "opened_exclusively")
    finally:
        os.write(done[1], b"1")
        os.waitpid(child, 0)


def test_swap(lab: Lab) -> None:
    disk = lab.make_disk()
    run("mkswap", disk.path)
    run("swapon", "--priority", "0", disk.path)
    try:
        lab.configure()
        # The kernel writes to it whenever it likes, so only its header tells: everything before the first page it uses.
        before = disk.read(0, 4096)
        for answer in (lab.plan(), lab.apply()):
            entry = answer.disk(disk)
            assert (answer.status, entry["verdict"], entry["action"]) == (3, "in_use", "none"), entry
            assert "swap" in [reason["code"] for reason in entry["reasons"]]
        assert disk.read(0, 4096) == before
    finally:
        run("swapoff", disk.path)


def test_a_blank_disk_that_another_program_has_opened_exclusively(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    fd = os.open(disk.path, os.O_RDONLY | os.O_EXCL)
    try:
        lab.assert_held("in_use", "opened_exclusively")
    finally:
        os.close(fd)
    assert lab.apply().disk(disk)["outcome"] == "enrolled"


def test_a_drive_that_was_let_go_while_it_was_looked_at_is_not_in_use(lab: Lab) -> None:
    """A run that was killed has its filesystem unmounted a moment after its lock is gone."""
    disk = lab.make_disk()
    lab.configure()
    fd = os.open(disk.path, os.O_RDONLY | os.O_EXCL)
    lock = os.open(disk.path, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # the look waits here

    def let_go() -> None:
        while not any(" -> " in line and f":{os.fstat(lock).st_ino} " in line for line in Path("/proc/locks").read_text().splitlines()):
            time.sleep(0.01)
        fcntl.flock(lock, fcntl.LOCK_UN)
        time.sleep(0.3)
        os.close(fd)

    other = threading.Thread(target=let_go)
    other.start()
    try:
        assert lab.plan().disk(disk)["verdict"] == "blank"
    finally:
        other.join()
        os.close(lock)


def test_our_disk_mounted_somewhere_else(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    where = Path(lab.apply().disk(disk)["mount_point"])
    other = lab.mount_root / "other"
    other.mkdir()
    run("umount", where)
    run("mount", f"{disk.path}p1", other)
    run("sync", "--file-system", other)
    lab.assert_held("in_use", "mounted")


def test_our_mount_point_taken_by_another_filesystem(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.configure()
    where = Path(lab.apply().disk(disk)["mount_point"])
    lab.power_cycle()
    run("mount", "-t", "tmpfs", "tmpfs", where)
    before = disk.fingerprint()
    applied = lab.apply()
    assert (applied.status, applied.disk(disk)["outcome"]) == (3, "failed")
    assert str(where) in applied.disk(disk)["outcome_error"]
    assert disk.fingerprint() == before
