# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shut an account at a friend's words or for a journey, and open it again.

The list of what is shut stands under the ring, so that every request can look at it. It
names accounts by their pause secrets, which lead to no row of theirs.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from hedgerow.engines.vault import pause
from hedgerow.engines.vault.account import AccountKeys, account_of, pause_mark, words_mark
from hedgerow.engines.vault.codes import Code
from hedgerow.engines.vault.locker import LockerClass, open_inner
from hedgerow.engines.vault.pause import FriendRow, FriendWords, PauseEntry, PauseKind
from hedgerow.engines.vault.primitives import KEY_BYTES
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.clock import day_of, minute_now, week_of
from hedgerow.kernel.errors import BadInput, Busy, Damaged, Refused
from hedgerow.kernel.ids import MemberId, SpaceId
from hedgerow.store import account as accounts
from hedgerow.store import codes_api, codeworks, sessions
from hedgerow.store.account import Account
from hedgerow.store.lines import PauseLine
from hedgerow.store.machine import machine
from hedgerow.store.reading import LookUp
from hedgerow.store.tables import look_up
from hedgerow.store.writing import Transaction, in_writing

LONGEST_LOCK_DAYS: Final = pause.LONGEST_LOCK_DAYS


def today() -> int:
    """Return the day."""
    return day_of(minute_now(machine().clock))


# The list.


def _pages(find: LookUp) -> list[list[PauseEntry]]:
    """Read all pages of the list, in one look-up once its length is known.

    Raises:
        Busy: "pause.list_missing" when a page is missing or altered: nobody comes in.
    """
    hold, count = machine().ring.hold, 1
    while True:
        tags = [pause.list_tag(hold, page) for page in range(count)]
        found = find(large=tags).large
        try:
            contents = [
                open_inner(pause.list_key(hold), found[tag].inner, *pause.list_context(page))
                for page, tag in enumerate(tags)
            ]
            decoded = [pause.decode_page(content) for content in contents]
        except (Damaged, KeyError):
            raise Busy("pause.list_missing") from None
        if decoded[0][0] <= count:
            return [entries for _, entries in decoded]
        count = decoded[0][0]


def entries(find: LookUp = look_up) -> list[PauseEntry]:
    """Return the entries of the list.

    Raises:
        Busy: "pause.list_missing".
    """
    return [entry for page in _pages(find) for entry in page]


def _write(tx: Transaction, listed: list[PauseEntry], *, least_pages: int) -> None:
    """Write the whole list."""
    hold = machine().ring.hold
    for page, content in enumerate(pause.encode_list(listed, least_pages=least_pages)):
        tag, key = pause.list_tag(hold, page), pause.list_key(hold)
        tx.put_large(tag, content, *pause.list_context(page), key=key)


def _put(tx: Transaction, fresh: PauseEntry) -> None:
    """Put an entry into the list."""
    pages = _pages(tx.look_up)
    listed = [entry for page in pages for entry in page]
    _write(tx, pause.with_entry(listed, fresh, day=today()), least_pages=len(pages))


def _over() -> list[bytes]:
    """Return the place that every writer of the list holds."""
    return [pause.list_tag(machine().ring.hold, 0)]


def is_list_whole() -> bool:
    """Tell whether the list can be read; without it nobody comes in."""
    try:
        entries()
    except Busy:
        return False
    return True


def begin_list() -> None:
    """Write an empty list: for a new instance, and where a holder says so."""
    in_writing(lambda tx: _write(tx, [], least_pages=1), over=_over())


def are_words_shut(numbers: Numbers) -> bool:
    """Tell, before the slow step, whether a phrase is that of an account that is shut."""
    mark = words_mark(machine().ring.secret("check"), numbers)
    return pause.are_words_shut(entries(), mark, day=today())


def is_shut(pause_secret: bytes) -> bool:
    """Tell whether an account is paused or away."""
    return pause.is_shut(entries(), pause_secret, day=today())


# Freeze words.


def _friend_row(pause_secret: bytes, *, find: LookUp) -> FriendRow | None:
    """Read an account's friend row, or return None where it has none, or a damaged one."""
    tag = pause.friend_tag(pause_secret)
    locker = find(small=[tag]).small.get(tag)
    if locker is None:
        return None
    try:
        return pause.decode_friend(open_inner(pause.friend_key(pause_secret), locker.inner, tag))
    except Damaged:
        return None


def _put_friend_row(tx: Transaction, row: FriendRow, *, pause_secret: bytes) -> None:
    """Write an account's friend row."""
    tag, key = pause.friend_tag(pause_secret), pause.friend_key(pause_secret)
    tx.put_small(tag, pause.encode_friend(row), key=key)


def _week(last_day: int) -> int:
    """Return the last week of a words row, 0 for no end."""
    return week_of(last_day) if last_day else 0


def demand_phrase(keys: AccountKeys, *, text: str) -> Numbers:
    """Return the numbers of an account's phrase, typed again.

    Raises:
        BadInput: "words.*".
        Refused: "account.unknown" when these are not the account's words.
        Busy: "store.crowded".
    """
    numbers = codes_api.read_code(text, kind="phrase")
    if account_of(codeworks.phrase_root(numbers)) != keys:
        raise Refused("account.unknown")
    return numbers


def print_words(account: Account, *, present_text: str, days: int) -> Numbers:
    """Draw freeze words; see `Visit.print_freeze_words`."""
    mark = words_mark(
        machine().ring.secret("check"), demand_phrase(account.keys, text=present_text)
    )
    secret = account.keyring.pause_secret
    numbers = codeworks.draw("freeze")
    code = codeworks.freeze_code_of(numbers)
    day = today()
    fresh = FriendWords(code.row_tag, day + days if days else 0)

    def act(tx: Transaction) -> None:
        before = _friend_row(secret, find=tx.look_up) or FriendRow(mark)
        after = replace(before, words=mark).with_new(fresh, day=day)
        _end_earlier(tx, before, after)
        tx.put_small(fresh.tag, secret, key=code.row_key, until_week=_week(fresh.last_day))
        _put_friend_row(tx, after, pause_secret=secret)

    in_writing(act, over=[pause.friend_tag(secret)])
    return numbers


def _end_earlier(tx: Transaction, before: FriendRow, after: FriendRow) -> None:
    """Write earlier words' rows with their new ends, and drop those not good any more."""
    ends = {one.tag: one.last_day for one in after.given}
    found = tx.look_up(small=[one.tag for one in before.given]).small
    for tag, locker in found.items():
        if tag in ends:
            week = _week(ends[tag])
            tx.put_inner(LockerClass.SMALL, tag, locker.inner, until_week=week)
    tx.drop_small(one.tag for one in before.given if one.tag not in ends)


def follow_phrase(pause_secret: bytes, *, numbers: Numbers) -> None:
    """Write the mark of a changed phrase into the friend row, where there is one.

    A transaction of its own: killed before it, only the quick answer is missing.
    """
    mark = words_mark(machine().ring.secret("check"), numbers)

    def act(tx: Transaction) -> None:
        row = _friend_row(pause_secret, find=tx.look_up)
        if row is not None:
            _put_friend_row(tx, replace(row, words=mark), pause_secret=pause_secret)

    in_writing(act, over=[pause.friend_tag(pause_secret)])


def _secret_in(code: Code, *, find: LookUp = look_up) -> bytes | None:
    """Return the pause secret in the row of freeze words, or None where there is none.

    Both take the time of opening a row.
    """
    locker = find(small=[code.row_tag]).small.get(code.row_tag)
    inner = bytes(LockerClass.SMALL.inner_bytes) if locker is None else locker.inner
    try:
        secret = open_inner(code.row_key, inner, code.row_tag)
    except Damaged:
        return None
    return secret if len(secret) == KEY_BYTES else None


def _named(code: Code, *, find: LookUp) -> tuple[bytes, FriendRow] | None:
    """Return pause secret and friend row, where the words are named in it as good."""
    secret = _secret_in(code, find=find)
    row = _friend_row(secret or bytes(KEY_BYTES), find=find)
    if secret is None or row is None or not row.names(code.row_tag, day=today()):
        return None
    return secret, row


# Acts.


def pause_account(text: str) -> None:
    """Pause an account by a friend's freeze words; done again, it ends sessions again.

    Raises:
        BadInput: "words.*".
        Refused: "pause.unknown" when the words pause nothing, or nothing any more.
        Busy: "store.crowded", "pause.list_missing".
    """
    code = codeworks.freeze_code_of(codes_api.read_code(text, kind="freeze"))

    def act(tx: Transaction) -> bytes:
        found = _named(code, find=tx.look_up)
        if found is None:
            raise Refused("pause.unknown")
        secret, row = found
        _put_paused(tx, secret, words=row.words)
        return secret

    sessions.end_all(in_writing(act, over=_over()))


def _put_paused(tx: Transaction, secret: bytes, *, words: bytes) -> None:
    """Put a pause into the list, unless it stands there with its first day."""
    paused = PauseKind.PAUSED
    if not any(one.id == secret and one.kind is paused for one in entries(tx.look_up)):
        _put(tx, PauseEntry(secret, words, paused, today()))


def lift(*, freeze_text: str, phrase_text: str) -> None:
    """Open a paused account again, by freeze words and phrase together.

    Neither the one who is held nor the friend can do it alone, and whoever has one of the
    two is not told which is wrong.

    Raises:
        BadInput: "words.*".
        Refused: "pause.not_lifted" when one of them is wrong, or nothing is paused.
        Busy: "store.crowded", "pause.list_missing".
    """
    freeze = codes_api.read_code(freeze_text, kind="freeze")
    numbers = codes_api.read_code(phrase_text, kind="phrase")
    code = codeworks.freeze_code_of(freeze)
    account = accounts.read(account_of(codeworks.phrase_root(numbers)))
    owner = bytes(KEY_BYTES) if account is None else account.keyring.pause_secret

    def act(tx: Transaction) -> None:
        found = _named(code, find=tx.look_up)
        paused = [one for one in entries(tx.look_up) if one.id == owner]
        is_paused = any(one.kind is PauseKind.PAUSED for one in paused)
        if account is None or found is None or found[0] != owner or not is_paused:
            raise Refused("pause.not_lifted")
        _put(tx, PauseEntry(owner, paused[0].words, PauseKind.LIFTED, today()))

    in_writing(act, over=_over())


def lock_for_journey(account: Account, *, present_text: str, last_day: int) -> None:
    """Shut one's own account until after a day; see `Visit.lock_for_journey`."""
    day = today()
    if not day <= last_day <= day + LONGEST_LOCK_DAYS:
        raise BadInput("pause.lock_days", most=LONGEST_LOCK_DAYS)
    numbers = demand_phrase(account.keys, text=present_text)
    mark = words_mark(machine().ring.secret("check"), numbers)
    secret = account.keyring.pause_secret
    entry = PauseEntry(pause.lock_id(secret), mark, PauseKind.LOCKED, last_day)
    in_writing(lambda tx: _put(tx, entry), over=_over())
    sessions.end_all(secret)


# What others see.


def paused_secrets(find: LookUp) -> list[bytes]:
    """Return the pause secrets of the accounts that are paused."""
    return [one.id for one in entries(find) if one.kind is PauseKind.PAUSED]


def shown_in(
    space_id: SpaceId, marks: Iterable[tuple[MemberId, bytes]]
) -> dict[MemberId, PauseLine]:
    """Return who of a space is paused, or was until lately, by the marks on their cards."""
    listed = [one for one in entries() if one.kind is not PauseKind.LOCKED]
    return {
        member: PauseLine(one.day, one.kind is PauseKind.LIFTED)
        for member, mark in marks
        for one in listed
        if pause_mark(one.id, space_id, member_id=member) == mark
    }
