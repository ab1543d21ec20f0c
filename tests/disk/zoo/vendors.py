"""Programs and products that write raw drives, most of them unknown to libblkid: byte by byte from what is published."""

import random

import foreign
from zoo.filesystems import BLKID
from zoo.kind import GIB, MIB, TIB, Kind, Make, be, both, bytes_at, le, padded

NOISE = random.Random(4)


def bluestore(*labels: int) -> Make:
    """A label of 4 KiB at each place, and the BlueFS superblock behind the first."""
    text = b"bluestore block device\n6f6e6520-7468-6174-2069-7320676f6e65\n\x02\x01" + bytes(range(200))
    return bytes_at(*((at, text) for at in labels))


def asm(unit: int) -> Make:
    """kfbh (endian, type 1 = disk header) and kfdhdb with the ASMLib label; the copy is the last block but one of unit 1."""
    header = padded((0, bytes([1, 0x82, 1, 1])), (32, b"ORCLDISKDATA_0000"), (72, b"DATA_0000"), (184, le("HHI", 512, 4096, unit)),
                    size=4096)
    free_space = padded((0, bytes([1, 0x82, 2, 1])), (32, b"\x01"), size=4096)
    return bytes_at((0, header), (4096, free_space), (2 * unit - 8192, header))


LABELS = [0] + [n << 30 for n in (1, 10, 100, 1000)]
LABELS_SOURCE = "Ceph, src/os/bluestore/BlueStore.cc: bdev_label_positions"
ASM = "Oracle ASM as kfed shows it: in 11.1.0.7 and later the header's copy is the second last metadata block of allocation unit 1"
MAGIC = le("Q", 0x4349747275730322)
GPFS = "IBM Storage Scale: sector 1 the file system's id, 2 the NSD's, from 8 on the file system descriptor"

KINDS = [
    Kind("Ceph BlueStore", bluestore(0), LABELS_SOURCE, b"bluestore block device", 1, 8 * TIB, "ceph_bluestore"),
    Kind("Ceph BlueStore with five labels", bluestore(*LABELS), LABELS_SOURCE, b"bluestore block device", 5, 8 * TIB, "ceph_bluestore"),
    Kind("Ceph BlueStore, a zapped one", bluestore(*LABELS[1:]), LABELS_SOURCE, b"bluestore block device", 4, 8 * TIB),
    Kind("Oracle ASM, units of 1 MiB", asm(MIB), ASM, b"ORCLDISK", 2, 16 * GIB, "oracleasm"),
    Kind("Oracle ASM, units of 4 MiB", asm(4 * MIB), ASM, b"ORCLDISK", 2, 8 * TIB, "oracleasm"),
    Kind("Oracle ASM, units of 16 MiB", asm(16 * MIB), ASM, b"ORCLDISK", 2, 8 * TIB, "oracleasm"),
    Kind("Oracle ASM, units of 64 MiB", asm(64 * MIB), ASM, b"ORCLDISK", 2, 8 * TIB, "oracleasm"),
    Kind("VMFS volume", bytes_at((MIB, b"\x0d\xd0\x01\xc0" + bytes(range(200)))), BLKID + "vmfs.c: the volume header at 1 MiB",
         b"\x0d\xd0\x01\xc0", 1, 8 * TIB, "VMFS_volume_member"),
    Kind("VMFS", bytes_at((2 * MIB, b"\x5e\xf1\xab\x2f" + bytes(range(200)))), BLKID + "vmfs.c: the filesystem at 2 MiB",
         b"\x5e\xf1\xab\x2f", 1, 8 * TIB, "VMFS"),
    Kind("VMFS on its volume", bytes_at((MIB, b"\x0d\xd0\x01\xc0" + bytes(range(200))),
         (19 * MIB, b"\x5e\xf1\xab\x2f" + bytes(range(200)))),
         "vmfs-tools, vmfs_volume.h and vmfs_fs.h: volume header at 1 MiB, its data 16 MiB behind it, the filesystem 2 MiB into them",
         b"\x5e\xf1\xab\x2f", 1, 8 * TIB),
    Kind("SPDK blobstore", bytes_at((0, b"SPDKBLOB" + le("IIIQI", 3, 4096, 1, 0, 4 * MIB) + b"LVOLSTORE\0" + bytes(range(90)))),
         "SPDK, lib/blob/blobstore.h: struct spdk_bs_super_block",
         b"SPDKBLOB", 1, 8 * TIB),
    Kind("Aerospike", bytes_at((0, MAGIC + le("III", 4, 0, 8 * MIB) + b"namespace" + bytes(64)), (8 * MIB, NOISE.randbytes(MIB))),
         "Aerospike server, as/include/storage/drv_common.h: DRV_HEADER_MAGIC, a header of 8 MiB, then blocks", MAGIC, 1, 8 * TIB),
    Kind("GPFS (NSD v1)", bytes_at((512, NOISE.randbytes(64)),
         (1024, b"NSD descriptor for /dev/sdb created by GPFS Thu Nov 21 2024" + NOISE.randbytes(64)), (4096, NOISE.randbytes(4096))),
         GPFS, b"NSD descriptor", 1, 8 * TIB),
    Kind("VxVM private region", bytes_at((128 * 1024, b"PRIV" + NOISE.randbytes(4096)),
         (32 * MIB + 128 * 1024, padded((1024, le("II", 0xA501FCF5, 7)), size=4096))),
         "Veritas Volume Manager Administrator's Guide: a private region of 32 MiB, then the public one; VxFS in it: fs/freevxfs/vxfs.h",
         b"PRIV", 1, 16 * GIB),
    Kind("BitLocker", bytes_at((0, b"\xeb\x58\x90-FVE-FS-" + bytes(range(160))), (33 * MIB, b"-FVE-FS-" + NOISE.randbytes(4096)),
         (16 * MIB, NOISE.randbytes(8 * MIB))), BLKID + "bitlocker.c",
         b"\xeb\x58\x90-FVE-FS-", 1, 16 * GIB),
    Kind("Apple CoreStorage", bytes_at((88, b"CS" + bytes(range(64))), (-512 + 88, b"CS" + bytes(range(64)))), BLKID + "cs_fvault2.c",
         bytes(range(64)), 2, 16 * GIB),
    Kind("SCOUTFS", bytes_at((65536, bytes(8) + le("Q", 0x103C428B) + bytes(range(64)))), "scoutfs, format.h: the superblock at 64 KiB",
         le("I", 0x103C428B), 1, 16 * GIB),
    Kind("mpool", bytes_at((0, b"mpoolDev" + bytes(range(64)))), BLKID + "mpool.c", b"mpoolDev", 1, 16 * GIB),
    Kind("Solaris on x86 (VTOC)", both(foreign.mbr, bytes_at((MIB + 512, padded((12, le("I", 0x600DDEEE)), size=512)))),
         BLKID.replace("superblocks", "partitions") + "solaris_x86.c",
         le("I", 0x600DDEEE), 1),
    Kind("HP-UX LVM", bytes_at((8192, b"HPLVM" + b"REC" + be("II", 1, 2)), (9216, b"LVMREC01" + bytes(range(64)))),
         "HP-UX lvm(7): the physical volume reserved area from 8 KiB on", b"HPLVM", 1, 16 * GIB),
    Kind("Redis, a dump written to a raw drive", bytes_at((0, b"REDIS0011" + NOISE.randbytes(2 * MIB))), "Redis, rdb.h", b"REDIS0011", 1,
         GIB),
    Kind("Swift's or MinIO's files", bytes_at((0, b"XL2 1   " + NOISE.randbytes(MIB))),
         "MinIO, xl-storage-format-v2.go: an object written to a raw drive", b"XL2 ", 1, GIB),
    Kind("qcow2 image written to a drive", bytes_at((0, b"QFI\xfb" + be("I", 3) + bytes(range(96))), (65536, NOISE.randbytes(MIB))),
         "QEMU, docs/interop/qcow2", b"QFI\xfb", 1, GIB),
    Kind("VHD, fixed: a footer only", bytes_at((-512, b"conectix" + bytes(range(200)))), "Microsoft, Virtual Hard Disk format: the footer",
         b"conectix", 1, 16 * GIB),
]
