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
    _say(
        "elections.no_whole_results",
        422,
        _("No station has all official figures: voters, votes, invalid and valid ballots."),
    ),
    _say(
        "elections.statistics_failed",
        422,
        _("The statistics could not be made. Press the button once more, or ask a technician."),
    ),
    _say(
        "forensics.swapped",
        422,
        _(
            "At %(rows)s stations “%(column)s” is more than “%(other)s”. Columns of the official"
            " file seem to be swapped; please take it in once more."
        ),
    ),
    _say(
        "vault.text_missing",
        422,
        _("There is no locked text in this. It begins and ends with the letters UHU."),
    ),
    _say(
        "vault.text_several",
        422,
        _("There is more than one locked text in this. Please paste one at a time."),
    ),
    _say(
        "vault.text_damaged",
        422,
        _(
            "Something of this text is missing or was changed on the way. Please copy it once more,"
            " from the first UHU to the last; or let it be sent again, perhaps by another"
            " messenger."
        ),
    ),
    _say(
        "arrival.foreign",
        422,
        _(
            "This text was not made here, or not for this election. If you run several elections,"
            " paste it at the others; else trust nothing of it."
        ),
    ),
    _say(
        "arrival.too_old",
        422,
        _("This text is too old: nobody can open it any more. Ask the observer for the paper."),
    ),
    _say(
        "arrival.withdrawn",
        422,
        _(
            "The card by which this text was made has been withdrawn. If the sheet is needed,"
            " enter it from a photograph."
        ),
    ),
    _say(
        "arrival.other_form",
        422,
        _(
            "Since this text was made, the lines of the sheet were changed, or nothing of it is"
            " filled in. Ask the observer for the figures."
        ),
    ),
    _say("arrival.damaged", 410, _("What this phone kept can be opened by nobody any more.")),
    _say("arrival.other_card", 409, _("This was filled in with the words of another card.")),
    _say("elections.address_taken", 422, _("This address is taken. Please choose another one.")),
    _say(
        "elections.is_public",
        422,
        _("Everybody has seen this election, or has figures of it: it stays."),
    ),
    _say(
        "elections.has_figures",
        422,
        _("There are figures already: the form and the options stay as they are."),
    ),
    _say(
        "elections.district_used",
        422,
        _("The district %(district)s has stations or a ballot paper, so it stays."),
    ),
    _say("elections.file_empty", 422, _("There is no line below the heading of this file.")),
    _say(
        "elections.file_too_large",
        422,
        _("Unpacked, this file has more than %(most)s MB. Please take it apart."),
    ),
    _say(
        "elections.too_many_rows",
        422,
        _("This file has %(found)s lines; at most %(most)s are taken at once."),
    ),
    _say(
        "elections.column_twice",
        422,
        _("Two columns of this file are called “%(column)s”. Please name each once."),
    ),
    _say(
        "reading.truncated_zip",
        422,
        _("%(file)s is torn: it does not end as a zip does. Please fetch it once more."),
    ),
    _say(
        "reading.zip_members",
        422,
        _("%(file)s holds %(found)s tables; expected is one."),
    ),
    _say("reading.kind", 422, _("%(file)s is of no kind that is read. Read are: %(known)s.")),
    _say(
        "reading.damaged",
        422,
        _("%(file)s is torn, or is not of the kind that its name says."),
    ),
    _say(
        "reading.fields",
        422,
        _("Line %(line)s has %(found)s cells; expected are %(expected)s, as in the heading."),
    ),
    _say(
        "reading.encoding",
        422,
        _("The letters of %(file)s cannot be read. Please save it as UTF-8."),
    ),
)
