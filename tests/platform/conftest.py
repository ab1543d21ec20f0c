"""What the programs here share."""

from __future__ import annotations

import os
import subprocess

import pytest


@pytest.fixture(scope="session")
def own_network() -> None:
    """This process in a network of its own: no other program, and none of its connections, is on a port that is chosen here."""
    os.unshare(os.CLONE_NEWNET)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
