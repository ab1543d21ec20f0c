"""What must be said and done about a state, from the state alone: README.md's decision table, in a second hand.

    a COMMITTED record can be read   never formatted; enrolled, unless a stranger changed what must agree
    only an INTENT                   resumed; held if a stranger's byte stands where our work has none
    no record                        blank; every byte is 0, unless a stranger changed one: then held
"""

import struct
from dataclasses import dataclass

from ledger import COMMITTED, INTENT, is_in_ledger, states_of
from states import MIB, State, contents
from writelog import SECTOR, Recording, Sectors

FORMATS = {"enroll", "resume"}


@dataclass(frozen=True)
class Expected:
    situation: str
    verdicts: frozenset[str]
    actions: frozenset[str]

    @property
    def held(self) -> bool:
        return self.actions == {"none"}

    def broken_by(self, verdict: str, action: str) -> str | None:
        """The claim that an answer breaks."""
        if verdict not in self.verdicts or action not in self.actions:
            return f"{self.situation}: verdict {verdict}, action {action}; expected {' or '.join(sorted(self.verdicts))}"
        if (action in FORMATS) != (verdict in {"blank", "interrupted"}):
            return f"{self.situation}: verdict {verdict} with action {action}"
        return None


def _expected(situation: str, verdicts: str, actions: str) -> Expected:
    return Expected(situation, frozenset(verdicts.split()), frozenset(actions.split()))


BLANK = _expected("no record yet", "blank", "enroll")
COMMIT = _expected("a COMMITTED record", "enrolled", "mount")
WORK = _expected("only an INTENT", "interrupted", "resume")
STRANGER_ON_BLANK = _expected("a stranger's byte, no record", "foreign damaged", "none")
STRANGER_COMMITTED = _expected("a stranger's byte, a COMMITTED record", "enrolled damaged", "mount none")
STRANGER_ALONE = _expected("a stranger's byte where we wrote nothing", "damaged", "none")
STRANGER_WITHIN = _expected("a stranger's byte within our unfinished work", "damaged interrupted", "none resume")


def expect(recording: Recording, state: State) -> Expected:
    disk = contents(recording, state)
    records = states_of(disk)
    if COMMITTED in records:
        return COMMIT if state.foreign is None else STRANGER_COMMITTED
    if INTENT in records:
        if state.foreign is None:
            return WORK
        return STRANGER_ALONE if stands_alone(recording, state) else STRANGER_WITHIN
    return BLANK if state.foreign is None else STRANGER_ON_BLANK


def stands_alone(recording: Recording, state: State) -> bool:
    """True for a stranger's byte in the ledger, or with nothing of ours in its sector (in the partition: its 4 KiB block).

    In the log of the filesystem nothing can be told apart: what the kernel writes there carries no id.
    """
    assert state.foreign is not None
    offset = state.foreign[0]
    if is_in_ledger(offset):
        return True
    disk = contents(recording, state.without_foreign())
    start, end = MIB, recording.size - MIB
    unit = 4096 if start <= offset < end else recording.sector
    first = offset // unit * unit // SECTOR
    if any(first + i in disk for i in range(unit // SECTOR)):
        return False
    log = log_of(disk)
    return log is None or not log[0] <= offset < log[1]


def log_of(disk: Sectors) -> tuple[int, int] | None:
    """Where the XFS log lies, if there is a superblock (xfs_format.h, struct xfs_dsb)."""
    super_block = disk.get(MIB // SECTOR, b"")
    if super_block[:4] != b"XFSB":
        return None
    (block,) = struct.unpack_from(">I", super_block, 4)
    (start,) = struct.unpack_from(">Q", super_block, 48)
    (blocks,) = struct.unpack_from(">I", super_block, 96)
    group_blocks, group_bits = struct.unpack_from(">I", super_block, 84)[0], super_block[124]
    at = MIB + ((start >> group_bits) * group_blocks + (start & ((1 << group_bits) - 1))) * block
    return at, at + blocks * block
