"""The commands by which a person sees and rules what is remembered of them: `companion memory ...`."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from companion.registry import nearest
from companion.terminal import AsJson, fail, show, writable

if TYPE_CHECKING:
    from dialogue.facts import Fact
    from dialogue.memory import Memory

memory = typer.Typer(help="See, correct, export or forget what is remembered of somebody.", no_args_is_help=True)

User = Annotated[str, typer.Argument(help="The name the memory is kept under.")]
Number = Annotated[int, typer.Argument(help="The number of the fact, as `memory show` lists it.")]
Folder = Annotated[Path | None, typer.Option(help="Where memories lie; the user's data folder unless told.")]


@memory.command("list")
def list_users(folder: Folder = None, as_json: AsJson = False) -> None:
    """The names something is remembered under."""
    from dialogue.memory import known_users

    with _told():
        names = known_users(_folder(folder))
    show(list(names) if as_json else "\n".join(names) or "Nothing is remembered of anybody.")


@memory.command("show")
def show_facts(user: User, folder: Folder = None, as_json: AsJson = False) -> None:
    """Everything remembered of a user, with the sentence each fact came from."""
    with _opened(user, folder) as kept:
        if as_json:
            show(kept.export())
            return
        facts, summary = kept.facts(), kept.summary()
    show("\n".join([*map(_line, facts), "", summary] if facts else [f"Nothing is remembered of {user} yet."]))


@memory.command()
def correct(user: User, number: Number, text: Annotated[str, typer.Argument(help="What is right.")],
            folder: Folder = None, as_json: AsJson = False) -> None:  # fmt: skip
    """Put your own words in the place of a fact's; the old ones are not learnt again."""
    with _opened(user, folder) as kept:
        old = _text(kept, number)
        fact = kept.correct(number, text)
        others = [each for each in kept.holding(old) if each.id != number]
    show(fact.as_dict() if as_json else "\n".join([_line(fact), *_still(others)]))


@memory.command()
def delete(user: User, number: Number, folder: Folder = None) -> None:
    """Forget one fact for good, with the sentence it came from; the same words do not bring it back."""
    with _opened(user, folder) as kept:
        old = _text(kept, number)
        kept.delete(number)
        others = kept.holding(old)
    show("\n".join([f"Number {number} is forgotten.", *_still(others)]))


@memory.command()
def export(
    user: User,
    out: Annotated[Path | None, typer.Option(help="The JSON file to write; only you can read it.")] = None,
    folder: Folder = None,
) -> None:
    """Everything that is stored, as JSON."""
    writable(out)
    with _opened(user, folder) as kept:
        stored = kept.export()
    if out is None:
        show(stored)
        return
    try:
        _write_privately(out, json.dumps(stored, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}")
    show(f"{out}: everything that is remembered of {user}")


@memory.command()
def forget(
    user: User,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    folder: Folder = None,
) -> None:
    """Forget somebody: nothing is left of what was stored."""
    from dialogue.memory import forget as erase

    place = _known(user, folder)
    if not yes and not typer.confirm(f"Forget everything about {user}? This cannot be undone."):
        show("Nothing was changed.")
        return
    with _told():
        erase(place, user)
    show(f"Nothing is remembered of {user} any more.")


@contextmanager
def _opened(user: str, folder: Path | None) -> Iterator[Memory]:
    """A memory that is there already; every reason why it cannot be used ends the command in one line."""
    from dialogue.memory import Memory

    place = _known(user, folder)
    with _told():
        kept = Memory(place, user)
        try:
            if kept.notice:
                typer.echo(f"companion: {kept.notice}", err=True)
            yield kept
        finally:
            kept.close()


def _known(user: str, folder: Path | None) -> Path:
    """The folder, where it holds a memory of this user."""
    from dialogue.memory import has_memory, known_users

    place = _folder(folder)
    with _told():
        if not has_memory(place, user):
            names = known_users(place)
            fail(f"nothing is remembered of {user!r}{nearest(user, names) if names else ', nor of anybody'}")
    return place


@contextmanager
def _told() -> Iterator[None]:
    from dialogue.memory import MemoryUnusableError, NoSuchFactError

    try:
        yield
    except (MemoryUnusableError, NoSuchFactError, ValueError) as error:
        fail(str(error))


def _folder(folder: Path | None) -> Path:
    from dialogue.memory import default_folder

    return folder or default_folder()


def _line(fact: Fact) -> str:
    day = time.strftime("%Y-%m-%d", time.localtime(fact.time))
    often = f", {fact.mentions} times" if fact.mentions > 1 else ""
    return f'{fact.id:>4}  {fact.kind:<9} {fact.text}  ({day}{often}: "{fact.sentence}")'


def _text(kept: Memory, number: int) -> str:
    return next((fact.text for fact in kept.facts() if fact.id == number), "")


def _still(others: Sequence[Fact]) -> list[str]:
    """That the old words stand in other facts too, which are the person's to delete."""
    return ["The same words still stand in:", *map(_line, others)] if others else []


def _write_privately(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
