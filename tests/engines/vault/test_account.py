# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that an account is found and opened by its phrase alone."""

from hedgerow.engines.vault.account import AccountKeys, account_of, pause_mark, words_mark
from hedgerow.engines.vault.primitives import hash_bytes, sub
from hedgerow.kernel.ids import MemberId, SpaceId

SECRET = bytes(range(32))
ACCOUNT = AccountKeys(SECRET)
PAUSE = b"f" * 32


def test_account_follows_from_the_root() -> None:
    """The account key and the key of its pages are derived one from the other."""
    account = account_of(b"r" * 32)
    assert account.secret == sub(b"r" * 32, "account")
    assert account.kek == sub(account.secret, "kek")


def test_eight_pages_can_be_found() -> None:
    """The keyring has eight places, named by the number of the page."""
    assert ACCOUNT.locators() == [sub(SECRET, "locator", page) for page in range(8)]
    assert ACCOUNT.locator(7) == ACCOUNT.locators()[7]


def test_thirty_two_pending_rows_can_be_found() -> None:
    """There are 32 places for pending rows, named by their number."""
    assert ACCOUNT.pending_tags() == [sub(SECRET, "pending", place) for place in range(32)]
    assert ACCOUNT.pending_tag(31) == ACCOUNT.pending_tags()[31]


def test_no_two_names_of_accounts_are_equal() -> None:
    """Pages and pending rows of two accounts have nothing in common."""
    other = AccountKeys(b"o" * 32)
    names = [ACCOUNT.kek, other.kek]
    for account in (ACCOUNT, other):
        names += account.locators() + account.pending_tags()
    assert len(set(names)) == 2 * (1 + 8 + 32)


def test_pause_mark_is_one_of_space_and_member() -> None:
    """The mark is derived from both ids, and is another in each space and for each member."""
    mark = pause_mark(PAUSE, SpaceId(1), member_id=MemberId(2))
    assert mark == sub(PAUSE, "pause", (1).to_bytes(8, "big") + (2).to_bytes(8, "big"))
    others = {
        mark,
        pause_mark(PAUSE, SpaceId(2), member_id=MemberId(1)),
        pause_mark(PAUSE, SpaceId(1), member_id=MemberId(3)),
        pause_mark(b"o" * 32, SpaceId(1), member_id=MemberId(2)),
    }
    assert len(others) == 4
    assert {len(one) for one in others} == {32}


def test_words_mark_says_which_words() -> None:
    """The mark of words has sixteen bytes and is another for each phrase and instance."""
    mark = words_mark(SECRET, (1, 7775))
    assert mark == sub(SECRET, "paused-words", bytes.fromhex("0001 1e5f"))[:16]
    assert mark not in {words_mark(SECRET, (7775, 1)), words_mark(hash_bytes(b""), (1, 7775))}
