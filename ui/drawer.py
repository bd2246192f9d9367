"""`Drawer`: the settings as Gradio's own components, which always show what the session really uses."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from inspect import signature
from typing import Any

import gradio

from companion.registry import STAGES, EngineUnavailableError, engine, offers
from companion.settings import Settings
from dialogue.persona import own_files, personas
from dialogue.questionnaire import match, questions

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
Choices = list[tuple[str, str]]


class Drawer:
    """Builds the components within the current `gradio.Blocks`.

    A change travels over the stream's data channel, where it is answered or refused in one line; `updates` then puts
    every component right.
    """

    def __init__(self, settings: Settings) -> None:
        self.components: list[gradio.components.Component] = []
        self._readers: list[Callable[[Settings], Any]] = []
        gradio.HTML("<h2>Settings</h2>", apply_default_css=False)
        gradio.Button("Close", elem_id="settings-close", size="sm")
        self._choice("Who you talk to", settings, "persona: v", _persona)
        self._matching()
        self._choice("Who you see", settings, "avatar: v", _avatar)
        self._choice("Whose voice", settings, "voice: v", _voice)
        self._slider(settings)
        self._name(settings)
        with gradio.Accordion("Engines", open=False):
            for stage in STAGES:
                self._choice(TITLES[stage], settings, f"engines: {{ {stage}: v }}", _engine(stage))
                missing = [offer for offer in offers(stage) if offer.obstacle is not None]
                if missing:
                    lines = "<br>".join(escape(f"{offer.name} cannot run here: {offer.obstacle}") for offer in missing)
                    gradio.HTML(f'<p class="cannot">{lines}</p>', apply_default_css=False)
            self._server(settings)
        gradio.HTML(
            '<p class="links"><span>Download this conversation</span> <a href="#" data-download="txt">as text</a>'
            ' <a href="#" data-download="json">as JSON</a></p>',
            apply_default_css=False,
        )
        gradio.Button("Forget me", elem_id="forget")

    def updates(self, settings: Settings) -> list[Any]:
        """What each of `components` shows with these settings."""
        return [read(settings) for read in self._readers]

    def _choice(
        self, label: str, settings: Settings, change: str, read: Callable[[Settings], tuple[Choices, str]]
    ) -> None:
        choices, value = read(settings)
        dropdown = gradio.Dropdown(choices, value=value, label=label, interactive=True)
        dropdown.input(None, dropdown, None, js=f"(v) => {{ companion.set({{ {change} }}) }}")

        def update(settings: Settings) -> dict[str, Any]:
            choices, value = read(settings)
            return dict(gradio.update(choices=choices, value=value))

        self._keep(dropdown, update)

    def _slider(self, settings: Settings) -> None:
        slider = gradio.Slider(
            0, 1.5, settings.expressiveness, step=0.1, label="Expressiveness", info="How much the face shows"
        )
        slider.release(None, slider, None, js="(v) => { companion.set({ expressiveness: v }) }")
        self._keep(slider, lambda settings: settings.expressiveness)

    def _matching(self) -> None:
        """Five questions that choose a persona; answered on this machine, kept nowhere."""
        with gradio.Accordion("Find who fits you: five questions", open=False):
            asked = [
                gradio.Radio([(text, at) for at, text in enumerate(each.answers, start=1)], label=each.text)
                for each in questions()
            ]
            button = gradio.Button("Find mine", size="sm")
            told = gradio.HTML("", elem_id="matched", apply_default_css=False)
            button.click(_matched, asked, told, queue=False, show_progress="hidden", api_visibility="private").then(
                None, told, None, js=_CHOOSE
            )

    def _name(self, settings: Settings) -> None:
        box = gradio.Textbox(
            settings.user,
            label="Your name",
            info="With a name, what you tell of yourself is remembered on this machine. Without one, nothing is kept.",
            max_length=80,
        )
        box.blur(None, box, None, js="(v) => { companion.set({ user: v.trim() }) }")
        self._keep(box, lambda settings: settings.user)

    def _server(self, settings: Settings) -> None:
        server = settings.language_server
        address = gradio.Textbox(
            server.base_url,
            label="Language server",
            info="Any OpenAI-compatible address, for the engine openai. What you say is then sent there, "
            "but a key only to the address in companion.toml.",
        )
        model = gradio.Textbox(server.model, label="Model", info="Empty: the first one the server offers")
        for box, name in ((address, "base_url"), (model, "model")):
            box.blur(None, box, None, js=f"(v) => {{ companion.set({{ language_server: {{ {name}: v }} }}) }}")
        self._keep(address, lambda settings: settings.language_server.base_url)
        self._keep(model, lambda settings: settings.language_server.model)

    def _keep(self, component: gradio.components.Component, read: Callable[[Settings], Any]) -> None:
        self.components.append(component)
        self._readers.append(read)


def _persona(settings: Settings) -> tuple[Choices, str]:
    found = [(f"{each.name}: {each.summary}", each.key) for each in personas()]
    known = [key for _, key in found]
    own = dict.fromkeys((*own_files(), settings.persona))
    found += [(key, key) for key in own if key not in known]
    return found, settings.persona


def _matched(*answers: int | None) -> str:
    """What fits the answers best, as HTML that names its key; a kind line where one is missing."""
    given = [answer for answer in answers if answer is not None]
    if len(given) < len(answers):
        return f"<p>{len(answers) - len(given)} of the five are still open.</p>"
    best = match(given)[0]
    name = next(each.name for each in personas() if each.key == best.persona)
    return f'<p data-persona="{escape(best.persona)}">{escape(name)}. {escape(best.reason)}</p>'


_CHOOSE = """(html) => {
  const key = new DOMParser().parseFromString(html, "text/html").querySelector("[data-persona]")?.dataset.persona;
  if (key) companion.set({ persona: key });
}"""
"""The page's part of a match: the persona is taken like any other choice."""


def _engine(stage: str) -> Callable[[Settings], tuple[Choices, str]]:
    def read(settings: Settings) -> tuple[Choices, str]:
        ready = [(offer.name, offer.name) for offer in offers(stage) if offer.obstacle is None]
        chosen: str = getattr(settings.engines, stage)
        if ":" in chosen:  # given as module:Class, so nobody declared it
            ready.append((chosen, chosen))
        return ready, chosen

    return read


def _avatar(settings: Settings) -> tuple[Choices, str]:
    return _listed("renderer", settings.engines.renderer, "characters"), settings.avatar


def _voice(settings: Settings) -> tuple[Choices, str]:
    name = settings.engines.synthesizer
    choices = _listed("synthesizer", name, "voices")
    if settings.voice or not choices:
        return choices, settings.voice
    usual = signature(engine("synthesizer", name)).parameters.get("voice")  # what it speaks with unless told
    return choices, str(usual.default) if usual is not None else ""


def _listed(stage: str, name: str, method: str) -> Choices:
    """What an engine offers to choose from, as (title, name); nothing when it offers no choice or cannot be loaded."""
    try:
        kind: Any = engine(stage, name)
    except EngineUnavailableError:
        return []
    ask = getattr(kind, method, None)
    return [(title, key) for key, title in ask().items()] if ask is not None else []
