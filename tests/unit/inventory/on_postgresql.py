"""on_postgresql.py [-OPTION...] PROGRAM...: unit tests on a PostgreSQL of their own instead of SQLite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "inventory"))
from postgres import Postgres  # noqa: E402

signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # CTest's word that it took too long: the server goes too
options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
programs = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
server = Postgres()
try:
    failed = [program for program in programs
              if subprocess.run([program, *options], env=os.environ | {"FOOTING_TEST_POSTGRESQL": server.new_database()}).returncode != 0]
finally:
    server.close()
sys.exit(f"failed: {' '.join(failed)}" if failed else 0)
