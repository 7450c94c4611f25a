# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that analyses repeat on every executor, and that reports have their documented shape."""

import csv
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from distributed import Client, LocalCluster

from hedgerow.engines.forensics import analysis, report
from hedgerow.engines.forensics.analysis import (
    COMPARING,
    MAPPED,
    MARKED,
    QUICK,
    REGIONAL,
    SLOW,
    Election,
    analyse,
)
from hedgerow.engines.forensics.page import page
from hedgerow.engines.forensics.pictures import pictures_of, votes_by_turnout
from hedgerow.engines.forensics.report import (
    Report,
    Source,
    as_csv,
    as_json,
    from_json,
    report_of,
    schema,
)
from hedgerow.engines.forensics.stations import Stations
from hedgerow.engines.forensics.words import ENGLISH
from hedgerow.kernel.errors import BadInput
from tests.engines.forensics.elections import made_up, shipped
from tests.engines.forensics.test_remote import with_remote

if TYPE_CHECKING:
    from hedgerow.engines.forensics.findings import Finding

ROOT = Path(__file__).parents[3]
SOURCE = Source(file="a.csv", sha256="0" * 64, mapping="m", mapping_sha256="1" * 64)


def election(seed: int = 1, options: tuple[str, ...] = ()) -> Election:
    """Make up an election."""
    return Election(title=f"Vote <{seed}>", stations=made_up(700, seed=seed), options=options)


def reported(elections: list[Election], **named: Any) -> Report:
    """Analyse and report."""
    found = analyse(elections, **named)
    rows = [(one, SOURCE, findings) for one, findings in zip(elections, found, strict=True)]
    return report_of(rows, version="0", seed=1, command="again")


def test_every_executor_gives_the_same_report() -> None:
    """In turns and in threads, forwards and among other methods, each byte is the same."""
    elections = [election(1, ("A", "B")), election(2)]
    alone = as_json(reported(elections))
    with ThreadPoolExecutor(3) as threads:
        assert as_json(reported(elections, executor=threads)) == alone
    assert as_json(reported(elections, seed=2)) != alone
    few = analyse(elections, methods=["shpilkin"])
    whole = analyse(elections)
    kept = [one for one in whole[0] if one.about.method == "shpilkin"]
    assert [one.interval for one in few[0]] == [one.interval for one in kept]


def test_processes_give_the_same_findings() -> None:
    """Tasks and findings travel to other processes and back, as a cluster's executor needs."""
    tasks = list(analysis.tasks_of([election()], methods=QUICK, seed=1))
    kinds = {task.method for task in tasks}
    assert kinds == set(QUICK)
    for task in tasks:
        again = pickled(task)
        assert analysis.run_task(again) == pickled(analysis.run_task(task))


def test_an_earlier_election_is_compared_with() -> None:
    """Swaps and where votes went need one; the report page and rows say which it was."""
    later = election()
    (found,) = analyse([later], methods=COMPARING)
    assert {one.outcome for one in found} == {"cannot be tested"}
    both = replace(later, earlier=made_up(700, seed=1, regions=4))
    (found,) = analyse([both], methods=COMPARING)
    assert [one.about.method for one in found] == ["swaps", "transition"]
    assert found[0].outcome == "described"
    row = report.EarlierRow(
        title="Before", file="b.csv", sha256="2" * 64, mapping="m", mapping_sha256="1" * 64
    )
    source = msgspec.structs.replace(SOURCE, earlier=row)
    written = report_of([(both, source, found)], version="0", seed=1, command="again")
    assert from_json(as_json(written)).elections[0].earlier == row
    shown = page(written, pictures=[[]])
    assert "Before, b.csv" in shown
    assert "2" * 64 in shown


@pytest.mark.enable_socket
def test_a_cluster_gives_the_same_report() -> None:
    """The executor of dask.distributed, its scheduler and workers within this process."""
    elections = [election(1, ("A", "B")), election(2)]
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
        client.get_executor() as executor,
    ):
        clustered = as_json(reported(elections, executor=executor))
    assert clustered == as_json(reported(elections))


def pickled(value: Any) -> Any:
    """Send a value through what executors of processes use."""
    from multiprocessing.reduction import ForkingPickler  # noqa: PLC0415 -- only here

    return ForkingPickler.loads(ForkingPickler.dumps(value))


def test_columns_of_no_option_are_tested_once() -> None:
    """Voters and ballots do not appear again with each option."""
    (found,) = analyse([election(1, ("A", "B"))], methods=["last digits"])
    assert [one.label for one in found] == [
        "registered voters",
        "ballots found",
        "votes of A",
        "votes of B",
    ]


def test_p_values_are_corrected_over_all_elections() -> None:
    """Six tests of whole percentages in two elections are corrected by six."""
    calls: list[int] = []
    found = analyse(
        [election(1), election(2)], methods=["integer"], advance=lambda: calls.append(1)
    )
    assert {one.adjusted_by for findings in found for one in findings} == {"Holm, 6 tests"}
    assert len(calls) == 2


def test_unknown_methods_and_options_are_refused() -> None:
    """Before any work is done."""
    with pytest.raises(BadInput) as raised:
        analyse([election()], methods=["tea leaves"])
    assert raised.value.code == "forensics.no_method"
    with pytest.raises(BadInput) as raised:
        analyse([election(1, ("D",))])
    assert raised.value.code == "forensics.no_option"


def test_a_tiny_election_cannot_be_tested_in_any_way() -> None:
    """Of nine stations nothing is said but that, by every method, the slow ones too."""
    tiny = Election(title="Tiny", stations=made_up(9), regions=("region 1",))
    (found,) = analyse([tiny], methods=[*QUICK, *SLOW, *REGIONAL, *COMPARING, *MARKED, *MAPPED])
    outcomes = {one.about.method: one.outcome for one in found}
    described = {"small numbers"}
    assert {name for name, one in outcomes.items() if one != "cannot be tested"} == described


def test_the_documented_schema_is_the_reports() -> None:
    """docs/forensics-report.schema.json is what the structures say."""
    documented = (ROOT / "docs" / "forensics-report.schema.json").read_bytes()
    assert documented == schema()


def test_a_report_is_read_back_strictly() -> None:
    """What was written parses into the same report; another field is refused."""
    whole = reported([election()])
    written = as_json(whole)
    assert as_json(from_json(written)) == written
    with pytest.raises(msgspec.ValidationError):
        from_json(written.replace(b'"seed"', b'"seeds"', 1))
    values = json.loads(written)
    assert values["elections"][0]["stations"] == 700
    assert values["elections"][0]["sha256"] == "0" * 64


def test_what_is_no_number_becomes_nothing() -> None:
    """JSON has no NaN and numpy's numbers become plain ones."""
    plain = report._plain({"a": np.float64("nan"), "b": (np.int64(3), float("inf"), "x")})
    assert plain == {"a": None, "b": [3, None, "x"]}


def test_the_table_of_findings_has_a_row_for_each() -> None:
    """Every row has all columns, and the source of its method."""
    whole = reported([election(1), election(2)])
    rows = list(csv.DictReader(io.StringIO(as_csv(whole))))
    assert len(rows) == sum(len(one.findings) for one in whole.elections)
    assert all(row["reference"] and row["outcome"] for row in rows)
    assert {row["evidence"] for row in rows} == {"yes", "no"}


def whole_page(elections: list[Election]) -> str:
    """Write the page of some elections."""
    drawn = [pictures_of(one.stations, one.tested[0], clean_bin=one.clean_bin) for one in elections]
    return page(reported(elections), pictures=drawn)


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    """No script, no address, all texts escaped, one heading, a table beside each picture."""
    text = whole_page([election(), Election(title="Remote", stations=with_remote(70_000))])
    assert not re.search(r"<script|javascript:|\son\w+=|src=|href=|@import|url\(", text)
    assert set(re.findall(r"https?://[^\"<]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "Vote <1>" not in text
    assert "Vote &lt;1&gt;" in text
    assert text.count("<h1>") == 1
    assert text.count("<svg") == text.count("The numbers") == 8
    assert "Not evidence" in text
    assert "Experimental; not evidence." in text


def test_no_page_speaks_of_proof() -> None:
    """The word is never used of statistics."""
    text = whole_page([election(), Election(title="2021", stations=shipped("2021"))])
    assert not re.search(r"\bpro(of|ve[sn]?|ved)\b", text, re.IGNORECASE)
    assert "1,3" in text
    assert "Findings" in text


def test_a_page_without_findings_says_so() -> None:
    """An honest election leads to a sentence, and a table without ballots to no pictures."""
    assert "No test departed from its model." in whole_page([election()])
    empty = Stations.from_columns({"registered": [9], "found": [0]}, options={"A": [0]})
    assert pictures_of(empty, "A", clean_bin=None) == []
    assert "cannot be tested" in whole_page([Election(title="Empty", stations=empty)])


def test_a_vanishing_p_value_is_not_written_as_nought() -> None:
    """Below what float64 holds."""
    stations = shipped("2021")
    one = Election(title="2021", stations=stations)
    (found,) = analyse([one], methods=["integer"])
    none: Finding = replace(found[0], p_adjusted=0.0)
    whole = report_of([(one, SOURCE, [none])], version="0", seed=1, command="")
    assert "below 1e-12" in page(whole, pictures=[[]])


def test_a_picture_without_others_has_no_ratio() -> None:
    """A bin in which only the option has votes."""
    leader, others = np.ones(100), np.zeros(100)
    drawn = votes_by_turnout(leader, others, 50)
    assert {row[3] for row in drawn.rows} == {0.0}
    assert votes_by_turnout(others, others, 50).svg


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (True, "yes"),
        (False, "no"),
        (12345, "12,345"),
        (12345.6, "12,346"),
        (0.123456, "0.1235"),
        ([], "none"),
        ([1, 2.5], "1, 2.5"),
        ({"a": 1}, "a: 1"),
        ("x", "x"),
    ],
)
def test_values_are_written_for_people(value: object, text: str) -> None:
    """Few digits and thousands apart."""
    assert ENGLISH.value(value) == text
