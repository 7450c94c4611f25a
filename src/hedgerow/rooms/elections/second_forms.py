# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask for the figures of a sheet, read from its photograph."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hedgerow.engines.tally.layout import MISSING
from hedgerow.rooms.elections.counts import CountField
from hedgerow.rooms.members.forms import RoomForm
from hedgerow.store.formtokens import State

#: What is said to a form whose page has not shown the photographs that there are now.
AGES: dict[State, Any] = {
    "forged": _(
        "The photographs beside this form are other ones than when it was opened, or it did not"
        " come from here. What you typed is below: please compare it once more and send it again."
    ),
    "late": _(
        "This form stood open for a day. What you typed is below: please compare it once more and"
        " send it again."
    ),
}


class SecondForm(RoomForm):
    """Ask for the numbers of a sheet, once more, from its photograph."""

    submit_label = _("Enter these numbers")
    who = _("The running server reads the numbers, to compare them with what the observer sent.")
    kept = _("As long as the election's reports.")

    def __init__(self, *args: Any, titles: dict[str, str], **options: Any) -> None:
        """Make one field for each column."""
        super().__init__(*args, **options)
        for number, title in enumerate(titles.values()):
            self.fields[f"line_{number}"] = CountField(label=title, required=False)

    def values(self) -> tuple[int, ...]:
        """Return the numbers in the order of the columns."""
        typed = (self.cleaned_data[name] for name in self.fields)
        return tuple(MISSING if one is None else one for one in typed)

    def clean(self) -> dict[str, Any]:
        """Refuse a sheet without any number."""
        data = super().clean() or {}
        if data and all(value is None for value in data.values()):
            raise ValidationError(_("Please write at least one number."))
        return data
