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
        _("You are in as many groups as one page of yours can hold. Leave one first."),
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
    _say(
        "roster.heirs_others",
        422,
        _("In the meantime it was changed who takes over. Please look again."),
    ),
    _say("roster.rekeyed_today", 422, _("This was done today already. Please try tomorrow.")),
    _say(
        "space.stale",
        409,
        _("Somebody left. As soon as a coordinator comes in, the group gets new keys."),
    ),
    _say(
        "space.damaged",
        500,
        _("Something in this group is damaged or missing. Tell whoever runs this place."),
    ),
    _say(
        "space.restored",
        409,
        _("This group comes from a back-up. A coordinator must look who is in it, and confirm."),
    ),
    _say(
        "space.assent_waits",
        409,
        _("Something in this group waits for a second coordinator to agree."),
    ),
    _say(
        "space.gone",
        409,
        _(
            "You are no longer in one of your groups. Its name went with its keys, so that this "
            "page cannot say which one it was."
        ),
    ),
    _say(
        "space.nameless",
        409,
        _("You have no name in this group yet. Choose one, so that the others can speak to you."),
    ),
    _say(
        "space.quota_passed",
        409,
        _("Somebody wrote very much here in one day, and was stopped. Please look who it was."),
    ),
    _say(
        "space.heirs_few",
        409,
        _("Too few are left of those who could take over. Name others."),
    ),
    _say(
        "space.handover_begun",
        409,
        _("Somebody has begun to take over this group from its coordinators."),
    ),
    _say(
        "upload.too_large",
        422,
        _("This file is larger than %(limit_mb)s MB. Please make it smaller, or cut it in two."),
    ),
    _say(
        "upload.too_many_files",
        422,
        _("At most %(most)s files come with one form. Please send the others afterwards."),
    ),
    _say(
        "upload.no_session",
        422,
        _("Your page was closed, so the file was not taken. Come in again, then choose it anew."),
    ),
    _say(
        "upload.no_room",
        422,
        _("Files cannot be taken just now. Please try again in two hours."),
    ),
    _say(
        "upload.day_full",
        422,
        _("Too many files came from this browser today. Please go on tomorrow."),
    ),
    _say(
        "store.full", 503, _("The disk is full: nothing was saved. Tell whoever runs this place.")
    ),
    _say("store.busy", 503, _("Too much is being written just now: nothing was saved. Try again.")),
    _say("store.moving", 503, _("The nightly renewal is under way. Please try again in a minute.")),
    _say(
        "store.try_tomorrow", 503, _("This cannot be saved just now. Please try after the night.")
    ),
    _say("store.locked", 503, _("This place is closed just now. Please come back later.")),
    _say("store.crowded", 503, _("Many people are coming in just now. Please try again shortly.")),
    _say(
        "account.pending_full",
        422,
        _("Please go on on a later Monday: so many groups at once do not fit beside one another."),
    ),
    _say(
        "pause.unknown",
        422,
        _("These words pause nothing here, or no longer. Are they the newest you were given?"),
    ),
    _say(
        "pause.not_lifted",
        422,
        _("Nothing was opened. Both sets of words must be right, and belong to one paused page."),
    ),
    _say(
        "pause.lock_days",
        422,
        _("Please choose a day within the next %(most)s days."),
    ),
    _say(
        "pause.list_missing",
        503,
        _("Nobody can come in just now: a list is missing. Tell whoever runs this place."),
    ),
    _say("joining.not_confirmed", 422, _("Please type your words back first.")),
    _say("released.full", 422, _("So much is planned already that no more fits.")),
    _say("roster.no_heirs", 422, _("Nobody is named who could take over.")),
    _say("roster.assent", 422, _("This takes another coordinator’s yes, and that is missing.")),
    _say("roster.about_oneself", 422, _("This takes two others: nobody decides on themselves.")),
    _say("roster.leave_instead", 422, _("That is you. To go yourself, leave the group.")),
    _say("roster.nothing_changes", 422, _("This person may do exactly that already.")),
    _say("roster.keepers_only", 403, _("Only coordinators of this group may do this.")),
    _say("roster.not_member", 404, _("There is no such page.")),
    _say("roster.invitation_unknown", 404, _("There is no such page.")),
    _say(
        "roster.invitation_over",
        422,
        _("This invitation is not good, or no longer. Ask whoever gave it to you for another."),
    ),
    _say("vault.name_too_long", 422, _("This name is too long. Please shorten it.")),
    _say("vault.title_too_long", 422, _("This title is too long. Please shorten it.")),
    _say(
        "vault.space_full",
        422,
        _("This group is full. A coordinator can close the older part into another group."),
    ),
)
