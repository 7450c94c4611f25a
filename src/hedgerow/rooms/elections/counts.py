# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take numbers of a results sheet as people type them, and say plainly what is wrong with one."""

import re
import unicodedata
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.members.fields import QUIET

LARGEST: Final = 9_999_999
_GROUPED: Final = re.compile(r"[0-9]{1,3}( [0-9]{3})+")
#: Letters that are taken for figures, on keyboards and on paper.
_LOOKALIKES: Final = {
    "О": "0",  # Cyrillic
    "о": "0",
    "O": "0",
    "o": "0",
    "З": "3",  # Cyrillic
    "з": "3",
    "б": "6",
    "l": "1",
    "I": "1",
    "І": "1",  # Cyrillic
    "і": "1",
    "|": "1",
    "В": "8",  # Cyrillic
    "B": "8",
    "Ч": "4",
    "S": "5",
}


def read_count(typed: str) -> int:
    """Return the whole number that somebody typed.

    Raises:
        ValidationError: It is none; the sentence says what stands there.
    """
    text = " ".join(unicodedata.normalize("NFKC", typed).split())
    if _GROUPED.fullmatch(text):
        text = text.replace(" ", "")
    if text.isascii() and text.isdigit():
        if int(text) > LARGEST:
            raise ValidationError(_("This number is too large. Please look at it once more."))
        return int(text)
    raise ValidationError(_wrong(text))


def _wrong(text: str) -> str:
    """Say why a text is no whole number."""
    if " " in text and text.replace(" ", "").isdigit():
        return gettext("Please write the number without spaces: %(number)s?") % {
            "number": text.replace(" ", "")
        }
    if text[:1] in {"-", "−", "–"}:
        return gettext("A count is never below zero.")
    if re.fullmatch(r"[0-9]+[.,][0-9]+", text):
        return gettext("Please write a whole number, without a dot or a comma.")
    odd = next(one for one in text if not (one.isascii() and one.isdigit()))
    if odd in _LOOKALIKES:
        return gettext(
            "Here is the letter “%(letter)s” where a figure should be. Did you mean %(figure)s?"
        ) % {"letter": odd, "figure": _LOOKALIKES[odd]}
    return gettext("Please write figures only; here stands “%(letter)s”.") % {"letter": odd}


class CountField(forms.CharField):
    """Take a whole number, on a phone with its keyboard of figures."""

    def __init__(self, **options: Any) -> None:
        """Make a short field without suggestions."""
        widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "20", **QUIET})
        required = {"required": _("Please write a number.")}
        super().__init__(widget=widget, error_messages=required, **options)

    def clean(self, value: object) -> int | None:
        """Return the number, or None where the field stayed empty."""
        text = str(super().clean(value)).strip()
        return read_count(text) if text else None
