# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hear no warnings of a fit whose failure is dealt with."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quietly(*kinds: type[Warning]) -> Iterator[None]:
    """Leave warnings of these kinds unsaid within the block."""
    with warnings.catch_warnings():
        for kind in kinds:
            warnings.simplefilter("ignore", kind)
        yield
