# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell the scenarios of test vectors about pausing: the list, friend rows, words, travel locks."""

from typing import Final

from hedgerow.engines.vault import account as accounts
from hedgerow.engines.vault import codes, locker, pause
from hedgerow.engines.vault.locker import LockerClass
from hedgerow.engines.vault.pause import FriendRow, FriendWords, PauseEntry, PauseKind
from tools.vector_parts import Json, Seeded

DAY: Final = 20_454
_PAGES: Final = 2


def _entry_json(entry: PauseEntry) -> Json:
    """Write an entry of the list."""
    return {
        "id": entry.id.hex(),
        "w": entry.words.hex(),
        "kind": int(entry.kind),
        "day": entry.day,
    }


def _row_json(row: FriendRow) -> Json:
    """Write what a friend row holds."""
    given = [{"tag": one.tag.hex(), "last_day": one.last_day} for one in row.given]
    return {"w": row.words.hex(), "given": given, "content": pause.encode_friend(row).hex()}


def pause_list_scenario(random: Seeded) -> Json:
    """Seal a pause list of two pages: somebody paused, somebody away, a pause lifted."""
    hold, away = random(32), random(32)
    entries = [
        PauseEntry(random(32), random(16), PauseKind.PAUSED, DAY),
        PauseEntry(pause.lock_id(away), random(16), PauseKind.LOCKED, DAY + 30),
        PauseEntry(random(32), random(16), PauseKind.LIFTED, DAY - 1),
    ]
    key, pages = pause.list_key(hold), pause.encode_list(entries, least_pages=_PAGES)
    return {
        "hold": hold.hex(),
        "pause_secret_of_who_is_away": away.hex(),
        "entries": [_entry_json(entry) for entry in entries],
        "key": key.hex(),
        "pages": [
            {
                "tag": pause.list_tag(hold, number).hex(),
                "content": content.hex(),
                "inner": locker.seal_inner(
                    key,
                    content,
                    *pause.list_context(number),
                    klass=LockerClass.LARGE,
                    random=random,
                ).hex(),
            }
            for number, content in enumerate(pages)
        ],
    }


def pause_words_scenario(random: Seeded) -> Json:
    """Write the rows of freeze words, and a friend row before and after a second set."""
    secret, numbers = random(32), tuple(range(7))
    code = codes.code_of(random(32), label=codes.Label.FREEZE)
    mark = accounts.words_mark(random(32), numbers)
    before = FriendRow(mark, (FriendWords(random(32), 0), FriendWords(random(32), DAY + 3)))
    after = before.with_new(FriendWords(code.row_tag, DAY + 90), day=DAY)
    tag, key = pause.friend_tag(secret), pause.friend_key(secret)
    small = LockerClass.SMALL
    return {
        "pause_secret": secret.hex(),
        "code": code.secret.hex(),
        "day": DAY,
        "words_row_tag": code.row_tag.hex(),
        "words_row_inner": locker.seal_inner(
            code.row_key, secret, code.row_tag, klass=small, random=random
        ).hex(),
        "friend_tag": tag.hex(),
        "friend_key": key.hex(),
        "before": _row_json(before),
        "after": _row_json(after),
        "friend_inner": locker.seal_inner(
            key, pause.encode_friend(after), tag, klass=small, random=random
        ).hex(),
        "after_a_ninth": _row_json(_with_nine(after, random)),
    }


def _with_nine(row: FriendRow, random: Seeded) -> FriendRow:
    """Return a row of which a ninth set of words has dropped the oldest."""
    for _ in range(pause.MOST_WORDS + 1 - len(row.given)):
        row = row.with_new(FriendWords(random(32), 0), day=DAY)
    return row
