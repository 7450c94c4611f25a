# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a person cover parts of a photograph and show it to everybody, and take it back."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hedgerow.rooms.elections import covering, photographs, publishing, rulings
from hedgerow.rooms.elections import headquarters as seen
from hedgerow.rooms.elections import headquarters_rows as rows
from hedgerow.rooms.elections.doors import headquarters_page, show
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.headquarters_forms import CoverForm
from hedgerow.rooms.elections.models import Station
from hedgerow.rooms.elections.views.headquarters import context_of
from hedgerow.rooms.members.doors import form_for
from hedgerow.rooms.members.sentences import said_in

#: What the button below the preview sends.
PUBLISH: Final = "publish"


@require_safe
@headquarters_page(writes=True)
def covered(
    request: HttpRequest,
    headquarters: Headquarters,
    /,
    **of: int,
) -> HttpResponse:
    """Show a photograph with some cells black, and the names of the cells if they are asked for."""
    cells = covering.cells_of(request.GET.get("cells", covering.mask_of(())))
    content = covering.covered(_data(headquarters, of), cells, is_named="named" in request.GET)
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page(writes=True)
def publish(request: HttpRequest, headquarters: Headquarters, /, **of: int) -> HttpResponseBase:
    """Ask what is to be covered, show how that looks, and show it to everybody."""
    data = _data(headquarters, of)
    photographs.upright(data)
    station = seen.names_of([_station(headquarters, of)])
    stations = Station.objects.filter(election=headquarters.election)
    initial = {"station": next(iter(station.values()), "")}
    form = form_for(request, CoverForm, initial=initial, stations=stations)
    mask = ""
    if request.method == "POST" and form.is_valid():
        mask = covering.mask_of(form.cleaned_data["cells"])
        if rulings.is_held(headquarters, of["code"]):
            form.add_error(None, _("What this card reports is held back. Let it count first."))
        elif _may_show(request, form, mask=mask):
            with said_in(form):
                there = form.cleaned_data["station"]
                cells = form.cleaned_data["cells"]
                publishing.show_photograph(headquarters, there, data=data, cells=cells)
                url = rows.address("watched-station", headquarters, station=there.pk)
                return redirect(url)
    context = {
        "form": form,
        "number": of["code"],
        "mask": mask,
        "grid": _grid(form),
        "picture": rows.address("covered", headquarters, **of),
        "cancel_url": rows.address("code", headquarters, code=of["code"]),
    }
    return show(request, "cover", context_of(headquarters) | context)


@require_POST
@headquarters_page(writes=True)
def withdraw(request: HttpRequest, headquarters: Headquarters, station: int) -> HttpResponseBase:
    """Take a photograph back."""
    there = seen.station_of(headquarters, station)
    number = request.POST.get("photograph", "")
    if number.isascii() and number.isdigit():
        publishing.withdraw_photograph(headquarters, there, number=int(number))
    return redirect(rows.address("watched-station", headquarters, station=there.pk))


def _data(headquarters: Headquarters, of: dict[str, int]) -> bytes:
    """Return a photograph as it came."""
    side = headquarters.space.observer(headquarters.election.address, of["code"])
    return photographs.whole(side.file(of["number"], of["index"]))


def _station(headquarters: Headquarters, of: dict[str, int]) -> int:
    """Return the station that the report of a photograph names, else that of the card."""
    side = headquarters.space.observer(headquarters.election.address, of["code"])
    letters = [one for one in side.messages() if one.number == of["number"]]
    named = [getattr(one.value, "station", 0) for one in letters]
    return next((one for one in named if one), side.station)


def _may_show(request: HttpRequest, form: CoverForm, *, mask: str) -> bool:
    """Tell whether somebody has seen what these cells leave, and says that it is enough."""
    if request.POST.get("step") != PUBLISH or request.POST.get("seen") != mask:
        return False
    if not form.cleaned_data["is_covered"]:
        form.add_error("is_covered", _("Please look, and say here that nothing is left to see."))
        return False
    return True


def _grid(form: forms.Form) -> list[dict[str, Any]]:
    """Return the cells in their order, with those that are chosen."""
    chosen = form["cells"].value() or ()
    return [{"name": name, "is_chosen": name in chosen} for name in covering.CELLS]
