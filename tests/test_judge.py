"""Language models as judges: weighted by probability where it is told, else by samples; failures in one line."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from companion.engines import EngineError
from companion.types import STRATEGIES, Affect, Message, Plan, Stage
from dialogue.cards import Card
from dialogue.judge import ASPECTS, SAMPLES, EngineRater, ServerRater, expectation, judged, pooled, question
from dialogue.rehearsals import Played, Rehearsal

PLAN = Plan("sad", "", Stage.EXPLORATION, (1 / 8,) * len(STRATEGIES), "", Affect())
TALK = Rehearsal(Card("1", "p", ("p",)), (Played("I am sad.", Affect(), PLAN, "I hear you."),))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answers: list[dict[str, Any]]
    requests: list[dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass

    def do_GET(self) -> None:
        self._send({"object": "list", "data": [{"id": "first", "object": "model", "created": 0, "owned_by": "x"}]})

    def do_POST(self) -> None:
        self.server.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        at = min(len(self.server.requests), len(self.server.answers)) - 1
        self._send(self.server.answers[at])

    def _send(self, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def server() -> Iterator[_Server]:
    made = _Server(("127.0.0.1", 0), _Handler)
    made.answers, made.requests = [], []
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def completion(text: str, top: dict[str, float] | None = None) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    if top is not None:
        tops = [{"token": token, "logprob": math.log(p), "bytes": None} for token, p in top.items()]
        choice["logprobs"] = {"content": [{**tops[0], "top_logprobs": tops}]}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}


def rater(server: _Server, model: str = "kind") -> ServerRater:
    return ServerRater(f"http://127.0.0.1:{server.server_port}/v1", model, timeout_sec=5)


def test_scores_are_weighted_by_their_probabilities(server: _Server) -> None:
    server.answers = [completion("4", {"4": 0.5, "2": 0.3, "hello": 0.2})]
    assert asyncio.run(rater(server).rate("how?")) == pytest.approx((4 * 0.5 + 2 * 0.3) / 0.8)
    assert server.requests[0]["logprobs"] is True
    assert server.requests[0]["top_logprobs"] == 20
    assert len(server.requests) == 1


def test_without_probabilities_the_mean_of_samples_counts(server: _Server) -> None:
    server.answers = [completion("5"), completion("Score: 3"), completion("4.")]
    assert asyncio.run(rater(server).rate("how?")) == 4.0
    assert len(server.requests) == SAMPLES


def test_how_each_judge_came_to_its_scores_is_told(server: _Server) -> None:
    server.answers = [completion("4", {"4": 1.0}), completion("5")]
    found = pooled([asyncio.run(judged(TALK, [rater(server)])) for _ in range(2)])
    assert found.weighted == {"kind": 1 / 8}
    assert found.as_dict()["models"]["kind"]["weighted"] == 0.125
    assert f"means of {SAMPLES} samples: kind 12%" in str(found)
    sampled = pooled([asyncio.run(judged(TALK, [EngineRater(_Model("5"), "a")]))])
    assert sampled.weighted == {"a": 0.0}


def test_two_judges_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one judge is called 'a'"):
        asyncio.run(judged(TALK, [EngineRater(_Model("5"), "a"), EngineRater(_Model("1"), "a")]))


def test_the_first_model_of_the_server_judges_when_none_is_named(server: _Server) -> None:
    server.answers = [completion("4", {"4": 1.0})]
    asyncio.run(rater(server, "").rate("how?"))
    assert server.requests[0]["model"] == "first"


def test_a_judge_that_gives_no_score_or_is_not_there_is_told_in_one_line(server: _Server) -> None:
    server.answers = [completion("I would rather not. 17 of 20.")]
    with pytest.raises(EngineError, match="gave no score"):
        asyncio.run(rater(server).rate("how?"))
    with pytest.raises(EngineError, match="cannot be asked") as told:
        asyncio.run(ServerRater("http://127.0.0.1:9/v1", "m").rate("how?"))
    assert "\n" not in str(told.value)
    with pytest.raises(ValueError, match="http"):
        ServerRater("ftp://x", "m")


class _Model:
    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:
        yield self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]


def test_several_judges_are_an_ensemble_and_each_stays_visible() -> None:
    raters = [EngineRater(_Model("5"), "a"), EngineRater(_Model("3"), "b")]
    found = pooled([asyncio.run(judged(TALK, raters))]).as_dict()
    assert found["emotional_reaction"] == 4.0
    assert found["models"]["a"]["fluency"] == 5.0
    assert set(found) == {"scale", "models", *ASPECTS}
    assert asyncio.run(EngineRater(_Model("1", "2", "3"), "c").rate("how?")) == 2.0


def test_the_question_holds_the_talk_and_one_aspect() -> None:
    asked = question(TALK, "exploration")
    assert "Person: I am sad." in asked
    assert "Supporter: I hear you." in asked
    assert ASPECTS["exploration"] in asked
    assert ASPECTS["fluency"] not in asked


def test_tokens_that_are_no_score_weigh_nothing() -> None:
    assert expectation({"6": 0.0, "x": 0.0}) is None
    assert expectation({" 3": -1.0, "3": -1.0}) == pytest.approx(3.0)
