"""The packages: a Debian 13 tree made by mmdebstrap, cached by the hash of its list.

Promises the same tree for the same archive and list, wherever it is built. Nothing of footing is in it.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from . import host

SUITE = "trixie"
RECIPE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Base:
    tree: Path
    key: str
    epoch: int   # the newest package's own date: the same for everybody who has the same packages
    kernel: str  # uname -r


def cache_folder() -> Path:
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "footing"
    return Path(os.environ.get("FOOTING_CACHE") or default)


def sources() -> str:
    """Debian 13's own sources of this machine (the toolbox's or the native ones), as deb lines."""
    format_ = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    found = host.run(["apt-get", "indextargets", "--format", format_, "Created-By: Packages"]).decode().splitlines()
    wanted = {line for line in found if line.split()[1].startswith(SUITE) and line.split()[2] == "main"}
    if not wanted:
        raise host.BuildError(f"no apt source of Debian {SUITE} here: run this in the toolbox (image/toolbox run …)")
    return "".join(f"deb {line}\n" for line in sorted(wanted))


def package_lists(platform: bool) -> list[Path]:
    return [RECIPE / "packages", *([RECIPE / "platform/packages"] if platform else [])]


def bootstrap(tree: Path, packages: list[str]) -> None:
    excluded = ("man", "info", "locale", "doc")
    host.run(
        ["mmdebstrap", "--quiet", "--variant=apt", "--keyring=/usr/share/keyrings",
         '--aptopt=Apt::Install-Recommends "false"', '--aptopt=Acquire::Retries "3"',
         *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in excluded),
         f"--include={','.join(packages)}", SUITE, tree, "-"],
        env={"INITRD": "No"}, stdin=sources().encode())


def kernel_of(tree: Path) -> str:
    kernels = sorted(path.name for path in (tree / "usr/lib/modules").iterdir())
    if len(kernels) != 1:
        raise host.BuildError(f"one kernel is expected in {tree}, found: {', '.join(kernels) or 'none'}")
    return kernels[0]


def unused_modules() -> list[str]:
    return [line for line in host.lines(RECIPE / "prune") if line.startswith("usr/lib/modules/")]


def raw_modules(tree: Path, epoch: int, kernel: str) -> None:
    """Kernel modules uncompressed, the unused ones gone: squashfs and initrd compress better and a boot unpacks them once."""
    host.prune(tree, unused_modules())
    modules = tree / "usr/lib/modules" / kernel
    host.run(["find", modules, "-name", "*.ko.xz", "-exec", "xz", "--decompress", "--threads=1", "{}", "+"])
    host.run_in(tree, ["depmod", kernel], epoch)


def newest_package_date(tree: Path, before: float) -> int:
    """Files keep the date of their package; what maintainer scripts made is younger than the build's start."""
    folders = [tree / "usr/bin", tree / "usr/sbin", tree / "usr/lib/systemd", tree / "usr/lib/modules"]
    times = (path.lstat().st_mtime for folder in folders for path in folder.rglob("*") if path.is_file())
    return int(max(t for t in times if t < before - 60))


def make(fresh: bool = False, cache: Path | None = None, platform: bool = False) -> Base:
    """The base tree, from the cache unless `fresh`."""
    cache = cache or cache_folder()
    packages = [package for listed in package_lists(platform) for package in host.lines(listed)]
    key = host.hash_of(SUITE, *packages, *unused_modules(), Path(__file__))
    tree = cache / f"image-base-{key}"
    if fresh:
        host.remove_tree(tree)
    if not tree.exists():
        started = time.time()
        new = cache / f"image-base-{key}.new.{os.getpid()}"
        cache.mkdir(parents=True, exist_ok=True)
        try:
            bootstrap(new, packages)
            epoch = newest_package_date(new, started)
            raw_modules(new, epoch, kernel_of(new))
            (new / "footing-epoch").write_text(f"{epoch}\n")
            new.rename(tree)
        finally:
            host.remove_tree(new)
    os.utime(tree)
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or (tree / "footing-epoch").read_text())
    return Base(tree, key, epoch, kernel_of(tree))
