# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set an election up in the group that runs it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.elections import rows, selectors
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.members.doors import member_page
from hedgerow.store.visit import Visit


@require_safe
@member_page
def elections(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """List the elections that a group runs."""
    group = visit.space(space)
    found = selectors.own_elections(group)
    return show(request, "group", {"space": group, "rows": rows.group_rows(group, found)})
