"""HAZARDS.md of tests/disk and tests/inventory: a row for each hazard, and the tests that a row names exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

TESTS = Path(__file__).parent


def rows(table: Path) -> dict[str, str]:
    """By the first cell: the last, which says what covers it."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.read_text().splitlines() if line.startswith("| ")]
    named = [row for row in cells if row[0]]
    assert len({row[0] for row in named}) == len(named), "a hazard stands there twice"
    return {row[0]: row[-1] for row in named}


def missing(table: Path) -> list[str]:
    """What the table names and isn't there: a test function, or a doctest case."""
    named = re.findall(r"`([\w/]+\.(?:py|cpp))::([^`]+)`", table.read_text())
    assert len(named) > 30
    out = []
    for file, name in named:
        path = TESTS / file
        mark = f"def {name}(" if file.endswith(".py") else f'TEST_CASE("{name}")'
        if not path.exists() or mark not in path.read_text():
            out.append(f"{file}::{name}")
    return out


def not_collected(table: Path, folder: str) -> set[str]:
    """A `def test_` inside a string or a class that isn't collected would be none."""
    named = {name for file, name in re.findall(rf"`{folder}/(\w+\.py)::(\w+)`", table.read_text())}
    collected = subprocess.run(["python3", "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", str(TESTS / folder)],
                               capture_output=True, text=True, check=False).stdout
    return named - set(re.findall(r"::(test_\w+)", collected))
