# SPDX-License-Identifier: AGPL-3.0-or-later
"""Collect the strings of each part of the project and keep them beside its translations.

A string belongs to the nearest folder above its file that has a `locale` folder: that
folder's catalogues are the ones Django reads for it. The gettext programs are needed here
alone; an instance compiles its catalogues by Babel.
"""

import io
import re
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import django.conf
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation import template

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "hedgerow"
LANGUAGES = ("ru", "uk")
PYTHON = {".py"}
TEMPLATES = {".html", ".txt", ".svg", ".xml"}
# Lists of words and the demo's texts are material, not strings of the interface.
MATERIAL = {"wordlists", "demo_world", "locale", "static"}
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)
HEADER = """\
# SPDX-License-Identifier: AGPL-3.0-or-later
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms};\\n"

"""

# A message's context and its msgid; of a plural message the singular.
MessageKey = tuple[str | None, str]


class CatalogueError(Exception):
    """Say in one sentence why the strings could not be collected."""


@dataclass(frozen=True)
class Owner:
    """Name a folder with catalogues and the files whose strings belong to it."""

    folder: Path
    files: tuple[Path, ...]

    @property
    def name(self) -> str:
        """Return the folder's path inside the package, or "hedgerow" for the whole."""
        relative = self.folder.relative_to(SOURCE).as_posix()
        return "hedgerow" if relative == "." else relative

    def path_for(self, language: str) -> Path:
        """Return where the catalogue of a language is or will be."""
        return self.folder / "locale" / language / "LC_MESSAGES" / "django.po"


def all_owners(source: Path = SOURCE) -> list[Owner]:
    """List the folders with catalogues, each with its files.

    Files that belong to none are given to an owner without a `locale` folder, the source
    folder itself; `messages_of` it must be empty.
    """
    folders = {path.parent for path in source.rglob("locale") if path.is_dir()} | {source}
    files: dict[Path, list[Path]] = {folder: [] for folder in folders}
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source).parts
        if path.suffix in PYTHON | TEMPLATES and not MATERIAL & set(inside) and path.is_file():
            files[next(parent for parent in path.parents if parent in folders)].append(path)
    return [Owner(folder, tuple(files[folder])) for folder in sorted(folders)]


def messages_of(owner: Owner) -> Catalog:
    """Extract all strings of an owner's files.

    Raises:
        CatalogueError: xgettext is missing or refused a file.
    """
    if not owner.files:
        return Catalog()
    with tempfile.TemporaryDirectory() as scratch:
        names = _copy_for_extraction(owner, Path(scratch))
        output = _run_xgettext(names, folder=Path(scratch))
    return read_po(io.BytesIO(output), charset="utf-8")


def _copy_for_extraction(owner: Owner, scratch: Path) -> list[str]:
    """Write each file as Python that xgettext reads, and return their names."""
    if not django.conf.settings.configured:
        django.conf.settings.configure()
    names = []
    for path in owner.files:
        text = path.read_text(encoding="utf-8")
        if path.suffix in TEMPLATES:
            text = _as_python(text, path=path)
        name = path.relative_to(owner.folder).as_posix() + ".py"
        copy = scratch / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
        names.append(name)
    return names


def _as_python(text: str, *, path: Path) -> str:
    """Turn a template into Python that calls gettext with the template's strings."""
    try:
        return template.templatize(text, origin=str(path))
    except SyntaxError as error:
        raise CatalogueError(str(error)) from error


def _run_xgettext(names: list[str], *, folder: Path) -> bytes:
    """Return the template catalogue of the files named, as bytes."""
    keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
    command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--add-comments=Translators"]
    command += [*keywords, "--no-location", "--output=-", "--files-from=-"]
    try:
        outcome = subprocess.run(
            command, cwd=folder, input="\n".join(names).encode(), capture_output=True, check=True
        )
    except FileNotFoundError as error:
        message = "xgettext is missing (Debian: apt install gettext)."
        raise CatalogueError(message) from error
    except subprocess.CalledProcessError as error:
        raise CatalogueError(error.stderr.decode(errors="replace").strip()) from error
    # xgettext leaves blanks for a person to fill in, which no reader of catalogues takes.
    filled = outcome.stdout.replace(b"charset=CHARSET", b"charset=UTF-8")
    return filled.replace(b"nplurals=INTEGER; plural=EXPRESSION", b"nplurals=2; plural=(n != 1)")


def read_catalogue(path: Path, *, language: str) -> Catalog:
    """Read a catalogue; one that does not exist is empty."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def write_catalogue(path: Path, *, catalogue: Catalog, language: str) -> None:
    """Write a catalogue without dates, places and leftovers, sorted by its msgids.

    So nothing changes in the file but what a person changed, and two people who add
    strings rarely meet in one line.
    """
    body = io.BytesIO()
    write_po(
        body,
        catalogue,
        width=100,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    plural_forms = Catalog(locale=language).plural_forms
    header = HEADER.format(language=language, plural_forms=plural_forms.rstrip(";"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + body.getvalue().decode().strip() + "\n", encoding="utf-8")


def keys_of(catalogue: Catalog) -> set[MessageKey]:
    """Return what identifies each message of a catalogue."""
    return {(message.context, singular_of(message.id)) for message in catalogue if message.id}


def forms_of(texts: str | Iterable[str] | None) -> list[str]:
    """Return the forms of a msgid or msgstr as a list; of an empty one, one empty form."""
    return [texts or ""] if texts is None or isinstance(texts, str) else list(texts) or [""]


def singular_of(msgid: str | Iterable[str]) -> str:
    """Return a message's msgid, of a plural message the singular one."""
    return forms_of(msgid)[0]


PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%([sd])|(?<!\{)\{(\w*)\}")


def placeholders_in(text: str) -> list[str]:
    """List what a text leaves to be filled in, sorted."""
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", "")))
