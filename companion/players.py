"""Language engines by names such as `openai:llama3`: those that play people in need, and those that judge."""

from __future__ import annotations

from companion.engines import LanguageModel
from companion.registry import EngineUnavailableError
from companion.settings import Settings
from companion.studio import Studio
from companion.supporters import SCRIPTED
from dialogue.judge import EngineRater, Rater, ServerRater

SERVER = "openai"
PATIENCE_SEC = 30.0
"""A judgement is one digit; a slow judge is worth more patience than a reply."""


def named(name: str, settings: Settings) -> tuple[str, Settings]:
    """The engine of a name, and the settings with its model in them."""
    engine, _, model = name.partition(":")
    if engine == SERVER and model:
        server = {**settings.language_server.model_dump(), "model": model}
        return SERVER, settings.changed(language_server=server)
    return name, settings


def player(studio: Studio, name: str, settings: Settings) -> LanguageModel:
    """An engine that can play somebody. Raises `EngineUnavailableError`."""
    found: LanguageModel = studio.named("language", *named(name, settings))
    return found


def rater(studio: Studio, name: str, settings: Settings) -> Rater:
    """A judge. Raises `EngineUnavailableError`, also for the scripted supporter, which cannot judge."""
    if name == SCRIPTED:
        raise EngineUnavailableError("the scripted supporter cannot judge: name a language model")
    engine, chosen = named(name, settings)
    if engine == SERVER:
        server = chosen.language_server
        return ServerRater(server.base_url, server.model, server.api_key_env, max(PATIENCE_SEC, server.timeout_sec))
    return EngineRater(studio.named("language", engine, chosen), engine)
