# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name what can go wrong, with stable codes and plain data, never with text for people.

A class says what kind of trouble it is; the code says which; the details are plain
values a sentence can be filled with. Nothing secret may stand in the details: they may
reach a page.
"""


class HedgerowError(Exception):
    """Be the root of every error that Hedgerow raises on purpose.

    Args:
        code: Stable dotted name, such as "vault.box_refused".
        **details: Plain values for the sentence shown to a person.
    """

    def __init__(self, code: str, **details: object) -> None:
        """Keep code and details; the message is the code alone."""
        super().__init__(code)
        self.code = code
        self.details = details


class BadInput(HedgerowError):
    """Say that what somebody typed or sent cannot be taken as it is."""


class Refused(HedgerowError):
    """Say that a rule forbids the act, although it is well formed."""


class NotFound(HedgerowError):
    """Say that there is no such thing, or none for this person: both look the same."""


class Conflict(HedgerowError):
    """Say that somebody else changed the thing in between."""


class Damaged(HedgerowError):
    """Say that bytes do not parse, do not verify or do not agree with one another."""


class Busy(HedgerowError):
    """Say that it cannot be done now but may be done later."""
