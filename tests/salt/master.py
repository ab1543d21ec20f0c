"""A real master and minions on loopback, each with a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import salt.client
import salt.config
import salt.key
import yaml
from conftest import SALT
from salt.exceptions import SaltClientError

BIN = Path(sys.executable).parent
DEADLINE = 180.0  # only ever waited for when something is broken


def until(what: str, holds: Callable[[], Any]) -> Any:  # noqa: ANN401
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if answer := holds():
            return answer
        time.sleep(0.2)
    raise AssertionError(f"not within {DEADLINE} s: {what}")


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Daemon:
    def __init__(self, program: str, folder: Path, config: dict[str, Any]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / program.removeprefix("salt-")).write_text(yaml.safe_dump(config))
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([BIN / program, "--config-dir", folder, "--log-level", "info"], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, start_new_session=True)

    def stop(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def roots(folder: Path) -> dict[str, Any]:
    return {"root_dir": str(folder), "pki_dir": str(folder / "pki"), "cachedir": str(folder / "cache"), "sock_dir": str(folder / "sock"),
            "log_file": str(folder / "log_file"), "module_dirs": [str(SALT)]}


class Master(Daemon):
    """As master.d/footing.conf has it."""

    def __init__(self, folder: Path, inventory: dict[str, Any], pillar: dict[str, Any]) -> None:
        config = yaml.safe_load((SALT / "master.d" / "footing.conf").read_text())
        self.ports = free_ports(2)
        (folder / "pillar").mkdir(parents=True)
        (folder / "pillar/top.sls").write_text("base: {'*': [site]}\n")
        (folder / "pillar/site.sls").write_text(yaml.safe_dump(pillar))
        access = {key: inventory[key] for key in ("url", "token_file")}
        (external,) = config["ext_pillar"]
        del external["footing"]["ca_file"]
        external["footing"] |= access
        config |= roots(folder) | {"interface": "127.0.0.1", "publish_port": self.ports[0], "ret_port": self.ports[1], "worker_threads": 3,
                                   "file_roots": {"base": [str(SALT)]}, "pillar_roots": {"base": [str(folder / "pillar")]},
                                   "footing.inventory": access, "user": "root", "keysize": 2048}
        super().__init__("salt-master", folder, config)
        self.opts = salt.config.master_config(str(folder / "master"))

    def key(self, minion: str, state: str = "minions") -> str:
        return salt.key.get_key(self.opts).key_str(minion).get(state, {}).get(minion, "")

    def decisions(self) -> list[str]:
        """What the runner said, from the log."""
        return [line for line in self.log.read_text().splitlines() if "key of " in line]

    def ask(self, minion: str, function: str, *arguments: str, timeout: int = 60) -> Any:  # noqa: ANN401
        with salt.client.LocalClient(mopts=dict(self.opts)) as client:
            return client.cmd(minion, function, list(arguments), timeout=timeout).get(minion)

    def answers(self, minion: str) -> bool:
        """A question that is asked before the minion listens is lost, and a busy master lets one wait."""
        def ping() -> Any:  # noqa: ANN401
            try:
                return self.ask(minion, "test.ping", timeout=10)
            except SaltClientError:
                return None
        return until(f"{minion} answers", ping)


class Minion(Daemon):
    """A boot of a server: a new folder, a new key."""

    def __init__(self, folder: Path, master: Master, name: str, **more: Any) -> None:  # noqa: ANN401
        config = yaml.safe_load((SALT / "minion.d" / "footing.conf").read_text())
        config |= yaml.safe_load((SALT / "minion.d" / "master.conf.example").read_text())
        config |= roots(folder) | {"id": name, "master": "127.0.0.1", "publish_port": master.ports[0], "master_port": master.ports[1],
                                   "acceptance_wait_time": 1, "acceptance_wait_time_max": 1, "user": "root", **more}
        (folder / "pki").mkdir(parents=True, mode=0o700)
        # As system/salt-minion.service does before the daemon starts; tests/platform/test_storage.py runs that.
        argv = [BIN / "salt-key", "--config-dir", master.folder, "--gen-keys=minion", "--keysize=2048", f"--gen-keys-dir={folder / 'pki'}"]
        subprocess.run(argv, check=True, capture_output=True, timeout=60)
        super().__init__("salt-minion", folder, config)

    @property
    def pub(self) -> str:
        return (self.folder / "pki/minion.pub").read_text().strip()
