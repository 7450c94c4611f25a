# SPDX-License-Identifier: AGPL-3.0-or-later
"""Log in by a phrase, and find the visit of a cookie."""

from hedgerow.engines.vault.account import AccountKeys, account_of
from hedgerow.engines.vault.keyring import PendingKind
from hedgerow.engines.vault.locker import open_inner
from hedgerow.kernel.errors import BadInput, Damaged, Refused
from hedgerow.store import account as keyrings
from hedgerow.store import codes_api, codeworks, joins, pausing, reading, rekeying, sessions
from hedgerow.store.account import Account
from hedgerow.store.sessions import SessionState
from hedgerow.store.visit import Visit


def log_in(text: str) -> tuple[Visit, str]:
    """Log in by the words of a phrase, in any language.

    What an earlier session could not finish, because it was killed, is finished first.

    Returns:
        The visit and its session's cookie.

    Raises:
        BadInput: "words.count", "words.unknown", "words.mistyped"; the last also for the
            words of an account that is paused or away.
        Refused: "account.unknown" when no account has these words, or one that is shut.
        Busy: "store.crowded" when too many log in at once; "pause.list_missing".
    """
    numbers = codes_api.read_code(text, kind="phrase")
    # Quick, as a slip is, so that it does not tell whoever asks for the words that they are good.
    if pausing.are_words_shut(numbers):
        raise BadInput("words.mistyped")
    keys = account_of(codeworks.phrase_root(numbers))
    account = keyrings.read(keys)
    if account is None or pausing.is_shut(account.keyring.pause_secret):
        _open_nothing(keys)
        raise Refused("account.unknown")
    finish_pending(account)
    cookie = sessions.begin(keys.secret, account.keyring.pause_secret)
    session = sessions.read(cookie)
    # A pause ends the sessions it finds; one that began since its writing is found here.
    if session is None or _is_ended_by_pause(session):
        raise Refused("account.unknown")
    keyrings.save(account)
    return Visit(account, session), cookie


def _is_ended_by_pause(session: SessionState) -> bool:
    """End a session whose account was shut; tell whether it was."""
    if not pausing.is_shut(session.pause_secret):
        return False
    sessions.end_all(session.pause_secret)
    return True


def _open_nothing(keys: AccountKeys) -> None:
    """Spend the time that opening a keyring takes."""
    try:
        open_inner(keys.kek, bytes(8192), "keyring", 0)
    except Damaged:
        return


def finish_pending(account: Account) -> None:
    """Finish or drop what pending rows say was begun and not ended."""
    for tag, row in list(account.pending.items()):
        if row.kind is PendingKind.JOIN and row.is_unfinished:
            _finish_join(account, tag)
        elif row.kind is PendingKind.OPEN and not reading.package_pages(row.entry.door):
            keyrings.drop_pending(account, tag)
        elif row.kind is PendingKind.REKEY:
            rekeying.settle(account, tag)


def _finish_join(account: Account, tag: bytes) -> None:
    """Finish a join whose name was typed in a session that is over; it is given later."""
    try:
        joins.finish_join(account, tag, as_name="")
    except Refused:
        return


def visit_from_cookie(cookie: str) -> Visit | None:
    """Return the visit of a session's cookie, or None when it has none that lives."""
    session = sessions.read(cookie)
    if session is None or _is_ended_by_pause(session):
        return None
    account = keyrings.read(AccountKeys(session.account_key))
    if account is None:
        sessions.end_this(session)
        return None
    return Visit(account, session)
