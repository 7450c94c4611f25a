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
    _say("space.unknown", 404, _("There is no such page.")),
    _say("record.unknown", 404, _("There is no such page.")),
    _say("member.unknown", 404, _("There is no such page.")),
    _say("invitation.unknown", 404, _("There is no such page.")),
    _say("file.unknown", 404, _("There is no such page.")),
    _say("invitation.member_already", 422, _("You are in this group already.")),
    _say(
        "account.full",
        422,
        _("Please go on on Monday: so many groups in one week do not fit beside one another."),
    ),
    _say("record.title_too_long", 422, _("This title is too long. Please shorten it.")),
    _say(
        "record.damaged",
        500,
        _("This text is damaged, and part of it cannot be shown. Tell a coordinator."),
    ),
    _say(
        "record.newer",
        500,
        _("A newer version of this software wrote this. Whoever runs this place must update it."),
    ),
    _say("file.damaged", 500, _("This file is damaged and cannot be opened. Tell a coordinator.")),
    _say(
        "space.full",
        422,
        _("This group is full. A coordinator can close the older part into another group."),
    ),
    _say(
        "quota.records",
        429,
        _("That is very much for one day. What you typed is below: please save it tomorrow."),
    ),
    _say(
        "quota.bytes",
        429,
        _("That is very much for one day. Please put further files here tomorrow."),
    ),
    _say(
        "roster.last_keeper",
        422,
        _("You are the only coordinator. Make somebody else one first, then leave."),
    ),
    _say(
        "roster.too_many_keepers",
        422,
        _("There are three coordinators already. A further one takes two of them together."),
    ),
    _say("roster.keepers_read_all", 422, _("A coordinator reads all of it.")),
    _say(
        "roster.needs_two",
        422,
        _("Where there are three coordinators or more, this takes two of them together."),
    ),
    _say("roster.rekeyed_today", 422, _("This was done today already. Please try tomorrow.")),
    _say(
        "space.stale",
        200,
        _("Somebody left. As soon as a coordinator comes in, the group gets new keys."),
    ),
    _say(
        "space.damaged",
        500,
        _("Something in this group is damaged or missing. Tell whoever runs this place."),
    ),
    _say(
        "space.restored",
        200,
        _("This group comes from a back-up. A coordinator must look who is in it, and confirm."),
    ),
    _say("space.gone", 200, _("You are no longer in this group.")),
    _say(
        "space.heirs_few",
        200,
        _("Too few are left of those who could take over. Name others."),
    ),
    _say(
        "space.handover_begun",
        200,
        _("Somebody has begun to take over this group from its coordinators."),
    ),
)
