"""The lab file: YAML to values, checked. Every error is a sentence that says where; unknown keys are refused.

What a file does not say is derived from names by hash, so that the same file always gives the same hardware.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

BUSES = ("nvme", "scsi", "virtio")
CONTENTS = ("nothing", "ext4")
FIRMWARES = ("bios", "uefi")
UNITS = {"MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


class LayoutError(Exception):
    """A sentence for a person: what is wrong in the lab file, and where."""


@dataclass(frozen=True)
class Drive:
    name: str      # "nvme0": its file's name
    bus: str       # nvme scsi virtio
    size: int      # bytes
    serial: str
    wwn: int | None  # NAA or EUI-64; virtio has none
    holds: str     # nothing, ext4


@dataclass(frozen=True)
class Switch:
    name: str
    chassis: str   # MAC, the LLDP chassis id


@dataclass(frozen=True)
class Server:
    name: str
    room: str
    row: str
    rack: str
    unit: int
    switch: Switch
    port: str      # the switch's port, as LLDP tells it
    address: str
    mac: str
    uuid: str
    serial: str
    asset_tag: str
    firmware: str  # bios: the NIC's iPXE; uefi: OVMF, which loads iPXE from the boot server
    memory: int    # bytes
    cpus: int
    drives: tuple[Drive, ...]


@dataclass(frozen=True)
class Layout:
    cluster: str
    site: str
    network: ipaddress.IPv4Interface
    host_port: int         # 0: any free one
    location: str          # wire_map, cmdline
    servers: tuple[Server, ...]

    def server(self, name: str) -> Server:
        for server in self.servers:
            if server.name == name:
                return server
        raise LayoutError(f"no server '{name}' in this lab; it has {', '.join(s.name for s in self.servers)}")


def digits(*names: object) -> str:
    return hashlib.sha256("/".join(map(str, names)).encode()).hexdigest()


def network_of(text: str, where: str) -> ipaddress.IPv4Interface:
    try:
        return ipaddress.IPv4Interface(text)
    except ValueError as error:
        raise LayoutError(f"{where}: '{text}' is no address with its network; write for instance 10.77.0.1/24") from error


def check_server(server: Server, network: ipaddress.IPv4Interface, where: str) -> None:
    """What becomes a folder, a host name or a line of a DHCP server's configuration."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", server.name):
        raise LayoutError(f"{where}: '{server.name}' is no host name: a-z, 0-9 and '-', at most 63 of them")
    if server.unit < 1:
        raise LayoutError(f"{where}: server {server.name}: units count from 1, not from {server.unit}")
    try:
        inside = ipaddress.IPv4Address(server.address) in network.network and server.address != str(network.ip)
    except ValueError:
        inside = False
    if not inside:
        raise LayoutError(f"{where}: server {server.name}: '{server.address}' is no address of {network.network} beside {network.ip}")


def size(text: object, where: str) -> int:
    match = re.fullmatch(r"(\d+) ?(MiB|GiB|TiB)", str(text))
    if not match:
        raise LayoutError(f"{where}: '{text}' is no size; write for instance 20 GiB")
    return int(match[1]) * UNITS[match[2]]


class Keys:
    """One mapping of the file: what is taken is checked, what is left at the end is unknown."""

    def __init__(self, value: object, where: str):
        if not isinstance(value, Mapping):
            raise LayoutError(f"{where}: a mapping is expected, found {type(value).__name__}")
        self.left, self.where = dict(value), where

    def take(self, key: str, kind: type, default: Any = None) -> Any:
        value = self.left.pop(key, default)
        if value is None:
            raise LayoutError(f"{self.where}: '{key}' is missing")
        if not isinstance(value, kind):
            raise LayoutError(f"{self.where}: '{key}' must be {kind.__name__}, found '{value}'")
        return value

    def choice(self, key: str, of: tuple[str, ...], default: str | None = None) -> str:
        value: str = self.take(key, str, default)
        if value not in of:
            raise LayoutError(f"{self.where}: '{key}' is '{value}', not one of {', '.join(of)}")
        return value

    def done(self) -> None:
        if self.left:
            raise LayoutError(f"{self.where}: unknown key '{next(iter(self.left))}'")


def drive(keys: Keys, server: str, index: int) -> Drive:
    bus = keys.choice("bus", BUSES)
    number = digits(server, index)
    made = Drive(
        name=f"{bus}{index}", bus=bus, size=size(keys.take("size", str), keys.where),
        serial=keys.take("serial", str, f"LAB{number[:9].upper()}"),
        wwn=None if bus == "virtio" else keys.take("wwn", int, 0x5000C50000000000 | int(number[:9], 16)),
        holds=keys.choice("holds", CONTENTS, "nothing"))
    keys.done()
    return made


def server(keys: Keys, rack: Keys, place: dict[str, str], switch: Switch) -> Server:
    name = keys.take("name", str)
    number = digits(name)
    made = Server(
        name=name, unit=keys.take("unit", int), port=keys.take("port", str), address=keys.take("address", str),
        switch=switch, **place,
        mac=keys.take("mac", str, "52:54:00:" + ":".join((number[:2], number[2:4], number[4:6]))),
        uuid=keys.take("uuid", str, str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.lab"))),
        serial=keys.take("serial", str, f"SRV{number[:8].upper()}"),
        asset_tag=keys.take("asset_tag", str, f"A{int(number[:5], 16):07d}"),
        firmware=keys.choice("firmware", FIRMWARES, "bios"),
        memory=size(keys.take("memory", str, "2 GiB"), f"{rack.where}, server {name}"),
        cpus=keys.take("cpus", int, 2),
        drives=tuple(drive(Keys(d, f"server {name}, drive {i}"), name, i)
                     for i, d in enumerate(keys.take("drives", list))))
    keys.done()
    return made


def parse(text: str, where: str = "lab file") -> Layout:
    try:
        top = Keys(yaml.safe_load(text), where)
    except yaml.YAMLError as error:
        raise LayoutError(f"{where}: {error}") from error
    network = Keys(top.take("network", dict), f"{where}, network")
    servers: list[Server] = []
    for number, value in enumerate(top.take("racks", list)):
        rack = Keys(value, f"{where}, rack {number}")
        place = {level: rack.take(level, str) for level in ("room", "row", "rack")}
        of_switch = Keys(rack.take("switch", dict), f"{rack.where}, switch")
        switch = Switch(of_switch.take("name", str), of_switch.take("chassis", str))
        of_switch.done()
        for value_of_server in rack.take("servers", list):
            servers.append(server(Keys(value_of_server, f"{rack.where}, server"), rack, place, switch))
        rack.done()
    layout = Layout(
        cluster=top.take("cluster", str), site=top.take("site", str),
        network=network_of(network.take("address", str), network.where), host_port=network.take("host_port", int, 0),
        location=top.choice("location", ("wire_map", "cmdline"), "wire_map"), servers=tuple(servers))
    network.done()
    top.done()
    for made in servers:
        check_server(made, layout.network, where)
    values: dict[str, list[str]] = {field: [getattr(s, field) for s in servers] for field in ("name", "mac", "uuid", "address")}
    values["port"] = [f"{s.switch.name} {s.port}" for s in servers]
    for field, all_of_it in values.items():
        for twice in {v for v in all_of_it if all_of_it.count(v) > 1}:
            raise LayoutError(f"{where}: two servers have the {field} '{twice}'")
    return layout


def load(path: Path) -> Layout:
    try:
        return parse(path.read_text(), str(path))
    except OSError as error:
        raise LayoutError(f"{path} can't be read: {error.strerror}") from error
