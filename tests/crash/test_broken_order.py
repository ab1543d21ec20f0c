"""The test of the test: orders of writing that lose data must be reported, with a state that shows it."""

import random
from pathlib import Path

import pytest

import agent
from brokenorder import BROKEN_ORDERS, acknowledged_and_lost
from campaign import Campaign, shrink
from diskset import DiskSet
from states import State, parse, prefix
from trial import Counts, run_to_the_end
from writelog import Recording, load, save

STATES = 2400


@pytest.mark.parametrize("order", BROKEN_ORDERS)
def test_a_wrong_order_of_writing_is_reported(recordings: list[Recording], scratch: Path, order: str) -> None:
    with DiskSet([BROKEN_ORDERS[order](r) for r in recordings], scratch / "disks") as disks:
        found = Campaign(disks, random.Random(1), every_prefix=False).broken_within(STATES)
        assert found is not None, f"{order}: {STATES} states, and none was found wrong"
        small = shrink(disks, found)
        assert parse(str(small.state)) == small.state and len(small.state.landed) <= len(found.state.landed)


def test_the_right_order_is_not_reported(disks: DiskSet) -> None:
    assert Campaign(disks, random.Random(1), every_prefix=False).broken_within(STATES // 6) is None


def test_a_lost_file_of_a_customer_is_reported(recordings: list[Recording], scratch: Path) -> None:
    broken = [acknowledged_and_lost(r) for r in recordings]
    claims = violations_at_the_end(broken, scratch)
    assert len(claims) == len(broken) and all("the customer's file is gone" in claim for claim in claims), claims
    assert violations_at_the_end(recordings, scratch) == []


def violations_at_the_end(recordings: list[Recording], scratch: Path) -> list[str]:
    with DiskSet(recordings, scratch / "disks") as disks:
        counts = Counts()
        run_to_the_end(disks, [("prefix", prefix(r, r.customer[1])) for r in recordings], counts, repair=False)
        return [violation.claim for violation in counts.violations]


def test_a_write_to_a_held_disk_is_reported(disks: DiskSet, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agent_that_writes = scratch / "footing"
    agent_that_writes.write_text(f"""#!/bin/sh
{agent.PROGRAM} "$@"
status=$?
for disk in $(grep -o '/dev/loop[0-9]*' "$2"); do printf x | dd of="$disk" bs=1 seek=3145728 conv=notrunc,fsync status=none; done
exit $status
""")
    agent_that_writes.chmod(0o755)
    # A byte in the gap, beside an INTENT.
    batch = [("foreign", State(name, 4, (), (512 * 1024, 0xA5))) for name in disks.slots]
    for program, broken in ((agent.PROGRAM, 0), (str(agent_that_writes), len(batch))):
        monkeypatch.setattr(agent, "PROGRAM", program)
        counts = Counts()
        run_to_the_end(disks, batch, counts, repair=False)
        assert [violation.claim.rpartition(": ")[2] for violation in counts.violations] == ["held, and yet written to"] * broken


@pytest.mark.parametrize("text", ["blank512.03:31:32-40,45,42/0-3@1044480=a5", "blank.00:0:", "resume.01:7:9,8,7", "x:1:4/0-1+3+7"])
def test_a_state_is_spelled_as_it_is_read(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize("text", ["", "x", "x:1", "x:a:1", "x:1:1@5", "x:1:1@5=zz"])
def test_no_state_is_made_of_nonsense(text: str) -> None:
    with pytest.raises(ValueError, match="is no state"):
        parse(text)


def test_a_recording_is_loaded_as_it_was_saved(recordings: list[Recording], scratch: Path) -> None:
    save(recordings[0], scratch / "saved.json.gz")
    assert load(scratch / "saved.json.gz") == recordings[0]
