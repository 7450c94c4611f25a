# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask a stranger for a letter, for the words to come back, and for more."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.intake.models import BoxText, LetterBox
from hedgerow.rooms.members.fields import QUIET, TextField, words_field
from hedgerow.rooms.members.forms import RoomForm

TEXT_BYTES: Final = 40_000
ANSWER_BYTES: Final = 4_000
_NOTHING: Final = _("Please write something first.")


def kept_sentence(weeks: int) -> str:
    """Say how long a letter is kept."""
    return ngettext(
        "It is kept for %(count)s week at most; after that nobody can open it.",
        "It is kept for %(count)s weeks at most; after that nobody can open it.",
        weeks,
    ) % {"count": weeks}


class FileForm(RoomForm):
    """Be a form with a text and perhaps a file, which may be here already.

    Attributes:
        is_received: Whether a file came with an earlier try.
    """

    is_received = False

    text = TextField(label=_("Your letter"), limit=TEXT_BYTES, rows=10, empty=_NOTHING)
    file = forms.FileField(
        label=_("A file"),
        help_text=_(
            "At most 25 MB. Photographs can tell where and when they were taken, and documents "
            "who wrote them: send a picture of the screen if that matters."
        ),
        required=False,
        error_messages={"empty": _("This file is empty."), "invalid": _("Please choose a file.")},
        widget=forms.FileInput(attrs=dict(QUIET)),
    )

    def refuse_file(self, sentence: str) -> None:
        """Say beside the file why it was not taken."""
        self.add_error("file", sentence)


class LetterForm(FileForm):
    """Ask for a first letter: the questions of the box, and the letter itself.

    Args:
        box: Whose form it is.
        text: What the box says in the reader's language.
    """

    submit_label = _("Send")

    def __init__(self, *args: Any, box: LetterBox, text: BoxText, **options: Any) -> None:
        """Add a field for each question, before the letter."""
        super().__init__(*args, **options)
        self.box_text = text
        self.who = self._who(box, title=text.title)
        self.kept = kept_sentence(box.weeks)
        for number, question in enumerate(text.questions):
            self.fields[f"answer_{number}"] = TextField(
                label=question.text,
                limit=ANSWER_BYTES,
                rows=2,
                required=question.is_needed,
                empty=_("This needs an answer, even a short one."),
            )
        answers = [name for name in self.fields if name.startswith("answer_")]
        self.order_fields([*answers, "text", "file"])

    def _who(self, box: LetterBox, *, title: str) -> str:
        """Say who can read a letter to a box."""
        who = gettext("The people who answer for “%(title)s” can read this.") % {"title": title}
        if box.is_moderated:
            who += " " + gettext("Coordinators look at it before the others do.")
        return who

    def answers(self) -> list[tuple[str, str]]:
        """Return what was answered, each with its question as it stood in the form."""
        given = [
            (question.text, self.cleaned_data[f"answer_{number}"])
            for number, question in enumerate(self.box_text.questions)
        ]
        return [(question, answer) for question, answer in given if answer]


class AddForm(FileForm):
    """Ask a stranger who has come back for more."""

    submit_label = _("Send")
    who = _("The people who answer can read this.")

    def __init__(self, *args: Any, kept: str, **options: Any) -> None:
        """Say until when it is kept, which is what the first letter was told."""
        super().__init__(*args, **options)
        self.kept = kept
        self.fields["text"].label = _("Write more")


class ReturnForm(RoomForm):
    """Ask for the words to come back."""

    submit_label = _("Read the answer")
    who = _("Nobody can read these words later, not even those who run this place.")
    kept = _("They are not kept.")

    words = words_field(
        _("The seven words you were shown"),
        hint=_("Small or capital letters, commas or line breaks do not matter."),
    )


class NothingForm(RoomForm):
    """Ask for nothing but a yes."""

    submit_label = _("Yes, do it")
    who = ""
    kept = ""
