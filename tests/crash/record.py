"""Records every block write and flush of real enrolments: footing apply on loop devices over QEMU's blklogwrites.

    footing apply -> loop device -> FUSE export -> blklogwrites -> sparse file, and the log
"""

import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent import configuration, run_agent
from diskset import CUSTOMER_FILE, CUSTOMER_TEXT, DEADLINES, unmount_under
from loopdisk import LoopDisk, end_daemon
from writelog import SECTOR, Entry, Recording, Sectors, entries_so_far, read_log

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PATIENCE = 60.0  # seconds until the export must be there


@dataclass
class Wanted:
    name: str
    size: int
    sector: int
    base: Sectors


@dataclass
class Tapped:
    wanted: Wanted
    disk: LoopDisk
    log: Path


@contextmanager
def tapped_disks(wanted: list[Wanted], folder: Path) -> Iterator[list[Tapped]]:
    """One loop device for each, with a log of what is written to it."""
    command = ["qemu-storage-daemon"]
    for i, one in enumerate(wanted):
        raw, log, window = folder / f"{i}.raw", folder / f"{i}.log", folder / f"{i}.img"
        for file in (raw, log, window):
            file.touch()
        os.truncate(raw, one.size)
        with raw.open("r+b") as image:
            for sector, data in one.base.items():
                image.seek(sector * SECTOR)
                image.write(data)
        for text in (f"driver=file,node-name=f{i},filename={raw},discard=unmap", f"driver=raw,node-name=r{i},file=f{i}",
                     f"driver=file,node-name=g{i},filename={log}", f"driver=raw,node-name=l{i},file=g{i}",
                     f"driver=blklogwrites,node-name=w{i},file=r{i},log=l{i},log-sector-size={SECTOR},log-super-update-interval=1"):
            command += ["--blockdev", text]
        command += ["--export", f"type=fuse,id=e{i},node-name=w{i},mountpoint={window},writable=on"]
    die_with_us = lambda: ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)  # noqa: E731
    daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=die_with_us)
    disks: list[Tapped] = []
    try:
        for i, one in enumerate(wanted):
            window = folder / f"{i}.img"
            end = time.monotonic() + PATIENCE
            while window.stat().st_size != one.size:
                if daemon.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"qemu-storage-daemon does not export {window}")
                time.sleep(0.01)
            disks.append(Tapped(one, LoopDisk(window, one.sector).attach(), folder / f"{i}.log"))
        yield disks
    finally:
        for tapped in disks:
            tapped.disk.detach()
        end_daemon(daemon)


def record(wanted: list[Wanted], folder: Path) -> list[Recording]:
    """Enrolls all of them at once, writes a customer's file on each, and gives what was written."""
    folder.mkdir(parents=True)
    mount_root = folder / "mnt"
    config = folder / "footing.yaml"
    customers: list[tuple[int, int]] = []
    with tapped_disks(wanted, folder) as tapped:
        try:
            config.write_text(configuration([t.disk for t in tapped], mount_root, more=DEADLINES))
            answer = run_agent("--config", config, "apply", "--json")
            if answer.status != 0:
                raise RuntimeError(f"the enrolment that was to be recorded failed:\n{answer.err}\n{answer.out}")
            for one in tapped:
                before = entries_so_far(one.log)
                write_durably(Path(answer.disk(one.disk)["mount_point"]) / CUSTOMER_FILE)
                customers.append((before, entries_so_far(one.log)))
        finally:
            unmount_under(mount_root)
    return [made_of(one, customer) for one, customer in zip(tapped, customers, strict=True)]


def write_durably(path: Path) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    os.write(fd, CUSTOMER_TEXT)
    os.fsync(fd)
    os.close(fd)


def made_of(one: Tapped, customer: tuple[int, int]) -> Recording:
    """A header of the log counts writes and flushes alike, and read_log() gives one entry for each."""
    entries: list[Entry] = read_log(one.log)
    if len(entries) < customer[1]:
        raise RuntimeError(f"{one.log} has {len(entries)} entries, {json.dumps(customer)} were counted")
    for file in (one.log, one.log.with_suffix(".raw")):
        file.unlink()
    return Recording(one.wanted.name, one.wanted.size, one.wanted.sector, one.wanted.base, entries, customer)
