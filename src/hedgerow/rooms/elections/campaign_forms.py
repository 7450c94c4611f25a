# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask for the public page of a candidate or a list."""

import re
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.elections.fields import in_languages, number_field, said, text
from hedgerow.rooms.elections.forms import TITLE_BYTES, PublicForm
from hedgerow.rooms.elections.models import CURRENCY_LENGTH, Candidate
from hedgerow.rooms.members.fields import LineField

_TEXT_BYTES: Final = 40_000
_MOST: Final = 2_000_000_000
_CURRENCY: Final = re.compile(rf"[A-Z]{{{CURRENCY_LENGTH}}}")


class CandidateForm(PublicForm):
    """Ask who stands, with what programme, and what the campaign needs."""

    name = LineField(
        label=_("Name, as it stands on the ballot paper"),
        limit=TITLE_BYTES,
        empty=_("Please write the name."),
    )
    nominations_needed = number_field(_("How many nominations the law asks for"), most=_MOST)
    nominations = number_field(_("How many there are"), most=_MOST)
    target_amount = number_field(_("How much money the campaign needs"), most=_MOST)
    target_currency = LineField(
        label=_("In which currency"),
        help_text=_("Three letters, such as RUB, UAH or EUR."),
        limit=CURRENCY_LENGTH,
        empty="",
        required=False,
    )
    is_shown = forms.BooleanField(label=_("Everybody can see this page"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Add page and programme in each language of this place."""
        super().__init__(*args, **options)
        own = [name for name in self.fields if name != "name"]
        hint = _("# makes a heading, - a list, **two stars** strong words.")
        self.fields |= in_languages("page", text(_TEXT_BYTES, 6, hint), _("Who it is"))
        self.fields |= in_languages("programme", text(_TEXT_BYTES, 8, hint), _("Programme"))
        kinds = ("page", "programme")
        spoken = [f"{kind}_{code}" for code, _l in settings.LANGUAGES for kind in kinds]
        self.order_fields(["name", *spoken, *own])

    def clean_target_currency(self) -> str:
        """Refuse what is no code of a currency."""
        code: str = self.cleaned_data["target_currency"].upper()
        if code and not _CURRENCY.fullmatch(code):
            raise ValidationError(_("Three letters, such as RUB, UAH or EUR."))
        return code

    def clean(self) -> dict[str, Any]:
        """Refuse money without a currency, and a page without a word."""
        data = super().clean() or {}
        if data.get("target_amount") and not data.get("target_currency"):
            self.add_error("target_currency", _("In which currency? Three letters, please."))
        pages, programmes = said(data, "page"), said(data, "programme")
        data["texts"] = {
            code: {"page": pages.get(code, ""), "programme": programmes.get(code, "")}
            for code, _language in settings.LANGUAGES
            if code in pages or code in programmes
        }
        if data.get("is_shown") and not data["texts"]:
            self.add_error("is_shown", _("There is no text yet that everybody could see."))
        return data

    @staticmethod
    def initial_of(candidate: Candidate) -> dict[str, object]:
        """Return a candidate as this form shows it."""
        names = ("name", "nominations_needed", "nominations", "target_amount", "target_currency")
        shown: dict[str, object] = {name: getattr(candidate, name) for name in names}
        shown["is_shown"] = candidate.is_shown
        for code, texts in candidate.texts.items():
            shown |= {f"{kind}_{code}": words for kind, words in texts.items()}
        return shown
