"""What bash completes of both programs' command lines; it asks their --help."""

import subprocess
from pathlib import Path

import pytest
from conftest import BINARY

SCRIPT = Path(__file__).parents[2] / "agent/system/footing.bash-completion"
AS_BASH_DOES = """source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_footing "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; printf '%s\\n' "${COMPREPLY[@]}" """


@pytest.mark.parametrize(("program", "typed", "offered"), [
    ("footing-inventory", ["to"], ["token"]),
    ("footing-inventory", ["token", ""], ["add", "revoke", "list"]),
    ("footing-inventory", ["token", "add", "--role", ""], ["report", "read", "admin"]),
    ("footing-inventory", ["token", "add", "--role", "read", "--da"], ["--database", "--days"]),
    ("footing-inventory", ["check", "--"], ["--help", "--config"]),  # it opens no database
    ("footing-inventory", ["key", "show", "--"], ["--help", "--config"]),
    ("footing-inventory", ["import", "l"], ["locations", "leases"]),
    ("footing-inventory", ["export", "racks", "--format", ""], ["csv", "ndjson"]),
    ("footing-inventory", ["import", "racks", "ra"], []),  # files: `complete -o default`
    ("footing-inventory", ["serve", "--config", ""], []),
    ("footing", ["re"], ["release", "report"]),
    ("footing", ["plan", "-"], ["--help", "--config", "--json"]),
    ("footing", ["plan", "-c", ""], []),
    ("footing", ["-"], ["--help", "--version", "--config"]),
    ("footing", ["report", "-"], ["--help", "--config", "--send"]),
    ("footing", ["boot", "-"], ["--help", "--config", "--watch"]),
    ("footing", ["apply", "--json", "--c"], ["--config"]),
    ("footing", ["fetch", "--s"], ["--sha256", "--size"]),
])
def test_what_the_help_names_is_offered(program: str, typed: list[str], offered: list[str]) -> None:
    words = [str(Path(BINARY).with_name(program)), *typed]
    answer = subprocess.run(["bash", "-c", AS_BASH_DOES, SCRIPT, *words], capture_output=True, text=True, check=False)
    assert answer.stderr == ""
    assert answer.stdout.split() == offered
