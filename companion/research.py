"""The commands for researchers: `companion train | eval | label`."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from companion.labelled import DataError
from companion.registry import EngineUnavailableError
from companion.settings import Settings
from companion.terminal import AsJson, Config, bar, fail, settings_of, show, writable

train = typer.Typer(help="Rebuild a weight file that ships, or make your own from your data.", no_args_is_help=True)
evaluate = typer.Typer(help="Measure a reader on labelled data.", no_args_is_help=True)

Data = Annotated[Path, typer.Option(help="Where the labelled data lie.")]
Plot = Annotated[Path | None, typer.Option(help="A picture to write: confusion and reliability.")]
Seed = Annotated[int, typer.Option(help="The same seed and data give the same weights.")]


class Taxonomy(StrEnum):
    """The labels of GoEmotions: all 28, or Ekman's six and neutral."""

    ORIGINAL = "original"
    EKMAN = "ekman"


Trainer = Callable[[Path, Path, int, Callable[[float, str], None]], dict[str, float]]


def run_training(name: str, trainer: Trainer, data: Path, out: Path, seed: int) -> None:
    """Train with a progress bar and print the figures; data that cannot be used are told in one line."""
    from weights.store import fingerprint

    writable(out)
    try:
        with bar(f"training {name}") as at:
            figures = trainer(data, out, seed, at)
    except (DataError, OSError, ValueError) as error:
        fail(str(error))
    typer.echo("\n".join(f"{key:<28} {value:.4f}" for key, value in figures.items()))
    typer.echo(f"{out}: {out.stat().st_size} bytes, sha256 {fingerprint(out)}")


@train.command("face")
def train_face(data: Data, out: Annotated[Path, typer.Option(help="The file to write.")], seed: Seed = 0) -> None:
    """Photos with labels.csv (file, emotion) to the reader of faces; resumes where it was interrupted."""
    from companion.facetraining import train as trainer

    run_training("face", trainer, data, out, seed)


@train.command("voice")
def train_voice(data: Data, out: Annotated[Path, typer.Option(help="The file to write.")], seed: Seed = 0) -> None:
    """Clips with labels.csv (file, speaker, emotion) to the reader of voices; resumes where it was interrupted."""
    from voice.training import train as trainer

    run_training("voice", trainer, data, out, seed)


@train.command("delivery")
def train_delivery(data: Data, out: Annotated[Path, typer.Option(help="The file to write.")], seed: Seed = 0) -> None:
    """Clips with labels.csv (file, speaker, emotion, maybe intensity and text) to how each feeling is spoken."""
    from voice.portrayalfitting import train as trainer

    run_training("delivery", trainer, data, out, seed)


@train.command("words")
def train_words(data: Data, out: Annotated[Path, typer.Option(help="The file to write.")], seed: Seed = 0) -> None:
    """GoEmotions, MELD and RECCON to the reader of words; resumes where it was interrupted."""
    from dialogue.training import train as trainer

    run_training("words", trainer, data, out, seed)


def _measured(title: str, run: Callable[[Callable[[float], None]], tuple[Any, dict[str, object]]], plot: Path | None,
              *, as_json: bool) -> None:  # fmt: skip
    from companion.engines import EngineError
    from companion.plot import plot as draw

    writable(plot)
    try:
        with bar(f"reading {title}", quiet=as_json) as at:
            scores, extras = run(at)
        if plot is not None:
            draw(scores, title, plot)
    except (DataError, OSError, ValueError, EngineError) as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps({**scores.as_dict(), **extras}, indent=2))
    else:
        typer.echo("\n".join([str(scores), "", *(f"{name}: {value}" for name, value in extras.items())]))


def _reader(stage: str, config: Path | None) -> Any:  # noqa: ANN401 - each stage has its own contract
    from companion.studio import Studio

    settings: Settings = settings_of(config)
    try:
        return Studio().engine(stage, settings)
    except EngineUnavailableError as error:
        fail(str(error))


@evaluate.command("face")
def eval_face(data: Data, plot: Plot = None, config: Config = None, as_json: AsJson = False) -> None:
    """A folder of photos with labels.csv; a photo in which no face is found counts as wrong."""
    from companion.faceevaluation import evaluate as run

    reader = _reader("face", config)
    _measured("face", lambda at: run(data, reader, at), plot, as_json=as_json)


@evaluate.command("voice")
def eval_voice(
    data: Data,
    adapt: Annotated[bool, typer.Option(help="Learn how each speaker usually sounds, as a session does.")] = True,
    plot: Plot = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """A folder of clips with labels.csv; with a speaker column each speaker's own clips tell what is usual."""
    from voice.evaluation import evaluate as run

    reader = _reader("prosody", config)
    _measured("voice", lambda at: run(data, reader, adapt, at), plot, as_json=as_json)


@evaluate.command("words")
def eval_words(
    data: Data,
    taxonomy: Annotated[Taxonomy, typer.Option(help="Of a GoEmotions table.")] = Taxonomy.EKMAN,
    plot: Plot = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """A GoEmotions table (tsv) or MELD's dialogues (csv)."""
    from dialogue.evaluation import evaluate as run

    reader = _reader("feeling", config)
    _measured("words", lambda at: run(data, reader, str(taxonomy), at), plot, as_json=as_json)


@evaluate.command("cause")
def eval_cause(data: Data, plot: Plot = None, config: Config = None, as_json: AsJson = False) -> None:
    """A RECCON file: which utterances hold the cause of a feeling, and which of their words."""
    from dialogue.evaluation import evaluate_causes as run

    reader = _reader("feeling", config)
    _measured("cause", lambda at: run(data, reader, at), plot, as_json=as_json)


def label(
    video: Annotated[Path, typer.Argument(help="A talking person: any file with sound, pictures or both.")],
    out: Annotated[Path, typer.Option(help="The table to write.")] = Path("labels.csv"),
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Label a video second by second with all three readers; the table can be corrected by hand."""
    from companion.labelling import label as read
    from companion.labelling import write_table
    from companion.recording import RecordingError
    from companion.studio import Studio

    settings = settings_of(config)
    writable(out)
    try:
        with Studio() as studio, bar(f"labelling {video.name}", quiet=as_json) as at:
            rows = read(video, settings, studio, at)
        write_table(rows, video, out)
    except (RecordingError, EngineUnavailableError, OSError) as error:
        fail(str(error))
    seconds = {"out": str(out), "seconds": len(rows)}
    show(seconds if as_json else f"{out}: {len(rows)} seconds labelled")


def cut(
    table: Annotated[Path, typer.Argument(help="A table that `companion label` wrote, corrected by hand or not.")],
    out: Annotated[Path, typer.Option(help="The folder to make: face and voice, each with labels.csv.")],
    as_json: AsJson = False,
) -> None:
    """Cut labelled seconds out of their videos, as photos and clips to train and measure on."""
    from companion.cutting import cut as cut_out
    from companion.cutting import read_pieces

    try:
        with bar(f"cutting {table.name}", quiet=as_json) as at:
            photos, clips = cut_out(read_pieces(table), out, at)
    except (DataError, OSError) as error:
        fail(str(error))
    found = {"photos": photos, "clips": clips}
    show(found if as_json else f"{out}: {photos} photos, {clips} clips")
