"""A PostgreSQL server of our own: Debian's, on a Unix socket in a folder of its own, without root."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/17/bin")


class Postgres:
    """Its collation is a language's, not C: what sorts by bytes must say so. `durable=False` skips fsync. `disk`: the size of one
    of its own, in memory; that needs root."""

    def __init__(self, *, durable: bool = False, disk: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="footing-pg-"))
        self.disk = disk
        if disk:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={disk}", "none", self.folder], check=True)
        self.user = "nobody" if os.geteuid() == 0 else None
        self.made = 0
        self.settings = [] if durable else ["-c", "fsync=off"]
        self.process: subprocess.Popen[bytes] | None = None
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run(str(PROGRAMS / "initdb"), "-D", str(self.folder / "data"), "-U", "footing", "-A", "trust", "-E", "UTF8", "--no-sync",
                  "--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8")
        self.start()

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, user=self.user, cwd=self.folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([PROGRAMS / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=",
                                             "-c", "max_connections=200", *self.settings], user=self.user, cwd=self.folder, stdout=log, stderr=log)
        for _ in range(600):
            if subprocess.run([PROGRAMS / "pg_isready", "-q", "-h", self.folder]).returncode == 0:
                return
            assert self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: clients are cut off, the data is written. SIGQUIT: as if the power went."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        self.process = None

    def close(self) -> None:
        if self.process is not None:
            self.stop(signal.SIGQUIT)  # nobody needs what a slow shutdown would write
        if self.disk:
            subprocess.run(["umount", "--lazy", self.folder], check=True)
        shutil.rmtree(self.folder)

    def url(self, name: str) -> str:
        return f"postgresql://footing@/{name}?host={self.folder}"

    def new_database(self) -> str:
        self.made += 1
        name = f"inventory{self.made}"
        self._run(str(PROGRAMS / "createdb"), "-h", str(self.folder), "-U", "footing", name)
        return self.url(name)

    def back_up(self, url: str) -> Path:
        """As the service's `backup` says to, and `restore` too: into a new database."""
        file = self.folder / f"{self.made}.dump"
        self._run(str(PROGRAMS / "pg_dump"), "--format=custom", f"--file={file}", url)
        return file

    def restore(self, file: Path) -> str:
        url = self.new_database()
        self._run(str(PROGRAMS / "pg_restore"), "--exit-on-error", f"--dbname={url}", str(file))
        return url

    def dump(self, url: str) -> str:
        return self._run(str(PROGRAMS / "pg_dump"), "--inserts", url)

    @contextlib.contextmanager
    def locked(self, url: str) -> Iterator[None]:
        """Somebody else writes, and doesn't end (inventory/store/database.cpp)."""
        with subprocess.Popen([PROGRAMS / "psql", "-qAt", url], user=self.user, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdin is not None and other.stdout is not None
            print("BEGIN; SELECT pg_advisory_xact_lock(7379620614);", file=other.stdin, flush=True)
            assert other.stdout.readline() == "\n"
            yield
            other.stdin.close()

    def query(self, url: str, statement: str) -> str:
        return self._run(str(PROGRAMS / "psql"), "-qAt", "-c", statement, url)
