"""`Datacenter`: the lab as one value with verbs. `image/lab` and the netboot tests are thin layers over it."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from . import bootserver, control, drives, inventory, machine, progress, site, table
from .control import LabError
from .layout import Layout, Server

Say = Callable[[str], None]


class Datacenter:
    def __init__(self, layout: Layout, folder: Path, say: Say = print):
        self.layout, self.folder, self.say = layout, folder, say
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)

    # -- what it is made of

    def prepare_drives(self) -> None:
        for server in self.layout.servers:
            for drive in server.drives:
                drives.make(drive, self.drive_file(server.name, drive.name))

    def drive_file(self, server: str, drive: str) -> Path:
        return self.folder / server / f"{drive}.raw"

    def console_log(self, server: str) -> Path:
        return self.folder / server / "console.log"

    def start(self, release: Path) -> None:
        """The network, boot server and switches; kept when they run as wanted, else made anew."""
        wanted = {"layout": hashlib.sha256(repr(self.layout).encode()).hexdigest()[:12]}
        state = control.status(self.folder)
        if state is not None and any(state.get(key) != value for key, value in wanted.items()):
            self.say("the lab file changed: starting the lab anew, drives are kept")
            self.stop()
            state = None
        if state is None:
            self.stop()
            accel = machine.accelerator(release / "vmlinuz")
            control.start(self.layout, self.folder, {**wanted, "accel": accel})

    def serve_inventory(self, binary: Path) -> None:
        changed = inventory.install(binary, self.folder) | inventory.configure(self.layout, self.folder)
        running = (control.status(self.folder) or {"services": {}})["services"].get("inventory/serve")
        if changed or not running:
            inventory.start(self.layout, self.folder)

    def publish(self, release: Path) -> None:
        """What a server gets at its next boot."""
        files = self.folder / "site"
        shutil.rmtree(files, ignore_errors=True)
        site.write(self.layout, files, inventory.token(self.folder))
        bootserver.publish(self.layout, self.folder, release, files)

    # -- power

    def power_on(self, name: str) -> None:
        self.note_boot(name)
        control.ask(self.folder, {"do": "power_on", "name": name})

    def power_off(self, name: str) -> None:
        control.ask(self.folder, {"do": "power_off", "name": name})

    def reboot(self, name: str) -> None:
        """The reset button."""
        self.note_boot(name)
        control.ask(self.folder, {"do": "reset", "name": name})

    def note_boot(self, name: str) -> None:
        """What the server boots, and the boot that the inventory knows of it until it has reported this one."""
        known = self.machines().get(self.layout.server(name).name, {}).get("boot_id", "")
        (self.folder / name / "booted").write_text(f"{self.published()} {known}")

    def noted(self, name: str) -> tuple[str, str]:
        path = self.folder / name / "booted"
        published, _, known = path.read_text().partition(" ") if path.exists() else ("", "", "")
        return published, known

    def power_cut(self, name: str) -> None:
        self.power_off(name)
        self.power_on(name)

    def stop(self) -> bool:
        return control.stop(self.folder)

    def published(self) -> str:
        """What the boot server hands out, as a digest: a server that booted something else must boot again."""
        www = self.folder / "www"
        files = [www / "site.cpio", *sorted((www / "server").glob("*.ipxe"))]
        return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()

    def running(self, name: str) -> bool:
        state = control.status(self.folder)
        return bool(state and state["servers"].get(name))

    def outdated(self) -> list[Server]:
        """Servers that are off, or run something else than what is published."""
        published = self.published()
        return [s for s in self.layout.servers if not self.running(s.name) or self.noted(s.name)[0] != published]

    # -- what came of it

    def facts(self) -> dict[str, Any]:
        return table.facts(self.layout, self.folder)

    def machines(self) -> dict[str, dict[str, Any]]:
        return table.machines(self.folder)

    def stopped_clocks(self, name: str) -> int:
        """How often its kernel has said so (kernel/rcu/tree_stall.h)."""
        log = self.console_log(name)
        return log.read_bytes().count(b"Possible timer handling issue on cpu") if log.exists() else 0

    def wait(self, names: Iterable[str], timeout: float,
             done: Callable[[dict[str, Any]], bool] = progress.settled) -> bool:
        """Until each server has reported its last boot and is `done`; False: time is up.

        Says each step of each server once. The inventory and the boot server's log are asked once a second. A server whose
        emulated clock stands still, as QEMU's does now and then on a busy machine, would never get on: its plug is pulled, once.
        """
        waiting, said = {name: self.layout.server(name) for name in names}, dict[str, str]()
        clocks = {name: self.stopped_clocks(name) for name in waiting}
        log, started = progress.log_size(self.folder), time.monotonic()
        while waiting and time.monotonic() - started < timeout:
            known = self.machines()
            for name, server in list(waiting.items()):
                report = known.get(name)
                fresh = report is not None and report["boot_id"] != self.noted(name)[1]
                step = progress.summary(report) if report is not None and fresh else progress.fetched(server, self.folder, log)
                if step and said.get(name) != step:
                    said[name] = step
                    self.say(f"{time.monotonic() - started:4.0f} s  {name}: {step}")
                if name in clocks and self.stopped_clocks(name) > clocks[name]:
                    del clocks[name]
                    self.say(f"{time.monotonic() - started:4.0f} s  {name}: its emulated clock stands still; powered off and on")
                    self.power_cut(name)
                if fresh and report is not None and done(report):
                    del waiting[name]
                elif not self.running(name):
                    raise LabError(f"{name} has stopped: see {self.folder / name / 'qemu.log'}")
            if waiting:
                time.sleep(1)
        return not waiting
