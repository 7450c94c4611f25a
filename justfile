# SPDX-License-Identifier: AGPL-3.0-or-later
# The habits of a developer; `just --list` shows them.

# Make .venv with everything a developer needs.
setup:
    ./hedgerow test --version

# Run the tests, or those named.
test *ARGS:
    ./hedgerow test {{ARGS}}

# Serve the made-up movement.
demo *ARGS:
    ./hedgerow demo {{ARGS}}

# Say what a reviewer would.
lint:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/mypy
    .venv/bin/lint-imports
    .venv/bin/djlint --lint --quiet src
    .venv/bin/codespell
    .venv/bin/bandit --quiet --configfile pyproject.toml --recursive src tools benchmarks
    .venv/bin/python -m tools.house_rules

# Mend what a program can mend.
fix:
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .

# Bring the translation catalogues up to date, then say what they lack.
messages:
    .venv/bin/python -m tools.make_messages
    .venv/bin/python -m tools.check_translations

# Lock the newest libraries that requirements/*.in allow.
lock:
    tools/lock.sh --upgrade

# Everything that has to pass before a change lands.
check:
    .ci/run
