# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change an account's phrase: new words, the keyring under them, the old rows gone.

Nothing of a space is touched. All sessions end, and what another session leaves in the
post afterwards is not delivered, since none of its account's rows stands any more.
"""

from typing import Final

import msgspec

from hedgerow.engines.vault.account import AccountKeys, account_of
from hedgerow.engines.vault.keyring import seal_pages, seal_pending
from hedgerow.engines.vault.locker import LockerClass
from hedgerow.engines.vault.primitives import open_box, seal_box, sub
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.clock import minute_now
from hedgerow.kernel.errors import BadInput, Damaged, Refused
from hedgerow.store import account as accounts
from hedgerow.store import codes_api, codeworks, pausing, post, sessions, veils
from hedgerow.store.account import Account
from hedgerow.store.machine import machine
from hedgerow.store.sessions import SessionState
from hedgerow.store.writing import Transaction, in_writing

_MINUTES: Final = 20


def _state_id(session: SessionState) -> bytes:
    return sub(session.secret, "phrase-id")


def _state_key(session: SessionState) -> bytes:
    return sub(session.secret, "phrase-key", machine().ring.secret("mix"))


class ChangeOfPhrase:
    """Be a change of phrase between the page that shows the new words and their typing.

    Attributes:
        phrase: The numbers of the new phrase.
    """

    def __init__(self, account: Account, *, session: SessionState, phrase: Numbers) -> None:
        """Keep what was drawn."""
        self.phrase = phrase
        self._account = account
        self._session = session

    def confirm(self, text: str) -> None:
        """Take the new words typed back; all sessions end.

        Raises:
            BadInput: "words.*", or "joining.other_words" when it is another phrase.
            Refused: "account.unknown" when another session was quicker.
            Busy: "store.crowded".
        """
        if codes_api.read_code(text, kind="phrase") != self.phrase:
            raise BadInput("joining.other_words")
        fresh = account_of(codeworks.phrase_root(self.phrase))
        _move(self._account.keys, fresh=fresh)
        machine().ephemeral.drop_state(_state_id(self._session))
        post.forget(self._account.keys.locator(0))
        sessions.end_all(self._account.keyring.pause_secret)
        pausing.follow_phrase(self._account.keyring.pause_secret, numbers=self.phrase)


def begin(account: Account, *, session: SessionState, present_text: str) -> ChangeOfPhrase:
    """Draw a new phrase; see `Visit.begin_change_of_phrase`."""
    pausing.demand_phrase(account.keys, text=present_text)
    drawn = codeworks.draw("phrase")
    minute = minute_now(machine().clock)
    box = seal_box(
        _state_key(session), msgspec.msgpack.encode(drawn), "phrase", random=machine().random
    )
    machine().ephemeral.put_state(
        _state_id(session), box, ends=minute + _MINUTES, mark=None, now=minute
    )
    return ChangeOfPhrase(account, session=session, phrase=drawn)


def begun(account: Account, *, session: SessionState) -> ChangeOfPhrase | None:
    """Return the change of phrase that a session began, or None."""
    now = minute_now(machine().clock)
    box = machine().ephemeral.get_state(_state_id(session), now=now)
    if box is None:
        return None
    try:
        plain = open_box(_state_key(session), box, "phrase")
        drawn = msgspec.msgpack.decode(plain, type=tuple[int, ...])
    except (Damaged, msgspec.DecodeError):
        return None
    return ChangeOfPhrase(account, session=session, phrase=drawn)


def _move(old: AccountKeys, *, fresh: AccountKeys) -> None:
    """Write everything of an account under new keys and drop the old rows, at once.

    Raises:
        Refused: "account.unknown" when there is nothing under the old keys.
    """
    random = machine().random

    def act(tx: Transaction) -> None:
        found = tx.look_up(large=old.locators(), small=old.pending_tags())
        account = accounts.from_rows(old, found)
        if account is None:
            raise Refused("account.unknown")
        veil = veils.common(account.veil)
        for tag, inner in seal_pages(account.keyring, fresh, veil=veil, random=random):
            tx.put_inner(LockerClass.LARGE, tag, inner)
        unfinished = (row for row in account.pending.values() if row.is_unfinished)
        for place, row in enumerate(unfinished):
            tag = fresh.pending_tag(place)
            inner = seal_pending(row, fresh, tag=tag, random=random)
            tx.put_inner(LockerClass.SMALL, tag, inner)
        tx.drop_large(list(found.large))
        tx.drop_small(list(found.small))

    in_writing(act)
