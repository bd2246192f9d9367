"""The commands of whole conversations: `companion eval conversations`, `companion expand`, `companion replay-text`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from companion.labelled import DataError
from companion.registry import EngineUnavailableError
from companion.research import evaluate
from companion.terminal import AsJson, Config, bar, fail, settings_of, writable

SCRIPTED = "scripted"
MOST_TURNS = 200

Turns = Annotated[int, typer.Option(help="Turns of each dialogue.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same dialogues.")]


def eval_conversations(  # noqa: PLR0913 - the options of one command
    cards: Annotated[Path, typer.Option(help="Role cards (JSON, as ESC-Eval has them).")],
    *,
    model: Annotated[
        str, typer.Option(help="Who plays the cards: a language engine, or openai:MODEL; scripted needs none.")
    ] = SCRIPTED,
    judge: Annotated[
        list[str] | None, typer.Option(help="A model that judges, as for --model; may be given more than once.")
    ] = None,
    turns: Turns = 8,
    limit: Annotated[int, typer.Option(help="Play only so many cards, spread over the file; 0: all.")] = 0,
    seed: Seed = 0,
    report: Annotated[Path | None, typer.Option(help="An HTML page to write, with every dialogue.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Play role cards against the companion and measure the dialogues; models judge them where there are any."""
    from companion.engines import EngineError
    from companion.players import player, rater
    from companion.studio import Studio
    from companion.supporters import supporter
    from dialogue.cards import read_cards
    from dialogue.conversations import Cast
    from dialogue.conversations import evaluate as run
    from dialogue.report import report as page

    settings = settings_of(config)
    writable(report)
    _check_turns(turns)
    try:
        deck = read_cards(cards).spread(limit)
        with Studio() as studio, bar("conversations", quiet=as_json) as at:
            playing = None if model == SCRIPTED else player(studio, model, settings)
            judges = judge or ([] if model == SCRIPTED else [model])
            raters = [rater(studio, name, settings) for name in judges]
            cast = Cast(supporter(studio, settings), studio.engine("feeling", settings), playing, raters, model)
            found = asyncio.run(run(deck, cast, turns, seed, at))
        if report is not None:
            report.write_text(page(found, f"Conversations over {cards.name}"), encoding="utf-8")
    except (DataError, EngineError, EngineUnavailableError, OSError, ValueError) as error:
        fail(_line(error))
    typer.echo(json.dumps(found.as_dict(), indent=2) if as_json else str(found))


def expand(
    post: Annotated[Path, typer.Argument(help="A text file: what somebody wrote of their trouble.")],
    turns: Turns = 8,
    out: Annotated[Path | None, typer.Option(help="A file to add the dialogue to, as one line of JSON.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Turn one post into a dialogue between its writer, played, and the companion; each line says who wrote it."""
    from companion.engines import EngineError
    from companion.studio import Studio
    from companion.supporters import supporter
    from dialogue.cards import Card
    from dialogue.expansion import expand as run

    settings = settings_of(config)
    writable(out)
    _check_turns(turns)
    try:
        card = Card.of_post(post.name, _text(post))
        with Studio() as studio:
            reader = studio.engine("feeling", settings)
            found = asyncio.run(
                run(card, supporter(studio, settings), reader, turns=turns, engine=settings.engines.language)
            )
        if out is not None:
            with out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(found.as_dict(), ensure_ascii=False) + "\n")
    except (DataError, EngineError, EngineUnavailableError, OSError, ValueError) as error:
        fail(_line(error))
    typer.echo(json.dumps(found.as_dict(), indent=2, ensure_ascii=False) if as_json else str(found))


def replay_text(
    file: Annotated[
        Path, typer.Argument(help="A saved dialogue: ESConv (JSON, JSON lines) or user: / supporter: lines.")
    ],
    dialogue: Annotated[int, typer.Option(help="Which dialogue of the file, from 1.")] = 1,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Answer a saved dialogue turn by turn, and show plan and reply beside the human supporter's."""
    from companion.engines import EngineError
    from companion.studio import Studio
    from companion.supporters import supporter
    from dialogue.replaytext import answer, read_saved

    settings = settings_of(config)
    try:
        saved = read_saved(file)
        if not 1 <= dialogue <= len(saved):
            fail(f"{file} holds {len(saved)} dialogues; there is no dialogue {dialogue}")
        with Studio() as studio:
            reader = studio.engine("feeling", settings)
            found = asyncio.run(answer(saved[dialogue - 1], supporter(studio, settings), reader))
    except (DataError, EngineError, EngineUnavailableError, OSError, ValueError) as error:
        fail(_line(error))
    if as_json:
        head = {"dialogue": dialogue, "of": len(saved)}
        typer.echo(json.dumps({**head, "turns": [each.as_dict() for each in found]}, indent=2, ensure_ascii=False))
    else:
        typer.echo(f"dialogue {dialogue} of {len(saved)}\n\n" + "\n\n".join(str(each) for each in found))


def register(app: typer.Typer) -> None:
    """Add these commands to `companion` and to `companion eval`."""
    evaluate.command("conversations")(eval_conversations)
    app.command()(expand)
    app.command("replay-text")(replay_text)


def _check_turns(turns: int) -> None:
    if not 1 <= turns <= MOST_TURNS:
        fail(f"--turns must be between 1 and {MOST_TURNS}, not {turns}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"no file at {path}") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is no text") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
