# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say to a stranger or a member what each error code of elections means and what to do."""

from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.registration import ErrorSentence, Text


def _say(code: str, status: int, sentence: Text) -> ErrorSentence:
    """Give one code its status and its sentence."""
    return ErrorSentence(code=code, status=status, sentence=sentence)


SENTENCES = (
    _say("elections.unknown", 404, _("There is no such page.")),
    _say("observers.no_election", 404, _("There is no such page.")),
    _say("observers.no_code", 404, _("There is no such page.")),
    _say(
        "observers.address_taken",
        409,
        _("There is an election at this address already. Please choose another address."),
    ),
    _say("observers.opened_already", 409, _("This group watches this election already.")),
    _say(
        "observers.too_many_codes",
        400,
        _("At most %(most)s cards can be made at once. Choose fewer."),
    ),
    _say(
        "observers.unknown",
        403,
        _(
            "These words lead nowhere today. Compare them with your card; if they are right, call"
            " the headquarters."
        ),
    ),
    _say("observers.closed", 410, _("The headquarters takes no reports any more.")),
    _say(
        "observers.too_fast",
        429,
        _("You sent very many reports within a minute. Wait a minute and send this one again."),
    ),
    _say(
        "photograph.unreadable",
        422,
        _("This file is no photograph that can be shown. It can be saved as it came."),
    ),
)
