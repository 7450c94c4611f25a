# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make up what the page of parts shows: one example of every part, in English only."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django import forms
from django.utils.safestring import SafeString, mark_safe

from hedgerow.site.typed import Again


class PartsForm(forms.Form):
    """Show every kind of field, filled in wrongly."""

    title = forms.CharField(label="Title", help_text="What is it about?")
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    role = forms.ChoiceField(
        label="Role",
        choices=[("reader", "reader"), ("editor", "writer"), ("keeper", "coordinator")],
        widget=forms.RadioSelect,
        help_text="It can be changed later.",
    )
    topics = forms.MultipleChoiceField(
        label="Topics",
        choices=[("letters", "Letters"), ("money", "Money")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    language = forms.ChoiceField(
        label="Language", choices=[("en", "English"), ("uk", "Українська")]
    )
    day = forms.DateField(
        label="Last day", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    picture = forms.FileField(label="Picture", required=False)
    sure = forms.BooleanField(label="I have copied the words by hand", help_text="All of them.")


@dataclass(frozen=True)
class Piece:
    """Hold some words of a changed line."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True)
class Change:
    """Name what happened to a line."""

    value: str


@dataclass(frozen=True)
class Line:
    """Hold one line of a comparison."""

    change: Change
    pieces: tuple[Piece, ...] = ()
    skipped: int = 0


QR = (
    '<svg class="qr" viewBox="0 0 7 7" role="img" aria-label="QR code of the address">'
    '<path d="M0 0h3v3H0zM4 0h3v3H4zM0 4h3v3H0zM4 4h1v1H4zM6 6h1v1H6z"/></svg>'
)
DIFFERENCE = (
    Line(Change("same"), (Piece("We meet at the library."),)),
    Line(Change("removed"), (Piece("Bring "), Piece("six", is_changed=True), Piece(" chairs."))),
    Line(Change("added"), (Piece("Bring "), Piece("nine", is_changed=True), Piece(" chairs."))),
    Line(Change("skipped"), skipped=12),
)
ROWS = (
    {
        "url": "#rows",
        "title": "Reading group",
        "text": "Three new pages",
        "note": "Alder",
        "day": date(2031, 3, 14),
        "tag": "new",
    },
    {"url": "#rows", "title": "Kitchen", "note": "nothing new"},
)


def _safe(text: str) -> SafeString:
    # Only constants of this module come here.
    return mark_safe(text)  # noqa: S308  # nosec


def parts_context() -> dict[str, object]:
    """Return the made-up content of the page of parts."""
    return {
        "form": PartsForm({"note": "A text of some length."}, auto_id="part_%s"),
        "definitions": [("Opened", "by Alder"), ("Members", "12")],
        "head": ["Town", "Seats", "Votes"],
        "table": [["Riverside", "3", "1,204"], ["Hilltown", "1", "377"]],
        "links": [("Groups", "#ways"), ("Reading group", "#ways")],
        "tabs": [("Notebook", "#ways", True), ("Threads", "#ways", False)],
        "rows": ROWS,
        "difference": DIFFERENCE,
        "again": Again(
            address="/language/",
            csrf="made-up",
            form=None,
            hidden=(("note", "A text that could not be saved."),),
            texts=(),
            has_files=True,
            has_secrets=True,
        ),
        "words": ["alder", "birch", "cedar", "elder", "fern", "gorse", "hazel", "ivy"],
        "qr": _safe(QR),
        "moment": datetime(2031, 3, 14, 18, 30, tzinfo=UTC),
        "submit_label": "Save",
        "who": "The twelve members of this group can read this.",
        "kept": "It stays until the group erases it.",
        "cancel_url": "/parts/",
        "body": _safe("<p>I can bring chairs. <em>Nine</em> of them.</p>"),
    }
