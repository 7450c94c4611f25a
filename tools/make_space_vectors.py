# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write the test vectors of spaces: one scenario a file, bytes in hex, the same every time.

They stand beside those of `tools.make_vectors` and are read the same way. Sealed boxes are
made here with throw-away pairs that are written down, since libsodium's own cannot be drawn
again; everything else is what the engine writes.

Usage: python -m tools.make_space_vectors
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools import vectors_roster as rosters
from tools import vectors_spaces as spaces
from tools.vector_parts import Json, Seeded

FOLDER: Final = Path(__file__).parents[1] / "tests" / "vectors" / "vault"
PREFIX: Final = "space-"

SCENARIOS: Final[dict[str, Callable[[Seeded], Json]]] = {
    "space-keys": spaces.keys_scenario,
    "space-head": spaces.head_scenario,
    "space-index": spaces.index_scenario,
    "space-body": spaces.body_scenario,
    "space-agenda": spaces.agenda_scenario,
    "space-card": spaces.card_scenario,
    "space-package": spaces.package_scenario,
    "space-roster": rosters.roster_scenario,
    "space-roster-refused": rosters.refused_scenario,
    "space-roster-assents": rosters.assents_scenario,
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
