# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let strangers of the made-up movement write to the couriers, who answer some of them."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from hedgerow.cli.demo_world.model import Moment
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.rooms.intake import services
from hedgerow.rooms.intake.records import CLOSED, LetterText
from hedgerow.rooms.intake.selectors import conversations
from hedgerow.store import letterbox
from hedgerow.store.codes_api import spell
from hedgerow.store.letterbox import Posting
from hedgerow.store.machine import machine
from hedgerow.store.visit import Space

GROUP: Final = "couriers"
ADDRESS: Final = "couriers"
_WEEKS: Final = 12
_BOX: Final[dict[str, Any]] = {
    "weeks": _WEEKS,
    "day_limit": 40,
    "is_moderated": False,
    "needed": [False, False],
    "texts": {
        "en": {
            "title": "The couriers' union",
            "advice": "- Keep every message from the service: pictures of the screen are enough.\n"
            "- Sign nothing on the day you get it.\n"
            "- Ask for each refusal in writing.",
            "questions": ["Which service is it?", "In which town?"],
        },
        "ru": {
            "title": "Профсоюз курьеров",
            "advice": "- Сохраняйте все сообщения сервиса: хватит снимков экрана.\n"
            "- Ничего не подписывайте в тот же день.\n"
            "- Каждый отказ просите письменно.",
            "questions": ["Какой это сервис?", "В каком городе?"],
        },
        "uk": {
            "title": "Профспілка кур’єрів",
            "advice": "- Зберігайте всі повідомлення сервісу: вистачить знімків екрана.\n"
            "- Нічого не підписуйте того самого дня.\n"
            "- Кожну відмову просіть письмово.",
            "questions": ["Який це сервіс?", "У якому місті?"],
        },
    },
}
_BLOCKED: Final = (
    "Здравствуйте. Мы втроём пожаловались на слоты, и после этого мне закрыли доступ к заказам. "
    "Пишут «временно», уже восьмой день. Что можно сделать?"
)
_BLOCKED_ANSWER: Final = (
    "Спасибо, что написали. Сделайте снимки экрана с датами и попросите причину письменно. "
    "Юрист посмотрит в четверг; загляните сюда в пятницу."
)
_BLOCKED_MORE: Final = "Попросила. Ответили одной строкой без причины. Снимки сделала."
_BAG: Final = (
    "Доброго дня! Підкажіть, чи мають вони право знімати гроші за стару сумку? "
    "Мені нарахували дві тисячі, а я її навіть не отримувала."
)
_HOURS: Final = (
    "Hello, a few of us ride for a grocery service and want to count our waiting time. "
    "Is there a sheet that you use? We are seven so far."
)

Plan = tuple[Moment, Callable[[], None]]
SpaceOf = Callable[[], Space]


def plan(space: SpaceOf) -> Iterator[Plan]:
    """Yield what happens around the letter-box, each with its moment.

    Args:
        space: Opens the couriers' group as its founder has it.
    """
    yield (
        Moment(24, 700),
        lambda: services.open_box(space(), address=ADDRESS, fields=_BOX),
    )
    blocked: list[Numbers] = []
    yield (
        Moment(13, 1290),
        lambda: blocked.append(_write(_BLOCKED, language="ru", answers=["«Быстро»", "Березов"])),
    )
    yield Moment(12, 560), lambda: _answer(space(), _BLOCKED_ANSWER, title="Закрыли доступ")
    yield Moment(9, 1300), lambda: _come_back(blocked[0], _BLOCKED_MORE)
    yield Moment(8, 610), lambda: _close(space())
    yield Moment(3, 1185), lambda: _take(_write(_BAG, language="uk", answers=["«Їжа»", ""]))
    yield Moment(2, 540), lambda: _look(space())
    yield Moment(0, 20), lambda: _take(_write(_HOURS, language="en", answers=["", "Lypohorsk"]))


def _take(_words: Numbers) -> None:
    """Lose the words: nobody of the demo comes back by them."""


def _write(text: str, *, language: str, answers: list[str]) -> Numbers:
    """Write a letter as a stranger does and return its words."""
    questions = _BOX["texts"][language]["questions"]
    given = [(question, one) for question, one in zip(questions, answers, strict=True) if one]
    present = machine()
    last_day = day_of(minute_now(present.clock)) + 7 * _WEEKS
    posting = Posting(present.random(16), last_day, bytes(16))
    return letterbox.send(ADDRESS, LetterText(text, given, language), posting=posting)


def _look(space: Space) -> None:
    """Look at the letters, which takes in those that wait."""
    space.adopt_letters()


def _answer(space: Space, text: str, *, title: str) -> None:
    """Take in what waits, and answer and name the newest letter."""
    space.adopt_letters()
    newest = conversations(space)[0]
    services.answer(space, newest, text=text, uploads=())
    space.conversation(newest.entry.id).rename(title)


def _come_back(words: Numbers, text: str) -> None:
    """Come back by the words and write more."""
    cookie = letterbox.come_back(" ".join(spell(words, kind="receipt", language="ru")))
    side = letterbox.conversation_of(cookie)
    if side is not None:
        side.add(LetterText(text, [], "ru"))
        side.end()


def _close(space: Space) -> None:
    """Answer the newest letter once more and close it."""
    newest = conversations(space)[0]
    services.answer(
        space, newest, text="Доступ вернули после письма юриста. Пишите, если что.", uploads=()
    )
    services.set_state(space, conversations(space)[0], CLOSED)
