# SPDX-License-Identifier: AGPL-3.0-or-later
"""Photographs become public by a person who covers what shows people; the original never does."""

import hashlib
import io
import os

import pytest
from PIL import Image

from hedgerow.kernel.errors import BadInput, NotFound
from hedgerow.rooms.elections import counting, covering
from hedgerow.rooms.elections.models import PublishedPhotograph
from hedgerow.store.counting import Act, Figure
from hedgerow.store.uploads import seal_bytes
from tests.rooms.elections.watched_election import NAME, Report, World, device
from tests.rooms.members.browsers import READER, Group, Page, Somebody

SECRET = b"a secret place"
FACE = ("A1", "B1", "A2", "B2")
SIZE = (1200, 1600)


def a_photograph(size: tuple[int, int] = SIZE) -> bytes:
    """Return a white photograph with a red face at the top left, taken at a secret place."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 6, size[1] // 8))
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=90)
    return out.getvalue()


@pytest.fixture
def original(world: World) -> bytes:
    """Let an observer send a photograph from the first station."""
    content = a_photograph()
    send(world, content)
    return content


def send(world: World, content: bytes) -> None:
    """Send a photograph from the first station."""
    (code,) = world.codes(0)
    upload = seal_bytes(content, name="a.jpg", media_type="image/jpeg")
    figure = Figure(Act.EVENT, 0, world.stations[0].pk, 0, (3,))
    device(code).submit(
        Report(os.urandom(16), "x"), figure=figure, is_same=lambda _value: False, uploads=[upload]
    )
    counting.tick(is_hurried=True)


def opened(content: bytes) -> Image.Image:
    """Open a picture."""
    return Image.open(io.BytesIO(content))


def brightest(picture: Image.Image) -> int:
    """Return the highest value of any colour of any pixel."""
    return max(picture.tobytes())


def corner(content: bytes) -> Image.Image:
    """Return what lies well within the face."""
    return opened(content).crop((0, 0, 150, 150))


def form_of(who: Somebody, home: str) -> str:
    """Return the address of the form of the only photograph of the first card."""
    (found,) = who.open(f"{home}cards/1/").links(end="/show/")
    return found


def shown_by(
    who: Somebody, home: str, cells: tuple[str, ...] = FACE, *, is_refused: bool = False
) -> Page:
    """Cover cells, look, and show the photograph to everybody, unless the form is refused."""
    path = form_of(who, home)
    looked = who.send(path, cells=list(cells))
    assert looked.status == (422 if is_refused else 200)
    if is_refused:
        return looked
    return who.send_form(looked, cells=list(cells), is_covered="on", step="publish")


def test_what_is_covered_is_black_in_the_new_picture() -> None:
    """Each cell wholly, and nothing else; of the metadata nothing stays; other sizes too."""
    for size in (SIZE, (1599, 1201), (4001, 1003)):
        data = a_photograph(size)
        content = covering.covered(data, FACE)
        assert SECRET in data
        assert SECRET not in content
        picture = opened(content)
        assert not picture.getexif()
        assert max(picture.size) == 1400
        assert "exif" not in picture.info
        width, height = picture.size
        face = picture.crop((0, 0, width // 6, height // 8))
        assert brightest(face) <= 40
        rest = picture.crop((width // 6 + 16, height // 8 + 16, width, height))
        assert min(rest.tobytes()) >= 215


def test_a_picture_is_made_small_enough_and_tiny_ones_are_covered() -> None:
    """Noise, which does not press, is made smaller; of four pixels cells cover at least one."""
    noise = Image.frombytes("RGB", (2000, 2000), os.urandom(12_000_000))
    out = io.BytesIO()
    noise.save(out, "PNG")
    content = covering.covered(out.getvalue(), ())
    assert len(content) <= covering.MOST_BYTES
    assert opened(content).size < (1400, 1400)
    tiny = io.BytesIO()
    Image.new("RGB", (2, 2), "white").save(tiny, "PNG")
    black = opened(covering.covered(tiny.getvalue(), covering.CELLS))
    assert brightest(black) == 0
    with pytest.raises(BadInput, match=r"photograph\.unreadable"):
        covering.covered(b"<svg/>", ())


def test_cells_have_names_and_figures() -> None:
    """Twelve by sixteen, from A1 to L16; their figures lead back to them."""
    assert (covering.CELLS[0], covering.CELLS[-1]) == ("A1", "L16")
    assert len(covering.CELLS) == 192
    for cells in ((), FACE, covering.CELLS):
        assert set(covering.cells_of(covering.mask_of(cells))) == set(cells)
    for wrong in ("", "0", "x" * 48, "0" * 49, "А" * 48, "+" + "0" * 47):
        with pytest.raises(NotFound):
            covering.cells_of(wrong)


def test_the_grid_is_drawn_into_the_picture(original: bytes) -> None:
    """So that the names of cells can be read without the style sheet."""
    plain = covering.covered(original, ())
    named = covering.covered(original, (), is_named=True)
    here = (600, 800, 1040, 1390)
    assert min(opened(plain).crop(here).tobytes()) == 255
    assert min(opened(named).crop(here).tobytes()) < 128


@pytest.mark.usefixtures("original")
def test_one_looks_before_everybody_sees_it(group: Group, home: str) -> None:
    """Nothing is stored before; cells stay chosen; what was not looked at is not shown."""
    who = group.keeper
    path = form_of(who, home)
    page = who.open(path)
    assert 'value="Station 1"' in page.html
    assert page.html.count('name="cells"') == 192
    assert "So everybody would see it" not in page.text
    (named,) = [one for one in pictures(page) if one.endswith("?named")]
    assert opened(who.open(named).body).format == "JPEG"
    looked = who.send(path, cells=list(FACE))
    assert "So everybody would see it" in looked.text
    assert looked.html.count(" checked") == len(FACE)
    (preview,) = [one for one in pictures(looked) if "?cells=" in one]
    assert brightest(corner(who.open(preview).body)) <= 8
    unsure = who.send_form(looked, cells=list(FACE), step="publish")
    assert unsure.status == 422
    assert "Please look" in unsure.text
    assert unsure.html.count(" checked") == len(FACE)
    again = who.send_form(looked, cells=[*FACE, "C3"], is_covered="on", step="publish")
    assert (again.status, again.path) == (200, path)
    wrong = who.send(path, cells=["Z9"], station="Station 9")
    assert wrong.status == 422
    assert "There is no station “Station 9”." in wrong.text
    assert "There is no such cell." in wrong.text
    assert who.open(f"{preview}0").status == 404
    assert not PublishedPhotograph.objects.exists()


def pictures(page: Page) -> list[str]:
    """Return the addresses of the pictures of a page's text."""
    found = [one.get("src", "") for one in page.main.iter() if str(one.tag).endswith("}img")]
    return [one for one in found if not one.startswith("/static/")]


def test_everybody_sees_it_with_its_sums_until_it_is_taken_back(
    group: Group, world: World, home: str, original: bytes
) -> None:
    """The new picture alone; what was done stands in the group; once more is no second one."""
    who = group.keeper
    page = shown_by(who, home)
    station = world.stations[0].pk
    assert page.path == f"{home}stations/{station}/"
    assert "showed a photograph to everybody" in page.text
    public = f"/elections/{NAME}/stations/{station}/"
    seen = Somebody().open(public)
    (address,) = pictures(seen)
    answer = Somebody().open(address)
    kept = PublishedPhotograph.objects.get()
    assert answer.response["Content-Type"] == "image/jpeg"
    assert hashlib.sha256(answer.body).hexdigest() == kept.digest
    assert kept.original_digest == hashlib.sha256(original).hexdigest()
    assert kept.digest in seen.text
    assert kept.original_digest in seen.text
    assert SECRET not in answer.body
    assert brightest(corner(answer.body)) <= 8
    shown_by(who, home, cells=(*FACE, "L16"))
    assert PublishedPhotograph.objects.get().digest != kept.digest
    page = who.press(
        who.open(f"{home}stations/{station}/"),
        at=f"{home}stations/{station}/photographs/",
        photograph=str(kept.pk),
    )
    assert "took a photograph back" in page.text
    assert not PublishedPhotograph.objects.exists()
    assert Somebody().open(address).status == 404
    assert "Photographs" not in Somebody().open(public).text


def test_the_original_never_leaves(group: Group, world: World, home: str, original: bytes) -> None:
    """No public page has it; no group but its own; readers neither show, cover nor save it."""
    reader = group.bring("Birch", role=READER, reads="ALL")
    path = form_of(group.keeper, home)
    assert "show to everybody" not in reader.open(f"{home}cards/1/").text
    assert reader.open(path).status == 403
    assert reader.open(path.replace("/show/", "/covered/")).status == 403
    token = {"csrfmiddlewaretoken": str(reader.client.cookies["__Host-csrf"].value)}
    there = f"{home}stations/{world.stations[0].pk}/photographs/"
    for address in (path, there):
        assert reader.client.post(address, token).status_code == 403
    shown_by(group.keeper, home)
    assert "Take it back" not in reader.open(f"{home}stations/{world.stations[0].pk}/").text
    kept = PublishedPhotograph.objects.get()
    assert bytes(kept.content) != original
    public = Somebody().open(f"/elections/{NAME}/stations/{world.stations[0].pk}/")
    bodies = [Somebody().open(one).body for one in {*public.links(), *pictures(public)}]
    assert original not in bodies


def test_a_card_that_is_held_back_or_withdrawn_shows_no_photograph(
    group: Group, world: World, home: str, original: bytes
) -> None:
    """All it showed is gone from page and file; the record counts them and says no more."""
    who = group.keeper
    public = f"/elections/{NAME}/stations/{world.stations[0].pk}/"
    elsewhere = world.shown_photograph(at=1)
    for level in ("hold-votes", "hold"):
        shown_by(who, home)
        assert hashlib.sha256(original).hexdigest() in Somebody().open(public).text
        (address,) = pictures(Somebody().open(public))
        who.send(f"{home}cards/1/hold/", act=level, reason="doubts")
        assert Somebody().open(address).status == 404
        assert "Photographs" not in Somebody().open(public).text
        assert "Let it count first" in shown_by(who, home, is_refused=True).text
        # The count that pages show still holds the card; what was said last is what is so.
        counting.tick(is_hurried=True)
        who.send(f"{home}cards/1/hold/", act="let", reason="none left")
        assert PublishedPhotograph.objects.get().pk == elsewhere
    shown_by(who, home)
    who.press(who.open(f"{home}cards/1/"), at=f"{home}cards/1/withdraw/")
    assert PublishedPhotograph.objects.get().pk == elsewhere
    record = Somebody().open(f"/elections/{NAME}/record/").text
    assert "3 photographs that stood here were taken back." in record
    assert "Station 1" not in record
    assert who.open(f"{home}stations/{world.stations[0].pk}/").text.count("a photograph back") == 3


def test_other_stations_photographs_are_not_taken_back(
    group: Group, world: World, home: str
) -> None:
    """A number that is none, or is of another station, does nothing."""
    shown = world.shown_photograph(at=1)
    page = group.keeper.open(f"{home}stations/{world.stations[1].pk}/")
    there = f"{home}stations/{world.stations[0].pk}/photographs/"
    for number in (str(shown), "", "x", "²", "-1"):
        assert group.keeper.press(page, at=there, photograph=number).status == 200
    assert PublishedPhotograph.objects.count() == 1


def test_a_hostile_file_is_not_shown(group: Group, world: World, home: str) -> None:
    """What is no picture has no form."""
    send(world, b"<svg onload=alert(1)>")
    page = group.keeper.open(form_of(group.keeper, home))
    assert page.status == 422
    assert "no photograph that can be shown" in page.text
