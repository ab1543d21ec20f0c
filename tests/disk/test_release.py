"""A permission for one drive, once: what is released becomes blank and is enrolled; nothing else is written to."""

import gzip
import hashlib
import json
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from agent import SLOTS, Answer, run_until
from conftest import Lab
from foreign import KINDS
from loopdisk import GIB, MIB, LoopDisk, run
from serial import another_drive_after, serial_number

SERIAL = "ZL2A0Q7X"


@contextmanager
def the_same_bytes(*disks: LoopDisk) -> Iterator[None]:
    before = [(d.fingerprint(), d.traffic()) for d in disks]
    yield
    for disk, (fingerprint, traffic) in zip(disks, before, strict=True):
        assert disk.traffic() == traffic, f"{disk.path} was written to"
        assert disk.fingerprint() == fingerprint, f"bytes of {disk.path} changed"


def configure(lab: Lab, more: str = "") -> None:
    lab.configure(more=f"release: {{folder: {lab.folder}/releases}}\n{more}")


def release(lab: Lab, disk: LoopDisk, serial: str = SERIAL, *more: str) -> Answer:
    return lab.footing("release", disk.path, "--serial", serial, "--json", *more)


def foreign_disk(lab: Lab, kind: str = "ext4") -> LoopDisk:
    make, size, _ = KINDS[kind]
    disk = lab.make_disk(size, in_memory=True)
    make(disk)
    disk.detach()
    disk.attach()
    configure(lab)
    return disk


def record_of(answer: Answer, lab: Lab) -> dict[str, Any]:
    """The record on this machine says what the answer says."""
    (file,) = [f for f in (lab.folder / "releases").glob("*.json") if json.loads(f.read_text())["begun_at"] == answer.json["begun_at"]]
    record = json.loads(file.read_text())
    assert record == {k: v for k, v in answer.json.items() if k != "generated_by"}
    return record


def refused(lab: Lab, disk: LoopDisk, because: str, serial: str = SERIAL) -> None:
    with the_same_bytes(*lab.disks):
        answer = release(lab, disk, serial)
        assert (answer.status, answer.json["state"]) == (1, "refused"), answer
        assert because in answer.json["error"], answer.json["error"]
        assert because in answer.err


@pytest.mark.parametrize("kind", ["ext4", "mdraid 1.0", "GPT", "random bytes in the middle", "one byte at the very end"])
def test_a_released_drive_is_proved_blank_and_enrolled(lab: Lab, kind: str) -> None:
    disk = foreign_disk(lab, kind)
    with serial_number(disk, SERIAL):
        assert lab.plan().disk(disk)["verdict"] == "foreign"
        answer = release(lab, disk)
        assert (answer.status, answer.json["state"], answer.json["error"]) == (0, "released", ""), answer
        record = record_of(answer, lab)
        assert (record["verdict"], record["disk"]["identity"]["serial"]) == ("foreign", SERIAL)
        assert KINDS[kind][2] in [reason["code"] for reason in record["reasons"]]
        assert disk.fingerprint() == hashlib.sha256(str(disk.size).encode()).hexdigest(), "a byte is left"
        applied = lab.apply()
        assert (applied.status, applied.disk(disk)["outcome"]) == (0, "enrolled"), applied
        lab.unmount_all()
        refused(lab, disk, "COMMITTED")


def test_the_record_says_who_destroyed_what_and_the_pre_image_has_it(lab: Lab) -> None:
    disk = foreign_disk(lab)
    before = {at: disk.read(at, 16 * MIB) for at in (0, disk.size - 16 * MIB)}
    with serial_number(disk, SERIAL):
        answer = release(lab, disk)
    record = record_of(answer, lab)
    assert record["by"]["uid"] == os.getuid()
    assert record["by"]["user"] == os.environ.get("SUDO_USER", record["by"]["user"])
    assert bytes.fromhex(record["first_bytes"].replace(" ", "")) == before[0][:64]
    assert ("ext4", 1080) in [(s["type"], s["offset"]) for s in record["signatures"]]
    image = record["pre_image"]
    packed = open(image["file"], "rb").read()
    assert (image["complete"], image["size"], image["sha256"]) == (True, len(packed), hashlib.sha256(packed).hexdigest())
    rebuilt = {at: bytearray(16 * MIB) for at in before}
    for offset, block in blocks_of(packed):
        for at, content in rebuilt.items():
            if at <= offset < at + len(content):
                content[offset - at : offset - at + len(block)] = block
    assert {at: bytes(content) for at, content in rebuilt.items()} == before


def blocks_of(packed: bytes) -> Iterator[tuple[int, bytes]]:
    """An independent reading of the format in agent/release/pre_image.hpp."""
    text = gzip.decompress(packed)
    heading = b"footing pre-image 1\n"
    assert text.startswith(heading)
    at = len(heading)
    while at < len(text):
        offset, size = struct.unpack_from("<QQ", text, at)
        yield offset, text[at + 16 : at + 16 + size]
        at += 16 + size


def test_a_pre_image_that_is_too_big_is_cut_and_says_so(lab: Lab) -> None:
    disk = foreign_disk(lab, "full of 0xFF")
    lab.configure(more=f"release: {{folder: {lab.folder}/releases, pre_image_at_most: 1 MiB}}\n")
    with serial_number(disk, SERIAL):
        answer = release(lab, disk)
    assert (answer.status, answer.json["state"]) == (0, "released"), answer
    image = answer.json["pre_image"]
    assert (image["complete"], image["kept_bytes"], image["nonblank_bytes"]) == (False, MIB, disk.size)


def test_a_dry_run_says_what_would_be_destroyed_and_writes_nothing(lab: Lab) -> None:
    disk = foreign_disk(lab)
    with serial_number(disk, SERIAL), the_same_bytes(disk):
        answers = [release(lab, disk, SERIAL, "--dry-run") for _ in range(2)]
        assert [(a.status, a.json["state"]) for a in answers] == [(0, "would be released")] * 2
        assert answers[0].json["evidence"] == answers[1].json["evidence"]
        assert not (lab.folder / "releases").exists()
    disk.write(5 * MIB, b"\1")
    with serial_number(disk, SERIAL):
        assert release(lab, disk, SERIAL, "--dry-run").json["evidence"] != answers[0].json["evidence"]


def test_a_blank_drive_needs_no_release(lab: Lab) -> None:
    disk = lab.make_disk(GIB, in_memory=True)
    configure(lab)
    with serial_number(disk, SERIAL), the_same_bytes(disk):
        answer = release(lab, disk)
        assert (answer.status, answer.json["state"]) == (0, "blank"), answer


def test_who_does_not_know_the_serial_number_destroys_nothing(lab: Lab) -> None:
    disk = foreign_disk(lab)
    with serial_number(disk, SERIAL):
        refused(lab, disk, f"its serial number is '{SERIAL}', not 'ZL2A0Q7Y'", "ZL2A0Q7Y")
        refused(lab, disk, "not ''", "")
    refused(lab, disk, "no serial number", "")
    refused(lab, disk, "no serial number")
    with serial_number(disk, "00000000"):
        refused(lab, disk, "many drives share", "00000000")
    with the_same_bytes(disk):
        assert lab.footing("release", disk.path).status == 64
        assert lab.footing("release", "nonsense", "--serial", SERIAL).status == 1


def test_an_enrolled_drive_is_never_released_however_damaged(lab: Lab) -> None:
    disk = lab.enrolled_disk(size=GIB, in_memory=True)
    configure(lab)
    slots = {at: disk.read(at, 4096) for at in SLOTS}
    with serial_number(disk, SERIAL):
        refused(lab, disk, "COMMITTED")
        disk.write(SLOTS[0] + 300, b"\xaa")
        refused(lab, disk, "COMMITTED")
        disk.write(SLOTS[1] + 300, b"\xaa")
        refused(lab, disk, "may have been COMMITTED")
        for at in SLOTS:
            disk.write(at, bytes(4096))
        refused(lab, disk, "lost its ledger")
        disk.write(512, bytes(512))  # the primary GPT too
        refused(lab, disk, "lost its ledger")
        for at, slot in slots.items():
            disk.write(at, slot)
        refused(lab, disk, "COMMITTED")


def test_an_enrolled_drive_of_another_machine_or_cluster_is_never_released(lab: Lab) -> None:
    disk = lab.enrolled_disk(size=GIB, in_memory=True)
    more = f"release: {{folder: {lab.folder}/releases}}\n"
    with serial_number(disk, SERIAL):
        lab.configure(cluster="lyon-2", more=more)
        refused(lab, disk, "COMMITTED")


def test_an_unfinished_enrolment_is_not_released(lab: Lab) -> None:
    disk = lab.make_disk(GIB, in_memory=True)
    configure(lab)
    with serial_number(disk, SERIAL):
        assert run_until(": mkfs", "--config", lab.config_file, "apply")
    lab.power_cycle()
    configure(lab)
    with serial_number(disk, SERIAL):
        assert lab.plan().disk(disk)["verdict"] == "interrupted"
        refused(lab, disk, "goes on by itself")


def test_a_drive_in_use_is_not_released(lab: Lab) -> None:
    disk = foreign_disk(lab)
    where = lab.mount_root / "theirs"
    where.mkdir()
    with ExitStack() as stack:
        stack.enter_context(serial_number(disk, SERIAL))
        run("mount", "-o", "ro,noload", disk.path, where)
        try:
            refused(lab, disk, "in use")
        finally:
            run("umount", where)
        held = os.open(disk.path, os.O_RDONLY | os.O_EXCL)
        try:
            refused(lab, disk, "in use")
        finally:
            os.close(held)
        assert release(lab, disk).status == 0


def test_a_drive_that_is_there_twice_is_not_released(lab: Lab) -> None:
    disk = foreign_disk(lab)
    copy = lab.copy_of(disk)
    configure(lab)
    with serial_number(disk, SERIAL), serial_number(copy, SERIAL):
        refused(lab, disk, "twice")
        with the_same_bytes(disk, copy):
            both = lab.footing("release", SERIAL, "--serial", SERIAL)
            assert both.status == 1
            assert disk.path in both.err and copy.path in both.err


def test_an_excluded_drive_is_not_released(lab: Lab) -> None:
    disk = foreign_disk(lab)
    lab.config_file.write_text(lab.config_file.read_text().replace(disk.path, "/dev/nothing*"))
    with serial_number(disk, SERIAL):
        refused(lab, disk, "excluded")


@pytest.mark.parametrize("readings", [1, 2, 3, 4])
def test_a_drive_that_becomes_another_before_the_first_write_is_left_alone(lab: Lab, readings: int) -> None:
    disk = foreign_disk(lab)
    with another_drive_after(disk, SERIAL, readings), the_same_bytes(disk):
        answer = release(lab, disk)
        assert answer.status == 1, answer
        assert "another drive" in answer.err or "second look" in answer.err, answer


def test_a_drive_that_becomes_another_in_the_middle_is_left_as_it_is_then(lab: Lab) -> None:
    disk = foreign_disk(lab)
    head = disk.read(0, 16 * MIB)
    with another_drive_after(disk, SERIAL, 5):
        answer = release(lab, disk)
        assert (answer.status, "another drive" in answer.err) == (1, True), answer
    assert disk.read(0, 16 * MIB) == head
    lab.assert_held("foreign", "signature")


def test_cut_short_the_drive_stays_held_and_the_same_command_goes_on(lab: Lab) -> None:
    disk = lab.make_disk(4 * GIB, in_memory=True)
    KINDS["ext4"][0](disk)
    disk.write(disk.size - MIB, b"at the end")
    configure(lab)
    with serial_number(disk, SERIAL):
        assert run_until(": wiping: ", "--config", lab.config_file, "release", disk.path, "--serial", SERIAL)
        (first,) = [json.loads(f.read_text()) for f in (lab.folder / "releases").glob("*.json")]
        assert first["state"] == "wiping"
        lab.assert_held("foreign", "signature")
        answer = release(lab, disk)
        assert (answer.status, answer.json["state"]) == (0, "released"), answer
        assert lab.apply().disk(disk)["outcome"] == "enrolled"


def is_all_blank(disk: LoopDisk) -> bool:
    return disk.fingerprint() == hashlib.sha256(str(disk.size).encode()).hexdigest()


def cut_short(lab: Lab) -> tuple[LoopDisk, list[tuple[int, bytes]]]:
    """A drive of which a release has wiped more than 100 MiB and not the head; what it held before."""
    disk = lab.make_disk(4 * GIB, in_memory=True)
    KINDS["ext4"][0](disk)
    before = list(disk.nonzero_blocks())
    configure(lab)
    with serial_number(disk, SERIAL):
        assert run_until(": wiping: 12 ", "--config", lab.config_file, "release", disk.path, "--serial", SERIAL)
    (first,) = [json.loads(f.read_text()) for f in (lab.folder / "releases").glob("*.json")]
    assert first["state"] == "wiping" and first["wiped_to"] > 100 * MIB
    return disk, before


def test_cut_short_and_used_since_it_starts_over(lab: Lab) -> None:
    disk, _ = cut_short(lab)
    KINDS["ext4"][0](disk)
    disk.write(100 * MIB, b"theirs")
    with serial_number(disk, SERIAL):
        answer = release(lab, disk)
    assert (answer.status, answer.json["state"]) == (0, "released"), answer
    assert is_all_blank(disk)


def test_cut_short_then_released_then_used_it_starts_over(lab: Lab) -> None:
    disk, before = cut_short(lab)
    with serial_number(disk, SERIAL):
        assert release(lab, disk).json["state"] == "released"
        for offset, block in [*before, (100 * MIB, b"theirs")]:
            disk.write(offset, block)
        answer = release(lab, disk)
    assert (answer.status, answer.json["state"]) == (0, "released"), answer
    assert is_all_blank(disk)


def test_after_a_proof_that_failed_it_starts_over(lab: Lab) -> None:
    disk, before = cut_short(lab)
    ended = threading.Event()

    def another_writer() -> None:
        # Direct: buffered pages in the way of the agent's own direct writes would make its flush fail with EIO.
        block = mmap.mmap(-1, 4096)
        block.write(b"again and again")
        fd = os.open(disk.path, os.O_WRONLY | os.O_DIRECT)
        while not ended.wait(0.001):
            os.pwritev(fd, [block], disk.size - MIB)
        os.close(fd)

    writer = threading.Thread(target=another_writer)
    writer.start()
    try:
        with serial_number(disk, SERIAL):
            answer = release(lab, disk)
    finally:
        ended.set()
        writer.join()
    assert (answer.status, answer.json["state"]) == (1, "failed"), answer
    assert "it was wiped and is still foreign" in answer.json["error"]
    for offset, block in [*before, (100 * MIB, b"theirs")]:
        disk.write(offset, block)
    with serial_number(disk, SERIAL):
        answer = release(lab, disk)
    assert (answer.status, answer.json["state"]) == (0, "released"), answer
    assert is_all_blank(disk)
