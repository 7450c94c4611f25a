# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take times of the day, hours, short names, and the same line or text in each language."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.elections.models import ADDRESS_LENGTH, MINUTES_OF_A_DAY
from hedgerow.rooms.members.fields import QUIET, LineField, TextField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_KEY: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_TIME: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_OFFSET: Final = re.compile(r"([+−-])([0-9]{1,2}):?([0-9]{2})?")
_LAST_HOUR: Final = 24
_MOST_OFFSET: Final = 14 * 60
_BYTES: Final = 40


def is_key(text: str) -> bool:
    """Tell whether a text can stand in an address."""
    return _KEY.fullmatch(text) is not None and len(text) <= ADDRESS_LENGTH


class KeyField(LineField):
    """Take a short name for addresses: small Latin letters, figures and hyphens."""

    def clean(self, value: object) -> str:
        """Return it in small letters."""
        key = super().clean(value).lower()
        if not is_key(key):
            raise ValidationError(_("Only small Latin letters, figures and hyphens, please."))
        return key


class ClockField(LineField):
    """Take a time of the day; its value is the minute of the day."""

    def clean(self, value: object) -> int:  # type: ignore[override]  # a field gives what it gives
        """Return the minute of the day."""
        found = _TIME.fullmatch(super().clean(value))
        minute = int(found[1]) * 60 + int(found[2]) if found else -1
        if found is None or not 0 <= minute <= MINUTES_OF_A_DAY or int(found[2]) >= 60:  # noqa: PLR2004 -- minutes
            raise ValidationError(_("Please write the time like this: 08:00."))
        return minute

    def prepare_value(self, value: object) -> object:
        """Show a minute of the day as a time."""
        return f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) else value


class OffsetField(LineField):
    """Take how far clocks are from universal time; its value is in minutes."""

    def clean(self, value: object) -> int:  # type: ignore[override]  # a field gives what it gives
        """Return minutes."""
        found = _OFFSET.fullmatch(super().clean(value))
        minutes = int(found[2]) * 60 + int(found[3] or 0) if found else _MOST_OFFSET + 1
        if found is None or minutes > _MOST_OFFSET:
            raise ValidationError(_("Please write it like this: +03:00."))
        return minutes if found[1] == "+" else -minutes

    def prepare_value(self, value: object) -> object:
        """Show minutes as hours and minutes with their sign."""
        if not isinstance(value, int):
            return value
        return f"{'-' if value < 0 else '+'}{abs(value) // 60:02}:{abs(value) % 60:02}"


class HoursField(LineField):
    """Take some hours of the day, in their order."""

    def clean(self, value: object) -> list[int]:  # type: ignore[override]  # a field gives what it gives
        """Return them sorted, each once."""
        words = re.split(r"[\s,;]+", super().clean(value).strip())
        words = [one for one in words if one]
        if not all(one.isascii() and one.isdigit() and int(one) <= _LAST_HOUR for one in words):
            raise ValidationError(_("Please write hours like this: 10, 12, 15, 18, 20."))
        return sorted({int(one) for one in words})

    def prepare_value(self, value: object) -> object:
        """Show them in one line."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value


def clock_field(label: "StrOrPromise", **options: Any) -> ClockField:
    """Make a field for a time of the day."""
    empty = _("Please write the time like this: 08:00.")
    return ClockField(label=label, limit=_BYTES, empty=empty, **options)


def day_field(label: "StrOrPromise") -> forms.DateField:
    """Make a field for a day."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **QUIET}),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        error_messages={
            "required": _("Please choose a day."),
            "invalid": _("Please write the day like this: 2027-01-31."),
        },
    )


def number_field(label: "StrOrPromise", *, most: int, hint: "StrOrPromise" = "") -> forms.Field:
    """Make a field for a whole number from nought up; empty is nought."""
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=0,
        max_value=most,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", **QUIET}),
        error_messages={
            "invalid": _("Please write a number."),
            "min_value": _("At least %(limit_value)s, please."),
            "max_value": _("At most %(limit_value)s, please."),
        },
    )


def in_languages(name: str, make: Callable[[Any], forms.Field], label: Any) -> dict[str, Any]:
    """Make a field in each language of this place; labels end with the language's name."""
    return {
        f"{name}_{code}": make(format_lazy("{} ({})", label, language))
        for code, language in settings.LANGUAGES
    }


def line(limit: int, hint: "StrOrPromise" = "") -> Callable[[Any], forms.Field]:
    """Return what makes a line that may stay empty, from its label."""
    return lambda label: LineField(
        label=label, help_text=hint, limit=limit, empty="", required=False
    )


def text(limit: int, rows: int, hint: "StrOrPromise" = "") -> Callable[[Any], forms.Field]:
    """Return what makes a longer text that may stay empty, from its label."""
    return lambda label: TextField(
        label=label, help_text=hint, limit=limit, rows=rows, empty="", required=False
    )


def said(data: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return what was typed in each language in which something was."""
    found = {code: data.get(f"{name}_{code}", "") for code, _language in settings.LANGUAGES}
    return {code: words for code, words in found.items() if words}


def lines_of(typed: str) -> list[str]:
    """Return the lines of a text that are not empty."""
    return [one.strip() for one in typed.split("\n") if one.strip()]
