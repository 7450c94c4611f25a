# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what one's own page says before all else: lost groups, missing names, much writing."""

from typing import Any

import pytest

from hedgerow.engines.vault.ring import restored_ring
from hedgerow.store import joins, quotas
from hedgerow.store.machine import machine
from hedgerow.store.system import system_random
from tests.rooms.members.browsers import READER, Group, Somebody

LANGUAGES = ("en", "ru", "uk")
LOST = {
    "en": "You are no longer in one of your groups.",
    "ru": "Вы больше не в одной из своих групп.",
    "uk": "Ви більше не в одній зі своїх груп.",
}
NAMELESS = {
    "en": "somebody without a name",
    "ru": "кто-то без имени",
    "uk": "хтось без імені",
}


class Killed(BaseException):
    """Be what ends a process between two transactions."""


def _killed(*_arguments: Any, **_named: Any) -> None:
    raise Killed


def _join_killed(group: Group, monkeypatch: pytest.MonkeyPatch, *, language: str) -> Somebody:
    """Let somebody's join be killed after its first transaction, and finished by the log-in."""
    guest = Somebody(language)
    invitation = group.invite()
    guest.phrase = guest.begin_joining(invitation).words
    with monkeypatch.context() as patched:
        patched.setattr(joins, "_t2", _killed)
        with pytest.raises(Killed):
            guest.send("/join/finish/", words=guest.phrase, name="Rowan")
    guest.forget_cookies()
    assert guest.enter().path == "/me/"
    return guest


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_was_removed_is_told_once(group: Group, language: str) -> None:
    """The page says that a group is gone, and the next time it says no more of it."""
    guest = group.bring("Rowan", language=language)
    assert LOST[language] not in guest.open("/me/").text
    link = group.link_of(group.keeper, "Rowan", end="/remove/")
    assert group.keeper.send(link).status == 200
    page = guest.open("/me/")
    assert LOST[language] in page.text
    assert group.name not in page.text
    assert LOST[language] not in guest.open("/me/").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_lost_in_a_kill_is_asked_for(
    group: Group, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """One's own page leads to the form for the name, until there is one."""
    guest = _join_killed(group, monkeypatch, language=language)
    page = guest.open("/me/")
    (link,) = page.links(end="/people/me/")
    assert group.name in page.text
    assert NAMELESS[language] in guest.open(f"{group.path}people/").text
    group.write(guest, title="Lamp", text="oil")
    assert NAMELESS[language] in guest.open(f"{group.path}pages/").text
    guest.send(link, name="Rowan")
    assert guest.open("/me/").links(end="/people/me/") == []
    assert "Rowan" in guest.open(f"{group.path}pages/").text


def test_others_see_that_a_name_is_missing(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists, threads, news and a coordinator's links have words in the place of the name."""
    guest = _join_killed(group, monkeypatch, language="en")
    path = group.talk(guest, title="Where to meet", text="The depot?")
    page = group.write(guest, title="Lamp", text="oil")
    keeper, nameless = group.keeper, NAMELESS["en"]
    for shown in ("/me/", path, page, f"{page}history/", f"{group.path}threads/"):
        assert nameless in keeper.open(shown).text, shown
    remove = group.link_of(keeper, nameless, end="/remove/")
    assert nameless in keeper.open(remove).text
    assert nameless in keeper.open(remove.replace("/remove/", "/role/")).text
    late = keeper.open(f"{page}edit/")
    guest.send(f"{page}edit/", text="wick")
    assert nameless in keeper.send_form(late, text="candle").text


def test_coordinators_see_who_wrote_very_much(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their own page leads to who was stopped and when, and from there to the removal."""
    guest = group.bring("Rowan")
    keeper, path = group.keeper, f"{group.path}people/much/"
    assert "Nobody was stopped" in keeper.open(path).text
    monkeypatch.setattr(quotas, "RECORDS", 1)
    group.write(guest, title="Lamp", text="oil")
    page = guest.send(f"{group.path}pages/new/", title="Wick", text="wool")
    assert (page.status, page.fields["text"]) == (422, "wool")
    assert "was stopped" in keeper.open("/me/").text
    page = keeper.open(keeper.open("/me/").links(end="/people/much/")[0])
    assert "Rowan" in page.text
    (remove,) = page.links(end="/remove/")
    keeper.open(group.path)
    assert keeper.open("/me/").links(end="/people/much/") == []
    assert path in keeper.open(f"{group.path}people/").links()
    keeper.send(remove)
    page = keeper.open(path)
    assert "Rowan" in page.text
    assert page.links(end="/remove/") == []


def test_only_coordinators_see_who_wrote_very_much(group: Group) -> None:
    """Writers and readers are refused, and find no link to it."""
    for who in (group.bring("Rowan"), group.bring("Hazel", role=READER)):
        assert who.open(f"{group.path}people/much/").status == 403
        assert who.open(f"{group.path}people/").links(end="/much/") == []


def restored(group: Group) -> None:
    """Note in the ring in use that all was put back from a copy now."""
    file = machine().file
    minute = group.vault.clock.seconds() // 60
    with file.hold(wait=True):
        file.write(restored_ring(file.read(), minute, random=system_random))
    group.vault.reopen()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_coordinator_confirms_a_group_from_a_copy(group: Group, language: str) -> None:
    """Others are told; a coordinator is led to who is in the group, and lets people in again."""
    invitation, reader = group.invite(), group.bring("Hazel", role=READER, language=language)
    keeper, path = group.keeper, f"{group.path}people/confirm/"
    keeper.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    restored(group)
    for who in (keeper, reader):
        who.enter()
    assert reader.open("/me/").links(end="/confirm/") == []
    assert reader.open(path).status == 403
    page = keeper.open(keeper.open("/me/").links(end="/confirm/")[0])
    assert "Hazel" in page.text
    assert keeper.send_form(page).path == f"{group.path}people/"
    assert keeper.open("/me/").links(end="/confirm/") == []
    assert "Hazel" not in keeper.open(path).text
    assert Somebody(language).begin_joining(invitation).status == 422
    group.bring("Rowan", language=language)
