# SPDX-License-Identifier: AGPL-3.0-or-later
"""Join a space by the words of an invitation, or make the first account of an instance.

What belongs to the account and what belongs to the space are written apart: T1, a pending
row that only the joiner's own phrase can find; T2, the space; T3, the pending row again
without its end and without the invitation's secret. Killed in between, the next log-in
finds the secret in the row and finishes.
"""

import base64
import binascii
from typing import TYPE_CHECKING, Final

import msgspec

from hedgerow.engines.vault import sessionkeys
from hedgerow.engines.vault.account import account_of
from hedgerow.engines.vault.codes import Code
from hedgerow.engines.vault.keyring import Keyring, tombstone
from hedgerow.engines.vault.primitives import (
    KEY_BYTES,
    open_box,
    seal_box,
    sub,
)
from hedgerow.kernel.clock import minute_now
from hedgerow.kernel.errors import BadInput, Damaged, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import codes_api, codeworks, joins, reading, sessions
from hedgerow.store.account import Account
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened

if TYPE_CHECKING:
    from hedgerow.engines.vault.words import Numbers
    from hedgerow.store.visit import Visit

_MINUTES: Final = 15
_WEEKS_AFTER: Final = 4
_DUMMY: Final = bytes(1024)


# Between the pages.


class _State(msgspec.Struct, frozen=True, array_like=True):
    """Hold a joining between two pages, sealed in memory under its cookie."""

    kind: str
    space_name: str | None
    code: bytes
    week: int
    phrase: tuple[int, ...]


def _secret_in(cookie: str) -> bytes | None:
    """Return the secret in a joining's cookie, or None."""
    try:
        raw = base64.b64decode(cookie.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    return sessionkeys.cookie_secret(raw, mix=machine().ring.secret("mix"))


def _state_key(secret: bytes) -> bytes:
    return sub(secret, "joining-key", machine().ring.secret("mix"))


class Joining:
    """Be somebody on the way in, between one page and the next.

    Attributes:
        cookie: Finds this joining again.
        kind: "invitation", or "founder" for the first account of an instance.
        space_name: The name of the space, None for a founder.
        phrase: The numbers of the phrase to be shown, written down and typed back.
    """

    def __init__(self, cookie: str, *, secret: bytes, state: _State) -> None:
        """Keep what the state says."""
        self.cookie = cookie
        self.kind = state.kind
        self.space_name = state.space_name
        self.phrase: Numbers = state.phrase
        self._secret = secret
        self._state = state
        self._is_confirmed = False

    def confirm(self, text: str) -> None:
        """Take the phrase typed back, in any language.

        Raises:
            BadInput: "words.*", or "joining.other_words" when it is another phrase.
        """
        if codes_api.read_code(text, kind="phrase") != self.phrase:
            raise BadInput("joining.other_words")
        self._is_confirmed = True

    def finish(self, *, as_name: str) -> tuple["Visit", str]:
        """Make the account, use the invitation, begin a session.

        Returns:
            The visit and the session's cookie.

        Raises:
            Refused: "joining.not_confirmed", "joining.over", "invitation.used",
                "invitation.dead".
            Busy: "store.crowded".
        """
        # The visit knows joining, so that an account can accept further invitations.
        from hedgerow.store.visit import Visit  # noqa: PLC0415 -- visits import this

        if not self._is_confirmed:
            raise Refused("joining.not_confirmed")
        keys = account_of(codeworks.phrase_root(self.phrase))
        if not self._take():
            raise Refused("joining.over")
        account = Account(keys, Keyring(machine().random(KEY_BYTES)))
        code = Code(self._state.code)
        row = joins.row_of(code)
        if row is None:
            raise Refused("invitation.used")
        joins.join_as(account, row, code=code, week=self._state.week, is_new=True, as_name=as_name)
        cookie = sessions.begin(keys.secret, account.keyring.pause_secret)
        session = sessions.read(cookie)
        if session is None:
            raise Refused("joining.over")
        return Visit(account, session), cookie

    def _take(self) -> bool:
        """Drop the state; False when it was dropped already, so that only one finishes."""
        id_ = sessionkeys.session_id(self._secret)
        return bool(machine().ephemeral.run("DELETE FROM state WHERE id = ?", id_))


def open_invitation(text: str) -> Joining:
    """Take the words of an invitation and draw the phrase of a new account.

    Raises:
        BadInput: "words.*".
        Refused: "invitation.dead" when it is unknown, used, revoked or over;
            "invitation.open_elsewhere" while another browser is on its way in with it.
        Busy: "store.crowded".
    """
    code = codeworks.invitation_of(codes_api.read_code(text, kind="invitation"))
    _, opened = joins.looked_at(code)
    mix = machine().ring.secret("mix")
    raw = sessionkeys.new_cookie(mix, random=machine().random)
    secret = raw[:KEY_BYTES]
    state = _State(
        kind="founder" if opened is None else "invitation",
        space_name=None if opened is None else opened.head.name,
        code=code.secret,
        week=joins.last_week_of(opened, code=code),
        phrase=codeworks.draw("phrase"),
    )
    minute = minute_now(machine().clock)
    plain = msgspec.msgpack.encode(state)
    is_kept = machine().ephemeral.put_state(
        sessionkeys.session_id(secret),
        seal_box(_state_key(secret), plain, "joining", random=machine().random),
        ends=minute + _MINUTES,
        mark=sub(mix, "joining", code.row_tag),
        now=minute,
    )
    if not is_kept:
        raise Refused("invitation.open_elsewhere")
    return Joining(base64.urlsafe_b64encode(raw).decode(), secret=secret, state=state)


def joining_from_cookie(cookie: str) -> Joining | None:
    """Return where a browser is on its way in, or None."""
    secret = _secret_in(cookie)
    if secret is None:
        return None
    now = minute_now(machine().clock)
    box = machine().ephemeral.get_state(sessionkeys.session_id(secret), now=now)
    if box is None:
        return None
    try:
        plain = open_box(_state_key(secret), box, "joining")
        state = msgspec.msgpack.decode(plain, type=_State)
    except (Damaged, msgspec.DecodeError):
        return None
    return Joining(cookie, secret=secret, state=state)


def _bury(account: Account, space_id: SpaceId) -> None:
    """Mark a membership that ended as left, or it would stand before the new one.

    Raises:
        Refused: "invitation.member_already" when it has not ended.
    """
    present = account.entry(space_id) if space_id else None
    if present is None:
        return
    if reading.open_entry(account, present) is not None:
        raise Refused("invitation.member_already")
    account.keep(tombstone(present))


def accept(account: Account, *, text: str, as_name: str) -> Opened:
    """Join a further space with an account one has.

    Raises:
        BadInput: "words.*".
        Refused: "invitation.dead", "invitation.used", "invitation.member_already",
            "account.pending_full".
    """
    code = codeworks.invitation_of(codes_api.read_code(text, kind="invitation"))
    row, seen = joins.looked_at(code)
    if seen is None:
        raise Refused("invitation.dead")
    _bury(account, SpaceId(row.space_id))
    week = joins.last_week_of(seen, code=code)
    entry = joins.join_as(account, row, code=code, week=week, is_new=False, as_name=as_name)
    opened = reading.open_entry(account, entry) if entry is not None else None
    if opened is None:
        raise Refused("invitation.dead")
    return opened
