# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the shelf: files go in and come out the same, whatever their names."""

from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hedgerow.store import uploads
from hedgerow.store.machine import machine
from tests.rooms.members.browsers import Group, Page, Somebody

LEAFLET = bytes(range(256)) * 700


def a_file(name: str = "leaflet.pdf", content: bytes = LEAFLET) -> SimpleUploadedFile:
    """Return a file as a browser sends one."""
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def _put(group: Group, who: Somebody, file: Any, *, about: str = "", at: str = "") -> Page:
    return who.send(at or f"{group.path}files/new/", file=file, about=about)


def _bytes(who: Somebody, page: Page) -> Page:
    return who.open(page.links(end="/open/")[0])


def _first(group: Group, who: Somebody) -> Page:
    """Open the newest file's own page."""
    shelf = who.open(f"{group.path}files/")
    links = [one for one in shelf.links() if one.startswith(f"{group.path}files/")]
    return who.open(next(one for one in links if not one.endswith(("/new/", "/files/"))))


@pytest.mark.parametrize("size", [1, 65_518, 65_519, 65_520, 200_000])
def test_a_file_comes_back_the_same(group: Group, size: int) -> None:
    """Whatever the size, beside and at the edges of a piece, each byte is there again."""
    content = (LEAFLET * 2)[:size]
    page = _put(group, group.keeper, a_file(content=content), about="For the market")
    assert page.rows() == ["leaflet.pdf"]
    reader = group.bring("Rowan", role="3", reads="ALL")
    page = _first(group, reader)
    assert "For the market" in page.text
    saved = _bytes(reader, page)
    assert saved.body == content
    assert saved.response["Content-Length"] == str(size)


def test_a_saved_file_is_never_shown_as_a_page(group: Group) -> None:
    """A file of HTML is handed out to be saved, of no type a browser runs, never stored."""
    html = b"<script>alert(1)</script>"
    file = SimpleUploadedFile("leaflet.html", html, content_type="text/html")
    _put(group, group.keeper, file)
    saved = _bytes(group.keeper, _first(group, group.keeper)).response
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"] == 'attachment; filename="leaflet.html"'
    assert saved["Cache-Control"] == "no-store"
    assert saved["X-Content-Type-Options"] == "nosniff"


HOSTILE = {
    "../../etc/passwd": "passwd",
    "C:\\Users\\me\\план.txt": "план.txt",
    'a"; filename="b.exe': 'a"; filename="b.exe',
    "bell\x07\x1b[31m.txt": "bell[31m.txt",
    "изнанка\u202egpj.exe": "изнанкаgpj.exe",
    "<img src=x onerror=alert(1)>.svg": "<img src=x onerror=alert(1)>.svg",
    "...": "file",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_becomes_a_plain_one(group: Group, name: str) -> None:
    """Path parts, control letters, turned directions and markup do nothing."""
    shown = uploads.clean_name(name)
    assert shown == HOSTILE[name]
    # The client sends what stands after the last slash, so the form is given the raw name.
    page = _put_raw(group, name)
    if not page.rows():
        pytest.fail(page.text)
    saved = _bytes(group.keeper, _first(group, group.keeper))
    header = saved.response["Content-Disposition"]
    assert saved.body == LEAFLET
    assert header.startswith("attachment")
    assert "/" not in header.replace("UTF-8''", "")
    assert not any(ord(letter) < 32 for letter in header)


def _put_raw(group: Group, name: str) -> Page:
    """Send a file whose name goes over the wire exactly as given."""
    form = group.keeper.open(f"{group.path}files/new/")
    boundary = "hedgehog"
    parts = [
        ("csrfmiddlewaretoken", group.keeper._token(form).encode(), ""),
        ("about", b"", ""),
        ("file", LEAFLET, name.replace('"', "%22")),
    ]
    body = b""
    for field, content, file in parts:
        named = f'; filename="{file}"'.encode() if file else b""
        head = b'--%b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n'
        body += head % (boundary.encode(), field.encode(), named) + content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    response = group.keeper.client.post(
        form.path, body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    return group.keeper._follow(response, path=form.path)


def test_a_long_name_keeps_its_ending() -> None:
    """Cyrillic names of any length fit in an entry, and still say what they are."""
    shown = uploads.clean_name("ж" * 200 + ".pdf")
    assert len(shown.encode()) <= 160
    assert shown.endswith("ж.pdf")


def test_a_cyrillic_name_is_saved_under_it(group: Group) -> None:
    """The browser is told the whole name, in the way every browser reads."""
    _put(group, group.keeper, a_file("листівка «Ґанок».pdf"))
    page = _first(group, group.keeper)
    assert "листівка «Ґанок».pdf" in page.text
    header = _bytes(group.keeper, page).response["Content-Disposition"]
    assert quote("листівка «Ґанок».pdf") in header


def test_no_file_is_said(group: Group) -> None:
    """The form asks for a file and keeps the line about it."""
    page = group.keeper.send(f"{group.path}files/new/", about="For the market")
    assert page.status == 422
    assert "Please choose a file." in page.text
    assert page.fields["about"] == "For the market"


def test_an_empty_file_is_said(group: Group) -> None:
    """A file of no bytes is refused with a sentence."""
    page = _put(group, group.keeper, a_file(content=b""), about="For the market")
    assert page.status == 422
    assert page.fields["about"] == "For the market"
    assert group.keeper.open(f"{group.path}files/").rows() == []


def test_too_large_a_file_is_refused_and_the_line_kept(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the limit, and no piece of the file stays."""
    monkeypatch.setattr(uploads, "MOST_FILE_BYTES", 1024 * 1024)
    page = _put(group, group.keeper, a_file(content=b"x" * 1_500_000), about="For the market")
    assert page.status == 422
    assert "This file is larger than 1 MB." in page.text
    assert page.fields["about"] == "For the market"
    assert machine().ephemeral.upload_bytes() == 0


def test_a_file_survives_a_slip_in_the_rest_of_the_form(group: Group) -> None:
    """Too long a line about it: the file is there already and needs no second choosing."""
    page = _put(group, group.keeper, a_file(), about="ж" * 1_100)
    assert page.status == 422
    assert "Your file is here already" in page.text
    page = group.keeper.send_form(page, at=page.path, about="Short")
    assert page.rows() == ["leaflet.pdf"]
    assert _bytes(group.keeper, _first(group, group.keeper)).body == LEAFLET


def test_a_file_hangs_on_a_page_and_on_a_thread(group: Group) -> None:
    """It stands on both the shelf and what it hangs on, and leads back there."""
    plan = group.write(group.keeper, title="Plan", text="x")
    talk = group.talk(group.keeper, title="Where to meet", text="x")
    for path in (plan, talk):
        attach = group.keeper.open(path).links(end=f"/attach/{path.split('/')[4]}/")[0]
        page = _put(group, group.keeper, a_file(), at=attach)
        assert page.path == path
        assert page.rows() == ["leaflet.pdf"]
        assert path in _first(group, group.keeper).links()
        group.vault.clock.advance(minutes=1)
    assert group.keeper.open(f"{group.path}files/").rows() == ["leaflet.pdf"] * 2


def test_an_erased_file_is_gone(group: Group) -> None:
    """Neither its page nor its bytes are found any more."""
    _put(group, group.keeper, a_file())
    page = _first(group, group.keeper)
    address = page.links(end="/open/")[0]
    group.keeper.send(f"{group.path}erase/{page.path.split('/')[4]}/")
    assert [group.keeper.open(one).status for one in (page.path, address)] == [404, 404]


def test_whoever_may_not_write_puts_nothing_on_the_shelf(group: Group) -> None:
    """A reader is refused, and what was sent is swept away in time."""
    reader = group.bring("Rowan", role="3")
    page = group.keeper.open(f"{group.path}files/new/")
    token = reader._token(reader.open(f"{group.path}search/"))
    assert page.status == 200
    refused = reader.post(
        f"{group.path}files/new/", {"csrfmiddlewaretoken": token, "file": a_file(), "about": ""}
    )
    assert refused.status == 403
    assert group.keeper.open(f"{group.path}files/").rows() == []


def test_a_stranger_sends_no_file(group: Group) -> None:
    """Without a session of this place not one byte is taken."""
    stranger = Somebody()
    token = stranger._token(stranger.open("/enter/"))
    page = stranger.post(
        f"{group.path}files/new/", {"csrfmiddlewaretoken": token, "file": a_file(), "about": ""}
    )
    assert page.status == 403
    assert machine().ephemeral.upload_bytes() == 0
