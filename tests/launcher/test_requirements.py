# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that what is installed is locked, hashed, explained, and names no address."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "requirements"
ENTRY = re.compile(
    r"^([a-z0-9-]+)==\S+( ; .+?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
)


def wanted(name: str) -> set[str]:
    """Return the names that a list of wishes asks for."""
    lines = (FOLDER / f"{name}.in").read_text().splitlines()
    return {
        re.split(r"[<>=]", line)[0].lower().replace("_", "-")
        for line in lines
        if line and not line.startswith(("#", "-"))
    }


def locked(name: str) -> set[str]:
    """Return the names that a lock file pins, and refuse anything else in it."""
    rest, names = (FOLDER / f"{name}.txt").read_text(), set()
    while rest:
        entry = ENTRY.match(rest)
        assert entry, f"{name}.txt has something other than a pin with hashes: {rest[:80]!r}"
        names.add(entry[1])
        rest = rest[entry.end() :]
    return names


@pytest.mark.parametrize("name", ["run", "test"])
def test_every_wish_is_locked_with_hashes_alone(name: str) -> None:
    """A lock file is pins and hashes, nothing else, and covers its list of wishes."""
    assert wanted(name) <= locked(name)


def test_both_locks_agree() -> None:
    """A library that stands in both lock files has one version."""
    pins = [
        set(re.findall(r"^\S+==\S+", (FOLDER / f"{n}.txt").read_text(), re.MULTILINE))
        for n in ("run", "test")
    ]
    names = [{pin.split("==")[0] for pin in one} for one in pins]
    shared = names[0] & names[1]
    assert shared
    assert {p for p in pins[0] if p.split("==")[0] in shared} == {
        p for p in pins[1] if p.split("==")[0] in shared
    }


def test_every_library_is_explained_with_its_licence() -> None:
    """Each library asked for or brought along at run time stands in the list of licences."""
    text = (FOLDER / "README.md").read_text().lower().replace("_", "-")
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \|", text, re.MULTILINE))
    assert wanted("run") | wanted("test") <= explained
    for name in locked("run") - explained:
        assert re.search(rf"\b{name} \(", text), f"{name} is not explained"
