"""A person's room on the server: messages from the page, and what outlives a reload."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from companion.clock import MediaLoop
from companion.settings import Settings
from tests.fakes import FakeModel, Stopwatch, fake_studio
from ui.allowance import allowed
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


@pytest.mark.parametrize(
    "text",
    [
        "", "not json", "[]", "{}", '{"op": 5}', '{"op": "type"}', '{"op": "fly"}', "null", '{"op": "settings"}',
        '{"op": "settings", "values": ["persona"]}', "[" * 100_000, "9" * 5000,
    ],
    ids=range(12),
)  # fmt: skip
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
        await asyncio.sleep(1)
        assert visit.of("error")[0]["message"].startswith("Not changed")
        assert visit.room.session.settings == before

    visit(scene)


def test_the_page_cannot_change_what_belongs_to_the_owner() -> None:
    async def scene(visit: Visit) -> None:
        visit.say(op="settings", values={"host": "10.0.0.1", "sessions": 64, "expressiveness": 1.2})
        await asyncio.sleep(1)
        settings = visit.room.session.settings
        assert (settings.host, settings.sessions, settings.expressiveness) == ("127.0.0.1", 4, 1.2)

    visit(scene)


@pytest.mark.parametrize(
    "values",
    [
        {"persona": "pyproject.toml"},
        {"persona": "/etc/passwd"},
        {"persona": "~nobody/x.toml"},
        {"persona": ["mira"]},
        {"engines": {"language": "os:_exit"}},
        {"engines": {"renderer": "http.server:HTTPServer"}},
        {"engines": "scripted"},
        {"language_server": "http://elsewhere.example"},
        {"language_server": {"base_url": 5}},
    ],
)
def test_the_page_can_have_no_file_opened_and_no_module_imported(values: dict[str, object]) -> None:
    async def scene(visit: Visit) -> None:
        before = visit.room.session.settings
        visit.say(op="settings", values=values)
        await asyncio.sleep(1)
        (error,) = visit.of("error")
        assert error["message"].startswith("Not changed")
        assert "\n" not in error["message"]
        assert visit.room.session.settings == before

    visit(scene)


def test_what_the_owner_named_may_be_chosen_again(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('name = "Own"\nsummary = "Mine."\nmanner = "Kind."\n', encoding="utf-8")
    owners = Settings().changed(persona=str(own), engines={"language": "tests.fakes:FakeModel"})
    others: dict[str, Any] = {"persona": "amara", "engines": {"language": "scripted"}}
    for values in (others, owners.model_dump()):
        settings = allowed(values, owners, owners)
        assert settings.persona == values["persona"]
        assert settings.engines.language == values["engines"]["language"]


def test_a_key_goes_to_the_address_that_the_owner_named_and_no_other() -> None:
    theirs = {"base_url": "https://model.example/v1", "api_key_env": "MODEL_KEY", "timeout_sec": 9.0}

    async def scene(visit: Visit) -> None:
        owners = visit.room._owners = Settings().changed(language_server=theirs)
        await visit.room.session.configure(owners)
        asked = {"base_url": "http://elsewhere.example/v1", "model": "m", "api_key_env": "HOME", "timeout_sec": 100}
        visit.say(op="settings", values={"language_server": asked})
        await asyncio.sleep(1)
        server = visit.room.session.settings.language_server
        assert (server.base_url, server.model) == ("http://elsewhere.example/v1", "m")
        assert (server.api_key_env, server.timeout_sec) == ("", 9.0)
        visit.say(op="settings", values={"language_server": {"base_url": theirs["base_url"], "model": ""}})
        await asyncio.sleep(1)
        assert visit.room.session.settings.language_server == owners.language_server
        assert visit.of("settings")[-1]["settings"]["language_server"] == {"base_url": theirs["base_url"], "model": ""}

    visit(scene)


def test_changes_are_made_in_their_order_and_a_broken_engine_stops_none() -> None:
    async def scene(visit: Visit) -> None:
        find = visit.studio.engine

        def broken(stage: str, settings: Settings) -> object:
            if settings.engines.language == "openai":
                raise RuntimeError("no memory left")
            return find(stage, settings)

        vars(visit.studio)["engine"] = broken
        visit.say(op="settings", values={"engines": {"language": "openai"}})
        visit.say(op="settings", values={"expressiveness": 0.5})
        visit.say(op="settings", values={"country": "IE"})
        await asyncio.sleep(1)
        assert [event["message"] for event in visit.of("error")] == ["Not changed: RuntimeError: no memory left"]
        settings = visit.room.session.settings
        assert (settings.engines.language, settings.expressiveness, settings.country) == ("scripted", 0.5, "IE")

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
