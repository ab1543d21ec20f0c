"""The ledger in a state that is not on any device: an independent reading of agent/model/ledger.hpp."""

import struct
from functools import lru_cache

from agent import COMMITTED, INTENT, SLOTS, crc32c
from writelog import SECTOR, Sectors

__all__ = ["COMMITTED", "INTENT", "is_in_ledger", "states_of"]


@lru_cache(maxsize=4096)
def state_of(record: bytes) -> int | None:
    """INTENT or COMMITTED, or None for a record that can't be believed."""
    if record[:8] != b"FOOTLEDG" or struct.unpack_from("<I", record, 508)[0] != crc32c(record[:508]):
        return None
    return struct.unpack_from("<I", record, 12)[0]


def states_of(disk: Sectors) -> list[int | None]:
    """Of both slots. Behind the record nothing may lie: a slot with a stranger's byte is not believed."""
    result: list[int | None] = []
    for offset in SLOTS:
        first = offset // SECTOR
        clean = not any(first + i in disk for i in range(1, 8))
        result.append(state_of(disk[first]) if clean and first in disk else None)
    return result


def is_in_ledger(offset: int) -> bool:
    return SLOTS[0] <= offset < SLOTS[1] + 4096
