# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put errors with codes into sentences for the person at the terminal.

The terminal speaks English: whoever runs the machine reads it, not the members. A code
without a sentence of its own is shown as it is, with its details, which hold no secrets.
"""

from hedgerow.kernel.errors import HedgerowError

# Code → sentence; the details of the error fill the braces.
SENTENCES: dict[str, str] = {}


def sentence_for(error: HedgerowError) -> str:
    """Return one sentence that says what is wrong.

    Args:
        error: Any error that Hedgerow raised on purpose.

    Returns:
        The sentence of the table, or a plain one made of code and details.
    """
    known = SENTENCES.get(error.code)
    if known is not None:
        return known.format_map(error.details)
    details = ", ".join(f"{name}: {value}" for name, value in sorted(error.details.items()))
    return f"This cannot be done ({error.code}{'; ' + details if details else ''})."
