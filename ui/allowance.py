"""`allowed`: which settings a page may change, and to what."""

from __future__ import annotations

from typing import Any

from companion.registry import names, nearest
from companion.settings import Settings, SettingsError
from dialogue.persona import own_files, shipped

SETTABLE: dict[str, Any] = {
    "persona": True, "avatar": True, "voice": True, "expressiveness": True, "engines": True, "country": True,
    "user": True, "language_server": {"base_url", "model"},
}  # fmt: skip
"""What the page may change, as pydantic's `include`; addresses, keys and limits are the owner's."""


def allowed(values: dict[str, Any], current: Settings, owners: Settings) -> Settings:
    """The current settings with what a page asks for; what it may not change stays.

    Whoever can open the page is not the owner of the machine: they choose among what is declared, ships or was named by
    the owner, and can have no file opened, no module imported and no key sent elsewhere. Raises `SettingsError`.
    """
    asked = {name: values[name] for name in SETTABLE if name in values}
    if "persona" in asked:
        _known(asked["persona"], (*shipped(), *own_files(), owners.persona), "persona")
    if isinstance(asked.get("engines"), dict):
        for stage, name in asked["engines"].items():
            if stage in type(owners.engines).model_fields:
                _known(name, (*names(stage), getattr(owners.engines, stage)), f"{stage} engine")
        asked["engines"] = {**current.engines.model_dump(), **asked["engines"]}
    if isinstance(asked.get("language_server"), dict):
        asked["language_server"] = _server(asked["language_server"], current, owners)
    return current.changed(**asked)


def _known(value: object, choices: tuple[str, ...], what: str) -> None:
    if value not in choices:
        raise SettingsError(f"unknown {what} {value!r}{nearest(str(value), choices)}")


def _server(asked: dict[str, Any], current: Settings, owners: Settings) -> dict[str, Any]:
    """The server with the address and model asked for; the owner's key goes to the owner's address alone."""
    chosen: dict[str, Any] = {name: asked[name] for name in ("base_url", "model") if name in asked}
    server = {**current.language_server.model_dump(), **chosen}
    theirs = server["base_url"] == owners.language_server.base_url
    return {**server, "api_key_env": owners.language_server.api_key_env if theirs else ""}
