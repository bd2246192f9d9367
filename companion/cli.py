"""The command line: `companion serve | check | replay | say | reply | bench | train | eval | label | cut | memory`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from companion import conversing, personas, prompting, remembering, research, speaking, supporting
from companion.registry import EngineUnavailableError, nearest
from companion.terminal import AsJson, Bar, Config, Profile, bar, fail, settings_of, show, writable

app = typer.Typer(
    help="A face you can talk to: it sees, hears and reads how you feel, and answers with voice and expression.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.add_typer(research.train, name="train")
app.add_typer(research.evaluate, name="eval")
app.add_typer(remembering.memory, name="memory")
app.command()(research.label)
app.command()(research.cut)
supporting.register()
speaking.register()
conversing.register(app)
prompting.register()
personas.register(app)


@app.command()
def serve(
    profile: Profile = "auto",
    config: Config = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 is this machine only.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the page.")] = None,
) -> None:
    """Open the companion in the browser."""
    from companion.dressing import dressed
    from companion.profile import resolve
    from companion.settings import Settings
    from companion.studio import Studio
    from companion.workers import Workers

    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings, remarks = resolve(settings_of(config, profile=profile, **chosen))
    try:
        settings = dressed(settings)
    except EngineUnavailableError as error:
        remarks.append(f"{error}; the usual persona is used")
        settings = settings.changed(persona=Settings().persona)
    for remark in remarks:
        typer.echo(f"companion: {remark}", err=True)
    studio = Studio(Workers(settings.sessions))
    try:
        studio.prepare(settings)
        from ui.server import serve as serve_page  # seconds, in which the engines load beside it

        serve_page(settings, studio)
    except (OSError, EngineUnavailableError) as error:
        fail(str(error))
    finally:
        studio.close()


@app.command()
def check(as_json: AsJson = False) -> None:
    """Say what runs here and why the rest does not."""
    from companion.check import check as look

    report = look()
    show(report.as_dict() if as_json else report)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def replay(
    video: Annotated[Path, typer.Argument(help="A recorded person: any file with sound, pictures or both.")],
    out: Annotated[Path, typer.Option(help="The side-by-side video to write.")] = Path("session.mp4"),
    trace: Annotated[Path | None, typer.Option(help="A JSON file for every reading, turn, plan and mark.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Play a recorded person to the companion and film both."""
    from companion.movie import MovieError
    from companion.recording import RecordingError
    from companion.replay import replay_file
    from companion.studio import Studio

    settings = settings_of(config)
    for path in (out, trace):
        writable(path)
    try:
        with Studio() as studio, bar(f"replaying {video.name}", quiet=as_json) as at:
            result = replay_file(video, out, settings, studio, at)
    except (RecordingError, MovieError, EngineUnavailableError) as error:
        fail(str(error))
    if trace is not None:
        trace.write_text(json.dumps([event.as_dict() for event in result.events], indent=1), encoding="utf-8")
    summary = result.summary()
    show(summary if as_json else f"{out}: {_plain(summary)}")


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    affect: Annotated[str, typer.Option(help="The feeling, such as sad:0.7 or happy:0.5,surprise:0.3.")] = "neutral",
    out: Annotated[Path, typer.Option(help="The clip to write.")] = Path("clip.mp4"),
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Make one spoken clip of the avatar."""
    from companion.affect import Affect
    from companion.movie import MovieError
    from companion.saying import SayingError
    from companion.saying import say as speak
    from companion.studio import Studio

    settings = settings_of(config)
    writable(out)
    try:
        with Studio() as studio:
            seconds = speak(text, Affect.parse(affect), out, settings, studio)
    except (SayingError, MovieError, EngineUnavailableError, ValueError) as error:
        fail(str(error))
    show({"out": str(out), "seconds": round(seconds, 2)} if as_json else f"{out}: {seconds:.1f} s")


@app.command()
def reply(
    text: Annotated[str, typer.Argument(help="What the person said.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Answer one sentence as text, with the plan behind it."""
    from companion.replying import reply as answer
    from companion.studio import Studio

    settings = settings_of(config)
    try:
        with Studio() as studio:
            answered = asyncio.run(answer(text, settings, studio))
    except (ValueError, EngineUnavailableError) as error:
        fail(str(error))
    show(answered.as_dict() if as_json else answered)


@app.command()
def bench(
    what: Annotated[str, typer.Argument(help="latency, sessions or readers.")],
    config: Config = None,
    as_json: AsJson = False,
    turns: Annotated[int, typer.Option(help="Turns to replay for `latency`.")] = 20,
    minutes: Annotated[float, typer.Option(help="Length of each run of `sessions`.")] = 1.0,
    counts: Annotated[str, typer.Option(help="How many sessions at once for `sessions`.")] = "1,2,4",
) -> None:
    """Measure this machine: response and barge-in latency, frames kept with several sessions, or the readers' cost."""
    from companion.bench import latency
    from companion.crowd import sessions
    from companion.machine import Machine
    from companion.reading import readers

    settings = settings_of(config)
    benches: dict[str, Callable[[Bar], object]] = {
        "latency": lambda at: latency(settings, turns, at),
        "sessions": lambda at: sessions(settings, [int(count) for count in counts.split(",")], minutes, at),
        "readers": lambda at: readers(settings, at),
    }
    if what not in benches:
        fail(f"unknown bench {what!r}{nearest(what, tuple(benches))}")
    with bar(f"bench {what}", quiet=as_json) as at:
        result = benches[what](at)
    show(result if as_json else f"{Machine.here()}\n{json.dumps(result, indent=2)}")


def main() -> None:
    """The `companion` command."""
    # MediaPipe's native code reports every start on stderr, where the one clear line of an error belongs.
    os.environ.setdefault("GLOG_minloglevel", "3")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # The matrices here are small: more threads for each of them only take the cores from one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)


def _plain(summary: dict[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in summary.items())
