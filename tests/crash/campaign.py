"""Many states: every prefix first, then random ones of each kind, in batches of one per recording."""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from diskset import QUICK_PROOF, DiskSet
from states import KINDS, State, generate, prefix
from trial import Batch, Counts, Violation, judge, run_to_the_end

WHOLE_PROOF = ""  # the agent's own default
SHARES = {"prefix": 0.02, "lost": 0.30, "reordered": 0.13, "torn": 0.30, "foreign": 0.25}  # of the random states
SHRINKING = 60  # attempts
TOLD = 20  # broken claims


class Campaign:
    def __init__(self, disks: DiskSet, dice: random.Random, *, every_prefix: bool = True,
                 on_broken: Callable[[Violation], None] = lambda _: None) -> None:
        self.disks = disks
        self.dice = dice
        self.every_prefix = every_prefix
        self.stopped = False
        self.on_broken = on_broken  # hears of the first few as they are found
        self.counts = Counts()
        self.tried: set[str] = set()
        self.ran: set[str] = set()
        self.seconds: dict[str, float] = {}

    def stop(self) -> None:
        """After the batch under way: in the middle of one its disks are in use."""
        self.stopped = True

    def judge(self, wanted: int) -> None:
        self._go("judged", wanted, self.tried, lambda batch, number: judge(self.disks, batch, self.counts, WHOLE_PROOF if number % 16 == 0 else QUICK_PROOF))

    def broken_within(self, at_most: int) -> Violation | None:
        """Judges until the first broken claim."""
        for batch in self._batches(self.tried):
            judge(self.disks, batch, self.counts, QUICK_PROOF)
            if self.counts.violations or len(self.tried) >= at_most:
                return next(iter(self.counts.violations), None)
        return None

    def run_to_the_end(self, wanted: int) -> None:
        self._go("run to the end", wanted, self.ran, lambda batch, number: run_to_the_end(self.disks, batch, self.counts, repair=number % 8 == 0))

    def one(self, state: State) -> None:
        judge(self.disks, [("given", state)], self.counts, QUICK_PROOF)
        run_to_the_end(self.disks, [("given", state)], self.counts, repair=True)
        self._tell_from(0)

    def _tell_from(self, first: int) -> None:
        for violation in self.counts.violations[first:TOLD]:
            self.on_broken(violation)

    def _go(self, what: str, wanted: int, seen: set[str], act: Any) -> None:
        if wanted == 0 or self.stopped:
            return
        started = last_told = time.monotonic()
        done = 0
        for number, batch in enumerate(self._batches(seen)):
            batch = batch[: wanted - done]
            before = len(self.counts.violations)
            act(batch, number)
            self._tell_from(before)
            done += len(batch)
            now = time.monotonic()
            self.seconds[what] = now - started
            if now - last_told > (1 if sys.stderr.isatty() else 30) or done == wanted:
                last_told = now
                print(f"{done} of {wanted} states {what}, {done / (now - started):.0f}/s, {len(self.counts.violations)} broken", file=sys.stderr,
                      end="\r" if sys.stderr.isatty() and done < wanted else "\n", flush=True)
            if done == wanted or self.stopped:
                break

    def _batches(self, seen: set[str]) -> Iterator[Batch]:
        """One state for each recording; none comes twice."""
        sources = {name: self._states(name, seen) for name in self.disks.slots}
        while True:
            yield [next(source) for source in sources.values()]

    def _states(self, name: str, seen: set[str]) -> Iterator[tuple[str, State]]:
        recording = self.disks.slots[name].recording
        cuts = list(range(len(recording.entries) + 1))
        self.dice.shuffle(cuts)
        for cut in cuts if self.every_prefix else ():
            seen.add(str(prefix(recording, cut)))
            yield "prefix", prefix(recording, cut)
            yield self._fresh(name, seen)
        while True:
            yield self._fresh(name, seen)

    def _fresh(self, name: str, seen: set[str]) -> tuple[str, State]:
        while True:
            kind = self.dice.choices(KINDS, [SHARES[k] for k in KINDS])[0]
            state = generate(kind, self.disks.slots[name].recording, self.dice)
            if str(state) not in seen:
                seen.add(str(state))
                return kind, state


def shrink(disks: DiskSet, violation: Violation) -> Violation:
    """The same broken claim from a simpler state: without the stranger's byte, with less lost and nothing torn."""
    best = violation
    for _ in range(SHRINKING):
        smaller = next((found for state in simpler(best.state) if (found := still_broken(disks, state, violation))), None)
        if smaller is None:
            break
        best = smaller
    return best


def simpler(state: State) -> Iterator[State]:
    if state.foreign is not None:
        yield state.without_foreign()
    for i in range(len(state.landed)):
        yield State(state.recording, state.flushed, state.landed[:i] + state.landed[i + 1 :], state.foreign)


def still_broken(disks: DiskSet, state: State, violation: Violation) -> Violation | None:
    counts = Counts()
    judge(disks, [("shrunk", state)], counts, QUICK_PROOF)
    return next((found for found in counts.violations if found.claim == violation.claim), None)


def rows(campaign: Campaign) -> list[tuple[str, str, int, Counter[str]]]:
    counts = campaign.counts
    result = []
    for what, table in (("judged", counts.judged), ("run to the end", counts.ran)):
        for kind in (*KINDS, "given"):
            came = Counter({word: n for (k, word), n in table.items() if k == kind})
            if came:
                result.append((what, kind, came.total(), came))
    return result


def print_table(campaign: Campaign) -> None:
    print(f"{'':<15} {'kind':<10} {'states':>7}  what came of them")
    for what, kind, total, came in rows(campaign):
        print(f"{what:<15} {kind:<10} {total:>7}  {', '.join(f'{word} {n}' for word, n in came.most_common())}")
    for situation, n in campaign.counts.situations.most_common():
        print(f"{'situation':<15} {n:>18}  {situation}")
    for what, seconds in campaign.seconds.items():
        print(f"{'seconds':<15} {seconds:>18.0f}  {what}")
    print(f"{'xfs_repair -n':<15} {campaign.counts.repaired:>18}\n{'broken claims':<15} {len(campaign.counts.violations):>18}")


def table_as_json(campaign: Campaign) -> dict[str, Any]:
    return {"schema": "footing/crash/1", "seconds": campaign.seconds, "xfs_repair": campaign.counts.repaired,
            "situations": dict(campaign.counts.situations),
            "rows": [{"what": what, "kind": kind, "states": total, "came": dict(came)} for what, kind, total, came in rows(campaign)],
            "broken": [{"state": str(v.state), "claim": v.claim, "says": v.says} for v in campaign.counts.violations]}
