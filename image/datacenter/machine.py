"""One server as a QEMU process: SMBIOS, a NIC that boots by PXE, its drives, serial console and QMP as sockets.

`power_off` is what the plug does: the process is killed, nothing is flushed. Paths are relative to the lab's folder,
where QEMU is started, because a socket's path has room for 107 bytes only.
"""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

from .layout import Drive, Server
from .network import tap

OVMF = Path("/usr/share/OVMF")
KVM = ["-accel", "kvm", "-cpu", "host"]
TCG = ["-accel", "tcg,thread=multi", "-cpu", "Nehalem,+sha-ni"]
TRIAL = ["-machine", "q35", "-smp", "2", "-m", "512", "-nodefaults", "-nographic", "-no-reboot", "-serial", "stdio",
         "-append", "console=ttyS0 panic=-1"]


def accelerator(kernel: Path) -> list[str]:
    """KVM when a guest really runs under it, else TCG. The trial: the release's kernel gets to where it misses its root."""
    if not Path("/dev/kvm").exists():
        return TCG
    trial = subprocess.Popen(["qemu-system-x86_64", *KVM, *TRIAL, "-kernel", str(kernel)], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        said, _ = trial.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        trial.kill()
        said, _ = trial.communicate()
    return KVM if b"Unable to mount root" in said else TCG


def drive_arguments(drive: Drive, index: int, folder: str) -> list[str]:
    file = ["-drive", f"if=none,id={drive.name},format=raw,cache=writeback,file={folder}/{drive.name}.raw"]
    if drive.bus == "nvme":
        return [*file, "-device", f"nvme,id=c{index},serial={drive.serial}",
                "-device", f"nvme-ns,drive={drive.name},bus=c{index},eui64={drive.wwn:#x}"]
    if drive.bus == "scsi":
        return [*file, "-device", f"scsi-hd,drive={drive.name},bus=scsi.0,scsi-id={index},serial={drive.serial},"
                                  f"wwn={drive.wwn:#x},vendor=LAB,product=DISK,rotation_rate=7200"]
    return [*file, "-device", f"virtio-blk-pci,drive={drive.name},serial={drive.serial}"]


def argv(server: Server, index: int, accel: list[str]) -> list[str]:
    folder = server.name
    smbios = {1: {"manufacturer": "Footing", "product": "Lab server", "serial": server.serial, "uuid": server.uuid},
              2: {"manufacturer": "Footing", "product": "Lab board", "serial": f"B{server.serial}"},
              3: {"manufacturer": "Footing", "serial": f"C{server.serial}", "asset": server.asset_tag}}
    words = ["qemu-system-x86_64", "-name", server.name, *accel, "-smp", str(server.cpus),
             "-m", str(server.memory >> 20), "-nodefaults", "-display", "none", "-uuid", server.uuid,
             "-chardev", f"socket,id=serial,path={folder}/serial.sock,server=on,wait=off,"
                         f"logfile={folder}/console.log,logappend=on", "-serial", "chardev:serial",
             "-qmp", f"unix:{folder}/qmp.sock,server=on,wait=off",
             "-netdev", f"tap,id=net0,ifname={tap(index)},script=no,downscript=no", "-device", "virtio-rng-pci"]
    for kind, fields in smbios.items():
        words += ["-smbios", f"type={kind}," + ",".join(f"{key}={value}" for key, value in fields.items())]
    if server.firmware == "uefi":
        # The NIC's ROM is left out: QEMU's own is iPXE, and the firmware's PXE shall load snponly.efi from the boot server.
        words += ["-machine", "q35", "-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={OVMF}/OVMF_CODE_4M.fd",
                  "-drive", f"if=pflash,unit=1,format=raw,file={folder}/efi-vars.fd",
                  "-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=n",
                  "-device", f"virtio-net-pci,netdev=net0,mac={server.mac},bootindex=1,romfile="]
    else:
        words += ["-machine", "q35,graphics=off", "-boot", "strict=on,reboot-timeout=5000",
                  "-device", f"virtio-net-pci,netdev=net0,mac={server.mac},bootindex=1"]
    words += ["-device", "virtio-scsi-pci,id=scsi"]
    for number, drive in enumerate(server.drives):
        words += drive_arguments(drive, number, folder)
    return words


def prepare(server: Server, folder: Path) -> None:
    """Remove what a killed QEMU left; UEFI variables are a copy of the server's own."""
    for name in ("serial.sock", "qmp.sock"):
        (folder / server.name / name).unlink(missing_ok=True)
    variables = folder / server.name / "efi-vars.fd"
    if server.firmware == "uefi" and not variables.exists():
        new = variables.with_suffix(".new")
        new.write_bytes((OVMF / "OVMF_VARS_4M.fd").read_bytes())
        new.rename(variables)


def qmp(path: Path, command: str, /, **arguments: Any) -> Any:
    """One QMP command, for instance system_reset, and its answer."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect(str(path))
        stream = line.makefile("rw")
        stream.readline()
        for execute, its in (("qmp_capabilities", {}), (command, arguments)):
            stream.write(json.dumps({"execute": execute, "arguments": its}) + "\n")
            stream.flush()
            while "return" not in (answer := json.loads(stream.readline())):
                if "error" in answer:
                    raise OSError(f"QMP {execute}: {answer['error']['desc']}")
    return answer["return"]
