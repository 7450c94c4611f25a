# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the page, the files and the schema that a report becomes."""

from html.parser import HTMLParser
from pathlib import Path

import msgspec
import numpy as np
import pytest

from hedgerow.engines.tally.design import simple_design
from hedgerow.engines.tally.drawing import draw
from hedgerow.engines.tally.page import ROWS_SHOWN, page, said
from hedgerow.engines.tally.protocols import disagreements
from hedgerow.engines.tally.quickcount import Estimate, convergence
from hedgerow.engines.tally.report import (
    Fact,
    Findings,
    as_csv,
    as_json,
    from_json,
    put_together,
    schema,
    table,
)
from hedgerow.engines.tally.sample_sections import (
    night_section,
)
from hedgerow.engines.tally.sections import protocols_section
from tests.engines.tally.nights import FRAME, SIZE, VALUES, night, report, rows

ROOT = Path(__file__).parents[3]


class Strict(HTMLParser):
    """Collect tags, and refuse one that is not closed in its turn."""

    def __init__(self, text: str) -> None:
        """Read the whole page."""
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an opened tag and refuse anything fetched from elsewhere."""
        self.seen.append(tag)
        assert not {"src", "href"} & {name for name, _ in attrs}
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last one opened."""
        assert self.open.pop() == tag


def steps(count: int) -> list[tuple[int, Estimate]]:
    """Estimate over a night that ends after some stations."""
    sample = draw(simple_design(SIZE, size=10), ranks=np.arange(SIZE) / SIZE)
    return convergence(
        sample,
        whole=VALUES[:, 2:4].sum(axis=1).astype(np.int64),
        part=VALUES[:, 4].astype(np.int64),
        minute=np.arange(SIZE),
        counts=np.ones(SIZE, np.bool_),
        steps=range(-1, count),
    )


@pytest.mark.parametrize("count", [0, 1, 9])
def test_the_night_is_drawn_with_its_numbers(count: int) -> None:
    """Nothing, one step without a band, and a whole night; the table stands beside."""
    found = night_section("A", steps(count))
    text = page(report(found))
    assert len(rows(found, "convergence")) == count + 1
    assert ("<svg" in text) == (count > 0)
    assert "nothing has come in" in text
    assert Strict(text).open == []


def test_the_page_fetches_nothing_runs_nothing_and_escapes() -> None:
    """One heading, no script, closed tags; what people typed is text."""
    found_reports, protocols = night()
    said_there = disagreements(found_reports, protocols=protocols)
    about = protocols_section(protocols, FRAME, said=said_there, sources=("<b>", "bob"))
    interval = Fact("share", 12.5, "%", low=11.0, high=14.0, note="95 %")
    bounded = Fact("bounded", 5, low=1.0, high=9.0)
    everything = put_together(
        [about, Findings(facts=(interval, bounded, Fact("none", None, note="why")))]
    )
    text = page(report(everything, limits=("Not <all>.",)))
    parsed = Strict(text)
    assert parsed.open == []
    assert parsed.seen.count("h1") == 1
    assert "script" not in parsed.seen
    assert "Comparison: Mayor of &lt;Exampleton&gt;" in text
    assert "&lt;photograph&gt;" in text
    assert "11 to 14 (95 %)" in text
    assert "1 to 9</td>" in text
    assert "What these figures cannot say" in text
    assert "with seed <code>7</code>" in text
    bare = page(report(Findings(), seed=""))
    assert "with seed" not in bare
    assert "cannot say" not in bare


def test_a_long_table_is_cut_on_the_page_and_whole_in_its_file() -> None:
    """The page says how many rows are left, and where."""
    one = table("long", "Long", ("n",), [(place,) for place in range(ROWS_SHOWN + 5)], note="All.")
    text = page(report(Findings(tables=(one,))))
    assert text.count("<tr><td") == ROWS_SHOWN + 1
    assert "5 more rows stand in long.csv." in text
    assert as_csv(one).count("\n") == ROWS_SHOWN + 6


def test_a_report_is_read_back_strictly() -> None:
    """JSON comes back as it was; another shape is refused."""
    found = report(put_together([night_section("A", steps(3)), Findings(limits=("x", "x"))]))
    assert from_json(as_json(found)) == found
    assert found.limits == ("x",)
    with pytest.raises(msgspec.ValidationError):
        from_json(as_json(found).replace(b'"kind"', b'"kinds"'))


def test_the_documented_schema_is_the_reports() -> None:
    """docs/count-report.schema.json is what the structures say."""
    assert (ROOT / "docs" / "count-report.schema.json").read_bytes() == schema()


def test_values_are_written_for_people() -> None:
    """Few digits, thousands apart, words for yes, no and nothing; nan is nothing."""
    cells = [1234567, 1234.5, 0.123456, True, False, None, "x"]
    assert [said(one) for one in cells] == ["1,234,567", "1,234", "0.1235", "yes", "no", "–", "x"]
    one = table("t", "T", ("a", "b"), [(np.float64("nan"), np.int32(5)), (Path("x"), True)])
    assert one.rows == ((None, 5), ("x", True))
