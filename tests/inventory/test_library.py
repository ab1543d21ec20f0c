"""What versions of cpp-httplib let through, each tried on our server. HAZARDS.md says which CVE is which test."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import BINARY, DATABASES, Inventory, new_database, peak_memory
from test_http import head, talk

MOST_READ = 24 << 20  # what a socket's buffers take, with room: far below what is offered
OFFERED = 256 << 20


@pytest.fixture(scope="module", params=DATABASES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inventory]:
    folder = tmp_path_factory.mktemp("library")
    started = Inventory(folder, new_database(request, folder)).start()
    yield started
    assert started.stop() == 0


@pytest.mark.parametrize(("lines", "body", "status"), [
    (["Transfer-Encoding: chunked"], b"5\r\nhello\r\n0\r\n\r\n", (411,)),
    (["Transfer-Encoding: chunked"], b"-5\r\nhello\r\n0\r\n\r\n", (411,)),
    (["Transfer-Encoding: chunked"], b"ffffffffffffffffff\r\nhello", (411,)),
    (["Transfer-Encoding: chunked"], b"5;" + b"a" * 4000 + b"\r\nhello\r\n0\r\n\r\n", (411,)),
    (["Transfer-Encoding: chunked", "Trailer: X-Evil"], b"0\r\nX-Evil: a\r\nAuthorization: b\r\n\r\n", (411,)),
    (["Transfer-Encoding: CHUNKED", "Content-Length: 5"], b"5\r\nhello\r\n0\r\n\r\n", (411, 400)),
    (["Transfer-Encoding: identity", "Content-Length: 2"], b"{}", (411, 400)),
    (["Transfer-Encoding: gzip, chunked"], b"5\r\nhello\r\n0\r\n\r\n", (411, 400)),
    (["Content-Length: -1"], b"{}", (400, 411, 413)),
    (["Content-Length: 5", "Content-Length: 6"], b"hello!", (400, 413)),
    (["Content-Length: 99999999999999999999"], b"{}", (400, 413)),
    (["X-A: " + "a" * 9000], b"", (400, 431)),
    ([f"X-{n}: 1" for n in range(200)], b"", (400, 431)),
    (["Content-Type: multipart/form-data; boundary=" + "a" * 200, "Content-Length: 2"], b"{}", (415,)),
    (["Range: bytes=0-1" + ",0-1" * 1000, "Content-Length: 2"], b"{}", (400, 416)),
])
def test_framing_that_once_broke_the_library_is_refused(server: Inventory, lines: list[str], body: bytes, status: tuple[int, ...]) -> None:
    answer = talk(server, head(server, *lines) + body)
    assert int(answer.split()[1]) in status, answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1 and b"\r\nConnection: close\r\n" in answer, "what follows is no request"
    assert server.request("GET", "/healthz").status == 200


@pytest.mark.parametrize(("begin", "more"), [
    (b"GET /", b"a" * 65536),                                                         # a line without an end
    (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 65536),
    (b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b"X-Many: 1\r\n" * 6000),               # headers without an end
    (b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer TOKEN\r\n\r\n", b"8000\r\n" + b"a" * 0x8000 + b"\r\n"),
    (b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer TOKEN\r\n\r\n8;", b"a" * 65536),
    (b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b"a" * 0x8000 + b"\r\n"),
], ids=["line", "header", "headers", "chunks", "chunk's line", "form in chunks"])
def test_what_never_ends_is_cut_off_and_kept_nowhere(server: Inventory, begin: bytes, more: bytes) -> None:
    assert server.process is not None
    before = peak_memory(server.process.pid)
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port or 0), timeout=20) as line:
        line.sendall(begin.replace(b"TOKEN", server.tokens["report"].encode()))
        try:
            while sent < OFFERED:
                line.sendall(more)
                sent += len(more)
        except (ConnectionError, TimeoutError):
            pass
    assert sent < MOST_READ
    assert peak_memory(server.process.pid) - before < 16 << 20
    assert server.request("GET", "/healthz").status == 200


@pytest.mark.parametrize("path", ["/nope%0d%0aX-Evil:1", "/v1/machines/a%0d%0aX-Evil:1", "/v1/machines?limit=1&room=a%0d%0aX-Evil:1",
                                  "/v1/racks/a%0d%0aX-Evil:1/elevation", "/rooms/a%0d%0aX-Evil:1", "/?at=a%0d%0aX-Evil:1", "/v1/exports/a%0d%0aX-Evil:1"])
def test_a_line_end_that_is_encoded_ends_no_header_of_ours(server: Inventory, path: str) -> None:
    asked = (f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Request-Id: a%0d%0aX-Evil: 2\r\nAuthorization: Bearer {server.tokens['read']}\r\n"
             "Accept: text/html\r\nConnection: close\r\n\r\n")
    answer = talk(server, asked.encode())
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), answer[:200]
    assert b"\nX-Evil" not in answer.split(b"\r\n\r\n")[0] and b"\nX-Evil" not in answer


def test_where_a_login_leads_is_no_header_of_the_callers(server: Inventory) -> None:
    form = f"token={server.tokens['read']}&next=/racks/a%0d%0aX-Evil:1%0d%0a%0d%0a<script>"
    answer = talk(server, f"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
                          f"Connection: close\r\n\r\n{form}".encode())
    assert answer.startswith(b"HTTP/1.1 303 ") and b"\nX-Evil" not in answer and b"<script>" not in answer


def test_who_asks_is_the_connection_and_no_header(server: Inventory, tmp_path: Path) -> None:
    """REMOTE_ADDR, X-Forwarded-For and their like, well formed or not: the limit of connections counts the real peer."""
    (tmp_path / "config.yaml").write_text("connections_per_peer: 4\n")
    inventory = Inventory(tmp_path, str(tmp_path / "inventory.db"), "--config", str(tmp_path / "config.yaml")).start()
    claims = [{name: value} for name in ("REMOTE_ADDR", "LOCAL_PORT", "X-Forwarded-For", "X-Real-IP", "Forwarded")
              for value in ("10.0.0.9", "", ",", " , ,", "for=", "\xff")]
    for headers in claims:
        assert server.request("GET", "/v1/machines", token="", headers=headers).status == 401
    try:
        lines = [socket.create_connection(("127.0.0.1", inventory.port or 0)) for _ in range(4)]
        for headers in claims[::7]:
            assert inventory.request("GET", "/healthz", headers=headers).status == 503
        for line in lines:
            line.close()
    finally:
        assert inventory.stop() == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
@pytest.mark.parametrize("framing", ["Content-Length: 8388608", "Transfer-Encoding: chunked"])
def test_what_needs_no_body_brings_none(server: Inventory, method: str, framing: str) -> None:
    """It would be read for whoever asks, without a token and beyond the bodies' share of memory."""
    with socket.create_connection(("127.0.0.1", server.port or 0), timeout=20) as line:
        line.sendall(f"{method} /healthz HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\nx".encode())
        assert line.recv(65536).split()[1] in (b"400", b"405", b"411"), "before the body is there"


def test_no_connection_becomes_anything_but_http(server: Inventory) -> None:
    websocket = (b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                 b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
    with socket.create_connection(("127.0.0.1", server.port or 0), timeout=20) as line:
        line.sendall(websocket)
        answer = line.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200 ") and b"Upgrade" not in answer
        line.sendall(b"\x81\x85\x00\x00\x00\x00hello" * 100)
    assert talk(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    assert talk(server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").split()[1:2] in ([b"400"], [])
    assert server.request("GET", "/healthz").status == 200


def test_the_service_asks_nobody_but_bmcs_and_webhooks() -> None:
    """Neither the library's client nor a connection or program of its own: the database's library alone connects, and what
    asks BMCs (the command `ask-bmcs` and, where `bmc` is configured, the LEDs' threads: test_bmc.py), and what posts to webhooks, where their
    hosts are configured (test_webhooks.py)."""
    folders = Path(BINARY).resolve().parents[1] / "inventory"
    archives = [file for file in folders.rglob("lib*.a") if file.parent.name not in ("bmc", "commands", "leds", "webhooks")]
    listed = subprocess.run(["nm", "--undefined-only", "--no-sort", *archives], capture_output=True, text=True, check=True).stdout
    names = {line.split()[-1] for line in listed.splitlines() if line.split()[:1] == ["U"]}
    assert len(archives) > 15 and "setsockopt" in names, "the names can't be read: the test says nothing"
    forbidden = {"connect", "getaddrinfo", "gethostbyname", "sendto", "sendmsg", "system", "popen", "fork", "vfork", "execve", "execvp", "posix_spawn", "posix_spawnp"}
    assert forbidden & names == set()
    assert [name for name in names if any(asks in name for asks in ("BmcSession", "switch_led", "ask_placement", "deliver_one", "WebhookKeeper"))] == []
    assert [name for name in names if "httplib" in name and "Client" in name or "footing2os" in name and ("http" in name or "run_" in name)] == []
