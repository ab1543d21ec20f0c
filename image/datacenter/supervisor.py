"""The process that is the lab: it owns a network, a mount and a PID namespace, and everything in them is its child.

Whatever ends it (down, kill -9, a crash), the kernel ends all of it and the network is gone: nothing to clean up by hand.
It answers one JSON line per connection on control.sock in the lab's folder; `control.py` is the other end.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import bootserver, layout, machine, network, switch

PR_SET_PDEATHSIG = 1


class Lab:
    """Runs inside the namespaces, as process 1, with the lab's folder as its working directory."""

    def __init__(self, description: layout.Layout, folder: Path, options: dict[str, Any], host: socket.socket):
        self.layout, self.folder, self.options, self.host = description, folder, options, host
        self.servers: dict[str, asyncio.subprocess.Process] = {}
        self.services: dict[str, asyncio.subprocess.Process] = {}
        self.stopped = asyncio.Event()

    async def start(self, name: str, argv: list[str], log: str) -> asyncio.subprocess.Process:
        with (self.folder / log).open("ab") as file:
            return await asyncio.create_subprocess_exec(
                *argv, stdin=asyncio.subprocess.DEVNULL, stdout=file, stderr=file, cwd=self.folder)

    async def start_service(self, name: str, argv: list[str]) -> None:
        self.services[name] = await self.start(name, argv, f"{name}.log")

    async def power_on(self, name: str) -> None:
        server = self.layout.server(name)
        if name in self.servers and self.servers[name].returncode is None:
            return
        machine.prepare(server, self.folder)
        argv = machine.argv(server, self.layout.servers.index(server), self.options["accel"])
        self.servers[name] = await self.start(name, argv, f"{name}/qemu.log")

    async def power_off(self, name: str) -> None:
        """The plug: SIGKILL, nothing is flushed."""
        self.layout.server(name)
        process = self.servers.get(name)
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request:
            case {"do": "status"}:
                running = {name: process.returncode is None for name, process in self.servers.items()}
                services = {name: process.returncode is None for name, process in self.services.items()}
                firmware = {server.name: server.firmware for server in self.layout.servers}
                return {"servers": running, "services": services, "firmware": firmware,
                        "host_port": self.host.getsockname()[1], **self.options}
            case {"do": "power_on", "name": name}:
                await self.power_on(name)
            case {"do": "power_off", "name": name}:
                await self.power_off(name)
            case {"do": "reset", "name": name}:
                self.layout.server(name)
                await asyncio.to_thread(machine.qmp, Path(name) / "qmp.sock", "system_reset")
            case {"do": "start_service", "name": name, "argv": argv}:
                await self.stop_service(name)
                await self.start_service(name, argv)
            case {"do": "stop_service", "name": name}:
                await self.stop_service(name)
            case {"do": "down"}:
                self.stopped.set()
            case _:
                return {"error": f"unknown request {request}"}
        return {}

    async def stop_service(self, name: str) -> None:
        process = self.services.pop(name, None)
        if process is not None and process.returncode is None:
            process.terminate()
            await process.wait()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            said = await self.answer(json.loads(await reader.readline()))
        except (layout.LayoutError, OSError, ValueError) as error:
            said = {"error": str(error)}
        writer.write(json.dumps(said).encode() + b"\n")
        await writer.drain()
        writer.close()

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the host's, carried to the inventory in the namespace."""
        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            try:
                while data := await source.read(65536):
                    target.write(data)
                    await target.drain()
            except OSError:
                pass
            finally:
                target.close()

        try:
            inside = await asyncio.open_connection(str(self.layout.network.ip), 8080)
        except OSError:
            writer.close()
            return
        await asyncio.gather(copy(reader, inside[1]), copy(inside[0], writer))

    async def run(self, ready: socket.socket) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.stopped.set)
        network.make(self.layout)
        await self.start_service("dnsmasq", bootserver.dnsmasq(self.layout, self.folder))
        await self.start_service("nginx", bootserver.nginx(self.layout, self.folder))
        for index, server in enumerate(self.layout.servers):
            folder = self.folder / server.name
            folder.mkdir(exist_ok=True)  # its logs and sockets; a server without drives has no other files
            (folder / "lldpd.sock").unlink(missing_ok=True)
            await self.start_service(f"{server.name}/lldpd", switch.argv(server, index, folder))
        await asyncio.start_server(self.forward, sock=self.host)
        Path("control.sock").unlink(missing_ok=True)
        await asyncio.start_unix_server(self.converse, "control.sock")
        ready.sendall(b"ready\n")
        ready.close()
        await self.stopped.wait()


def birth(pid: int) -> str:
    """When the process started (proc_pid_stat(5), field 22): with the number it names one process for good."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def inside(description: layout.Layout, folder: Path, options: dict[str, Any], host: socket.socket,
           ready: socket.socket) -> None:
    """Process 1 of the new PID namespace. Daemons find a /run and a /proc of their own."""
    die_with_parent()
    # Fails in a chroot (the toolbox), where everything is private already.
    subprocess.run(["mount", "--make-rprivate", "/"], stderr=subprocess.DEVNULL, check=False)
    mount("-t", "proc", "proc", "/proc")
    mount("-t", "tmpfs", "tmpfs", "/run")
    Path("/run/lldpd").mkdir()
    os.chdir(folder)
    asyncio.run(Lab(description, folder, options, host).run(ready))


def supervise(description: layout.Layout, folder: Path, options: dict[str, Any], host: socket.socket,
              ready: socket.socket) -> int:
    """The outer process: makes the namespaces, waits for the inner one, ends with it."""
    os.setsid()
    os.unshare(os.CLONE_NEWNET | os.CLONE_NEWNS | os.CLONE_NEWPID)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            inside(description, folder, options, host, ready)
            status = 0
        except BaseException as error:
            print(f"lab: {error}", file=sys.stderr, flush=True)
        os._exit(status)
    ready.close()
    (folder / "pid").write_text(f"{child} {birth(child)}\n")
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    _, status = os.waitpid(child, 0)
    (folder / "pid").unlink(missing_ok=True)
    return os.waitstatus_to_exitcode(status)
