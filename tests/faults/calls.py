"""Which system calls an enrolment makes, what can go wrong in each, and which of all that is tried."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

# How each call can fail (man pages, section 2; the block layer's blk_errors[]). "short" gives half, "nothing" gives 0.
# "+EIO": done, and then said to have failed. A call of the enrolment that stands neither here nor in CANNOT_FAIL is an error,
# and so is one that tamper has no name for. The stand has no inventory, so none of admission's calls is here: what fails
# between agent and inventory is tried in unit/agent/os/http_client_test.cpp and disk/test_admission.py.
FAILURES = {
    "read": ["EIO", "EINTR", "EAGAIN", "short", "nothing"],
    "write": ["EIO", "ENOSPC", "EINTR", "EPIPE", "short"],
    "pread64": ["EIO", "EINTR", "ENODATA", "EILSEQ", "ENOMEM", "short", "nothing"],
    "pwrite64": ["EIO", "ENOSPC", "EBUSY", "ENOMEM", "EINTR", "ENODEV", "short", "nothing", "+EIO"],
    "openat": ["EIO", "EBUSY", "ENOMEM", "EMFILE", "ENXIO", "EINTR", "ENOENT"],
    "close": ["+EIO", "+EINTR"],  # Linux closes whatever it says
    "fstat": ["EIO", "ENOMEM"],
    "newfstatat": ["EIO", "ENOENT"],
    "statx": ["EIO", "ENOENT", "ENOMEM"],
    "ioctl": ["EIO", "EBUSY", "ENOMEM", "ENOTTY", "EINVAL"],
    "fsync": ["EIO", "ENOSPC", "ENOMEM", "EINTR", "+EIO"],
    "fdatasync": ["EIO", "ENOMEM", "+EIO"],
    "syncfs": ["EIO", "ENOSPC", "ENOMEM", "+EIO"],
    "fallocate": ["EIO", "ENOSPC", "EOPNOTSUPP"],
    "flock": ["EAGAIN", "EINTR", "ENOLCK", "ENOMEM"],
    "fsopen": ["ENOMEM", "ENODEV", "EMFILE"],
    "fsconfig": ["EIO", "EBUSY", "ENOMEM", "EINVAL", "EUCLEAN", "ENODEV"],
    "fsmount": ["ENOMEM", "EBUSY", "EMFILE"],
    "move_mount": ["ENOMEM", "ENOENT", "EINVAL"],
    "mkdir": ["ENOSPC", "EIO", "EROFS"],
    "mkdirat": ["ENOSPC", "EIO", "EROFS"],
    "fchmod": ["EIO", "EROFS"],
    "getdents64": ["EIO", "EINTR"],
    "getrandom": ["EINTR", "EIO", "short"],
    "pipe2": ["EMFILE", "ENFILE"],
    "fork": ["EAGAIN", "ENOMEM"],
    "clone": ["EAGAIN", "ENOMEM"],
    "clone3": ["EAGAIN", "ENOMEM"],
    "vfork": ["EAGAIN", "ENOMEM"],
    "execve": ["ENOMEM", "ENOENT", "EIO", "EACCES"],
    "poll": ["EINTR", "ENOMEM"],
    "wait4": ["EINTR", "ECHILD"],
    "waitid": ["EINTR", "ECHILD"],
    "pidfd_open": ["EMFILE", "ENOMEM"],
    "fcntl": ["EINTR", "ENOLCK"],
    "prctl": ["EINVAL"],
    "dup2": ["EMFILE", "EINTR"],
    "memfd_create": ["EMFILE", "ENOMEM"],
    "ftruncate": ["EIO", "ENOSPC"],
    "faccessat2": ["EIO", "ENOENT"],
    "readlink": ["EIO", "ENOENT"],
    "fadvise64": ["EIO", "EINVAL"],
    "mount": ["EPERM", "ENOMEM"],
    "unshare": ["EPERM", "ENOMEM", "ENOSPC"],
    "rename": ["EIO", "ENOSPC", "EROFS"],
    "fchownat": ["EIO", "EROFS", "ENOSPC", "EDQUOT"],
    "access": ["EIO", "EACCES"],
    "statfs": ["EIO", "ENOMEM"],
    "flistxattr": ["EIO", "EOPNOTSUPP"],
    "socket": ["EMFILE", "ENOMEM"],  # the C library asks nscd for users, before it reads /etc/passwd
    "connect": ["EINTR", "EAGAIN"],
}
CANNOT_FAIL = {"exit_group"}
FLUSHES = {"fsync", "fdatasync", "syncfs"}
# What changes a drive, or who holds it: a sample takes these first.
EFFECTS = {"pwrite64", "fsync", "fdatasync", "syncfs", "fsconfig", "fsmount", "move_mount", "flock", "fallocate", "mkdir", "mkdirat", "fchmod", "fchownat", "execve", "exit_group"}
# What changes nothing that outlives the process that calls: dying at one of these is dying at its next other call. A
# descriptor that is closed, or not yet, is closed by the death. (prctl is none: it says who dies with whom.)
PURE = {"read", "pread64", "fstat", "newfstatat", "statx", "statfs", "access", "flistxattr", "readlink", "getdents64", "faccessat2", "getrandom", "socket", "connect", "close", "dup2", "poll", "pipe2",
        "pidfd_open", "memfd_create", "wait4", "waitid"}
READ_ONLY = ("/sys/", "/proc/", "/etc/")  # what is opened there is only read
# linux/fs.h, blkzoned.h, fd.h, cdrom.h, sed-opal.h, hdreg.h, asm-generic/ioctls.h: those that only ask
QUERIES = {"0x80081272", "0x1268", "0x125e", "0x80081280", "0x1279", "0x1278", "0x80041284", "0x80041285", "0x127e", "0x127b", "0x80280215",
           "0x5395", "0x5331", "0x5401", "0x301", "0x80086601", "0x800870ec"}


@dataclass(frozen=True, order=True)
class Call:
    role: str
    name: str
    nth: int
    about: str = ""  # the file, where it has one


@dataclass(frozen=True)
class Case:
    """One spoilt run. Its text is what --case takes."""

    call: Call
    how: str  # "kill", or one of FAILURES
    ever: bool = False
    victim: str = "-"
    then: str = "cycle"  # what comes before the next run: "cycle" (of power), or nothing: "now"

    def __str__(self) -> str:
        often = "ever" if self.ever else "once"
        return f"{self.call.role} {self.call.name} {self.call.nth} {often} {self.how} {self.victim} {self.then}"

    @staticmethod
    def parse(text: str) -> "Case":
        role, name, nth, often, how, victim, then = text.split()
        return Case(Call(role, name, int(nth)), how, often == "ever", victim, then)


def read_log(text: str) -> list[tuple[bool, Call]]:
    """tamper's log: in the order of time, whether a call was spoilt, and which it was."""
    calls = []
    for line in text[: text.rfind("\n") + 1].splitlines():  # who was killed wrote half a line
        what, role, name, nth, *about = line.split(maxsplit=4)
        calls.append((what == "spoilt", Call(role, name, int(nth), about[0] if about else "")))
    return calls


def nameless(calls: Iterable[Call]) -> set[str]:
    """The numbers of those that tamper knows neither by name nor as harmless."""
    return {call.name for call in calls if call.name.isdigit()}


def is_of_interest(call: Call) -> bool:
    """Not the loading of libraries and the prober's fixtures in memory: nothing has begun then."""
    return not call.about.startswith(("/lib", "/usr/lib", "/etc/ld.so", "/memfd:")) and not call.about.endswith((".so", ".yaml"))


def is_pure(call: Call) -> bool:
    if call.name == "openat":
        return call.about.startswith(READ_ONLY)
    if call.name == "ioctl":
        return call.about.rpartition(" ")[2] in QUERIES
    return call.name in PURE or (call.name == "fcntl" and call.role != "main")  # main's is the run's lock


def is_asked_which_drive(call: Call) -> bool:
    return call.name == "ioctl" and call.about.endswith(" 0x80081280")  # BLKGETDISKSEQ


def kills(calls: Iterable[Call], enroller: str, *, every: bool = False) -> list[Case]:
    """Each call of the enrolment, with each who can die at it. Of main's, those after its workers began. Without the
    pure ones, unless every one is asked for."""
    cases = []
    begun = False
    for call in calls:
        begun = begun or call.role == enroller
        if not begun or not is_of_interest(call) or (is_pure(call) and not every) or call.role not in ("main", enroller, f"{enroller}/child", f"{enroller}/mkfs.xfs", f"{enroller}/xfs_repair"):
            continue
        victims = ["main", "all"] if call.role == "main" else ["self", "main", "all"]
        if call.role.startswith(f"{enroller}/"):
            victims.append("worker")
        cases += [Case(call, "kill", victim=victim, then=then) for victim in victims for then in ("now", "cycle")]
    return cases


def failures(calls: Iterable[Call], surveyor: str, enroller: str, looker: str) -> list[Case]:
    """Each call of main, the list of drives, the look and the enrolment, with each way to fail, once and from then on."""
    made = [call for call in calls if call != Call("main", "execve", 1)]  # that is the agent's own start
    roles = ("main", surveyor, looker, enroller, f"{enroller}/child", f"{enroller}/mkfs.xfs", f"{enroller}/xfs_repair")
    made = [call for call in made if call.role in roles and is_of_interest(call) and call.name not in CANNOT_FAIL]
    if unknown := {call.name for call in made} - FAILURES.keys():
        raise ValueError(f"how can {', '.join(sorted(unknown))} fail? FAILURES doesn't say")
    return [Case(call, how, ever)
            for call in made
            for how in (*FAILURES[call.name], *(("another",) if is_asked_which_drive(call) else ())) if not (call.role in ("main", surveyor) and how == "ENOENT")  # a drive that isn't there
            for ever in ((False,) if how.endswith("EINTR") else (False, True))]  # signals don't come for ever


# What the kernel says of a drive, file by file: one that can't be read once was taken for one that isn't there.
FACTS = ["dev", "size", "ro", "removable", "diskseq", "queue/logical_block_size", "queue/rotational", "device/wwid", "serial", "holders"]


def unread_facts(calls: Iterable[Call], surveyor: str, drive: str) -> list[Case]:
    """Each of a drive's facts fails once, alone, and its size from then on. By name: how many calls come before depends
    on the machine's other block devices."""
    names = {f"/sys/class/block/{drive}/{fact}": fact for fact in FACTS}
    found: dict[str, Call] = {}
    for call in calls:
        if call.role == surveyor and call.name == "openat" and call.about in names:
            found[names[call.about]] = call  # the last time: its description, not the list of drives
    cases = [Case(call, how) for call in found.values() for how in ("EIO", "EMFILE")]
    return cases + [Case(found["size"], how, ever=True) for how in ("EIO", "ENOMEM") if "size" in found]


def always(calls: Iterable[Call], enroller: str) -> list[Case]:
    """Two that are too few to come into each sample: the drive's root can't be given away, and the drive is another one
    when an enrolment asks for the first time."""
    of_enrolment = [call for call in calls if call.role == enroller]
    return [Case(next(filter(is_meant, of_enrolment)), how)
            for is_meant, how in ((lambda call: call.name == "fchownat", "EIO"), (is_asked_which_drive, "another"))]


# What once went wrong is in every sample.
ONCE_WRONG = {
    "kill": ["worker5/mkfs.xfs pwrite64 30 once kill main now",  # mkfs went on alone, and the next run found the drive in use
             "worker5/mkfs.xfs openat 20 once kill worker now",
             "worker5 move_mount 1 once kill main now"],  # its filesystem was still being unmounted: the drive was in use
    "fail": ["worker5/mkfs.xfs fsync 2 once EIO - cycle",  # mkfs.xfs ends with 0
             "worker5 pidfd_open 1 once EMFILE - cycle",  # the worker waited for its deadline
             "main write 3 ever ENOSPC - cycle",  # the agent ended when its progress found no room
             "worker5 write 1 ever short - cycle",  # half a marker held the disk for ever
             "worker5 pwrite64 2 once +EIO - cycle", "worker5 fsync 1 ever EIO - cycle",
             "worker5 fsync 7 once EIO - cycle",  # libfdisk's own flush, at the end: nobody listened
             "worker5/mkfs.xfs pread64 23 once short - cycle",  # mkfs.xfs ends with 0, and counts its free blocks wrong
             "main poll 5 ever ENOMEM - cycle",  # it turned round for the whole deadline and heard nobody
             "main clone 4 ever EAGAIN - cycle"],  # "fork: Resource temporarily unavailable", and not of what
}


def sample(cases: list[Case], count: int, seed: int) -> list[Case]:
    """As many of each kind (role, call, way, victim) as of any other, effects twice, in an order that the seed gives."""
    dice = random.Random(seed)
    kinds: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        kinds.setdefault((case.call.role, case.call.name, case.how, case.victim), []).append(case)
    names = [kind for kind in kinds for _ in range(2 if kind[1] in EFFECTS else 1)]
    dice.shuffle(names)
    chosen: list[Case] = []
    while len(chosen) < min(count, len(cases)):
        for kind in names:
            if len(chosen) == count:
                break
            if kinds[kind]:
                chosen.append(kinds[kind].pop(dice.randrange(len(kinds[kind]))))
    return chosen
