# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check which mapping files are taken, and what is wrong with the others."""

import pytest

from hedgerow.engines.forensics.mapping import parse_mapping
from hedgerow.kernel.errors import BadInput
from tests.engines.forensics.elections import SHIPPED, mapping

WHOLE = """
title = "A vote"
encoding = "cp1251"
delimiter = ";"
[columns]
station = ["town", "number"]
registered = "N"
found = ["valid", "invalid"]
[options]
"Yes" = "yes"
[groups]
region = "town"
[flags]
remote_over = 5000
special = ["ship"]
drop_empty = true
clean_bin = 40
"""


def test_a_whole_mapping_is_read() -> None:
    """Every key reaches the mapping."""
    found = parse_mapping(WHOLE)
    assert (found.title, found.encoding, found.delimiter) == ("A vote", "cp1251", ";")
    assert found.station == ("town", "number")
    assert found.counts == {"registered": ("N",), "found": ("valid", "invalid")}
    assert (found.remote_over, found.special, found.drop_empty) == (5000, ("ship",), True)
    assert found.clean_bin == 40
    assert found.remote_column == ""
    assert found.numbers == ["N", "valid", "invalid", "yes"]
    assert found.labels == ["town", "number"]


def test_where_stations_lie_takes_two_columns() -> None:
    """Both are named, or neither; the one that lacks is told."""
    both = WHOLE.replace("[options]", 'latitude = "north"\nlongitude = "east"\n[options]')
    found = parse_mapping(both)
    assert found.coordinates == {"latitude": "north", "longitude": "east"}
    assert found.labels == ["town", "number", "north", "east"]
    assert parse_mapping(WHOLE).coordinates == {}
    with pytest.raises(BadInput) as raised:
        parse_mapping(both.replace('longitude = "east"\n', ""))
    assert raised.value.code == "mapping.wrong_value"
    assert raised.value.details["key"] == "columns.longitude"


def test_every_ready_mapping_is_read() -> None:
    """Twenty ready mappings parse: ten of whole files, ten of shipped ones."""
    names = [path.stem for path in (SHIPPED / "mappings").glob("*.toml")]
    assert len(names) == 20
    assert all(mapping(name).title for name in names)


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('title = "A vote"', 'title = "', "mapping.unreadable", None),
        ('title = "A vote"', "", "mapping.wrong_value", "title"),
        ('title = "A vote"', "title = 3", "mapping.wrong_value", "title"),
        ("[options]", "[option]", "mapping.unknown_key", "option"),
        ('registered = "N"', 'voters = "N"', "mapping.unknown_key", "columns.voters"),
        ("remote_over", "remote", "mapping.unknown_key", "flags.remote"),
        ('registered = "N"', "", "mapping.wrong_value", "columns.registered"),
        ('station = ["town", "number"]', "", "mapping.wrong_value", "columns.station"),
        ('["valid", "invalid"]', '["valid", 1]', "mapping.wrong_value", "columns.found"),
        ('"Yes" = "yes"', "", "mapping.wrong_value", "options"),
        ('[groups]\nregion = "town"', "", None, None),
        ("5000", "-1", "mapping.wrong_value", "flags.remote_over"),
        ("5000", "true", "mapping.wrong_value", "flags.remote_over"),
        ("5000", '"5000"', "mapping.wrong_value", "flags.remote_over"),
        ("remote_over = 5000", "remote_column = 1", "mapping.wrong_value", "flags.remote_column"),
        ("remote_over = 5000", 'remote_column = ""', "mapping.wrong_value", "flags.remote_column"),
    ],
)
def test_a_wrong_mapping_is_refused_by_its_key(
    old: str, new: str, code: str | None, key: str | None
) -> None:
    """The error names the key that is wrong."""
    text = WHOLE.replace(old, new)
    if code is None:
        assert parse_mapping(text).groups == {}
        return
    with pytest.raises(BadInput) as raised:
        parse_mapping(text)
    assert raised.value.code == code
    assert raised.value.details.get("key") == key


def test_a_value_where_a_table_should_be_is_refused() -> None:
    """`options` must be a table."""
    with pytest.raises(BadInput) as raised:
        parse_mapping('title = "x"\noptions = 3\n[columns]\nstation = "s"\nregistered = "N"\n')
    assert raised.value.details == {"key": "options"}
