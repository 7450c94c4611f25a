# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show the real election of Moscow 2021 in the demo, from the shipped sheets."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

import hedgerow
from hedgerow.rooms.elections import services
from hedgerow.rooms.elections.models import Contest, District, Election, OfficialResult, Station
from hedgerow.rooms.elections.sheets import layout_of
from hedgerow.store.visit import Space

MOSCOW: Final = "moscow-2021"
_SHEETS: Final = Path(hedgerow.__file__).parent / "data" / "sheets" / "moscow-2021.parquet"
_LISTS: Final = (
    (
        "kprf",
        "КОММУНИСТИЧЕСКАЯ ПАРТИЯ РОССИЙСКОЙ ФЕДЕРАЦИИ",
        "Communist Party",
        "Комуністична партія",
    ),
    ("greens", "ЗЕЛЁНЫЕ", "The Greens", "Зелені"),
    ("ldpr", "ЛДПР", "LDPR", "ЛДПР"),
    ("new-people", "НОВЫЕ ЛЮДИ", "New People", "Нові люди"),
    ("united-russia", "ЕДИНАЯ РОССИЯ", "United Russia", "Єдина Росія"),
    ("just-russia", "СПРАВЕДЛИВАЯ РОССИЯ – ЗА ПРАВДУ", "A Just Russia", "Справедлива Росія"),
    ("yabloko", "ЯБЛОКО", "Yabloko", "Яблуко"),
    ("growth", "ПАРТИЯ РОСТА", "Party of Growth", "Партія зростання"),
    (
        "freedom-justice",
        "РОССИЙСКАЯ ПАРТИЯ СВОБОДЫ И СПРАВЕДЛИВОСТИ",
        "Party of Freedom and Justice",
        "Партія свободи і справедливості",
    ),
    (
        "communists",
        "КОММУНИСТИЧЕСКАЯ ПАРТИЯ КОММУНИСТЫ РОССИИ",
        "Communists of Russia",
        "Комуністи Росії",
    ),
    ("civic-platform", "Гражданская Платформа", "Civic Platform", "Громадянська платформа"),
    ("green-alternative", "ЗЕЛЕНАЯ АЛЬТЕРНАТИВА", "Green Alternative", "Зелена альтернатива"),
    ("rodina", "РОДИНА", "Rodina", "Родіна"),
    ("pensioners", "ПАРТИЯ ПЕНСИОНЕРОВ", "Party of Pensioners", "Партія пенсіонерів"),
)


def election_fields(day: date, texts: dict[str, Any], *, rules: list[str]) -> dict[str, Any]:
    """Return what a coordinator types to open an election."""
    return {
        "day": day,
        "opens": 8 * 60,
        "closes": 20 * 60,
        "utc_offset": 180,
        "hours": [10, 12, 15, 18],
        "texts": texts,
        "rules": rules,
        "is_shown": True,
        "letter_box": "",
    }


def show_moscow(space: Space) -> None:
    """Show the sheets of Moscow, 19 September 2021, as the commission published them."""
    texts = {
        "en": {
            "title": "State Duma of Russia 2021: lists, Moscow",
            "about": "Official figures of 3,645 paper stations and 15 electronic ones. Source: the"
            " election commission of the Russian Federation, gathered by Sergey Shpilkin.",
        },
        "ru": {
            "title": "Государственная дума 2021: списки, Москва",
            "about": "Официальные данные 3645 бумажных и 15 электронных участков. Источник:"
            " избирательная комиссия РФ, собрано Сергеем Шпилькиным.",
        },
        "uk": {
            "title": "Державна дума Росії 2021: списки, Москва",
            "about": "Офіційні дані 3645 паперових і 15 електронних дільниць. Джерело: виборча"
            " комісія РФ, зібрав Сергій Шпількін.",
        },
    }
    fields = election_fields(date(2021, 9, 19), texts, rules=[])
    services.open_election(space, address=MOSCOW, fields=fields)
    table = pl.read_parquet(_SHEETS).with_columns(pl.col("district", "commission").cast(pl.String))
    election = Election.objects.get(address=MOSCOW)
    contest = Contest.objects.create(
        election=election,
        key="lists",
        titles={language: text["title"] for language, text in texts.items()},
        form="plain",
        options=[
            {"key": key, "titles": {"en": english, "ru": russian, "uk": ukrainian}}
            for key, russian, english, ukrainian in _LISTS
        ],
    )
    _moscow_rows(election, contest, table)


def _moscow_rows(election: Election, contest: Contest, table: pl.DataFrame) -> None:
    """Write districts, stations and figures of Moscow."""
    names = table["district"].unique().sort().to_list()
    districts = {
        name: District.objects.create(
            election=election, key=name.rpartition("№")[2], title=name, region="Москва"
        )
        for name in names
    }
    stations = Station.objects.bulk_create(
        Station(
            election=election,
            name=row["station"],
            region="Москва",
            commission=row["commission"],
            district=districts[row["district"]],
            registered=row["registered"],
            is_remote=row["registered"] > 10_000,  # noqa: PLR2004 -- the rule of the source
        )
        for row in table.iter_rows(named=True)
    )
    lists = {f"option: {key}": russian for key, russian, _, _ in _LISTS}
    columns = {name: lists.get(name, name) for name in layout_of(contest).columns}
    OfficialResult.objects.bulk_create(
        (
            OfficialResult(
                contest=contest,
                station=station,
                values={name: row[column] for name, column in columns.items()},
            )
            for station, row in zip(stations, table.iter_rows(named=True), strict=True)
        ),
        batch_size=1_000,
    )
