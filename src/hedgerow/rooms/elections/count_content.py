# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep what the page of a count says for as long as nothing that it is made of changes.

Drawing it costs many times what reading its rows does, and on the night of an election everybody
asks for it. It is made of public rows alone, so what is kept tells nothing that the page does not.
"""

import hashlib
import threading
from collections import OrderedDict
from typing import Final

import msgspec
from django.db import connection
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from hedgerow.rooms.elections.count_rows import counted_rows, links_of
from hedgerow.rooms.elections.models import Contest, Count, District, Election, TilePlace
from hedgerow.rooms.elections.rows import Row, language
from hedgerow.rooms.elections.single_rows import single_row

_MOST_KEPT: Final = 64
_TEMPLATE: Final = "elections/count_content.html"

_kept: Final[OrderedDict[tuple[object, ...], tuple[bytes, SafeString]]] = OrderedDict()
_lock: Final = threading.RLock()


def content_of(election: Election, contest: Contest, *, is_live: bool) -> SafeString:
    """Return what the page of a contest's count says, below its heading.

    Rows that changed draw it anew at once; whoever comes while it is drawn waits for it.

    Args:
        election: Of the contest.
        contest: Whose count it is.
        is_live: Whether the page says that it comes anew.
    """
    counted = single_row(Count, contest_id=contest.pk)
    links = links_of(election, contest)
    place = (connection.settings_dict["NAME"], contest.pk, language(), is_live)
    mark = _mark(contest, counted, links)
    with _lock:
        found = _kept.get(place)
        if found is None or found[0] != mark:
            page = {**links, **counted_rows(contest, counted), "is_live": is_live}
            found = _kept[place] = (mark, render_to_string(_TEMPLATE, page))
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(place)
        return found[1]


def _mark(contest: Contest, counted: Count | None, links: Row) -> bytes:
    """Return a sum of all that the content is made of."""
    election = contest.election_id
    districts = District.objects.filter(election_id=election).order_by("id")
    places = TilePlace.objects.filter(election_id=election).order_by("id")
    made_of = (
        (counted.minute, counted.result) if counted is not None else None,
        (contest.key, contest.titles, contest.options),
        links,
        list(districts.values_list("key", "title")),
        list(places.values_list("kind", "name", "tile_row", "tile_column")),
    )
    return hashlib.sha256(msgspec.json.encode(made_of)).digest()
