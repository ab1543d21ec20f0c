"""A master with a fleet that has a new key at every boot: who is let in, and who isn't."""

import json
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent import PROGRAM
from conftest import MINION, SUMMARY
from disk_lab import Lab
from inventory import Inventory
from loopdisk import run
from master import Master, Minion, until

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@pytest.fixture
def reboot(lab: Lab, inventory: Inventory) -> Iterator[object]:
    """A boot of this machine: a boot id of its own, which the agent reports."""
    lab.make_disk()
    lab.configure(more=inventory.for_agents)
    count = 0

    def boot() -> None:
        nonlocal count
        count += 1
        SUMMARY.unlink(missing_ok=True)
        fresh = lab.folder / f"boot-id-{count}"
        fresh.write_text(f"{uuid.uuid4()}\n")
        run("mount", "--bind", fresh, BOOT_ID)
        assert lab.footing("apply").status in (0, 3)
        assert lab.footing("report", "--send").status == 0

    yield boot
    for _ in range(count):
        run("umount", BOOT_ID)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: the daemons' sockets lie there."""
    with tempfile.TemporaryDirectory(prefix="fs-", dir="/tmp", ignore_cleanup_errors=True) as made:
        yield Path(made)


def same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split()) != ""


def test_the_same_server_boots_twice_and_a_stranger_is_refused(folder: Path, inventory: Inventory, reboot) -> None:  # noqa: ANN001
    master = Master(folder / "master", inventory.access, {"footing": {"program": PROGRAM}})
    minions: list[Minion] = []

    def start(name: str, root: str, **more: object) -> Minion:
        minions.append(Minion(folder / root, master, name, **more))
        return minions[-1]

    try:
        reboot()
        first = start(MINION, "boot-1")
        until("the first boot's key is accepted", lambda: same(master.key(MINION), first.pub))
        assert master.answers(MINION)
        assert master.ask(MINION, "footing.version") == "0.1.0"
        guard = master.ask(MINION, "state.apply", "footing.guard")
        assert [(r["__id__"], r["result"]) for r in guard.values()] == [("footing-guard", True)], "schema and node are the inventory's"
        old_claim = master.ask(MINION, "grains.get", "footing_claim")
        assert old_claim["machine"] == json.loads(SUMMARY.read_text())["inventory"]["machine_id"]
        first.stop()

        reboot()
        second = start(MINION, "boot-2")
        until("the second boot's key is accepted", lambda: same(master.key(MINION), second.pub))
        assert master.answers(MINION)
        assert not same(first.pub, second.pub)
        second.stop()

        # Who has no boot id has no proof: not with the right machine and last boot's words, and not under a new name. Salt's
        # own lists of keys take `*` for all of them.
        for name, why in (("*", "'*' can't be a minion of footing: letters, digits, '.', '_' and '-' are"),
                          (MINION, f"the proof is not of the present boot of {MINION}"),
                          ("stor-r99-u01", f"machine {old_claim['machine']} is {MINION} and not stor-r99-u01")):
            said = len(master.decisions())
            stranger = start(name, f"stranger-{len(minions)}", module_dirs=[], grains={"footing_claim": old_claim})
            line = until("the stranger is refused", lambda said=said: master.decisions()[said:])[0]
            assert f"key of {name}: refused {why}" in line
            assert not same(master.key(name), stranger.pub)
            stranger.stop()
        assert same(master.key(MINION), second.pub), "a stranger's attempt takes nobody's key away"
        assert same(master.key("stor-r99-u01", "minions_pre"), minions[-1].pub), "it waits for a person"
    except BaseException:
        print(master.log.read_text()[-6000:])
        for minion in minions[-1:]:
            print(minion.log.read_text()[-2000:])
        raise
    finally:
        for daemon in [*minions, master]:
            daemon.stop()
