# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that docs/errors.md lists the codes of the source, all of them and no others.

A code reaches an error in one of three ways: written where the error is made, kept in a
constant, or handed on through a parameter or a field called `code`. The first argument of every
error made anywhere must be one of these, or its code could not be found by reading.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOT_CLASS = "HedgerowError"
CARRIED_NAMES = {"code", "_code"}
# These give a code its sentence; they do not raise it.
WORDING = {"ErrorSentence", "_say"}
# Under this key an error of the service comes over its control socket to a command.
RELAYED = "refused"
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Findings:
    """Hold what the reading of a tree of sources brought.

    Attributes:
        places: For each code the places that name it.
        untraced: Places that make an error whose code cannot be found by reading.
    """

    places: dict[str, list[str]] = field(default_factory=dict)
    untraced: list[str] = field(default_factory=list)


def read_codes(sources: Mapping[str, str]) -> Findings:
    """Return the codes that the errors of some Python sources can carry."""
    trees = {name: ast.parse(text) for name, text in sources.items()}
    errors = error_classes(trees.values())
    fixed = set(classes_with_code(trees.values(), errors=errors))
    carriers = dict(code_carriers(trees.values()))
    texts = {name: text_constants(tree) for name, tree in trees.items()}
    findings = Findings()
    for name, tree in trees.items():
        constants = texts[name] | imported_texts(tree, texts=texts)
        inner = set(super_calls(tree, errors=errors))
        for call in calls_in(tree):
            place = f"{name}:{call.lineno}"
            is_error = call in inner or called_name(call) in errors - fixed
            position = 0 if is_error else carriers.get(called_name(call))
            argument = code_argument(call, position=position)
            codes = possible_codes(argument, constants=constants)
            if is_error and codes is None:
                findings.untraced.append(place)
            for code in codes or ():
                findings.places.setdefault(code, []).append(place)
    return findings


def calls_in(tree: ast.Module) -> Iterator[ast.Call]:
    """Yield every call but those that only put a code into words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called_name(node) not in WORDING:
            yield node


def error_classes(trees: Iterable[ast.Module]) -> set[str]:
    """Return the names of the root class and of all that inherit from it."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {ROOT_CLASS}
    while True:
        more = {name for name, parents in bases.items() if parents & known} - known
        if not more:
            return known
        known |= more


def super_calls(tree: ast.Module, *, errors: set[str]) -> Iterator[ast.Call]:
    """Yield the calls by which error classes hand their code to the class above them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from super_calls_of(node, errors=errors)


def super_calls_of(node: ast.ClassDef, *, errors: set[str]) -> Iterator[ast.Call]:
    """Yield such calls of one class; the root class, which keeps the code, has none."""
    if node.name in errors - {ROOT_CLASS}:
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                yield call


def classes_with_code(trees: Iterable[ast.Module], *, errors: set[str]) -> Iterator[str]:
    """Yield the error classes that take no code, because they give one themselves."""
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(super_calls_of(node, errors=errors)):
                yield node.name


def code_carriers(trees: Iterable[ast.Module]) -> Iterator[tuple[str, int]]:
    """Yield each function or data class that takes a `code`, with its place among arguments."""
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
                if "code" in names:
                    yield node.name, names.index("code") - (names[0] in {"self", "cls"})
            elif isinstance(node, ast.ClassDef):
                names = [
                    line.target.id
                    for line in node.body
                    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
                ]
                if "code" in names:
                    yield node.name, names.index("code")


def text_constants(tree: ast.Module) -> dict[str, set[str]]:
    """Return the names that stand for a text, in the module or in a function of it."""
    constants: dict[str, set[str]] = {}
    for line in ast.walk(tree):
        if not isinstance(line, ast.Assign | ast.AnnAssign):
            continue
        targets = line.targets if isinstance(line, ast.Assign) else [line.target]
        if isinstance(line.value, ast.Constant) and isinstance(line.value.value, str):
            for one in targets:
                if isinstance(one, ast.Name):
                    constants.setdefault(one.id, set()).add(line.value.value)
    return constants


def imported_texts(
    tree: ast.Module, *, texts: Mapping[str, Mapping[str, set[str]]]
) -> dict[str, set[str]]:
    """Return the names for a text that a module takes from other modules of the source."""
    imported: dict[str, set[str]] = {}
    for line in ast.walk(tree):
        if isinstance(line, ast.ImportFrom) and line.module:
            known = texts.get(f"{line.module.replace('.', '/')}.py", {})
            for alias in line.names:
                if alias.name in known:
                    imported[alias.asname or alias.name] = known[alias.name]
    return imported


def called_name(call: ast.Call) -> str:
    """Return the last part of the name that is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def code_argument(call: ast.Call, *, position: int | None) -> ast.expr | None:
    """Return the argument `code=`, or the one at a position."""
    for keyword in call.keywords:
        if keyword.arg == "code":
            return keyword.value
    if position is None or not 0 <= position < len(call.args):
        return None
    return call.args[position]


def possible_codes(node: ast.expr | None, *, constants: Mapping[str, set[str]]) -> set[str] | None:
    """Return the codes an expression can have, or None where reading cannot tell.

    What is handed on as `code`, or came over the control socket, brings none here: it is
    found where it is handed in.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value} if CODE.fullmatch(node.value) else None
    if isinstance(node, ast.IfExp):
        one = possible_codes(node.body, constants=constants)
        other = possible_codes(node.orelse, constants=constants)
        return None if one is None or other is None else one | other
    if isinstance(node, ast.Name) and node.id in constants:
        return constants[node.id]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return set() if node.slice.value == RELAYED else None
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return set() if name in CARRIED_NAMES else None


def sources_under(folder: Path) -> dict[str, str]:
    """Read every Python file under a folder."""
    paths = sorted(folder.rglob("*.py"))
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def documented_codes() -> list[str]:
    """List the codes in the tables of docs/errors.md."""
    return ROW.findall((ROOT / "docs" / "errors.md").read_text("utf-8"))


@pytest.fixture(scope="module", name="found")
def found_codes() -> Findings:
    """Read the codes of the whole source once."""
    return read_codes(sources_under(ROOT / "src"))


def test_every_error_code_can_be_found_by_reading(found: Findings) -> None:
    """No error is made with a code that is put together while the program runs."""
    assert found.untraced == []


def test_every_error_code_is_documented(found: Findings) -> None:
    """A code the source can give stands in docs/errors.md."""
    documented = set(documented_codes())
    lacking = {code: places for code, places in found.places.items() if code not in documented}
    assert lacking == {}


def test_every_documented_error_code_exists(found: Findings) -> None:
    """A code in docs/errors.md is one the source can give."""
    assert sorted(set(documented_codes()) - set(found.places)) == []


def test_an_error_code_is_documented_once() -> None:
    """No code stands in two rows."""
    codes = documented_codes()
    assert sorted(code for code in set(codes) if codes.count(code) > 1) == []


MADE_UP = """
class Refused(HedgerowError): pass
class Late(Refused): pass
class Own(Refused):
    def __init__(self, day): super().__init__("a.own", day=day)
@dataclass
class Notice:
    place: int
    code: str
TORN = "a.torn"
def part(data, *, code): raise Refused(code)
def look(self, code): raise errors.Late(self._code)
def drop():
    message = "a.local"
    raise Refused(message)
"""


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ('raise Refused("a.plain")', {"a.plain"}),
        ('raise errors.Late("a.inherited", day=1)', {"a.inherited"}),
        ("raise Refused(TORN)", {"a.torn"}),
        ("raise Own(3)", set()),
        ('raise Refused("a.one" if x else "a.other")', {"a.one", "a.other"}),
        ('part(b"", code="a.handed")', {"a.handed"}),
        ('space.look("a.method")', {"a.method"}),
        ('Notice(1, "a.field")', {"a.field"}),
        ('other("a.nothing")', set()),
    ],
)
def test_the_reading_finds_a_code(line: str, codes: set[str]) -> None:
    """Each way in which a code reaches an error is seen."""
    found = read_codes({"a.py": f"{MADE_UP}{line}\n"})
    assert (set(found.places), found.untraced) == (codes | {"a.local", "a.own"}, [])


def test_the_reading_follows_a_constant_to_another_module() -> None:
    """A code kept in one module and raised in another is found."""
    raising = "from house.codes import TORN as GONE\nraise HedgerowError(GONE)\n"
    found = read_codes({"house/codes.py": 'TORN = "a.torn"\n', "house/use.py": raising})
    assert found == Findings({"a.torn": ["house/use.py:2"]}, [])


@pytest.mark.parametrize("argument", ['f"a.{x}"', "TABLE[x]", "", '"No code"', "unknown"])
def test_the_reading_reports_a_code_it_cannot_find(argument: str) -> None:
    """An error whose code is computed, or is no code, is named with its place."""
    assert read_codes({"a.py": f"{MADE_UP}raise Late({argument})\n"}).untraced == ["a.py:16"]
