"""Each formula's pillar.example has every key that has a default, and what it calls the default is it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

SALT = Path(__file__).resolve().parents[2] / "salt"
FORMULAS = sorted(file.parents[1].name for file in SALT.glob("*/parameters/defaults.yaml"))
Keys = tuple[str, ...]
ABSENT = object()


def leaves(values: object, at: Keys = ()) -> Iterator[tuple[Keys, object]]:
    if isinstance(values, dict) and values:
        for key, value in values.items():
            yield from leaves(value, (*at, key))
    else:
        yield at, values


def value_at(values: object, path: Keys) -> object:
    """ABSENT where there is none: a default may be null."""
    for key in path:
        values = values.get(key, ABSENT) if isinstance(values, dict) else ABSENT
    return values


def keys_called_default(text: str) -> Iterator[Keys]:
    """Those on whose line stands `# default`, with nothing after it or with `;` and an explanation."""
    marked = {number for number, line in enumerate(text.splitlines()) if re.search(r"# default(;|$)", line)}

    def walk(node: yaml.Node, at: Keys) -> Iterator[Keys]:
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            path = (*at, key.value)
            if key.start_mark.line in marked:
                marked.discard(key.start_mark.line)  # of a mapping on one line, the whole
                yield path
            yield from walk(value, path)

    yield from walk(yaml.compose(text), ())
    assert not marked, f"called default, and no key: lines {sorted(number + 1 for number in marked)}"


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_example_pillar_has_every_key_that_has_a_default(formula: str) -> None:
    defaults = yaml.safe_load((SALT / formula / "parameters/defaults.yaml").read_text())
    example = yaml.safe_load((SALT / formula / "pillar.example").read_text())[formula]
    assert len(FORMULAS) >= 5
    assert [path for path, _ in leaves(defaults) if value_at(example, path) is ABSENT] == []


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_the_example_pillar_calls_the_default_is_it(formula: str) -> None:
    defaults = {formula: yaml.safe_load((SALT / formula / "parameters/defaults.yaml").read_text())}
    text = (SALT / formula / "pillar.example").read_text()
    called = list(keys_called_default(text))
    assert len(called) > 3
    example = yaml.safe_load(text)
    assert {path: value_at(example, path) for path in called} == {path: value_at(defaults, path) for path in called}
