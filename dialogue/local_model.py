"""`LocalModel`: a chat model of the transformers library, run in this process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from companion.engines import EngineError
from companion.types import Message, Plan
from dialogue.timely import timely

MAX_NEW_TOKENS = 160
TEMPERATURE = 0.7
NAMES = {"user": "User", "assistant": "Companion"}
"""How the two sides are called for a model that knows no chat template."""


class LocalModel:
    """A causal language model of the transformers library, in this process, streamed; named in `[models] language`."""

    needs = "language"
    """The setting under `[models]` without which it cannot run."""

    def __init__(self, language_model: str = "", timeout_sec: float = 4.0) -> None:
        """`language_model`: a folder with the model and its tokenizer, or a name that is on this machine already.

        It goes to the GPU where there is one. Nothing is downloaded, no code of the model's own is run, and its
        weights must be safetensors. Raises `EngineError` when it cannot be loaded.
        """
        if not language_model:
            raise EngineError(
                "the transformers language engine needs a folder with a chat model: name it under [models] as language"
            )
        if reason := self.obstacle():
            raise EngineError(reason)
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        folder = Path(language_model).expanduser()
        place = str(folder) if folder.is_dir() else language_model
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        # Half precision halves what a token must read from memory; on a CPU without such arithmetic it is slower.
        kind = torch.bfloat16 if self._device == "cuda" else torch.float32
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(place, local_files_only=True)
            model: Any = AutoModelForCausalLM.from_pretrained(
                place, local_files_only=True, use_safetensors=True, dtype=kind
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            line = str(error).strip().partition("\n")[0]
            raise EngineError(f"no chat model can be loaded from {language_model!r}: {line}") from error
        self._model: Any = model.to(self._device).eval()
        self._name = Path(language_model).name
        self._timeout_sec = timeout_sec
        self._one_at_a_time = threading.Lock()

    @staticmethod
    def obstacle() -> str | None:
        """What is missing, without loading it."""
        missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
        return f"{' and '.join(missing)} not installed: pip install torch transformers" if missing else None

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:  # noqa: ARG002 - the plan is in the system message
        """Pieces of the reply, word by word; leaving it ends the generation at the next token.

        Raises `EngineError` when the words do not fit into the model, the machine's memory ends or a piece is late.
        """
        async with aclosing(timely(self._stream(messages), self._timeout_sec, f"The model {self._name}")) as pieces:
            async for piece in pieces:
                yield piece

    async def _stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        loop, left = asyncio.get_running_loop(), threading.Event()
        ready: asyncio.Queue[str | EngineError | None] = asyncio.Queue()

        def tell(item: str | EngineError | None) -> None:
            if not left.is_set():
                loop.call_soon_threadsafe(ready.put_nowait, item)

        def work() -> None:
            try:
                with self._one_at_a_time:
                    self._generate(messages, tell, left)
            except EngineError as error:
                tell(error)
            except Exception as error:  # noqa: BLE001 - a template or tokenizer may fail in any way; told, not lost
                line = str(error).strip().partition("\n")[0] or type(error).__name__
                tell(EngineError(f"The model {self._name} failed: {line}"))
            finally:
                tell(None)

        threading.Thread(target=work, name="language", daemon=True).start()
        try:
            while (item := await ready.get()) is not None:
                if isinstance(item, EngineError):
                    raise item
                yield item
        finally:
            left.set()

    def _generate(self, messages: Sequence[Message], tell: Any, left: threading.Event) -> None:  # noqa: ANN401 - a function
        import torch
        from transformers import StoppingCriteriaList, TextStreamer

        class Teller(TextStreamer):  # type: ignore[misc, unused-ignore]  # an untyped base where stubs are missing
            def on_finalized_text(self, text: str, stream_end: bool = False) -> None:  # noqa: ARG002 - the base's
                if text:
                    tell(text)

        def abandoned(ids: Any, _: object) -> Any:  # noqa: ANN401 - tensors, imported late
            return ids.new_full(ids.shape[:1], left.is_set(), dtype=torch.bool)

        inputs = self._inputs(messages)
        with torch.inference_mode():
            self._model.generate(
                **inputs,
                max_new_tokens=MAX_NEW_TOKENS,
                do_sample=True,
                temperature=TEMPERATURE,
                top_p=0.95,
                pad_token_id=self._padding(),
                streamer=Teller(self._tokenizer, skip_prompt=True, skip_special_tokens=True),
                stopping_criteria=StoppingCriteriaList([abandoned]),
            )

    def _inputs(self, messages: Sequence[Message]) -> Mapping[str, Any]:
        """The tokens, with the oldest lines left out as far as they do not fit."""
        room = int(getattr(self._model.config, "max_position_embeddings", 0) or 1 << 20) - MAX_NEW_TOKENS
        system = [message for message in messages if message.role == "system"]
        talk = [message for message in messages if message.role != "system"]
        while talk:
            encoded = self._tokenizer(self._written([*system, *talk]), return_tensors="pt", add_special_tokens=False)
            if encoded["input_ids"].shape[1] <= room:
                return {name: encoded[name].to(self._device) for name in ("input_ids", "attention_mask")}
            talk = talk[1:]
        raise EngineError(f"What is to be answered does not fit into the model {self._name} ({room} tokens)")

    def _written(self, messages: Sequence[Message]) -> str:
        """The dialogue as the model was taught to read it."""
        if not self._tokenizer.chat_template:
            lines = [f"{NAMES[m.role]}: {m.content}" if m.role in NAMES else m.content for m in messages]
            return "\n".join([*lines, f"{NAMES['assistant']}:"])
        from jinja2 import TemplateError

        try:
            return self._templated(messages)
        except TemplateError:
            return self._templated(_without_system(messages))

    def _templated(self, messages: Sequence[Message]) -> str:
        turns = [{"role": message.role, "content": message.content} for message in messages]
        return str(self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))

    def _padding(self) -> int:
        for token in (self._tokenizer.pad_token_id, self._tokenizer.eos_token_id):
            if token is not None:
                return int(token)
        return 0


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """For templates that know no system role, or want the user to begin: instructions stand in the first user line."""
    told = "\n".join(message.content for message in messages if message.role == "system")
    talk = [message for message in messages if message.role != "system"]
    while talk and talk[0].role == "assistant":
        talk.pop(0)
    joined: list[Message] = []
    for message in talk:
        if joined and joined[-1].role == message.role:
            joined[-1] = Message(message.role, f"{joined[-1].content}\n{message.content}")
        else:
            joined.append(message)
    return [Message("user", f"{told}\n\n{joined[0].content}"), *joined[1:]] if joined else []
