# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask people for what the room needs, and say plainly what is wrong with an answer."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.members.fields import QUIET, LineField, TextField, words_field
from hedgerow.store.roles import Reads, Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAME_BYTES: Final = 128
GROUP_BYTES: Final = 120
TITLE_BYTES: Final = 160
TEXT_BYTES: Final = 150_000
NOTE_BYTES: Final = 2_000
INVITATION_DAYS: Final = 30
INVITATION_DEFAULT_DAYS: Final = 7

_EVERYBODY_HERE: Final = _("Everybody in this group can read this.")
_UNTIL_ERASED: Final = _("It is kept until somebody erases it.")
NOBODY: Final = _("Nobody can read these words later, not even those who run this place.")
NOT_KEPT: Final = _("They are not kept.")


class RoomForm(forms.Form):
    """Be a form that says what its button does and who will read what is typed.

    Attributes:
        submit_label: The words on the button.
        who: Who can read it, a whole sentence.
        kept: How long it is kept, a whole sentence.
    """

    submit_label: "StrOrPromise" = _("Save")
    who: "StrOrPromise" = _EVERYBODY_HERE
    kept: "StrOrPromise" = _UNTIL_ERASED


def _own_name_field() -> LineField:
    """Make the field for the name somebody goes by in one group."""
    return LineField(
        label=_("Your name in this group"),
        help_text=_("It need not be your real one. Another group can know you by another name."),
        limit=NAME_BYTES,
        empty=_("Please choose a name, so that the others can speak to you."),
    )


class InvitationForm(RoomForm):
    """Ask for the words of an invitation."""

    submit_label = _("Go on")
    who = NOBODY
    kept = NOT_KEPT

    words = words_field(
        _("The seven words of your invitation"),
        hint=_("Small or capital letters, commas or line breaks do not matter."),
    )


class JoinForm(RoomForm):
    """Ask for the new words, typed back, and for a name in the group."""

    submit_label = _("Come in")
    who = _("Your name can be read by everybody in this group, your words by nobody.")
    kept = _("The words are not kept.")

    words = words_field(_("Your eight words"), hint=_("Type them as you wrote them down."))
    name = _own_name_field()


class FounderForm(RoomForm):
    """Ask the first person of an instance for the new words, typed back."""

    submit_label = _("Come in")
    who = NOBODY
    kept = NOT_KEPT

    words = words_field(_("Your eight words"), hint=_("Type them as you wrote them down."))


class EnterForm(RoomForm):
    """Ask for somebody's eight words."""

    submit_label = _("Come in")
    who = NOBODY
    kept = NOT_KEPT

    words = words_field(_("Your eight words"))


class AcceptForm(RoomForm):
    """Ask somebody who has words already for those of another invitation."""

    submit_label = _("Join the group")
    who = _("Your name can be read by everybody in this group, the words by nobody.")
    kept = _("The words are not kept.")

    words = words_field(_("The seven words of the invitation"))
    name = _own_name_field()


class OpenGroupForm(RoomForm):
    """Ask for the name of a new group and for one's own name in it."""

    submit_label = _("Open the group")

    group = LineField(
        label=_("Name of the group"),
        limit=GROUP_BYTES,
        empty=_("Please give the group a name."),
    )
    name = _own_name_field()


class RenameGroupForm(RoomForm):
    """Ask for a group's new name."""

    kept = _("It is kept until somebody changes it.")

    group = LineField(
        label=_("Name of the group"),
        limit=GROUP_BYTES,
        empty=_("Please give the group a name."),
    )


class OwnNameForm(RoomForm):
    """Ask for the name somebody goes by in one group."""

    kept = _("It is kept until you change it.")

    name = _own_name_field()


class PageForm(RoomForm):
    """Ask for a page of the notebook; `base` carries the version it was opened at."""

    kept = _("Every version is kept until somebody erases the page.")

    title = LineField(label=_("Title"), limit=TITLE_BYTES, empty=_("Please give the page a title."))
    text = TextField(
        label=_("Text"),
        help_text=_("# makes a heading, - a list, **two stars** strong words."),
        limit=TEXT_BYTES,
        rows=18,
        empty=_("Please write something first."),
    )
    change = LineField(
        label=_("What did you change?"),
        limit=TITLE_BYTES,
        empty="",
        required=False,
    )
    base = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class NewPageForm(PageForm):
    """Ask for a new page, of which nothing was changed yet."""

    change = None  # type: ignore[assignment]  # Django's way to leave an inherited field out


class ThreadForm(RoomForm):
    """Ask for the subject and the first message of a thread."""

    submit_label = _("Begin the thread")

    title = LineField(
        label=_("Subject"), limit=TITLE_BYTES, empty=_("Please say what it is about.")
    )
    text = TextField(
        label=_("Message"), limit=TEXT_BYTES, rows=8, empty=_("Please write something first.")
    )


class MessageForm(RoomForm):
    """Ask for an answer in a thread."""

    submit_label = _("Answer")

    text = TextField(
        label=_("Your answer"), limit=TEXT_BYTES, rows=6, empty=_("Please write something first.")
    )


class FileForm(RoomForm):
    """Ask for a file and a line about it."""

    submit_label = _("Put it on the shelf")

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Photographs can tell where and when they were taken, and with whose phone."
            " Take that out first."
        ),
        required=False,
        error_messages={
            "empty": _("This file is empty. Please choose another."),
            "missing": _("Please choose the file again: the browser did not send it."),
            "invalid": _("Please choose the file again: the browser did not send it."),
        },
    )
    about = LineField(label=_("What is it?"), limit=NOTE_BYTES, empty="", required=False)

    is_received = False

    def clean(self) -> dict[str, Any]:
        """Demand a file, unless one was received before."""
        data = super().clean() or {}
        if not data.get("file") and not self.is_received and "file" not in self.errors:
            self.add_error("file", _("Please choose a file."))
        return data

    def refuse_file(self, sentence: str) -> None:
        """Say why the file was not taken, in place of anything else about it."""
        self.errors.pop("file", None)
        self.add_error("file", sentence)


class SearchForm(RoomForm):
    """Ask what to look for."""

    submit_label = _("Search")
    who = _("Nobody else can see what you look for.")
    kept = NOT_KEPT

    query = forms.CharField(
        label=_("Words to look for"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", **QUIET}),
        error_messages={
            "required": _("Please type a word to look for."),
            "max_length": _("Please look for fewer words."),
        },
    )


ROLE_NAMES: Final = {
    Role.KEEPER: _("coordinator"),
    Role.EDITOR: _("writer"),
    Role.READER: _("reader"),
    Role.PROBATIONER: _("new member"),
}
ROLE_MEANINGS: Final = {
    Role.KEEPER: _("coordinator: writes, invites and removes people"),
    Role.EDITOR: _("writer: reads and writes"),
    Role.READER: _("reader: reads only"),
    Role.PROBATIONER: _("new member: sees only who is here, until a coordinator says more"),
}


class InviteForm(RoomForm):
    """Ask for the role, the reach and the last day of an invitation."""

    submit_label = _("Make the invitation")
    who = _("Coordinators of this group can see that there is an invitation, but not its words.")
    kept = _("It ends on its last day.")

    role = forms.TypedChoiceField(
        label=_("What may this person do?"),
        choices=[(role.value, meaning) for role, meaning in reversed(ROLE_MEANINGS.items())],
        coerce=lambda value: Role(int(value)),
        initial=Role.EDITOR.value,
        widget=forms.RadioSelect,
    )
    reads = forms.TypedChoiceField(
        label=_("What may this person read?"),
        choices=[
            (Reads.FROM_NOW.name, _("from now on")),
            (Reads.ALL.name, _("all of it, from the beginning")),
        ],
        coerce=lambda value: Reads[value],
        initial=Reads.FROM_NOW.name,
        widget=forms.RadioSelect,
    )
    last_day = forms.DateField(
        label=_("Last day on which the invitation is good"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **QUIET}),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        error_messages={
            "required": _("Please choose a day."),
            "invalid": _("Please write the day like this: 2027-01-31."),
        },
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """Offer a last day a week from today."""
        super().__init__(*args, **options)
        self._today = today
        self.fields["last_day"].initial = today + timedelta(days=INVITATION_DEFAULT_DAYS)

    def clean_last_day(self) -> date:
        """Refuse a day that is past or too far away."""
        chosen: date = self.cleaned_data["last_day"]
        if chosen < self._today:
            raise ValidationError(_("This day is past. Please choose today or a later one."))
        if chosen > self._today + timedelta(days=INVITATION_DAYS):
            latest = self._today + timedelta(days=INVITATION_DAYS)
            raise ValidationError(
                _("An invitation is good for at most 30 days. Please choose %(day)s or earlier.")
                % {"day": latest.isoformat()}
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        """Refuse pairs of role and reach that the group's keys cannot give."""
        data = super().clean() or {}
        role, reads = data.get("role"), data.get("reads")
        if role is Role.KEEPER and reads is Reads.FROM_NOW:
            self.add_error("reads", _("A coordinator reads all of it. Please choose “all of it”."))
        return data


class RoleForm(RoomForm):
    """Ask for a member's new role."""

    who = _("Everybody in this group can see who may do what.")
    kept = _("The group keeps a list of such changes, without names.")

    role = forms.TypedChoiceField(
        label=_("What may this person do?"),
        choices=[(role.value, meaning) for role, meaning in reversed(ROLE_MEANINGS.items())],
        coerce=lambda value: Role(int(value)),
        widget=forms.RadioSelect,
    )


class PresentWordsForm(RoomForm):
    """Ask for the present words before they are changed."""

    submit_label = _("Go on")
    who = NOBODY
    kept = NOT_KEPT

    words = words_field(_("Your present eight words"))


class ConfirmForm(RoomForm):
    """Ask for nothing but a yes."""

    submit_label = _("Yes, do it")
    who = _("Everybody in this group can see that it was done.")
    kept = ""


class WelcomeForm(RoomForm):
    """Ask what a group tells its new members; `base` carries the version it was opened at."""

    who = _("Everybody in this group can read this, new members too.")

    text = TextField(
        label=_("What new members should know"),
        help_text=_("This is the one page that people with the role “new member” can read too."),
        limit=TEXT_BYTES,
        rows=12,
        empty=_("Please write something first."),
    )
    base = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
