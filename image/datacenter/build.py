"""What the lab boots, made from the checkout: agent and inventory by CMake's release preset, then the image."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .control import LabError

CHECKOUT = Path(__file__).resolve().parents[2]
RELEASE = CHECKOUT / "build/release"
Say = Callable[[str], None]


def run(what: str, argv: list[str], log: Path, cwd: Path = CHECKOUT) -> None:
    """Output goes to the log; a failure shows its end. A terminal shows how far ninja is: "[17/446]"."""
    seen = sys.stderr.isatty()
    with log.open("a", buffering=1) as file, \
            subprocess.Popen(argv, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                             text=True, errors="replace") as process:
        file.write(f"\n== {what}: {' '.join(argv)}\n")
        assert process.stdout is not None
        for line in process.stdout:
            file.write(line)
            if seen and (step := re.match(r"\[\d+/\d+\]", line)):
                print(f"\r{what} {step[0]}\x1b[K", end="", file=sys.stderr, flush=True)
    if seen:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    if process.returncode != 0:
        last = log.read_text(errors="replace").splitlines()[-20:]
        raise LabError(f"{what} failed (all of it: {log}):\n  " + "\n  ".join(last))


def programs(folder: Path, say: Say) -> tuple[Path, Path]:
    """The agent's package and the inventory's binary."""
    log = folder / "build.log"
    log.write_bytes(b"")
    say("building agent and inventory")
    # Without the test programs: they are no part of any package.
    run("cmake", ["cmake", "--preset", "release", "-D", "CMAKE_SKIP_INSTALL_ALL_DEPENDENCY=ON"], log)
    run("the build", ["cmake", "--build", "--preset", "release", "--target", "footing", "footing-inventory"], log)
    return package(RELEASE, log), RELEASE / "bin/footing-inventory"


def package(build: Path, log: Path) -> Path:
    """The agent's .deb of a build folder, made anew."""
    for old in build.glob("footing-agent_*.deb"):
        old.unlink()
    run("cpack", ["cpack", "-G", "DEB", "-D", "CPACK_COMPONENTS_ALL=agent"], log, build)
    made = sorted(build.glob("footing-agent_*.deb"))
    if len(made) != 1:
        raise LabError(f"one footing-agent_*.deb is expected in {build}, found {len(made)}")
    return made[0]


def image(agent: Path, say: Say, level: int = 3, platform: bool = False) -> Path:
    """The release's folder. Fast compression: the lab's network is this machine's memory."""
    say("making the image")
    output = Path(os.environ.get("FOOTING_IMAGE") or CHECKOUT / "build/image")
    more = ["--with", "platform"] if platform else []
    done = subprocess.run([CHECKOUT / "image/recipe/build", "--agent", agent, "--output", output, "--level", str(level),
                           *more, "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(done.stderr.strip())
    return Path(json.loads(done.stdout)["folder"])
