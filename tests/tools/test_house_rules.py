# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that each house rule finds what it is for and lets the rest pass."""

import pytest

from tools.house_rules import file_findings

HEAD = "# SPDX-License-Identifier: AGPL-3.0-or-later\n"
LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 50

FINDS = [
    ("src/hedgerow/a.py", "x = 1\n", "no SPDX line"),
    ("src/hedgerow/templates/a.html", "<p>a</p>\n", "no SPDX line"),
    ("src/hedgerow/a.py", HEAD + LONG_FUNCTION, "f has 51 lines"),
    ("src/hedgerow/a.py", HEAD + "x = 1\n" * 400, "401 lines, more than 400"),
    ("tools/a.py", HEAD + "try:\n    f()\nexcept Exception:\n    g()\n", "catches every exception"),
    ("tools/a.py", HEAD + "try:\n    f()\nexcept:\n    g()\n", "catches every exception"),
    ("src/hedgerow/a.py", HEAD + "print(1)\n", "prints"),
    ("src/hedgerow/a.py", HEAD + "open(name, 'wb')\n", "opens a file for writing"),
    ("src/hedgerow/a.py", HEAD + "open(name, mode)\n", "opens a file for writing"),
    ("src/hedgerow/a.py", HEAD + "path.open(mode='a')\n", "opens a file for writing"),
    ("src/hedgerow/a.py", HEAD + "path.write_bytes(b'')\n", "writes a file by write_bytes"),
    ("src/hedgerow/a.py", HEAD + "import tempfile\n", "puts things on the disk"),
    ("src/hedgerow/a.py", HEAD + "logger.info('x', extra=request.POST)\n", "logs POST"),
    ("src/hedgerow/a.py", HEAD + "log.info(f'{form.cleaned_data}')\n", "logs cleaned_data"),
    ("src/hedgerow/engines/a.py", HEAD + "datetime.now(UTC)\n", "asks a clock by now"),
    ("src/hedgerow/engines/a.py", HEAD + "path.read_bytes()\n", "opens a file"),
    ("src/hedgerow/engines/a.py", HEAD + "path.open('rb')\n", "opens a file"),
    ("src/hedgerow/kernel/a.py", HEAD + "open(name)\n", "opens a file"),
    ("tests/test_a.py", HEAD + "def test_a():\n    assert f()\n", "test_a has no docstring"),
    ("src/hedgerow/a.py", HEAD + f"import a  # {'no' + 'qa'}: F401\n", "without a reason"),
    (
        "tools/a.py",
        HEAD + f"a = b  # type: {'ignore'}[misc]  # {'no' + 'sec'}\n",
        "without a reason",
    ),
    (
        "tools/a.py",
        HEAD + f"a = b  # {'no' + 'qa'}\nb = c  # {'no' + 'qa'} -- made so\n",
        ":2: a check",
    ),
]

PASSES = [
    ("src/hedgerow/engines/vault/wordlists/en.txt", "abacus\n"),
    ("src/hedgerow/a.py", HEAD + "".join(LONG_FUNCTION.splitlines(keepends=True)[:50])),
    ("src/hedgerow/a.py", HEAD + "try:\n    f()\nexcept (KeyError, OSError):\n    g()\n"),
    ("src/hedgerow/cli/a.py", HEAD + "print(1)\npath.write_text('')\n"),
    ("src/hedgerow/store/a.py", HEAD + "open(name, 'wb')\n"),
    ("src/hedgerow/a.py", HEAD + "open(name)\nopen(name, 'rb')\npath.open('r')\n"),
    ("src/hedgerow/a.py", HEAD + "logger.info('done', extra={'count': 3})\n"),
    ("tests/test_a.py", HEAD + "def test_a():\n    '''Say what holds.'''\n    assert f()\n"),
    ("src/hedgerow/engines/a.py", HEAD + "now = clock()\nbox.open(sealed)\n"),
    ("docs/a.md", "# Title\n"),
    ("tools/a.py", HEAD + f"a = b  # {'no' + 'qa'}: S608  # {'no' + 'sec'} -- a table of ours\n"),
    ("tools/a.py", HEAD + f"# It is made at run time.\na = b  # type: {'ignore'}[misc]\n"),
    ("tools/a.py", HEAD + f"a = '# type: {'ignore'}[misc]'\n"),
]


@pytest.mark.parametrize(("name", "text", "finding"), FINDS)
def test_rule_finds_what_it_is_for(name: str, text: str, finding: str) -> None:
    """A file that breaks one rule has a finding that names its place and the rule."""
    findings = list(file_findings(name, text=text))
    assert any(finding in one for one in findings), findings
    assert all(one.startswith(f"{name}:") for one in findings)


@pytest.mark.parametrize(("name", "text"), PASSES)
def test_rule_lets_the_rest_pass(name: str, text: str) -> None:
    """A file that keeps the rules has no finding."""
    assert list(file_findings(name, text=text)) == []
