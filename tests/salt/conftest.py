"""Real Salt in this process, the real agent, loop devices in a mount namespace of our own.

A start of salt-call costs a second, so the minion is made once: `salt` is its loader, as `salt-call --local` has it.
"""

import importlib.util
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import salt._logging
import salt.client
import salt.config
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
SALT = CHECKOUT / "salt"
SCRATCH = Path(os.environ.get("FOOTING_SCRATCH", "/var/tmp/footing-salt-tests"))
SUMMARY = Path("/run/footing/summary.json")
FEEDS = "/v1/feeds/salt/"
MINION = "stor-r12-u07"

os.environ["FOOTING_SCRATCH"] = str(SCRATCH)
sys.path.insert(0, str(CHECKOUT / "tests" / "disk"))
# The disk tests' conftest under a name of its own: its Lab makes disks and takes everything away.
_spec = importlib.util.spec_from_file_location("disk_lab", CHECKOUT / "tests" / "disk" / "conftest.py")
assert _spec and _spec.loader
disk_lab = importlib.util.module_from_spec(_spec)
sys.modules["disk_lab"] = disk_lab
_spec.loader.exec_module(disk_lab)

from agent import PROGRAM  # noqa: E402
from disk_lab import Lab  # noqa: E402
from inventory import Inventory  # noqa: E402

lab = disk_lab.lab


def pytest_sessionstart() -> None:
    salt._logging.shutdown_temp_handler()  # it writes to pytest's capture after that was closed
    disk_lab.pytest_sessionstart()
    # The machine's name is what the inventory knows it by.
    os.unshare(os.CLONE_NEWUTS)
    socket.sethostname(MINION)


def minion_config(folder: Path, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """What minion.d/footing.conf says, with roots of our own."""
    config = yaml.safe_load((SALT / "minion.d" / "footing.conf").read_text())
    config |= {"id": MINION, "root_dir": str(folder), "file_roots": {"base": [str(SALT)]}, "module_dirs": [str(SALT)],
               "pillar_roots": {"base": [str(folder / "pillar")]}, "cachedir": str(folder / "cache"), "pki_dir": str(folder / "pki"),
               "sock_dir": str(folder / "sock"), "log_file": str(folder / "minion.log"), "conf_file": str(folder / "minion"),
               "footing.program": PROGRAM, "log_level_logfile": "warning"} | more
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "minion").write_text(yaml.safe_dump(config))
    return config


class Salt:
    """One masterless minion."""

    def __init__(self, folder: Path) -> None:
        minion_config(folder)
        self.caller = salt.client.Caller(mopts=salt.config.minion_config(str(folder / "minion")))

    def call(self, function: str, *arguments: Any, **more: Any) -> Any:  # noqa: ANN401
        return self.caller.cmd(function, *arguments, **more)

    def state(self, function: str, name: str | Path, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        answer = self.call("state.single", function, str(name), **more)
        assert isinstance(answer, dict), answer
        (result,) = answer.values()
        return {key: result[key] for key in ("name", "result", "changes", "comment")}

    def apply(self, sls: str, pillar: dict[str, Any], **more: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
        """The results of a state.apply, by state id."""
        answer = self.call("state.apply", sls, pillar=pillar, **more)
        assert isinstance(answer, dict), answer
        return {result["__id__"]: result for result in answer.values()}


@pytest.fixture(scope="session")
def minion() -> Iterator[Salt]:
    folder = SCRATCH / f"{os.getpid()}-minion"
    yield Salt(folder)
    disk_lab.subprocess.run(["rm", "-rf", str(folder)], check=False)


@pytest.fixture
def held_disk(lab: Lab) -> Any:  # noqa: ANN401
    """A drive that holds somebody's ext4."""
    disk = lab.make_disk()
    disk_lab.run("mkfs.ext4", "-q", disk.path)
    lab.configure()
    return disk


@pytest.fixture
def inventory(lab: Lab) -> Iterator[Inventory]:
    service = Inventory(lab.folder / "inventory").start()
    yield service
    service.stop()
