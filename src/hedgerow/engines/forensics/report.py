# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put findings into the report's one shape, and write it as JSON and CSV.

The structures are the schema: docs/forensics-report.schema.json is made from them, and what is
written is read back strictly by tests. No date stands in it, so that the same data, version
and seed make the same bytes.
"""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from hedgerow.engines.forensics.analysis import Election
from hedgerow.engines.forensics.findings import About, Finding, Outcome

FORMAT: Literal[1] = 1
CSV_COLUMNS = (
    "election",
    "method",
    "label",
    "outcome",
    "evidence",
    "units",
    "dropped",
    "effect",
    "effect_unit",
    "interval_low",
    "interval_high",
    "interval_kind",
    "p_value",
    "p_adjusted",
    "adjusted_by",
    "reference",
)


class MethodRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describe a method that was used."""

    method: str
    title: str
    model: str
    inclusion: str
    explanations: tuple[str, ...]
    reference: str
    is_evidence: bool


class FindingRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold one figure with its uncertainty."""

    method: str
    label: str
    outcome: Outcome
    units: int
    dropped: int
    effect: float | None
    effect_unit: str
    interval: tuple[float, float] | None
    interval_kind: str
    p_value: float | None
    p_adjusted: float | None
    adjusted_by: str
    details: dict[str, Any]


class EarlierRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold where the data of an earlier election come from."""

    title: str
    file: str
    sha256: str
    mapping: str
    mapping_sha256: str


class Source(msgspec.Struct, frozen=True):
    """Hold where an election's data come from, and those it is compared with."""

    file: str
    sha256: str
    mapping: str
    mapping_sha256: str
    earlier: EarlierRow | None = None


class ElectionRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold one election: where its data come from, its totals and its findings."""

    title: str
    file: str
    sha256: str
    mapping: str
    mapping_sha256: str
    options: tuple[str, ...]
    clean_bin: int | None
    stations: int
    remote_stations: int
    registered: int
    issued: int
    found: int
    votes: dict[str, int]
    findings: tuple[FindingRow, ...]
    earlier: EarlierRow | None = None


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold a whole report."""

    format: Literal[1]
    version: str
    seed: int
    command: str
    methods: tuple[MethodRow, ...]
    elections: tuple[ElectionRow, ...]


def report_of(
    elections: Sequence[tuple[Election, Source, Sequence[Finding]]],
    *,
    version: str,
    seed: int,
    command: str,
) -> Report:
    """Put everything together.

    Args:
        elections: Each with its source and findings.
        version: Of this program.
        seed: Of all chance.
        command: What makes the same report again.
    """
    abouts: dict[str, About] = {}
    for _, _, findings in elections:
        abouts |= {one.about.method: one.about for one in findings}
    return Report(
        format=FORMAT,
        version=version,
        seed=seed,
        command=command,
        methods=tuple(_method_row(one) for one in abouts.values()),
        elections=tuple(_election_row(*one) for one in elections),
    )


def as_json(report: Report) -> bytes:
    """Write a report as JSON that people can read too."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def from_json(data: bytes) -> Report:
    """Read a report back.

    Raises:
        msgspec.ValidationError: It is not of this format.
    """
    return msgspec.json.decode(data, type=Report)


def schema() -> bytes:
    """Return the JSON Schema of a report."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Report)), indent=1) + b"\n"


def as_csv(report: Report) -> str:
    """Write all findings as one table."""
    methods = {one.method: one for one in report.methods}
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for election in report.elections:
        for one in election.findings:
            about = methods[one.method]
            low, high = one.interval or (None, None)
            writer.writerow(
                [
                    election.title,
                    one.method,
                    one.label,
                    one.outcome,
                    "yes" if about.is_evidence else "no",
                    one.units,
                    one.dropped,
                    one.effect,
                    one.effect_unit,
                    low,
                    high,
                    one.interval_kind,
                    one.p_value,
                    one.p_adjusted,
                    one.adjusted_by,
                    about.reference,
                ]
            )
    return buffer.getvalue()


def _method_row(about: About) -> MethodRow:
    """Describe a method."""
    return MethodRow(
        method=about.method,
        title=about.title,
        model=about.model,
        inclusion=about.inclusion,
        explanations=about.explanations,
        reference=about.reference,
        is_evidence=about.is_evidence,
    )


def _election_row(election: Election, source: Source, findings: Sequence[Finding]) -> ElectionRow:
    """Describe an election."""
    stations = election.stations
    totals = stations.options.sum(axis=0).tolist()
    return ElectionRow(
        title=election.title,
        file=source.file,
        sha256=source.sha256,
        mapping=source.mapping,
        mapping_sha256=source.mapping_sha256,
        earlier=source.earlier,
        options=election.tested,
        clean_bin=election.clean_bin,
        stations=len(stations),
        remote_stations=int(stations.is_remote.sum()),
        registered=int(stations.registered.sum()),
        issued=int(stations.issued.sum()),
        found=int(stations.found.sum()),
        votes=dict(zip(stations.option_names, totals, strict=True)),
        findings=tuple(_finding_row(one) for one in findings),
    )


def _finding_row(finding: Finding) -> FindingRow:
    """Describe a finding by plain values."""
    interval = finding.interval
    return FindingRow(
        method=finding.about.method,
        label=finding.label,
        outcome=finding.outcome,
        units=finding.units,
        dropped=finding.dropped,
        effect=_plain(finding.effect),
        effect_unit=finding.effect_unit,
        interval=None if interval is None else (float(interval[0]), float(interval[1])),
        interval_kind=finding.interval_kind,
        p_value=_plain(finding.p_value),
        p_adjusted=_plain(finding.p_adjusted),
        adjusted_by=finding.adjusted_by,
        details=_plain(finding.details),
    )


def _plain(value: Any) -> Any:
    """Turn numpy's values into plain ones, and what is no number into nothing."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
