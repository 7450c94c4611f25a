# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take lines, texts and words, and refuse what is too long in a sentence that helps.

Lengths count bytes, because that is what a sealed entry has room for; the sentences
speak of letters, because that is what people count.
"""

import unicodedata
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Neither history nor suggestions nor a spelling service may keep what is typed here.
QUIET: Final = {"autocomplete": "off", "spellcheck": "false"}
_QUIET_WORDS: Final = {**QUIET, "autocapitalize": "none", "autocorrect": "off"}


def _plain(text: str) -> str:
    """Return a text without the control characters that no page may hold."""
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) != "Cc")


def _refuse_long(text: str, *, limit: int) -> None:
    """Refuse a text of more bytes than there is room for, saying how much is too much."""
    excess = len(text.encode()) - limit
    if excess > 0:
        letters = max(1, round(excess * len(text) / len(text.encode())))
        raise ValidationError(
            ngettext(
                "This is too long. Please shorten it by about %(count)s letter.",
                "This is too long. Please shorten it by about %(count)s letters.",
                letters,
            )
            % {"count": letters}
        )


class LineField(forms.CharField):
    """Take one line of text of so many bytes."""

    def __init__(self, *, limit: int, empty: "StrOrPromise", **options: Any) -> None:
        """Set the limit in bytes and the sentence for an empty line."""
        widget = forms.TextInput(attrs=dict(QUIET))
        super().__init__(widget=widget, error_messages={"required": empty}, **options)
        self._limit = limit

    def clean(self, value: object) -> str:
        """Return the line with runs of white space made single."""
        line = _plain(" ".join(str(super().clean(value)).split()))
        _refuse_long(line, limit=self._limit)
        return line


class TextField(forms.CharField):
    """Take a longer text of so many bytes, with line ends made alike."""

    def __init__(self, *, limit: int, empty: "StrOrPromise", rows: int, **options: Any) -> None:
        """Set the limit in bytes, the sentence for an empty text and the height."""
        widget = forms.Textarea(attrs={"rows": rows, **QUIET})
        super().__init__(widget=widget, error_messages={"required": empty}, **options)
        self._limit = limit

    def clean(self, value: object) -> str:
        """Return the text with every line end a single newline."""
        text = _plain(str(super().clean(value)).replace("\r\n", "\n").replace("\r", "\n"))
        _refuse_long(text, limit=self._limit)
        return text


def words_field(
    label: "StrOrPromise", *, hint: "StrOrPromise" = "", rows: int = 2
) -> forms.CharField:
    """Make a field for words from a list, which browsers neither keep nor correct."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": rows, **_QUIET_WORDS}),
        error_messages={
            "required": _("Please type the words."),
            "max_length": _("These are more words than there should be."),
        },
    )
