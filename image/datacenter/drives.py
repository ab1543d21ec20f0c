"""The drives: sparse raw files, and what lies on them. A file that exists is kept; `down --wipe` deletes it."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path

from .layout import Drive

SOMEBODYS_FILES = {"family/photos.txt": b"2009, the lake\n" * 4096, "thesis.tex": b"\\documentclass{book}\n" * 2048}


def make(drive: Drive, path: Path) -> None:
    if path.exists() and path.stat().st_size == drive.size:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        file.truncate(drive.size)
    if drive.holds == "ext4":
        make_ext4(new)
    new.rename(path)


def make_ext4(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in SOMEBODYS_FILES.items():
            file = Path(folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-L", "somebody", "-d", folder, str(path)], check=True)


def digest(path: Path) -> str:
    """sha256 of the whole drive; holes are read as the zeros they are."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
