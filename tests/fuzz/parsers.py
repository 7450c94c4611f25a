# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name every reader of bytes or words in the engine, with valid inputs for each.

The valid inputs come from the test vectors: every reader is tried on every value that
stands there, and what it takes is its own. A new reader that no vector feeds fails the test.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from hedgerow.engines.vault import (
    agenda,
    arrival,
    backup,
    card,
    carried,
    codes,
    files,
    head,
    index,
    keyring,
    letterbox,
    letters,
    locker,
    observing,
    package,
    padding,
    pause,
    primitives,
    released,
    ring,
    roster,
    roster_acts,
    slips,
    words,
)
from hedgerow.kernel.errors import HedgerowError
from hedgerow.kernel.ids import RowId
from hedgerow.rooms.elections.table_reading import cells_of
from hedgerow.rooms.elections.tables import table_in
from hedgerow.rooms.members.records import Page
from hedgerow.store import kinds
from hedgerow.store.wordlists import word_lists
from tests.engines.forensics.test_reading import workbook

VECTORS = Path(__file__).parents[1] / "vectors" / "vault"
_KEY = bytes(range(32))
_LEAST, _MOST = 1, 20_000


@dataclass(frozen=True, slots=True)
class Target:
    """Hold one reader.

    Attributes:
        name: What it reads.
        run: Reads; may raise a `HedgerowError` and nothing else.
        seeds: Valid inputs.
    """

    name: str
    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]


def _strings(value: Any) -> Iterator[str]:
    """Yield every text in a vector file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


@cache
def corpus() -> tuple[bytes, ...]:
    """Return every value of the vectors that is bytes."""
    found: dict[bytes, None] = {}
    for path in sorted(VECTORS.glob("*.json")):
        for text in _strings(json.loads(path.read_text(encoding="utf-8"))):
            try:
                value = bytes.fromhex(text)
            except ValueError:
                continue
            if _LEAST <= len(value) <= _MOST:
                found[value] = None
    return tuple(found)


def takes(run: Callable[[bytes], object], data: bytes) -> bool:
    """Tell whether a reader takes an input."""
    try:
        run(data)
    except HedgerowError:
        return False
    return True


def _act(data: bytes) -> object:
    """Read the payload of an act; its first byte says which kind."""
    return roster_acts.decode_act(data[0] if data else 0, data[1:])


def _act_seeds() -> tuple[bytes, ...]:
    """Return kind and payload of every entry in the vectors."""
    found: dict[bytes, None] = {}
    for value in corpus():
        if takes(roster.decode_entry, value):
            number, payload = roster_acts.encode_act(roster.decode_entry(value).act)
            found[bytes([number]) + payload] = None
    return tuple(found)


def _carried_seeds() -> tuple[bytes, ...]:
    """Return the content of the form in the vectors."""
    held = json.loads((VECTORS / "carried.json").read_text(encoding="utf-8"))
    carry, box = bytes.fromhex(held["carry"]), bytes.fromhex(held["box"])
    return (padding.unpad(primitives.open_box(carry, box, "carry")),)


def _keyring(data: bytes) -> object:
    """Read two pages of a keyring; two bytes before them say where the second begins."""
    cut = 2 + int.from_bytes(data[:2], "big")
    return keyring.decode_pages([data[2:cut], data[cut:]])


def _keyring_seeds() -> tuple[bytes, ...]:
    """Return the pages in the vectors."""
    held = json.loads((VECTORS / "keyring.json").read_text(encoding="utf-8"))
    one, other = (bytes.fromhex(page) for page in held["pages"])
    return (len(one).to_bytes(2, "big") + one + other,)


def _ring_seeds() -> tuple[bytes, ...]:
    """Return the content of a new ring and of one in the middle of a night."""
    draw = iter(range(1, 10**6))
    made = ring.new_ring(20_000, random=lambda n: next(draw).to_bytes(n, "big"))
    return (ring.encode_ring(made), ring.encode_ring(replace(made, previous=_KEY)))


def _typed(data: bytes) -> object:
    """Read words as they may be typed."""
    text = data.decode("utf-8", "surrogateescape")
    return word_lists().read(text, count=6, check=words.plain_check)


def _typed_seeds() -> tuple[bytes, ...]:
    """Spell codes in each language, as people may write them down."""
    lists, spelled = word_lists(), []
    for language in lists.languages:
        for start in (0, 1000, 7000):
            numbers = tuple((start + 97 * place) % 7776 for place in range(6))
            said = lists.spell(numbers, check=words.plain_check, language=language)
            spelled += [
                " ".join(said),
                "\n".join(f"{n}. {one.title()}" for n, one in enumerate(said)),
            ]
    return tuple(one.encode() for one in spelled)


def _opened_box(data: bytes) -> object:
    return primitives.open_box(_KEY, data, "page", 3)


def _slots(data: bytes) -> object:
    """Look for one's own slots in a page of a package."""
    return list(package.slots_of([data], sealing=primitives.sealing_keys(_KEY)))


def _body(data: bytes) -> object:
    """Read the plain text of a record."""
    return kinds.decode_body(Page, data), kinds.decode_notes(data)


def _body_seeds() -> tuple[bytes, ...]:
    pages = (Page(text="", change=""), Page(text="Понедельник\n" * 9, change="x"))
    return tuple(kinds.encode_body(page, notes=[b"note"]) for page in pages)


def _row(klass: locker.LockerClass) -> Callable[[bytes], object]:
    def run(data: bytes) -> object:
        row = locker.LockerRow(RowId(int.from_bytes(data[:8], "big") >> 2), data[8:])
        return locker.open_locker(_KEY, row, klass=klass)

    return run


def _row_seeds(klass: locker.LockerClass) -> tuple[bytes, ...]:
    draw = _KEY * 600
    inner = locker.seal_inner(_KEY, b"text", "page", klass=klass, random=lambda n: draw[:n])
    made = locker.Locker(_KEY, 9, inner)
    row = locker.seal_locker(_KEY, made, klass=klass, random=lambda n: draw[:n])
    return ((row.id << 2).to_bytes(8, "big") + row.box,)


def _back_up(data: bytes) -> object:
    """Read a back-up of one row, as a restore does."""
    header = backup.decode_header(data[: backup.MOST_HEADER_BYTES])
    return _content(b"".join(backup.open_rows(_KEY, [data[header.length :]], header=header)))


def _content(data: bytes) -> object:
    """Read what a back-up holds."""
    content = backup.Content([data])
    fields = content.field(4), content.field(8), content.field(4)
    content.end()
    return fields


def _back_up_seeds() -> tuple[bytes, ...]:
    plain = _content_seeds()
    return (b"".join(backup.seal_backup(_KEY, plain, wrap=_KEY * 3, id_=_KEY[:16])),)


def _content_seeds() -> tuple[bytes, ...]:
    parts = backup.laid_out(ring=b"ring", database=[b"data"], size=4, instance=b"{}")
    return (b"".join(parts),)


def _waiting_seeds() -> tuple[bytes, ...]:
    sum_ = _KEY[: letterbox.FORM_SUM_BYTES]
    return (_KEY * 3 + (20_000).to_bytes(4, "big") + sum_ + b"\0",)


def _of_arrivals() -> Iterator[Target]:
    """Yield readers of what observers' phones seal, fed with what the vectors hold."""
    held = json.loads((VECTORS / "arrival.json").read_text(encoding="utf-8"))
    form, slip = bytes.fromhex(held["form"]), bytes.fromhex(held["slip"])
    length = int.from_bytes(form[:4], "big")
    header = bytes.fromhex(held["sealed_form"])[: arrival.HEADER_BYTES]
    key, address = bytes.fromhex(held["form_key"]), held["address"]
    yield Target("header of an arrival", arrival.week_in, (header,))
    yield Target("head of a form that arrived", slips.decode_head, (form[4 : 4 + length],))
    yield Target("slip", lambda data: slips.decode_slip(key, address, data), (slip,))
    yield Target("sheet in a text", slips.decode_sheet_text, (bytes.fromhex(held["sheet"]),))
    yield Target("pasted text", _pasted, (held["text"].encode(),))


def _pasted(data: bytes) -> object:
    """Look for a sealed text in what was pasted."""
    return slips.read_text(data.decode("utf-8", "surrogateescape"))


def _of_tables() -> Iterator[Target]:
    """Yield the reader of coordinators' files, by the kind of file.

    Parquet is left out: some of it ends the process that reads it, which is one of its own.
    """
    frame = pl.DataFrame({"Участок": ["12", "13"], "Избирателей": [1204, 998], "Район": ["Я", ""]})
    text = frame.write_csv(separator=";").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("stations.csv", text)
    book = workbook([list(frame.columns), *map(list, frame.rows())])
    texts = (text, text.decode().encode("cp1251"), text.decode().encode("utf-16"))
    yield Target("csv of a table", _table("stations.csv"), texts)
    yield Target("zip of a table", _table("stations.zip"), (packed.getvalue(),))
    yield Target("workbook of a table", lambda data: cells_of(data, name="a.xlsx"), (book,))


def _table(name: str) -> Callable[[bytes], object]:
    def run(data: bytes) -> object:
        return table_in(data, name=name).lists

    return run


def _by_vectors(name: str, run: Callable[[bytes], object]) -> Target:
    """Make a target of a reader that some vectors feed."""
    return Target(name, run, tuple(value for value in corpus() if takes(run, value)))


def targets() -> list[Target]:
    """Return every reader with its valid inputs."""
    small, large = locker.LockerClass.SMALL, locker.LockerClass.LARGE
    box = primitives.seal_box(_KEY, b"text" * 9, "page", 3, random=lambda n: (_KEY * 2)[:n])
    return [
        _by_vectors("head", head.decode_head),
        _by_vectors("index page", index.decode_page),
        _by_vectors("agenda page", agenda.decode_agenda),
        _by_vectors("roster entry", roster.decode_entry),
        _by_vectors("roster page", lambda data: roster.unpack_pages([data])),
        _by_vectors("card", card.decode_card),
        _by_vectors("invitation", codes.decode_invitation),
        _by_vectors("pending row", keyring.decode_pending),
        _by_vectors("part of an election", observing.decode_part),
        _by_vectors("row of an observer's code", observing.decode_row),
        _by_vectors("card of an observer's code", observing.decode_card),
        _by_vectors("figure", observing.decode_figure),
        _by_vectors("server's part of a letter-box", letterbox.decode_part),
        Target("waiting letter", letterbox.decode_waiting, _waiting_seeds()),
        _by_vectors("receipt of a letter", letterbox.decode_receipt),
        _by_vectors("seeds of a letter-box", letterbox.decode_seeds),
        _by_vectors("conversation in an index", letterbox.decode_conversation),
        _by_vectors("erased messages in an index", letterbox.decode_erased),
        _by_vectors("message of a letter", letters.decode_message),
        *_of_arrivals(),
        *_of_tables(),
        Target("keyring pages", _keyring, _keyring_seeds()),
        Target("ring", ring.decode_ring, _ring_seeds()),
        _by_vectors("released item", released.decode_item),
        _by_vectors("page of the pause list", pause.decode_page),
        _by_vectors("friend row", pause.decode_friend),
        _by_vectors("note of a file", files.decode_note),
        _by_vectors("package", package.page_count),
        Target("carried form", carried._decode, _carried_seeds()),
        Target("slots of a package", _slots, (corpus()[0] * 300,)),
        Target("body of a page", _body, _body_seeds()),
        Target("act of a roster", _act, _act_seeds()),
        Target("words", _typed, _typed_seeds()),
        Target("back-up", _back_up, _back_up_seeds()),
        Target("content of a back-up", _content, _content_seeds()),
        Target("box", _opened_box, (box,)),
        Target("small row", _row(small), _row_seeds(small)),
        Target("large row", _row(large), _row_seeds(large)),
    ]
