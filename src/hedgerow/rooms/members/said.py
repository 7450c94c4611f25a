# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say to a person what each error code means and what to do; nobody else words errors here."""

from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.registration import ErrorSentence, Text


def _say(code: str, status: int, sentence: Text) -> ErrorSentence:
    """Give one code its status and its sentence."""
    return ErrorSentence(code=code, status=status, sentence=sentence)


SENTENCES = (
    _say("words.count", 422, _("There should be %(wanted)s words; you typed %(typed)s.")),
    _say(
        "words.unknown",
        422,
        _("Word %(position)s is not in the list. Please look at it once more."),
    ),
    _say(
        "words.mistyped",
        422,
        _("One of the words was mistyped. Please compare them with your paper."),
    ),
    _say(
        "account.unknown",
        422,
        _("These words open nothing here. Are they the words of this place, and the newest?"),
    ),
    _say(
        "invitation.dead",
        422,
        _("This invitation is not good, or no longer. Ask whoever gave it to you for another."),
    ),
    _say(
        "invitation.used",
        422,
        _("This invitation was used in the meantime. Ask whoever gave it to you for another."),
    ),
    _say(
        "invitation.open_elsewhere",
        422,
        _("Somebody is using this invitation just now. Try again in a quarter of an hour."),
    ),
    _say(
        "joining.over",
        410,
        _("This took too long, or it is done already. Begin again with your invitation."),
    ),
    _say(
        "joining.other_words",
        422,
        _("These are not the words you were shown. Please look at them once more."),
    ),
    _say("space.may_not", 403, _("Your role in this group does not allow this.")),
    _say("space.keepers_only", 403, _("Only coordinators of this group may do this.")),
    _say(
        "record.changed", 409, _("Somebody else changed this in the meantime. Please look again.")
    ),
)
