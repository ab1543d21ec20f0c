"""The root: the packages, with recipe/tree over them, configured and pruned (cached); then the agent's .deb (each time)."""

from __future__ import annotations

import os
from pathlib import Path

from . import host
from .base import RECIPE, Base, cache_folder


def configured(base: Base, fresh: bool = False, cache: Path | None = None, platform: bool = False) -> tuple[Path, str]:
    """The tree without the agent, and its key; from the cache unless `fresh`."""
    laid_over = [RECIPE / "tree", *([RECIPE / "platform/tree"] if platform else [])]
    inputs = (*laid_over, RECIPE / "hooks", RECIPE / "purge", RECIPE / "prune")
    key = host.hash_of(base.key, *inputs, Path(__file__), Path(host.__file__))
    tree = (cache or cache_folder()) / f"image-root-{key}"
    if fresh:
        host.remove_tree(tree)
    if not tree.exists():
        new = tree.with_name(f"{tree.name}.new.{os.getpid()}")
        try:
            host.copy_tree(base.tree, new)
            for folder in laid_over:
                host.lay_over(folder, new)
            host.run_in(new, ["/tmp/recipe/hooks/configure"], base.epoch, {"/tmp/recipe": RECIPE})
            host.prune(new, host.lines(RECIPE / "prune"))
            new.rename(tree)
        finally:
            host.remove_tree(new)
    os.utime(tree)
    return tree, key


def with_agent(tree: Path, target: Path, deb: Path, epoch: int) -> None:
    """Install the agent in a copy. dpkg refuses when recipe/packages misses something that the agent depends on."""
    host.copy_tree(tree, target)
    (target / "var/log").mkdir(exist_ok=True)
    host.run_in(target, ["dpkg", "--install", f"/tmp/deb/{deb.name}"], epoch, {"/tmp/deb": deb.parent})
    host.run_in(target, ["systemctl", "preset", "footing.service"], epoch)
    host.prune(target, host.lines(RECIPE / "prune"))


def squash(tree: Path, image: Path, epoch: int, level: int) -> None:
    image.unlink(missing_ok=True)
    host.run(["mksquashfs", tree, image, "-quiet", "-no-progress", "-noappend", "-reproducible", "-all-time", str(epoch),
              "-mkfs-time", str(epoch), "-comp", "zstd", "-Xcompression-level", str(level), "-b", "128K"])
