"""`--with platform`: the packages of the services, and Salt with its states, in the same image.

Salt's virtual environment is made by salt/install, moved to /opt/salt and compiled once (cached); the states are the
checkout's, at each build. Without `--with platform` nothing of this is in the image.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from . import host
from .base import RECIPE, Base, cache_folder

FOLDER = RECIPE / "platform"
SALT = RECIPE.parents[1] / "salt"
TARGET = "/opt/salt"
# pip and setuptools make environments; what is left here of other systems' clouds is never loaded on a server.
UNUSED = ("lib/python3.13/site-packages/pip*", "lib/python3.13/site-packages/setuptools*",
          "lib/python3.13/site-packages/libcloud/compute", "lib/python3.13/site-packages/libcloud/test",
          "lib/python3.13/site-packages/salt/platform/win*", "include")


def environment(base: Base, cache: Path | None = None) -> Path:
    """Salt's environment as it will lie in /opt/salt, from the cache."""
    made_by = Path(host.run([SALT / "install"], env={"FOOTING_CACHE": str(cache or cache_folder())}).decode().strip())
    kept = (cache or cache_folder()) / f"image-salt-{host.hash_of(made_by.name, base.key, Path(__file__))}"
    if not kept.exists():
        new = kept.with_name(f"{kept.name}.new.{os.getpid()}")
        try:
            host.copy_tree(made_by, new)
            host.prune(new, UNUSED)
            for script in (new / "bin").iterdir():
                if not script.is_symlink() and script.is_file():
                    script.write_text(script.read_text().replace(str(made_by), TARGET))
            compile_in(base, new)
            new.rename(kept)
        finally:
            host.remove_tree(new)
    os.utime(kept)
    return kept


def compile_in(base: Base, tree: Path) -> None:
    """As hooks/configure does it: all mtimes are one in the squashfs, so bytecode must not be checked against them."""
    for found in sorted(tree.rglob("__pycache__")):
        shutil.rmtree(found)
    host.run_in(base.tree, ["sh", "-c", "PYTHONHASHSEED=0 python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash "
                            f"-s /tmp/salt -p {TARGET} /tmp/salt >/dev/null || true"], base.epoch, {"/tmp/salt": tree})


def add(tree: Path, salt: Path) -> None:
    """Salt, its states and its minion configuration into a root."""
    host.copy_tree(salt, tree / TARGET[1:])
    shutil.copytree(SALT, tree / "srv/salt", ignore=shutil.ignore_patterns("__pycache__"))
    minion = tree / "etc/salt/minion.d"
    minion.mkdir(parents=True, exist_ok=True)
    shutil.copy(SALT / "minion.d/footing.conf", minion / "footing.conf")
