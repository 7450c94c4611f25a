# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell every key that some members hold: of their accounts, groups, pages and records.

Started as `python -m hedgerow.drill.insider` on a copy of a seized disk, with the boot key and
the words of members on the standard input. The drill looks for these keys on the disk, and
tries with them what a removed member could try.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Open the copy and answer."""
    question = json.load(sys.stdin)
    import django

    django.setup()
    from hedgerow.store import machine as machines
    from hedgerow.store.runtime import empty, runtime_directory

    home = Path(os.environ["HEDGEROW_HOME"])
    machines.open_with(home, bytes.fromhex(question["boot_key"]))
    try:
        told = {name: _told(words) for name, words in question["phrases"].items()}
    finally:
        machines.close()
        empty(runtime_directory(home))
    json.dump(told, sys.stdout)


def _told(words: str) -> dict[str, Any]:
    """Return the keys of one member."""
    from hedgerow.engines.vault.account import account_of
    from hedgerow.store import account as keyrings
    from hedgerow.store import codes_api, codeworks, reading
    from hedgerow.store.accounts import finish_pending

    numbers = codes_api.read_code(words, kind="phrase")
    keys = account_of(codeworks.phrase_root(numbers))
    account = keyrings.read(keys)
    if account is None:
        return {"account": keys.secret.hex(), "spaces": []}
    finish_pending(account)
    opened = (reading.open_entry(account, entry) for entry in account.keyring.entries)
    return {
        "account": keys.secret.hex(),
        "pause": account.keyring.pause_secret.hex(),
        "spaces": [_space(one) for one in opened if one is not None],
    }


def _space(opened: Any) -> dict[str, Any]:
    """Return the keys of one group, as one member has them."""
    from hedgerow.store.listing import pages_of

    entry = opened.entry
    records = [one for page in pages_of(opened).values() for one in page]
    return {
        "id": opened.space_id,
        "revision": opened.head.revision,
        "secret": entry.space_key.hex(),
        "chapter": entry.chapter_key.hex(),
        "door": entry.door.hex(),
        "seed": entry.seed.hex(),
        "pages": list(opened.head.pages),
        "keys": {str(chapter): key.hex() for chapter, key in opened.page_keys.items()},
        "records": {format(one.record, "x"): one.record_key.hex() for one in records},
    }


if __name__ == "__main__":
    main()
