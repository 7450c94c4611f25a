# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show the headquarters one station: what each observer said, and what is to be ruled."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.engines.tally.protocols import RELATION_BROKEN
from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections import headquarters as seen
from hedgerow.rooms.elections import headquarters_rows as rows
from hedgerow.rooms.elections import rulings, second_entry, shift_rows
from hedgerow.rooms.elections.doors import headquarters_page, show
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.headquarters_forms import (
    AcceptForm,
    RulingForm,
    ShowForm,
)
from hedgerow.rooms.elections.models import Contest, Station
from hedgerow.rooms.elections.public_rows import photograph_rows
from hedgerow.rooms.elections.rows import language
from hedgerow.rooms.elections.views.headquarters import context_of
from hedgerow.rooms.elections.views.second import contest_at
from hedgerow.rooms.members.doors import form_for
from hedgerow.rooms.members.sentences import said_in

_WHAT = ("figures", "accept", "show")


@require_safe
@headquarters_page()
def station(request: HttpRequest, headquarters: Headquarters, station: int) -> HttpResponse:
    """Show what was said of a station's sheets."""
    there = seen.station_of(headquarters, station)
    context = {
        "station": there,
        "codes": [
            (code, headquarters.name_of(code), rows.address("code", headquarters, code=code))
            for code in headquarters.codes_at.get(there.pk, [])
        ],
        "shifts": shift_rows.station_rows(headquarters, there),
        "sheets": [
            sheet
            for contest in seen.contests_at(headquarters, there)
            if (sheet := _sheet(headquarters, contest, there)) is not None
        ],
        "pictures": rows.picture_rows(headquarters, there),
        "photographs": photograph_rows(headquarters.election, there),
        "reasons": rows.reason_rows(headquarters, headquarters.reasons(station=there.pk)),
    }
    return show(request, "watched_station", context_of(headquarters) | context)


def _sheet(headquarters: Headquarters, contest: Contest, there: Station) -> dict[str, Any] | None:
    """Return a sheet with what can be done about it, or None before the first count."""
    side = headquarters.side(contest)
    at = side.place_of(there.pk) if side is not None else None
    if side is None or at is None:
        return None

    of = {"station": there.pk, "contest": contest.key}

    def to(what: str) -> str:
        return rows.address("rule", headquarters, **of, what=what)

    return {
        "title": contest.title_in(language()),
        "standing": rows.STANDINGS[int(side.standing[at])],
        "is_released": bool(side.is_released[at]),
        "is_broken": int(side.standing[at]) == RELATION_BROKEN,
        "has_conflict": bool(side.conflicts[at].any()),
        "is_veiled": second_entry.is_veiled(headquarters, contest, there),
        "table": rows.sheet_table(headquarters, contest, side, there),
        "figures_url": to("figures"),
        "accept_url": to("accept"),
        "show_url": to("show"),
        "second_url": rows.address("second", headquarters, **of),
        "look_url": rows.address("look", headquarters, **of),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page(writes=True)
def rule(
    request: HttpRequest,
    headquarters: Headquarters,
    /,
    station: int,
    **of: str,
) -> HttpResponseBase:
    """Rule on figures, on a sheet that does not add up, on showing it."""
    what = of["what"]
    there = seen.station_of(headquarters, station)
    held = contest_at(headquarters, there, of["contest"])
    if what not in _WHAT:
        raise NotFound("elections.unknown")
    back = rows.address("watched-station", headquarters, station=there.pk)
    if what == "figures" and second_entry.is_veiled(headquarters, held, there):
        return redirect(back)
    form = _form(request, headquarters, held, there, what=what)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            _do(headquarters, held, there, form=form)
            return redirect(back)
    context = {
        "form": form,
        "cancel_url": back,
        "station": there,
        "contest_title": held.title_in(language()),
        "what": what,
    }
    return show(request, "rule", context_of(headquarters) | context)


def _form(
    request: HttpRequest, headquarters: Headquarters, contest: Contest, there: Station, *, what: str
) -> forms.Form:
    """Return the form of an act."""
    if what == "accept":
        return form_for(request, AcceptForm)
    if what == "show":
        return form_for(request, ShowForm)
    side = headquarters.side(contest)
    columns = rows.differing(contest, side, there) if side is not None else []
    return form_for(request, RulingForm, columns=columns)


def _do(headquarters: Headquarters, contest: Contest, there: Station, *, form: forms.Form) -> None:
    """Do what a form asks for."""
    data = form.cleaned_data
    if isinstance(form, RulingForm):
        for column, value in form.ruled():
            rulings.rule_figure(
                headquarters, contest, there, column=column, value=value, text=data["reason"]
            )
    elif isinstance(form, AcceptForm):
        is_accepted = data["act"] == "accept"
        rulings.rule_sheet(
            headquarters, contest, there, is_accepted=is_accepted, text=data["reason"]
        )
    else:
        rulings.show_sheet(headquarters, contest, there, act=data["act"], text=data["reason"])
