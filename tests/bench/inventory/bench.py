#!/usr/bin/env python3
"""What the inventory does per second, beside a server that only reads the bytes and stores them.

    tests/bench/inventory/bench.py BINARY [--machines 10000] [--drives 60] [--seconds 10] [--database sqlite|postgresql]

Fills a database with a fleet, then measures reports (unchanged, changed) and reads. Prints a table; a ratio is to the
bare server, which appends each body to one file and answers after fdatasync, a group at a time. CPU is the service's
per request: on a busy machine that is the figure to compare.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import multiprocessing
import os
import queue
import resource
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[2] / "inventory"))
from fleet import report, serial  # noqa: E402
from postgres import PROGRAMS, Postgres  # noqa: E402

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


Asked = tuple[str, str, bytes | None]  # method, path, body


def raw(asked: Asked, token: str) -> bytes:
    method, path, body = asked
    length = "" if body is None else f"Content-Length: {len(body)}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: inventory\r\nAuthorization: Bearer {token}\r\n{length}\r\n".encode() + (body or b"")


def answer(line: socket.socket) -> int:
    """Reads one answer whole; its status."""
    got = b""
    while (end := got.find(b"\r\n\r\n")) < 0:
        if not (more := line.recv(65536)):
            return 0
        got += more
    head = got[:end].lower()
    at = head.find(b"content-length:")
    if at < 0:  # in chunks: a download
        while not got.endswith(b"0\r\n\r\n"):
            got += line.recv(1 << 20)
        return int(head[9:12])
    missing = int(head[at + 15:].split(b"\r\n", 1)[0]) - (len(got) - end - 4)
    while missing > 0:
        missing -= len(line.recv(min(missing, 1 << 20)))
    return int(head[9:12])


def connected(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=120)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def client(port: int, token: str, asked: list[Asked], again: bool, seconds: float, ready: Any, out: multiprocessing.Queue) -> None:
    """Sends what was made before the clock started: on two cores the making would be measured, not the service."""
    requests, times, refused = [raw(one, token) for one in asked], [], 0
    line = connected(port)
    ready.wait()
    start = time.perf_counter()
    for request in itertools.cycle(requests) if again else requests:
        began = time.perf_counter()
        if began > start + seconds:
            break
        try:
            line.sendall(request)
            status = answer(line)
        except OSError:
            status = 0
        if status == 0:  # a connection serves so many requests, or so long: the request wasn't heard
            line.close()
            line = connected(port)
            line.sendall(request)
            status = answer(line)
        refused += status != 200
        times.append(time.perf_counter() - began)
    out.put((times, refused, start, time.perf_counter()))


def cpu(pid: int) -> float:
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Load:
    times: list[float]
    took: float
    refused: int
    cpu: float  # seconds of the server's


def load(port: int, token: str, make: Callable[[int], Iterable[Asked]], seconds: float, clients: int = CLIENTS, pid: int = 0, again: bool = False) -> Load:
    out: multiprocessing.Queue = multiprocessing.Queue()
    ready = multiprocessing.Barrier(clients + 1)
    workers = [multiprocessing.Process(target=lambda n=n: client(port, token, list(make(n)), again, seconds, ready, out)) for n in range(clients)]
    for worker in workers:
        worker.start()
    used = cpu(pid) if pid else 0
    ready.wait()
    results = [out.get() for _ in workers]
    for worker in workers:
        worker.join()
    took = max(end for *_, end in results) - min(start for _, _, start, _ in results)
    return Load([t for times, *_ in results for t in times], took, sum(refused for _, refused, *_ in results), cpu(pid) - used if pid else 0)


def line_of(name: str, load: Load, limit: float | None = None) -> float:
    rate = len(load.times) / load.took
    p50, p99 = (statistics.quantiles(load.times, n=100)[i] * 1000 for i in (49, 98)) if len(load.times) > 1 else (0.0, 0.0)
    ratio = f"{rate / limit:7.2f}" if limit else "      -"
    each = f"{load.cpu / len(load.times) * 1000:7.3f} ms" if load.cpu and load.times else "         -"
    print(f"{name:32}{rate:10.0f}/s  p50 {p50:8.2f} ms  p99 {p99:8.2f} ms  CPU {each}  ratio {ratio}  refused {load.refused}", flush=True)
    return rate


def memory(pid: int) -> int:
    return next(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")) // 1024


def probes(database: str) -> dict[str, tuple[str, dict[str, str]]]:
    """What each machine's agent would send instead of an unchanged report, by its boot: as the inventory has kept it."""
    asked = ("SELECT r.boot_id, p.fingerprint, p.digests FROM probes p JOIN reports r ON r.machine_id = p.machine_id")
    if database.startswith("postgresql"):
        rows = [tuple(row.split("\x1f")) for row in subprocess.run([str(PROGRAMS / "psql"), "-qAt", "-F", "\x1f", "-R", "\x1e", "-c", asked, database], check=True, capture_output=True,
                                                                   text=True).stdout.strip("\n").split("\x1e")]
    else:
        rows = sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute(asked).fetchall()
    return {boot: (fingerprint, {name: digest for name, digest in (line.split() for line in digests.splitlines())}) for boot, fingerprint, digests in rows}


def probe(known: dict[str, tuple[str, dict[str, str]]], number: int, sequence: int) -> bytes:
    fingerprint, sections = known[f"boot-{number}"]
    return json.dumps({"schema": "footing/probe/1", "boot_id": f"boot-{number}", "sequence": sequence, "fingerprint": fingerprint, "sections": sections}).encode()


def measure(options: argparse.Namespace, database: str, folder: Path) -> None:
    machines, drives = options.machines, options.drives
    bare = Bare(folder)
    def posts(sequence: int, *, changed: bool = False) -> Callable[[int], Iterable[Asked]]:
        return lambda n: (("POST", "/v1/reports", report(m, drives, sequence, changed=changed)) for m in range(n, machines, CLIENTS))

    limit = line_of("bare server", load(bare.port, "", posts(1), options.seconds))
    tokens = {role: subprocess.run([options.binary, "token", "add", "--role", role, "--database", database], check=True, capture_output=True,
                                   text=True).stdout.strip() for role in ("report", "read")}
    service = subprocess.Popen([options.binary, "serve", "--listen", "127.0.0.1:0", "--database", database], stdout=subprocess.PIPE, text=True)
    try:
        assert service.stdout is not None
        port, pid = urlsplit(service.stdout.readline().split()[2]).port or 0, service.pid
        line_of("reports, new machines", load(port, tokens["report"], posts(1), 86400, pid=pid), limit)
        line_of("reports, unchanged", load(port, tokens["report"], posts(2), options.seconds, pid=pid), limit)
        known = probes(database)
        sent = [[("POST", "/v1/reports/probe", probe(known, m, sequence)) for m in range(n, machines, CLIENTS) for sequence in range(3, 3 + options.probes)]
                for n in range(CLIENTS)]
        line_of("probes, unchanged", load(port, tokens["report"], lambda n: sent[n], options.seconds, pid=pid), limit)
        line_of("reports, changed", load(port, tokens["report"], posts(1000, changed=True), options.seconds, pid=pid), limit)
        some = range(0, machines, max(1, machines // 500))
        gets = {"search, whole serial": [f"/v1/search?q={serial(m, 0)}" for m in some],
                "search, end of a serial": [f"/v1/search?q={serial(m, 0)[-6:]}" for m in some],
                "search, MAC": [f"/v1/search?q=02:00:{m >> 16 & 255:02x}:{m >> 8 & 255:02x}:{m & 255:02x}:01" for m in some],
                "search, place": [f"/v1/search?q=R{m // 20}%20U{m % 20 * 2 + 1}" for m in some],
                "machines of a rack": [f"/v1/machines?rack=R{m // 20}" for m in some], "pillar": [f"/v1/feeds/salt/pillar/stor{m}" for m in some],
                "first page": ["/"]}
        for name, paths in gets.items():
            line_of(name, load(port, tokens["read"], lambda n, p=paths: (("GET", path, None) for path in p[n:] + p[:n]), min(5, options.seconds), 2, pid, again=True))
        line_of("the ring", load(port, tokens["read"], lambda _: [("GET", "/v1/feeds/swift/ring", None)], 600, 1, pid))
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
    parser.add_argument("--probes", type=int, default=5, help="of each machine")
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
