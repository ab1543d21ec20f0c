"""A release: kernel, initrd and root under build/image/release/<id>, where <id> is made of their contents.

The initrd holds the root's hash (the pin) and the id, so the three can't be mixed. A release is never changed; the link
build/image/current names the last one made.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import base, host, initrd, platform, root


@dataclass(frozen=True)
class Wanted:
    deb: Path       # footing-agent_*.deb
    output: Path    # build/image
    level: int      # zstd level of the root
    fresh: bool     # nothing from the cache: what the reproducibility test asks for
    cache: Path | None = None
    platform: bool = False  # with Salt, its states and the services they configure


def deb_hash(deb: Path) -> str:
    """What the package installs; its own timestamps do not matter."""
    with tempfile.TemporaryDirectory() as folder:
        host.run(["dpkg-deb", "--raw-extract", deb, folder])
        return host.hash_of(Path(folder))


def make(wanted: Wanted) -> Path:
    """The folder of the release. Does nothing when the same was made before."""
    packages = base.make(wanted.fresh, wanted.cache, wanted.platform)
    early = initrd.dracut(packages, wanted.fresh, wanted.cache)
    tree, root_key = root.configured(packages, wanted.fresh, wanted.cache, wanted.platform)
    salt = platform.environment(packages, wanted.cache) if wanted.platform else None
    inputs = host.hash_of(root_key, early.name, deb_hash(wanted.deb), f"{packages.epoch} {wanted.level}", Path(__file__),
                          *([salt.name, platform.SALT] if salt else []))
    made = wanted.output / "by-input" / inputs
    if wanted.fresh or not (made / "manifest.json").exists():
        folder = assemble(wanted, packages, early, tree, salt)
        point(made, folder)
    os.utime(made)
    point(wanted.output / "current", made.resolve())
    host.forget((wanted.cache or base.cache_folder()).glob("image-*-*"), days=14)
    host.forget([*(wanted.output / "release").iterdir(), *wanted.output.glob("new-*")], days=2)
    return made.resolve()


def assemble(wanted: Wanted, packages: base.Base, early: Path, tree: Path, salt: Path | None) -> Path:
    wanted.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=wanted.output, prefix="new-") as name:
        new = Path(name) / "release"
        new.mkdir()
        finished = Path(name) / "tree"
        root.with_agent(tree, finished, wanted.deb, packages.epoch)
        if salt:
            platform.add(finished, salt)
        shutil.copyfile(packages.tree / f"boot/vmlinuz-{packages.kernel}", new / "vmlinuz")
        root.squash(finished, new / "root.squashfs", packages.epoch, wanted.level)
        pin: dict[str, str | int] = {"SHA256": host.file_hash(new / "root.squashfs"),
                                     "SIZE": (new / "root.squashfs").stat().st_size}
        has = initrd.names(early)
        unnamed = initrd.addition(finished, packages.epoch, pin, has)
        identity = host.hash_of(str(pin), host.file_hash(new / "vmlinuz"), host.file_hash(early), unnamed.hex())
        addition = initrd.addition(finished, packages.epoch, {"RELEASE": identity, **pin}, has)
        compress(new / "initrd", early.read_bytes(), addition)
        write_manifest(new, identity, packages, finished)
        target = wanted.output / "release" / identity
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            new.rename(target)
        return target


def compress(target: Path, *archives: bytes) -> None:
    """Each archive is a zstd frame of its own: the kernel takes them one after the other, padded to 4 bytes."""
    with target.open("wb") as file:
        for archive in archives:
            file.write(host.run(["zstd", "-q", "-T1", "-15", "-"], stdin=archive))
            file.write(b"\0" * (-file.tell() % 4))


def write_manifest(folder: Path, identity: str, packages: base.Base, tree: Path) -> None:
    def entry(path: Path) -> dict[str, str | int]:
        return {"sha256": host.file_hash(path), "size": path.stat().st_size}

    listed = (line.split() for line in (tree / "usr/lib/footing/packages").read_text().splitlines())
    manifest = {"schema": "footing/image/1", "id": identity, "kernel": packages.kernel, "epoch": packages.epoch,
                "files": {path.name: entry(path) for path in sorted(folder.iterdir())},
                "packages": {package: version for package, version in listed}}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def point(link: Path, target: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    new = link.with_name(f".{link.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    new.symlink_to(os.path.relpath(target, link.parent))
    new.replace(link)
