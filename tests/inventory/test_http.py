"""Claims about what a listener refuses, said on raw sockets."""

from __future__ import annotations

import json
import socket
import statistics
import struct
import time

import pytest
from conftest import Inventory, report

LARGEST = 8 << 20


def talk(inventory: Inventory, data: bytes) -> bytes:
    """All that comes back for these bytes and no more."""
    with socket.create_connection(("127.0.0.1", inventory.port or 0), timeout=20) as line:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        got = b""
        while chunk := line.recv(65536):
            got += chunk
        return got


def head(inventory: Inventory, *lines: str) -> bytes:
    return "\r\n".join(["POST /v1/reports HTTP/1.1", "Host: x", f"Authorization: Bearer {inventory.tokens['report']}", *lines, "", ""]).encode()


def test_bad_json_is_400_problem_json_and_says_where(inventory: Inventory) -> None:
    for body, said in (("{", "not JSON"), ("[]", "expected an object"), ("{}", "/schema is missing"), ("[" * 100_000, "nested more than 32 deep"), ("[" * 31, "not JSON"),
                       (json.dumps(report(1) | {"sequence": "1"}), "/sequence is string")):
        answer = inventory.request("POST", "/v1/reports", body)
        assert answer.status == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert said in answer.json()["detail"]
    assert inventory.get("/v1/machines")["machines"] == []


def test_a_body_that_is_too_large_is_refused_before_it_is_read(inventory: Inventory) -> None:
    answer = talk(inventory, head(inventory, f"Content-Length: {LARGEST + 1}"))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Connection: close" in answer


def test_chunked_and_oddly_compressed_bodies_are_refused(inventory: Inventory) -> None:
    body = json.dumps(report(1)).encode()
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert talk(inventory, head(inventory, "Transfer-Encoding: chunked") + chunked).startswith(b"HTTP/1.1 411 ")
    endless = head(inventory, "Transfer-Encoding: chunked", "Content-Length: 5") + b"fffffff\r\n" + b"x" * 1000
    assert talk(inventory, endless).startswith((b"HTTP/1.1 411 ", b"HTTP/1.1 400 "))
    for encoding in ("br", "deflate", "zstd", "gzip, gzip"):
        assert talk(inventory, head(inventory, f"Content-Encoding: {encoding}", f"Content-Length: {len(body)}") + body).startswith(b"HTTP/1.1 415 ")
    assert inventory.get("/v1/machines")["machines"] == []


def test_a_stranger_is_refused_without_reading_his_body(inventory: Inventory) -> None:
    inventory.tokens["report"] = "footing-report-none"
    assert talk(inventory, head(inventory, f"Content-Length: {LARGEST}")).startswith(b"HTTP/1.1 401 ")


def test_the_unread_body_of_a_refused_request_is_never_a_request(inventory: Inventory) -> None:
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = talk(inventory, head(inventory, "Content-Encoding: br", f"Content-Length: {len(smuggled)}") + smuggled)
    assert answer.count(b"HTTP/1.1 ") == 1


def test_unknown_paths_methods_and_parameters(inventory: Inventory) -> None:
    assert inventory.request("GET", "/v0/machines").status == 404
    assert inventory.request("GET", "/v1/machines/%2e%2e").status == 404
    assert inventory.request("PUT", "/v1/machines", "{}").status == 405
    assert inventory.request("DELETE", "/v1/disks").status == 405
    refused = inventory.request("GET", "/v1/machines?rom=A")
    assert (refused.status, "unknown parameter 'rom'" in refused.json()["detail"]) == (400, True)


def test_a_request_id_comes_back(inventory: Inventory) -> None:
    assert inventory.request("GET", "/healthz", headers={"X-Request-Id": "abc-7"}).headers["X-Request-Id"] == "abc-7"
    assert len(inventory.request("GET", "/healthz", headers={"X-Request-Id": "<b>"}).headers["X-Request-Id"]) == 16


def usual_wait(inventory: Inventory) -> float:
    """The median of twenty: a busy machine slows some."""
    took = []
    for _ in range(20):
        began = time.monotonic()
        inventory.get("/v1/machines")
        took.append(time.monotonic() - began)
    return statistics.median(took)


def test_slow_clients_do_not_stop_the_others(inventory: Inventory) -> None:
    alone = usual_wait(inventory)
    lines = []
    for number in range(64):  # of four machines
        line = socket.create_connection(("127.0.0.1", inventory.port or 0), timeout=20, source_address=(f"127.0.0.{2 + number % 4}", 0))
        line.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        lines.append(line)
    beside_them = usual_wait(inventory)
    for line in lines:
        *_, sent_again = struct.unpack_from("=8B24I", line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104))
        assert sent_again == 0, "a short backlog made it wait for TCP's retry after 1 s"
        line.setblocking(False)
        with pytest.raises(BlockingIOError):  # it is still the one that is waited for
            line.recv(1)
        line.close()
    assert beside_them - max(alone, usual_wait(inventory)) < 0.100  # what they may cost others


def test_small_answers_do_not_wait_for_a_delayed_ack(inventory: Inventory) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", inventory.port or 0), timeout=20) as line:
        took = []
        for _ in range(50):
            began = time.monotonic()
            line.sendall(request)
            got = b""
            while not got.endswith(b"ok\n"):
                got += line.recv(4096)
            took.append(time.monotonic() - began)
    assert sorted(took)[10] < 0.040  # the kernel's own timer, which all but the first few would wait for; a busy machine slows some
