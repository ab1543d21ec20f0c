"""What the guest boots: the image's kernel and root, and a small initrd with the agent's package and the runner.

The root is a squashfs of the recipe's tree, beside it in the image's cache; only the initrd is made for each build.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "image/recipe"))

from steps import base, host, initrd, root  # noqa: E402

INSIDE = Path(__file__).parent / "inside"
MODULES = ("virtio_blk", "squashfs", "overlay")
PROGRAMS = {"usr/bin/dash": "sh", "usr/bin/kmod": "insmod", "usr/bin/mount": "mount", "usr/bin/umount": "umount",
            "usr/bin/mkdir": "mkdir", "usr/bin/cp": "cp", "usr/sbin/switch_root": "switch_root"}


class Root:
    """The image's kernel and root without the agent; made once for each recipe."""

    def __init__(self) -> None:
        cache = base.cache_folder()
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "image.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.base = base.make()
            self.tree, self.key = root.configured(self.base)
            self.squashfs = cache / f"image-root-{self.key}.squashfs"
            if not self.squashfs.exists():
                new = self.squashfs.with_suffix(f".new.{os.getpid()}")
                host.run(["mksquashfs", self.tree, new, "-quiet", "-no-progress", "-comp", "lz4", "-b", "128K"])
                new.rename(self.squashfs)
            os.utime(self.squashfs)
        self.kernel = self.base.tree / f"boot/vmlinuz-{self.base.kernel}"

    def modules(self) -> list[Path]:
        """The modules that the guest's init loads, each after those it needs."""
        said = host.run_in(self.tree, ["modprobe", "--all", "--set-version", self.base.kernel, "--show-depends", *MODULES],
                           self.base.epoch).decode()
        return [Path(name) for name in dict.fromkeys(re.findall(r"^insmod (\S+)", said, re.M))]

    def libraries(self) -> list[Path]:
        said = host.run_in(self.tree, ["ldd", *(f"/{name}" for name in PROGRAMS)], self.base.epoch).decode()
        return [Path(name) for name in dict.fromkeys(re.findall(r"(/\S+) \(0x", said))]

    def initrd(self, agent: Path, target: Path, scratch: Path) -> None:
        """`agent` is its .deb: what is tested is what is installed."""
        shutil.rmtree(scratch, ignore_errors=True)
        for folder in ("proc", "sys", "dev", "bin", "site"):
            (scratch / folder).mkdir(parents=True)
        os.symlink("bin", scratch / "sbin")
        for program, name in PROGRAMS.items():
            shutil.copy(self.tree / program, scratch / "bin" / name)
        modules = self.modules()
        for path in [*modules, *self.libraries()]:
            there = scratch / path.relative_to("/")
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.tree / path.relative_to("/"), there)
        (scratch / "modules").write_text("".join(f"{path}\n" for path in modules))
        shutil.copy(INSIDE / "init", scratch / "init")
        (scratch / "init").chmod(0o755)
        self.lay_site(agent, scratch / "site")
        made = initrd.archive(scratch, self.base.epoch)
        target.write_bytes(made)

    @staticmethod
    def lay_site(agent: Path, site: Path) -> None:
        subprocess.run(["dpkg-deb", "--extract", agent, site], check=True)
        for source, name in (("runner", "usr/libexec/guest-runner"),
                             ("runner.service", "etc/systemd/system/guest-runner.service")):
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(INSIDE / source, site / name)
        wants = site / "etc/systemd/system/multi-user.target.wants"
        wants.mkdir()
        (wants / "guest-runner.service").symlink_to("../guest-runner.service")
        if (site / "lib").is_dir() and not (site / "lib").is_symlink():  # the tree's /lib is a link
            shutil.copytree(site / "lib", site / "usr/lib", dirs_exist_ok=True)
            shutil.rmtree(site / "lib")
        for path in [site, *site.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
