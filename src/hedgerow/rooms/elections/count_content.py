# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep what the page of a count says for as long as nothing that it is made of changes.

Drawing it costs many times what reading its rows does, and on the night of an election everybody
asks for it. So the process that counts draws what was asked for lately before it writes the count,
and hands it to the others in memory. It is made of public rows alone, so what is kept tells nothing
that the page does not.
"""

import hashlib
import threading
from collections import OrderedDict
from contextlib import suppress
from itertools import product
from typing import Final

import msgspec
from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from hedgerow.kernel.errors import Busy
from hedgerow.rooms.elections.count_rows import counted_rows, links_of
from hedgerow.rooms.elections.models import Contest, Count, District, Election, TilePlace
from hedgerow.rooms.elections.rows import Row, language
from hedgerow.rooms.elections.single_rows import single_row
from hedgerow.store import sharing
from hedgerow.store.machine import is_open

_MOST_KEPT: Final = 64
#: Content that nobody needed for so long is drawn for the next who does.
_ASKED_MINUTES: Final = 10
_TEMPLATE: Final = "elections/count_content.html"

#: A sum of what it was made of, and the content.
Drawn = tuple[bytes, SafeString]

_kept: Final[OrderedDict[tuple[object, ...], Drawn]] = OrderedDict()
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
            found = _handed(contest, mark, is_live=is_live)
            if found is None:
                found = mark, _drawn(contest, counted, links, is_live=is_live)
            _kept[place] = found
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(place)
        return found[1]


def draw_ahead(counted: Count, *, most: int) -> int:
    """Draw what pages will say once a count is written, where somebody asked lately.

    Where the memory is full or busy, each worker draws for itself, and the count is written all
    the same.

    Args:
        counted: It is not written yet.
        most: How many at most, of all languages.

    Returns:
        How many were drawn.
    """
    contest, asked = counted.contest, set[str]()
    with suppress(Busy):
        asked = sharing.asked(minutes=_ASKED_MINUTES)
    wanted = [
        (code, is_live)
        for (code, _), is_live in product(settings.LANGUAGES, (True, False))
        if _name(contest, code, is_live=is_live) in asked
    ][:most]
    for code, is_live in wanted:
        with translation.override(code):
            links = links_of(contest.election, contest)
            content = _drawn(contest, counted, links, is_live=is_live)
            drawn = (_mark(contest, counted, links), content.encode())
        with suppress(OSError):
            sharing.share(_name(contest, code, is_live=is_live), msgspec.msgpack.encode(drawn))
    return len(wanted)


def _name(contest: Contest, code: str, *, is_live: bool) -> str:
    """Return the name under which one process hands content to the others."""
    return f"count page {contest.pk} {code} {is_live:d}"


def _handed(contest: Contest, mark: bytes, *, is_live: bool) -> Drawn | None:
    """Return what the process that counts drew of just these rows, or ask it to from now on."""
    if not is_open():
        return None
    name = _name(contest, language(), is_live=is_live)
    found = sharing.shared(name, _parse)
    if found is not None and found[0] == mark:
        return found
    with suppress(Busy):
        sharing.ask(name)
    return None


def _parse(content: bytes) -> Drawn:
    """Read what was handed over."""
    mark, text = msgspec.msgpack.decode(content, type=tuple[bytes, bytes])
    return mark, SafeString(text.decode())  # nosec -- our own template drew it; it came sealed


def _drawn(contest: Contest, counted: Count | None, links: Row, *, is_live: bool) -> SafeString:
    """Draw content in the present language."""
    page = {**links, **counted_rows(contest, counted), "is_live": is_live}
    return render_to_string(_TEMPLATE, page)


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
    return hashlib.sha256(msgspec.json.encode(made_of, order="sorted")).digest()
