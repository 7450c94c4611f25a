# SPDX-License-Identifier: AGPL-3.0-or-later
"""A group sets an election up."""

from tests.rooms.members.browsers import Group, Somebody


def test_there_is_nothing_at_first(group: Group) -> None:
    """The public list and that of the group say what will be there."""
    assert "No election yet" in Somebody().open("/elections/").text
    page = group.keeper.open(f"{group.path}elections/")
    assert "A coordinator begins." in page.text
    assert f"{group.path}elections/" in group.keeper.open(group.path).links()
