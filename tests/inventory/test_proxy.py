"""Claims about nginx in front, with the configuration that is shipped: TLS, and slow clients that the service never meets.

On SQLite alone: nginx is before the service and the database behind it, and nothing here reaches from one to the other.
"""

from __future__ import annotations

import http.client
import json
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from conftest import Answer, Inventory, report

SHIPPED = Path(__file__).parents[2] / "inventory/footing-inventory.nginx"


class Front:
    """nginx before a service."""

    def __init__(self, folder: Path) -> None:
        (folder / "config.yaml").write_text("connections_per_peer: 0\n")
        self.inventory = Inventory(folder, str(folder / "inventory.db"), "--config", str(folder / "config.yaml"), "--listen-reports", "127.0.0.1:0").start()
        assert self.inventory.process is not None and self.inventory.process.stdout is not None
        self.agents_behind = int(self.inventory.process.stdout.readline().split()[2].rsplit(":", 1)[1])
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                        "-subj", "/CN=front", "-addext", "subjectAltName=IP:127.0.0.1"], cwd=folder, check=True, capture_output=True)
        self.people, self.agents = free_port(), free_port()
        text = SHIPPED.read_text()
        for what, here in (("127.0.0.1:8080", f"127.0.0.1:{self.inventory.port}"), ("127.0.0.1:8081", f"127.0.0.1:{self.agents_behind}"),
                           ("listen 443 ssl", f"listen 127.0.0.1:{self.people} ssl"), ("listen 8443 ssl", f"listen 127.0.0.1:{self.agents} ssl"),
                           ("443 footing_people", f"{self.people} footing_people"), ("8443 footing_agents", f"{self.agents} footing_agents"),
                           ("/etc/footing-inventory/", f"{folder}/")):
            assert what in text
            text = text.replace(what, here)
        (folder / "front.conf").write_text(text)
        temporary = "".join(f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(f"user root; daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
                                           f"events {{ worker_connections 4096; }}\nhttp {{ access_log off; {temporary} include {folder}/front.conf; }}\n")
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", folder / "nginx.conf", "-e", folder / "error.log"])
        self.context = ssl.create_default_context(cafile=str(folder / "cert.pem"))
        for _ in range(200):
            if socket.socket().connect_ex(("127.0.0.1", self.people)) == 0:
                break
            assert self.process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)

    def connect(self, port: int) -> ssl.SSLSocket:
        return self.context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=30), server_hostname="127.0.0.1")

    def request(self, method: str, path: str, body: str | Iterator[bytes] | None = None, port: int = 0, **headers: str) -> Answer:
        line = http.client.HTTPSConnection("127.0.0.1", port or self.people, context=self.context, timeout=30)
        try:
            line.request(method, path, body, headers)
            return Answer(line.getresponse())
        finally:
            line.close()

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)
        assert self.inventory.stop() == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def connections_to(port: int) -> int:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(line.split()[3] == "01" and int(line.split()[2].rpartition(":")[2], 16) == port for line in lines)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    made = Front(tmp_path_factory.mktemp("front"))
    yield made
    made.close()


def test_reports_pages_and_downloads_pass(front: Front) -> None:
    agent, reader = (f"Bearer {front.inventory.tokens[role]}" for role in ("report", "read"))
    body = json.dumps(report(1))
    assert front.request("POST", "/v1/reports", body, front.agents, Authorization=agent).json()["result"] == "new"
    in_pieces = iter([body.replace("1-a-1", "1-a-2").encode()[n:n + 100] for n in range(0, len(body), 100)])
    assert front.request("POST", "/v1/reports", in_pieces, front.agents, Authorization=agent).status == 200, "nginx measures it first"
    assert front.request("GET", "/v1/machines", port=front.agents, Authorization=reader).status == 404, "the agents' door has nothing for people"
    assert front.request("GET", "/v1/exports/machines", Authorization=reader).body.count(b"\n") == 2
    seen = front.request("POST", "/login", urlencode({"token": front.inventory.tokens["read"]}), **{"Content-Type": "application/x-www-form-urlencoded"})
    assert seen.status == 303 and seen.headers["Set-Cookie"].endswith("; Secure") and seen.headers["Location"] == "/"
    assert front.request("POST", "/v1/reports", "x" * ((8 << 20) + 1), front.agents, Authorization=agent).status == 413


def test_slow_clients_are_nginxs_alone(front: Front) -> None:
    before = connections_to(front.agents_behind)
    head = f"POST /v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {front.inventory.tokens['report']}\r\n"
    slow = [front.connect(front.agents) for _ in range(24)]
    for number, line in enumerate(slow):
        line.sendall(head.encode() if number % 2 else f"{head}Content-Length: 100000\r\n\r\n{{".encode())
    assert front.request("POST", "/v1/reports", json.dumps(report(2)), front.agents, Authorization=f"Bearer {front.inventory.tokens['report']}").status == 200
    assert connections_to(front.agents_behind) <= before + 2
    more = [front.connect(front.agents) for _ in range(30)]  # nginx counts those whose head is there
    for line in more:
        line.sendall(head.encode() + b"Content-Length: 2\r\n\r\n{")
    refused = front.request("GET", "/healthz")
    assert refused.status == 503 and int(refused.headers["Retry-After"]) > 0
    for line in slow + more:
        line.close()


def test_no_second_request_hides_in_the_first(front: Front) -> None:
    hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for framing in (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Transfer-Encoding: xchunked\r\n",
                    b"Transfer-Encoding : chunked\r\n"):
        with front.connect(front.agents) as line:
            line.sendall(b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + framing + b"\r\n0\r\n\r\n" + hidden)
            got = b""
            while piece := line.recv(65536):
                got += piece
        assert got.count(b"HTTP/1.1 ") <= 1 and not got.startswith(b"HTTP/1.1 2"), framing
