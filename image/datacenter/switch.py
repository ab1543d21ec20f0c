"""The top-of-rack switch as a server sees it: a real lldpd on each tap that says the rack's chassis and the port's name."""

from __future__ import annotations

from pathlib import Path

from .layout import Server
from .network import tap


def argv(server: Server, index: int, folder: Path) -> list[str]:
    """lldpd's argv; it reads its switch from a file before it says its first word."""
    said = [
        f"configure system hostname {server.switch.name}",
        f"configure system chassisid {server.switch.chassis}",
        "configure system description footing-lab-switch",
        f"configure ports {tap(index)} lldp portidsubtype local {server.port}",
        f"configure ports {tap(index)} lldp portdescription {server.name}",
        "configure lldp tx-interval 5"]
    file = folder / "lldpd.conf"
    file.write_text("\n".join(said) + "\n")
    return ["lldpd", "-d", "-k", "-I", tap(index), "-C", tap(index), "-u", str(folder / "lldpd.sock"), "-O", str(file)]
