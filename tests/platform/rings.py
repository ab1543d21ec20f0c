"""What is in a ring's builder, as Debian's Swift reads it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

PYTHON = "/usr/bin/python3"
LOOK = """
import json, sys
from swift.common.ring import RingBuilder
b = RingBuilder.load(sys.argv[1])
devices = {d["id"]: d for d in b.devs if d is not None}
fields = ("ip", "port", "device", "weight", "zone", "parts", "meta")
print(json.dumps({"devices": [{k: d[k] for k in fields} for d in devices.values()],
                  "parts": [[devices[i]["device"] for i in row] for row in b._replica2part2dev],
                  "zones": [[devices[i]["zone"] for i in row] for row in b._replica2part2dev]}))
"""


def look(builder: Path) -> dict[str, Any]:
    done = subprocess.run([PYTHON, "-c", LOOK, str(builder)], capture_output=True, text=True, check=True, timeout=60)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
