# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make a small sealed instance with the code of an earlier commit, to be opened with today's.

Usage, for a commit checked out in OLD:

    PYTHONPATH=OLD/src:OLD .venv/bin/python tools/make_old_instance.py FOLDER

It writes FOLDER/instance.tar.xz, the instance as a power cut leaves it, and FOLDER/known.json
with the words of its made-up people and what each of them could read. The instance in
tests/fixtures/upgrade was made at commit 1236c2e.
"""

# ruff: noqa: PLC0415 -- nothing of the program may be imported before its settings are named.

import json
import os
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hedgerow.store.uploads import SealedUpload
    from tests.instances import Vault
    from tests.store.people.actors import Person

_FILE: Final = bytes(range(256)) * 300
_DUMMIES_LEFT: Final = 24


def _played(vault: "Vault") -> dict[str, Any]:
    """Let people do a little of everything; return what is known of it."""
    from hedgerow.rooms.members.records import Message, Page, SharedFile, Thread, Welcome
    from tests.store.people.actors import bring, id_of, join_with

    olha = join_with(vault.founder_words, name="")
    group = olha.visit().open_space("Ліхтарі", as_name="Ольга").id
    other = olha.visit().open_space("Second", as_name="O").id
    space = olha.space(group)
    space.write(Welcome("Be welcome."), title="Welcome")
    page = space.write(Page("First text."), title="Plan")
    ihor = bring(olha, group, name="Ігор")
    gone = bring(olha, group, name="Gone")
    olha.space(group).remove(id_of(gone, group))
    talk = ihor.space(group).write(Thread("Who brings bread?"), title="Bread")
    olha.space(group).write(Message("I do."), title="", parent=talk)
    uploads = _uploads(olha, "Список.txt")
    shared = olha.space(group).write(SharedFile("The list"), title="List", uploads=uploads)
    olha.space(group).edit(page, Page("Second text.", "better"), title="Plan", base_version=1)
    vault.nights_to_monday()
    for one in (olha, ihor):
        one.log_in()
    olha.space(other).write(Page("Other text."), title="Elsewhere")
    _drop_dummies()
    # Whoever comes after the delivery has a pending row and no keyring yet.
    late = bring(olha, group, name="Late")
    late.space(group).write(Page("Late text."), title="Late")
    return {
        "boot_key": vault.founding.boot_key.hex(),
        "second": vault.clock.seconds(),
        "phrases": {
            name: who.typed
            for name, who in {"olha": olha, "ihor": ihor, "late": late, "gone": gone}.items()
        },
        "group": group,
        "other": other,
        "page": page,
        "thread": talk,
        "file": shared,
        "file_bytes": len(_FILE),
    }


def _drop_dummies() -> None:
    """Leave few dummies: they are most of a young instance, and cannot be compressed."""
    from django.db import connection

    from hedgerow.engines.vault.locker import DUMMY_WINDOW, dummy_tag, row_ids
    from hedgerow.store.machine import machine

    key = machine().ring.night_key
    window = [int(one) for one in row_ids(key, [dummy_tag(key, k) for k in range(DUMMY_WINDOW)])]
    with connection.cursor() as cursor:
        for table in ("small", "large"):
            cursor.execute(f"SELECT id FROM {table}")  # noqa: S608  # nosec -- one of two
            standing = [row[0] for row in cursor.fetchall() if row[0] in set(window)]
            for number in standing[_DUMMIES_LEFT:]:
                cursor.execute(f"DELETE FROM {table} WHERE id = %s", [number])  # noqa: S608  # nosec -- a table of ours
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _uploads(person: "Person", name: str) -> list["SealedUpload"]:
    """Send a file as a browser does."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import RequestFactory

    from hedgerow.store.sessions import COOKIE_NAME

    file = SimpleUploadedFile(name, _FILE, "text/plain")
    request = RequestFactory().post("/form/", {"title": "x", "file": [file]})
    request.COOKIES[COOKIE_NAME] = person.cookie
    received: list[Any] = request.FILES.getlist("file")
    return received


def main() -> None:
    """Make the instance and pack it."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ["HEDGEROW_HOME"] = str(home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "hedgerow.site.settings"
        import django

        django.setup()
        from tests.instances import open_vault

        with open_vault(home) as vault:
            known = _played(vault)
            # While it is open: the newest rows stand in the log only.
            with tarfile.open(target / "instance.tar.xz", "w:xz") as packed:
                for name in ("instance.json", "data", "data-1"):
                    packed.add(home / name, name)
        (target / "known.json").write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
