# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read Parquet and workbooks in a process of its own, which a hostile file may end.

A few wrong bytes in such a file make its reader ask for more memory than there is, and the whole
process ends. So `read_apart` starts `python -m hedgerow.rooms.elections.table_reading`, which knows
no web, no database and no key: name and file go in on the standard input, cells come out on the
standard output, or the code of a refusal.
"""

import io
import json
import os
import resource
import subprocess
import sys
from typing import Final

import polars as pl

from hedgerow.engines.forensics.reading import refusing_damage, table_of
from hedgerow.kernel.errors import BadInput

MOST_ROWS: Final = 100_000
#: What the process inherits: where programs and this software lie, and nothing else.
_INHERITED: Final = ("PATH", "PYTHONPATH", "LANG", "HOME")
_PATIENCE_S: Final = 60
_MOST_MEMORY: Final = 4 * 1024**3
_CELLS, _REFUSED = b"+", b"-"


def read_apart(data: bytes, *, name: str) -> pl.DataFrame:
    """Read a file in a process of its own, all cells as text.

    Raises:
        BadInput: As `cells_of` says; "reading.damaged" also where the process ended of it.
    """
    environment = {one: os.environ[one] for one in _INHERITED if one in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 (this interpreter, a module of this software)
            [sys.executable, "-P", "-m", __name__],
            input=name.encode() + b"\0" + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadInput("reading.damaged", file=name) from error
    kind, content = done.stdout[:1], done.stdout[1:]
    if done.returncode or kind not in {_CELLS, _REFUSED}:
        raise BadInput("reading.damaged", file=name)
    if kind == _REFUSED:
        code, details = json.loads(content)
        raise BadInput(code, **details)
    return pl.read_ipc(io.BytesIO(content))


def cells_of(data: bytes, *, name: str) -> pl.DataFrame:
    """Read Parquet or the first sheet of a workbook, all cells as text.

    Raises:
        BadInput: "reading.damaged" or "elections.too_many_rows".
    """
    with refusing_damage(name):
        if name.lower().endswith(".parquet"):
            # It can pack very many rows: they are counted before any of them is unpacked.
            _refuse_long(pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item())
        frame = table_of(data, name=name)
        _refuse_long(frame.height)
        return frame.select(_as_text(frame[column]) for column in frame.columns)


def _refuse_long(found: int) -> None:
    """Refuse more rows than are taken at once."""
    if found > MOST_ROWS:
        raise BadInput("elections.too_many_rows", found=found, most=MOST_ROWS)


def _as_text(column: pl.Series) -> pl.Series:
    """Return a column as text, whole numbers as such."""
    if column.dtype.is_float() and (column.drop_nulls() == column.drop_nulls().round()).all():
        column = column.cast(pl.Int64, strict=False)
    return column.cast(pl.String, strict=False)


def main() -> None:
    """Answer what stands on the standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    name, _, data = sys.stdin.buffer.read().partition(b"\0")
    answer = io.BytesIO()
    try:
        frame = cells_of(data, name=name.decode())
        answer.write(_CELLS)
        frame.write_ipc(answer)
    except BadInput as error:
        answer = io.BytesIO(_REFUSED + json.dumps([error.code, error.details]).encode())
    sys.stdout.buffer.write(answer.getvalue())


if __name__ == "__main__":
    main()
