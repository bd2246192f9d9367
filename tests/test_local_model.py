"""A chat model of transformers in this process: streamed, left at once, and plain about what it cannot do."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from companion.engines import EngineError
from companion.profile import resolve
from companion.registry import engine
from companion.settings import Settings
from companion.types import Clause, Message, Notice
from dialogue.feeling import LexiconReader
from dialogue.local_model import LocalModel
from dialogue.modelseeker import UNPLANNED
from dialogue.scripted import Scripted
from dialogue.supporter import Supporter
from tests.tinymodel import NO_SYSTEM, tiny_model
from tests.turns import turn

SAID = [Message("system", "Be kind."), Message("user", "I lost my job")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("chat"))


@pytest.fixture(scope="module")
def model(folder: Path) -> LocalModel:
    return LocalModel(str(folder), timeout_sec=30.0)


def _pieces(model: LocalModel, messages: list[Message], most: int = 10_000) -> list[str]:
    async def run() -> list[str]:
        found = []
        stream = model.complete(messages, UNPLANNED)
        async for piece in stream:
            found.append(piece)
            if len(found) >= most:
                break
        await stream.aclose()
        return found

    return asyncio.run(run())


def _working() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "language"]


def test_the_reply_comes_in_pieces(model: LocalModel) -> None:
    assert len(_pieces(model, SAID)) > 3


def test_leaving_ends_the_generation_and_the_next_reply_comes(model: LocalModel) -> None:
    assert len(_pieces(model, SAID, most=1)) == 1
    deadline = time.monotonic() + 5
    while _working() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _working()
    assert _pieces(model, SAID, most=2)


def test_a_long_talk_loses_its_oldest_lines_and_still_fits(model: LocalModel) -> None:
    talk = [Message("user" if i % 2 == 0 else "assistant", f"line {i} of a long talk") for i in range(800)]
    kept = model._inputs([SAID[0], *talk, SAID[1]])["input_ids"]
    text = model._tokenizer.decode(kept[0])
    assert "Be kind." in text
    assert "I lost my job" in text
    assert "line 0 " not in text
    assert "line 799 " in text


def test_what_never_fits_is_said(model: LocalModel) -> None:
    with pytest.raises(EngineError, match="does not fit"):
        _pieces(model, [SAID[0], Message("user", "word " * 9000)])


def test_a_template_without_a_system_role_gets_the_instructions_with_the_first_line(tmp_path: Path) -> None:
    model = LocalModel(str(tiny_model(tmp_path, NO_SYSTEM)), timeout_sec=30.0)
    written = model._written([SAID[0], Message("assistant", "Hello"), SAID[1], Message("user", "and my flat")])
    assert written == "user: Be kind.\n\nI lost my job\nand my flat\nassistant:"
    assert _pieces(model, SAID, most=1)


def test_a_model_without_a_template_gets_a_plain_transcript(tmp_path: Path) -> None:
    model = LocalModel(str(tiny_model(tmp_path, "")), timeout_sec=30.0)
    assert model._written(SAID) == "Be kind.\nUser: I lost my job\nCompanion:"


def test_a_late_model_is_said_in_one_line(folder: Path) -> None:
    with pytest.raises(EngineError, match=r"did not answer within 0\.0001 s"):
        _pieces(LocalModel(str(folder), timeout_sec=0.0001), SAID)


@pytest.mark.parametrize("error", [KeyError("role"), TypeError("no such filter\nline two"), AssertionError()])
def test_whatever_goes_wrong_in_the_thread_is_said_in_one_line(
    model: LocalModel, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(messages: list[Message]) -> None:
        raise error

    monkeypatch.setattr(model, "_inputs", broken)
    with pytest.raises(EngineError, match=r"failed: ('role'|no such filter|AssertionError)$"):
        _pieces(model, SAID)


@pytest.mark.parametrize("place", ["", "/nowhere/at/all"])
def test_a_model_that_is_not_there_is_said_in_one_line(place: str) -> None:
    with pytest.raises(EngineError) as error:
        LocalModel(place)
    assert "\n" not in str(error.value)
    assert "model" in str(error.value)


def test_pickled_weights_are_refused(folder: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    for file in folder.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    torch.save(load_file(folder / "model.safetensors"), tmp_path / "pytorch_model.bin")
    with pytest.raises(EngineError, match="no chat model can be loaded"):
        LocalModel(str(tmp_path))


def test_noise_of_random_weights_is_never_spoken(model: LocalModel) -> None:
    import torch

    torch.manual_seed(1)

    async def run() -> list[object]:
        supporter = Supporter(model, Scripted(), LexiconReader())
        return [item async for item in supporter.reply(turn("I lost my job last week"), [])]

    items = asyncio.run(run())
    assert any(isinstance(item, Notice) and "not language" in item.message for item in items)
    said = " ".join(item.text for item in items if isinstance(item, Clause))
    assert "job" in said or len(said.split()) >= 6


def test_the_gpu_profile_takes_it_only_where_its_model_is_named(folder: Path) -> None:
    assert engine("language", "transformers") is LocalModel
    assert resolve(Settings(profile="gpu"))[0].engines.language == "scripted"
    named = Settings(profile="gpu").changed(models={"language": str(folder)})
    assert resolve(named)[0].engines.language == "transformers"
