"""Recordings for the tests of this folder, made once for each program; a namespace of our own for their mounts."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "disk"))
from diskset import DiskSet, remove_tree, remove_what_dead_runs_left  # noqa: E402
from loopdisk import own_run_folder, run  # noqa: E402
from record import Wanted, record  # noqa: E402
from recordings import SIZE  # noqa: E402
from writelog import Recording  # noqa: E402

SCRATCH = Path(os.environ.get("FOOTING_SCRATCH", "/var/tmp/footing-crash"))
COUNT = 12


def pytest_sessionstart() -> None:
    if os.geteuid() != 0:
        raise pytest.UsageError("the crash tests must run as root: they make loop devices and mounts")
    os.unshare(os.CLONE_NEWNS)
    if " shared:" in Path("/proc/self/mountinfo").read_text():
        run("mount", "--make-rprivate", "/")
    own_run_folder()
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=1))
    remove_what_dead_runs_left(SCRATCH)


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    folder = SCRATCH / f"{os.getpid()}-tests"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        remove_tree(folder)


@pytest.fixture(scope="session")
def recordings(scratch: Path) -> list[Recording]:
    """Enrolments of blank disks; every third disk has sectors of 4096 bytes."""
    return record([Wanted(f"blank.{i:02}", SIZE, 4096 if i % 3 == 2 else 512, {}) for i in range(COUNT)], scratch / "recording")


@pytest.fixture
def disks(recordings: list[Recording], scratch: Path) -> Iterator[DiskSet]:
    with DiskSet(recordings, scratch / "disks") as made:
        yield made
