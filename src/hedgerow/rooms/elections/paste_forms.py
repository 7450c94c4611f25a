# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask the headquarters for a locked text, and only where it is needed for two answers."""

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.members.fields import TextField
from hedgerow.rooms.members.forms import RoomForm

if TYPE_CHECKING:
    from hedgerow.rooms.elections.pasting import Pasted

TEXT_BYTES: Final = 20_000


class PasteForm(RoomForm):
    """Ask for a locked text.

    What only some sheets need is asked once such a sheet was pasted.
    """

    submit_label = _("Take it in")
    who = _("Everybody in this group can read the sheet afterwards.")
    kept = _("The text itself is kept nowhere; the sheet as long as every report.")

    text = TextField(
        label=_("The locked text"),
        help_text=_(
            "Paste the whole message, as it came. Line breaks, capitals and what stands around it"
            " do not matter."
        ),
        limit=TEXT_BYTES,
        rows=8,
        empty=_("Please paste the text first."),
    )
    paper = forms.BooleanField(
        label=_("The paper says so: I have asked the observer, or seen a photograph."),
        required=False,
    )
    newest = forms.BooleanField(
        label=_("This one is the newest: I have asked the observer."),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Ask for what was asked and answered before, too."""
        super().__init__(*args, **options)
        self.asked = {name for name in ("paper", "newest") if self.data.get(name)}

    def ask(self, pasted: "Pasted") -> None:
        """Ask what a sheet that was pasted needs."""
        for name, is_asked, sentence in (
            ("paper", pasted.broken, _("Some figures do not fit together; see above which.")),
            ("newest", pasted.later, _("Another version came meanwhile; see above when.")),
        ):
            if is_asked:
                self.asked.add(name)
                self.add_error(name, sentence)

    def questions(self) -> list[forms.BoundField]:
        """Return the fields that are asked."""
        return [self[name] for name in ("paper", "newest") if name in self.asked]
