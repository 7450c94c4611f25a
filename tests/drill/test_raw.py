# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carry the drill out on an ext4 image and read its raw blocks; root alone can."""

import os
from pathlib import Path

import pytest

from hedgerow.drill.canaries import Canary
from hedgerow.drill.disk import NoRawDisk, raw_disk
from hedgerow.drill.plant import SMALL
from hedgerow.drill.prove import CHEAP
from hedgerow.drill.run import Plan, run
from hedgerow.drill.search import Searcher

WORD = "qvxjwkzptmhgfdlrys"


def _say(_what: str) -> None:
    """Say nothing."""


@pytest.fixture(autouse=True)
def raw(place: Path) -> None:
    """Skip where no image can be mounted."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    try:
        with raw_disk(place / "try"):
            pass
    except NoRawDisk as error:
        pytest.skip(str(error))


def test_raw_blocks_tell_nothing(place: Path) -> None:
    """Nothing is found in the blocks, and no erased record opens; the control opens it."""
    plan = Plan(size=SMALL, costs=CHEAP, is_raw=True, linkage=None)
    report = run(place / "drill", plan, progress=_say)
    assert report.is_raw
    assert report.finds == ()
    assert report.is_clean


def test_a_ring_that_is_renamed_is_found_in_raw_blocks(place: Path) -> None:
    """A ring written as a new file leaves the old one in its blocks, and all that was erased."""
    plan = Plan(size=SMALL, costs=CHEAP, is_raw=True, linkage=None, leak="renamed-ring")
    report = run(place / "drill", plan, progress=_say)
    assert report.erasure is not None
    assert report.erasure.rings >= 1
    assert report.erasure.opened == report.erasure.erased == SMALL.erased
    assert report.finds == ()
    assert not report.is_clean


def test_what_was_deleted_is_found_in_raw_blocks(place: Path) -> None:
    """A file that is gone from the folder is still in the image, and the search sees it."""
    searcher = Searcher([Canary("it", WORD)])
    with raw_disk(place / "one") as disk:
        path = disk.root / "note"
        path.write_text(f"{WORD}\n" * 2000, encoding="utf-8")
        os.sync()
        path.unlink()
        disk.take_off()
        finds = disk.search(searcher)
        disk.put_on()
    assert {one.canary for one in finds} == {"it"}
    assert all(one.place.startswith("raw block") for one in finds)


def test_the_image_is_given_back_after_a_failure(place: Path) -> None:
    """Whatever fails meanwhile, the file system is taken off and the device is free again."""
    with pytest.raises(ZeroDivisionError), raw_disk(place / "two") as disk:
        _ = 1 / 0
    assert not os.path.ismount(disk.root)
    assert str(disk.image) not in Path("/proc/mounts").read_text(encoding="utf-8")
    with pytest.raises(NoRawDisk, match="umount refused"):
        disk.take_off()
