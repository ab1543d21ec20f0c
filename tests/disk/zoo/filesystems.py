"""Filesystems, made by their own mkfs where Debian has it."""

from pathlib import Path

import foreign
from zoo.kind import GIB, MIB, TIB, Kind, LoopDisk, Make, be, both, bytes_at, le, padded, run, tool

ID = "6f6e6520-7468-6174-2069-7320676f6e65"
ID_BYTES = bytes.fromhex(ID.replace("-", ""))
BIG = 16 * TIB - 4096  # the largest file of the ext4 below

BLKID = "util-linux 2.41, libblkid/src/superblocks/"


def ext(kind: str, *options: str) -> Make:
    return tool(f"mkfs.{kind}", "-q", "-F", "-U", ID, "-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=1", *options, "@")


def from_files(*argv: str) -> Make:
    """A tool that writes an image of a folder: "FOLDER" and "IMAGE" in its arguments; the image is put on the drive."""

    def make(disk: LoopDisk) -> None:
        image = disk.file.with_suffix(".made")
        run(*(a.replace("FOLDER", str(Path(__file__).parent)).replace("IMAGE", str(image)) for a in argv))
        run("dd", f"if={image}", f"of={disk.path}", "bs=1M", "conv=fsync,sparse", "status=none")
        image.unlink()

    return make


def ext4_with_its_journal_elsewhere(disk: LoopDisk) -> None:
    journal = disk.file.with_suffix(".journal")
    with journal.open("xb") as file:
        file.truncate(64 * MIB)
    other = LoopDisk(journal).attach()
    try:
        run("mkfs.ext4", "-q", "-F", "-O", "journal_dev", "-b", "4096", other.path)
        ext("ext4", "-b", "4096", "-J", f"device={other.path}")(disk)
    finally:
        other.detach()
        journal.unlink()


def _hfs_plus() -> bytes:
    """Apple TN1150, struct HFSPlusVolumeHeader: signature, version 4, block size and count, the catalog file in block 2."""
    return padded((0, b"H+"), (2, be("H", 4)), (8, b"10.0"), (40, be("III", 4096, GIB // 4096, GIB // 4096 - 64)), (288, be("II", 2, 1)),
        size=512)


def _hfs() -> bytes:
    """Inside Macintosh: Files, master directory block: signature, allocation block count, size, first block, name."""
    return padded((0, b"BD"), (18, be("HI", 32000, 32768)), (28, be("H", 16)), (36, b"\x04disk"), size=512)


NILFS = ("mkfs.nilfs2", "-q", "-f", "@")

KINDS = [
    Kind("xfs", tool("mkfs.xfs", "-q", "-K", "-d", "agcount=4", "@"), "xfsprogs", b"XFSB", 4, blkid="xfs"),
    Kind("xfs without bigtime", tool("mkfs.xfs", "-q", "-K", "-d", "agcount=4", "-m", "bigtime=0,rmapbt=0,reflink=0", "@"), "xfsprogs",
         b"XFSB", 4, blkid="xfs"),
    Kind("xfs v4", tool("mkfs.xfs", "-q", "-K", "-d", "agcount=4", "-m", "crc=0", "@"), "xfsprogs", b"XFSB", 4, blkid="xfs"),
    Kind("xfs of 16 GiB", tool("mkfs.xfs", "-q", "-K", "-d", "agcount=4", "@"), "xfsprogs", b"XFSB", 4, 16 * GIB, "xfs"),
    Kind("xfs of 16 TiB", foreign.xfs, "xfsprogs", b"XFSB", 16, BIG, "xfs"),
    Kind("ext2", ext("ext2"), "e2fsprogs", ID_BYTES, 4, blkid="ext2"),
    Kind("ext2 with 1 KiB blocks", ext("ext2", "-b", "1024"), "e2fsprogs", ID_BYTES, 6, blkid="ext2"),
    Kind("ext3", ext("ext3"), "e2fsprogs", ID_BYTES, 4, blkid="ext3"),
    Kind("ext4", ext("ext4"), "e2fsprogs", ID_BYTES, 4, blkid="ext4"),
    Kind("ext4 of 64 GiB", ext("ext4"), "e2fsprogs", ID_BYTES, 14, 64 * GIB, "ext4"),
    Kind("ext4 with its journal elsewhere", ext4_with_its_journal_elsewhere, "e2fsprogs", ID_BYTES, 4, blkid="ext4"),
    Kind("ext4's journal device", tool("mkfs.ext4", "-q", "-F", "-O", "journal_dev", "-U", ID, "@"), "e2fsprogs", ID_BYTES, blkid="jbd"),
    Kind("btrfs", foreign.btrfs, "btrfs-progs", b"_BHRfS_M", 2, blkid="btrfs"),
    Kind("btrfs of 300 GiB", foreign.btrfs, "btrfs-progs", b"_BHRfS_M", 3, 300 * GIB, "btrfs"),
    Kind("f2fs", tool("mkfs.f2fs", "-q", "-f", "-t", "0", "@"), "f2fs-tools", le("I", 0xF2F52010), 2, blkid="f2fs"),
    Kind("nilfs2", tool(*NILFS), "nilfs-tools", le("H", 0x3434) + le("H", 280), 2, blkid="nilfs2"),
    Kind("nilfs2 of 1 TiB", tool(*NILFS), "nilfs-tools", le("H", 0x3434) + le("H", 280), 2, TIB, "nilfs2"),
    Kind("reiserfs", tool("mkreiserfs", "-q", "-f", "-f", "@"), "reiserfsprogs", b"ReIsEr2Fs", blkid="reiserfs"),
    Kind("jfs", tool("mkfs.jfs", "-q", "@"), "jfsutils", b"JFS1", 2, blkid="jfs"),
    Kind("ntfs", tool("mkntfs", "-F", "-Q", "@"), "ntfs-3g", b"NTFS    ", 2, blkid="ntfs"),
    Kind("exfat", tool("mkfs.exfat", "@"), "exfatprogs", b"EXFAT   ", 2, blkid="exfat"),
    Kind("fat12", tool("mkfs.vfat", "-F", "12", "@", "100000"), "dosfstools", b"FAT12   ", blkid="vfat"),
    Kind("fat16", tool("mkfs.vfat", "-F", "16", "@"), "dosfstools", b"FAT16   ", blkid="vfat"),
    Kind("fat32", tool("mkfs.vfat", "-F", "32", "@"), "dosfstools", b"FAT32   ", 2, blkid="vfat"),
    Kind("udf", tool("mkudffs", "-b", "512", "@"), "udftools", b"NSR0", blkid="udf"),
    Kind("udf of 16 GiB", tool("mkudffs", "-b", "2048", "@"), "udftools", b"NSR0", 1, 16 * GIB, "udf"),
    Kind("iso9660", from_files("genisoimage", "-quiet", "-R", "-J", "-o", "IMAGE", "FOLDER"), "genisoimage", b"CD001", 3, blkid="iso9660"),
    Kind("iso9660 with GPT and MBR", from_files("xorriso", "-as", "mkisofs", "-quiet", "-partition_offset", "16", "-appended_part_as_gpt",
                                                "-append_partition", "2", "0xef", __file__, "-o", "IMAGE", "FOLDER"), "xorriso", b"CD001",
                                                3),
    Kind("squashfs", from_files("mksquashfs", "FOLDER", "IMAGE", "-quiet", "-no-progress", "-processors", "1"), "squashfs-tools", b"hsqs",
         blkid="squashfs"),
    Kind("erofs", from_files("mkfs.erofs", "--quiet", "IMAGE", "FOLDER"), "erofs-utils", le("I", 0xE0F5E1E2), blkid="erofs"),
    Kind("cramfs", from_files("mkfs.cramfs", "FOLDER", "IMAGE"), "util-linux-extra", b"Compressed ROMFS", blkid="cramfs"),
    Kind("romfs", from_files("genromfs", "-d", "FOLDER", "-f", "IMAGE"), "genromfs", b"-rom1fs-", blkid="romfs"),
    Kind("ubi", bytes_at(*((block * 131072, b"UBI#\x01" + bytes(15) + be("II", 2048, 4096)) for block in range(2048))),
         "drivers/mtd/ubi/ubi-media.h, struct ubi_ec_hdr: one in every eraseblock", b"UBI#", 2048, blkid="ubi"),
    Kind("jffs2", from_files("mkfs.jffs2", "--pad=1048576", "--root=FOLDER", "--output=IMAGE"), "mtd-utils", b"\x85\x19", 10),
    Kind("minix 3", tool("mkfs.minix", "-3", "@"), "util-linux-extra", le("H", 0x4D5A), blkid="minix"),
    Kind("ubifs", from_files("mkfs.ubifs", "--root=FOLDER", "--min-io-size=2048", "--leb-size=126976", "--max-leb-cnt=400", "--output=IMAGE"),
         "mtd-utils", le("I", 0x06101831), 10, blkid="ubifs"),
    Kind("minix 2", tool("mkfs.minix", "-2", "@"), "util-linux-extra", le("H", 0x2478), blkid="minix"),
    Kind("minix 1", tool("mkfs.minix", "-1", "@"), "util-linux-extra", le("H", 0x138F), blkid="minix"),
    Kind("bfs", tool("mkfs.bfs", "@", "1000"), "util-linux-extra", le("I", 0x1BADFACE), blkid="bfs"),
    Kind("gfs2", tool("mkfs.gfs2", "-q", "-O", "-K", "-p", "lock_nolock", "-j", "1", "-J", "8", "@"), "gfs2-utils",
         be("II", 0x01161970, 1), blkid="gfs2"),
    Kind("ocfs2", tool("mkfs.ocfs2", "-q", "-F", "-F", "-x", "-M", "local", "-N", "1", "--fs-features=backup-super", "@"), "ocfs2-tools",
         b"OCFSV2",
         3, 16 * GIB, "ocfs2"),
    Kind("apfs", tool("mkapfs", "@"), "apfsprogs", b"NXSB", 2, blkid="apfs"),
    Kind("hfs+", bytes_at((1024, _hfs_plus()), (-1024, _hfs_plus())), "Apple TN1150", b"H+\x00\x04", 2, 16 * GIB, "hfsplus"),
    Kind("hfs", bytes_at((1024, _hfs()), (-1024, _hfs())), "Inside Macintosh: Files; the alternate MDB is the last sector but one", b"BD",
         2, 16 * GIB, "hfs"),
    Kind("ufs2", bytes_at((65536 + 1372, le("I", 0x19540119)), (65536, le("IIII", 0, 0, 24, 32))),
         BLKID + "ufs.c; FreeBSD sys/ufs/ffs/fs.h",
         le("I", 0x19540119), 1, 16 * GIB),
    Kind("hammer2", bytes_at(*((zone << 31, be("Q", 0x3205448252542148) + bytes(range(64))) for zone in range(4))),
         "DragonFly sys/vfs/hammer2/hammer2_disk.h: HAMMER2_NUM_VOLHDRS headers, HAMMER2_ZONE_BYTES64 apart", be("Q", 0x3205448252542148),
         4, 16 * GIB),
    Kind("refs", bytes_at((0, b"\0\0\0ReFS\0"), (-512, b"\0\0\0ReFS\0")), BLKID + "refs.c", b"\0\0\0ReFS\0", 2, 16 * GIB),
    Kind("hpfs", bytes_at((8192, le("II", 0xF995E849, 0xFA53E9C5))), BLKID + "hpfs.c", le("I", 0xF995E849), 1, 16 * GIB),
    Kind("befs", bytes_at((544, b"1SFB"), (512, b"haiku")), BLKID + "befs.c", b"1SFB", 1, 16 * GIB),
    Kind("vxfs", bytes_at((1024, le("II", 0xA501FCF5, 4)), (8192, le("II", 0xA501FCF5, 4))), BLKID + "vxfs.c; fs/freevxfs/vxfs.h",
         le("I", 0xA501FCF5), 2,
         16 * GIB, "vxfs"),
    Kind("zonefs", bytes_at((0, le("I", 0x5A4F4653) + bytes(range(60)))), BLKID + "zonefs.c", b"SFOZ", 1, 16 * GIB),
    Kind("ext4 whose superblock has a flipped bit", foreign.ext4_whose_superblock_has_a_flipped_bit, "e2fsprogs", b"\x53\xef\x01\x00"),
    Kind("netware", bytes_at((4096, b"SPB5" + bytes(range(60)))), BLKID + "netware.c", b"SPB5", 1, 16 * GIB),
    Kind("two filesystems, one after the other", both(ext("ext4"), tool("mkfs.xfs", "-q", "-f", "-K", "-d", "agcount=4", "@")),
         "e2fsprogs, xfsprogs", b"XFSB", 4),
]
