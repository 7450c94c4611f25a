# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep sessions in memory only: a cookie opens a row there, and nothing else does.

The row is sealed under the cookie's own secret and the ring's `mix`, so that a copy of
the memory file without the ring, or without the cookie, opens no account.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault import sessionkeys
from hedgerow.engines.vault.primitives import sub
from hedgerow.engines.vault.sessionkeys import SessionRow
from hedgerow.kernel.clock import minute_now
from hedgerow.kernel.errors import Damaged
from hedgerow.store.lines import SessionLine
from hedgerow.store.machine import machine

COOKIE_NAME: Final = "__Host-visit"
_HANDLE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class SessionState:
    """Hold a session as one request has it.

    Attributes:
        id: Of its row.
        account_key: Of the account it belongs to.
        pause_secret: The account's F.
        secret: The cookie's secret; seals what lives between two pages.
        began: Minute of the log-in.
        seen: Minute of this request.
    """

    id: bytes
    account_key: bytes
    pause_secret: bytes
    secret: bytes
    began: int
    seen: int


def _mix() -> bytes:
    """Return the ring's secret for sessions."""
    return machine().ring.secret("mix")


def _secret_in(cookie: str) -> bytes | None:
    """Return the secret in a cookie of this instance, or None."""
    try:
        raw = base64.b64decode(cookie.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    return sessionkeys.cookie_secret(raw, mix=_mix())


def counter_of(cookie: str) -> bytes | None:
    """Return the name of a session's counter, which says nothing else; None for a forgery.

    Whether the session still lives is not looked up.
    """
    secret = _secret_in(cookie)
    return None if secret is None else sub(_mix(), "uploads", sessionkeys.session_id(secret))


def _sealed(state: SessionState) -> bytes:
    """Seal the row of a session."""
    row = SessionRow(state.account_key, state.pause_secret, state.began, state.seen)
    return sessionkeys.seal_session(state.secret, row, mix=_mix(), random=machine().random)


def _is_still_there(state: SessionState) -> bool:
    """Count a session as used, unless somebody ended it since it was read."""
    statement = "UPDATE session SET seen = ?, box = ? WHERE id = ?"
    return bool(machine().ephemeral.run(statement, state.seen, _sealed(state), state.id))


def begin(account_key: bytes, pause_secret: bytes) -> str:
    """Begin a session under a fresh secret and return its cookie."""
    cookie = sessionkeys.new_cookie(_mix(), random=machine().random)
    secret = sessionkeys.cookie_secret(cookie, mix=_mix()) or b""
    minute = minute_now(machine().clock)
    id_ = sessionkeys.session_id(secret)
    state = SessionState(id_, account_key, pause_secret, secret, minute, minute)
    owner = sessionkeys.session_owner(_mix(), pause_secret=pause_secret)
    machine().ephemeral.run(
        "INSERT INTO session VALUES (?, ?, ?, ?)", id_, owner, minute, _sealed(state)
    )
    return base64.urlsafe_b64encode(cookie).decode()


def read(cookie: str) -> SessionState | None:
    """Return the live session of a cookie and count it as used now, or None."""
    secret = _secret_in(cookie)
    if secret is None:
        return None
    id_ = sessionkeys.session_id(secret)
    found = machine().ephemeral.rows("SELECT box FROM session WHERE id = ?", id_)
    if not found:
        return None
    try:
        row = sessionkeys.open_session(secret, found[0][0], mix=_mix())
    except Damaged:
        return None
    minute = minute_now(machine().clock)
    if row.is_over(minute):
        machine().ephemeral.run("DELETE FROM session WHERE id = ?", id_)
        return None
    state = SessionState(id_, row.account, row.pause_secret, secret, row.began, minute)
    if minute != row.seen and not _is_still_there(state):
        return None
    return state


def _owned(state: SessionState) -> list[tuple[bytes, int]]:
    """Return id and last minute of an account's sessions that are not idle too long."""
    owner = sessionkeys.session_owner(_mix(), pause_secret=state.pause_secret)
    oldest = minute_now(machine().clock) - sessionkeys.IDLE_MINUTES
    rows = machine().ephemeral.rows(
        "SELECT id, seen FROM session WHERE owner = ? AND seen > ?", owner, oldest
    )
    return [(row[0], row[1]) for row in rows]


def _handle(id_: bytes) -> str:
    """Return the name by which a page asks to end a session."""
    return base64.urlsafe_b64encode(id_[:_HANDLE_BYTES]).decode()


def lines(state: SessionState) -> list[SessionLine]:
    """Return an account's sessions, this one first, then by last use."""
    shown = [
        SessionLine(
            handle=_handle(id_),
            began=state.began if id_ == state.id else None,
            seen=seen,
            is_this=id_ == state.id,
        )
        for id_, seen in _owned(state)
    ]
    return sorted(shown, key=lambda line: (not line.is_this, -line.seen))


def end(state: SessionState, *, handle: str) -> None:
    """End one of the account's sessions; an unknown handle ends none."""
    for id_, _seen in _owned(state):
        if _handle(id_) == handle:
            machine().ephemeral.run("DELETE FROM session WHERE id = ?", id_)


def end_others(state: SessionState) -> None:
    """End all of the account's sessions but this one."""
    for id_, _seen in _owned(state):
        if id_ != state.id:
            machine().ephemeral.run("DELETE FROM session WHERE id = ?", id_)


def end_this(state: SessionState) -> None:
    """End this session."""
    machine().ephemeral.run("DELETE FROM session WHERE id = ?", state.id)


def end_all(pause_secret: bytes) -> None:
    """End every session of an account."""
    owner = sessionkeys.session_owner(_mix(), pause_secret=pause_secret)
    machine().ephemeral.run("DELETE FROM session WHERE owner = ?", owner)


def sweep() -> int:
    """Forget the sessions nobody uses any more; return how many there were."""
    oldest = minute_now(machine().clock) - sessionkeys.IDLE_MINUTES
    return machine().ephemeral.run("DELETE FROM session WHERE seen <= ?", oldest)
