"""What the steps do to this machine: run a program, enter a tree, copy it, hash it.

Nothing here knows about images. Every program runs by argv and its failure is a BuildError with its last words.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

# Where / is no mount point (the toolbox, a chroot) everything is private already.
ENTER = """
mount --make-rprivate / 2>/dev/null || true
mount --bind /dev "$1/dev" && mount -t proc proc "$1/proc" && mount -t sysfs sysfs "$1/sys" && mount -t tmpfs tmpfs "$1/tmp"
tree=$1; shift
while [ "$1" != -- ]; do mkdir -p "$tree$2"; mount --bind "$1" "$tree$2"; shift 2; done
shift
exec chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" "$@"
"""


class BuildError(Exception):
    """A sentence for a person; the build stops."""


def run(argv: Sequence[str | Path], env: Mapping[str, str] | None = None, stdin: bytes | None = None) -> bytes:
    """The program's standard output; its failure raises with the end of what it said."""
    done = subprocess.run([str(a) for a in argv], input=stdin, capture_output=True, env={**os.environ, **(env or {})})
    if done.returncode != 0:
        words = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()[-15:]
        raise BuildError(f"{argv[0]} ended with status {done.returncode}:\n  " + "\n  ".join(words))
    return done.stdout


def run_in(tree: Path, argv: Sequence[str], epoch: int, folders: Mapping[str, Path] | None = None) -> bytes:
    """Run in the tree, with /dev, /proc, /sys, an empty /tmp and these folders, in a mount namespace of its own."""
    binds = [str(word) for inside, outside in (folders or {}).items() for word in (outside, inside)]
    return run(["unshare", "--mount", "--propagation", "unchanged", "sh", "-ec", ENTER, "sh", tree, *binds, "--", *argv],
               env={"SOURCE_DATE_EPOCH": str(epoch)})


def copy_tree(source: Path, target: Path) -> None:
    remove_tree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    run(["cp", "-a", "--reflink=auto", source, target])


def remove_tree(tree: Path) -> None:
    if tree.exists():
        shutil.rmtree(tree)


def lay_over(source: Path, tree: Path) -> None:
    """Copy files over the tree as root's, 0644 or 0755. A directory never replaces one of the tree's links."""
    for path in sorted(source.rglob("*")):
        target = tree / path.relative_to(source)
        if path.is_dir() and not path.is_symlink():
            target.mkdir(mode=0o755, exist_ok=True)
        elif path.is_symlink():
            target.unlink(missing_ok=True)
            target.symlink_to(path.readlink())
        else:
            shutil.copyfile(path, target)
            target.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def forget(entries: Iterable[Path], days: int) -> None:
    """Remove those that were not used for so long; what is used is touched."""
    for entry in entries:
        if entry.lstat().st_mtime < time.time() - days * 86400:
            remove_tree(entry) if entry.is_dir() else entry.unlink()


def prune(tree: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        for path in sorted(tree.glob(pattern)):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.is_symlink() or path.exists():
                path.unlink()


def lines(path: Path) -> list[str]:
    """A list file: one entry a line, `#` starts a comment."""
    entries = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [entry for entry in entries if entry]


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_of(*parts: str | Path) -> str:
    """12 hex digits over strings, files and folders (names, modes, contents; not times)."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            total.update(part.encode() + b"\0")
            continue
        for path in sorted(part.rglob("*")) if part.is_dir() else [part]:
            mode = path.lstat().st_mode
            if "__pycache__" in path.parts or stat.S_ISDIR(mode):
                continue
            total.update(f"{path.relative_to(part)} {mode & 0o111:o}\0".encode())
            total.update(os.readlink(path).encode() if stat.S_ISLNK(mode) else file_hash(path).encode())
    return total.hexdigest()[:12]
