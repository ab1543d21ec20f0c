"""The stand: two blank drives and a stranger's one, an agent that is spoilt in one run and left alone in the next two."""

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "disk"))

from agent import COMMITTED, PROGRAM, LedgerRecord, ledger, run_agent, run_until  # noqa: E402
from calls import FLUSHES, Call, Case, nameless, read_log  # noqa: E402
from conftest import Lab  # noqa: E402
from loopdisk import MIB, LoopDisk, run  # noqa: E402

TAMPER = os.environ.get("TAMPER", "tamper")
SIZE = 600 * MIB  # more than is read whole
OWNER = ("nobody", "nogroup")  # whom a filesystem's root is given to
RULE = f"    owner: {':'.join(OWNER)}\n"
SETTINGS = "proof: {window: 8 MiB, samples: 4}\ndeadlines: {observe: 30 s, enroll: 45 s}\n"
ENDS_WITHIN = 150  # seconds: longer than both deadlines
BLKDISCARD = 0x1277
# main forks one worker that lists the drives, then one for each drive's look, then one for each enrolment
SURVEYOR, LOOKER, ENROLLER = "worker1", "worker2", "worker5"
STEPS = ("second look", "look inside", "claim", "intent", "table", "partition", "mkfs", "flush", "verify", "first mount", "commit",
         "open", "lock", "mount", "attach", "marker", "make", "guard", "worker", "look at", "changed", "add partition")


@dataclass
class Run:
    status: int
    out: str
    err: str
    spoilt: list[Call]

    def disk(self, disk: LoopDisk) -> dict[str, Any] | None:
        try:
            (found,) = [d for d in json.loads(self.out)["disks"] if d["path"] == disk.path]
        except (ValueError, KeyError):
            return None
        return found


class Stand:
    """`start`: how both drives are when the spoilt run begins: blank, interrupted or enrolled."""

    def __init__(self, folder: Path, start: str = "blank") -> None:
        self.lab, self.start = Lab(folder), start
        self.first, self.second, self.other = (self.lab.make_disk(SIZE, in_memory=True) for _ in range(3))
        run("mkfs.ext4", "-q", "-F", "-E", "nodiscard,lazy_itable_init=0", self.other.path)
        self.foreign = self.other.fingerprint()
        self.case_number = 0

    def reset(self) -> None:
        """Two drives as they were at first, and a mount root that nobody has used."""
        self.lab.unmount_all()
        for disk in (self.first, self.second):
            disk.forget_partitions()
            fd = os.open(disk.path, os.O_RDWR | os.O_EXCL)
            fcntl.ioctl(fd, BLKDISCARD, struct.pack("QQ", 0, SIZE))
            os.close(fd)
        self.case_number += 1
        self.lab.mount_root = self.lab.folder / "mnt" / str(self.case_number)
        self.lab.mount_root.mkdir(parents=True)
        self.lab.configure(rule=RULE, more=SETTINGS)
        if self.start == "interrupted":
            assert run_until(f"{self.second.path}: mkfs", "--config", self.lab.config_file, "apply")
        if self.start == "enrolled":
            assert run_agent("--config", self.lab.config_file, "apply").status == 3  # the stranger's is held
        if self.start != "blank":
            self.power_cycle()
        # The agent numbers its workers in the order of the drives' names; those change with each attach.
        self.first, self.second = sorted((self.first, self.second), key=lambda disk: (len(disk.path), disk.path))

    def tampered(self, *how: str, hook: str = "") -> Run:
        log = self.lab.folder / "calls"
        said = {"TAMPER_DRIVES": ",".join(disk.name for disk in (self.first, self.second, self.other)), "TAMPER_HOOK": hook}
        agent = subprocess.Popen([TAMPER, log, *how, PROGRAM, "--config", self.lab.config_file, "apply", "--json"], text=True, env=os.environ | said,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            out, err = agent.communicate(timeout=ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(agent.pid, signal.SIGKILL)
            out, err = agent.communicate()
            err += f"(no end within {ENDS_WITHIN} s)"
        return Run(agent.returncode, out, err, [call for was_spoilt, call in read_log(log.read_text()) if was_spoilt])

    def calls(self) -> list[Call]:
        """Of a run that nobody spoils."""
        self.reset()
        done = self.tampered("-")
        assert done.status == 3, done
        made = [call for _, call in read_log((self.lab.folder / "calls").read_text())]
        assert not nameless(made), f"tamper.cpp knows no names for the system calls {nameless(made)}"
        return made

    def power_cycle(self) -> None:
        wait_for_orphans()
        self.lab.power_cycle()
        self.lab.configure(rule=RULE, more=SETTINGS)

    def close(self) -> None:
        wait_for_orphans()
        self.lab.mount_root = self.lab.folder / "mnt"
        self.lab.close()


def wait_for_orphans() -> None:
    """Processes of a killed agent became ours (the caller is a subreaper): they must be gone before the power is."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def mounts_at(where: str) -> int:
    return sum(line.split()[4] == where for line in Path("/proc/self/mountinfo").read_text().splitlines())


def newest(disk: LoopDisk) -> LedgerRecord | None:
    return max((r for r in ledger(disk) if r), key=lambda r: r.sequence, default=None)


class Trial:
    """One case: the spoilt run, the next, and one after a power cycle; `wrong` holds every broken promise."""

    def __init__(self, stand: Stand, case: Case) -> None:
        self.stand, self.case = stand, case
        self.wrong: list[str] = []
        self.spoilt: Run | None = None
        self.said = ""

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)

    def run(self) -> bool:
        """False if the call that was to be spoilt never came."""
        stand, case = self.stand, self.case
        stand.reset()
        often = "ever" if case.ever else "once"
        self.spoilt = stand.tampered(case.call.role, case.call.name, str(case.call.nth), often, case.how, case.victim)
        if not self.spoilt.spoilt:
            return False
        before = None
        if case.then == "cycle":
            wait_for_orphans()
            before = newest(stand.first)
        if case.how != "kill":
            self.check_spoilt_run()
        kept = self.write_where_mounted()
        if case.then == "cycle":
            stand.power_cycle()
        self.check_next_run(before, kept)
        self.check_foreign()
        wait_for_orphans()
        return True

    def check_foreign(self) -> None:
        self.expect(self.stand.other.fingerprint() == self.stand.foreign, "THE FOREIGN DRIVE WAS WRITTEN TO")

    def check_spoilt_run(self) -> None:
        """A run in which a call failed: what it says is true, it ends by itself, and it names the step."""
        assert self.spoilt
        run1, stand, case = self.spoilt, self.stand, self.case
        entry = run1.disk(stand.first)
        self.expect(run1.status in (1, 3, 78), f"the spoilt run ended with {run1.status}: {run1.err[-300:]}")
        if entry is None:
            dumb = case.ever and (case.call.role, case.call.name) == ("main", "write")  # nothing that it says arrives: only its status tells
            self.expect(run1.status != 0 and (dumb or "footing:" in run1.err), f"neither an answer nor a sentence: {run1.err[-300:]!r}")
            self.said = run1.err.strip().splitlines()[-1] if run1.err.strip() else ""
            return
        outcome, error = entry["outcome"], entry["outcome_error"]
        self.said = f"{entry['verdict']} {outcome}: {error or [r['sentence'] for r in entry['reasons']]}"
        good = outcome in ("enrolled", "mounted")
        if good:
            self.check_stands(stand.first, entry["mount_point"])
        else:
            self.expect(outcome in ("failed", "held"), f"outcome '{outcome}'")
            self.expect(bool(error) or any(r["sentence"] for r in entry["reasons"]), "no reason is given")
            self.expect(outcome != "failed" or any(step in error for step in STEPS), f"no step is named: {error}")
        self.expect(not (good and case.how == "another"), "another drive was enrolled than the one that was judged")
        self.expect(good or (case.call.role, case.call.name) != ("main", "poll"), "main heard nobody")
        flushed_ours = case.call.name in FLUSHES and case.call.role.startswith(ENROLLER)
        self.expect(not (flushed_ours and good), f"a failed {case.call.name} was taken for a flush")
        if case.call.role in ("main", SURVEYOR):
            return  # it looks at all drives: none of them is a bystander
        for disk, outcome in ((stand.other, "held"), (stand.second, "mounted" if stand.start == "enrolled" else "enrolled")):
            bystander = run1.disk(disk)
            self.expect(bystander is not None and bystander["outcome"] == outcome, f"a bystander, {disk.path}, is not {outcome}: {bystander}")

    def check_stands(self, disk: LoopDisk, where: str) -> None:
        """Enrolled means: both records, the table, the filesystem and the marker, read by others than the agent."""
        records = ledger(disk)
        self.expect([r.state if r else None for r in records] == [COMMITTED, COMMITTED], f"the ledger holds {records}")
        if not all(records):
            return
        first, second = records
        assert first and second
        self.expect(first.disk_id == second.disk_id and abs(first.sequence - second.sequence) == 1, f"the records differ: {records}")
        table = subprocess.run(["sfdisk", "--verify", "--quiet", disk.path], capture_output=True, text=True, check=False)
        self.expect(table.returncode == 0, f"sfdisk --verify: {table.stderr}")
        superblock = disk.read(MIB, 48)
        self.expect(superblock[:4] == b"XFSB" and superblock[32:48].hex() == first.disk_id.replace("-", ""), "no XFS with the disk id")
        self.expect(mounts_at(where) == 1, f"{mounts_at(where)} mounts at {where}")
        self.expect((Path(where).owner(), Path(where).group()) == OWNER, f"{where} is {Path(where).owner()}'s")
        marker = [json.loads(file.read_text()) for file in Path(where).glob(".footing*")]
        self.expect([m["disk_id"] for m in marker] == [first.disk_id], f"the markers are {marker}")

    def write_where_mounted(self) -> bool:
        """A service's first file, as soon as there is a place for it. True if there was."""
        record = newest(self.stand.first) if self.case.then == "cycle" else None
        where = self.stand.lab.mount_root / record.label if record else None
        if not where or mounts_at(str(where)) == 0:
            return False
        (where / "object").write_text("a customer's")
        run("sync", "--file-system", where)
        return True

    def check_next_run(self, before: LedgerRecord | None, kept: bool) -> None:
        stand = self.stand
        answer = run_agent("--config", stand.lab.config_file, "apply", "--json")
        entries = {d["path"]: d for d in json.loads(answer.out)["disks"]}
        places = {}
        for disk in (stand.first, stand.second):
            entry = entries[disk.path]
            ok = entry["outcome"] in ("enrolled", "mounted")
            self.expect(ok, f"the next run leaves {disk.path} {entry['verdict']} {entry['outcome']}: {entry['outcome_error']} "
                            f"{[r['sentence'] for r in entry['reasons']]}")
            if not ok:
                return
            places[disk.path] = Path(entry["mount_point"])
            self.check_stands(disk, entry["mount_point"])
        self.expect(entries[stand.other.path]["verdict"] == "foreign", f"the foreign drive is {entries[stand.other.path]['verdict']}")
        now = newest(stand.first)
        assert now
        if before and before.state == COMMITTED:
            self.expect(now.disk_id == before.disk_id and now.sequence <= before.sequence + 1, f"a COMMITTED drive was formatted again: {before} {now}")
        file = places[stand.first.path] / "object"
        if kept:
            self.expect(file.exists() and file.read_text() == "a customer's", "a file written after the commit is gone")
        else:
            file.write_text("a customer's")
        self.check_after_power_cycle(now, places)

    def check_after_power_cycle(self, before: LedgerRecord, places: dict[str, Path]) -> None:
        stand = self.stand
        where = places[stand.first.path]
        wait_for_orphans()
        stand.power_cycle()
        answer = run_agent("--config", stand.lab.config_file, "apply", "--json")
        entries = {d["path"]: d["outcome"] for d in json.loads(answer.out)["disks"]}
        self.expect(sorted(entries.values()).count("mounted") == 2, f"after the power cycle: {entries}")
        self.expect(newest(stand.first) == before, f"the ledger changed: {before} {newest(stand.first)}")
        file = where / "object"
        self.expect(file.exists() and file.read_text() == "a customer's", "the file is gone after the power cycle")
        stand.lab.unmount_all()
        for disk in (stand.first, stand.second):
            repair = subprocess.run(["xfs_repair", "-n", f"{disk.path}p1"], capture_output=True, text=True, check=False)
            self.expect(repair.returncode == 0, f"xfs_repair -n {disk.path}p1: {repair.stdout[-300:]}{repair.stderr[-300:]}")
