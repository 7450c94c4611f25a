# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the catalogue tools on a small application of their own."""

import gettext
from pathlib import Path

import pytest

from tools import check_translations, make_messages
from tools.catalogues import CatalogueError, Owner, all_owners, messages_of, read_catalogue
from tools.compile_translations import main as compile_all

PYTHON = """\
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

# Translators: a greeting.
HELLO = _("Hello, %(name)s — good day")


def things(count):
    return ngettext("%(count)s thing", "%(count)s things", count) % {"count": count}
"""
TEMPLATE = '{% load i18n %}<p>{% translate "Open" context "adjective" %}</p>\n'
COMPLETE = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"

msgid "%(count)s thing"
msgid_plural "%(count)s things"
msgstr[0] "%(count)s вещь"
msgstr[1] "%(count)s вещи"
msgstr[2] "%(count)s вещей"

msgid "Hello, %(name)s — good day"
msgstr "Здравствуйте, %(name)s"

msgctxt "adjective"
msgid "Open"
msgstr "Открыто"
"""


def write(path: Path, text: str) -> Path:
    """Write a file with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """Return an application with two files and complete catalogues."""
    write(tmp_path / "app" / "views.py", PYTHON)
    write(tmp_path / "app" / "templates" / "app" / "page.html", TEMPLATE)
    for language in ("ru", "uk"):
        write(tmp_path / "app" / "locale" / language / "LC_MESSAGES" / "django.po", COMPLETE)
    monkeypatch.setattr("tools.catalogues.SOURCE", tmp_path)
    owners = [one for one in all_owners(tmp_path) if one.files]
    assert len(owners) == 1
    return owners[0]


def findings(owner: Owner) -> list[str]:
    """Return the findings of the check."""
    return list(check_translations.findings_for(owner))


def mend(owner: Owner, *, old: str, new: str) -> None:
    """Replace a part of the Russian catalogue."""
    path = owner.path_for("ru")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.needs_gettext
def test_a_complete_application_has_no_findings(owner: Owner) -> None:
    """Strings of code and templates, with dashes and contexts, are matched with catalogues."""
    assert findings(owner) == []


@pytest.mark.needs_gettext
@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('msgstr "Открыто"', 'msgstr ""', "untranslated: 'Open'"),
        ('msgctxt "adjective"', '#, fuzzy\nmsgctxt "adjective"', "fuzzy: 'Open'"),
        ("Здравствуйте, %(name)s", "Здравствуйте, %(имя)s", "other placeholders"),
        ("Здравствуйте, %(name)s", "Здравствуйте, %(name)s\\n", "other line ends"),
        ('msgstr[2] "%(count)s вещей"\n', "", "untranslated: '%(count)s thing'"),
        ('msgid "Open"', 'msgid "Opened"', "missing: 'Open'"),
        ('msgid "Open"', 'msgid "Opened"', "no longer in the code: 'Opened'"),
    ],
)
def test_each_fault_is_found(owner: Owner, old: str, new: str, finding: str) -> None:
    """A fault in one catalogue is one finding that names application and language."""
    mend(owner, old=old, new=new)
    assert any(one.startswith("app (ru): ") and finding in one for one in findings(owner))


@pytest.mark.needs_gettext
def test_words_of_the_code_are_refused(owner: Owner) -> None:
    """A string that says a word of the code's own glossary is a finding."""
    write(owner.folder / "views.py", PYTHON + 'NO = _("Unseal the desk")\n')
    assert any("'Unseal', a word of the code" in one for one in findings(owner))


@pytest.mark.needs_gettext
def test_strings_without_a_catalogue_are_found(tmp_path: Path, owner: Owner) -> None:
    """A string outside every application with a locale folder is a finding."""
    stray = write(tmp_path / "stray.py", PYTHON)
    assert owner.files
    assert "no locale folder" in findings(Owner(tmp_path, (stray,)))[0]


@pytest.mark.needs_gettext
def test_update_keeps_translations_and_is_stable(owner: Owner) -> None:
    """An update adds the new, drops the old, keeps the rest, and a second changes nothing."""
    mend(owner, old='msgid "Open"', new='msgid "Opened"')
    assert make_messages.update_owner(owner) == 1
    first = owner.path_for("ru").read_bytes()
    assert b"Opened" not in first
    assert "Здравствуйте, %(name)s" in first.decode()
    assert b"Date" not in first
    make_messages.update_owner(owner)
    assert owner.path_for("ru").read_bytes() == first
    assert any("untranslated: 'Open'" in one for one in findings(owner))


@pytest.mark.needs_gettext
def test_a_template_that_does_not_parse_is_named(owner: Owner) -> None:
    """A translate block that never ends stops the check with a sentence."""
    write(owner.folder / "templates" / "app" / "page.html", "{% blocktranslate %}{% if x %}")
    with pytest.raises(CatalogueError, match=r"page\.html"):
        messages_of(owner)


def test_compiled_catalogues_speak(owner: Owner, tmp_path: Path) -> None:
    """What Babel compiles is what Python's gettext reads, with the plural forms."""
    assert compile_all([str(tmp_path)]) == 0
    with owner.path_for("ru").with_suffix(".mo").open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.pgettext("adjective", "Open") == "Открыто"
    forms = [spoken.ngettext("%(count)s thing", "%(count)s things", n) for n in (21, 3, 11)]
    assert forms == ["%(count)s вещь", "%(count)s вещи", "%(count)s вещей"]


def test_an_orphaned_compiled_catalogue_is_removed(owner: Owner, tmp_path: Path) -> None:
    """A .mo without its .po would still be spoken, so compiling removes it."""
    compile_all([str(tmp_path)])
    owner.path_for("uk").unlink()
    compile_all([str(tmp_path)])
    assert not owner.path_for("uk").with_suffix(".mo").exists()
    assert owner.path_for("ru").with_suffix(".mo").exists()


def test_a_broken_catalogue_is_named(
    owner: Owner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A catalogue with a merge conflict in it stops the set-up and is named."""
    write(owner.path_for("uk"), "<<<<<<< ours\n" + COMPLETE)
    assert compile_all([str(tmp_path)]) == 1
    assert "uk/LC_MESSAGES/django.po" in capsys.readouterr().err


def test_a_catalogue_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    """A language not begun has no messages, rather than an error."""
    assert len(read_catalogue(tmp_path / "none.po", language="uk")) == 0
