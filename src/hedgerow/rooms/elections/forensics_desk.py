# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let the caretaker make the reports that coordinators ask for, one at a time.

Whoever presses the button leaves an order, a public row. The caretaker starts a process for it,
goes on counting, and writes the report once it is there; what cannot be made stands in the order.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hedgerow.kernel.errors import BadInput
from hedgerow.rooms.elections import forensics
from hedgerow.rooms.elections.forensics_data import Tested, tested_of
from hedgerow.rooms.elections.models import Contest, ForensicsOrder
from hedgerow.rooms.elections.said import SENTENCES
from hedgerow.store.machine import is_open

FAILED: Final = "elections.statistics_failed"
_MODULE: Final = "hedgerow.rooms.elections.forensics_run"
_PATIENCE_S: Final = 2 * 60 * 60
#: What the process inherits: where programs and this software lie, and nothing else.
_INHERITED: Final = ("PATH", "PYTHONPATH", "LANG", "HOME", "NUMBA_CACHE_DIR")

#: Answers a question: the answer once it is there, None before.
Answering = Callable[[], bytes | None]
Start = Callable[[bytes], Answering]


@dataclass(slots=True)
class _Work:
    """Hold what is being made: for which contest, of what, and how to ask whether it is there."""

    contest: int
    tested: Tested
    answer: Answering


@dataclass(slots=True)
class _Desk:
    """Hold the work of this process."""

    work: _Work | None = None


_desk: Final = _Desk()


def order(contest: Contest) -> None:
    """Ask for a report on the official results of a contest as they are when it is begun."""
    ForensicsOrder.objects.update_or_create(contest=contest, defaults={"code": "", "details": {}})


def start_process(question: bytes) -> Answering:
    """Start a process that answers a question; it ends with this one."""
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 (this interpreter, a module of this software)
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    answers: list[bytes] = []

    def wait() -> None:
        try:
            answers.append(process.communicate(question, timeout=_PATIENCE_S)[0])
        except (subprocess.TimeoutExpired, OSError):
            process.kill()
            answers.append(b"")

    threading.Thread(target=wait, daemon=True).start()
    return lambda: answers[0] if answers else None


def tick(*, start: Start = start_process) -> None:
    """Take what is made, or begin what was asked for; the caretaker calls it again and again."""
    if not is_open():
        return
    if _desk.work is None:
        _desk.work = _begun(start)
    elif (content := _desk.work.answer()) is not None:
        work, _desk.work = _desk.work, None
        _finish(work, content)


def _begun(start: Start) -> _Work | None:
    """Begin the first report that was asked for, if there is one."""
    asked = ForensicsOrder.objects.filter(code="").select_related("contest__election").first()
    if asked is None:
        return None
    tested = tested_of(asked.contest)
    if not tested.stations:
        _refuse(asked.contest_id, "elections.no_whole_results", {})
        return None
    question = {"data": tested.data.decode(), "mapping": tested.mapping.decode()}
    return _Work(asked.contest_id, tested, start(json.dumps(question).encode()))


def _finish(work: _Work, content: bytes) -> None:
    """Write a report, or why there is none."""
    try:
        answer = json.loads(content)
    except ValueError:
        answer = {"error": FAILED, "details": {}}
    if "error" in answer:
        _refuse(work.contest, answer["error"], answer["details"])
        return
    contest = Contest.objects.filter(pk=work.contest).first()
    if contest is not None:
        files = {name: text.encode() for name, text in answer["files"].items()}
        forensics.keep_report(contest, tested=work.tested, files=files)
        ForensicsOrder.objects.filter(contest=contest).delete()


def _refuse(contest: int, code: str, details: dict[str, Any]) -> None:
    """Say in the order why there is no report; what has no sentence of its own just failed."""
    is_said = any(one.code == code for one in SENTENCES)
    code, details = (code, details) if is_said else (FAILED, {})
    ForensicsOrder.objects.filter(contest=contest).update(code=code, details=details)


def state_of(contest: Contest) -> BadInput | bool:
    """Tell whether a report is waited for, or why the last one could not be made."""
    asked = ForensicsOrder.objects.filter(contest=contest).first()
    if asked is None:
        return False
    return BadInput(asked.code, **asked.details) if asked.code else True


def forget() -> None:
    """Forget what is being made; it is begun again from its order."""
    _desk.work = None
