# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write the vault's test vectors: one scenario a file, bytes in hex, the same every time.

Another implementation that gives the same outputs from the same inputs follows
docs/spec-vault.md. Randomness is drawn from a hash of the scenario's name; what was drawn
is found at the front of each Box and row, so that the outputs can be computed again.

Usage: python -m tools.make_vectors
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools import vectors_accounts as accounts
from tools import vectors_arrival as arrivals
from tools import vectors_letters as letters
from tools import vectors_pause as pauses
from tools import vectors_seals as seals
from tools.vector_parts import Json, Seeded

FOLDER: Final = Path(__file__).parents[1] / "tests" / "vectors" / "vault"

SCENARIOS: Final[dict[str, Callable[[Seeded], Json]]] = {
    "sub": seals.sub_scenario,
    "box": seals.box_scenario,
    "padding": seals.padding_scenario,
    "locker_small": seals.small_scenario,
    "locker_large": seals.large_scenario,
    "ring": seals.ring_scenario,
    "wrap_one": seals.wrap_one_scenario,
    "wrap_three": seals.wrap_three_scenario,
    "words": accounts.words_scenario,
    "phrase": accounts.phrase_scenario,
    "codes": accounts.codes_scenario,
    "keyring": accounts.keyring_scenario,
    "session": accounts.session_scenario,
    "carried": accounts.carried_scenario,
    "file": accounts.file_scenario,
    "backup": accounts.backup_scenario,
    "released": accounts.released_scenario,
    "letterbox": letters.letterbox_scenario,
    "letter": letters.letter_scenario,
    "election": letters.election_scenario,
    "arrival": arrivals.arrival_scenario,
    "pause_list": pauses.pause_list_scenario,
    "pause_words": pauses.pause_words_scenario,
}


def vector_text(name: str) -> str:
    """Return the text of a scenario's file."""
    scenario = SCENARIOS[name]
    about = (scenario.__doc__ or "").split("\n", 1)[0]
    vector = {"scenario": name, "about": about, **scenario(Seeded(name))}
    return json.dumps(vector, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in SCENARIOS:
        (FOLDER / f"{name}.json").write_text(vector_text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
