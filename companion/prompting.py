"""`companion eval prompting`: what each thing that a language model may be told beside the plan does to its replies."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from companion.labelled import DataError
from companion.registry import EngineUnavailableError
from companion.research import evaluate
from companion.settings import Settings
from companion.terminal import AsJson, Config, bar, fail, settings_of

if TYPE_CHECKING:
    from dialogue.conversations import Evaluated

PLAIN = "plain"
SEVERAL = 3
"""Candidate replies where they are measured and the settings ask for one only."""
SWITCHES = ("plan_line", "emotional_stimulus", "hints")


class Option(StrEnum):
    """What can be added: by its name under `[prompting]`, and the settings' persona instead of the usual one."""

    PLAN_LINE = "plan_line"
    EMOTIONAL_STIMULUS = "emotional_stimulus"
    HINTS = "hints"
    CASES = "cases"
    CANDIDATES = "candidates"
    PERSONA = "persona"


def eval_prompting(  # noqa: PLR0913 - the options of one command
    cards: Annotated[Path, typer.Option(help="Role cards (JSON, as ESC-Eval has them).")],
    *,
    option: Annotated[list[Option] | None, typer.Option(help="What to measure; more than once; else all.")] = None,
    judge: Annotated[list[str] | None, typer.Option(help="A model that judges, as openai:MODEL.")] = None,
    turns: Annotated[int, typer.Option(help="Turns of each dialogue.", min=1, max=200)] = 8,
    limit: Annotated[int, typer.Option(help="Play so many cards, spread over the file; 0: all.", min=0)] = 20,
    seed: Annotated[int, typer.Option(help="The same seed gives the same seekers.")] = 0,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Play the same cards with the language model as it is and with each option: measures and judges side by side."""
    from companion.engines import EngineError
    from companion.players import rater
    from companion.studio import Studio
    from companion.supporters import SCRIPTED, supporter
    from dialogue.cards import read_cards
    from dialogue.conversations import Cast
    from dialogue.conversations import evaluate as run

    settings = settings_of(config)
    if settings.engines.language == SCRIPTED:
        fail("options only touch a language model: name one under [engines] language in a settings file (--config)")
    found: dict[str, tuple[Evaluated, float]] = {}
    try:
        deck = read_cards(cards).spread(limit)
        variants = _variants(settings, option or [each for each in Option if not _lacking(settings, each)])
        with Studio() as studio, bar("options", quiet=as_json) as at:
            raters = [rater(studio, name, settings) for name in judge or ()]
            for place, (name, chosen) in enumerate(variants.items()):
                cast = Cast(supporter(studio, chosen), studio.engine("feeling", chosen), raters=raters)
                began = time.monotonic()
                at(place / len(variants), name)
                played = asyncio.run(run(deck, cast, turns, seed))
                found[name] = played, (time.monotonic() - began) / (turns * len(deck.cards))
    except (DataError, EngineError, EngineUnavailableError, OSError, ValueError) as error:
        fail(" ".join(str(error).split()))
    typer.echo(json.dumps(_as_dict(found), indent=2) if as_json else _table(found))


def register() -> None:
    """Add the command to `companion eval`."""
    evaluate.command("prompting")(eval_prompting)


def _variants(settings: Settings, options: list[Option]) -> dict[str, Settings]:
    """The settings without any option and with each alone. Raises `ValueError` for one that lacks its file."""
    if lacking := next((reason for each in options if (reason := _lacking(settings, each))), ""):
        raise ValueError(lacking)
    bare = {**settings.prompting.model_dump(), **dict.fromkeys(SWITCHES, False), "cases": "", "candidates": 1}
    plain = settings.changed(prompting=bare, persona=Settings().persona)
    several = settings.prompting.candidates if settings.prompting.candidates > 1 else SEVERAL
    values: Mapping[Option, object] = {Option.CASES: settings.prompting.cases, Option.CANDIDATES: several}
    found = {PLAIN: plain}
    for each in options:
        if each is Option.PERSONA:
            found[each.value] = plain.changed(persona=settings.persona)
        else:
            found[each.value] = plain.changed(prompting={**bare, each.value: values.get(each, True)})
    return found


def _lacking(settings: Settings, option: Option) -> str:
    """What an option needs and the settings do not name; empty where nothing is missing."""
    if option is Option.CASES and not settings.prompting.cases:
        return "to measure cases, name a file of support dialogues under [prompting] cases"
    if option is Option.PERSONA and settings.persona == Settings().persona:
        return "to measure a persona, name another than the usual one as persona"
    return ""


def _as_dict(found: Mapping[str, tuple[Evaluated, float]]) -> dict[str, Any]:
    return {
        name: {**played.as_dict(), "seconds_per_turn": round(seconds, 4)} for name, (played, seconds) in found.items()
    }


def _table(found: Mapping[str, tuple[Evaluated, float]]) -> str:
    lines = [
        f"{'':<20}{'slope':>8}{'react':>7}{'interp':>7}{'expl':>7}{'fluent':>8}{'words':>7}{'failed':>7}{'s/turn':>8}"
    ]
    for name, (played, seconds) in found.items():
        m = played.measures
        kind = list(m.empathy.values())
        lines.append(
            f"{name:<20}{m.valence.slope:>+8.3f}{kind[0]:>7.2f}{kind[1]:>7.2f}{kind[2]:>7.2f}{m.fluency:>8.3f}"
            f"{m.length['mean_words']:>7.1f}{m.notices:>7}{seconds:>8.2f}"
        )
        lines += [f"  {line}" for line in str(played.judge).split("\n")] if played.judge else []
    return "\n".join(lines)
