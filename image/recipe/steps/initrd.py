"""The initrd in two archives: dracut's (slow to make, cached) and a small one with the agent and the pin of the root.

So a new agent costs a second, not dracut's half minute. The kernel unpacks both into one tree, the later one on top.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from . import host
from .base import Base, cache_folder

SOURCE = Path(__file__).resolve().parents[2] / "initrd"
AGENT = "/usr/bin/footing"


def dracut(base: Base, fresh: bool = False, cache: Path | None = None) -> Path:
    """dracut's archive, uncompressed, from the cache unless `fresh`."""
    key = host.hash_of(base.key, str(base.epoch), SOURCE, Path(__file__))
    made = (cache or cache_folder()) / f"image-initrd-{key}.cpio"
    if made.exists() and not fresh:
        os.utime(made)
        return made
    with tempfile.TemporaryDirectory(dir=made.parent) as folder:
        host.run_in(
            base.tree,
            ["dracut", "--quiet", "--force", "--conf", "/dev/null", "--confdir", "/tmp/initrd",
             "--modules", "footing", "--kver", base.kernel, "/tmp/out/initrd"],
            base.epoch,
            {"/tmp/initrd": SOURCE, "/tmp/out": Path(folder),
             "/usr/lib/dracut/modules.d/90footing": SOURCE / "90footing"})
        (Path(folder) / "initrd").replace(made)
    return made


def archive(tree: Path, epoch: int) -> bytes:
    """A folder as a newc cpio archive: sorted, root's, one time for all."""
    names = sorted(str(path.relative_to(tree)) for path in tree.rglob("*"))
    for name in names:
        os.utime(tree / name, (epoch, epoch), follow_symlinks=False)
    return host.run(["cpio", "--quiet", "--create", "--format=newc", "--reproducible", "--owner=0:0",
                     "--null", f"--directory={tree}"], stdin="\0".join(names).encode())


def libraries(root: Path, epoch: int) -> list[str]:
    """The agent's shared libraries, as paths in the root."""
    said = host.run_in(root, ["ldd", AGENT], epoch).decode() if is_elf(root / AGENT[1:]) else ""
    if "not found" in said:
        raise host.BuildError(f"the agent needs libraries that recipe/packages does not bring:\n{said}")
    return re.findall(r"(/\S+) \(0x", said)


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def addition(root: Path, epoch: int, pin: dict[str, str | int], has: set[str]) -> bytes:
    """The second archive: agent, those of its libraries that dracut's archive has not, and the pin."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in [AGENT, *libraries(root, epoch)]:
            real = (root / name[1:]).resolve().relative_to(root.resolve())
            wanted = Path("usr") / name[1:] if not name.startswith("/usr/") else Path(name[1:])
            if str(wanted) in has:
                continue
            (tree / wanted).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / real, tree / wanted)
            (tree / wanted).chmod(0o755)
        (tree / "etc/footing").mkdir(parents=True)
        text = "".join(f"{name}={value}\n" for name, value in pin.items())
        (tree / "etc/footing/root.pin").write_text(text)
        (tree / "etc/footing/root.pin").chmod(0o644)
        for path in [tree, *tree.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)
        return archive(tree, epoch)


def names(dracut_archive: Path) -> set[str]:
    listed = host.run(["cpio", "--quiet", "--list", f"--file={dracut_archive}"])
    return set(listed.decode().splitlines())
