# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show that the drill can fail: make leaks to a running service, and let its search find them."""

import os
from pathlib import Path

from hedgerow.drill.leaks.table import LEAKS
from hedgerow.drill.plant import SMALL
from hedgerow.drill.prove import CHEAP, Proof, prove
from hedgerow.drill.run import Plan, run
from hedgerow.drill.search import Find

HERE = ("page-cache", "unsealed-keyring", "spooled-upload")


def _say(_what: str) -> None:
    """Say nothing."""


def test_leaks_are_found(place: Path) -> None:
    """Each is found by the very search of the drill, and nothing without a leak.

    Where there is no time, three: a packed cache, a keyring without its seal, a file on the disk.
    """
    names = tuple(LEAKS) if os.environ.get("CI") else HERE
    proof = prove(place, progress=_say, names=names)
    assert proof.clean == ()
    assert proof.as_json()["missed"] == []
    assert set(proof.found) == set(names)
    assert proof.is_whole
    cached, keyring, upload = (proof.found[name] for name in HERE)
    assert cached is not None
    assert "compressed" in cached.place
    assert keyring is not None
    assert keyring.place == "rows that the boot key opens"
    assert upload is not None
    assert upload.place.startswith(("tmp/", "name of tmp/"))


def test_a_ring_that_is_kept_opens_what_was_erased(place: Path) -> None:
    """One copy of an old ring, and the attempt opens every erased record: the drill fails."""
    plan = Plan(size=SMALL, costs=CHEAP, linkage=None, leak="kept-ring")
    report = run(place, plan, progress=_say)
    assert report.erasure is not None
    assert report.erasure.rings >= 1
    assert report.erasure.opened == report.erasure.erased == SMALL.erased
    assert not report.is_clean


def test_there_are_twenty_leaks_and_each_is_described() -> None:
    """The table has twenty, no two the same function, and docs/drill.md names each of them."""
    assert len(LEAKS) == len(set(LEAKS.values())) == 20
    text = (Path(__file__).parents[2] / "docs" / "drill.md").read_text(encoding="utf-8")
    assert [name for name in LEAKS if f"`{name}`" not in text] == []


def test_a_leak_that_is_missed_counts() -> None:
    """The proof fails by one missed leak, and by one find without a leak."""
    find = Find("a name", "log", "utf-8")
    assert Proof({"a": find}, (), 1.0).is_whole
    missed = Proof({"a": find, "b": None}, (), 1.0)
    assert not missed.is_whole
    assert missed.as_json()["missed"] == ["b"]
    assert "b: NOT FOUND" in list(missed.lines())
    assert not Proof({"a": find}, (find,), 1.0).is_whole
