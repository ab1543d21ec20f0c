"""One guest: a QEMU process with the image's kernel and the agent, driven over a virtio-serial line and QMP.

It is booted once for each build and its state saved; a test starts from there in two seconds and plugs its drives in.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datacenter import machine
from drives import USB_SLOT, Drive
from root import Root

UUID = "4c4c4544-0042-3510-8054-b4c04f4d3232"
MASKED = ("systemd-networkd.service", "systemd-networkd.socket", "systemd-networkd-wait-online.service",
          "systemd-resolved.service", "systemd-timesyncd.service", "lldpd.service")
COMMAND_LINE = ("console=ttyS0 loglevel=4 panic=-1 net.ifnames=0 rdinit=/init systemd.show_status=error "
                "systemd.machine_id=firmware systemd.gpt_auto=0 " + " ".join(f"systemd.mask={unit}" for unit in MASKED))
BOOT = 180.0  # seconds until the guest answers, on two busy cores
DISKS = "for d in /sys/class/block/*; do [ -e $d/partition ] || echo ${d##*/} $(readlink -f $d); done"


@dataclass
class Answer:
    status: int
    said: str

    @property
    def json(self) -> Any:
        return json.loads(self.said)


class Guest:
    def __init__(self, root: Root, accel: list[str], initrd: Path, folder: Path, state: Path | None = None,
                 more: tuple[str, ...] = ()) -> None:
        """`state` was saved by save(): the guest goes on from there. `more`: arguments for what can't be plugged while
        it runs; such a guest has to boot."""
        assert not (state and more)
        self.root, self.accel, self.initrd, self.folder, self.state, self.more = root, accel, initrd, folder, state, more
        self.drives: dict[str, Drive] = {}
        self.process: subprocess.Popen[bytes] | None = None
        self.line: socket.socket | None = None
        self.ids = itertools.count()
        self.answers: dict[int, Answer] = {}
        self.waiting = b""

    def argv(self) -> list[str]:
        words = ["qemu-system-x86_64", *self.accel, "-machine", "pc,graphics=off", "-smp", "2", "-m", "1536", "-nodefaults",
                 "-display", "none", "-no-reboot", "-uuid", UUID, "-kernel", str(self.root.kernel), "-initrd", str(self.initrd),
                 "-append", COMMAND_LINE,
                 "-drive", f"if=none,id=root,format=raw,readonly=on,file.locking=off,file={self.root.squashfs}",
                 "-device", "virtio-blk-pci,drive=root,serial=ROOT", "-device", "virtio-rng-pci",
                 "-netdev", "user,id=net0,ipv6=off", "-device", "virtio-net-pci,netdev=net0",
                 "-device", "virtio-scsi-pci,id=scsi", "-device", "virtio-serial-pci",
                 "-chardev", "socket,id=runner,path=runner.sock,server=on,wait=off",
                 "-device", "virtserialport,chardev=runner,name=runner",
                 "-chardev", "file,id=serial,path=console.log,append=on", "-serial", "chardev:serial",
                 "-qmp", "unix:qmp.sock,server=on,wait=off"]
        return [*words, "-incoming", f"exec:cat {shlex.quote(str(self.state))}"] if self.state else [*words, *self.more]

    # -- power

    def start(self) -> Guest:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("runner.sock", "qmp.sock"):
            (self.folder / name).unlink(missing_ok=True)
        log = (self.folder / "qemu.log").open("ab")
        self.process = subprocess.Popen(self.argv(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + BOOT
        self.line = self.connect("runner.sock", until)
        self.answers.clear()
        self.waiting = b""
        if self.state:  # it was stopped when it was saved
            self.connect("qmp.sock", until).close()
            while self.qmp("query-status")["status"] == "inmigrate":
                assert time.monotonic() < until, "the guest's state is not read"
                time.sleep(0.05)
            self.qmp("cont")
        self.run("true", timeout=BOOT)
        if self.state:
            # Its clock stood still while it was saved; the network's addresses and the RNG are as they were.
            self.run(f"date --set=@{int(time.time())}")
        return self

    def connect(self, name: str, until: float) -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        while True:
            assert self.process is not None and self.process.poll() is None, f"QEMU ended: {self.log('qemu.log')}"
            try:
                line.connect(str(self.folder / name))
                return line
            except OSError:
                assert time.monotonic() < until, "QEMU does not listen"
                time.sleep(0.05)

    def cut(self) -> None:
        """The plug: SIGKILL, nothing is flushed. The drives' files stay."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None
        if self.line is not None:
            self.line.close()
        self.drives.clear()

    def save(self, state: Path) -> None:
        """Writes the guest's state and ends it."""
        self.qmp("stop")
        self.qmp("migrate", uri=f"exec:cat >{shlex.quote(str(state))}")
        until = time.monotonic() + BOOT
        while (now := self.qmp("query-migrate")["status"]) != "completed":
            assert now in ("setup", "active", "device") and time.monotonic() < until, f"the guest's state was not saved: {now}"
            time.sleep(0.1)
        self.cut()

    # -- talk

    def qmp(self, command: str, /, **arguments: Any) -> Any:
        return machine.qmp(self.folder / "qmp.sock", command, **arguments)

    def order(self, command: str, timeout: float) -> int:
        number = next(self.ids)
        assert self.line is not None
        self.line.sendall(json.dumps({"id": number, "sh": command, "timeout": timeout}).encode() + b"\n")
        return number

    def wait(self, number: int, timeout: float) -> Answer:
        assert self.line is not None
        until = time.monotonic() + timeout + 10
        while number not in self.answers:
            self.line.settimeout(max(0.1, until - time.monotonic()))
            try:
                got = self.line.recv(1 << 20)
            except ConnectionResetError:
                got = b""
            except TimeoutError:
                raise AssertionError(f"the guest does not answer; its console ends with:\n{self.log('console.log')}") from None
            assert got, f"the guest is gone; its console ends with:\n{self.log('console.log')}"
            *whole, self.waiting = (self.waiting + got).split(b"\n")
            for text in whole:
                answer = json.loads(text)
                self.answers[answer["id"]] = Answer(answer["status"], answer["said"])
        return self.answers.pop(number)

    def run(self, command: str, timeout: float = 180, check: bool = True) -> Answer:
        answer = self.wait(self.order(command, timeout), timeout)
        assert not check or answer.status == 0, f"{command}: status {answer.status}\n{answer.said}"
        return answer

    def until(self, command: str, timeout: float = 120) -> None:
        """Asks again until the command succeeds."""
        self.wait_for(lambda: self.run(command, check=False).status == 0, f"{command} did not succeed", timeout)

    def settle(self) -> None:
        """After a cold boot: everything is up, the network too."""
        self.run("systemctl is-system-running --wait", timeout=BOOT, check=False)
        self.run("udevadm settle; modprobe -a virtio_net virtio_blk virtio_scsi sd_mod nvme xfs dm-mod; udevadm settle")
        self.run("ip link set eth0 up && ip address add 10.0.2.15/24 dev eth0 && ip route add default via 10.0.2.2")

    def write(self, path: str, text: str) -> None:
        self.run(f"mkdir -p $(dirname {path}) && echo {base64.b64encode(text.encode()).decode()} | base64 -d >{path}")

    def log(self, name: str) -> str:
        path = self.folder / name
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def journal(self) -> str:
        return self.run("journalctl --no-pager -b -o short-monotonic -u footing.service | tail -n 80", check=False).said

    # -- drives

    def file(self, drive: Drive) -> Path:
        return drive.file or self.folder / f"{drive.name}.raw"

    def plug(self, *drives: Drive) -> None:
        """Plugs them in, and waits until the guest's udev has seen them all."""
        for drive in drives:
            file = self.file(drive)
            if not file.exists():
                with file.open("wb") as new:
                    new.truncate(drive.size)
            self.qmp("object-add", **drive.throttle())
            self.qmp("blockdev-add", **drive.node(file))
            taken = {other.slot for other in self.drives.values() if other.slots is drive.slots}
            drive.slot = next(slot for slot in drive.slots if slot not in taken)
            self.qmp("device_add", **drive.device())
            self.drives[drive.name] = drive
        self.wait_for(lambda: self.drives.keys() <= self.paths().keys(), "a drive that was plugged in did not appear")
        self.run("udevadm settle --timeout=60", timeout=90)

    def usb_controller(self) -> None:
        self.qmp("device_add", driver="qemu-xhci", id="xhci", addr=f"{USB_SLOT:x}")

    def paths(self) -> dict[str, str]:
        """The guest's /dev/NAME of each drive, by the drive's name here, found by where it is plugged in."""
        lines = self.run(DISKS).said.splitlines()
        return {drive.name: f"/dev/{name}" for name, where in (line.split() for line in lines)
                for drive in self.drives.values() if drive.address in where}

    def wait_for(self, happened: Callable[[], bool], otherwise: str, timeout: float = 120) -> None:
        end = time.monotonic() + timeout
        while not happened():
            assert time.monotonic() < end, f"{otherwise} within {timeout} s\n{self.journal()}"
            time.sleep(0.3)

    def path(self, drive: Drive) -> str:
        return self.paths()[drive.name]

    def pull(self, drive: Drive) -> None:
        """Pulls it out, whatever the guest does with it, and waits until the guest has seen that."""
        self.qmp("device_del", id=drive.name)
        self.wait_for(lambda: drive.name not in self.paths(), f"{drive.name} was pulled and is still there")
        until = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError):
                self.qmp("blockdev-del", **{"node-name": f"n-{drive.name}"})
                break
            assert time.monotonic() < until, "QEMU keeps the drive"
            time.sleep(0.1)
        self.qmp("object-del", id=f"t-{drive.name}")
        del self.drives[drive.name]

    def hang(self, drive: Drive) -> None:
        """From now on its I/O does not come back: one byte a second. For good: QEMU doesn't look at new limits for what
        already waits."""
        self.limit(drive, 1)

    def limit(self, drive: Drive, bytes_per_second: int) -> None:
        self.qmp("qom-set", path=f"/objects/t-{drive.name}", property="limits",
                 value={"bps-total": bytes_per_second, "bps-read": 0, "bps-write": 0, "iops-total": 0, "iops-read": 0, "iops-write": 0})


@contextlib.contextmanager
def running(guest: Guest) -> Iterator[Guest]:
    try:
        yield guest.start()
    finally:
        guest.cut()
