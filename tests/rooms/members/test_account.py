# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what somebody has of their own: the way in, the page of news, sessions, words."""

import threading

from django.db import connections

from hedgerow.kernel.addresses import from_address
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.intake.doors import COOKIE as LETTER_COOKIE
from hedgerow.store.accounts import visit_from_cookie
from hedgerow.store.sessions import COOKIE_NAME
from hedgerow.store.visit import Visit
from tests.rooms.intake.letters import come_back, open_box, write_letter
from tests.rooms.members.browsers import EDITOR, KEEPER, Group, Somebody
from tests.rooms.members.test_joining import _mistyped
from tests.store.taken import LATE_S, taken


def _visit(who: Somebody) -> Visit:
    """Return the visit of a browser."""
    visit = visit_from_cookie(who.client.cookies[COOKIE_NAME].value)
    assert visit is not None
    return visit


def space_id(group: Group) -> SpaceId:
    """Return the id in a group's address."""
    return SpaceId(from_address(group.path.split("/")[2]))


def test_entering_goes_back_to_where_one_was(group: Group) -> None:
    """A link from a messenger leads to its page, by way of the words."""
    stranger = Somebody(phrase=group.keeper.phrase)
    page = stranger.open(f"{group.path}people/")
    assert page.statuses == (302, 200)
    assert page.path == "/enter/"
    page = stranger.send_form(page, at="/enter/", words=group.keeper.phrase)
    assert page.path == f"{group.path}people/"


def test_entering_leads_nowhere_else(group: Group) -> None:
    """An address of another site, in whatever clothes, leads to one's own page."""
    for to in ("https://example.org/", "//example.org/", "/\\example.org", "javascript:1"):
        who = Somebody(phrase=group.keeper.phrase)
        assert who.send("/enter/", words=who.phrase, to=to).path == "/me/", to


def test_wrong_words_get_one_answer(group: Group) -> None:
    """Slips are said at once; good words that are nobody's open nothing."""
    who = Somebody()
    page = who.send("/enter/", words=_mistyped(group.keeper.phrase))
    assert (page.status, "was mistyped" in page.text) == (422, True)
    nobodys = Somebody().begin_joining(group.invite()).words
    page = who.send("/enter/", words=nobodys)
    assert (page.status, "These words open nothing here" in page.text) == (422, True)
    assert who.open("/me/").path == "/enter/"


def test_news_stand_on_ones_own_page_until_they_are_seen(group: Group) -> None:
    """What somebody else wrote is new, once for each reader, and links to its page."""
    guest = group.bring("Rowan")
    guest.open(group.path)
    path = group.write(group.keeper, title="Seven lanterns", text="Glue and paper.")
    page = guest.open("/me/")
    assert path in page.links()
    assert "Seven lanterns" in page.text
    assert group.keeper.open("/me/").text.count("Seven lanterns") == 0
    page = guest.press(page, at=page.buttons(end="/seen/")[0])
    assert page.path == "/me/"
    assert "Seven lanterns" not in page.text


def test_an_answer_is_news_under_its_thread(group: Group) -> None:
    """News of an answer lead into the thread it belongs to."""
    guest = group.bring("Rowan")
    thread = group.talk(group.keeper, title="Where to meet", text="The old depot?")
    guest.open(group.path)
    group.keeper.send(thread, text="Or the boiler house.")
    assert f"{thread}#last" in guest.open("/me/").links(end=thread)


def test_what_waits_stands_on_ones_own_page(group: Group) -> None:
    """A task that a room gave somebody waits for that person alone."""
    guest = group.bring("Rowan")
    path = group.write(guest, title="Lamp oil", text="Two litres.")
    space = _visit(guest).space(space_id(group))
    record = space.entry(RecordId(from_address(path.split("/")[4]))).id
    space.agenda_put(
        record, assignee_id=space.my_id, due_day=_visit(guest).today() + 3, title="Buy lamp oil"
    )
    assert "Buy lamp oil" in guest.open("/me/").rows()
    assert "Buy lamp oil" not in group.keeper.open("/me/").rows()


def test_a_group_that_removed_somebody_is_on_no_page_of_theirs(group: Group) -> None:
    """Neither its name nor a link to it stays."""
    guest = group.bring("Rowan")
    group.keeper.send(group.link_of(group.keeper, "Rowan", end="/remove/"))
    page = guest.open("/me/")
    assert group.path not in page.links()
    assert group.name not in page.text
    assert "You are in no group yet" in page.text


def test_sessions_are_shown_and_closed_one_by_one(group: Group) -> None:
    """Another browser's session stands in the list, and closing it closes that browser."""
    keeper, other = group.keeper, Somebody(phrase=group.keeper.phrase)
    other.enter()
    page = keeper.open("/me/sessions/")
    assert page.text.count("ast used") == 2
    forms = [one for one in page.html.split("<form") if 'name="handle"' in one]
    assert len(forms) == 1
    handle = forms[0].split('name="handle" value="')[1].split('"')[0]
    page = keeper.press(page, at="/me/sessions/", handle=handle)
    assert page.text.count("ast used") == 1
    assert other.open("/me/").path == "/enter/"


def test_all_other_sessions_close_at_once(group: Group) -> None:
    """This browser stays, and every other one is out."""
    keeper, others = group.keeper, [Somebody(phrase=group.keeper.phrase) for _ in range(2)]
    for other in others:
        other.enter()
    keeper.press(keeper.open("/me/sessions/"), at="/me/sessions/")
    assert [other.open("/me/").path for other in others] == ["/enter/"] * 2
    assert keeper.open("/me/").path == "/me/"


def test_a_session_ends_after_twenty_minutes_without_use(group: Group) -> None:
    """A page left open on a table closes by itself."""
    group.vault.clock.advance(minutes=19)
    assert group.keeper.open("/me/").path == "/me/"
    group.vault.clock.advance(minutes=21)
    assert group.keeper.open("/me/").path == "/enter/"


def test_changed_words_close_every_page_and_the_old_ones(group: Group) -> None:
    """New words are typed back, then they alone open the account."""
    keeper, other = group.keeper, Somebody(phrase=group.keeper.phrase)
    other.enter()
    page = keeper.send("/me/words/", words=keeper.phrase)
    assert page.path == "/me/words/new/"
    new = page.words
    assert keeper.open("/me/words/new/").words == new
    assert keeper.send("/me/words/new/", words=_mistyped(new)).status == 422
    assert keeper.send("/me/words/new/", words=new).path == "/enter/"
    assert other.open("/me/").path == "/enter/"
    assert keeper.enter().status == 422
    keeper.phrase = new
    assert group.path in keeper.enter().links()


def test_words_are_changed_by_whoever_knows_them_alone(group: Group) -> None:
    """An open browser is not enough to take an account over."""
    page = group.keeper.send("/me/words/", words=_mistyped(group.keeper.phrase))
    assert page.status == 422
    others = group.bring("Rowan").phrase
    page = group.keeper.send("/me/words/", words=others)
    assert (page.status, "These words open nothing here" in page.text) == (422, True)
    assert group.keeper.open("/me/words/new/").path == "/me/words/"


def test_one_opens_a_group_of_ones_own(group: Group) -> None:
    """A second group has another name for the same person, and knows nothing of the first."""
    guest = group.bring("Rowan")
    page = guest.send("/groups/new/", group="Roof garden", name="Sparrow")
    assert page.status == 200
    assert "Roof garden" in page.text
    people = guest.open(f"{page.path}people/").text
    assert "Sparrow" in people
    assert "Rowan" not in people


def test_a_member_joins_a_further_group(group: Group) -> None:
    """Somebody with words of their own takes an invitation into one more group."""
    guest = group.bring("Rowan")
    other = Group(
        group.vault, guest.send("/groups/new/", group="Roof garden", name="R").path, guest
    )
    page = group.keeper.send("/groups/join/", words=other.invite(role=EDITOR), name="W")
    assert page.path == other.path
    page = group.keeper.send("/groups/join/", words=group.invite(), name="Again")
    assert (page.status, "You are in this group already." in page.text) == (422, True)
    assert group.keeper.send("/groups/join/", words="one two", name="X").status == 422


def test_closing_ones_page_ends_the_session(group: Group) -> None:
    """The button at the end of one's own page closes it; the old cookie opens nothing."""
    keeper = group.keeper
    cookie = keeper.client.cookies[COOKIE_NAME].value
    page = keeper.press(keeper.open("/me/"), at="/exit/")
    assert page.path == "/"
    keeper.client.cookies[COOKIE_NAME] = cookie
    assert keeper.open("/me/").path == "/enter/"


def test_closing_ones_page_ends_a_letter_that_is_open_beside_it(group: Group) -> None:
    """Whoever comes after at the same browser reads neither; the old cookie opens nothing."""
    open_box(group)
    keeper = group.keeper
    come_back(keeper, write_letter(Somebody()))
    cookie = keeper.client.cookies[LETTER_COOKIE].value
    path = "/answer/letter/"
    assert keeper.open(path).path == path
    keeper.press(keeper.open("/me/"), at="/exit/")
    assert keeper.open(path).path == "/answer/"
    keeper.client.cookies[LETTER_COOKIE] = cookie
    assert keeper.open(path).path == "/answer/"


def test_the_quick_exit_ends_the_session_at_one_touch(group: Group) -> None:
    """The link on every page leads away, drops the cookies and kills the session."""
    keeper = group.keeper
    cookie = keeper.client.cookies[COOKIE_NAME].value
    page = keeper.open(group.path)
    assert 'class="exit" href="/away/"' in page.html
    response = keeper.client.get("/away/")
    assert (response.status_code, response["Location"][:8]) == (303, "https://")
    assert response.cookies[COOKIE_NAME]["max-age"] == 0
    keeper.client.cookies[COOKIE_NAME] = cookie
    assert keeper.open("/me/").path == "/enter/"


def test_coming_in_gives_a_new_session_each_time(group: Group) -> None:
    """A cookie that somebody planted before the log-in is not the one after it."""
    who = Somebody(phrase=group.keeper.phrase)
    who.client.cookies[COOKIE_NAME] = "planted"
    who.enter()
    first = who.client.cookies[COOKIE_NAME].value
    assert first != "planted"
    again = Somebody(phrase=group.keeper.phrase)
    again.enter()
    assert again.client.cookies[COOKIE_NAME].value != first


def test_two_coordinators_share_a_group(group: Group) -> None:
    """A second coordinator sees what coordinators see."""
    second = group.bring("Ash", role=KEEPER, reads="ALL")
    assert second.open(f"{group.path}people/invite/").status == 200


def test_whoever_is_inside_needs_no_words_again(group: Group) -> None:
    """The page where one enters sends those who are inside on."""
    assert group.keeper.open("/enter/?to=/about/").path == "/about/"


def test_whoever_is_in_no_group_sees_the_first_steps(group: Group) -> None:
    """Somebody who left the only group is offered to open one or to join one."""
    guest = group.bring("Rowan")
    guest.send(f"{group.path}leave/")
    assert {"/groups/new/", "/groups/join/"} <= set(guest.open("/me/").links())


def test_a_flood_of_strangers_leaves_members_alone(group: Group) -> None:
    """While all turns are taken, a member reads and writes; a stranger is answered after that."""
    keeper, stranger = group.keeper, Somebody()
    form = stranger.open("/enter/")
    words = _mistyped(keeper.phrase)
    statuses: list[int] = []
    is_sent = threading.Event()

    def enter() -> None:
        is_sent.set()
        statuses.append(stranger.send_form(form, at="/enter/", words=words).status)
        connections.close_all()

    with taken() as give_back:
        late = threading.Thread(target=enter)
        late.start()
        assert is_sent.wait(LATE_S)
        assert keeper.open("/me/").status == 200
        path = group.write(keeper, title="Seven lanterns", text="Glue and paper.")
        assert "Glue and paper." in keeper.open(path).text
        assert statuses == []
        give_back()
        late.join()
    assert statuses == [422]
