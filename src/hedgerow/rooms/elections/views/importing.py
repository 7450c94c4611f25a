# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take in files of stations and of official results, after showing what that would do.

The file is sealed as it comes and stays so between the tries: each try reads it again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.errors import BadInput
from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.elections import (
    import_progress,
    official_files,
    rows,
    selectors,
    station_files,
)
from hedgerow.rooms.elections.doors import show
from hedgerow.rooms.elections.import_forms import ImportForm
from hedgerow.rooms.elections.import_progress import Advance
from hedgerow.rooms.elections.models import Election
from hedgerow.rooms.elections.official_files import OfficialPlan
from hedgerow.rooms.elections.station_files import StationPlan
from hedgerow.rooms.elections.tables import Table, guessed, plain_name, table_in
from hedgerow.rooms.members.doors import COOKIE, form_for, member_page, refusal_of
from hedgerow.rooms.members.sentences import add_sentence, sentence_of
from hedgerow.store import carried
from hedgerow.store.files import content_of
from hedgerow.store.uploads import SealedUpload, drop_chunks
from hedgerow.store.visit import Space, Visit

_TAKE: Final = "take"
_ANEW_S: Final = 2
_STATION_TITLES: Final = {
    "name": _("Name or number of the station"),
    "registered": _("Voters on the list"),
    "region": _("Region"),
    "commission": _("Commission above it"),
    "district": _("District"),
    "place": _("Where it is"),
    "is_remote": _("Whether remote votes are counted there (yes or no)"),
    "tile_row": _("Row of the district’s tile"),
    "tile_column": _("Column of the district’s tile"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
}

Plan = StationPlan | OfficialPlan


@dataclass(frozen=True, kw_only=True)
class _Task:
    """Say what a file is to be taken in as.

    Args:
        election: Whose file it is.
        titles: What is wanted → what people read.
        usual: What is wanted → names of columns that are usual.
        needed: What the file must have.
        plan: From the table, the columns and whether regions stand before names to the plan.
        take_in: Writes what a plan says, and says after each batch how many lines it had.
        template: Of the page.
        context: Of the page.
        back: Where one goes afterwards.
    """

    election: Election
    titles: Mapping[str, Any]
    usual: Mapping[str, Sequence[str]]
    needed: Sequence[str]
    plan: Callable[[Table, Mapping[str, str], bool], Plan]
    take_in: Callable[[Any, Advance], None]
    template: str
    context: Mapping[str, object]
    back: str


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def stations(request: HttpRequest, visit: Visit, space: SpaceId, election: str) -> HttpResponseBase:
    """Take in a list of stations."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    task = _Task(
        election=own,
        titles=_STATION_TITLES,
        usual=station_files.FIELDS,
        needed=station_files.NEEDED,
        plan=lambda table, where, is_joined: station_files.plan_of(
            table, election=own, where=where, is_joined=is_joined
        ),
        take_in=station_files.take_in,
        template="import_stations",
        context={"election": own, "title": own.title_in(rows.language())},
        back=reverse("elections:stations", args=[space, election]),
    )
    return _take(request, group, task)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def official(
    request: HttpRequest, visit: Visit, space: SpaceId, election: str, contest: str
) -> HttpResponseBase:
    """Take in what the commission published of a contest."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    voted = selectors.contest_in(own, contest)
    task = _Task(
        election=own,
        titles=rows.official_titles(voted, _STATION_TITLES),
        usual=official_files.wanted_columns(voted),
        needed=official_files.needed_columns(voted),
        plan=lambda table, where, is_joined: official_files.plan_of(
            table, contest=voted, where=where, is_joined=is_joined
        ),
        take_in=official_files.take_in,
        template="import_official",
        context={"election": own, "title": voted.title_in(rows.language())},
        back=reverse("elections:setup", args=[space, election]),
    )
    return _take(request, group, task)


def _take(request: HttpRequest, group: Space, task: _Task) -> HttpResponseBase:
    """Show the form, what a file would do, or take it in."""
    upload = _received(request)
    form = form_for(request, ImportForm, is_received=upload is not None)
    refusal = refusal_of(request)
    table = None
    if refusal is not None:
        form.refuse_file(sentence_of(refusal))
    elif request.method == "POST" and upload is not None:
        table = _table(form, upload)
    if table is not None:
        found = guessed(table.columns, task.usual, plain=plain_name)
        form.ask_columns(table.columns, titles=task.titles, needed=task.needed, found=found)
    plan = None
    if table is not None and upload is not None and form.is_valid():
        data = form.cleaned_data
        plan = task.plan(table, data["where"], data["is_joined"])
        if plan.is_good and _may_take(request, form, task):
            drop_chunks(list(upload.chunk_ids))
            return _taken(group, task, plan)
    context: dict[str, object] = {"space": group, "form": form, "cancel_url": task.back}
    if upload is not None and table is not None:
        cookie = request.COOKIES.get(COOKIE, "")
        context |= {"received": upload, "received_box": carried.hold(upload, cookie=cookie)}
    if plan is not None:
        context |= {"plan": plan, "refused": rows.refusal_rows(plan.refused)}
    return show(request, task.template, {**task.context, **context})


def _may_take(request: HttpRequest, form: ImportForm, task: _Task) -> bool:
    """Tell whether a file is to be taken in now; another one that is just coming in goes before."""
    if request.POST.get("step") != _TAKE:
        return False
    if import_progress.is_running(task.election):
        form.add_error(None, _("Another file is being taken in. Please press again in a minute."))
        return False
    return True


def _taken(group: Space, task: _Task, plan: Plan) -> HttpResponseBase:
    """Take a file in; a large one beside this request, with a page that says how far it is."""
    lines = len(plan.created) + len(plan.changed)
    if lines < import_progress.MANY:
        task.take_in(plan, import_progress.quiet)
        return redirect(task.back)
    import_progress.begin(task.election, lambda advance: task.take_in(plan, advance), total=lines)
    return redirect("elections:importing", space=group.id, election=task.election.address)


@require_safe
@member_page
def progress(request: HttpRequest, visit: Visit, space: SpaceId, election: str) -> HttpResponse:
    """Say how far a large file is taken in; while it goes on, the page comes anew by itself."""
    group = visit.space(space)
    group.demand_keeper()
    own = selectors.own_election(group, election)
    found = import_progress.progress_of(own)
    title = own.title_in(rows.language())
    context = {"space": group, "election": own, "title": title, "progress": found}
    response = show(request, "importing", context)
    if found is not None and found.standing == "running":
        response["Refresh"] = str(_ANEW_S)
    return response


def _table(form: ImportForm, upload: SealedUpload) -> Table | None:
    """Read a received file; what is wrong with it is said in the form."""
    try:
        return table_in(content_of(upload), name=upload.shown_name)
    except BadInput as error:
        add_sentence(form, "file", error)
        return None


def _received(request: HttpRequest) -> SealedUpload | None:
    """Return the file that came now, or with an earlier try."""
    sent = request.FILES.get("file")
    if isinstance(sent, SealedUpload):
        return sent
    files: tuple[SealedUpload, ...] = getattr(request, "carried_files", ())
    cookie = request.COOKIES.get(COOKIE, "")
    return next(iter(files), None) or carried.held(request.POST.get("received", ""), cookie=cookie)
