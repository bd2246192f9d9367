"""What every command shares: its options, its one line of error, its progress bar."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn, Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from companion.settings import Settings, SettingsError

Config = Annotated[Path | None, typer.Option(help="A companion.toml with settings.")]
Profile = Annotated[str, typer.Option(help="auto, embedded, cpu or gpu.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_of(config: Path | None, **values: object) -> Settings:
    """The settings of a file (or the defaults) with some values replaced; ends the command where they are wrong."""
    try:
        settings = Settings.load(config) if config is not None else Settings()
        return settings.changed(**values)
    except SettingsError as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """End the command with one clear line on stderr and status 2."""
    typer.echo(f"companion: {message}", err=True)
    raise typer.Exit(2)


def writable(path: Path | None) -> None:
    """End the command with one clear line where a file cannot be written, before the work for it is done."""
    if path is not None and not (path.parent.is_dir() and os.access(path.parent, os.W_OK) and not path.is_dir()):
        fail(f"{path} cannot be written")


def show(value: object) -> None:
    """Print JSON for what JSON can hold, else the text."""
    typer.echo(json.dumps(value, indent=2) if isinstance(value, (dict, list)) else str(value))


class Bar(Protocol):
    """Moves a progress bar."""

    def __call__(self, share: float, what: str = "") -> None:
        """Show the share done, in 0..1, and what is being done."""
        ...


@contextmanager
def bar(title: str, *, quiet: bool = False) -> Iterator[Bar]:
    """A bar on the terminal until the block ends."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task(title, total=1.0)

        def at(share: float, what: str = "") -> None:
            progress.update(task, completed=share, description=f"{title}: {what}" if what else title)

        yield at
