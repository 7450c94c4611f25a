# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say to a stranger or a member what each error code of letters means and what to do."""

from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.registration import ErrorSentence, Text


def _say(code: str, status: int, sentence: Text) -> ErrorSentence:
    """Give one code its status and its sentence."""
    return ErrorSentence(code=code, status=status, sentence=sentence)


SENTENCES = (
    _say(
        "letters.unknown",
        422,
        _("These words open no conversation here: they were never given, forgotten, or too old."),
    ),
    _say("letters.closed", 410, _("This letter-box is closed and takes no letters any more.")),
    _say(
        "letters.full",
        429,
        _("This letter-box is full. Your text is below: please send it tomorrow."),
    ),
    _say(
        "letters.day_full",
        429,
        _("Very many people wrote today. Your text is below: please send it tomorrow."),
    ),
    _say(
        "letters.no_keys",
        422,
        _("You read this group from a later day on, and cannot answer this letter."),
    ),
    _say(
        "letters.conversation_full",
        429,
        _("This conversation is as long as one can be. Please begin another by a new letter."),
    ),
    _say("letters.sent_already", 409, _("Your letter is there already; there is only one of it.")),
    _say(
        "letters.address_taken",
        422,
        _("This address is or was another letter-box’s. Please choose another one."),
    ),
    _say("letters.no_address", 422, _("Please choose an address.")),
    _say("vault.address_too_long", 422, _("An address has at most %(most)s bytes.")),
    _say("letters.no_box", 404, _("There is no such page.")),
    _say("letters.no_message", 404, _("There is no such page.")),
)
