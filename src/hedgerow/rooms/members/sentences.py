# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in a person's words what an error code means."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext

from hedgerow.kernel.errors import HedgerowError
from hedgerow.rooms.members.register import REGISTER
from hedgerow.store.visit import Notice, SpaceLine


def sentence_of(error: HedgerowError) -> str:
    """Return the sentence for an error, filled with its details.

    Raises:
        HedgerowError: The same error, when the room has no sentence for it: then it is not
            something a person can mend on the page.
    """
    for row in REGISTER.sentences:
        if row.code == error.code:
            return str(row.sentence) % {key: str(value) for key, value in error.details.items()}
    raise error


def add_sentence(form: forms.Form, field: str | None, error: HedgerowError) -> None:
    """Show an error beside a field of a form, or above all of them."""
    form.add_error(field, sentence_of(error))


def notices_of(notices: Iterable[Notice], spaces: Iterable[SpaceLine]) -> list[dict[str, str]]:
    """Return what a member's own page must say before all else, group by group."""
    names = {space.id: space.name for space in spaces}
    return [
        {
            "space": names.get(notice.space_id, ""),
            "text": sentence_of(HedgerowError(notice.code, **notice.data)),
        }
        for notice in notices
    ]


def conflict_note() -> str:
    """Return what is said when somebody else changed a page in between."""
    return gettext(
        "Somebody else changed this page while you were writing. Both texts are below: bring"
        " them together in the field, then save."
    )
