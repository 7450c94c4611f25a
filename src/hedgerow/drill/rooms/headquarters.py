# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant through the pages of an election's headquarters: who holds a card, why what is ruled."""

from typing import Final

from hedgerow.drill.plant import OK, Planting, Refusal, demand

CARD: Final = 1


def plant_headquarters(planting: Planting, election: str) -> str:
    """Let observers report, make a card, name its holder, write to them, hold the card back.

    Args:
        planting: Who plants.
        election: Address of the election in its group.

    Returns:
        The words of the card.

    Raises:
        Refusal: A page did not do what it must.
    """
    keeper = planting.keeper
    demand(keeper.send(f"{election}watch/", weeks="26"), "elections:begin")
    words = _draw(planting, election)
    card = f"{election}cards/{CARD}/"
    _plant_holder(planting, card)
    _plant_hours(planting, card)
    _plant(planting, card, "elections:code", "text")
    _paste(planting, election)
    for act in ("hold", "let"):
        _plant(planting, f"{card}hold/", "elections:hold", "reason", back=card, act=act)
    return words


def _paste(planting: Planting, election: str) -> None:
    """Paste what is no sealed text: it is refused, and nothing of it may stay."""
    path = f"{election}text/"
    typed = planting.type("elections:paste", text=planting.aviary.word())
    planting.count(planting.keeper.send(path, **typed).status)


def plant_ruling(planting: Planting, election: str, *, station: str, contest: str) -> None:
    """Say why a sheet is shown as the rule says."""
    page = f"{election}stations/{station}/"
    path = f"{page}{contest}/show/"
    _plant(planting, path, "elections:rule", "reason", back=page, act="rule")


def _draw(planting: Planting, election: str) -> str:
    """Make a card and note its words.

    Raises:
        Refusal: There are no words.
    """
    planting.keeper.open(f"{election}cards/")
    shown = planting.keeper.send(f"{election}cards/new/", which="free", count="1")
    if not shown.words:
        raise Refusal("elections:cards", f"answered {shown.status}")
    planting.words("words of an observer's card", shown.words)
    return shown.words


def _plant_holder(planting: Planting, card: str) -> None:
    """Say who holds a card."""
    name = planting.aviary.word()
    contact, contact_words = planting.text()
    note, note_words = planting.text()
    shown = planting.keeper.send(f"{card}holder/", name=name, contact=contact, note=note)
    demand(shown, "elections:holder")
    for field, words in (("name", [name]), ("contact", contact_words), ("note", note_words)):
        planting.note(card, ("elections:holder", field), words, by="keeper")


def _plant_hours(planting: Planting, card: str) -> None:
    """Type hours that are none, of which nothing may stay, and then some."""
    text, _words = planting.text()
    typed = planting.type("elections:hours", hours=text)
    planting.count(planting.keeper.send(f"{card}hours/", **typed).status)
    shown = planting.keeper.send(f"{card}hours/", hours="8:00-14:00 Oak 1\n20-2 Oak 2")
    demand(shown, "elections:hours")


def _plant(
    planting: Planting, path: str, url_name: str, field: str, *, back: str = "", **more: str
) -> None:
    """Type a text that is shown on a page afterwards.

    Raises:
        Refusal: It is not.
    """
    text, words = planting.text()
    shown = planting.keeper.send(path, **more, **{field: text})
    if shown.status != OK or text not in shown.html:
        raise Refusal(url_name, f"answered {shown.status} and showed nothing of it")
    planting.note(back or path, (url_name, field), words, by="keeper")
