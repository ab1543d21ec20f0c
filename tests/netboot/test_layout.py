"""The lab file: what is wrong in it is said in a sentence, and the same file always gives the same hardware."""

from __future__ import annotations

import pytest
from conftest import CHECKOUT
from datacenter import layout

DEFAULT = (CHECKOUT / "image/lab.yaml").read_text()


def test_the_default_rack_has_two_servers_with_five_drives_in_two_racks_of_one_room() -> None:
    made = layout.parse(DEFAULT)
    assert [len(server.drives) for server in made.servers] == [5, 5]
    assert len({server.rack for server in made.servers}) == 2
    assert len({server.room for server in made.servers}) == 1


def test_the_same_file_gives_the_same_hardware_and_no_identity_twice() -> None:
    made = layout.parse(DEFAULT)
    assert made == layout.parse(DEFAULT)
    serials = [drive.serial for server in made.servers for drive in server.drives]
    assert len(set(serials)) == len(serials)


@pytest.mark.parametrize(("wrong", "right", "sentence"), [
    ("bus: nvme", "bus: floppy", "'bus' is 'floppy', not one of nvme, scsi, virtio"),
    ("size: 20 GiB", "size: 20 GB", "'20 GB' is no size; write for instance 20 GiB"),
    ("cluster: lab", "cluster: 7", "'cluster' must be str"),
    ("site: lab", "sight: lab", "'site' is missing"),
    ("location: wire_map", "location: guess", "'location' is 'guess'"),
    ("name: stor-r14-u09", "name: stor-r12-u07", "two servers have the name 'stor-r12-u07'"),
    ("        unit: 7", "        unit: 7\n        colour: red", "unknown key 'colour'"),
    ("        unit: 7", "        unit: -3", "units count from 1, not from -3"),
    ("name: stor-r12-u07", "name: ../stor", "'../stor' is no host name"),
    ("address: 10.77.0.1/24", "address: nonsense", "'nonsense' is no address with its network"),
    ("address: 10.77.0.11", "address: 10.78.0.11", "'10.78.0.11' is no address of 10.77.0.0/24 beside 10.77.0.1"),
    ("address: 10.77.0.11", "address: 10.77.0.1", "'10.77.0.1' is no address of"),
    ("address: 10.77.0.11", "address: nowhere", "'nowhere' is no address of"),
    ("racks:", "racks: [", "lab file: while parsing"),
])
def test_a_mistake_is_a_sentence(wrong: str, right: str, sentence: str) -> None:
    assert wrong in DEFAULT
    with pytest.raises(layout.LayoutError) as caught:
        layout.parse(DEFAULT.replace(wrong, right))
    assert sentence in str(caught.value)
