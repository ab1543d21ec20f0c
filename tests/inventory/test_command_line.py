"""What holds of every command of both programs: output that can't be written is told, and each help has an example."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import BINARY, Inventory, until

PROGRAMS = ("footing-inventory", "footing")


def program(name: str) -> str:
    return str(Path(BINARY).with_name(name))


@pytest.fixture
def held(tmp_path: Path) -> Inventory:
    """Not served; its tables are longer than what is buffered."""
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db"))
    inventory.run("token", "add", "--role", "read", "--label", "x" * 10000)
    (tmp_path / "racks.csv").write_text("room,rack\n" + "".join(f"A,R{number}\n" for number in range(1000)))
    inventory.run("import", "racks", str(tmp_path / "racks.csv"))
    (tmp_path / "footing.yaml").write_text("cluster: par-1\nmachine: 4c4c4544-0042-3510-8054-b4c04f4d3232\n")
    return inventory


@pytest.mark.parametrize("command", [
    "footing-inventory --version", "footing-inventory --help", "footing-inventory token list --database FOLDER/inventory.db",
    "footing-inventory import racks FOLDER/racks.csv --replace --database FOLDER/inventory.db",
    "footing-inventory import racks FOLDER/racks.csv --dry-run --database FOLDER/new.db",
    "footing-inventory export racks --database FOLDER/inventory.db",
    "footing --version", "footing --help", "footing detect", "footing detect --json", "footing check --config FOLDER/footing.yaml",
])
def test_output_that_can_not_be_written_is_a_failure_with_its_reason(held: Inventory, command: str) -> None:
    name, *arguments = command.replace("FOLDER", str(held.folder)).split()
    assert subprocess.run([program(name), *arguments], capture_output=True, timeout=60, check=False).returncode == 0
    (held.folder / "new.db").unlink(missing_ok=True)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([program(name), *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, f"{name}: can't write to standard output: No space left on device")
    closed = subprocess.run(["bash", "-c", 'exec "$@" >&-', "bash", program(name), *arguments], stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (closed.returncode, closed.stderr.splitlines()[-1]) == (1, f"{name}: can't write to standard output: Bad file descriptor")


@pytest.mark.parametrize("to", ["full", "pipe"])
def test_a_token_that_can_not_be_shown_is_named_so_that_it_is_revoked(held: Inventory, to: str) -> None:
    read, write = os.pipe()
    os.close(read)
    if to == "full":
        os.close(write)
        write = os.open("/dev/full", os.O_WRONLY)
    done = subprocess.run([BINARY, "token", "add", "--role", "read", "--database", held.database], stdout=write, stderr=subprocess.PIPE,
                          text=True, timeout=60, check=False)
    os.close(write)
    assert done.returncode == 1, done.stderr
    told = re.search(r"token (\w+) was made and can't be shown: revoke it \(footing-inventory token revoke (\w+)\)", done.stderr)
    assert told and told[1] == told[2] and "can't write to standard output" in done.stderr
    held.run("token", "revoke", told[1])


@pytest.fixture
def without_streams(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The agent at something that goes on, started with standard input, output and error closed."""
    process = subprocess.Popen(["bash", "-c", 'exec "$@" <&- >&- 2>&-', "bash", program("footing"), "fetch", "--url", "http://127.0.0.1:1/x",
                                "--sha256", "0" * 64, "--size", "1", "--to", str(tmp_path / "x")])
    yield process
    process.kill()
    process.wait()


def test_no_file_takes_the_place_of_a_closed_stream(without_streams: subprocess.Popen[bytes]) -> None:
    # Here the download would: what is said to standard error would be written into it.
    def opened() -> list[str]:
        try:
            return [os.readlink(f"/proc/{without_streams.pid}/fd/{number}") for number in range(3)]
        except FileNotFoundError:
            return []
    until("the three are held", lambda: opened() == ["/dev/null"] * 3)


def helps(words: list[str]) -> Iterator[tuple[str, str]]:
    """Of a command and all below it."""
    text = subprocess.run([program(words[0]), *words[1:], "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    yield " ".join(words), text
    below = re.search(r"\nSubcommands:\n((?:  .*\n)+)", text)
    for name in re.findall(r"^  ([a-z-]+)", below[1], re.MULTILINE) if below else []:
        yield from helps([*words, name])


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_help_of_each_command_has_an_example_of_its_own(name: str) -> None:
    seen: dict[str, str] = {}
    for command, text in helps([name]):
        example = re.search(r"\nExamples?:\n(  .*\S)", text, re.DOTALL)
        assert example, f"{command} --help has no example"
        assert example[1] not in seen, f"{command} --help has the example of {seen[example[1]]}"
        seen[example[1]] = command
    assert len(seen) > 10
