# SPDX-License-Identifier: AGPL-3.0-or-later
"""Observers report by the words of a code; the group reads it, and the server counts figures."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from hedgerow.engines.vault import observing
from hedgerow.engines.vault.letters import Side
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.errors import BadInput, Damaged, NotFound, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import counting, letters, observers, sharing, watchkeys
from hedgerow.store.boxkeys import boxes_of
from hedgerow.store.counting import Act, Counted, Figure
from hedgerow.store.kinds import Value, kind
from hedgerow.store.letters import Reader, Thread
from hedgerow.store.machine import machine
from hedgerow.store.night import run_night
from hedgerow.store.observers import Device
from hedgerow.store.roles import Reads, Role
from hedgerow.store.uploads import seal_bytes
from hedgerow.store.writing import Transaction, in_writing
from tests.store.people.actors import Person, bring, id_of, today, words
from tests.store.people.strangers import Text

NAME = "moscow-2021"
PICTURE = b"the sheet on the wall" * 900


@kind(number=0xFE21, version=1)
@dataclass(frozen=True, slots=True)
class Sheet:
    """Be a report that knows the form it came by."""

    form: bytes
    text: str

    def search_text(self) -> str:
        """Return the text."""
        return self.text


def same(form: bytes) -> Callable[[Value], bool]:
    """Tell whether a report came by a form."""
    return lambda value: isinstance(value, Sheet) and value.form == form


def device(numbers: Numbers) -> Device:
    """Type the words and make a request with the cookie."""
    cookie, _ = observers.activate(words(numbers, code="observer"))
    found = observers.device_of(cookie)
    assert found is not None
    return found


def report(there: Device, text: str, *, form: bytes = b"", votes: int = 7) -> int:
    """Report a sheet."""
    form = form or os.urandom(16)
    figure = Figure(Act.SHEET, 0, there.station, 1, (votes, -1))
    return there.submit(Sheet(form, text), figure=figure, is_same=same(form))


@pytest.fixture
def watching(founder: Person, space_id: SpaceId) -> SpaceId:
    """Return a space that watches an election."""
    founder.space(space_id).open_watch(NAME, last_day=today() + 5, until_day=today() + 60)
    return space_id


def drawn(person: Person, space_id: SpaceId, *stations: int) -> list[Numbers]:
    """Draw codes and return their words."""
    return [one.numbers for one in person.space(space_id).draw_codes(NAME, stations)]


def test_a_report_is_read_counted_and_answered(founder: Person, watching: SpaceId) -> None:
    """Words, a report with a picture, figures without a session, an answer on the device."""
    (code,) = drawn(founder, watching, 31)
    there = device(code)
    assert (there.name, there.number, there.station, there.last_day) == (
        NAME,
        1,
        31,
        today() + 5,
    )
    upload = seal_bytes(PICTURE, name="a.jpg", media_type="image/jpeg")
    form = os.urandom(16)
    figure = Figure(Act.SHEET, 0, 31, 2, (10, -1, 4))
    number = there.submit(Sheet(form, "seen"), figure=figure, is_same=same(form), uploads=[upload])
    assert number == 1
    side = founder.space(watching).observer(NAME, 1)
    (letter,) = side.messages()
    assert (letter.side, letter.number) == ("stranger", 1)
    assert isinstance(letter.value, Sheet)
    assert letter.value.text == "seen"
    assert b"".join(side.file(1, 0).chunks()) == PICTURE
    counted = list(counting.all_figures(NAME))
    assert [(one.code, one.version, one.figure.act) for one in counted] == [
        (1, 0, Act.PLACED),
        (1, 1, Act.SHEET),
    ]
    assert counted[1].figure.values == (10, -1, 4)
    assert counted[1].figure.minute == letter.minute
    side.answer(Text("Thank you"))
    again = device(code)
    assert [one.side for one in again.messages()] == ["stranger", "team"]
    assert b"".join(again.file(1, 0).chunks()) == PICTURE


def test_a_form_sent_twice_is_one_report(founder: Person, watching: SpaceId) -> None:
    """Also from a second device of the same code, and after a night."""
    (code,) = drawn(founder, watching, 5)
    form = os.urandom(16)
    first, second = device(code), device(code)
    assert report(first, "one", form=form) == 1
    # The second device read its messages before the first one wrote.
    assert report(second, "one", form=form) == 1
    run_night(is_confirmed=True)
    assert report(device(code), "one", form=form) == 1
    assert report(device(code), "two") == 2
    assert len(founder.space(watching).observer(NAME, 1).messages()) == 2


def test_a_change_of_station_and_a_code_withdrawn(founder: Person, watching: SpaceId) -> None:
    """The device learns where to; a withdrawn code is out at once, its reports stay."""
    code, other = drawn(founder, watching, 5, 6)
    there = device(code)
    report(there, "before")
    side = founder.space(watching).observer(NAME, 1)
    side.place(9)
    assert side.station == device(code).station == 9
    assert device(other).station == 6
    assert not side.is_withdrawn()
    side.withdraw()
    assert founder.space(watching).observer(NAME, 1).is_withdrawn()
    with pytest.raises(Refused, match=r"observers\.unknown"):
        report(there, "after")
    with pytest.raises(Refused, match=r"observers\.unknown"):
        device(code)
    assert len(founder.space(watching).observer(NAME, 1).messages()) == 1
    places = [one.figure.station for one in counting.all_figures(NAME) if one.code == 1]
    assert places == [5, 5, 9]


def test_arrivals_are_told_once(founder: Person, watching: SpaceId) -> None:
    """The caretaker reads each figure once; a note without a row goes after some minutes."""
    (code,) = drawn(founder, watching, 5)
    report(device(code), "one", votes=3)
    founder.space(watching).put_act(NAME, Figure(Act.RULING, 0, 5, 1, (3,)))
    founder.space(watching).put_act(NAME, Figure(Act.HELD, 0, 0, 0, (1, 2)))
    arrived = counting.take_arrivals(most=100)
    assert {one.name for one in arrived} == {NAME}
    assert [(one.counted.code, one.counted.version) for one in arrived] == [
        (1, 0),
        (1, 1),
        (0, 0),
        (0, 1),
    ]
    assert counting.take_arrivals(most=100) == []
    ephemeral = machine().ephemeral
    minute = arrived[0].counted.figure.minute
    counting.note_arrival(NAME, 0, 0, minute=minute)
    counting.note_arrival(NAME, 9, 9, minute=minute)
    assert len(counting.take_arrivals(most=100)) == 1
    assert len(ephemeral.arrivals(most=9)) == 1
    counting.note_arrival(NAME, 9, 9, minute=minute - 60)
    counting.take_arrivals(most=100)
    assert len(ephemeral.arrivals(most=9)) == 1


def test_notes_of_arrivals_are_sealed(founder: Person, watching: SpaceId) -> None:
    """Memory does not say which code wrote when; a note of another ring is forgotten."""
    (code,) = drawn(founder, watching, 5)
    counting.take_arrivals(most=100)
    report(device(code), "one", votes=3)
    ephemeral = machine().ephemeral
    ((_, minute, box),) = ephemeral.arrivals(most=9)
    assert NAME.encode() not in box
    assert bytes([0, 0, 0, 1, 0, 0, 0, 1]) not in box
    ephemeral.note_arrival(box[:-1] + bytes([box[-1] ^ 1]), minute=minute)
    assert len(counting.take_arrivals(most=100)) == 1
    assert ephemeral.arrivals(most=9) == []


@pytest.mark.usefixtures("founder")
def test_what_is_shared_is_sealed() -> None:
    """Every process reads it, whole; the file says nothing, and a damaged one is none."""
    assert sharing.shared("numbers", bytes.decode) is None
    sharing.share("numbers", b"first words" * 20)
    assert sharing.shared("numbers", bytes.decode) == "first words" * 20
    assert sharing.shared("other", bytes.decode) is None
    sharing.share("numbers", b"second words")
    assert sharing.shared("numbers", bytes.decode) == "second words"
    (file,) = machine().runtime.glob("shared-*")
    assert file.stat().st_mode & 0o77 == 0
    content = file.read_bytes()
    assert b"words" not in content
    file.unlink()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert sharing.shared("numbers", bytes.decode) is None


def test_all_figures_after_a_night(founder: Person, watching: SpaceId) -> None:
    """Every figure of every code and of the headquarters is found again, whatever their number."""
    codes = drawn(founder, watching, *range(1, 6))
    for turn, code in enumerate(codes):
        for _ in range(turn):
            report(device(code), "x", votes=turn)
    for value in range(70):
        founder.space(watching).put_act(NAME, Figure(Act.SHOWN, 0, value, 1, (1,)))
    run_night(is_confirmed=True)
    found = list(counting.all_figures(NAME))
    sheets = [one for one in found if one.figure.act is Act.SHEET]
    assert len(sheets) == 0 + 1 + 2 + 3 + 4
    assert all(one.figure.values[0] == one.code - 1 for one in sheets)
    shown = [one.figure.station for one in found if one.figure.act is Act.SHOWN]
    assert shown == list(range(70))
    counting.take_arrivals(most=1000)
    assert counting.all_figures("elsewhere") is not None
    assert list(counting.all_figures("elsewhere")) == []


def test_days(founder: Person, watching: SpaceId) -> None:
    """A device reports until the last day, which a coordinator may move; then nothing opens."""
    (code,) = drawn(founder, watching, 5)
    there = device(code)
    clock = machine().clock
    clock.advance(days=6)  # type: ignore[attr-defined]  # the clock of tests
    with pytest.raises(Refused, match=r"observers\.unknown"):
        device(code)
    founder.log_in()
    founder.space(watching).set_watch_day(NAME, last_day=today() + 1)
    assert device(code).last_day == today() + 1
    report(there, "late")
    assert founder.space(watching).watches()[0].codes == 1


def test_words_are_refused_alike(founder: Person, watching: SpaceId) -> None:
    """Mistyped words are told; words of another instance or none are one answer."""
    (code,) = drawn(founder, watching, 5)
    typed = words(code, code="observer").split()
    with pytest.raises(BadInput, match=r"words\.mistyped"):
        observers.activate(" ".join([typed[1], typed[0], *typed[2:]]))
    never = tuple((number + 1) % 7776 for number in code)
    with pytest.raises(Refused, match=r"observers\.unknown"):
        observers.activate(words(Numbers(never), code="observer"))
    for cookie in ("", "x", "ä", "A" * 160):
        assert observers.device_of(cookie) is None


def test_a_code_takes_a_few_reports_a_minute(founder: Person, watching: SpaceId) -> None:
    """More is refused for this code; others go on."""
    code, other = drawn(founder, watching, 5, 6)
    there = device(code)
    for _ in range(observers.MOST_A_MINUTE):
        report(there, "x")
        there = device(code)
    with pytest.raises(Refused, match=r"observers\.too_fast"):
        report(there, "one more")
    assert report(device(other), "x") == 1


def test_who_may_do_what(founder: Person, watching: SpaceId) -> None:
    """Readers read; writers draw codes and rule; coordinators begin; others find nothing."""
    reader = bring(founder, watching, name="R", role=Role.READER, reads=Reads.ALL)
    editor = bring(founder, watching, name="E", reads=Reads.ALL)
    with pytest.raises(Refused, match=r"space\.keepers_only"):
        editor.space(watching).open_watch("other", last_day=1, until_day=2)
    with pytest.raises(Refused, match=r"space\.keepers_only"):
        editor.space(watching).set_watch_day(NAME, last_day=1)
    with pytest.raises(Refused, match=r"space\.may_not"):
        reader.space(watching).draw_codes(NAME, [1])
    with pytest.raises(Refused, match=r"space\.may_not"):
        reader.space(watching).put_act(NAME, Figure(Act.SHOWN, 0, 1, 1, ()))
    (code,) = drawn(editor, watching, 4)
    report(device(code), "x")
    assert len(reader.space(watching).observer(NAME, 1).messages()) == 1
    with pytest.raises(NotFound, match=r"observers\.no_code"):
        reader.space(watching).observer(NAME, 2)
    other = founder.visit().open_space("Elsewhere", as_name="O").id
    with pytest.raises(NotFound, match=r"observers\.no_election"):
        founder.space(other).observer(NAME, 1)
    with pytest.raises(Refused, match=r"observers\.address_taken"):
        founder.space(other).open_watch(NAME, last_day=1, until_day=2)
    with pytest.raises(BadInput, match=r"vault\.address_too_long"):
        founder.space(other).open_watch("x" * 49, last_day=1, until_day=2)
    with pytest.raises(BadInput, match=r"observers\.too_many_codes"):
        founder.space(watching).draw_codes(NAME, [1] * 101)
    assert founder.space(watching).letterboxes() == []
    with pytest.raises(NotFound, match=r"observers\.no_election"):
        founder.space(watching).set_watch_day("other", last_day=1)


def test_who_reads_from_now_on_watches_too(founder: Person, watching: SpaceId) -> None:
    """The secret goes into the new chapter; reports since the last removal open, as letters do."""
    (code,) = drawn(founder, watching, 4)
    report(device(code), "before")
    machine().clock.advance(days=1)  # type: ignore[attr-defined]  # the clock of tests
    founder.log_in()
    newcomer = bring(founder, watching, name="N", reads=Reads.FROM_NOW)
    side = newcomer.space(watching).observer(NAME, 1)
    assert [one.side for one in side.messages()] == ["stranger"]
    assert len(newcomer.space(watching).watches()) == 1


def test_a_removed_member_opens_no_later_report(founder: Person, watching: SpaceId) -> None:
    """With S, older pairs, image and boot key: what was reported after the removal stays shut."""
    goes = bring(founder, watching, name="G", reads=Reads.ALL)
    (code,) = drawn(founder, watching, 4)
    report(device(code), "before")
    opened = goes.visit().space(watching)._opened
    key = watchkeys.key_named(opened, NAME)
    pairs = [pair for box in boxes_of(opened) for pair in box.pairs]
    founder.space(watching).remove(id_of(goes, watching))
    report(device(code), "after")
    thread = Thread(observing.observer_secret(key.secret, 1), key.until)
    texts: list[bytes] = []
    for number, box in letters.window_of(thread).items():
        try:
            reader = Reader(Side.TEAM, pairs)
            texts.append(letters.opened(thread, number, box=box, reader=reader).content)
        except Damaged:
            continue
    assert any(b"before" in text for text in texts)
    assert not any(b"after" in text for text in texts)
    ours = founder.space(watching).observer(NAME, 1).messages()
    assert [one.value.text for one in ours if isinstance(one.value, Sheet)] == ["before", "after"]


def test_a_damaged_figure_hides_no_later_one(founder: Person, watching: SpaceId) -> None:
    """A row that does not parse counts as there, so that later versions are found."""
    (code,) = drawn(founder, watching, 4)
    for votes in (1, 2):
        report(device(code), "x", votes=votes)

    def spoil(tx: Transaction) -> None:
        tag = counting.tag_of(NAME, 1, 1)
        tx.put_small(tag, b"no figure", key=observing.election_key(machine().ring.hold))

    in_writing(spoil)
    found = [one for one in counting.all_figures(NAME) if one.figure.act is Act.SHEET]
    assert found == [Counted(1, 2, found[0].figure)]
    assert found[0].figure.values[0] == 2
