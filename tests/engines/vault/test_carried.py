# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that an interrupted form comes back to the browser that sent it, and to no other."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import carried
from hedgerow.engines.vault.padding import pad_body, padme
from hedgerow.engines.vault.primitives import seal_box, sub
from hedgerow.kernel.errors import BadInput

DRAW = random.Random(10).randbytes
CARRY, BEFORE, COOKIE = DRAW(32), DRAW(32), DRAW(48)
MARK = carried.cookie_mark(CARRY, COOKIE)
FORM = carried.CarriedForm("/x/", (("text", "ні"),), (b"note",), 7, MARK)
TEXTS = st.text(max_size=30)


@given(
    TEXTS,
    st.lists(st.tuples(TEXTS, TEXTS), max_size=4),
    st.lists(st.binary(max_size=30), max_size=3),
    st.integers(0, 2**32 - 1),
)
def test_form_comes_back(
    path: str, fields: list[tuple[str, str]], files: list[bytes], minute: int
) -> None:
    """Address, fields in their order, files and minute come back; the size is a Padmé one."""
    form = carried.CarriedForm(path, tuple(fields), tuple(files), minute, MARK)
    sealed = carried.seal_form(form, CARRY, random=DRAW)
    assert len(sealed) == padme(len(sealed)) >= 256
    assert carried.open_form(sealed, [CARRY, BEFORE], cookie=COOKIE) == form


def test_form_survives_one_night_and_not_two() -> None:
    """The carry of the night before still opens it; an older one is gone."""
    sealed = carried.seal_form(FORM, CARRY, random=DRAW)
    assert carried.open_form(sealed, [DRAW(32), CARRY], cookie=COOKIE) == FORM
    assert carried.open_form(sealed, [DRAW(32), BEFORE], cookie=COOKIE) is None
    assert carried.open_form(sealed, [], cookie=COOKIE) is None


def test_form_is_not_shown_to_another_browser() -> None:
    """Whoever copies the page, without the old cookie, gets nothing."""
    sealed = carried.seal_form(FORM, CARRY, random=DRAW)
    assert carried.open_form(sealed, [CARRY, BEFORE], cookie=DRAW(48)) is None
    assert carried.open_form(sealed, [CARRY, BEFORE], cookie=b"") is None
    assert carried.cookie_mark(CARRY, COOKIE) == sub(CARRY, "cookie", COOKIE)


@given(st.integers(0, 8 * 256 - 1))
def test_changed_form_is_nothing(bit: int) -> None:
    """A bit turned anywhere makes it nothing, without an error."""
    sealed = bytearray(carried.seal_form(FORM, CARRY, random=DRAW))
    sealed[bit // 8] ^= 1 << bit % 8
    assert carried.open_form(bytes(sealed), [CARRY, BEFORE], cookie=COOKIE) is None


@pytest.mark.parametrize("content", [b"", bytes(20), bytes(44) + b"\xff", bytes(60)])
def test_content_that_does_not_parse_is_nothing(content: bytes) -> None:
    """A Box of something else under the same key is nothing."""
    sealed = seal_box(CARRY, pad_body(content), "carry", random=DRAW)
    assert carried.open_form(sealed, [CARRY], cookie=COOKIE) is None


def test_form_of_more_than_256_kib_is_refused() -> None:
    """The page would be too heavy, and nothing is cut in secret."""
    with pytest.raises(BadInput) as caught:
        carried.seal_form(
            replace(FORM, fields=(("text", "x" * carried.MOST_BYTES),)), CARRY, random=DRAW
        )
    assert caught.value.details == {"limit": 262_144}
    assert caught.value.code == "form.too_long"
