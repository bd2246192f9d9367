"""`serve`: the page and its stream over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiortc import RTCSessionDescription
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companion.rehearsal import rehearse
from companion.settings import Settings
from companion.studio import Studio
from ui.peer import Peer
from ui.room import Room

ASSETS = Path(__file__).parent / "assets"
START_BITS, MOST_BITS = 1_800_000, 3_000_000
"""Of video a second: a 512 x 512 face is crisp from about 1.5 Mbit/s."""
_NOT_AN_OFFER = "The page's offer could not be understood."
_HEADERS = {
    # The browser itself holds the page to its promise: it loads from and sends to this server only.
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(self), microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",  # after an upgrade the page's files fit together
}


class Offer(BaseModel):
    """What a page sends to connect; `room` when it has been here before."""

    sdp: str
    type: str
    room: str = ""


class Desk:
    """Gives out rooms and keeps the list of who is connected."""

    def __init__(self, settings: Settings, studio: Studio) -> None:
        self.rooms: dict[str, Room] = {}
        self.trouble = ""
        self.waking = "loading"
        self._settings = settings
        self._studio = studio
        self._peers: set[Peer] = set()
        self._closing = False
        self._ready = asyncio.create_task(self._warm())

    async def connect(self, offer: Offer) -> dict[str, str]:
        """Answer an offer. Raises `HTTPException` with one clear line."""
        if "\nm=" not in offer.sdp:
            raise HTTPException(400, _NOT_AN_OFFER)
        await asyncio.shield(self._ready)  # whoever goes away meanwhile must not end it for the others
        if self.trouble:
            raise HTTPException(503, self.trouble)
        room, fresh = self.rooms.get(offer.room), offer.room not in self.rooms
        if room is None:
            if len(self.rooms) >= self._settings.sessions:
                self._clear_one()
            if len(self.rooms) >= self._settings.sessions:
                people = "1 person" if len(self.rooms) == 1 else f"{len(self.rooms)} people"
                raise HTTPException(503, f"The companion is talking with {people} already; please try again later.")
            room = Room(self._studio, self._settings, self._forget)
            self.rooms[room.id] = room
        peer = Peer(room, self._settings.ice_servers)
        try:
            answer = await peer.answer(RTCSessionDescription(offer.sdp, offer.type))
        except Exception as error:
            await peer.close()
            if fresh:
                room.close()
            raise HTTPException(400, _NOT_AN_OFFER) from error
        self._peers = {other for other in self._peers if other.open} | {peer}
        return {"sdp": answer.sdp, "type": answer.type, "room": room.id}

    async def close(self) -> None:
        """Hang up on everyone and end every session; engines that are being loaded are first loaded to their end."""
        self._closing = True
        await self._ready
        for peer in self._peers:
            await peer.close()
        for room in list(self.rooms.values()):
            room.close()
            await room.ended()
        self._studio.close()

    def _clear_one(self) -> None:
        """End the session that was left first, if one was: someone is waiting."""
        deserted = next((room for room in self.rooms.values() if room.deserted), None)
        if deserted is not None:
            deserted.close()

    def _forget(self, room: Room) -> None:
        self.rooms.pop(room.id, None)

    async def _warm(self) -> None:
        try:
            await asyncio.to_thread(self._rehearse)
        except Exception as error:  # noqa: BLE001 - whatever an engine raises while loading, the page tells it
            self.trouble = f"The companion cannot start: {error}"
        self.waking = ""

    def _rehearse(self) -> None:
        from ui.drawer import TITLES

        for stage in rehearse(self._studio, self._settings):
            self.waking = TITLES[stage].lower()
            if self._closing:
                return


def create_app(settings: Settings, studio: Studio) -> FastAPI:
    """The whole server: signalling, transcripts, assets and the page."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio

    from ui.page import head, page, theme

    @contextlib.asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(_unless_hung_up)
        app.state.desk = Desk(settings, studio)
        yield
        await app.state.desk.close()

    app = FastAPI(lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_Guard, settings=settings)
    app.mount("/page", StaticFiles(directory=ASSETS))
    _add_routes(app, settings)

    def in_use(room: str) -> Settings:
        desk: Desk = app.state.desk
        return desk.rooms[room].session.settings if room in desk.rooms else settings

    blocks = page(settings, in_use)
    gradio.mount_gradio_app(app, blocks, "/", theme=theme(), head=head(settings), footer_links=[], show_error=False)
    return app


def _unless_hung_up(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A page that goes away in the middle of a message fails a task inside aiortc that nobody can await."""
    sender = getattr(getattr(context.get("future"), "get_coro", lambda: None)(), "__qualname__", "")
    if not (isinstance(context.get("exception"), ConnectionError) and sender.startswith("RTCSctpTransport.")):
        loop.default_exception_handler(context)


def _add_routes(app: FastAPI, settings: Settings) -> None:
    @app.get("/state")
    async def state(request: Request) -> dict[str, str]:
        desk: Desk = request.app.state.desk
        return {"waking": desk.waking, "trouble": desk.trouble}

    @app.post("/rtc/offer")
    async def offer(request: Request, offer: Offer) -> dict[str, str]:
        desk: Desk = request.app.state.desk
        return await desk.connect(offer)

    @app.get("/help-lines")
    async def help_lines(country: str = "") -> dict[str, Any]:
        from dialogue.help_lines import help_line

        return asdict(help_line(settings.country or country))

    @app.get("/transcript.{kind}")
    async def transcript(request: Request, kind: str, room: str) -> Response:
        desk: Desk = request.app.state.desk
        if room not in desk.rooms or kind not in ("txt", "json"):
            raise HTTPException(404, "There is no such conversation any more.")
        spoken = desk.rooms[room].session.transcript
        headers = {"Content-Disposition": f'attachment; filename="conversation.{kind}"', "Cache-Control": "no-store"}
        if kind == "txt":
            return PlainTextResponse(spoken.as_text(), headers=headers)
        return JSONResponse(spoken.as_dict(), headers=headers)


class _Guard:
    """Keeps other websites away from a local server.

    A page elsewhere can send requests here through its visitor's browser, or have its own name point to 127.0.0.1 (DNS
    rebinding): so the host must be an address or a name that was asked for, and whoever posts must come from it.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = {"localhost", settings.host, socket.gethostname().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await (self._refusal(Request(scope)) or self._app)(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        origin = request.headers.get("origin")
        if not self._known(host):
            return PlainTextResponse("unknown host", 421)
        if request.method != "GET" and origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            return PlainTextResponse("requests from other sites are refused", 403)
        return None

    def _known(self, host: str) -> bool:
        if host.lower() in self._names:
            return True
        try:
            return bool(ipaddress.ip_address(host))
        except ValueError:
            return False


def serve(settings: Settings, studio: Studio) -> None:
    """Serve until interrupted. Raises `OSError` in one clear line when the port cannot be had."""
    import uvicorn

    _claim(settings)
    app = create_app(settings, studio)
    config = uvicorn.Config(app, settings.host, settings.port, log_level="warning", timeout_graceful_shutdown=3)
    print(f"The companion is at http://localhost:{settings.port} (Ctrl-C ends it)")  # noqa: T201 - for the person who started it
    uvicorn.Server(config).run()


def _claim(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise OSError(
                f"port {settings.port} on {settings.host} cannot be used ({error.strerror}); choose another with --port"
            ) from error
