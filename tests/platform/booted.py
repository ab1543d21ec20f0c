"""A Debian that systemd has booted, in namespaces: the toolbox's tree under an overlay in memory, with no network but its own.

What a state does to units, users and files of a machine is seen there, and is gone with it. Nothing of this machine can
be reached but the folders that are given.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = float(os.environ.get("FOOTING_PATIENCE", "180"))
QUIET = "quiet.target"  # nothing but systemd itself; what a test starts brings what it needs
MS_MOVE = 8192


def mount(kind: str, where: Path, options: str = "rw") -> None:
    where.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", kind, "-o", options, kind, str(where)], check=True)


def bind(what: Path, where: Path) -> None:
    where.mkdir(parents=True, exist_ok=True) if what.is_dir() else where.touch()
    subprocess.run(["mount", "--rbind", str(what), str(where)], check=True)


def tree(folder: Path, shared: list[tuple[Path, Path]]) -> Path:
    """The machine's root. In a mount namespace that ends with it."""
    mount("tmpfs", folder)
    root = folder / "root"
    for part in ("upper", "work"):
        (folder / part).mkdir()
    mount("overlay", root, f"lowerdir=/,upperdir={folder}/upper,workdir={folder}/work")
    mount("proc", root / "proc")
    mount("sysfs", root / "sys", "ro")
    mount("cgroup2", root / "sys/fs/cgroup")
    for part in ("run", "tmp", "dev", "dev/shm"):
        mount("tmpfs", root / part, "mode=1777" if part in ("tmp", "dev/shm") else "mode=755")
    mount("devpts", root / "dev/pts", "newinstance,ptmxmode=666")
    for link, target in (("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1")):
        (root / "dev" / link).symlink_to(target)
    for device in ("null", "zero", "full", "random", "urandom", "tty"):
        bind(Path("/dev") / device, root / "dev" / device)
    for what, where in shared:
        bind(what, root / where.relative_to("/"))
    (root / f"etc/systemd/system/{QUIET}").write_text("[Unit]\nDefaultDependencies=no\n")
    return root


def become_init(folder: Path, shared: list[tuple[Path, Path]]) -> None:
    """The namespace's first process: its root becomes the namespace's, for no unit may make a user namespace in a chroot."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    inside = os.open(tree(folder, shared), os.O_PATH)
    libc = ctypes.CDLL(None, use_errno=True)
    own = os.open("/proc/self/ns/mnt", os.O_RDONLY)
    os.setns(own, os.CLONE_NEWNS)  # out of the toolbox's chroot
    os.fchdir(inside)
    if libc.mount(b".", b"/", None, ctypes.c_ulong(MS_MOVE), None) != 0:
        raise OSError(ctypes.get_errno(), "can't make the tree the root")
    os.chroot(".")
    os.execve("/lib/systemd/systemd", ["/lib/systemd/systemd", f"--unit={QUIET}", "--show-status=false", "--log-target=null"],
              {"container": "footing", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


class Booted:
    def __init__(self, folder: Path, shared: dict[Path, Path]) -> None:
        """`shared`: files and folders of this machine, and where they are there."""
        self.unshare = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--uts", "--ipc", "--net", "--cgroup", "--propagation", "unchanged", "--kill-child",
             sys.executable, str(Path(__file__).resolve()), str(folder), *[f"{what}:{where}" for what, where in shared.items()]],
            stdin=subprocess.DEVNULL)
        self.prefix: list[str] = []
        until = time.monotonic() + PATIENCE
        while True:
            assert self.unshare.poll() is None, "the machine ended"
            children = Path(f"/proc/{self.unshare.pid}/task/{self.unshare.pid}/children").read_text().split()
            if children:
                self.prefix = ["nsenter", "--target", children[0], "--all", "--wdns=/"]
                if self.run("systemctl", "is-system-running", check=False).stdout.strip() in ("running", "degraded"):
                    break
            assert time.monotonic() < until, "systemd doesn't come up"
            time.sleep(0.1)
        self.run("systemctl", "start", "dbus.socket")

    def run(self, *argv: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([*self.prefix, *[str(a) for a in argv]], capture_output=True, text=True, check=False, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL)
        assert not check or done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
        return done

    def write(self, path: str, text: str, mode: str = "0644") -> None:
        subprocess.run([*self.prefix, "install", "-D", "-m", mode, "/dev/stdin", path], input=text, text=True, check=True)

    def end(self) -> None:
        self.unshare.kill()  # --kill-child: and with it everything that it started
        self.unshare.wait()


if __name__ == "__main__":
    become_init(Path(sys.argv[1]), [(Path(what), Path(where)) for what, where in (pair.split(":") for pair in sys.argv[2:])])
