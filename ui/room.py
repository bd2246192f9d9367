"""`Room`: one person's session, which outlives a reload of the page."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

from companion.dressing import dressed
from companion.event import Event
from companion.pipe import Pipe
from companion.registry import EngineUnavailableError
from companion.session import Session
from companion.settings import Settings, SettingsError
from companion.studio import Studio
from ui.allowance import SETTABLE, allowed
from ui.playout import Playout

ABSENCE_SEC = 60.0
CHANGES = 64
"""Changes of settings that wait for the one under way, which may load an engine; an older one gives way."""
LONGEST_TEXT = 4000
AFFECT_SEC = 0.19
"""Between two sights of the bars; the page moves them smoothly."""
READINGS = ("face", "voice")
"""The page gets these through the fused `affect` event, and their notes when they change."""


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
        self._owners = settings
        self._changes: Pipe[dict[str, Any]] = Pipe(CHANGES)
        self._on_empty = on_empty
        self.playout: Playout | None = None
        self._hang_up: Callable[[], None] | None = None
        self._notes = dict.fromkeys(READINGS, "")
        self._next_affect = 0.0
        self._running = asyncio.create_task(self._run())
        self._leaving: asyncio.TimerHandle | None = None

    @property
    def deserted(self) -> bool:
        """Whether nobody is connected now."""
        return self.playout is None

    def enter(self, hang_up: Callable[[], None] | None = None) -> Playout:
        """Someone connects: new tracks. Whoever was connected before is told so and hung up on, by its `hang_up`."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        if self.playout is not None:
            self._post({"kind": "moved"})
            self.playout.stop()
        if self._hang_up is not None:
            self._hang_up()
        self.playout, self._hang_up, self.send = Playout(self.session.performer.refresh), hang_up, None
        self.session.performer.wake()
        return self.playout

    def leave(self, playout: Playout) -> None:
        """The connection is gone; after `ABSENCE_SEC` without another one the session ends."""
        if playout is not self.playout:
            return
        playout.stop()
        self.playout = self._hang_up = self.send = None
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
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
            self._error("page", "The page sent something that is not a message.")

    def state(self) -> dict[str, Any]:
        """What a page shows before anything else happens."""
        return {**self.settings(), "kind": "state", "transcript": self.session.transcript.as_dict()["lines"]}

    def settings(self) -> dict[str, Any]:
        """The settings in use that a page may change."""
        return {"kind": "settings", "settings": self.session.settings.model_dump(include=SETTABLE)}

    def _do(self, op: str, message: dict[str, Any]) -> None:
        match op:
            case "hello":
                self._post(self.state())
                for part, text in self._notes.items():
                    self._note(part, text)
            case "greet":
                self.session.greet()
            case "type":
                self.session.type(str(message["text"])[:LONGEST_TEXT])
            case "forget":
                self.session.forget()
                self._post(self.state())
            case "settings":
                self._changes.push({**message["values"]})
            case _:
                self._error("page", f"The page asked for something unknown: {op!r}.")

    async def _change(self) -> None:
        """Make the changes that the page asks for, one after another; one that cannot be made is said in one line."""
        async for values in self._changes:
            try:
                await self._configure(values)
            except (EngineUnavailableError, SettingsError, ValueError) as error:
                self._error("settings", f"Not changed: {error}")
            except Exception as error:  # noqa: BLE001 - whatever an engine raises while it is loaded, the next is tried
                self._error("settings", f"Not changed: {type(error).__name__}: {error}")
            self._post(self.settings())

    async def _configure(self, values: dict[str, Any]) -> None:
        before = self.session.settings
        changed = allowed(values, before, self._owners)
        await self.session.configure(dressed(changed, before) if "persona" in values else changed)

    async def _run(self) -> None:
        beside = [asyncio.create_task(self._frames()), asyncio.create_task(self._change())]
        try:
            await self.session.run()
        finally:
            for task in beside:
                task.cancel()

    async def _frames(self) -> None:
        async for frame in self.session.frames:
            if self.playout is not None:
                self.playout.show(frame)

    def _tell(self, event: Event) -> None:
        if event.kind == "affect":
            if event.t >= self._next_affect:
                self._next_affect = event.t + AFFECT_SEC
                self._post(event.as_dict())
        elif event.kind not in READINGS:
            self._post(event.as_dict())
        elif event.fields["note"] != self._notes[event.kind]:
            self._notes[event.kind] = str(event.fields["note"])
            self._note(event.kind, self._notes[event.kind])

    def _note(self, part: str, text: str) -> None:
        """Why a reader sees or hears nothing, for the page."""
        self._post({"kind": "note", "part": part, "text": text})

    def _error(self, stage: str, message: str) -> None:
        self._post({"kind": "error", "stage": stage, "message": message})

    def _post(self, value: dict[str, Any]) -> None:
        if self.send is not None:
            self.send(json.dumps(value))
