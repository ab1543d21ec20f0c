"""The booted guest, once for each build; every test goes on from there with drives of its own."""

from __future__ import annotations

import fcntl
import hashlib
import inspect
import io
import os
import shutil
import signal
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "image"))

from datacenter import build, machine  # noqa: E402
import root  # noqa: E402
from guest import COMMAND_LINE, Guest, running  # noqa: E402
from root import INSIDE, Root, host  # noqa: E402

BUILD = Path(os.environ.get("FOOTING_BUILD") or CHECKOUT / "build/release")
SCRATCH = BUILD / "guest-tests"


def content_of(deb: Path) -> str:
    """A hash of what is in it: cpack gives its files the time of the packing."""
    digest = hashlib.sha256()
    with tarfile.open(fileobj=io.BytesIO(host.run(["dpkg-deb", "--fsys-tarfile", str(deb)]))) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            digest.update(repr((member.name, member.mode, member.linkname)).encode() + (file.read() if file else b""))
    return digest.hexdigest()


class Booted:
    """A guest that has booted and was saved."""

    def __init__(self) -> None:
        SCRATCH.mkdir(parents=True, exist_ok=True)
        with (SCRATCH / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            deb = build.package(BUILD, SCRATCH / "cpack.log")
            self.root = Root()
            self.accel = machine.accelerator(self.root.kernel)
            key = host.hash_of(self.root.key, content_of(deb), str(self.accel), COMMAND_LINE, INSIDE,
                               inspect.getsource(Guest.argv), Path(root.__file__))
            self.initrd = SCRATCH / f"{key}.initrd"
            self.state = SCRATCH / f"{key}.state"
            if not self.state.exists():
                for old in (*SCRATCH.glob("*.initrd"), *SCRATCH.glob("*.state")):
                    old.unlink()
                self.root.initrd(deb, self.initrd, SCRATCH / "initrd")
                self.boot()

    def boot(self) -> None:
        folder = SCRATCH / "boot"
        shutil.rmtree(folder, ignore_errors=True)
        guest = Guest(self.root, self.accel, self.initrd, folder)
        with running(guest):
            guest.settle()
            guest.run("sync; echo 3 >/proc/sys/vm/drop_caches")
            new = self.state.with_suffix(".new")
            guest.save(new)
            new.rename(self.state)


def pytest_sessionstart() -> None:
    # So that the fixtures end their guests when ctest's time limit ends us.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=1))


@pytest.fixture(scope="session")
def booted() -> Booted:
    return Booted()


@pytest.fixture
def guest(request: pytest.FixtureRequest, booted: Booted) -> Iterator[Guest]:
    folder = SCRATCH / f"{os.getpid()}-{request.node.name}"[:20]  # a socket lies in it: 108 bytes are all its path may have
    with running(Guest(booted.root, booted.accel, booted.initrd, folder, booted.state)) as made:
        yield made
    shutil.rmtree(folder, ignore_errors=True)
