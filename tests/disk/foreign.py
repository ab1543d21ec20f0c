"""Other people's disks: made by their own tools, or byte by byte from the published format where the tool needs a driver."""

import random
import struct
from collections.abc import Callable

from loopdisk import GIB, MIB, LoopDisk, run

Make = Callable[[LoopDisk], None]


def _script(disk: LoopDisk, text: str) -> None:
    run("sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", "--wipe", "never", disk.path, stdin=text.encode())


def xfs(disk: LoopDisk) -> None:
    run("mkfs.xfs", "-q", "-K", disk.path)


def ext4(disk: LoopDisk) -> None:
    run("mkfs.ext4", "-q", "-F", "-E", "nodiscard", disk.path)


def btrfs(disk: LoopDisk) -> None:
    run("mkfs.btrfs", "-q", "-K", disk.path)


def vfat(disk: LoopDisk) -> None:
    run("mkfs.vfat", disk.path)


def swap(disk: LoopDisk) -> None:
    run("mkswap", disk.path)


def lvm(disk: LoopDisk) -> None:
    only = f'devices {{ use_devicesfile=0 filter=["a|^{disk.path}$|","r|.*|"] }}'
    run("pvcreate", "--config", only, "--yes", disk.path)


def luks1(disk: LoopDisk) -> None:
    run("cryptsetup", "luksFormat", "--batch-mode", "--type", "luks1", "--pbkdf-force-iterations", "1000", disk.path, "-", stdin=b"key")


def luks2(disk: LoopDisk) -> None:
    run("cryptsetup", "luksFormat", "--batch-mode", "--type", "luks2", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000",
        disk.path, "-", stdin=b"key")


def _folded(words: tuple[int, ...]) -> int:
    """drivers/md/md.c, calc_sb_1_csum() and mdadm's: a 64-bit sum folded once."""
    total = sum(words)
    return ((total & 0xFFFFFFFF) + (total >> 32)) & 0xFFFFFFFF


def _md_1(disk: LoopDisk, offset: int) -> None:
    """include/uapi/linux/raid/md_p.h, struct mdp_superblock_1: raid1 of two, this the first."""
    sectors = disk.size // 512
    block = bytearray(256 + 2 * 2)
    struct.pack_into("<IIII16s32s", block, 0, 0xA92B4EFC, 1, 0, 0, bytes(range(16)), b"host:0")
    struct.pack_into("<QIIQII", block, 72, 1_700_000_000, 1, 0, sectors - 4096, 0, 2)  # ctime level layout size chunk disks
    first_data = 2048 if offset < disk.size // 2 else 0
    struct.pack_into("<QQQ", block, 128, first_data, sectors - 4096, offset // 512)  # data_offset data_size super_offset
    struct.pack_into("<II16s", block, 160, 0, 0, bytes(range(16, 32)))  # dev_number, corrected reads, device_uuid
    struct.pack_into("<QQQII", block, 192, 1_700_000_000, 1, 2**64 - 1, 0, 2)  # utime events resync_offset csum max_dev
    struct.pack_into("<HH", block, 256, 0, 1)  # roles
    struct.pack_into("<I", block, 216, _folded(struct.unpack(f"<{len(block) // 4}I", block)))
    disk.write(offset, bytes(block))
    assert "a92b4efc" in run("mdadm", "--examine", disk.path)


def md_1_0(disk: LoopDisk) -> None:
    _md_1(disk, ((disk.size // 512 - 16) & ~7) * 512)


def md_1_1(disk: LoopDisk) -> None:
    _md_1(disk, 0)


def md_1_2(disk: LoopDisk) -> None:
    _md_1(disk, 4096)


def md_0_90(disk: LoopDisk) -> None:
    """md_p.h, struct mdp_superblock_s: 1,024 words in the last 64 KiB that is aligned to 64 KiB."""
    words = [0] * 1024
    words[0:12] = [0xA92B4EFC, 0, 90, 0, 0, 0x01020304, 1_700_000_000, 1, disk.size // 1024 - 64, 2, 2, 0]
    words[13:16] = [0x05060708, 0x090A0B0C, 0x0D0E0F10]  # set_uuid1 to 3
    words[32:38] = [1_700_000_000, 1, 2, 2, 0, 0]  # utime, clean, active, working, failed, spare
    words[39] = 1  # events_lo
    for number in (0, 1):
        words[128 + 32 * number : 128 + 32 * number + 5] = [number, 8, 16 * number, number, 6]  # disks[]: active and in sync
    words[992:997] = [0, 8, 0, 0, 6]  # this_disk
    words[38] = _folded(tuple(words))
    disk.write((disk.size & ~0xFFFF) - 0x10000, struct.pack("<1024I", *words))
    assert "correct" in run("mdadm", "--examine", disk.path)


def gpt(disk: LoopDisk) -> None:
    _script(disk, "label: gpt\nstart=1MiB\n")


def gpt_empty(disk: LoopDisk) -> None:
    _script(disk, "label: gpt\n")


def gpt_backup_only(disk: LoopDisk) -> None:
    gpt(disk)
    disk.write(0, bytes(MIB))


def gpt_without_protective_mbr(disk: LoopDisk) -> None:
    gpt(disk)
    disk.write(0, bytes(disk.sector))


def mbr(disk: LoopDisk) -> None:
    _script(disk, "label: dos\nstart=1MiB\n")


def mbr_boot_signature_only(disk: LoopDisk) -> None:
    disk.write(510, b"\x55\xaa")


def bluestore(disk: LoopDisk) -> None:
    """ceph, src/os/bluestore/BlueStore.cc: the label of an OSD's block device."""
    disk.write(0, b"bluestore block device\n6f6e6520-7468-6174-2069-7320676f6e65\n")


def ext4_whose_superblock_has_a_flipped_bit(disk: LoopDisk) -> None:
    ext4(disk)
    disk.write(1024 + 0x78, b"x")  # s_volume_name: its checksum is wrong now


def xfs_whose_head_was_wiped(disk: LoopDisk) -> None:
    """dd if=/dev/zero bs=1M count=16: what many believe makes a disk blank."""
    xfs(disk)
    disk.write(0, bytes(16 * MIB))


def random_bytes_in_the_middle(disk: LoopDisk) -> None:
    disk.write(disk.size // 2, random.Random(1).randbytes(32 * MIB))


def one_byte_at_the_start(disk: LoopDisk) -> None:
    disk.write(0, b"\1")


def one_byte_at_the_end(disk: LoopDisk) -> None:
    disk.write(disk.size - 1, b"\1")


def one_byte_where_the_ledger_goes(disk: LoopDisk) -> None:
    disk.write(MIB - 4096 + 700, b"\1")


def one_byte_in_the_last_head_window_sector(disk: LoopDisk) -> None:
    disk.write(16 * MIB - 1, b"\1")


def full_of_ones(disk: LoopDisk) -> None:
    for offset in range(0, disk.size, 64 * MIB):
        disk.write(offset, b"\xff" * 64 * MIB)


# What it is, who makes it, the size it needs, and a reason that must be among those given.
KINDS: dict[str, tuple[Make, int, str]] = {
    "xfs": (xfs, GIB, "signature"),
    "ext4": (ext4, GIB, "signature"),
    "btrfs": (btrfs, GIB, "signature"),
    "vfat": (vfat, GIB, "signature"),
    "swap": (swap, GIB, "signature"),
    "LVM physical volume": (lvm, GIB, "signature"),
    "mdraid 0.90": (md_0_90, GIB, "signature"),
    "mdraid 1.0": (md_1_0, GIB, "signature"),
    "mdraid 1.1": (md_1_1, GIB, "signature"),
    "mdraid 1.2": (md_1_2, GIB, "signature"),
    "LUKS1": (luks1, GIB, "signature"),
    "LUKS2": (luks2, GIB, "signature"),
    "bluestore": (bluestore, GIB, "signature"),
    "ext4 with a flipped bit": (ext4_whose_superblock_has_a_flipped_bit, GIB, "signature"),
    "GPT": (gpt, GIB, "partition_table"),
    "empty GPT": (gpt_empty, GIB, "partition_table"),
    "backup GPT only": (gpt_backup_only, GIB, "partition_table"),
    "GPT without its protective MBR": (gpt_without_protective_mbr, GIB, "partition_table"),
    "MBR": (mbr, GIB, "partition_table"),
    "boot signature only": (mbr_boot_signature_only, GIB, "partition_table"),
    "random bytes in the middle": (random_bytes_in_the_middle, GIB, "nonblank_byte"),
    "XFS whose head was wiped": (xfs_whose_head_was_wiped, 512 * MIB, "nonblank_byte"),
    "one byte at the start": (one_byte_at_the_start, GIB, "nonblank_byte"),
    "one byte at the very end": (one_byte_at_the_end, GIB, "nonblank_byte"),
    "one byte where the ledger goes": (one_byte_where_the_ledger_goes, GIB, "nonblank_byte"),
    "one byte at the end of the head": (one_byte_in_the_last_head_window_sector, GIB, "nonblank_byte"),
    "full of 0xFF": (full_of_ones, 512 * MIB, "nonblank_byte"),
}
