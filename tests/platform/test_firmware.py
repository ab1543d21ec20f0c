"""The boot server that the states make, asked by real firmware in QEMU: each way from power-on to the machine's own script."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from booting import BOOT, MACHINE, NEW, boot_pillar, releases
from datacenter.machine import OVMF, TCG
from masterless import Minion

pytestmark = pytest.mark.usefixtures("wire")
BOOT_SERVER, OTHER_DHCP, MAC = "10.98.0.1", "10.98.0.2", "52:54:00:12:34:56"
PATIENCE = 180.0
# What each client asks for, in this order, up to a kernel that is none.
SCRIPTS = ["/boot.ipxe", f"/server/{MACHINE.lower()}.ipxe", f"/image/{NEW}/vmlinuz"]


def ip(*words: str) -> None:
    for command in words:
        subprocess.run(["ip", *command.split()], check=True)


@pytest.fixture(scope="module")
def wire(own_network: None) -> None:
    """A bridge, with the boot server on it, and a cable for one machine."""
    ip("link add br0 type bridge stp_state 0 mcast_snooping 0", f"addr add {BOOT_SERVER}/24 dev br0", "link set br0 up",
       "tuntap add tap0 mode tap", "link set tap0 master br0 up")


@contextlib.contextmanager
def program(log: Path, *argv: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as file:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.terminate()  # nginx's workers end with it
        process.wait(20)


@contextlib.contextmanager
def boot_server(folder: Path, mode: str) -> Iterator[None]:
    """dnsmasq and nginx, by the files that the states wrote."""
    releases(folder)
    dhcp = {"mode": mode, "range": "10.98.0.0" if mode == "proxy" else "10.98.0.100,10.98.0.200", "netmask": "255.255.255.0",
            "hosts": {MAC: {"address": "10.98.0.11", "name": "stor-1"}}}
    run = Minion(folder / "minion", "boot-1").apply(BOOT, boot_pillar(folder, 80, address=BOOT_SERVER, interface="br0", dhcp=dhcp))
    assert (run.status, run.failed) == (0, {}), run.said
    with (program(folder / "dnsmasq.log", "dnsmasq", "--keep-in-foreground", "--user=root", "--log-facility=-", "-C",
                  str(folder / "dnsmasq.conf")),
          program(folder / "nginx.log", "nginx", "-c", str(folder / "nginx.conf"), "-g", "daemon off;")):
        yield


@contextlib.contextmanager
def other_dhcp(folder: Path) -> Iterator[None]:
    """Somebody else's DHCP server, a machine of its own: it gives addresses and knows nothing of booting."""
    with program(folder / "other.log", "unshare", "--net", "sleep", "infinity") as holder:
        here = Path("/proc/self/ns/net").readlink()
        until = time.monotonic() + 20
        while Path(f"/proc/{holder.pid}/ns/net").readlink() == here:
            assert time.monotonic() < until
            time.sleep(0.05)
        ip(f"link add other0 type veth peer name eth0 netns {holder.pid}", "link set other0 master br0 up")
        there = ["nsenter", "--target", str(holder.pid), "--net", "--"]
        for command in (f"addr add {OTHER_DHCP}/24 dev eth0", "link set eth0 up"):
            subprocess.run([*there, "ip", *command.split()], check=True)
        with program(folder / "other.log", *there, "dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground", "--user=root",
                     "--log-facility=-", "--log-dhcp", "--port=0", "--interface=eth0", "--bind-interfaces", "--dhcp-authoritative",
                     f"--dhcp-leasefile={folder}/other.leases", "--dhcp-range=10.98.0.50,10.98.0.60,1h"):
            yield


@contextlib.contextmanager
def machine(folder: Path, *firmware: str) -> Iterator[None]:
    with program(folder / "qemu.log", "qemu-system-x86_64", *TCG, "-m", "512", "-nodefaults", "-display", "none", "-uuid", MACHINE,
                 "-serial", f"file:{folder}/console.log", "-netdev", "tap,id=net0,ifname=tap0,script=no,downscript=no",
                 "-device", "virtio-rng-pci", *firmware):
        yield


def nic(rom: str = "") -> str:
    return f"virtio-net-pci,netdev=net0,mac={MAC},bootindex=1{rom}"


def uefi(folder: Path, *without: str) -> list[str]:
    """OVMF, without some of its ways to boot; the NIC has no ROM, or that would be iPXE."""
    shutil.copy(OVMF / "OVMF_VARS_4M.fd", folder / "vars.fd")
    words = ["-machine", "q35", "-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={OVMF}/OVMF_CODE_4M.fd",
             "-drive", f"if=pflash,unit=1,format=raw,file={folder}/vars.fd", "-device", nic(",romfile=")]
    for way in ("IPv6PXE", *without):
        words += ["-fw_cfg", f"name=opt/org.tianocore/{way}Support,string=n"]
    return words


def asked(folder: Path, last: str) -> list[str]:
    """The paths that were given to the machine, in order and once each, up to `last`."""
    until = time.monotonic() + PATIENCE
    while True:
        log = folder / "log/access.log"
        lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
        given = [words[5] for words in lines if words[2] in ("200", "206")]
        if any(path.startswith(last) for path in given):
            paths = list(dict.fromkeys(path.split("?")[0] for path in given))
            return paths[:paths.index(last) + 1]
        if time.monotonic() > until:
            said = {name: (folder / name).read_text(errors="replace")[-3000:] for name in ("dnsmasq.log", "console.log", "qemu.log")}
            raise AssertionError(f"{last} was never given: {given}\n" + "\n".join(f"== {k}\n{v}" for k, v in said.items()))
        time.sleep(0.2)


def test_a_bios_gets_its_script_beside_somebody_elses_dhcp_server(tmp_path: Path) -> None:
    with boot_server(tmp_path, "proxy"), other_dhcp(tmp_path), machine(
            tmp_path, "-machine", "q35,graphics=off", "-boot", "strict=on", "-device", nic()):
        assert asked(tmp_path, SCRIPTS[-1]) == SCRIPTS
    assert MAC in (tmp_path / "other.leases").read_text()
    assert not (tmp_path / "leases").exists() or MAC not in (tmp_path / "leases").read_text()


def test_a_uefi_gets_its_script_beside_somebody_elses_dhcp_server(tmp_path: Path) -> None:
    with boot_server(tmp_path, "proxy"), other_dhcp(tmp_path), machine(tmp_path, *uefi(tmp_path)):
        assert asked(tmp_path, SCRIPTS[-1]) == SCRIPTS
    assert "snponly.efi" in (tmp_path / "dnsmasq.log").read_text()
    assert MAC in (tmp_path / "other.leases").read_text()


def test_a_uefi_boots_over_http_alone(tmp_path: Path) -> None:
    with boot_server(tmp_path, "server"), machine(tmp_path, *uefi(tmp_path, "IPv4PXE")):
        assert asked(tmp_path, SCRIPTS[-1]) == ["/snponly.efi", *SCRIPTS]
    by_tftp = [line for line in (tmp_path / "dnsmasq.log").read_text().splitlines() if "dnsmasq-tftp" in line]
    assert [line for line in by_tftp if "TFTP root is" not in line] == []
