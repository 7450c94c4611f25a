# SPDX-License-Identifier: AGPL-3.0-or-later
"""Build the made-up movement and serve it on this machine alone."""

import json
import shutil
import socket
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from hedgerow.cli.demo_build import DemoWords
    from hedgerow.cli.serving import Service

HOST: Final = "127.0.0.1"
FOLDER: Final = Path(__file__).parents[3] / "demo"
_START_S: Final = 60
_PAUSE_S: Final = 0.1
_SECONDS_A_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Printed:
    """Hold what the demo prints.

    Attributes:
        address: Where it is served.
        keeper: Words of a coordinator.
        editor: Words of a writer.
        invitation: Words of a newcomer's invitation.
    """

    address: str
    keeper: str
    editor: str
    invitation: str


def _free_port() -> int:
    """Return a port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _build(folder: Path, *, address: str) -> "DemoWords":
    """Build the demo afresh in its folder."""
    from hedgerow.cli.homes import use_home
    from hedgerow.store.instance import load

    present = load(folder)
    if present is not None and present.demo:
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    whole = use_home(folder)
    from hedgerow.cli.demo_build import build_demo
    from hedgerow.store import machine as machines
    from hedgerow.store.runtime import empty, runtime_directory

    empty(runtime_directory(whole))
    words = build_demo(whole, today=int(time.time()) // _SECONDS_A_DAY, address=address)
    from django.db import connections

    connections.close_all()
    machines.close()
    empty(runtime_directory(whole))
    return words


def _wait_until_served(address: str, service: "Service") -> None:
    """Wait until the front page is there.

    Raises:
        click.ClickException: The server ended, or a minute passed.
    """
    for _ in range(int(_START_S / _PAUSE_S)):
        if any(child.poll() is not None for child in service.children):
            break
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  # nosec -- this machine's own
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(_PAUSE_S)
    message = "The demo's server did not start; the lines above say why."
    raise click.ClickException(message)


def _say(printed: Printed) -> None:
    """Tell a person how to look around."""
    click.echo(f"\nThe demo is at {printed.address}\n")
    click.echo(f"A coordinator of five groups enters with:\n  {printed.keeper}\n")
    click.echo(f"A writer in three groups enters with:\n  {printed.editor}\n")
    click.echo(f"A newcomer joins by the invitation:\n  {printed.invitation}\n")
    click.echo("Everything in it is made up. Stop it with Ctrl-C.")


@click.command()
@click.option("--port", default=8000, show_default=True, help="0 takes a free one.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    help="Where it is built; an earlier demo there is removed.",
)
@click.option("--check", is_flag=True, help="Build, fetch a public and a closed page, and end.")
@click.option("--json", "as_json", is_flag=True, help="Print address and words as one JSON line.")
def demo(port: int, folder: Path, *, check: bool, as_json: bool) -> None:
    """Build a made-up movement of about forty people and serve it on 127.0.0.1.

    \b
    Example:
      ./hedgerow demo
    """
    from hedgerow.cli.serving import make_service

    port = port or _free_port()
    address = f"http://{HOST}:{port}"
    words = _build(folder, address=address)
    service = make_service(folder.resolve(), bind=f"{HOST}:{port}")
    service.unlocking.shared.put(words.boot_key)
    service.start()
    try:
        _wait_until_served(address, service)
        if check:
            from hedgerow.cli.demo_check import check_pages

            click.echo(check_pages(address, keeper=words.keeper))
            return
        printed = Printed(address, words.keeper, words.editor, words.invitation)
        if as_json:
            click.echo(json.dumps(asdict(printed), ensure_ascii=False))
        else:
            _say(printed)
        service.watch()
    finally:
        service.end()
