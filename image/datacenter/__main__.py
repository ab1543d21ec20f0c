"""The command line of image/lab, inside the toolbox. `image/lab --help` is the manual."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from . import build, console, control, layout, table
from .datacenter import Datacenter

BOOT_DEADLINE = 1200.0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        say(f"lab: {message} (image/lab --help shows the commands)")
        sys.exit(64)


def arguments() -> argparse.Namespace:
    parser = Parser(prog="image/lab", add_help=False)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", add_help=False)
    up.add_argument("--file", type=Path)
    up.add_argument("--firmware", choices=layout.FIRMWARES)
    up.add_argument("--no-wait", action="store_true")
    up.add_argument("--json", action="store_true")
    commands.add_parser("down", add_help=False).add_argument("--wipe", action="store_true")
    commands.add_parser("status", add_help=False).add_argument("--json", action="store_true")
    for name in ("console", "reboot"):
        commands.add_parser(name, add_help=False).add_argument("name")
    cut = commands.add_parser("power-cut", add_help=False)
    cut.add_argument("name")
    cut.add_argument("--stay-off", action="store_true")
    commands.add_parser("exec-net", add_help=False).add_argument("argv", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    if chosen.command == "exec-net" and not chosen.argv:
        parser.error("exec-net needs a command")
    return chosen


def up(chosen: argparse.Namespace, folder: Path) -> int:
    file = chosen.file or Path(__file__).resolve().parent.parent / "lab.yaml"
    description = layout.load(file)
    if chosen.firmware:
        servers = tuple(dataclasses.replace(server, firmware=chosen.firmware) for server in description.servers)
        description = dataclasses.replace(description, servers=servers)
    with control.lock(folder):
        (folder / "lab.yaml").write_text(file.read_text())
        agent, inventory = build.programs(folder, say)
        release = build.image(agent, say)
        lab = Datacenter(description, folder, say)
        lab.prepare_drives()
        lab.start(release)
        lab.serve_inventory(inventory)
        lab.publish(release)
        for server in lab.outdated():
            say(f"{server.name}: {'booting again, the image changed' if lab.running(server.name) else 'power on'}")
            if lab.running(server.name):
                lab.reboot(server.name)
            else:
                lab.power_on(server.name)
    done = True
    if not chosen.no_wait:
        done = lab.wait([server.name for server in description.servers], BOOT_DEADLINE)
    show(lab, chosen.json)
    if not done:
        say(f"lab: not every server has reported what came of its drives within {BOOT_DEADLINE:.0f} s; their consoles: "
            f"{folder}/*/console.log")
    return 0 if done else 1


def show(lab: Datacenter, as_json: bool) -> None:
    facts = lab.facts()
    print(json.dumps(facts, indent=1) if as_json else table.text(facts), flush=True)


def run(chosen: argparse.Namespace) -> int:
    folder = Path(os.environ["FOOTING_LAB"])
    if chosen.command == "up":
        return up(chosen, folder)
    kept = folder / "lab.yaml"
    if not kept.exists():
        if chosen.command == "down":
            return 0
        raise control.LabError("there is no lab yet: image/lab up makes one")
    lab = Datacenter(layout.load(kept), folder, say)
    match chosen.command:
        case "down":
            with control.lock(folder):
                say("the lab is down" if lab.stop() else "the lab was down already")
                if chosen.wipe:
                    shutil.rmtree(folder)
        case "status":
            show(lab, chosen.json)
        case "console":
            lab.layout.server(chosen.name)
            console.attach(folder, chosen.name)
        case "reboot":
            lab.reboot(chosen.name)
        case "power-cut":
            if chosen.stay_off:
                lab.power_off(chosen.name)
            else:
                lab.power_cut(chosen.name)
        case "exec-net":
            argv = control.in_network(folder, chosen.argv)
            os.execvp(argv[0], argv)
    return 0


def main() -> int:
    try:
        return run(arguments())
    except (control.LabError, layout.LayoutError) as error:
        say(f"lab: {error}")
    except (FileNotFoundError, ConnectionRefusedError):
        say("lab: the lab is down: image/lab up starts it")
    except KeyboardInterrupt:
        say("lab: interrupted; image/lab up goes on where it stopped, image/lab down ends it")
    return 1


if __name__ == "__main__":
    sys.exit(main())
