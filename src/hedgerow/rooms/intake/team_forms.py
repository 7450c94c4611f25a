# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask the people of a group for answers, notes, and what is to be done with a letter."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from hedgerow.kernel.addresses import from_address, to_address
from hedgerow.kernel.ids import MemberId, SpaceId
from hedgerow.rooms.intake.forms import TEXT_BYTES, FileForm
from hedgerow.rooms.members.fields import QUIET, LineField, TextField
from hedgerow.rooms.members.forms import RoomForm
from hedgerow.rooms.members.rows import name_shown
from hedgerow.store.visit import Member, SpaceLine

TITLE_BYTES: Final = 96
_ENDS: Final = _("It ends with the conversation.")
_DAYS_TO_ANSWER: Final = 3
WHOLE: Final = "whole"
COPY: Final = "copy"


class AnswerForm(FileForm):
    """Ask for an answer to a letter."""

    submit_label = _("Send the answer")
    who = _("Whoever has the words of this letter can read this, and everybody in this group.")
    kept = _ENDS

    def __init__(self, *args: Any, **options: Any) -> None:
        """Call the text an answer."""
        super().__init__(*args, **options)
        self.fields["text"].label = _("Answer")


class NoteForm(RoomForm):
    """Ask for a note that only the group sees."""

    submit_label = _("Keep the note")
    who = _("Everybody in this group can read this; whoever wrote the letter cannot.")
    kept = _ENDS

    text = TextField(
        label=_("Note"), limit=TEXT_BYTES, rows=6, empty=_("Please write something first.")
    )


class RenameForm(RoomForm):
    """Ask what a conversation is called in the group's list."""

    who = _("Everybody in this group can read this; whoever wrote the letter cannot.")
    kept = _ENDS

    title = LineField(
        label=_("What is it about?"), limit=TITLE_BYTES, empty=_("Please write a few words.")
    )


class AssignForm(RoomForm):
    """Ask who takes care of a letter, and by which day."""

    submit_label = _("Put it on the page of this person")
    kept = _("It stands there until somebody takes it off.")

    member = forms.TypedChoiceField(
        label=_("Who takes care of it?"),
        coerce=lambda value: MemberId(from_address(value)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose somebody.")},
    )
    day = forms.DateField(
        label=_("By which day?"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **QUIET}),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        error_messages={
            "required": _("Please choose a day."),
            "invalid": _("Please write the day like this: 2027-01-31."),
        },
    )

    def __init__(self, *args: Any, members: Sequence[Member], today: date, **options: Any) -> None:
        """Offer everybody who can answer."""
        super().__init__(*args, **options)
        self.fields["member"].choices = [  # type: ignore[attr-defined]  # a field of choices
            (to_address(member.id), name_shown(member.name)) for member in members
        ]
        self.fields["day"].initial = today + timedelta(days=_DAYS_TO_ANSWER)


class ForwardForm(RoomForm):
    """Ask to which of one's groups a letter goes, and how much of it."""

    submit_label = _("Hand it over")
    who = _("Everybody in the other group can read it, by the rules of that group.")
    kept = _("It ends there on the same day.")

    group = forms.TypedChoiceField(
        label=_("To which of your groups?"),
        coerce=lambda value: SpaceId(from_address(value)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a group.")},
    )
    how = forms.ChoiceField(
        label=_("What goes there?"),
        choices=[
            (COPY, _("a copy: this group goes on with the conversation")),
            (WHOLE, _("the whole conversation: the other group answers from now on")),
        ],
        initial=COPY,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, groups: Sequence[SpaceLine], **options: Any) -> None:
        """Offer the groups in which one may write."""
        super().__init__(*args, **options)
        self.fields["group"].choices = [  # type: ignore[attr-defined]  # a field of choices
            (to_address(group.id), group.name) for group in groups
        ]
