# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the one public table of the room: letter-boxes as everybody may see them.

A row says nothing about a group, its people or any letter; which group reads a box is sealed.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

ADDRESS_LENGTH: Final = 40
MOST_WEEKS: Final = 52
MOST_A_DAY: Final = 500


@dataclass(frozen=True, slots=True)
class Question:
    """Hold one question of a form in one language."""

    text: str
    is_needed: bool


@dataclass(frozen=True, slots=True)
class BoxText:
    """Hold what a box says in one language.

    Attributes:
        language: Code of the language it is in.
        title: Whom one writes to.
        advice: What a reader can do right now, Markdown, or nothing.
        questions: What the form asks besides the letter itself.
    """

    language: str
    title: str
    advice: str
    questions: tuple[Question, ...]


class LetterBox(models.Model):
    """Hold a letter-box as everybody may see it.

    The column `texts` holds a mapping from language to `title`, `advice` and `questions`; the
    column `needed` says for each question whether it must be answered.
    """

    address = models.CharField(primary_key=True, max_length=ADDRESS_LENGTH)
    is_open = models.BooleanField()
    is_moderated = models.BooleanField()
    weeks = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_WEEKS)]
    )
    day_limit = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_A_DAY)]
    )
    needed = models.JSONField()
    texts = models.JSONField()

    class Meta:
        """Name the table."""

        db_table = "letter_box"

    def __str__(self) -> str:
        """Return the address."""
        return str(self.address)

    @property
    def languages(self) -> list[str]:
        """Return the languages it has texts in."""
        return list(self.texts)

    def text_in(self, language: str) -> BoxText:
        """Return what it says in a language, or in its first one where it lacks that."""
        chosen = language if language in self.texts else self.languages[0]
        text: dict[str, Any] = self.texts[chosen]
        asked = zip(text["questions"], self.needed, strict=True)
        return BoxText(
            language=chosen,
            title=text["title"],
            advice=text["advice"],
            questions=tuple(Question(words, is_needed) for words, is_needed in asked),
        )
