"""`Room`: one person's session, which outlives a reload of the page."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

from companion.event import Event
from companion.registry import EngineUnavailableError
from companion.session import Session
from companion.settings import Settings, SettingsError
from companion.studio import Studio
from ui.playout import Playout

ABSENCE_SEC = 60.0
SETTABLE = ("avatar", "voice", "expressiveness", "engines", "language_server", "country")
"""What the page may change; addresses and limits are the owner's."""
LONGEST_TEXT = 4000
LIVE_ONLY = ("face", "voice")
"""Readings that the page gets through the fused `affect` event."""


class Room:
    """Runs a session and its tracks, takes messages from the page and sends it what happens.

    `send` is set by whoever is connected now; events while nobody is are not kept, since `state` holds all that a
    page needs to start from.
    """

    def __init__(self, studio: Studio, settings: Settings, on_empty: Callable[[Room], None]) -> None:
        self.id = secrets.token_urlsafe(24)
        self.send: Callable[[str], None] | None = None
        self.session = Session(studio, settings, self._tell)
        self._studio = studio
        self._on_empty = on_empty
        self._playout: Playout | None = None
        self._running = asyncio.create_task(self._run())
        self._leaving: asyncio.TimerHandle | None = None

    @property
    def deserted(self) -> bool:
        """Whether nobody is connected now."""
        return self._playout is None

    def enter(self) -> Playout:
        """Someone connects: new tracks, which take over from any older ones."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        if self._playout is not None:
            self._playout.stop()
        self._playout = Playout()
        self.session.performer.wake()
        return self._playout

    def leave(self, playout: Playout) -> None:
        """The connection is gone; after `ABSENCE_SEC` without another one the session ends."""
        if playout is not self._playout:
            return
        playout.stop()
        self._playout, self.send = None, None
        self.session.performer.rest()
        self._leaving = asyncio.get_running_loop().call_later(ABSENCE_SEC, self.close)

    def close(self) -> None:
        """End the session; nothing of it stays."""
        self.session.close()
        self._on_empty(self)

    async def ended(self) -> None:
        """Wait until the session is over."""
        await asyncio.gather(self._running, return_exceptions=True)

    def message(self, text: str) -> None:
        """One message from the page, as JSON; what cannot be used is answered in one line."""
        try:
            message = json.loads(text)
            self._do(message["op"], message)
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError):
            self._error("page", "The page sent something that is not a message.")
        except (EngineUnavailableError, SettingsError, ValueError) as error:
            self._error("settings", f"Not changed: {error}")

    def state(self) -> dict[str, Any]:
        """What a page shows before anything else happens."""
        settings = self.session.settings
        return {
            "kind": "state",
            "settings": settings.model_dump(include=set(SETTABLE)),
            "transcript": self.session.transcript.as_dict()["lines"],
        }

    def _do(self, op: str, message: dict[str, Any]) -> None:
        match op:
            case "hello":
                self._post(self.state())
            case "greet":
                self.session.greet()
            case "type":
                self.session.type(str(message["text"])[:LONGEST_TEXT])
            case "forget":
                self.session.forget()
                self._post(self.state())
            case "settings":
                self._configure({name: message["values"][name] for name in SETTABLE if name in message["values"]})
            case _:
                self._error("page", f"The page asked for something unknown: {op!r}.")

    def _configure(self, values: dict[str, Any]) -> None:
        current = self.session.settings.model_dump()
        merged = {
            name: {**current[name], **value} if isinstance(value, dict) else value for name, value in values.items()
        }
        self.session.configure(self.session.settings.changed(**merged))
        self._post(self.state())

    async def _run(self) -> None:
        frames = asyncio.create_task(self._frames())
        try:
            await self.session.run()
        finally:
            frames.cancel()

    async def _frames(self) -> None:
        async for frame in self.session.frames:
            if self._playout is not None:
                self._playout.show(frame)

    def _tell(self, event: Event) -> None:
        if event.kind not in LIVE_ONLY:
            self._post(event.as_dict())

    def _error(self, stage: str, message: str) -> None:
        self._post({"kind": "error", "stage": stage, "message": message})

    def _post(self, value: dict[str, Any]) -> None:
        if self.send is not None:
            self.send(json.dumps(value))
