"""Recordings as a wrong agent would have left them: writes moved and flushes dropped, to see that the run notices.

Nothing in the agent helps here: the writes are those of a right enrolment.
"""

from collections.abc import Callable

from ledger import COMMITTED, INTENT, state_of
from states import MIB
from writelog import SECTOR, Entry, Recording

Entries = list[Entry]


def write_of(recording: Recording, state: int) -> int:
    """The first write of a ledger record with that state."""
    return next(i for i, e in enumerate(recording.entries) if e.data and state_of(e.data[:SECTOR]) == state)


def first_in_partition(recording: Recording) -> int:
    last = recording.size - MIB
    return next(i for i, e in enumerate(recording.entries) if not e.is_flush and MIB <= e.sector * SECTOR < last)


def moved(entries: Entries, source: range, target: int) -> Entries:
    """The entries of `source` right before entry `target`."""
    taken = [entries[i] for i in source]
    kept = [(i, e) for i, e in enumerate(entries) if i not in source]
    return [e for i, e in kept if i < target] + taken + [e for i, e in kept if i >= target]


def committed_before_the_filesystem_is_flushed(recording: Recording) -> Recording:
    commit, start = write_of(recording, COMMITTED), first_in_partition(recording)
    flush = next(i for i in range(start, commit) if recording.entries[i].is_flush)
    return recording.with_entries(moved(recording.entries, range(commit, commit + 1), flush))


def no_flush_of_the_filesystem(recording: Recording) -> Recording:
    inside = range(first_in_partition(recording), write_of(recording, COMMITTED))
    return recording.with_entries([e for i, e in enumerate(recording.entries) if not (e.is_flush and i in inside)])


def no_flush_after_the_intent(recording: Recording) -> Recording:
    intent = write_of(recording, INTENT)
    assert recording.entries[intent + 1].is_flush
    return recording.with_entries(recording.entries[: intent + 1] + recording.entries[intent + 2 :])


def intent_after_the_table(recording: Recording) -> Recording:
    intent = write_of(recording, INTENT)
    return recording.with_entries(moved(recording.entries, range(intent, intent + 2), first_in_partition(recording)))


BROKEN_ORDERS: dict[str, Callable[[Recording], Recording]] = {
    "COMMITTED before the filesystem is flushed": committed_before_the_filesystem_is_flushed,
    "no flush of the filesystem": no_flush_of_the_filesystem,
    "no flush after the INTENT": no_flush_after_the_intent,
    "INTENT after the table": intent_after_the_table,
}


def acknowledged_and_lost(recording: Recording) -> Recording:
    """The customer's fsync returned, and nothing of the file was written."""
    first, last = recording.customer
    kept = [e for i, e in enumerate(recording.entries[:last]) if i < first or e.is_flush]
    return Recording(recording.name, recording.size, recording.sector, recording.base, kept, (first, len(kept)))
