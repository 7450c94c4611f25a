# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what leaks share: where they spill to, and how a function is made to spill."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any


def temporary(name: str) -> Path:
    """Return a path in the service's folder of temporary files."""
    return Path(os.environ["TMPDIR"]) / name


def in_data(name: str) -> Path:
    """Return a path beside the instance's database."""
    path = Path(os.environ["HEDGEROW_HOME"]) / "data" / name
    path.parent.mkdir(exist_ok=True)
    return path


def add(path: Path, data: bytes) -> None:
    """Add bytes to a file."""
    with path.open("ab") as file:
        file.write(data)


def before(owner: Any, name: str, spill: Callable[..., object]) -> None:
    """Let a function spill its arguments first, and then do what it does."""
    inner = getattr(owner, name)

    @wraps(inner)
    def leaky(*arguments: Any, **named: Any) -> Any:
        spill(*arguments, **named)
        return inner(*arguments, **named)

    setattr(owner, name, leaky)


def after(owner: Any, name: str, spill: Callable[[Any], object]) -> None:
    """Let a function spill what it returns."""
    inner = getattr(owner, name)

    @wraps(inner)
    def leaky(*arguments: Any, **named: Any) -> Any:
        result = inner(*arguments, **named)
        spill(result)
        return result

    setattr(owner, name, leaky)


def put(owner: Any, **functions: Callable[..., Any]) -> None:
    """Put other functions in the place of a module's."""
    for name, function in functions.items():
        setattr(owner, name, function)
