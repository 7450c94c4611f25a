# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the doors of observers: the cookie of a device, and the photographs that come with forms.

An observer's page is reached through `observer_page` alone: the cookie of the device opens a
code. Whoever has none is asked for the words, with all that a form brought kept for later.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from hedgerow.kernel.clock import MINUTES_A_DAY, SECONDS_A_MINUTE, minute_now
from hedgerow.kernel.errors import HedgerowError, NotFound
from hedgerow.rooms.elections import incidents
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.elections.incidents import Incidents
from hedgerow.rooms.elections.models import Contest, Election, Station
from hedgerow.rooms.elections.observing_forms import WordsForm
from hedgerow.rooms.elections.reports import EventReport, Report, SheetReport, TurnoutReport
from hedgerow.rooms.elections.single_rows import single_row
from hedgerow.rooms.members.doors import drop_cookie, refusal_of
from hedgerow.rooms.members.sentences import sentence_of
from hedgerow.store import carried, observers
from hedgerow.store.lines import Letter
from hedgerow.store.machine import is_open, machine
from hedgerow.store.observers import Device
from hedgerow.store.uploads import SealedUpload

COOKIE: Final = "__Host-observer"
P = ParamSpec("P")


@dataclass(frozen=True)
class Seat:
    """Be an observer's device beside the public rows it is about, for one request.

    Attributes:
        device: What the code opens.
        election: Which is observed.
    """

    device: Device
    election: Election

    @cached_property
    def station(self) -> Station | None:
        """Return where its holder observes now, or None."""
        return single_row(Station, election_id=self.election.pk, id=self.device.station)

    @cached_property
    def all_contests(self) -> list[Contest]:
        """Return the contests of the election in the order in which they were made."""
        found = Contest.objects.filter(election=self.election).order_by("pk")
        return list(found.select_related("election"))

    @property
    def contests(self) -> list[Contest]:
        """Return the contests that are held at the station."""
        return [one for one in self.all_contests if self.is_held_here(one)]

    def is_held_here(self, contest: Contest) -> bool:
        """Tell whether a contest is held at the station."""
        station = self.station
        return station is not None and contest.district_id in {None, station.district_id}

    @cached_property
    def incidents(self) -> Incidents:
        """Return the list of what can happen in this election."""
        return incidents.list_for(self.all_contests)

    @cached_property
    def letters(self) -> list[Letter]:
        """Return what was written by both sides."""
        return self.device.messages()

    def reports(self) -> list[tuple[Letter, Report]]:
        """Return what was reported, the oldest first."""
        kinds = (TurnoutReport, EventReport, SheetReport)
        return [(one, one.value) for one in self.letters if isinstance(one.value, kinds)]

    def report(self, number: int) -> tuple[Letter, Report]:
        """Return one report.

        Raises:
            NotFound: "elections.unknown".
        """
        found = next((one for one in self.reports() if one[0].number == number), None)
        if found is None:
            raise NotFound("elections.unknown")
        return found

    def contest(self, key: str | int) -> Contest:
        """Return a contest of the election by its key or row, wherever it is held.

        Raises:
            NotFound: "elections.unknown".
        """
        named = {"key": key} if isinstance(key, str) else {"id": key}
        found = single_row(Contest, election_id=self.election.pk, **named)
        if found is None:
            raise NotFound("elections.unknown")
        return found


def seat_of(request: HttpRequest) -> Seat | None:
    """Return what the device of a request may do, or None."""
    cookie = request.COOKIES.get(COOKIE, "")
    return seat_by(cookie) if cookie and is_open() else None


def seat_by(cookie: str) -> Seat | None:
    """Return what a device's cookie opens, or None."""
    device = observers.device_of(cookie)
    if device is None:
        return None
    election = single_row(Election, address=device.name)
    return Seat(device, election) if election is not None else None


def observer_page(
    view: Callable[Concatenate[HttpRequest, Seat, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only a device that knows a code reach a view, and hand it the code."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        seat = seat_of(request)
        if seat is None:
            return ask_for_words(request)
        return view(request, seat, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)


def browser_mark(request: HttpRequest) -> str:
    """Return the cookie to which what a form brought is tied between two tries."""
    return request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")


def ask_for_words(request: HttpRequest) -> HttpResponse:
    """Ask a device that knows no code for the words, keeping what a form brought."""
    if request.method != "POST":
        return redirect("elections:observe")
    kept = carried.carry(request, cookie=browser_mark(request))
    context = {"form": WordsForm(), "carried": kept, "typed": request.POST.get("text", "")}
    return show(request, "observing/words", context, status=403)


def set_device(response: HttpResponseBase, cookie: str, *, last_day: int) -> None:
    """Let a device know its code until the end of a day, closed to scripts."""
    ends = (last_day + 1) * MINUTES_A_DAY
    left = max(0, ends - minute_now(machine().clock)) * SECONDS_A_MINUTE
    response.set_cookie(
        COOKIE, cookie, max_age=left, secure=True, httponly=True, samesite="Lax", path="/"
    )


def end_device(_request: HttpRequest, response: HttpResponseBase) -> None:
    """Let a device forget its code; the quick exit calls this."""
    drop_cookie(response, COOKIE)


class Photographs:
    """Hold the photographs that came with a form, now or with an earlier try.

    Between tries each travels in a hidden field that only this browser's cookie opens.
    """

    def __init__(
        self,
        *,
        mark: str,
        received: Iterable[str] = (),
        sent: Iterable[object] = (),
        carried_files: tuple[SealedUpload, ...] = (),
        refusal: HedgerowError | None = None,
    ) -> None:
        """Look for files in what was sent, now or before.

        Args:
            mark: The cookie to which hidden fields are tied.
            received: Those fields.
            sent: Files that came now.
            carried_files: Files that came with a form that was carried.
            refusal: Why one was not taken.
        """
        self._mark = mark
        before = (carried.held(one, cookie=mark) for one in received)
        self.uploads: tuple[SealedUpload, ...] = (
            *carried_files,
            *(one for one in before if one is not None),
            *(one for one in sent if isinstance(one, SealedUpload)),
        )
        self.refusal = sentence_of(refusal) if refusal is not None else ""

    @classmethod
    def of(
        cls, request: HttpRequest, *, carried_files: tuple[SealedUpload, ...] = ()
    ) -> "Photographs":
        """Look for them in a request."""
        return cls(
            mark=browser_mark(request),
            received=request.POST.getlist("received"),
            sent=request.FILES.getlist("photographs"),
            carried_files=carried_files,
            refusal=refusal_of(request),
        )

    @property
    def sums(self) -> list[str]:
        """Return the SHA-256 of each as it came."""
        return [one.note.digest.hex() for one in self.uploads]

    def context(self) -> dict[str, Any]:
        """Return what a page needs to keep them over another try."""
        held = [(one.shown_name, carried.hold(one, cookie=self._mark)) for one in self.uploads]
        return {"received": [one for one in held if one[1]]}
