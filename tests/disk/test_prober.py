"""A prober that has gone blind formats nothing: at each start it must recognise what it is known to recognise."""

import os
import subprocess
from pathlib import Path

import pytest

import agent
from conftest import Lab
from foreign import ext4
from loopdisk import GIB, run

# libblkid as a broken update would leave it: every call succeeds, and nothing is ever found.
BLIND = "int blkid_do_probe(void *probe) { (void)probe; return 1; }\n"
# It recognises one kind less: what is found is kept from the caller if it is an XFS.
FORGETFUL = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
int blkid_do_probe(void *probe)
{
    int (*real)(void *) = (int (*)(void *))dlsym(RTLD_NEXT, "blkid_do_probe");
    int (*lookup)(void *, const char *, const char **, unsigned long *) =
        (int (*)(void *, const char *, const char **, unsigned long *))dlsym(RTLD_NEXT, "blkid_probe_lookup_value");
    const char *type = 0;
    int result = real(probe);
    while (result == 0 && lookup(probe, "TYPE", &type, 0) == 0 && type && strcmp(type, "xfs") == 0) result = real(probe);
    return result;
}
"""
BROKEN = "int blkid_do_probe(void *probe) { (void)probe; return -1; }\n"


def preload(folder: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    library = folder / "shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), "-x", "c", "-", "-ldl"], input=source, text=True, check=True)
    monkeypatch.setenv("LD_PRELOAD", str(library))


@pytest.mark.parametrize("shim", [BLIND, FORGETFUL, BROKEN], ids=["recognises nothing", "has forgotten XFS", "fails"])
def test_with_a_prober_that_fails_its_self_test_nothing_is_formatted_and_the_enrolled_are_mounted(
        lab: Lab, shim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled = lab.enrolled_disk()
    blank, theirs = lab.make_disk(), lab.make_disk(GIB)
    ext4(theirs)
    lab.configure()
    before = [(d.fingerprint(), d.traffic()) for d in (blank, theirs)]
    with monkeypatch.context() as patch:
        preload(lab.folder, shim, patch)
        planned, applied = lab.plan(), lab.apply()
    for answer in (planned, applied):
        entry = answer.disk(blank)
        expected = ("unreadable", "prober_failed") if shim == BROKEN else ("suspect", "self_test_failed")
        assert (entry["verdict"], entry["action"]) == (expected[0], "none"), entry
        assert expected[1] in [reason["code"] for reason in entry["reasons"]]
        assert answer.disk(theirs)["verdict"] in ("foreign", "unreadable")
    assert (applied.status, applied.disk(enrolled)["outcome"]) == (3, "mounted")
    assert "nothing will be formatted" in applied.err
    assert [(d.fingerprint(), d.traffic()) for d in (blank, theirs)] == before
    again = lab.apply()
    assert again.disk(blank)["outcome"] == "enrolled", "with its own prober it is formatted: the shim was the reason"


def test_the_shim_takes_hold_of_this_agent() -> None:
    """A statically linked libblkid would make the test above say nothing."""
    assert "libblkid.so" in run("ldd", agent.PROGRAM if os.path.isabs(agent.PROGRAM) else run("which", agent.PROGRAM).strip())
