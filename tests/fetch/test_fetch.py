"""`footing fetch` as the initrd calls it, against a real HTTP server on a bad day."""

import hashlib
import os
import random
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fault_server import Answer, FaultServer, cut, status, whole

FOOTING = os.environ.get("FOOTING", "build/release/bin/footing")
BODY = random.Random(1).randbytes(3 << 20)
FLIPPED = BODY[:1000] + bytes([BODY[1000] ^ 1]) + BODY[1001:]

Serve = Callable[..., FaultServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[FaultServer] = []

    def start(*answers: Answer) -> FaultServer:
        servers.append(FaultServer(*answers))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def fetch(to: Path, *urls: str, size: int = len(BODY)) -> subprocess.CompletedProcess[str]:
    command = [FOOTING, "fetch", "--sha256", hashlib.sha256(BODY).hexdigest(), "--size", str(size), "--to", str(to), "--label", "root"]
    for url in urls:
        command += ["--url", url]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_good_file_arrives(serve: Serve, tmp_path: Path) -> None:
    server = serve(whole(BODY))
    done = fetch(tmp_path / "root", server.url)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "root").read_bytes() == BODY
    assert os.listdir(tmp_path) == ["root"]
    assert done.stderr.startswith(f"footing: root: 3.0 MiB from {server.url} in ")


def test_a_cut_download_goes_on_where_it_was_cut(serve: Serve, tmp_path: Path) -> None:
    server = serve(cut(BODY, 1 << 20), whole(BODY))
    done = fetch(tmp_path / "root", server.url)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "root").read_bytes() == BODY
    assert server.asked == [("/root.squashfs", None), ("/root.squashfs", f"bytes={1 << 20}-")]
    assert "the connection to 127.0.0.1 was cut; short body: 1048576 of 3145728 bytes came" in done.stderr


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (status(404), "the server has no such file (HTTP 404)"),
        (status(500), "the server can't serve it now (HTTP 500)"),
        (status(503, Retry_After="1"), "the server can't serve it now (HTTP 503), it asks to wait 1 s"),
        (status(302, Location="/root.squashfs"), "127.0.0.1 redirects without end"),
        (whole(BODY[:-1]), "wrong size: the server has 3145727 bytes, expected 3145728"),
        (whole(FLIPPED), "wrong hash: expected sha256 "),
    ],
)
def test_another_url_mends_what_one_server_does_wrong(serve: Serve, tmp_path: Path, answer: Answer, sentence: str) -> None:
    bad, good = serve(answer), serve(whole(BODY))
    done = fetch(tmp_path / "root", bad.url, good.url)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(f"footing: root: {bad.url}: {sentence}")
    assert (tmp_path / "root").read_bytes() == BODY
    assert bad.asked, "the bad server was never asked: this proves nothing"


def test_a_port_where_nobody_listens_and_an_unknown_name_are_told_apart(serve: Serve, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        done = fetch(tmp_path / "root", f"http://127.0.0.1:{port}/x", "http://no-such-name.invalid/x", serve(whole(BODY)).url)
    assert done.returncode == 0, done.stderr
    assert f"127.0.0.1 port {port} refuses connections: no server is running there" in done.stderr
    assert "name 'no-such-name.invalid' can't be looked up: " in done.stderr


def test_a_name_is_looked_up_without_a_thread_that_may_crash(serve: Serve, tmp_path: Path) -> None:
    """httplib's own way, getaddrinfo_a(3), ended one run of some hundred with a segmentation fault."""
    trace = tmp_path / "calls"
    command = ["strace", "-f", "-o", str(trace), "-e", "trace=clone,clone3,execve", FOOTING, "fetch", "--sha256", hashlib.sha256(BODY).hexdigest(),
               "--size", str(len(BODY)), "--to", str(tmp_path / "root"), "--url", "http://no-such-name.invalid/x", "--url", serve(whole(BODY)).url]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}).returncode == 0
    calls = trace.read_text()
    assert "execve(" in calls
    assert "clone(" not in calls and "clone3(" not in calls


def test_the_server_asks_to_wait_and_is_obeyed(serve: Serve, tmp_path: Path) -> None:
    server = serve(status(503, Retry_After="1"), whole(BODY))
    done = fetch(tmp_path / "root", server.url)
    assert done.returncode == 0, done.stderr
    assert len(server.asked) == 2


def test_three_wrong_hashes_are_the_end(serve: Serve, tmp_path: Path) -> None:
    servers = [serve(whole(FLIPPED)) for _ in range(3)]
    done = fetch(tmp_path / "root", *(server.url for server in servers))
    assert done.returncode == 1
    assert done.stderr.endswith("this is wrong hash number 3, given up\n")
    assert [len(server.asked) for server in servers] == [1, 1, 1]
    assert os.listdir(tmp_path) == []


def test_a_file_that_does_not_fit_is_told_at_once(serve: Serve) -> None:
    server = serve(whole(BODY))
    done = fetch(Path("/dev/shm/footing-fetch-pytest"), server.url, size=1 << 49)
    assert done.returncode == 1
    assert done.stderr.startswith("footing: root: NOT ENOUGH ")
    assert server.asked == []


@pytest.mark.parametrize("arguments", [[], ["--url", "http://a/"], ["--url", "tftp://a/", "--sha256", "0" * 64, "--size", "1", "--to", "/tmp/x"]])
def test_a_wrong_command_line_is_status_64(arguments: list[str]) -> None:
    assert subprocess.run([FOOTING, "fetch", *arguments], capture_output=True, check=False).returncode == 64
