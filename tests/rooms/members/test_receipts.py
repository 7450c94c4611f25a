# SPDX-License-Identifier: AGPL-3.0-or-later
"""A stranger's words to come back open one conversation, and nothing once it was closed."""

import pytest

from hedgerow.rooms.intake.doors import COOKIE as RECEIPT_COOKIE
from tests.rooms.members.browsers import Somebody
from tests.rooms.members.matrix import ANSWER, METHODS, World, address_of, bare, rows_of, status_of


def _replayed_receipt(world: World, *, closed_at: str) -> Somebody:
    """Return a stranger whose conversation was closed, with its cookie put back."""
    who = world.people["receipt_holder"]
    cookie = who.client.cookies[RECEIPT_COOKIE].value
    page = who.open("/answer/letter/")
    assert ANSWER in page.text
    if closed_at == "/away/":
        who.open(closed_at)
    else:
        who.press(page, at=closed_at)
    assert not who.client.cookies[RECEIPT_COOKIE].value
    who.client.cookies[RECEIPT_COOKIE] = cookie
    return who


@pytest.mark.parametrize("closed_at", ["/answer/close/", "/away/", "/answer/forget/"])
def test_a_replayed_cookie_of_a_receipt_is_worth_nothing(world: World, closed_at: str) -> None:
    """Once closed, a conversation's cookie gives what a stranger without one gets, everywhere."""
    cookie = world.people["receipt_holder"].client.cookies[RECEIPT_COOKIE].value
    who, wrong = _replayed_receipt(world, closed_at=closed_at), list[str]()
    for row in [*rows_of(deeds=False), *rows_of(deeds=True)]:
        for method in METHODS:
            who.client.cookies[RECEIPT_COOKIE] = cookie
            got = status_of(who, method, address_of(row.url_name, world.ids))
            wanted = row.status_for("stranger", method=method)
            if got != wanted:
                wrong.append(f"{method} {row.url_name}: {got}, not {wanted}")
    assert not wrong, "\n".join(wrong)
    who.client.cookies[RECEIPT_COOKIE] = cookie
    assert ANSWER not in who.open("/answer/letter/").text


def test_a_receipt_reaches_its_own_conversation_alone(world: World) -> None:
    """Numbers of messages and files that are not there are as pages that never were."""
    who = world.people["receipt_holder"]
    never = bare(who.client.get("/there/never/was/such/a/page/"))
    assert who.client.get("/answer/files/1/0/").status_code == 200
    for number, index in ((0, 0), (1, 1), (2, 0), (199, 0), (200, 0), (2**40, 7)):
        address = f"/answer/files/{number}/{index}/"
        assert bare(who.client.get(address)) == never, address
