"""What other programs build volumes from: RAID, LVM, encryption, caches, swap."""

import random

import foreign
from zoo.filesystems import BLKID
from zoo.kind import GIB, MIB, TIB, Kind, LoopDisk, Make, be, both, bytes_at, le, padded, put, run, tool

MD = le("I", 0xA92B4EFC)


def _xdr(text: bytes) -> bytes:
    return be("I", len(text)) + text + bytes(-len(text) % 4)


def _zfs_label() -> bytes:
    """The nvlist of a vdev label, 16 KiB into it, XDR: OpenZFS, include/sys/vdev_impl.h and module/nvpair/nvpair.c."""
    pairs = b""
    for name, kind, value in [(b"version", 8, be("Q", 5000)), (b"name", 9, _xdr(b"tank")), (b"state", 8, be("Q", 0)),
        (b"txg", 8, be("Q", 4)),
                              (b"pool_guid", 8, be("Q", 0x1122334455667788)), (b"guid", 8, be("Q", 0x99AABBCCDDEEFF00))]:
        body = _xdr(name) + be("II", kind, 1) + value
        pairs += be("II", len(body) + 8, len(body) + 16) + body
    nvlist = b"\x01\x01\0\0" + be("II", 0, 1) + pairs + bytes(8)
    uberblocks = b"".join(padded((0, le("QQQ", 0x00BAB10C, 5000, txg)), size=1024) for txg in range(4, 12))
    return padded((16 << 10, nvlist), (128 << 10, uberblocks), size=256 << 10)


def zfs(*labels: int) -> Make:
    """Two labels of 256 KiB at the start, two at the end."""
    return bytes_at(*(((0, 256 << 10, -512 << 10, -256 << 10)[label], _zfs_label()) for label in labels))


def ddf(disk: LoopDisk) -> None:
    """SNIA Common RAID Disk Data Format 2.0 §5.5: the anchor is the last sector, it names the primary and secondary header."""
    last = disk.size // 512 - 1
    header = padded((0, be("I", 0xDE11DE11)), (8, b"LSI     " + bytes(range(16))), (32, b"01.02.00"),
                    (96, be("QQ", last - 2048, last - 1024)), size=512)
    for lba in (last - 2048, last - 1024, last):
        put(disk, lba * 512, header)


def drbd(magic: int) -> Make:
    """By hand: Debian 13's drbd-utils can't be installed beside its base-files."""
    return bytes_at((-4096, be("QQQQQQQIIIiIiI", 16 * GIB // 512, 1, 2, 3, 4, 0x1234, 0, 0, magic, 264, -8, 257, -264, 4096)))


def swap_with_a_hibernated_system(disk: LoopDisk) -> None:
    """kernel/power/swap.c: S1SUSPEND takes the place of the swap signature, the image follows."""
    foreign.swap(disk)
    put(disk, 4096 - 10, b"S1SUSPEND\0")
    put(disk, MIB, random.Random(1).randbytes(MIB))


def verity(disk: LoopDisk) -> None:
    run("veritysetup", "format", "--hash-offset", str(512 * MIB), "--data-blocks", "256", disk.path, disk.path)


def restored(program: str, xml: str) -> Make:
    """Metadata of a device mapper target, by the tool that makes it of what its dump says: thin-provisioning-tools."""

    def make(disk: LoopDisk) -> None:
        file = disk.file.with_suffix(".xml")
        file.write_text(xml)
        run(program, "--quiet", "--input", file, "--output", disk.path)
        file.unlink()

    return make


THIN = """<superblock uuid="" time="1" transaction="1" data_block_size="128" nr_data_blocks="1024">
<device dev_id="1" mapped_blocks="8" transaction="0" creation_time="0" snap_time="0">
<range_mapping origin_begin="0" data_begin="0" length="8" time="0"/></device></superblock>
"""
CACHE = """<superblock uuid="" block_size="128" nr_cache_blocks="1024" policy="smq" hint_width="4">
<mappings><mapping cache_block="0" origin_block="5" dirty="true"/></mappings>
<hints><hint cache_block="0" data="AAAAAA=="/></hints></superblock>
"""
ERA = """<superblock uuid="" block_size="128" nr_blocks="1024" current_era="2">
<writeset era="1" nr_bits="1024"><bit block="0" value="true"/></writeset>
<era_array><era block="0" era="1"/></era_array></superblock>
"""


def random_from(offset: int) -> Make:
    return lambda disk: put(disk, offset, random.Random(2).randbytes(24 * MIB))


def vdo(disk: LoopDisk) -> None:
    """drivers/md/dm-vdo/encodings.c: the geometry block, magic "dmvdo001", in the first 4 KiB."""
    put(disk, 0, b"dmvdo001" + le("IIII", 5, 0, 149, 0) + bytes(range(64)))


KINDS = [
    Kind("LVM physical volume", foreign.lvm, "lvm2", b"LABELONE", blkid="LVM2_member"),
    Kind("LVM physical volume with two metadata areas",
         lambda disk: run("pvcreate", "--config", f'devices {{ use_devicesfile=0 filter=["a|^{disk.path}$|","r|.*|"] }}',
         "--yes", "--pvmetadatacopies", "2", disk.path) and None, "lvm2", b" LVM2 x[5A%r0N*>", 2, 16 * GIB, "LVM2_member"),
    Kind("mdraid 0.90", foreign.md_0_90, "include/uapi/linux/raid/md_p.h", MD, 1, 16 * GIB, "linux_raid_member"),
    Kind("mdraid 1.0", foreign.md_1_0, "include/uapi/linux/raid/md_p.h", MD, 1, 8 * TIB, "linux_raid_member"),
    Kind("mdraid 1.1", foreign.md_1_1, "include/uapi/linux/raid/md_p.h", MD, 1, 16 * GIB, "linux_raid_member"),
    Kind("mdraid 1.2", foreign.md_1_2, "include/uapi/linux/raid/md_p.h", MD, 1, 16 * GIB, "linux_raid_member"),
    Kind("DDF", ddf, "SNIA Common RAID Disk Data Format 2.0", be("I", 0xDE11DE11), 3, 8 * TIB, "ddf_raid_member"),
    Kind("Intel Matrix RAID", bytes_at((-1024, b"Intel Raid ISM Cfg Sig. 1.3.00" + bytes(range(200)))),
         "mdadm, super-intel.c: the last sector but one",
         b"Intel Raid ISM", 1, 8 * TIB, "isw_raid_member"),
    Kind("LSI MegaRAID", bytes_at((-512, b"$XIDE$" + bytes(range(60)))), BLKID + "lsi_raid.c", b"$XIDE$", 1, 16 * GIB,
         "lsi_mega_raid_member"),
    Kind("Promise FastTrak", bytes_at((-63 * 512, b"Promise Technology, Inc." + bytes(range(60)))), BLKID + "promise_raid.c",
         b"Promise Tech", 1, 16 * GIB,
         "promise_fasttrack_raid_member"),
    Kind("LUKS1", foreign.luks1, "cryptsetup", b"LUKS\xba\xbe", blkid="crypto_LUKS"),
    Kind("LUKS2", foreign.luks2, "cryptsetup", b"\xba\xbe\x00\x02", 2, blkid="crypto_LUKS"),
    Kind("LUKS2 with its header elsewhere", random_from(0), "random bytes from the first sector: cryptsetup, --header", size=16 * GIB),
    Kind("LUKS2 whose header was overwritten with zeros", random_from(16 * MIB),
         "the payload begins at 16 MiB: cryptsetup, lib/luks2/luks2.h, LUKS2_DEFAULT_HDR_SIZE",
         size=16 * GIB),
    Kind("dm-integrity", bytes_at((0, b"integrt\0" + le("BbHIQQQBB", 1, 16, 4, 88, 16 * GIB // 512 - 8192, 0, 0, 3, 15)),
         (4096, random.Random(3).randbytes(65536))),
         "drivers/md/dm-integrity.c, struct superblock, and its journal", b"integrt\0", 1, 16 * GIB, "DM_integrity"),
    Kind("dm-verity", verity, "cryptsetup-bin", b"verity\0\0"),
    Kind("thin pool's metadata", restored("thin_restore", THIN), "thin-provisioning-tools", le("Q", 27022010)),
    Kind("dm-cache's metadata", restored("cache_restore", CACHE), "thin-provisioning-tools", le("Q", 0o6142003)),
    Kind("dm-era's metadata", restored("era_restore", ERA), "thin-provisioning-tools", le("Q", 2126579579)),
    Kind("bcache backing device", tool("make-bcache", "-B", "@"), "bcache-tools", bytes.fromhex("c68573f64e1a45ca8265f57f48ba6d81"),
         blkid="bcache"),
    Kind("bcache cache", tool("make-bcache", "-C", "@"), "bcache-tools", bytes.fromhex("c68573f64e1a45ca8265f57f48ba6d81"), blkid="bcache"),
    Kind("bcachefs", bytes_at(*((at, padded((24, bytes.fromhex("c68573f666ce90a9d96a60cf803df7ef")), (72, b"disk"), size=1024))
                                for at in (4096, 4096 + MIB, -MIB))),
         "bcachefs-tools, libbcachefs/bcachefs_format.h: at sector 8, behind it, and a last one at the end",
         bytes.fromhex("c68573f666ce90a9d96a60cf803df7ef"), 3, 16 * GIB),
    Kind("zfs, four labels", zfs(0, 1, 2, 3), "OpenZFS, vdev_label.c", b"pool_guid", 4, 4 * TIB, "zfs_member"),
    Kind("zfs, the labels at the end", zfs(2, 3), "OpenZFS, vdev_label.c", b"pool_guid", 2, 4 * TIB, "zfs_member"),
    Kind("zfs, one label", zfs(1), "OpenZFS, vdev_label.c", b"pool_guid", 1, 4 * TIB, "zfs_member"),
    Kind("DRBD 8", drbd(0x8374026B), "drbd-utils, drbdmeta.c: struct md_on_disk_08, the last 4 KiB", be("I", 0x8374026B), 1, 16 * GIB, "drbd"),
    Kind("DRBD 9", drbd(0x8374026D), "drbd-utils, drbdmeta.c: struct meta_data_on_disk_9", be("I", 0x8374026D), 1, 16 * GIB, "drbd"),
    Kind("VDO", vdo, "drivers/md/dm-vdo/encodings.c", b"dmvdo001", 1, 16 * GIB, "vdo"),
    Kind("VDO by its tool", tool("vdoformat", "--force", "@"), "vdo", b"dmvdo001", 1, 16 * GIB, "vdo"),
    Kind("swap", foreign.swap, "util-linux", b"SWAPSPACE2", blkid="swap"),
    Kind("swap with 64 KiB pages", tool("mkswap", "--pagesize", "65536", "@"), "util-linux", b"SWAPSPACE2"),
    Kind("swap with a hibernated system", swap_with_a_hibernated_system, "kernel/power/swap.c", b"S1SUSPEND", blkid="swsuspend"),
    Kind("swap of Linux 2.0", bytes_at((0, b"\xff" * 512), (4086, b"SWAP-SPACE")), BLKID + "swap.c", b"SWAP-SPACE", 1, 16 * GIB, "swap"),
    Kind("Stratis", bytes_at(*((sector * 512 + 4, b"!Stra0tis\x86\xff\x02^Arh" + bytes(range(64))) for sector in (1, 9))),
         BLKID + "stratis.c", b"!Stra0tis", 2, 16 * GIB),
    Kind("GEOM mirror of FreeBSD", bytes_at((-512, b"GEOM::MIRROR" + bytes(range(90)))),
         "FreeBSD sys/geom/mirror/g_mirror.h: the last sector", b"GEOM::MIRROR", 1, 16 * GIB),
    Kind("LVM of Linux 2.4", bytes_at((0, b"HM\x01\0" + bytes(range(200)))), BLKID + "lvm.c: LVM1_member", b"HM\x01\0", 1, 16 * GIB),
    Kind("btrfs beside an old mdraid", both(foreign.btrfs, foreign.md_1_0), "btrfs-progs", b"_BHRfS_M", 2),
]
