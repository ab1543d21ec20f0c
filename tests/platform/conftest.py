"""What the programs here share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from masterless import CHECKOUT

sys.path.insert(0, str(CHECKOUT / "image"))

from datacenter import build  # noqa: E402

BUILD = Path(os.environ.get("FOOTING_BUILD") or CHECKOUT / "build/release")


@pytest.fixture(scope="session")
def own_network() -> None:
    """This process in a network of its own: no other program, and none of its connections, is on a port that is chosen here."""
    os.unshare(os.CLONE_NEWNET)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


@pytest.fixture(scope="session")
def release() -> Path:
    """The image with Salt and the platform's services; FOOTING_RELEASE: one that was made before."""
    made = os.environ.get("FOOTING_RELEASE")
    if made:
        return Path(made).resolve()
    return build.image(build.package(BUILD, BUILD / "platform-cpack.log"), print, platform=True)
