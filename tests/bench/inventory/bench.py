#!/usr/bin/env python3
"""What the inventory does per second, beside a server that only reads the bytes and stores them.

    tests/bench/inventory/bench.py BINARY [--machines 10000] [--drives 60] [--seconds 8] [--budget 570] [--database sqlite|postgresql|both] [--pages-p99 MS]

Fills a database with a fleet, which stands where a wire map says, then measures reports (unchanged, changed), what people
ask for, also while all machines report at once, and the downloads. Prints a table; a ratio is to the bare server, which
appends each body to one file and answers after fdatasync, a group at a time. CPU is the service's (of PostgreSQL the
server's too) per request: on a busy machine that is the figure to compare.

All of it takes `--budget` seconds at most: where they don't suffice to fill a database with all the machines, the rest
is measured with those that are there, and the table says how many. With `--pages-p99`, exit status 1 says that what people
asked for while all machines reported took longer than that, one time in a hundred. Bare server and clients are
tests/bench/http_limits.cpp, built with the tests.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import resource
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).parents[2] / "inventory"))
from fleet import PER_RACK, mac, place, report, serial, wire_map  # noqa: E402
from postgres import PROGRAMS, Postgres  # noqa: E402

CLIENTS = 16
BESIDE_THE_FILLING = 20  # phases of --seconds each, roughly, and the making of what they send

Asked = tuple[str, str, bytes | None]  # method, path, body


def raw(asked: Asked, token: str) -> bytes:
    method, path, body = asked
    length = "" if body is None else f"Content-Length: {len(body)}\r\n"
    request = f"{method} {path} HTTP/1.1\r\nHost: inventory\r\nAuthorization: Bearer {token}\r\n{length}\r\n".encode() + (body or b"")
    return struct.pack("=I", len(request)) + request


@dataclasses.dataclass
class Load:
    """What http_limits tells of a phase. Times are seconds."""

    count: int
    took: float
    refused: int
    bytes: int
    fewest: int  # requests of one client
    p50: float
    p99: float
    first_p50: float
    first_p99: float
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        return self.count / self.took


def cpu(pids: list[int]) -> float:
    """Seconds that these processes and their children have used."""
    ticks = 0
    for pid in pids:
        for task in [pid, *(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
            with contextlib.suppress(FileNotFoundError):
                used = Path(f"/proc/{task}/stat").read_text().rpartition(")")[2].split()
                ticks += int(used[11]) + int(used[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Bench:
    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.folder = options, folder
        self.program = options.limits or Path(options.binary).resolve().parents[1] / "tests/http_limits"

    def load(self, port: int, token: str, of_client: Iterable[Iterable[Asked]], seconds: float, *, pids: list[int], again: bool = False) -> Load:
        """Made before the clock starts: on two cores the making would be measured, not the service."""
        files = []
        for number, asked in enumerate(of_client):
            files.append(self.folder / f"asks{number}")
            with files[-1].open("wb") as file:
                file.writelines(raw(one, token) for one in asked)
        return self.send(port, files, seconds, pids=pids, again=again)

    def ask(self, port: int, token: str, paths: list[str], seconds: float, *, pids: list[int]) -> Load:
        """As two people who ask without a pause."""
        return self.load(port, token, [[("GET", path, None) for path in paths[n:] + paths[:n]] for n in range(2)], seconds, pids=pids, again=True)

    def send(self, port: int, files: list[Path], seconds: float, *, pids: list[int], again: bool = False) -> Load:
        used = cpu(pids)
        said = subprocess.run([self.program, "load", str(port), str(seconds), "AGAIN" if again else "ONCE", *files], check=True, capture_output=True, text=True)
        out = Load(**json.loads(said.stdout), cpu=cpu(pids) - used)
        for file in files:
            file.unlink()
        return out

    def reports(self, token: str, machines: int, sequence: int, *, changed: bool = False) -> list[Path]:
        """A file for each client, made by all cores."""
        jobs = [(self.folder / f"client{n}", token, range(n, machines, CLIENTS), self.options.drives, sequence, changed) for n in range(CLIENTS)]
        with ProcessPoolExecutor() as pool:
            return list(pool.map(write_reports, jobs))

    @contextlib.contextmanager
    def bare(self) -> Iterator[tuple[int, int]]:
        """Port and process."""
        with subprocess.Popen([self.program, "serve", self.folder / "bare"], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            yield int(process.stdout.readline()), process.pid
            process.kill()
        (self.folder / "bare").unlink()


def write_reports(job: tuple[Path, str, range, int, int, bool]) -> Path:
    path, token, machines, drives, sequence, changed = job
    with path.open("wb") as file:
        file.writelines(raw(("POST", "/v1/reports", report(m, drives, sequence, changed=changed)), token) for m in machines)
    return path


def line_of(name: str, load: Load, limit: float | None = None, *, pages: bool = False) -> float:
    ratio = f"  ratio {load.rate / limit:5.2f}" if limit else ""
    first = f"  first byte p50 {load.first_p50 * 1000:7.2f} p99 {load.first_p99 * 1000:8.2f} ms" if pages else ""
    each = load.cpu / max(load.count, 1) * 1000
    print(f"{name:28}{load.rate:9.1f}/s  p50 {load.p50 * 1000:8.2f} p99 {load.p99 * 1000:8.2f} ms  CPU {each:8.3f} ms{first}{ratio}"
          + (f"  refused {load.refused}" if load.refused else ""), flush=True)
    return load.rate


def download(name: str, load: Load) -> None:
    print(f"{name:28}{load.took:9.2f} s  first byte {load.first_p50 * 1000:8.2f} ms  {load.bytes / 1e6:8.1f} MB  CPU {load.cpu:6.2f} s"
          + (f"  refused {load.refused}" if load.refused else ""), flush=True)


def memory(pid: int) -> int:
    return next(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")) // 1024


def rows(database: str, question: str) -> list[tuple[str, ...]]:
    if not database.startswith("postgresql"):
        return sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute(question).fetchall()
    said = subprocess.run([PROGRAMS / "psql", "-qAt", "-F", "\x1f", "-R", "\x1e", "-c", question, database], check=True, capture_output=True, text=True)
    return [tuple(row.split("\x1f")) for row in said.stdout.strip("\n").split("\x1e")]


def probes(database: str) -> dict[str, tuple[str, dict[str, str]]]:
    """What each machine's agent would send instead of an unchanged report, by its boot: as the inventory has kept it."""
    known = rows(database, "SELECT r.boot_id, p.fingerprint, p.digests FROM probes p JOIN reports r ON r.machine_id = p.machine_id")
    return {boot: (fingerprint, {name: digest for name, digest in (line.split() for line in digests.splitlines())}) for boot, fingerprint, digests in known}


def probe(known: dict[str, tuple[str, dict[str, str]]], number: int, sequence: int) -> bytes:
    fingerprint, sections = known[f"boot-{number}"]
    return json.dumps({"schema": "footing/probe/1", "boot_id": f"boot-{number}", "sequence": sequence, "fingerprint": fingerprint, "sections": sections}).encode()


def rack_key(number: int) -> str:
    """As the pages' addresses have it: site:room:row:rack."""
    where = place(number)
    return quote(":".join(where[level] for level in ("site", "room", "row", "rack")), safe=":")


def measure(bench: Bench, database: str, also: list[int]) -> float:
    """`also`: processes whose CPU is the service's too. The worst p99 of what people ask for in the flood; one that is refused is never answered."""
    options, seconds = bench.options, bench.options.seconds
    least = min(options.machines, 2000)
    with bench.bare() as (port, pid):
        limit = line_of("bare server", bench.send(port, bench.reports("", least, 1), seconds, pids=[pid]))
    tokens = {role: subprocess.run([options.binary, "token", "add", "--role", role, "--database", database], check=True, capture_output=True,
                                   text=True).stdout.strip() for role in ("report", "read")}
    wires, began = bench.folder / "wires.csv", time.monotonic()
    wires.write_text(wire_map(options.machines))
    subprocess.run([options.binary, "import", "wire-map", wires, "--database", database], check=True, capture_output=True)
    print(f"{'import of the wire map':28}{time.monotonic() - began:9.2f} s", flush=True)
    service = subprocess.Popen([options.binary, "serve", "--listen", "127.0.0.1:0", "--database", database], stdout=subprocess.PIPE, text=True)
    try:
        assert service.stdout is not None
        port, pids = urlsplit(service.stdout.readline().split()[2]).port or 0, [service.pid, *also]
        new = bench.send(port, bench.reports(tokens["report"], options.machines, 1), options.fill, pids=pids)
        line_of("reports, new machines", new, limit)
        machines = options.machines if new.count == options.machines else new.fewest * CLIENTS
        if machines < options.machines:
            print(f"  the time was up: what follows is with {machines} machines, {machines * options.drives} drives, not {options.machines}")
        least = min(machines, 4000)
        line_of("reports, unchanged", bench.send(port, bench.reports(tokens["report"], least, 2), seconds, pids=pids), limit)
        known = probes(database)
        line_of("probes, unchanged", bench.load(port, tokens["report"], (
            (("POST", "/v1/reports/probe", probe(known, m, sequence)) for sequence in range(3, 3 + options.probes) for m in range(n, machines, CLIENTS))
            for n in range(CLIENTS)), seconds, pids=pids), limit)
        line_of("reports, changed", bench.send(port, bench.reports(tokens["report"], least, 1000, changed=True), seconds, pids=pids), limit)

        some = range(0, machines, max(1, machines // 500))
        ids = {name: id_ for id_, name in rows(database, "SELECT machine_id, value FROM machine_claims WHERE kind = 'system_serial'")}
        id_of = [next(id_ for name, id_ in ids.items() if name.endswith(f"srv{m:07}")) for m in some[:100]]
        disks = [row[0] for row in rows(database, "SELECT id FROM disks ORDER BY id LIMIT 200")]
        gets = {"search, whole serial": [f"/v1/search?q={serial(m, 0)}" for m in some],
                "search, end of a serial": [f"/v1/search?q={serial(m, 0)[-6:]}" for m in some],
                "search, MAC": [f"/v1/search?q={mac(m, 0)}" for m in some],
                "search, place": [f"/v1/search?q=R{m // PER_RACK}%20U{m % PER_RACK * 2 + 1}" for m in some],
                "machine": [f"/v1/machines/{id_}" for id_ in id_of],
                "machines of a rack": [f"/v1/machines?rack=R{m // PER_RACK}" for m in some],
                "rack elevation": [f"/v1/racks/{rack_key(m)}/elevation" for m in some],
                "rack elevation, drawing": [f"/v1/racks/{rack_key(m)}/elevation?render=svg" for m in some],
                "pillar": [f"/v1/feeds/salt/pillar/stor{m}" for m in some],
                "page: first": ["/"], "page: room": [f"/rooms/par:{place(m)['room']}" for m in some], "page: rack": [f"/racks/{rack_key(m)}" for m in some],
                "page: machine": [f"/machines/{id_}" for id_ in id_of], "page: disk": [f"/disks/{id_}" for id_ in disks],
                "page: search": [f"/search?q={serial(m, 0)[-6:]}" for m in some],
                "page: row": [f"/rows/{quote(':'.join(place(m)[level] for level in ('site', 'room', 'row')), safe=':')}" for m in some],
                "page: why": [f"/machines/{id_}/explain" for id_ in id_of], "page: labels": [f"/racks/{rack_key(m)}/labels" for m in some[:20]]}
        gets |= {f"page: {name}": [f"/{name}"] for name in ("disks", "conflicts", "changes", "suggestions", "walk", "accuracy")}
        for name, paths in gets.items():
            line_of(name, bench.ask(port, tokens["read"], paths, seconds / 4, pids=pids), pages=name.startswith("page"))
        # A room powers up: machines report as fast as they can while people look.
        slowest, flood = 0.0, bench.reports(tokens["report"], least, 2000)  # what changed above changes back
        with ThreadPoolExecutor() as pool:
            reports = pool.submit(bench.send, port, flood, seconds, pids=pids)
            for name in ("page: machine", "page: rack", "search, whole serial"):
                asked = bench.ask(port, tokens["read"], gets[name], seconds / 4, pids=pids)
                line_of(f"{name}, in a flood", asked, pages=name.startswith("page"))
                slowest = max(slowest, float("inf") if asked.refused else asked.p99)
            line_of("reports, changed, the flood", reports.result(), limit)
        before = memory(service.pid)
        for name, path in (("CSV of all machines", "/v1/exports/machines"), ("NDJSON of all machines", "/v1/exports/machines?format=ndjson"), ("CSV of all disks", "/v1/exports/disks"), ("the ring", "/v1/feeds/swift/ring")):
            download(name, bench.load(port, tokens["read"], [[("GET", path, None)]], 1, pids=pids))
        print(f"{'peak memory':28}{memory(service.pid):9} MiB, {before} before the downloads", flush=True)
        return slowest
    finally:
        service.terminate()
        service.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--machines", type=int, default=10_000)
    parser.add_argument("--drives", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=8, help="of reports; what people ask for gets a quarter of it each")
    parser.add_argument("--probes", type=int, default=3, help="of each machine")
    parser.add_argument("--budget", type=float, default=570, help="seconds for all of it")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--pages-p99", type=float, metavar="MS", help="fail when what people ask for in the flood has a higher p99; default: it is only printed")
    parser.add_argument("--limits", type=Path, help="http_limits; default: where it is built, beside BINARY")
    options = parser.parse_args()
    kinds = [kind for kind in ("sqlite", "postgresql") if options.database in (kind, "both")]
    options.fill = max(10.0, options.budget / len(kinds) - BESIDE_THE_FILLING * options.seconds)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    too_slow = False
    for kind in kinds:
        print(f"\n{kind}: {options.machines} machines, {options.machines * options.drives} drives, {options.machines * 4} NICs", flush=True)
        began = time.monotonic()
        server = Postgres(durable=True) if kind == "postgresql" else None
        try:
            with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
                also = [server.process.pid] if server and server.process else []
                slowest = measure(Bench(options, Path(folder)), server.new_database() if server else f"{folder}/inventory.db", also)
        finally:
            if server:
                server.close()
        print(f"{'all of it':28}{time.monotonic() - began:9.0f} s", flush=True)
        if options.pages_p99 is not None and slowest * 1000 > options.pages_p99:
            print(f"{kind}: p99 in the flood was {slowest * 1000:.0f} ms, {options.pages_p99:g} at most is asked for", file=sys.stderr)
            too_slow = True
    sys.exit(1 if too_slow else 0)


if __name__ == "__main__":
    main()
