# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant through the pages of elections.

What a group writes about an election is public and is no canary.
"""

from hedgerow.drill.plant import OK, Planting, Refusal


def plant(planting: Planting) -> None:
    """Carry the planting of this room out.

    Raises:
        Refusal: A page did not do what it must.
    """
    shown = planting.keeper.open(f"{planting.home}elections/")
    if shown.status != OK:
        raise Refusal("elections:group", f"answered {shown.status}")
