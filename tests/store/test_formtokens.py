# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the tokens of strangers' forms: whose they are, how long, how much they let in."""

import hashlib
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import ResolverMatch

from hedgerow.kernel.errors import Damaged, HedgerowError, Refused
from hedgerow.store import formtokens, uploads
from tests.instances import Vault

pytestmark = pytest.mark.usefixtures("vault")


def test_a_token_is_good_for_its_form_and_a_day(vault: Vault) -> None:
    """Another address, an altered token and one that stood open for long are told apart."""
    token = formtokens.make_token("help")
    assert formtokens.state_of("help", token) == "good"
    assert formtokens.state_of("other", token) == "forged"
    for forged in ("", "x", "ж", token[:-2], token[::-1], token + "AA"):
        assert formtokens.state_of("help", forged) == "forged"
    vault.clock.advance(minutes=formtokens.LONGEST_MINUTES)
    assert formtokens.state_of("help", token) == "good"
    vault.clock.advance(minutes=1)
    assert formtokens.state_of("help", token) == "late"
    vault.clock.advance(days=-3)
    assert formtokens.state_of("help", token) == "late"


def test_each_form_has_its_number() -> None:
    """It comes back from the token; a thing that is none has none."""
    numbers = {formtokens.number_of(formtokens.make_token("help")) for _ in range(8)}
    assert len(numbers) == 8
    with pytest.raises(Damaged, match=r"letters\.token"):
        formtokens.number_of("x")


def _take(address: str, *, day_limit: int, is_proved: bool) -> None:
    """Take a letter where there is room for it."""
    formtokens.demand_room(address, day_limit=day_limit, is_proved=is_proved)
    formtokens.count_letter(address, is_proved=is_proved)


def test_letters_of_a_day_are_limited(vault: Vault) -> None:
    """Beyond the limit they are refused until tomorrow; another box is not touched."""
    for _ in range(5):
        _take("help", day_limit=5, is_proved=True)
    with pytest.raises(Refused, match=r"letters\.day_full"):
        _take("help", day_limit=5, is_proved=True)
    _take("other", day_limit=5, is_proved=True)
    vault.clock.advance(days=1)
    _take("help", day_limit=5, is_proved=True)


def test_a_flood_without_proof_leaves_room_for_proved_letters() -> None:
    """Letters that prove nothing fill a quarter of the day, the others still come."""
    for _ in range(2):
        _take("help", day_limit=8, is_proved=False)
    with pytest.raises(Refused, match=r"letters\.day_full"):
        _take("help", day_limit=8, is_proved=False)
    for _ in range(6):
        _take("help", day_limit=8, is_proved=True)


def test_a_flood_is_an_hour_above_its_limit(vault: Vault) -> None:
    """It is over when the hour is."""
    assert not formtokens.is_flooded("help", hour_limit=2)
    for _ in range(2):
        _take("help", day_limit=9, is_proved=True)
    assert formtokens.is_flooded("help", hour_limit=2)
    assert not formtokens.is_flooded("other", hour_limit=2)
    vault.clock.advance(minutes=60)
    assert not formtokens.is_flooded("help", hour_limit=2)


def test_work_is_proved_by_sixteen_zero_bits() -> None:
    """An answer that was searched for counts, for its own form alone."""
    token = formtokens.make_token("help")
    answer = next(
        str(one)
        for one in count()
        if hashlib.sha256(f"{token}.{one}".encode()).digest()[:2] == b"\0\0"
    )
    assert formtokens.is_work(token, answer)
    assert not formtokens.is_work(token, f"{answer} ")
    assert not formtokens.is_work(formtokens.make_token("help"), "")


def _request(token: str, *, address: str = "help", content: bytes = b"x" * 100) -> HttpRequest:
    """Return a stranger's form with a file, as it comes before any view."""
    file = SimpleUploadedFile("../../etc/<b>\u202egnp.exe", content, "image/svg+xml")
    request = RequestFactory().post("/write/", {"text": "kept", "file": file})
    request.resolver_match = ResolverMatch(
        lambda: None, (), {"token": token, "address": address}, "send"
    )
    return request


def test_a_token_lets_files_in() -> None:
    """Without a session; the name is cleaned, the bytes stay as they came."""
    request = _request(formtokens.make_token("help"))
    (file,) = request.FILES.getlist("file")
    assert isinstance(file, uploads.SealedUpload)
    assert file.shown_name == "<b>gnp.exe"
    assert file.note.length == 100


@pytest.mark.parametrize("token", ["", "forged"])
def test_no_file_comes_in_without_one(token: str) -> None:
    """It is skipped before its first byte, and what was typed is there."""
    request = _request(token)
    assert request.FILES.getlist("file") == []
    assert request.POST["text"] == "kept"
    error = request.upload_refusal  # type: ignore[attr-defined]  # put there by the handler
    assert isinstance(error, HedgerowError)
    assert error.code == "upload.no_session"
