"""The site's files: what this lab's servers get beside the release. Made anew by each `up`; the token is kept."""

from __future__ import annotations

from pathlib import Path

import yaml

from .layout import Layout

SWIFT_CONF = "[swift-hash]\nswift_hash_path_suffix = {suffix}\n"
# Debian's unit asserts rings; an object server answers without them, and a lab of object servers has none.
NO_RINGS = "[Unit]\nAssertFileNotEmpty=\nAssertPathExistsGlob=\n"
# On a lab's console anybody may look around. A release has no login at all.
CONSOLE = """[Unit]
Description=Shell on the lab's console

[Service]
ExecStart=/bin/bash -l
Environment=HOME=/root TERM=vt220
WorkingDirectory=/root
StandardInput=tty
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
Restart=always
IgnoreSIGPIPE=no
"""


def configuration(layout: Layout) -> str:
    content = {
        "cluster": layout.cluster,
        "inventory": {"url": f"http://{layout.network.ip}:8080", "token_file": "/etc/footing/token", "admission": "required"},
        "disks": [{"name": "object", "match": {"transport": ["nvme", "scsi", "sas", "virtio"]}, "role": "object",
                   "filesystem": {"type": "xfs"}, "owner": "swift:swift", "mount_point": "/srv/node/{label}"}],
        "services": [{"unit": "swift-object.target", "needs": {"role": "object", "mounted": "80 %"}}],
    }
    return yaml.safe_dump(content, sort_keys=False)


def write(layout: Layout, folder: Path, token: str) -> None:
    put(folder, token, {
        "etc/footing/footing.yaml": (configuration(layout), 0o644),
        "etc/swift/swift.conf": (SWIFT_CONF.format(suffix=f"lab-{layout.cluster}"), 0o644),
        "etc/systemd/system/swift-object.service.d/lab.conf": (NO_RINGS, 0o644)})


def put(folder: Path, token: str, files: dict[str, tuple[str, int]]) -> None:
    """These files, with their modes, and what every lab's server gets: the agents' token, and a shell on the console."""
    common = {"etc/footing/token": (token + "\n", 0o600), "etc/systemd/system/lab-console.service": (CONSOLE, 0o644)}
    for name, (content, mode) in {**common, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(mode)
    wanted = folder / "etc/systemd/system/multi-user.target.wants/lab-console.service"
    wanted.parent.mkdir(exist_ok=True)
    wanted.unlink(missing_ok=True)
    wanted.symlink_to("../lab-console.service")
