"""The collection is clean for the linters that its users run."""

import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SALT = CHECKOUT / "salt"
VENV = Path(sys.executable).parent


def clean(*argv: str | Path, cwd: Path = SALT) -> None:
    done = subprocess.run([str(a) for a in argv], cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def python_files() -> list[Path]:
    folders = (SALT, CHECKOUT / "tests/salt", CHECKOUT / "tests/platform")
    return [*sorted(file for folder in folders for file in folder.rglob("*.py")),
            *(CHECKOUT / "tests/bench" / name for name in ("bench_disks.py", "enroll", "salt"))]


def test_yamllint_finds_nothing() -> None:
    program = shutil.which("yamllint")
    assert program, "yamllint is in image/toolbox.packages"
    clean(program, "--strict", ".")


def test_salt_lint_finds_nothing() -> None:
    files = sorted([*SALT.rglob("*.sls"), *SALT.rglob("*.jinja")])
    assert len(files) > 10
    clean(VENV / "salt-lint", *files)


def test_ruff_finds_nothing() -> None:
    assert python_files()
    clean(VENV / "ruff", "check", "--no-cache", "--config", SALT / "ruff.toml", *python_files())
