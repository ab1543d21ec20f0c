"""The command `tests/crash/run` as people use it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from states import Landed, State, prefix
from writelog import Recording, save

RUN = Path(__file__).resolve().parent / "run"


def command(scratch: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, RUN, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120,
                          env={**os.environ, "FOOTING_SCRATCH": str(scratch / "command")})


@pytest.fixture
def kept(recordings: list[Recording], scratch: Path) -> Path:
    folder = scratch / "kept"
    folder.mkdir(exist_ok=True)
    for recording in recordings[:3]:
        save(recording, folder / f"{recording.name}.json.gz")
    return folder


def test_a_state_is_made_again_from_its_line(recordings: list[Recording], kept: Path, scratch: Path) -> None:
    done = command(scratch, "--recordings", kept, "--state", str(prefix(recordings[0], 30)), "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [(row["what"], row["came"]) for row in answer["rows"]] == [("judged", {"interrupted": 1}), ("run to the end", {"enrolled": 1})]
    assert answer["broken"] == []


def test_a_broken_claim_is_told_with_its_line(recordings: list[Recording], kept: Path, scratch: Path) -> None:
    # No power cut leaves this: the table, and no INTENT before it.
    state = State(recordings[0].name, 0, (Landed(2),))
    done = command(scratch, "--recordings", kept, "--state", str(state))
    assert done.returncode == 1 and f"--state '{state}'" in done.stderr and "BROKEN" in done.stderr, done.stderr


@pytest.mark.parametrize("arguments, says", [(["--state", "nonsense", "--recordings", "."], "is no state"), (["--states", "0"], "at least 1"),
                                             (["--state", "blank512.00:0:"], "--recordings"), (["--frobnicate"], "unrecognized"),
                                             (["--disks", "3"], "from 8 to 64")])
def test_wrong_usage_is_64(scratch: Path, arguments: list[str], says: str) -> None:
    done = command(scratch, *arguments)
    assert done.returncode == 64 and says in done.stderr, done.stderr


def test_a_state_of_no_recording_is_64(kept: Path, scratch: Path) -> None:
    done = command(scratch, "--recordings", kept, "--state", "blank.99:0:")
    assert done.returncode == 64 and "no recording 'blank.99'" in done.stderr, done.stderr


def test_a_state_beyond_its_recording_is_64(kept: Path, scratch: Path) -> None:
    done = command(scratch, "--recordings", kept, "--state", "blank.00:9999:")
    assert done.returncode == 64 and "entries" in done.stderr, done.stderr


def test_help_has_examples(scratch: Path) -> None:
    done = command(scratch, "--help")
    assert done.returncode == 0 and "examples:" in done.stdout and "--states 100000" in done.stdout
