"""on_postgresql.py PROGRAM [ARGUMENT...]: unit tests on a PostgreSQL of their own instead of SQLite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "inventory"))
from postgres import Postgres  # noqa: E402

signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # CTest's word that it took too long: the server goes too
server = Postgres()
try:
    done = subprocess.run(sys.argv[1:], env=os.environ | {"FOOTING_TEST_POSTGRESQL": server.new_database()})
finally:
    server.close()
sys.exit(done.returncode)
