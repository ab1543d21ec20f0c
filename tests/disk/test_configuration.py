"""Bad input gets a sentence and its exit status, and no disk is written."""

import pytest

from agent import run_agent
from conftest import Lab

USAGE, CONFIGURATION = 64, 78

BAD = {
    "no YAML": (lambda text: text + "\n]: [", "not YAML"),
    "unknown key": (lambda text: text.replace("role:", "rolle:"), "rolle"),
    "unknown key at the top": (lambda text: text + "formt: true\n", "formt"),
    "wrong type": (lambda text: text + "limits: {format_at_most: many}\n", "many"),
    "another filesystem": (lambda text: text.replace("type: xfs", "type: ext4"), "ext4"),
    "one mount point for all": (lambda text: text.replace("/{label}", ""), "mount_point"),
    "relative mount point": (lambda text: text.replace("mount_point: /", "mount_point: "), "mount_point"),
    "no cluster": (lambda text: text.replace("cluster: par-1\n", ""), "cluster"),
    "machine is no UUID": (lambda text: text.replace("machine: 4c4c", "machine: xyz"), "machine"),
    "empty match": (lambda text: text.replace("match: {path:", "match: {} #"), "match"),
    "same name twice": (lambda text: text + text[text.index("  - name: test") :], "test"),
    "empty file": (lambda text: "", "cluster"),
    "a directory of rules": (lambda text: text.replace("disks:", "disks: {a: b}\nx:"), "disks"),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_bad_configuration_runs_nothing(lab: Lab, what: str, command: str) -> None:
    change, named = BAD[what]
    disk = lab.make_disk()
    lab.config_file.write_text(change(lab.configure().read_text()))
    before = disk.fingerprint()
    answer = lab.footing(command, "--json")
    assert answer.status == CONFIGURATION, answer
    assert named in answer.err and str(lab.config_file) in answer.err
    assert answer.out == ""
    assert disk.fingerprint() == before


def test_no_configuration_formats_nothing(lab: Lab) -> None:
    disk = lab.make_disk()
    before = disk.fingerprint()
    for command in ("plan", "apply"):
        answer = run_agent("--config", lab.folder / "none.yaml", command)
        assert answer.status == CONFIGURATION and "none.yaml" in answer.err
    assert disk.fingerprint() == before


def test_a_configuration_without_rules_touches_nothing(lab: Lab) -> None:
    disk = lab.make_disk()
    lab.config_file.write_text("cluster: par-1\nmachine: 4c4c4544-0042-3510-8054-b4c04f4d3232\n")
    before = disk.fingerprint()
    answer = lab.apply()
    assert (answer.status, answer.disk(disk)["verdict"]) == (0, "excluded")
    assert disk.fingerprint() == before


def test_a_rule_for_all_drives_never_takes_loop_devices(lab: Lab) -> None:
    disk = lab.make_disk()
    text = lab.configure().read_text().replace(f"path: [{disk.path}]", "min_size: 1 MiB, max_size: 5 GiB")
    lab.config_file.write_text(text)
    before = disk.fingerprint()
    answer = lab.plan()
    assert answer.disk(disk)["verdict"] == "excluded"
    assert disk.fingerprint() == before


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["apply", "--bogus"], ["explain"], ["plan", "extra"], ["--config"],
                                       ["--json", "plan"], ["--json", "check"], ["--json", "boot"], ["boot", "--json"], ["report", "--json"]])
def test_wrong_usage(lab: Lab, arguments: list[str]) -> None:
    disk = lab.make_disk()
    lab.configure()
    before = disk.fingerprint()
    answer = run_agent(*arguments)
    assert answer.status == USAGE and answer.err
    assert disk.fingerprint() == before


def test_help_is_no_error() -> None:
    for arguments in (["--help"], ["apply", "--help"], ["plan", "--help"]):
        answer = run_agent(*arguments)
        assert answer.status == 0 and answer.out
