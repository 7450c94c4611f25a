# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check how words open the boot key: shares in any order, waiting, mistakes, the yes."""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from hedgerow.cli import control
from hedgerow.cli.unlocking import CLOCK_CONFIRMED, BootWords, Unlocking, last_night
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.kernel.errors import BadInput, Damaged, Refused
from hedgerow.store import bootkey, night
from hedgerow.store import machine as machines
from hedgerow.store.bootkey import make_shared, write_wrap
from hedgerow.store.codes_api import read_boot, spell_boot
from hedgerow.store.founding import NewBootKey, draw_boot_key
from hedgerow.store.system import SystemClock, system_random
from tests.instances import CHEAP, Vault


class Seconds:
    """Tell the seconds that a test has set."""

    def __init__(self) -> None:
        """Begin at nought."""
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def _spelled(numbers: Numbers) -> str:
    return spell_boot(numbers, language="en")


@pytest.fixture
def three(vault: Vault) -> NewBootKey:
    """Wrap another key for three holders in place of the instance's wrap."""
    drawn = draw_boot_key(holders=3, cost=CHEAP, random=system_random)
    write_wrap(vault.home / machines.DATA, drawn.wrap)
    return drawn


@pytest.fixture
def shared(vault: Vault) -> Iterator[bootkey.SharedKey]:
    """Make the page of memory of a service, closed."""
    machines.close()
    yield make_shared(vault.home)
    bootkey.drop_shared()


def test_any_two_shares_open_in_any_order(vault: Vault, three: NewBootKey) -> None:
    """Each pair of the three opens, whoever types first."""
    for one, other in permutations(three.words, 2):
        words = BootWords(vault.home)
        assert words.take(_spelled(one)) is None
        assert words.take(_spelled(other)) == three.key


def test_a_wrong_share_spoils_nothing(vault: Vault, three: NewBootKey) -> None:
    """A share of another instance is refused, and the right ones go on waiting."""
    foreign = draw_boot_key(holders=3, cost=CHEAP, random=system_random).words[0]
    words = BootWords(vault.home)
    assert words.take(_spelled(three.words[0])) is None
    with pytest.raises(Refused):
        words.take(_spelled(foreign))
    assert words.take(_spelled(three.words[1])) == three.key


def test_a_share_waits_ten_minutes(vault: Vault, three: NewBootKey) -> None:
    """A share typed longer ago is forgotten."""
    seconds = Seconds()
    words = BootWords(vault.home, now=seconds)
    words.take(_spelled(three.words[0]))
    seconds.now = 601
    assert words.take(_spelled(three.words[1])) is None
    words.forget()
    assert words.take(_spelled(three.words[2])) is None


def test_one_phrase_opens_and_mistakes_are_named(vault: Vault) -> None:
    """The phrase gives the key; too few words and mistyped ones are told apart."""
    phrase = _spelled(vault.founding.boot[0])
    words = BootWords(vault.home)
    assert words.take(f"  {phrase.upper()} ") == vault.founding.boot_key
    with pytest.raises(BadInput) as few:
        words.take(phrase.rpartition(" ")[0])
    assert few.value.code == "words.count"
    first, *rest = phrase.split()
    with pytest.raises(BadInput) as mistyped:
        words.take(" ".join([*rest, first]))
    assert mistyped.value.code == "words.mistyped"
    assert read_boot(phrase, count=12) == vault.founding.boot[0]


def test_no_words_open_without_a_wrap(vault: Vault) -> None:
    """A data folder without boot.wrap is told as such."""
    (vault.home / machines.DATA / "boot.wrap").unlink()
    with pytest.raises(Damaged) as missing:
        BootWords(vault.home).take(_spelled(vault.founding.boot[0]))
    assert missing.value.code == "store.wrap_missing"


def test_nothing_opens_before_the_yes(vault: Vault, shared: bootkey.SharedKey) -> None:
    """Right words show the last night; processes have the key after the yes, until the lock."""
    unlocking = Unlocking(vault.home, shared)
    with pytest.raises(Refused):
        unlocking.say_yes()
    answer = unlocking.type_words(_spelled(vault.founding.boot[0]))
    assert answer["night_number"] == 1
    assert answer == last_night(vault.home, vault.founding.boot_key)
    assert not machines.is_open()
    unlocking.say_yes()
    assert machines.is_open()
    unlocking.lock()
    assert not machines.is_open()
    with pytest.raises(Refused):
        unlocking.say_yes()


def test_the_yes_must_come_within_ten_minutes(vault: Vault, shared: bootkey.SharedKey) -> None:
    """Words that were typed and left alone are forgotten."""
    seconds = Seconds()
    unlocking = Unlocking(vault.home, shared, now=seconds)
    unlocking.type_words(_spelled(vault.founding.boot[0]))
    seconds.now = 601
    with pytest.raises(Refused) as refusal:
        unlocking.say_yes()
    assert refusal.value.code == "boot.nothing_waits"


def test_a_confirmed_date_is_noted_for_the_night(vault: Vault, shared: bootkey.SharedKey) -> None:
    """Who opens and says that today's date is right, says it for the night of that day."""
    unlocking = Unlocking(vault.home, shared)
    unlocking.type_words(_spelled(vault.founding.boot[0]))
    unlocking.say_yes(is_date_confirmed=True)
    noted = machines.machine().ephemeral.note(CLOCK_CONFIRMED)
    assert noted == day_of(minute_now(SystemClock()))
    assert night.CONFIRMED == CLOCK_CONFIRMED


def test_the_wrap_is_replaced_whole(tmp_path: Path) -> None:
    """A leftover of an interrupted change is no hindrance, and nothing is left of it."""
    (tmp_path / "boot.wrap.new").write_bytes(b"torn")
    write_wrap(tmp_path, b"one")
    write_wrap(tmp_path, b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["boot.wrap"]
    assert bootkey.read_wrap(tmp_path) == b"two"
    assert (tmp_path / "boot.wrap").stat().st_mode & 0o777 == 0o600


def test_a_change_of_the_boot_key_that_breaks_off_closes_the_service(
    vault: Vault, shared: bootkey.SharedKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When its process was killed nobody knows which key holds, so every process loses it."""
    key = vault.founding.boot_key
    closed: list[bool] = []
    line = control.Control(
        tmp_path / "s", Unlocking(vault.home, shared), on_lock=lambda: closed.append(True)
    )
    question = {"ask": "boot-key", "present": key.hex(), "key": "", "wrap": ""}
    assert line.answer(question) == {"refused": "store.locked", "details": {}}
    shared.put(key)
    monkeypatch.setattr(control, "run_job", lambda _question, *, handle: handle and None)
    wrong = line.answer(question | {"present": "00"})
    assert wrong["refused"] == "boot.wrong_words"
    assert shared.read() == key
    assert line.answer(question)["refused"] == "boot.change_broken"
    assert shared.read() is None
    assert closed == [True]
    assert line.answer(["no", "question"]) == {"refused": "control.unknown"}
    line._socket.close()
