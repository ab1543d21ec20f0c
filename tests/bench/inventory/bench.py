#!/usr/bin/env python3
"""What the inventory does per second, beside a server that only reads the bytes and stores them.

    tests/bench/inventory/bench.py BINARY [--machines 10000] [--drives 60] [--seconds 10] [--database sqlite|postgresql]

Fills a database with a fleet, then measures reports (unchanged, changed) and reads. Prints a table; a ratio is to the
bare server, which appends each body to one file and answers after fdatasync, a group at a time.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import queue
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[2] / "inventory"))
from fleet import report, serial  # noqa: E402
from postgres import Postgres  # noqa: E402

CLIENTS = 16


class Bare:
    """Reads requests, stores the bodies, answers when they are durable: what no inventory can beat."""

    def __init__(self, folder: Path) -> None:
        self.file = (folder / "bare").open("ab")
        self.waiting: queue.Queue[tuple[bytes, threading.Event]] = queue.Queue()
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._store, daemon=True).start()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            line, _ = self.socket.accept()
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        reader = line.makefile("rb")
        while head := reader.readline():
            length = 0
            while (header := reader.readline()) not in (b"\r\n", b""):
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            done = threading.Event()
            self.waiting.put((head + reader.read(length), done))
            done.wait()
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    def _store(self) -> None:
        while True:
            group = [self.waiting.get()]
            while not self.waiting.empty():
                group.append(self.waiting.get())
            for body, _ in group:
                self.file.write(body)
            self.file.flush()
            os.fdatasync(self.file.fileno())
            for _, done in group:
                done.set()


def client(port: int, token: str, requests: Iterator[tuple[str, str, bytes | None]], until: float, out: multiprocessing.Queue) -> None:
    line, times, refused = http.client.HTTPConnection("127.0.0.1", port, timeout=60), [], 0
    for method, path, body in requests:
        began = time.perf_counter()
        if began > until:
            break
        line.request(method, path, body, {"Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        answer.read()
        refused += answer.status != 200
        times.append(time.perf_counter() - began)
    out.put((times, refused))


def load(port: int, token: str, make: Callable[[int], Iterator[tuple[str, str, bytes | None]]], seconds: float, clients: int = CLIENTS) -> tuple[list[float], float, int]:
    """All answer times, the time it took, and how many answers were not 200."""
    out: multiprocessing.Queue = multiprocessing.Queue()
    began = time.perf_counter()
    workers = [multiprocessing.Process(target=client, args=(port, token, make(n), began + seconds, out)) for n in range(clients)]
    for worker in workers:
        worker.start()
    results = [out.get() for _ in workers]
    for worker in workers:
        worker.join()
    return [t for times, _ in results for t in times], time.perf_counter() - began, sum(refused for _, refused in results)


def line_of(name: str, times: list[float], took: float, refused: int, limit: float | None = None) -> float:
    rate = len(times) / took
    p50, p99 = (statistics.quantiles(times, n=100)[i] * 1000 for i in (49, 98)) if len(times) > 1 else (0.0, 0.0)
    ratio = f"{rate / limit:7.2f}" if limit else "      -"
    print(f"{name:32}{rate:10.0f}/s  p50 {p50:8.2f} ms  p99 {p99:8.2f} ms  ratio {ratio}  refused {refused}", flush=True)
    return rate


def memory(pid: int) -> int:
    return next(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")) // 1024


def measure(options: argparse.Namespace, database: str, folder: Path) -> None:
    machines, drives = options.machines, options.drives
    bare = Bare(folder)
    posts = lambda n, sequence, changed=False: (("POST", "/v1/reports", report(m, drives, sequence, changed=changed)) for m in range(n, machines, CLIENTS))  # noqa: E731
    limit = line_of("bare server", *load(bare.port, "", lambda n: posts(n, 1), options.seconds))
    tokens = {role: subprocess.run([options.binary, "token", "add", "--role", role, "--database", database], check=True, capture_output=True,
                                   text=True).stdout.strip() for role in ("report", "read")}
    service = subprocess.Popen([options.binary, "serve", "--listen", "127.0.0.1:0", "--database", database], stdout=subprocess.PIPE, text=True)
    try:
        assert service.stdout is not None
        port = urlsplit(service.stdout.readline().split()[2]).port or 0
        line_of("reports, new machines", *load(port, tokens["report"], lambda n: posts(n, 1), 86400), limit)
        line_of("reports, unchanged", *load(port, tokens["report"], lambda n: posts(n, 2), options.seconds), limit)
        line_of("reports, changed", *load(port, tokens["report"], lambda n: posts(n, 3, True), options.seconds), limit)
        some = range(0, machines, max(1, machines // 500))
        gets = {"search, whole serial": [f"/v1/search?q={serial(m, 0)}" for m in some],
                "search, end of a serial": [f"/v1/search?q={serial(m, 0)[-6:]}" for m in some],
                "search, MAC": [f"/v1/search?q=02:00:{m >> 16 & 255:02x}:{m >> 8 & 255:02x}:{m & 255:02x}:01" for m in some],
                "search, place": [f"/v1/search?q=R{m // 20}%20U{m % 20 * 2 + 1}" for m in some],
                "machines of a rack": [f"/v1/machines?rack=R{m // 20}" for m in some], "pillar": [f"/v1/feeds/salt/pillar/stor{m}" for m in some],
                "first page": ["/"]}
        for name, paths in gets.items():
            line_of(name, *load(port, tokens["read"], lambda n, p=paths: (("GET", p[(n + i) % len(p)], None) for i in range(10**6)), min(5, options.seconds), 2))
        line_of("the ring", *load(port, tokens["read"], lambda _: iter([("GET", "/v1/feeds/swift/ring", None)]), 600, 1))
        print(f"{'peak memory':32}{memory(service.pid):10} MiB")
    finally:
        service.terminate()
        service.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--machines", type=int, default=10_000)
    parser.add_argument("--drives", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    for kind in ("sqlite", "postgresql"):
        if options.database not in (kind, "both"):
            continue
        print(f"\n{kind}: {options.machines} machines, {options.machines * options.drives} drives", flush=True)
        server = Postgres(durable=True) if kind == "postgresql" else None
        try:
            with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
                measure(options, server.new_database() if server else f"{folder}/inventory.db", Path(folder))
        finally:
            if server:
                server.close()


if __name__ == "__main__":
    main()
