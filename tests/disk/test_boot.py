"""`footing boot` looks again where looking again may help."""

import os
import subprocess
from pathlib import Path

from agent import PROGRAM
from conftest import Lab
from loopdisk import mounts


def test_a_drive_that_somebody_held_at_boot_is_mounted_when_it_is_let_go(lab: Lab) -> None:
    early, late = lab.enrolled_disk(), lab.make_disk()
    lab.configure()
    assert lab.apply().disk(late)["outcome"] == "enrolled"
    lab.power_cycle()
    held = os.open(late.path, os.O_RDONLY | os.O_EXCL)
    boot = subprocess.Popen([PROGRAM, "boot", "--config", lab.config_file], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    try:
        assert boot.stderr is not None
        assert any("in_use" in line for line in iter(boot.stderr.readline, "")), "it was never seen in use"
        assert {where for where in mounts().values() if Path(where).parent == lab.mount_root} != set(), f"{early.path} waited for it"
        os.close(held)
        _, rest = boot.communicate(timeout=90)
        assert boot.returncode == 0, rest
        assert len([where for where in mounts().values() if Path(where).parent == lab.mount_root]) == 2
    finally:
        boot.kill()
        boot.wait()


def test_a_boot_that_nothing_keeps_waiting_ends(lab: Lab) -> None:
    lab.enrolled_disk()
    foreign = lab.make_disk()
    foreign.write(1 << 20, b"somebody's")
    lab.configure()
    done = lab.footing("boot")
    assert (done.status, "foreign" in done.err) == (3, True), done
