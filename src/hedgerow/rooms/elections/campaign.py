# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read, write and show the pages of candidates and lists: who they are, what they need."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections.models import Candidate, Contest, Election, said_in
from hedgerow.rooms.elections.public_rows import Row, around
from hedgerow.rooms.elections.rows import language, number
from hedgerow.rooms.members.rows import html_of
from hedgerow.store.visit import Space

_NUMBERS = ("nominations_needed", "nominations", "target_amount")


def candidate_of(contest: Contest, option: str) -> Candidate:
    """Return the candidate of an option, or a new one with nothing but the option's name.

    Raises:
        NotFound: "elections.unknown" for what is no option.
    """
    titles = contest.option_titles(language())
    if option not in titles:
        raise NotFound("elections.unknown")
    found = Candidate.objects.filter(contest=contest, option=option).first()
    return found or Candidate(contest=contest, option=option, name=titles[option], texts={})


def shown_candidate(contest: Contest, option: str) -> Candidate:
    """Return a candidate whose page everybody sees.

    Raises:
        NotFound: "elections.unknown".
    """
    found = Candidate.objects.filter(contest=contest, option=option, is_shown=True).first()
    if found is None:
        raise NotFound("elections.unknown")
    return found


def change_candidate(candidate: Candidate, *, fields: Mapping[str, Any]) -> None:
    """Write the page of a candidate."""
    for name in ("name", "texts", "target_currency", "is_shown"):
        setattr(candidate, name, fields[name])
    for name in _NUMBERS:
        setattr(candidate, name, fields[name] or 0)
    candidate.save()


def group_rows(space: Space, election: Election, contest: Contest) -> list[Row]:
    """Return every option of a contest as a line that leads to its candidate's page."""
    found = {one.option: one for one in Candidate.objects.filter(contest=contest)}
    return [
        {
            "url": reverse(
                "elections:edit-candidate", args=[space.id, election.address, contest.key, key]
            ),
            "title": found[key].name if key in found else title,
            "tag": _("shown") if key in found and found[key].is_shown else "",
            "note": "" if key in found else _("Has no page yet"),
        }
        for key, title in contest.option_titles(language()).items()
    ]


def shown_rows(contest: Contest) -> list[Row]:
    """Return the candidates of a contest whose pages everybody sees, in the ballot's order."""
    found = {one.option: one for one in Candidate.objects.filter(contest=contest, is_shown=True)}
    return [
        {
            "url": reverse("elections:candidate", args=[contest.election_id, contest.key, key]),
            "title": found[key].name,
        }
        for key in contest.option_keys
        if key in found
    ]


def candidate_page(election: Election, contest: Contest, candidate: Candidate) -> Row:
    """Return what everybody sees of a candidate."""
    shown = around(election)
    paper = contest.title_in(language())
    url = reverse("elections:contest", args=[election.address, contest.key])
    texts = said_in(candidate.texts, language())
    return {
        **shown,
        "up": [*shown["up"], (paper, url)],
        "candidate": candidate,
        "page": html_of(texts["page"]),
        "programme": html_of(texts["programme"], first_level=3),
        "nominations": _progress(candidate),
        "target": _target(candidate),
    }


def _progress(candidate: Candidate) -> str:
    """Say how many nominations there are of those that the law asks for."""
    if not candidate.nominations_needed:
        return ""
    return _("%(there)s of %(needed)s nominations") % {
        "there": number(candidate.nominations),
        "needed": number(candidate.nominations_needed),
    }


def _target(candidate: Candidate) -> str:
    """Say what the campaign needs."""
    if not candidate.target_amount:
        return ""
    return f"{number(candidate.target_amount)} {candidate.target_currency}"
