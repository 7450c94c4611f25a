# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make and check session cookies, and seal session rows, which never reach a disk.

Without the cookie a row neither opens nor can be found by its cookie; without `mix`,
which is in the ring, a cookie is worth nothing.
"""

from dataclasses import dataclass

from hedgerow.engines.vault.primitives import KEY_BYTES, is_equal, open_box, seal_box, sub
from hedgerow.kernel.canonical import Reader, u32
from hedgerow.kernel.randomness import Randomness

CHECK_BYTES = 16
COOKIE_BYTES = KEY_BYTES + CHECK_BYTES
IDLE_MINUTES = 20
LONGEST_MINUTES = 12 * 60


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Hold what a session row keeps.

    Attributes:
        account: The account key, 32 bytes.
        pause_secret: The account's F.
        began: Minute of the log-in.
        seen: Minute of the last request.
    """

    account: bytes
    pause_secret: bytes
    began: int
    seen: int

    def is_over(self, minute: int) -> bool:
        """Tell whether the session has been idle too long, or has lasted too long."""
        return minute - self.seen >= IDLE_MINUTES or minute - self.began >= LONGEST_MINUTES


def new_cookie(mix: bytes, *, random: Randomness) -> bytes:
    """Draw the cookie of a new session: secret 32, check 16."""
    secret = random(KEY_BYTES)
    return secret + sub(mix, "cookie", secret)[:CHECK_BYTES]


def cookie_secret(cookie: bytes, *, mix: bytes) -> bytes | None:
    """Return the secret in a cookie, or None when it is not one of this instance."""
    if len(cookie) != COOKIE_BYTES:
        return None
    secret, check = cookie[:KEY_BYTES], cookie[KEY_BYTES:]
    return secret if is_equal(check, sub(mix, "cookie", secret)[:CHECK_BYTES]) else None


def session_id(secret: bytes) -> bytes:
    """Return the id of the row of a session."""
    return sub(secret, "id")


def session_owner(mix: bytes, *, pause_secret: bytes) -> bytes:
    """Return what the sessions of one account have in common, to list and end them."""
    return sub(mix, "owner", pause_secret)


def seal_session(secret: bytes, row: SessionRow, *, mix: bytes, random: Randomness) -> bytes:
    """Seal a session row under its cookie's secret and the ring's `mix`."""
    plain = row.account + row.pause_secret + u32(row.began) + u32(row.seen)
    return seal_box(sub(secret, "key", mix), plain, "key", random=random)


def open_session(secret: bytes, box: bytes, *, mix: bytes) -> SessionRow:
    """Open a session row.

    Raises:
        Damaged: "vault.box_refused" or "vault.session_damaged".
    """
    reader = Reader(open_box(sub(secret, "key", mix), box, "key"), code="vault.session_damaged")
    account, pause_secret = reader.take(KEY_BYTES), reader.take(KEY_BYTES)
    began, seen = reader.u32(), reader.u32()
    reader.end()
    return SessionRow(account, pause_secret, began, seen)
