# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the words that the demo shows, the same on every day and in every version."""

from typing import Final

KEEPER: Final = "матрешка поморье комбриг лекторий росинка устав листовой гамма"
EDITOR: Final = "реагувати синергія тайфун відвідини відстань доплив розподіл профіцит"
INVITATION: Final = "избавить лимон жижа ученица логово сильный трепет"
