# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask a coordinator what a letter-box is to say and ask, in each language."""

import re
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.intake import boxes
from hedgerow.rooms.intake.models import ADDRESS_LENGTH, MOST_A_DAY, MOST_WEEKS, LetterBox
from hedgerow.rooms.members.fields import QUIET, LineField, TextField
from hedgerow.rooms.members.forms import RoomForm

TITLE_BYTES: Final = 160
ADVICE_BYTES: Final = 20_000
QUESTIONS_BYTES: Final = 4_000
MOST_QUESTIONS: Final = 8
_NEEDED: Final = "*"
_ADDRESS: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
#: Addresses under /write/ that mean something else already.
_RESERVED: Final = frozenset({"answer"})


def _number_field(label: Any, *, most: int, initial: int, hint: Any) -> forms.IntegerField:
    """Make a field for a number from one up to a limit."""
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=1,
        max_value=most,
        initial=initial,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", **QUIET}),
        error_messages={
            "required": _("Please write a number."),
            "invalid": _("Please write a number."),
            "min_value": _("At least %(limit_value)s, please."),
            "max_value": _("At most %(limit_value)s, please."),
        },
    )


class BoxForm(RoomForm):
    """Ask for everything of a letter-box but its address."""

    who = _("Everybody can read this: it stands on the page where strangers write.")
    kept = _("It is kept until you change it; the address is never used for another letter-box.")

    weeks = _number_field(
        _("For how many weeks are letters kept?"),
        most=MOST_WEEKS,
        initial=8,
        hint=_("Counted from the first letter. After that nobody can open the conversation."),
    )
    day_limit = _number_field(
        _("How many new letters a day, at most?"),
        most=MOST_A_DAY,
        initial=50,
        hint=_("Whoever comes after that is asked to come back tomorrow, and loses nothing."),
    )
    is_moderated = forms.BooleanField(
        label=_("Coordinators look at each new letter before the others see it"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Add title, advice and questions in each language of this place."""
        super().__init__(*args, **options)
        for code, name in settings.LANGUAGES:
            self.fields |= _fields_in(code, name)
        names = [name for name in self.fields if name not in {"weeks", "day_limit", "is_moderated"}]
        self.order_fields([*names, "weeks", "day_limit", "is_moderated"])

    def clean(self) -> dict[str, Any]:
        """Refuse a box in no language, and forms that ask differently in two languages."""
        data = super().clean() or {}
        texts = {
            code: self._text_in(code)
            for code, _name in settings.LANGUAGES
            if data.get(f"title_{code}")
        }
        for code, _name in settings.LANGUAGES:
            is_begun = data.get(f"advice_{code}") or data.get(f"questions_{code}")
            if is_begun and code not in texts and f"title_{code}" not in self.errors:
                self.add_error(f"title_{code}", _("A title is needed in this language, too."))
        if not texts and not self.errors:
            self.add_error(None, _("Please write a title in one language at least."))
        self._compare(texts)
        data["texts"] = {code: text for code, (text, _) in texts.items()}
        data["needed"] = next((needed for _, needed in texts.values()), [])
        return data

    def _text_in(self, code: str) -> tuple[dict[str, Any], list[bool]]:
        """Return what was typed in one language, and which of the questions need an answer."""
        data = self.cleaned_data
        lines = [line.strip() for line in data.get(f"questions_{code}", "").split("\n")]
        lines = [line for line in lines if line.strip(_NEEDED + " ")]
        needed = [line.endswith(_NEEDED) for line in lines]
        questions = [line.rstrip(_NEEDED + " ") for line in lines]
        if len(lines) > MOST_QUESTIONS:
            self.add_error(
                f"questions_{code}",
                ValidationError(
                    _("At most %(count)s questions, please: long forms are not filled in."),
                    params={"count": MOST_QUESTIONS},
                ),
            )
        text = {
            "title": data[f"title_{code}"],
            "advice": data.get(f"advice_{code}", ""),
            "questions": questions,
        }
        return text, needed

    def _compare(self, texts: dict[str, tuple[dict[str, Any], list[bool]]]) -> None:
        """Refuse languages whose questions are not as many, or not needed alike."""
        first = next((needed for _, needed in texts.values()), [])
        for code, (_text, needed) in texts.items():
            if needed != first:
                self.add_error(
                    f"questions_{code}",
                    _("The same questions in the same order, with the same stars, please."),
                )

    @staticmethod
    def initial_of(box: LetterBox) -> dict[str, object]:
        """Return a box as this form shows it."""
        shown: dict[str, object] = {
            "weeks": box.weeks,
            "day_limit": box.day_limit,
            "is_moderated": box.is_moderated,
        }
        for code in box.languages:
            text = box.text_in(code)
            lines = [one.text + (f" {_NEEDED}" if one.is_needed else "") for one in text.questions]
            shown |= {f"title_{code}": text.title, f"advice_{code}": text.advice}
            shown[f"questions_{code}"] = "\n".join(lines)
        return shown


def _fields_in(code: str, name: str) -> dict[str, forms.Field]:
    """Make the three fields of a language; their labels end with its name."""
    return {
        f"title_{code}": LineField(
            label=_titled(_("Title: whom does one write to?"), name),
            limit=TITLE_BYTES,
            empty="",
            required=False,
        ),
        f"advice_{code}": TextField(
            label=_titled(_("What one can do right now"), name),
            help_text=_(
                "It stands above the form and is read by people who do not write at all: "
                "telephone numbers, first steps. # makes a heading, - a list."
            ),
            limit=ADVICE_BYTES,
            rows=6,
            empty="",
            required=False,
        ),
        f"questions_{code}": TextField(
            label=_titled(_("Questions"), name),
            help_text=_("One in each line. A star at the end means that it must be answered."),
            limit=QUESTIONS_BYTES,
            rows=4,
            empty="",
            required=False,
        ),
    }


def _titled(label: Any, language: str) -> Any:
    """Put the name of a language behind a label."""
    return format_lazy("{} ({})", label, language)


class NewBoxForm(BoxForm):
    """Ask for a letter-box with its address."""

    submit_label = _("Open the letter-box")

    address = LineField(
        label=_("Address"),
        help_text=_(
            "Short, in small Latin letters, figures and hyphens: it stands on posters, behind "
            "/write/. It cannot be changed."
        ),
        limit=ADDRESS_LENGTH,
        empty=_("Please choose an address."),
    )

    def clean_address(self) -> str:
        """Refuse an address that browsers spell differently, or that was given before."""
        address: str = self.cleaned_data["address"].lower()
        if not _ADDRESS.fullmatch(address) or address in _RESERVED:
            raise ValidationError(_("Only small Latin letters, figures and hyphens, please."))
        if boxes.is_taken(address):
            raise ValidationError(_("This address is taken. Please choose another one."))
        return address
