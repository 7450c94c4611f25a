# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask for a file, and which of its columns holds what."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.elections.forms import PublicForm
from hedgerow.rooms.members.fields import QUIET

#: Id of the list of columns, from which browsers offer names.
COLUMN_LIST: Final = "columns"


class ImportForm(PublicForm):
    """Ask for a file; once it is there, for the meaning of its columns."""

    submit_label = _("Look at it")

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, Excel or Parquet, also in a zip. At most 100,000 lines."),
        required=False,
        error_messages={
            "empty": _("This file is empty. Please choose another."),
            "missing": _("Please choose the file again: the browser did not send it."),
            "invalid": _("Please choose the file again: the browser did not send it."),
        },
    )
    is_joined = forms.BooleanField(
        label=_("Names repeat between regions: put the region before the name"), required=False
    )

    def __init__(self, *args: Any, is_received: bool = False, **options: Any) -> None:
        """Remember whether a file came with an earlier try."""
        super().__init__(*args, **options)
        self._is_received = is_received
        self.columns: tuple[str, ...] = ()
        self._wanted: dict[str, str] = {}

    def ask_columns(
        self,
        columns: Iterable[str],
        *,
        titles: Mapping[str, Any],
        needed: Collection[str],
        found: Mapping[str, str],
    ) -> None:
        """Ask which column holds what; what the page did not ask yet is as guessed.

        Args:
            columns: Of the file.
            titles: What is wanted → what people read.
            needed: What the file must have.
            found: What is wanted → the column guessed.
        """
        self.columns = tuple(columns)
        for number, (wanted, title) in enumerate(titles.items()):
            name = f"column_{number}"
            self._wanted[name] = wanted
            self.fields[name] = forms.CharField(
                label=title,
                required=wanted in needed,
                error_messages={"required": _("Which column is it? The file must have it.")},
                widget=forms.TextInput(attrs={"list": COLUMN_LIST, **QUIET}),
            )
        self.order_fields(["file", *self._wanted, "is_joined"])
        if self.is_bound and "column_0" not in self.data:
            data = QueryDict(mutable=True)
            data.update(self.data)
            data.update({name: found[wanted] for name, wanted in self._wanted.items()})
            self.data = data

    def clean(self) -> dict[str, Any]:
        """Demand a file, what it must have, and each column once."""
        data = super().clean() or {}
        if not data.get("file") and not self._is_received and "file" not in self.errors:
            self.add_error("file", _("Please choose a file."))
        where = {wanted: data.get(name, "") for name, wanted in self._wanted.items()}
        for name, wanted in self._wanted.items():
            if where[wanted] and where[wanted] not in self.columns:
                self.add_error(name, _("The file has no column of this name."))
            elif where[wanted] and list(where.values()).count(where[wanted]) > 1:
                self.add_error(name, _("This column is chosen twice."))
        data["where"] = where
        return data

    def refuse_file(self, sentence: str) -> None:
        """Say why the file was not taken, in place of anything else about it."""
        self.errors.pop("file", None)
        self.add_error("file", sentence)
