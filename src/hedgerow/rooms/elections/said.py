# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say to a stranger or a member what each error code of elections means and what to do."""

from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.registration import ErrorSentence, Text


def _say(code: str, status: int, sentence: Text) -> ErrorSentence:
    """Give one code its status and its sentence."""
    return ErrorSentence(code=code, status=status, sentence=sentence)


SENTENCES = (_say("elections.unknown", 404, _("There is no such page.")),)
