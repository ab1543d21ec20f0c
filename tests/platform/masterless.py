"""One run of the pinned salt-call without a master: states of this checkout, a pillar given as a value, all else in a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
SALT = CHECKOUT / "salt"
VENV = Path(sys.executable).parent


@dataclass(frozen=True)
class Run:
    status: int
    states: dict[str, dict[str, Any]]  # state id -> what Salt says of it
    said: str

    @property
    def failed(self) -> dict[str, str]:
        return {name: state["comment"] for name, state in self.states.items() if state["result"] is False}

    @property
    def changed(self) -> dict[str, Any]:
        return {name: state["changes"] for name, state in self.states.items() if state["changes"]}


class Minion:
    """A minion whose whole world is `folder`."""

    def __init__(self, folder: Path, name: str = "lb-1", prefix: Sequence[str] = ()) -> None:
        """`prefix`: the words by which another machine runs a command."""
        self.folder, self.name, self.prefix = folder, name, prefix
        (folder / "pillar").mkdir(parents=True, exist_ok=True)
        (folder / "pillar/top.sls").write_text("base: {'*': [data]}\n")
        config = {"file_client": "local", "id": name, "root_dir": str(folder / "root"), "file_roots": {"base": [str(SALT)]},
                  "pillar_roots": {"base": [str(folder / "pillar")]}, "module_dirs": [str(SALT)], "log_level": "error",
                  "cachedir": str(folder / "cache"), "pki_dir": str(folder / "pki"), "log_file": str(folder / "log"),
                  "minion_id_caching": False, "grains_cache": False, "enable_fqdns_grains": False}
        (folder / "minion").write_text(json.dumps(config))

    def call(self, function: str, *arguments: str, pillar: dict[str, Any] | None = None) -> tuple[int, Any, str]:
        if pillar is not None:
            (self.folder / "pillar/data.sls").write_text(json.dumps(pillar))
        done = subprocess.run([*self.prefix, str(VENV / "salt-call"), "--local", "--config-dir", str(self.folder), "--out=json",
                               "--retcode-passthrough", function, *arguments],
                              capture_output=True, text=True, check=False, timeout=300)
        try:
            answer = json.loads(done.stdout)["local"]
        except (ValueError, KeyError):
            answer = None
        return done.returncode, answer, done.stdout + done.stderr

    def apply(self, sls: str, pillar: dict[str, Any] | None = None, test: bool = False) -> Run:
        status, answer, said = self.call("state.apply", sls, *(["test=True"] if test else []), pillar=pillar)
        if not isinstance(answer, dict):
            return Run(status, {}, said)
        return Run(status, {state["__id__"]: state for state in answer.values()}, said)
