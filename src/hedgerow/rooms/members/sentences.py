# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in a person's words what an error code means."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext

from hedgerow.kernel.errors import BadInput, HedgerowError, Refused
from hedgerow.rooms.registration import ErrorSentence, room_registers
from hedgerow.store.roles import Role
from hedgerow.store.visit import Notice, SpaceLine

# Statuses of what somebody can mend in the form itself, now or tomorrow.
_IN_FORM: Final = frozenset({422, 429})


def _row_of(code: str) -> ErrorSentence | None:
    """Return what the rooms say to an error code, or None."""
    rows = (row for register in room_registers() for row in register.sentences)
    return next((row for row in rows if row.code == code), None)


def sentence_of(error: HedgerowError) -> str:
    """Return the sentence for an error, filled with its details.

    Raises:
        HedgerowError: The same error, when no room has a sentence for it: then it is not
            something a person can mend on the page.
    """
    row = _row_of(error.code)
    if row is None:
        raise error
    return str(row.sentence) % {key: str(value) for key, value in error.details.items()}


def add_sentence(form: forms.Form, field: str | None, error: HedgerowError) -> None:
    """Show an error beside a field of a form, or above all of them."""
    form.add_error(field, sentence_of(error))


@contextmanager
def said_in(form: forms.Form, *, field: str | None = None) -> Iterator[None]:
    """Say in a form why what it asked for was refused, so that what was typed stays there.

    Raises:
        HedgerowError: Any refusal that has a page of its own, such as a missing right.
    """
    try:
        yield
    except (BadInput, Refused) as error:
        row = _row_of(error.code)
        if row is None or row.status not in _IN_FORM:
            raise
        add_sentence(form, field, error)


def notices_of(notices: Iterable[Notice], spaces: Iterable[SpaceLine]) -> list[dict[str, str]]:
    """Return what a member's own page must say before all else, group by group."""
    lines = {space.id: space for space in spaces}
    return [_told(notice, line=lines.get(notice.space_id)) for notice in notices]


def _told(notice: Notice, *, line: SpaceLine | None) -> dict[str, str]:
    """Return a notice in words, under the name of its group where that is known."""
    said = {
        "space": "" if line is None else line.name,
        "text": sentence_of(HedgerowError(notice.code, **notice.data)),
    }
    return said | _step(notice, role=None if line is None else line.role)


def _step(notice: Notice, *, role: Role | None) -> dict[str, str]:
    """Return where something can be done about a notice, and in which words; or nothing."""
    steps = {
        "space.nameless": ("members:own-name", gettext("Choose a name")),
        "space.quota_passed": ("members:much", gettext("Look who it was")),
    }
    if role is Role.KEEPER:
        steps["space.restored"] = ("members:confirm", gettext("Look, and confirm"))
    if notice.code not in steps:
        return {}
    name, label = steps[notice.code]
    return {"url": reverse(name, kwargs={"space": notice.space_id}), "label": label}


def conflict_note() -> str:
    """Return what is said when somebody else changed a page in between."""
    return gettext(
        "Somebody else changed this page while you were writing. Both texts are on this page:"
        " bring them together in the field, then save."
    )
