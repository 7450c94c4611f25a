# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask for the words that pause an account, open it again, or lock it for a journey."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.members.fields import QUIET, words_field
from hedgerow.rooms.members.forms import NOBODY, NOT_KEPT, RoomForm


class PauseForm(RoomForm):
    """Ask a friend for the words that pause somebody's access."""

    submit_label = _("Pause it now")
    who = NOBODY
    kept = NOT_KEPT

    words = words_field(_("The seven words your friend gave you"))


class LiftForm(RoomForm):
    """Ask for a friend's words and one's own."""

    submit_label = _("Open it again")
    who = NOBODY
    kept = NOT_KEPT

    friend = words_field(_("The seven words you gave your friend"))
    words = words_field(_("Your eight words"))


class FriendWordsForm(RoomForm):
    """Ask for the present words before a friend's are drawn, and how long those are good."""

    submit_label = _("Show the words")
    who = NOBODY
    kept = NOT_KEPT

    days = forms.TypedChoiceField(
        label=_("How long should they be good?"),
        choices=[(0, _("without end")), (90, _("90 days")), (30, _("30 days"))],
        coerce=int,
        initial=0,
        widget=forms.RadioSelect,
    )
    words = words_field(_("Your present eight words"))


class JourneyForm(RoomForm):
    """Ask for the last day of a journey and for the present words."""

    submit_label = _("Close my page until then")
    who = _("Whoever runs this place can see that somebody is away, but not who.")
    kept = _("It opens by itself after that day.")

    last_day = forms.DateField(
        label=_("Last day on which it stays closed"),
        help_text=_("At most 60 days from now."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **QUIET}),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        error_messages={
            "required": _("Please choose a day."),
            "invalid": _("Please write the day like this: 2027-01-31."),
        },
    )
    words = words_field(_("Your present eight words"))
