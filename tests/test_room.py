"""A person's room on the server: messages from the page, and what outlives a reload."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from companion.clock import MediaLoop
from companion.settings import Settings
from tests.fakes import FakeModel, Stopwatch, fake_studio
from ui.room import ABSENCE_SEC, Room


class Visit:
    """A room of fakes with everything it sends kept."""

    def __init__(self, **engines: object) -> None:
        self.studio = fake_studio(Stopwatch(), **engines)
        self.gone: list[Room] = []
        self.sent: list[dict[str, Any]] = []
        self.room = Room(self.studio, Settings(), self.gone.append)  # type: ignore[arg-type]  # a fake
        self.playout = self.room.enter()
        self.room.send = lambda text: self.sent.append(json.loads(text))

    def say(self, **message: object) -> None:
        self.room.message(json.dumps(message))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.sent if event["kind"] == kind]


def visit(scene: Callable[[Visit], Awaitable[None]], **engines: object) -> None:
    async def run() -> None:
        visit = Visit(**engines)
        await scene(visit)
        visit.room.close()
        await visit.room.ended()
        visit.studio.close()

    with asyncio.Runner(loop_factory=MediaLoop) as runner:
        runner.run(run())


def test_a_written_sentence_is_answered_and_told_to_the_page() -> None:
    async def scene(visit: Visit) -> None:
        visit.say(op="type", text="I feel alone")
        await asyncio.sleep(5)
        assert visit.of("turn")[0]["text"] == "I feel alone"
        assert visit.of("plan")
        assert visit.of("clause")
        assert visit.of("mark")

    visit(scene)


@pytest.mark.parametrize("text", ["", "not json", "[]", "{}", '{"op": 5}', '{"op": "type"}', '{"op": "fly"}', "null"])
def test_a_message_that_is_none_is_answered_in_one_line(text: str) -> None:
    async def scene(visit: Visit) -> None:
        visit.room.message(text)
        (error,) = visit.of("error")
        assert "\n" not in error["message"]

    visit(scene)


@pytest.mark.parametrize("values", [{"expressiveness": 7}, {"expressiveness": "much"}, {"engines": {"voice": "x"}}])
def test_settings_that_cannot_be_are_refused_and_nothing_changes(values: dict[str, object]) -> None:
    async def scene(visit: Visit) -> None:
        before = visit.room.session.settings
        visit.say(op="settings", values=values)
        assert visit.of("error")[0]["message"].startswith("Not changed")
        assert visit.room.session.settings == before

    visit(scene)


def test_the_page_cannot_change_what_belongs_to_the_owner() -> None:
    async def scene(visit: Visit) -> None:
        visit.say(op="settings", values={"host": "10.0.0.1", "sessions": 64, "expressiveness": 1.2})
        settings = visit.room.session.settings
        assert (settings.host, settings.sessions, settings.expressiveness) == ("127.0.0.1", 4, 1.2)

    visit(scene)


def test_a_reload_comes_back_to_the_same_conversation() -> None:
    async def scene(visit: Visit) -> None:
        visit.say(op="type", text="Remember me")
        await asyncio.sleep(5)
        visit.room.leave(visit.playout)
        await asyncio.sleep(ABSENCE_SEC / 2)
        visit.room.enter()
        visit.room.send = lambda text: visit.sent.append(json.loads(text))
        visit.say(op="hello")
        assert visit.of("state")[-1]["transcript"][0]["text"] == "Remember me"
        await asyncio.sleep(2 * ABSENCE_SEC)
        assert not visit.gone

    visit(scene)


def test_nobody_coming_back_ends_the_session() -> None:
    async def scene(visit: Visit) -> None:
        visit.room.leave(visit.playout)
        shown = visit.room.session.performer.frames
        await asyncio.sleep(ABSENCE_SEC / 2)
        assert visit.room.session.performer.frames - shown <= 1  # nothing is drawn for nobody
        await asyncio.sleep(ABSENCE_SEC)
        assert visit.gone == [visit.room]

    visit(scene)


def test_picture_and_sound_carry_the_same_time() -> None:
    async def scene(visit: Visit) -> None:
        visit.say(op="type", text="hello")
        await asyncio.sleep(1)
        for _ in range(20):
            picture, sound = await visit.playout.picture.recv(), await visit.playout.sound.recv()
            await visit.playout.sound.recv()
            assert (picture.pts or 0) / 90_000 == pytest.approx((sound.pts or 0) / 24_000, abs=0.041)

    visit(scene, language=FakeModel("A few words to say now."))


def test_forgetting_empties_the_page_and_the_transcript() -> None:
    async def scene(visit: Visit) -> None:
        visit.say(op="type", text="forget this")
        await asyncio.sleep(3)
        visit.say(op="forget")
        assert visit.of("state")[-1]["transcript"] == []

    visit(scene)
