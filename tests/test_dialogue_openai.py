"""Any OpenAI-compatible server, well-behaved or not: one clear line, and the conversation goes on."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from companion.engines import EngineError
from companion.types import Affect, Clause, Message, Notice, Plan, TextReading, UserTurn, Words
from dialogue.bank import bank
from dialogue.feeling import LexiconReader
from dialogue.openai_server import OpenAIServer
from dialogue.planner import Planner
from dialogue.safety import Danger
from dialogue.scripted import Scripted
from dialogue.supporter import Supporter
from dialogue.talk import Talk
from dialogue.timely import MAX_CHARACTERS
from dialogue.wording import MAX_CLAUSES

GOOD = ["That sounds ", "really hard, ", "and I'm glad you ", "told me. ", "What happened", " then?"]
LONG = [f"I am sorry to hear of the {number} hours and of all the days that you had to wait. " for number in range(5)]
TIMEOUT_SEC = 0.4


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manner = "good"
        self.requests: list[dict[str, object]] = []
        self.leave = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass

    def do_GET(self) -> None:
        names = [] if self.server.manner == "no models" else [{"id": "kind-model", "object": "model"}]
        self._send(200, json.dumps({"object": "list", "data": names}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(json.loads(body))
        manner = self.server.manner
        if manner == "unknown model":
            self._send(404, json.dumps({"error": {"message": "model not found"}}))
        elif manner == "html":
            self._send(200, "<html><body>Welcome to nginx</body></html>", "text/html")
        elif manner == "error":
            self._send(500, "boom")
        elif manner == "no key":
            self._send(401, json.dumps({"error": {"message": "no"}}))
        elif manner == "garbage":
            self._stream(["data: {not json\n\n"])
        elif manner == "silent":
            self.server.leave.wait(5)
        else:
            self._stream(self._events(manner))

    def _events(self, manner: str) -> Iterator[str]:
        pieces: Iterator[str] = iter(GOOD)
        end = ', "finish_reason": "length"' if manner == "long" else ""
        if manner == "empty":
            pieces = iter(())
        elif manner == "endless":
            pieces = iter(["and so on "] * 100_000)
        elif manner == "rambles":
            pieces = (f"That is thought {number} of {number} about your day. " for number in itertools.count())
        elif manner == "dies":
            pieces = iter(["I am sorry to hear that. ", "It must have been", " "])
        elif manner == "long":
            pieces = iter([*LONG, "It must have been"])
        for count, piece in enumerate(pieces):
            if manner == "stops" and count == 3:
                self.server.leave.wait(5)
                return
            yield "data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]}) + "\n\n"
            time.sleep(0.01 if manner == "rambles" else 0)
        if manner == "dies":
            return
        yield 'data: {"choices": [{"index": 0, "delta": {}' + end + "}]}\n\n"
        yield "data: [DONE]\n\n"

    def _stream(self, events: Iterator[str] | list[str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for event in events:
                self.wfile.write(event.encode())
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client has heard enough
        self.close_connection = True

    def _send(self, status: int, text: str, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture
def server() -> Iterator[_Server]:
    running = _Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.leave.set()
    running.shutdown()
    running.server_close()
    thread.join()


def _model(server: _Server, model: str = "m") -> OpenAIServer:
    return OpenAIServer(f"http://127.0.0.1:{server.server_port}/v1", model, timeout_sec=TIMEOUT_SEC)


def _plan() -> Plan:
    sad = Affect.of("sad", 0.7)
    turn = UserTurn(1, Words("I lost my job", 0.0, 0.0), sad, 0.0, 0.0)
    return Planner().plan(turn, Talk.of("I lost my job", []), TextReading(sad), Danger())


def _complete(model: OpenAIServer) -> str:
    async def run() -> str:
        return "".join([piece async for piece in model.complete([Message("user", "I lost my job")], _plan())])

    return asyncio.run(run())


def _reply(supporter: Supporter, text: str = "I lost my job last week", number: int = 1) -> list[object]:
    async def run() -> list[object]:
        turn = UserTurn(number, Words(text, 0, 0, 1.0, final=True), Affect.unknown(), 0, 0)
        return [item async for item in supporter.reply(turn, [])]

    return asyncio.run(run())


def _supporter(model: OpenAIServer) -> Supporter:
    return Supporter(model, Scripted(), LexiconReader())


def _text(items: list[object]) -> str:
    return " ".join(item.text for item in items if isinstance(item, Clause))


def test_a_good_server_is_streamed_with_the_plan_in_the_system_message(server: _Server) -> None:
    items = _reply(_supporter(_model(server)))
    assert _text(items) == "That sounds really hard, and I'm glad you told me. What happened then?"
    assert isinstance(items[0], Plan)
    assert not [item for item in items if isinstance(item, Notice)]
    sent = server.requests[0]["messages"]
    assert isinstance(sent, list)
    assert sent[0]["role"] == "system"
    assert "I lost my job" in sent[0]["content"]
    assert sent[-1] == {"role": "user", "content": "I lost my job last week"}


def test_without_a_model_name_the_first_listed_is_used(server: _Server) -> None:
    _complete(_model(server, ""))
    assert server.requests[0]["model"] == "kind-model"


@pytest.mark.parametrize(
    ("manner", "line"),
    [
        ("silent", "did not answer within"),
        ("unknown model", "does not know the model 'm'"),
        ("html", "not a reply|empty reply"),
        ("garbage", "not a reply"),
        ("empty", "empty reply"),
        ("error", r"answered with an error \(500\)"),
        ("no key", "refuses the key in OPENAI_API_KEY"),
        ("stops", "stopped in the middle"),
    ],
)
def test_a_server_that_misbehaves_gets_one_clear_line(server: _Server, manner: str, line: str) -> None:
    server.manner = manner
    with pytest.raises(EngineError, match=line) as caught:
        _complete(_model(server))
    assert "\n" not in str(caught.value)
    assert str(server.server_port) in str(caught.value)


def test_a_server_without_models_and_one_that_is_down_are_told_apart(server: _Server) -> None:
    server.manner = "no models"
    with pytest.raises(EngineError, match="has no model"):
        _complete(_model(server, ""))
    with pytest.raises(EngineError, match="cannot be reached; is it running"):
        _complete(OpenAIServer("http://127.0.0.1:9/v1", "m", timeout_sec=TIMEOUT_SEC))
    with pytest.raises(ValueError, match="must begin with http"):
        OpenAIServer("localhost:11434")


def test_output_that_never_ends_is_cut(server: _Server) -> None:
    server.manner = "endless"
    assert len(_complete(_model(server))) <= MAX_CHARACTERS + 20


def test_the_built_in_supporter_answers_when_the_server_is_slow_and_it_is_said(server: _Server) -> None:
    server.manner = "silent"
    began = time.monotonic()
    items = _reply(_supporter(_model(server)))
    assert time.monotonic() - began < 3
    notices = [item for item in items if isinstance(item, Notice)]
    assert len(notices) == 1
    assert notices[0].stage == "language"
    assert notices[0].message.endswith("did not answer within 0.4 s; the built-in supporter answers instead.")
    assert len(_text(items).split()) >= 6


def test_a_reply_that_breaks_off_is_closed_gracefully(server: _Server) -> None:
    server.manner = "stops"
    items = _reply(_supporter(_model(server)))
    spoken = _text(items)
    assert spoken.startswith("That sounds really hard,")
    assert spoken.removeprefix("That sounds really hard, ") in bank().lines("others", "closing")
    assert len([item for item in items if isinstance(item, Notice)]) == 1


def test_a_connection_that_dies_in_the_middle_of_a_sentence_is_told_and_closed(server: _Server) -> None:
    server.manner = "dies"
    items = _reply(_supporter(_model(server)))
    said = [item.text for item in items if isinstance(item, Clause)]
    assert said[0] == "I am sorry to hear that."
    assert said[1] in bank().lines("others", "closing")
    assert len(said) == 2
    told = [item.message for item in items if isinstance(item, Notice)]
    assert len(told) == 1
    assert told[0].endswith("stopped in the middle of its reply; the built-in supporter ends the reply.")


def test_a_sentence_cut_by_the_length_of_the_reply_is_left_out_and_told(server: _Server) -> None:
    server.manner = "long"
    supporter = _supporter(_model(server))
    for number in (1, 2):  # a long reply is no failure: the model is asked again
        items = _reply(supporter, number=number)
        assert _text(items) == "".join(LONG).strip()
        assert [item.message for item in items if isinstance(item, Notice)] == [
            "The language model came to no end and was stopped."
        ]


def test_a_reply_that_rambles_on_is_cut_with_one_notice(server: _Server) -> None:
    server.manner = "rambles"
    items = _reply(_supporter(_model(server)))
    assert len([item for item in items if isinstance(item, Clause)]) == MAX_CLAUSES
    assert [item.message for item in items if isinstance(item, Notice)] == [
        "The language model came to no end and was stopped."
    ]


@pytest.mark.parametrize("manner", ["rambles", "endless"])
def test_a_reply_that_is_cut_off_is_closed_without_a_complaint(
    server: _Server, manner: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.manner = manner
    _reply(_supporter(_model(server)))
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


def test_a_failed_server_is_tried_again_and_rests_longer_after_each_failure(server: _Server) -> None:
    server.manner = "error"
    supporter = _supporter(_model(server))
    for number in range(1, 9):
        _reply(supporter, number=number)
    failed = len(server.requests)
    assert 3 <= failed < 8
    server.manner = "good"
    texts = [_text(_reply(supporter, number=number)) for number in range(9, 14)]
    assert "That sounds really hard, and I'm glad you told me. What happened then?" in texts
