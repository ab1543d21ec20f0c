"""One in another, and what is left when the outer one was wiped."""

import foreign
from zoo.filesystems import ID_BYTES, ext
from zoo.kind import GIB, MIB, TIB, Kind, Make, both, inside, tool
from zoo.tables import EFI_PART, sfdisk, wiped, with_an_old_backup

xfs: Make = tool("mkfs.xfs", "-q", "-f", "-K", "-d", "agcount=4", "@")
ONE_PARTITION = "label: gpt\nstart=1MiB\n"


def in_md(data_offset: int, size: int) -> Make:
    """mdadm --zero-superblock, and the member's filesystem is still there, where the data began."""
    return inside(xfs, data_offset, size - data_offset)


KINDS = [
    Kind("XFS in a GPT", both(sfdisk(ONE_PARTITION), inside(xfs, MIB, GIB - 2 * MIB)), "xfsprogs, util-linux", b"XFSB", 4,
         partitioned=True),
    Kind("XFS in a GPT that was wiped with sgdisk -Z",
         both(sfdisk(ONE_PARTITION), inside(xfs, MIB, GIB - 2 * MIB), wiped((0, 34 * 512), (-33 * 512, 33 * 512))), "xfsprogs", b"XFSB", 4,
         partitioned=True),
    Kind("XFS of 16 TiB in a GPT, head and tail wiped",
         both(inside(foreign.xfs, MIB, 16 * TIB - 4096 - 2 * MIB), wiped((0, 16 * MIB), (-16 * MIB, 16 * MIB))), "xfsprogs", b"XFSB", 14,
         16 * TIB - 4096, partitioned=True),
    Kind("ext4 beside an old GPT", with_an_old_backup(ext("ext4")), "e2fsprogs", EFI_PART),
    Kind("XFS beside an old GPT", with_an_old_backup(xfs), "xfsprogs", b"XFSB", 4),
    Kind("ext4 in an MBR partition at sector 63", both(sfdisk("label: dos\nstart=63\n"), inside(ext("ext4"), 63 * 512, GIB - MIB)),
         "e2fsprogs", ID_BYTES, 4),
    Kind("mdraid 1.2's XFS at 1 MiB, md wiped", in_md(MIB, GIB), "mdadm --zero-superblock", b"XFSB", 4),
    Kind("mdraid 1.2's XFS at 128 MiB, md wiped", in_md(128 * MIB, 16 * GIB), "mdadm, super1.c: room for a bitmap on big drives", b"XFSB",
         1, 16 * GIB),
    Kind("mdraid 1.2's XFS at 129 MiB, md wiped", in_md(129 * MIB, 16 * GIB), "mdadm, super1.c: 264192 sectors, the default on big drives",
         b"XFSB", 1, 16 * GIB),
    Kind("mdraid 1.0's XFS, md wiped", in_md(0, GIB - 64 * 1024), "mdadm --zero-superblock", b"XFSB", 4),
    Kind("mdraid 1.2 with XFS in it", both(foreign.md_1_2, in_md(MIB, GIB)), "mdadm, xfsprogs", b"XFSB", 4),
    Kind("LUKS2 in LVM", both(foreign.lvm, inside(foreign.luks2, MIB, 500 * MIB)), "lvm2, cryptsetup", b"\xba\xbe\x00\x02", 2),
    Kind("LUKS2 in LVM, the physical volume's label wiped", both(inside(foreign.luks2, MIB, 500 * MIB)), "pvremove -ff",
         b"\xba\xbe\x00\x02", 2),
    Kind("LVM in LUKS1, the header wiped", both(foreign.luks1, wiped((0, 4096))), "cryptsetup"),
    Kind("btrfs in a GPT, head and tail wiped",
         both(inside(foreign.btrfs, MIB, 300 * GIB - 2 * MIB), wiped((0, 16 * MIB), (-16 * MIB, 16 * MIB))), "btrfs-progs", b"_BHRfS_M", 2,
         300 * GIB, partitioned=True),
    Kind("ext4 in a GPT, head and tail wiped",
         both(inside(ext("ext4"), MIB, 64 * GIB - 2 * MIB), wiped((0, 16 * MIB), (-16 * MIB, 16 * MIB))), "e2fsprogs", ID_BYTES, 10,
         64 * GIB, partitioned=True),
]
