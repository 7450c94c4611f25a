# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the rules of this house that no common linter knows.

Usage: python -m tools.house_rules

- Every text file names the licence in an SPDX line near its start.
- A function has at most 50 lines, a file at most 400.
- Nobody catches bare Exception, and nobody pickles.
- Nothing under src prints but the command line.
- Nothing under src opens a file for writing but the modules named here, each with its reason.
- Engines and kernel read neither a clock nor a file: both come in as arguments.
- Nobody logs a request, a form or a body.
- Every test says in a docstring which behaviour it holds.
- Whoever silences a linter or the type checker says why, beside it or on the line above.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SPDX = "SPDX-License-Identifier: AGPL-3.0-or-later"
SPDX_WITHIN_LINES = 5
MAX_FUNCTION_LINES = 50
MAX_FILE_LINES = 400
# Files of these kinds have no place for a comment, or are not ours.
WITHOUT_SPDX = {".json", ".jsonl", ".md", ".png", ".ico", ".woff2", ".csv", ".pdf", ".webp"}
WITHOUT_SPDX_NAMES = {"LICENSE", "py.typed"}
# Lists of words, locked libraries, vectors and the demo's texts are data.
DATA_FOLDERS = ("requirements/", "tests/vectors/")
DATA_PARTS = {"wordlists", "demo_world", "fixtures", "data", "vectors"}
WRITERS = {
    # The sealed store writes the instance, its ring and sealed files.
    "src/hedgerow/store/",
    # The command line makes an instance's folder and says where things are.
    "src/hedgerow/cli/",
    # The drill copies and searches a seized disk.
    "src/hedgerow/drill/",
}
WRITING_METHODS = {"write_text", "write_bytes", "touch"}
CATCH_ALLS = {"Exception", "BaseException"}
PURE = ("src/hedgerow/engines/", "src/hedgerow/kernel/")
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
FILE_METHODS = {"read_text", "read_bytes", "iterdir", "glob", "rglob"}
SCRATCH_MODULES = {"tempfile", "pickle", "shelve", "marshal", "dbm"}
LOGGING_NAMES = {"log", "logger", "logging", "_log", "_logger", "LOG", "LOGGER"}
PRIVATE_NAMES = {"request", "body", "form", "cleaned_data", "POST", "FILES", "COOKIES", "META"}

SILENCE = re.compile(
    r"type: ignore(\[[\w, -]*\])?|noqa(: ?[A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*)?|nosec( [BA-Z0-9,]+)?"
    r"|pragma: no (cover|branch)"
)
A_REASON = re.compile(r"\w{2,}")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def file_findings(name: str, *, text: str) -> Iterator[str]:
    """Yield the findings of one file.

    Args:
        name: Path from the root, with slashes.
        text: What the file holds.
    """
    path = Path(name)
    lines = text.splitlines()
    if needs_spdx(name) and not any(SPDX in line for line in lines[:SPDX_WITHIN_LINES]):
        yield f"{name}:1: no SPDX line"
    if path.suffix != ".py":
        return
    if len(lines) > MAX_FILE_LINES:
        yield f"{name}:1: {len(lines)} lines, more than {MAX_FILE_LINES}: two ideas in one file"
    yield from unexplained_silences(name, text=text)
    for node in ast.walk(ast.parse(text)):
        for rule in RULES:
            for finding in rule(node, name):
                yield f"{name}:{getattr(node, 'lineno', 1)}: {finding}"


def needs_spdx(name: str) -> bool:
    """Say whether a file has a place for the licence line and is the project's own text."""
    path = Path(name)
    if path.suffix in WITHOUT_SPDX or path.name in WITHOUT_SPDX_NAMES:
        return False
    return not name.startswith(DATA_FOLDERS) and not DATA_PARTS & set(path.parts)


def unexplained_silences(name: str, *, text: str) -> Iterator[str]:
    """Find silenced checks without a reason beside them or in a comment on the line above."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT or not SILENCE.search(token.string):
            continue
        number = token.start[0]
        above = lines[number - 2].strip() if number > 1 else ""
        is_said_above = above.startswith("#") and not SILENCE.search(above) and SPDX not in above
        if not is_said_above and not A_REASON.search(SILENCE.sub("", token.string)):
            yield f"{name}:{number}: a check is silenced without a reason"


def function_length(node: ast.AST, _name: str) -> Iterator[str]:
    """Find functions longer than a page."""
    if isinstance(node, Function):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > MAX_FUNCTION_LINES:
            yield f"{node.name} has {length} lines, more than {MAX_FUNCTION_LINES}"


def caught_exception(node: ast.AST, _name: str) -> Iterator[str]:
    """Find handlers that catch everything."""
    if isinstance(node, ast.ExceptHandler):
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        for one in caught:
            if one is None or (isinstance(one, ast.Name) and one.id in CATCH_ALLS):
                yield "catches every exception"


def printing(node: ast.AST, name: str) -> Iterator[str]:
    """Find prints in the package, outside the command line."""
    is_quiet = name.startswith("src/") and not name.startswith("src/hedgerow/cli/")
    if is_quiet and _calls(node, "print"):
        yield "prints: answers go through the command line, the rest through the log"


def writing(node: ast.AST, name: str) -> Iterator[str]:
    """Find files opened for writing outside the modules that may."""
    if not name.startswith("src/") or name.startswith(tuple(WRITERS)):
        return
    if isinstance(node, ast.Import | ast.ImportFrom) and _imported(node) & SCRATCH_MODULES:
        yield "imports a module that puts things on the disk"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in WRITING_METHODS:
            yield f"writes a file by {node.func.attr}"
        # Boxes are opened too, with bytes; a path is opened with a mode.
        modes = [one for one in node.args[:1] if isinstance(one, ast.Constant)]
        if node.func.attr == "open" and _mode_writes(modes, node):
            yield "opens a file for writing"
    if _calls(node, "open") and isinstance(node, ast.Call) and _mode_writes(node.args[1:2], node):
        yield "opens a file for writing"


def impurity(node: ast.AST, name: str) -> Iterator[str]:
    """Find engines that ask for the time or open a file."""
    if not name.startswith(PURE) or not isinstance(node, ast.Call):
        return
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if called in CLOCKS:
        yield f"asks a clock by {called}"
    is_path = called == "open" and all(isinstance(one, ast.Constant) for one in node.args)
    if called in FILE_METHODS or is_path or _calls(node, "open"):
        yield "opens a file"


def private_logging(node: ast.AST, name: str) -> Iterator[str]:
    """Find log calls that are given a request, a form or a body."""
    if not name.startswith("src/") or not isinstance(node, ast.Call):
        return
    function = node.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return
    if function.value.id in LOGGING_NAMES:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        names = {one for value in given for one in _names_in(value)}
        for private in sorted(names & PRIVATE_NAMES):
            yield f"logs {private}"


def test_docstring(node: ast.AST, name: str) -> Iterator[str]:
    """Find tests that do not say what they hold."""
    if not name.startswith("tests/") or not isinstance(node, Function):
        return
    if node.name.startswith("test_") and not ast.get_docstring(node):
        yield f"{node.name} has no docstring"


RULES = (
    function_length,
    caught_exception,
    printing,
    writing,
    impurity,
    private_logging,
    test_docstring,
)


def _calls(node: ast.AST, name: str) -> bool:
    """Say whether a node calls a plain name."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the top-level modules an import names."""
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names}


def _mode_writes(positional: Sequence[ast.expr], call: ast.Call) -> bool:
    """Say whether the mode of an open call allows writing, or cannot be read."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    for mode in [*positional, *named]:
        if not isinstance(mode, ast.Constant) or not isinstance(mode.value, str):
            return True
        if set(mode.value) & set("wax+"):
            return True
    return False


def _names_in(node: ast.AST) -> Iterator[str]:
    """Yield all names and attributes below a node."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr


def tracked_files() -> list[str]:
    """List the files that git knows, but for those deleted in the working tree."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    names = listed.decode().split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def main() -> int:
    """Print all findings; return the exit status."""
    findings: list[str] = []
    for name in tracked_files():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        findings += file_findings(name, text=text)
    for finding in findings:
        print(finding)
    print(f"house_rules: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
