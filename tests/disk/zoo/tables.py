"""Partition tables of every machine a drive may come from, whole and in parts."""

import foreign
from zoo.filesystems import BLKID
from zoo.kind import GIB, MIB, TIB, Kind, LoopDisk, Make, be, both, bytes_at, le, padded, put, tool

BIG = 8 * TIB
EFI_PART = b"EFI PART"


def sfdisk(text: str) -> Make:
    return tool("sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", "--wipe", "never", "@", stdin=text.encode())


def parted(label: str, *more: str) -> Make:
    return tool("parted", "--script", "@", "mklabel", label, *more)


def wiped(*parts: tuple[int, int]) -> Make:
    return bytes_at(*((offset, bytes(size)) for offset, size in parts))


def with_an_old_backup(make: Make, end: int = 0) -> Make:
    """The backup table of another life beside what `make` makes: before the offset `end`, or at the end of the drive."""

    def place(disk: LoopDisk) -> None:
        foreign.gpt(disk)
        tail = disk.read(disk.size - 33 * 512, 33 * 512)
        put(disk, -33 * 512, bytes(33 * 512))
        put(disk, 0, bytes(34 * 512))
        disk.detach()
        disk.attach()
        make(disk)
        put(disk, (end or disk.size) - len(tail), tail)

    return place


LDM = b"PRIVHEAD" + bytes(4) + be("HH", 2, 12) + bytes(range(100))

KINDS = [
    Kind("GPT", foreign.gpt, "util-linux", EFI_PART, 2, BIG),
    Kind("GPT of a drive with 4 KiB sectors", foreign.gpt, "util-linux", EFI_PART, 2, sector=4096),
    Kind("empty GPT", foreign.gpt_empty, "util-linux", EFI_PART, 2, BIG),
    Kind("GPT with 300 partitions' room", sfdisk("label: gpt\ntable-length: 300\nstart=1MiB\n"), "util-linux", EFI_PART, 2),
    Kind("GPT, primary only", both(foreign.gpt, wiped((-34 * 512, 34 * 512))), "util-linux", EFI_PART, 1, BIG),
    Kind("GPT, backup only", both(foreign.gpt, wiped((0, MIB))), "util-linux", EFI_PART, 1, BIG),
    Kind("GPT, backup entries only", both(foreign.gpt, wiped((0, MIB), (-512, 512))), "util-linux", size=BIG),
    Kind("GPT without protective MBR", both(foreign.gpt, wiped((0, 512))), "util-linux", EFI_PART, 2, BIG),
    Kind("GPT, protective MBR only", both(foreign.gpt, wiped((512, MIB), (-34 * 512, 34 * 512))), "util-linux", b"\x55\xaa"),
    Kind("hybrid MBR", tool("sgdisk", "--new=1:2048:+64M", "--new=2:0:+64M", "--hybrid=1:2", "@"), "gdisk", EFI_PART, 2),
    Kind("GPT whose backup lies at the half", with_an_old_backup(bytes_at(), 8 * GIB), "sgdisk(8): a drive copied to a bigger one",
         EFI_PART, 1, 16 * GIB),
    Kind("GPT of Storage Spaces", sfdisk("label: gpt\ntype=E75CAF8F-F680-4CEE-AFA3-B001E56EFC2D, start=1MiB\n"),
         "Microsoft, PARTITION_INFORMATION_GPT", EFI_PART, 2, BIG),
    Kind("GPT of GPFS (NSD v2)", sfdisk("label: gpt\ntype=37AFFC90-EF7D-4E96-91C3-2D7AE055B174, start=1MiB\n"),
         "IBM Storage Scale, NSD creation", EFI_PART, 2, BIG),
    Kind("MBR", foreign.mbr, "util-linux", b"\x55\xaa"),
    Kind("MBR with logical partitions", sfdisk("label: dos\nsize=100MiB\ntype=5\nsize=100MiB\nsize=100MiB\n"), "util-linux", b"\x55\xaa",
         2, placed=False),
    Kind("MBR, boot signature only", foreign.mbr_boot_signature_only, "UEFI 2.10 §5.2.1", b"\x55\xaa"),
    Kind("MBR, boot code without signature", bytes_at((0, bytes.fromhex("fa31c08ed88ed0bc007c89e6"))), "IBM PC: code at 0, no 55AA at 510",
         b"\xfa\x31\xc0\x8e"),
    Kind("BSD disklabel", parted("bsd", "mkpart", "ext2", "1MiB", "100MiB"), "parted", le("I", 0x82564557)),
    Kind("Sun label", sfdisk("label: sun\n"), "util-linux", b"\xda\xbe", blkid="sun"),
    Kind("SGI volume header", sfdisk("label: sgi\n"), "util-linux", be("I", 0x0BE5A941), blkid="sgi"),
    Kind("SGI volume header by parted", parted("dvh"), "parted", be("I", 0x0BE5A941), blkid="sgi"),
    Kind("Apple partition map", parted("mac", "mkpart", "disk", "hfs", "1MiB", "100MiB"), "parted", b"PM\0\0", 2, blkid="mac"),
    Kind("Amiga rigid disk block", parted("amiga"), "parted", b"RDSK"),
    Kind("Atari", parted("atari", "mkpart", "primary", "ext2", "1MiB", "100MiB"), "parted", size=GIB),
    Kind("PC98", parted("pc98"), "parted", b"\x55\xaa"),
    Kind("loop label of parted", parted("loop"), "parted", b"GNU Parted Loopback"),
    Kind("AIX", bytes_at((0, be("I", 0xC9C2D4C1)), (7 * 512, b"_LVM" + bytes(range(64)))),
         BLKID.replace("superblocks", "partitions") + "aix.c", be("I", 0xC9C2D4C1), 1, 16 * GIB,
         "aix"),
    Kind("Windows dynamic disk", both(sfdisk("label: dos\ntype=42, start=63\n"),
         bytes_at((6 * 512, LDM), (-MIB + 1856 * 512, LDM), (-512, LDM))),
         "linux-ntfs, LDM: sector 6, the private region, the last sector; block/partitions/ldm.h", b"PRIVHEAD", 3, 16 * GIB),
    Kind("Sun label with its backup only", bytes_at((-2 * 512, padded((508, b"\xda\xbe\x12\x34"), size=512))),
         "Solaris, dklabel.h: copies on the last cylinder", b"\xda\xbe", 1, 16 * GIB),
]
