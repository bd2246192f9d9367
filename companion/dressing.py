"""`dressed`: a persona's own face and voice, where nobody chose others."""

from __future__ import annotations

from typing import Any

from companion.registry import EngineUnavailableError, engine
from companion.settings import Settings
from dialogue.persona import Persona, PersonaError, persona


def dressed(settings: Settings, before: Settings | None = None) -> Settings:
    """The settings with the persona's looks in the place of those of `before`'s persona, or of the defaults.

    What the person chose themselves stays, and so does a voice that the synthesizer does not have. Raises
    `EngineUnavailableError` for a persona that cannot be used.
    """
    who, usual = _found(settings.persona), Settings()
    last = _found(before.persona) if before is not None else None
    changes: dict[str, Any] = {}
    if who.avatar and settings.avatar in {usual.avatar, last.avatar if last else ""}:
        changes["avatar"] = who.avatar
    if who.voice in _voices(settings) and settings.voice in {usual.voice, last.voice if last else ""}:
        changes["voice"] = who.voice
    return settings.changed(**changes)


def _found(name: str) -> Persona:
    try:
        return persona(name)
    except PersonaError as error:
        raise EngineUnavailableError(str(error)) from error


def _voices(settings: Settings) -> dict[str, str]:
    """The voices that the synthesizer offers by name; none where it offers no choice."""
    named: dict[str, str] = getattr(engine("synthesizer", settings.engines.synthesizer), "voices", dict)()
    return named
