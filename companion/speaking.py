"""The command for researchers of voices: `companion eval delivery`."""

from __future__ import annotations

from typing import Annotated

import typer

from companion.research import evaluate
from companion.terminal import AsJson, Config, bar, fail, settings_of, show


def eval_delivery(
    voice: Annotated[str, typer.Option(help="A voice of the embedded engine.")] = "grace",
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Whether the feeling that is asked of the voice can be measured in it, is heard, and stays understandable."""
    from companion.engines import EngineError
    from companion.studio import Studio
    from voice.deliveryevaluation import measure
    from voice.prosody import ProsodyReader

    settings = settings_of(config, voice=voice)
    try:
        with Studio() as studio, bar("speaking and listening") as at:
            found = measure(studio.engine("synthesizer", settings), ProsodyReader(), at)
    except (EngineError, ValueError) as error:
        fail(str(error))
    show(found.figures if as_json else str(found))


def register() -> None:
    """Add the command to `companion eval`."""
    evaluate.command("delivery")(eval_delivery)
