"""A real HAProxy with the configuration that the state wrote, a backend that says what reached it, and raw requests."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from masterless import Minion


class Backend(BaseHTTPRequestHandler):
    """Says the request line's path, as it came, and the Host that it was asked with."""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps({"path": self.requestline.split()[1], "host": self.headers["Host"]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_PUT = do_HEAD = do_POST = do_GET

    def log_message(self, *words: object) -> None:
        pass


@contextlib.contextmanager
def backend() -> Iterator[str]:
    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, *of: object) -> None:
            if not isinstance(sys.exception(), ConnectionError):  # HAProxy ends its checks so
                super().handle_error(*of)

    server = Server(("127.0.0.1", 0), Backend)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


PORTS = itertools.count(20000)


def free_port() -> int:
    """Below those that connections get, in the network that a program has for itself (the fixture own_network)."""
    return next(PORTS)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def reached(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Balancer:
    minion: Minion
    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def ask(self, path: str, host: str = "lb.example", method: str = "GET", body: bytes | None = None,
            headers: dict[str, str] | None = None) -> Answer:
        """One request, its request line and Host exactly as given."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(line):
            line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            line.putheader("Host", host)
            for name, value in (headers or {}).items():
                line.putheader(name, value)
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            answer = line.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def admin(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "s"))
            line.sendall(command.encode() + b"\n")
            return line.makefile().read()

    def buckets(self, table: str = "alone") -> set[str]:
        """The buckets that requests were counted for."""
        said = self.admin(f"show table buckets_{table}")
        return {line.split("key=")[1].split(" use=")[0] for line in said.splitlines() if "key=" in line}

    def worker(self) -> str:
        """The process id of who answers now."""
        return next((line.split()[1] for line in self.admin("show info").splitlines() if line.startswith("Pid:")), "")

    def rate(self, bucket: str, table: str = "alone") -> int:
        """What is counted for a bucket in the window, as this process knows it."""
        said = self.admin(f"show table buckets_{table} key {bucket}")
        found = re.search(r"gpc0_rate[^=]*=(\d+)", said)
        return int(found[1]) if found else 0

    def has_learned(self) -> bool:
        """Whether a start is over in which the other balancers teach all that they know, also this one's counts as they were."""
        flags = re.search(r"flags=(0x[0-9a-f]+)", self.admin("show peers"))
        return flags is not None and int(flags[1], 16) & 3 == 3  # PEERS_F_RESYNC_LOCAL_FINISHED, _REMOTE_FINISHED

    def forget(self, table: str = "alone") -> None:
        """An entry that a stream still holds is not cleared: a client has its answer a moment before the stream ends."""
        until = time.monotonic() + 30
        while self.buckets(table):
            self.admin(f"clear table buckets_{table}")
            assert time.monotonic() < until, "a bucket's entry can't be cleared"


def pillar(folder: Path, port: int, proxies: list[str], **more: object) -> dict[str, Any]:
    return {"loadbalancer": {
        "install": False, "folder": str(folder), "socket": str(folder / "s"), "bind": [f"127.0.0.1:{port}"], "metrics": "",
        "user": "root", "group": "root", "maxconn": 2000, "host_suffixes": ["s3.example.com"],
        "health": {"fall": 100},  # a backend that has no time to answer is up all the same
        "proxies": [{"name": f"proxy-{n}", "address": a} for n, a in enumerate(proxies)], **more}}


@contextlib.contextmanager
def running(folder: Path, minion: Minion, values: dict[str, Any], ready: str = "/",
            patience: float = 60.0, mode: str = "-db") -> Iterator[Balancer]:
    """HAProxy by the state's own file, ended at the end. Mode: -db one process, -W a master with a worker, as Debian's unit."""
    made = minion.apply("loadbalancer.config", values)
    assert made.status == 0 and not made.failed, made.said
    port = int(values["loadbalancer"]["bind"][0].split(":")[1])
    with (folder / "haproxy.log").open("wb") as log:
        process = subprocess.Popen(["/usr/sbin/haproxy", mode, "-f", str(folder / "haproxy.cfg")], stdout=log, stderr=log)
    made_of = Balancer(minion, port, folder, process)
    try:
        wait_for(lambda: made_of.ask(ready).status == 200, process, folder, patience)
        made_of.forget(minion.name if values["loadbalancer"].get("balancers") else "alone")
        yield made_of
    finally:
        process.terminate()
        process.wait(20)


def wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], folder: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError):
            if ready():
                return
        assert process.poll() is None and time.monotonic() < until, (folder / "haproxy.log").read_text()
        time.sleep(0.05)
