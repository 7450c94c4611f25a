# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take the README's pictures from the demo, without scripts.

Usage: PYTHONPATH=.:src python -m tools.screenshots [FOLDER]
"""

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
WIDE, NARROW, HEIGHT = 1280, 360, 800
#: Flat pages need few colours; a picture of the README then weighs some ten kilobytes.
COLOURS = 48
#: Part of the name of the group that is shown.
GROUP = "The Stairwell"


@dataclass(frozen=True, slots=True)
class Shot:
    """Say what one picture shows: where, for whom, how wide, in which light and language."""

    name: str
    path: str
    width: int = WIDE
    light: str = "light"
    language: str = "en"


SHOTS = (
    Shot("my-page", "/me/"),
    Shot("notebook-page", "PAGE"),
    Shot("differences", "VERSION"),
    Shot("group-phone-dark", "GROUP", width=NARROW, light="dark", language="uk"),
    Shot("thread-phone", "THREAD", width=NARROW, language="ru"),
)


@contextmanager
def served_demo() -> Iterator[dict[str, str]]:
    """Serve a fresh demo and yield what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hedgerow", "demo", "--port", "0", "--json"]
        process = subprocess.Popen(
            [*command, "--folder", f"{folder}/demo"], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        try:
            lines: Iterable[str] = process.stdout or ()
            yield json.loads(next(line for line in lines if line.startswith("{")))
        finally:
            process.terminate()
            process.communicate(timeout=60)


def _paths(page: Page, address: str) -> dict[str, str]:
    """Find a group with life in it, a page with versions and a thread."""
    page.goto(f"{address}/me/")
    groups = page.locator('section[aria-labelledby="groups-heading"] a.row-title')
    group = groups.filter(has_text=GROUP).get_attribute("href") or "/me/"
    page.goto(f"{address}{group}pages/")
    one = page.locator("main a.row-title").nth(0).get_attribute("href") or group
    page.goto(f"{address}{one}history/")
    version = page.locator("main a.row-title").nth(0).get_attribute("href") or one
    page.goto(f"{address}{group}threads/")
    thread = page.locator("main a.row-title").nth(0).get_attribute("href") or group
    return {"GROUP": group, "PAGE": one, "VERSION": version, "THREAD": thread}


def _take(browser: Browser, said: dict[str, str], folder: Path) -> None:
    """Take all pictures."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{said['address']}/enter/")
    page.locator('[name="words"]').fill(said["keeper"])
    page.locator("main button.button").click()
    paths = _paths(page, said["address"])
    state = context.storage_state()
    for shot in SHOTS:
        window = browser.new_context(
            java_script_enabled=False,
            storage_state=state,
            viewport={"width": shot.width, "height": HEIGHT},
            color_scheme="dark" if shot.light == "dark" else "light",
            locale=shot.language,
        )
        view = window.new_page()
        view.goto(said["address"] + paths.get(shot.path, shot.path))
        _save(view.screenshot(), folder / f"{shot.name}.png")
        window.close()


def _save(png: bytes, path: Path) -> None:
    """Write a picture with few colours and nothing but its pixels."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> int:
    """Take the pictures; return the exit status."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with served_demo() as said, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        _take(browser, said, folder)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
