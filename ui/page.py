"""The Gradio page: the stage as one HTML block, the settings as Gradio's own components."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import Any

import gradio

from companion.registry import STAGES, EngineUnavailableError, Offer, engine, offers
from companion.settings import Settings

ASSETS = Path(__file__).parent / "assets"
TITLES = {
    "face": "Reading the face",
    "prosody": "Reading the voice",
    "feeling": "Reading the words",
    "activity": "Noticing speech",
    "recognizer": "Understanding words",
    "language": "Finding an answer",
    "synthesizer": "Speaking",
    "animator": "Moving",
    "renderer": "Drawing",
}


def page(settings: Settings) -> gradio.Blocks:
    """The whole page; what its components change travels over the stream's data channel, not through Gradio."""
    blocks: gradio.Blocks = gradio.Blocks(title="The companion", analytics_enabled=False, fill_width=True)
    with blocks:
        gradio.HTML((ASSETS / "stage.html").read_text(encoding="utf-8"), elem_id="stage-block", js_on_load=None)
        with gradio.Column(elem_id="drawer"):
            _drawer(settings)
    return blocks


def theme() -> gradio.Theme:
    """Gradio's quietest theme, in the page's green."""
    return gradio.themes.Base(primary_hue="teal", neutral_hue="stone", font=["ui-rounded", "Segoe UI", "system-ui"])


def style() -> str:
    """The page's style sheet."""
    return (ASSETS / "page.css").read_text(encoding="utf-8")


def head() -> str:
    """What stands in the page's head: only files of this server."""
    return (
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<script type="module" src="/page/page.js"></script>'
    )


def _drawer(settings: Settings) -> None:
    gradio.HTML('<h2 style="margin:0">Settings</h2>')
    close = gradio.Button("Close", elem_id="settings-close", size="sm")
    del close  # the page's script listens to it
    _choice("Who you see", _characters(settings), settings.avatar, "avatar")
    _choice("Whose voice", _voices(settings), settings.voice or _usual_voice(settings), "voice")
    slider = gradio.Slider(
        0, 1.5, settings.expressiveness, step=0.1, label="Expressiveness", info="How much the face shows"
    )
    slider.release(None, slider, None, js="(v) => { companion.set({ expressiveness: v }) }")
    with gradio.Accordion("Engines", open=False):
        for stage in STAGES:
            _engine(stage, settings)
        _language_server(settings)
    gradio.HTML(
        '<p class="links">Download this conversation: <a href="#" data-download="txt">as text</a>'
        '<a href="#" data-download="json">as JSON</a></p>'
    )
    gradio.Button("Forget me", elem_id="forget", variant="stop")


def _engine(stage: str, settings: Settings) -> None:
    found = offers(stage)
    ready = [(offer.name, offer.name) for offer in found if offer.obstacle is None]
    chosen = getattr(settings.engines, stage)
    if ":" in chosen:  # given as module:Class, so nobody declared it
        ready.append((chosen, chosen))
    js = f"(v) => {{ companion.set({{ engines: {{ {stage}: v }} }}) }}"
    dropdown = gradio.Dropdown(ready, value=chosen, label=TITLES[stage], interactive=True)
    dropdown.input(None, dropdown, None, js=js)
    missing = [_cannot(offer) for offer in found if offer.obstacle is not None]
    if missing:
        gradio.HTML(f'<p class="cannot">{"<br>".join(missing)}</p>')


def _cannot(offer: Offer) -> str:
    from html import escape

    return escape(f"{offer.name} cannot run here: {offer.obstacle}")


def _language_server(settings: Settings) -> None:
    server = settings.language_server
    address = gradio.Textbox(
        server.base_url, label="Language server", info="Any OpenAI-compatible address, for the engine openai"
    )
    model = gradio.Textbox(server.model, label="Model", info="Empty: the first one the server offers")
    for box, name in ((address, "base_url"), (model, "model")):
        box.blur(None, box, None, js=f"(v) => {{ companion.set({{ language_server: {{ {name}: v }} }}) }}")


def _choice(label: str, choices: list[tuple[str, str]], value: str, name: str) -> None:
    dropdown = gradio.Dropdown(choices, value=value, label=label, interactive=True)
    dropdown.input(None, dropdown, None, js=f"(v) => {{ companion.set({{ {name}: v }}) }}")


def _characters(settings: Settings) -> list[tuple[str, str]]:
    return _listed("renderer", settings.engines.renderer, "characters")


def _voices(settings: Settings) -> list[tuple[str, str]]:
    return _listed("synthesizer", settings.engines.synthesizer, "voices")


def _usual_voice(settings: Settings) -> str:
    """The voice that the engine speaks with when none is chosen."""
    parameter = signature(engine("synthesizer", settings.engines.synthesizer)).parameters.get("voice")
    return str(parameter.default) if parameter is not None else ""


def _listed(stage: str, name: str, method: str) -> list[tuple[str, str]]:
    """What an engine offers to choose from (name -> title); nothing when it offers no choice or cannot be loaded."""
    try:
        kind: Any = engine(stage, name)
    except EngineUnavailableError:
        return []
    ask = getattr(kind, method, None)
    return [(title, key) for key, title in ask().items()] if ask is not None else []
