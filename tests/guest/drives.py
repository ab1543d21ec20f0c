"""The guest's drives: a sparse file, a bus, and what is wrong with it. They are plugged while the guest runs.

Under each drive lies a blkdebug node (injects errors) and a throttle node (makes it hang): a drive can fall sick, and
be cured, while it is in use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MIB = 1 << 20
GIB = 1 << 30
PCI_SLOTS, SCSI_TARGETS, USB_PORTS = range(0x0B, 0x20), range(1, 65), range(1, 5)  # a USB drive is target 0 of its own
USB_SLOT = 0x0A  # the USB controller's, where a test plugs one


@dataclass
class Drive:
    name: str
    bus: str = "scsi"                     # scsi virtio nvme; cd: an optical drive at the SCSI controller; usb: needs usb_controller
    size: int = GIB
    serial: str | None = ""               # "": made from the name; None: the drive has none
    wwn: int | None = 0                   # 0: made from the name; None: none
    more: dict[str, Any] = field(default_factory=dict)   # properties of its device: logical_block_size …
    errors: list[dict[str, Any]] = field(default_factory=list)  # blkdebug's inject-error rules
    slot: int = -1                        # where it is plugged: PCI slot, SCSI target or USB port
    file: Path | None = None              # another drive's, for two paths to one medium
    nbd: Path | None = None               # the socket of an NBD server that has the drive's file

    def __post_init__(self) -> None:
        number = int.from_bytes(self.name.encode()[-5:], "big")
        if self.serial == "":
            self.serial = f"G{self.name.upper()}"
        if self.wwn == 0:
            self.wwn = None if self.bus in ("virtio", "usb") else 0x5000C50000000000 | number

    def throttle(self) -> dict[str, Any]:
        return {"qom-type": "throttle-group", "id": f"t-{self.name}"}

    def node(self, file: Path) -> dict[str, Any]:
        """The block graph: device -> throttle -> blkdebug -> raw -> file or NBD server."""
        errors = {"inject-error": self.errors} if self.errors else {}
        medium = {"driver": "file", "filename": str(file), "locking": "off"} if self.nbd is None else \
            {"driver": "nbd", "server": {"type": "unix", "path": str(self.nbd)}}
        return {"driver": "throttle", "node-name": f"n-{self.name}", "throttle-group": f"t-{self.name}",
                "file": {"driver": "blkdebug", "node-name": f"d-{self.name}", **errors,
                         "image": {"driver": "raw", "file": medium}}}

    @property
    def address(self) -> str:
        """What its folder in the guest's sysfs has in its path."""
        if self.bus == "usb":
            return f"-{self.slot}:1.0/host"
        return f":0:{self.slot}:0/block/" if self.slots is SCSI_TARGETS else f"/0000:00:{self.slot:02x}.0/"

    @property
    def slots(self) -> range:
        """Where it can be plugged."""
        return {"scsi": SCSI_TARGETS, "cd": SCSI_TARGETS, "usb": USB_PORTS}.get(self.bus, PCI_SLOTS)

    def device(self) -> dict[str, Any]:
        """device_add's arguments."""
        shared: dict[str, Any] = {"id": self.name, "drive": f"n-{self.name}", "share-rw": True, **self.more}
        if self.serial is not None:
            shared["serial"] = self.serial
        if self.bus == "nvme":
            return {"driver": "nvme", "addr": f"{self.slot:x}", **shared}
        if self.bus == "virtio":
            return {"driver": "virtio-blk-pci", "addr": f"{self.slot:x}", **shared}
        if self.bus == "usb":
            return {"driver": "usb-storage", "bus": "xhci.0", "port": str(self.slot), **shared}
        if self.wwn is not None:
            shared["wwn"] = self.wwn
        if self.bus == "cd":
            return {"driver": "scsi-cd", "bus": "scsi.0", "scsi-id": self.slot, **shared}
        return {"driver": "scsi-hd", "bus": "scsi.0", "scsi-id": self.slot, "vendor": "LAB", "product": "DISK",
                "rotation_rate": 7200, **shared}
