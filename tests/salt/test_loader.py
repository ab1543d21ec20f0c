"""What Salt's own loader finds in salt/."""

from conftest import Salt


def test_salt_finds_the_functions_of_the_agent(minion: Salt) -> None:
    assert minion.call("sys.list_functions", "footing") == [
        "footing.apply", "footing.busy", "footing.check", "footing.explain", "footing.plan", "footing.restart", "footing.status",
        "footing.version"]


def test_salt_finds_the_states(minion: Salt) -> None:
    assert minion.call("sys.list_state_functions", "footing") == ["footing.converged", "footing.running"]
    assert minion.call("sys.list_state_functions", "refused") == ["refused.because"]


def test_every_function_and_state_is_documented(minion: Salt) -> None:
    functions = minion.call("sys.doc", "footing")
    states = minion.call("sys.state_doc", "footing")
    assert len(functions) == 8 and all("salt-call footing." in text for text in functions.values())
    assert all(text for text in states.values())


def test_the_pinned_salt_is_the_one_that_runs(minion: Salt) -> None:
    assert minion.call("test.version") == "3008.2"
