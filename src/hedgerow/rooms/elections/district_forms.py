# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask for the districts of an election, and where they lie among each other."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.elections.fields import is_key, lines_of
from hedgerow.rooms.elections.forms import PublicForm
from hedgerow.rooms.elections.models import NAME_LENGTH, TITLE_LENGTH, District
from hedgerow.rooms.elections.tile_layout import Cell
from hedgerow.rooms.members.fields import TextField

DISTRICTS_BYTES: Final = 60_000
MOST_DISTRICTS: Final = 500
LARGEST_CELL: Final = 99
_PARTS: Final = 5


class DistrictsForm(PublicForm):
    """Ask for all districts of an election, one in each line."""

    districts = TextField(
        label=_("Districts"),
        help_text=_(
            "One in each line: short name; title; region; row; column. Region, row and column may"
            " be left out. Row and column say where the district’s tile lies, counted from 0 at the"
            " top left. Short names are of small Latin letters, figures and hyphens."
        ),
        limit=DISTRICTS_BYTES,
        rows=12,
        empty="",
        required=False,
    )

    def clean_districts(self) -> list[tuple[str, str, str]]:
        """Return triples of key, title and region; `cells` says where they lie.

        Raises:
            ValidationError: A line cannot be taken; it says which.
        """
        found: dict[str, tuple[str, str, str]] = {}
        cells: dict[str, Cell] = {}
        for number, typed in enumerate(lines_of(self.cleaned_data["districts"]), 1):
            key, title, region, cell = self._parts(typed, number)
            if key in found:
                raise self._refusal(number, _("this short name stands there twice."))
            if cell is not None and cell in cells.values():
                raise self._refusal(number, _("another district lies on this tile."))
            found[key] = key, title, region
            if cell is not None:
                cells[key] = cell
        if len(found) > MOST_DISTRICTS:
            raise ValidationError(
                _("At most %(most)s districts, please."), params={"most": MOST_DISTRICTS}
            )
        self.cells = cells
        return list(found.values())

    def _parts(self, typed: str, number: int) -> tuple[str, str, str, Cell | None]:
        """Take one line apart."""
        parts = [one.strip() for one in typed.split(";")]
        key, title, region, row, column = (*parts, "", "", "", "")[:_PARTS]
        if len(parts) > _PARTS or not title:
            raise self._refusal(number, _("expected is: short name; title; region; row; column."))
        if not is_key(key.lower()):
            raise self._refusal(
                number, _("the short name is of small Latin letters, figures and hyphens.")
            )
        if len(title) > TITLE_LENGTH or len(region) > NAME_LENGTH:
            raise self._refusal(number, _("this is too long."))
        return key.lower(), title, region, self._cell(row, column, number)

    def _cell(self, row: str, column: str, number: int) -> Cell | None:
        """Return where a district lies, None where the line does not say it."""
        if not row and not column:
            return None
        if not all(one.isascii() and one.isdigit() for one in (row, column)):
            raise self._refusal(number, _("row and column are whole numbers, both or neither."))
        cell = int(row), int(column)
        if max(cell) > LARGEST_CELL:
            raise self._refusal(number, _("row and column go from 0 to 99."))
        return cell

    @staticmethod
    def _refusal(number: int, why: Any) -> ValidationError:
        """Say which line cannot be taken."""
        return ValidationError(_("Line %(line)s: %(why)s"), params={"line": number, "why": why})

    @staticmethod
    def initial_of(
        districts: Iterable[District], cells: Mapping[str, Cell]
    ) -> Mapping[str, object]:
        """Return districts as this form shows them."""
        lines = [_line(district, cells.get(district.key)) for district in districts]
        return {"districts": "\n".join(lines)}


def _line(district: District, cell: Cell | None) -> str:
    """Return one district as a line."""
    parts = [district.key, district.title, district.region]
    if cell is None:
        return "; ".join(filter(None, parts))
    return "; ".join([*parts, *map(str, cell)])
