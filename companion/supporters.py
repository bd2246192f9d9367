"""`supporter`: who answers, as the settings want it."""

from __future__ import annotations

from pathlib import Path

from companion.engines import LanguageModel, TextReader
from companion.labelled import DataError
from companion.registry import EngineUnavailableError
from companion.settings import Prompting, Settings
from companion.studio import Studio
from dialogue.advice import Parts
from dialogue.candidates import BestOf
from dialogue.cases import Cases
from dialogue.persona import Persona, PersonaError, persona
from dialogue.prompt import Options, Prompter
from dialogue.supporter import Approach, Supporter

SCRIPTED = "scripted"


def supporter(studio: Studio, settings: Settings) -> Supporter:
    """A supporter that knows nobody yet and keeps nothing.

    Raises `EngineUnavailableError` when an engine or the file of cases cannot be used.
    """
    who = _persona(settings)  # first, so that a persona that cannot be used is what the message speaks of
    fallback = studio.named("language", SCRIPTED, settings)
    model: LanguageModel = studio.engine("language", settings)
    reader: TextReader = studio.engine("feeling", settings)
    if settings.prompting.candidates > 1 and model is not fallback:
        model = BestOf(model, reader, settings.prompting.candidates, settings.prompting.candidates_sec)
    parts = Parts(**settings.planning.model_dump())
    prompter = Prompter(who.character, _options(settings.prompting))
    return Supporter(model, fallback, reader, Approach(settings.country, parts=parts, prompter=prompter, persona=who))


def _persona(settings: Settings) -> Persona:
    try:
        return persona(settings.persona)
    except PersonaError as error:
        raise EngineUnavailableError(str(error)) from error


def _options(chosen: Prompting) -> Options:
    cases = None
    if chosen.cases:
        try:
            cases = Cases.read(Path(chosen.cases).expanduser())
        except DataError as error:
            raise EngineUnavailableError(f"the cases for the language model cannot be used: {error}") from error
    return Options(chosen.plan_line, chosen.emotional_stimulus, chosen.hints, cases)
