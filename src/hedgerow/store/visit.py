# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give rooms one door to what somebody logged in has: spaces, desk, sessions, phrase.

Rooms import everything they are shown from here.
"""

from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.kernel.errors import NotFound
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import (
    desk,
    joining,
    opening,
    pausing,
    phrase,
    reading,
    rekeying,
    removing,
    sessions,
)
from hedgerow.store.account import Account
from hedgerow.store.lines import (
    ConversationEntry,
    Damage,
    Desk,
    Entry,
    FileStream,
    Hit,
    IssuedInvitation,
    Letter,
    Letterbox,
    LetterFile,
    LetterLine,
    Member,
    NewsLine,
    Notice,
    OpenInvitation,
    PassedQuota,
    PauseLine,
    Record,
    SessionLine,
    SpaceLine,
    WaitingLine,
)
from hedgerow.store.machine import machine
from hedgerow.store.phrase import ChangeOfPhrase
from hedgerow.store.space import Space

__all__ = [
    "ChangeOfPhrase",
    "ConversationEntry",
    "Damage",
    "Desk",
    "Entry",
    "FileStream",
    "Hit",
    "IssuedInvitation",
    "Letter",
    "LetterFile",
    "LetterLine",
    "Letterbox",
    "Member",
    "NewsLine",
    "Notice",
    "Numbers",
    "OpenInvitation",
    "PassedQuota",
    "PauseLine",
    "Record",
    "SessionLine",
    "Space",
    "SpaceLine",
    "Visit",
    "WaitingLine",
]


class Visit:
    """Be what one request of somebody logged in has.

    Args:
        account: The account's keyring, opened.
        session: The session it came by.
    """

    def __init__(self, account: Account, session: sessions.SessionState) -> None:
        """Keep both."""
        self._account = account
        self._session = session

    def today(self) -> int:
        """Return the day."""
        return day_of(minute_now(machine().clock))

    def spaces(self) -> list[SpaceLine]:
        """Return one's spaces, those with news first, then by name."""
        return desk.space_lines(self._account)

    def space(self, space_id: SpaceId) -> Space:
        """Open a space; a keeper's coming answers what waits for one.

        Raises:
            NotFound: "space.unknown", also for a space one is no longer a member of.
            Damaged: "space.damaged" when its head or roster cannot be read.
        """
        opened = reading.open_space(self._account, space_id)
        if opened is None:
            raise NotFound("space.unknown")
        return Space(removing.answer_stale(opened))

    def open_space(self, name: str, as_name: str) -> Space:
        """Open a new space, whose first keeper one becomes."""
        return Space(opening.open_new(self._account, name=name, as_name=as_name))

    def accept_invitation(self, text: str, as_name: str) -> Space:
        """Join a further space by the words of an invitation.

        Raises:
            BadInput: "words.*".
            Refused: "invitation.dead", "invitation.used", "invitation.member_already".
        """
        return Space(joining.accept(self._account, text=text, as_name=as_name))

    def desk(self) -> Desk:
        """Return what is new and what waits, over all spaces."""
        return desk.desk_of(self._account)

    def begin_change_of_phrase(self, present_text: str) -> ChangeOfPhrase:
        """Draw a new phrase for whoever types the present one.

        Raises:
            BadInput: "words.*".
            Refused: "account.unknown" when these are not the account's words.
        """
        return phrase.begin(self._account, session=self._session, present_text=present_text)

    def change_of_phrase(self) -> ChangeOfPhrase | None:
        """Return the change of phrase this session began, or None."""
        return phrase.begun(self._account, session=self._session)

    def print_freeze_words(self, present_text: str, *, days: int = 0) -> Numbers:
        """Draw the words by which a friend can pause this account; they are shown once.

        Args:
            present_text: The account's own words, typed again.
            days: For how many days they are good, 0 for no end.

        Raises:
            BadInput: "words.*".
            Refused: "account.unknown" when these are not the account's words.
        """
        return pausing.print_words(self._account, present_text=present_text, days=days)

    def lock_for_journey(self, present_text: str, *, last_day: int) -> None:
        """Shut this account until after a day; it can be lengthened only. All sessions end.

        Raises:
            BadInput: "words.*"; "pause.lock_days" when the day is past or more than 60 away.
            Refused: "account.unknown" when these are not the account's words.
        """
        pausing.lock_for_journey(self._account, present_text=present_text, last_day=last_day)

    def sessions(self) -> list[SessionLine]:
        """Return the account's sessions, this one first."""
        return sessions.lines(self._session)

    def end_session(self, handle: str) -> None:
        """End one of the account's sessions; an unknown handle ends none."""
        sessions.end(self._session, handle=handle)

    def end_other_sessions(self) -> None:
        """End all of the account's sessions but this one."""
        sessions.end_others(self._session)

    def end(self) -> None:
        """End this session."""
        sessions.end_this(self._session)

    def rekey(self, space_id: SpaceId) -> None:
        """Draw new keys for oneself in a space, for when the old phrase may be known.

        Raises:
            NotFound: "space.unknown".
            Refused: "roster.rekeyed_today".
        """
        rekeying.rekey(self._account, space_id)
