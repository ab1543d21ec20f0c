"""The boot server: DHCP and TFTP by dnsmasq, kernel, initrd and root by nginx, a script per server, and the site's files.

The site's files (footing.yaml, the report token, swift.conf) belong to no release. They go as a third file beside kernel
and initrd: a small cpio archive that the kernel unpacks to /site and the initrd lays over the root. So a release stays
the same everywhere, and no secret is on a command line. The archive is as trusted as the boot script that names it, and
as secret as the network that it is served in: whoever can ask this server for it has the token.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .layout import Layout, Server
from .network import BRIDGE

BOOT = Path(__file__).resolve().parent.parent / "boot"
ONE_DATE = 946684800  # seconds, 2000-01-01: the site's files have it, whenever they were written


def url(layout: Layout) -> str:
    return f"http://{layout.network.ip}"


def dnsmasq(layout: Layout, folder: Path) -> list[str]:
    """dnsmasq's argv. A NIC's iPXE gets the script, a UEFI firmware Debian's snponly.efi, a PXE ROM undionly.kpxe."""
    net = layout.network.network
    lines = [
        "port=0", "user=root", "keep-in-foreground", "log-facility=-", f"interface={BRIDGE}", "bind-interfaces",
        "log-dhcp", f"dhcp-leasefile={folder / 'leases'}",
        f"dhcp-range={net.network_address + 200},{net.broadcast_address - 1},1h",
        "dhcp-option=option:router", "dhcp-authoritative", "no-ping", "enable-tftp", "tftp-root=/usr/lib/ipxe",
        "dhcp-userclass=set:ipxe,iPXE", "dhcp-match=set:efi,option:client-arch,7", "dhcp-match=set:efi,option:client-arch,9",
        f"dhcp-boot=tag:ipxe,{url(layout)}/boot.ipxe", "dhcp-boot=tag:!ipxe,tag:efi,snponly.efi",
        "dhcp-boot=tag:!ipxe,tag:!efi,undionly.kpxe",
        *(f"dhcp-host={s.mac},{s.address},{s.name}" for s in layout.servers)]
    (folder / "dnsmasq.conf").write_text("\n".join(lines) + "\n")
    return ["dnsmasq", f"--conf-file={folder / 'dnsmasq.conf'}"]


def nginx(layout: Layout, folder: Path) -> list[str]:
    (folder / "nginx.conf").write_text(f"""
user root; worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;
events {{}}
http {{
    log_format boot '$time_iso8601 $remote_addr $status $body_bytes_sent $request_uri';
    access_log {folder}/nginx-access.log boot; sendfile on; default_type application/octet-stream;
    client_body_temp_path {folder}/nginx-temp; proxy_temp_path {folder}/nginx-temp; fastcgi_temp_path {folder}/nginx-temp;
    uwsgi_temp_path {folder}/nginx-temp; scgi_temp_path {folder}/nginx-temp;
    server {{ listen {layout.network.ip}:80; root {folder}/www; }}
}}
""")
    return ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx-error.log")]


def command_line(layout: Layout, server: Server, release: str) -> str:
    words = [line.split("#")[0].strip() for line in (BOOT / "cmdline").read_text().splitlines()]
    words += [f"footing.base={url(layout)}/image", f"footing.release={release}", f"systemd.hostname={server.name}"]
    if layout.location == "cmdline":
        place = {"site": layout.site, "room": server.room, "row": server.row, "rack": server.rack, "unit": server.unit}
        words += [f"footing.{level}={value}" for level, value in place.items()]
    return " ".join(word for word in words if word)


def fill(template: str, **values: str) -> str:
    text = (BOOT / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def publish(layout: Layout, folder: Path, release: Path, site: Path) -> None:
    """Scripts, the release and the site's archive under <folder>/www; what is there is replaced, each file at once."""
    www = folder / "www"
    www.mkdir(parents=True, exist_ok=True)
    www.chmod(0o700)  # the site's archive has a token
    (www / "server").mkdir(exist_ok=True)
    (www / "image").mkdir(exist_ok=True)
    link = www / "image" / release.name
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(release)
    place(www / "boot.ipxe", fill("boot.ipxe", boot=url(layout)))
    for server in layout.servers:
        script = fill("server.ipxe", boot=url(layout), release=release.name, name=server.name,
                      cmdline=command_line(layout, server, release.name))
        place(www / "server" / f"{server.uuid}.ipxe", script)
    archive(site, www / "site.cpio")


def place(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}")
    new.write_text(text)
    new.replace(path)


def archive(site: Path, target: Path) -> None:
    """`site`'s files as a cpio archive under /site, root's, with their modes; the same files make the same archive."""
    paths = [site, *sorted(site.rglob("*"))]
    for path in paths:
        os.utime(path, (ONE_DATE, ONE_DATE), follow_symlinks=False)
    names = [str(path.relative_to(site.parent)) for path in paths]
    made = subprocess.run(
        ["cpio", "--quiet", "--create", "--format=newc", "--reproducible", "--owner=0:0", f"--directory={site.parent}"],
        input="".join(f"{name}\n" for name in names).encode(), capture_output=True, check=True)
    new = target.with_name(f".{target.name}")
    new.unlink(missing_ok=True)
    new.touch(0o600)
    new.write_bytes(made.stdout)
    new.replace(target)
