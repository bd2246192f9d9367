"""The commands of support: `companion train | eval strategy` for how it is planned, `eval safety` for danger."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from companion.labelled import DataError
from companion.research import Data, Seed, evaluate, run_training, train
from companion.terminal import AsJson, bar, fail

Result = TypeVar("Result")


class Part(StrEnum):
    """The parts of the support planner that can be left out."""

    STATES = "states"
    MODEL = "model"
    LOOKAHEAD = "lookahead"
    DEBIAS = "debias"


Without = Annotated[list[Part] | None, typer.Option(help="A part to leave out; may be given more than once.")]


def train_strategy(data: Data, out: Annotated[Path, typer.Option(help="The file to write.")], seed: Seed = 0) -> None:
    """Support dialogues (ESConv, prepared) to the planner's strategist."""
    from dialogue.strategytraining import train as trainer

    run_training("strategy", trainer, data, out, seed)


def eval_strategy(
    data: Data,
    without: Without = None,
    compare: Annotated[bool, typer.Option(help="Compare: each part left out, and those that can stand alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Support dialogues (jsonl): how well the planned strategies agree with people's, and how even they are."""
    from dialogue.advice import Parts
    from dialogue.strategyevaluation import ABLATIONS, table
    from dialogue.strategyevaluation import compare as run

    chosen = {str(part): False for part in without or ()}
    if len(chosen) == len(Part):
        fail("nothing is left to plan with: leave at least one part in")
    cases = ABLATIONS if compare else {"": Parts(**chosen)}
    found = _read("strategies", lambda at: run(data, cases, at), as_json=as_json)
    if as_json:
        each = {name: scores.as_dict() for name, scores in found.items()}
        typer.echo(json.dumps(each if compare else each[""], indent=2))
    else:
        typer.echo(table(found) if compare else str(found[""]))


def eval_safety(
    data: Data,
    wrong: Annotated[bool, typer.Option(help="Show the sentences whose level was not found.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sentences marked with a level of danger (csv: text, level, lang): how well each level is found."""
    from dialogue.safetyevaluation import evaluate as run
    from dialogue.safetyevaluation import read_suite

    found = _read("sentences", lambda at: run(read_suite(data), at), as_json=as_json)
    typer.echo(json.dumps(found.as_dict(), indent=2) if as_json else str(found))
    if wrong and not as_json:
        for marked, risk in found.wrong:
            typer.echo(f"{marked.level} found as {risk}: {marked.text}")


def train_alarm(data: Data, out: Annotated[Path, typer.Option(help="The file to write.")], seed: Seed = 0) -> None:
    """Marked sentences (weights/marked) and everyday talk to the trained half of the judge of danger."""
    from dialogue.alarmtraining import train as trainer

    run_training("alarm", trainer, data, out, seed)


def register() -> None:
    """Add these commands to `companion train` and `companion eval`."""
    train.command("strategy")(train_strategy)
    evaluate.command("strategy")(eval_strategy)
    evaluate.command("safety")(eval_safety)
    train.command("alarm")(train_alarm)


def _read(title: str, run: Callable[[Callable[[float], None]], Result], *, as_json: bool) -> Result:
    from weights.store import WeightsError

    try:
        with bar(f"reading {title}", quiet=as_json) as at:
            return run(at)
    except (DataError, WeightsError, OSError, ValueError) as error:
        fail(str(error))
