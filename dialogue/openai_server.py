"""`OpenAIServer`: any server that speaks the OpenAI chat protocol (Ollama, llama.cpp, vLLM, ...)."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from companion.engines import EngineError
from companion.types import Message, Plan
from dialogue.clauses import goes_on
from dialogue.timely import timely

MAX_TOKENS = 160


class OpenAIServer:
    """A language model behind any OpenAI-compatible server (Ollama, llama.cpp, vLLM), by address and model name."""

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:11434/v1",
        model: str = "",
        api_key_env: str = "OPENAI_API_KEY",
        timeout_sec: float = 4.0,
    ) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ValueError(f"the language server's address must begin with http:// or https://, got {base_url!r}")
        self._base_url = base_url.rstrip("/")
        self._model = model
        self._key_env = api_key_env
        self._timeout_sec = timeout_sec
        self._where = f"The language server at {self._base_url}"
        self._stopped = f"{self._where} stopped in the middle of its reply"

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncGenerator[str, None]:  # noqa: ARG002 - the plan is in the system message
        """Pieces of the reply as the server streams them.

        Raises `EngineError` with one clear line when the server is down, slow, refuses, or answers with something else
        than a chat stream.
        """
        # 1 s to import: in a thread, so that the face goes on moving meanwhile.
        await asyncio.to_thread(importlib.import_module, "openai")
        from openai import AsyncOpenAI, OpenAIError

        begun = False
        client = AsyncOpenAI(
            base_url=self._base_url,
            api_key=os.environ.get(self._key_env) or "none",  # local servers want some key, and any will do
            timeout=2 * self._timeout_sec,
            max_retries=0,
        )
        try:
            async with aclosing(timely(self._stream(client, messages), self._timeout_sec, self._where)) as pieces:
                async for piece in pieces:
                    begun = True
                    yield piece
        except OpenAIError as error:
            raise EngineError(self._stopped if begun else self._plainly(error)) from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The client hands on whatever JSON or text came; none of its shapes is promised.
            raise EngineError(f"{self._where} sent something that is not a reply") from error
        finally:
            await client.close()

    async def _stream(self, client: Any, messages: Sequence[Message]) -> AsyncGenerator[str, None]:  # noqa: ANN401 - AsyncOpenAI, imported late
        model = self._model or await self._first_model(client)
        stream = await client.chat.completions.create(
            model=model,
            messages=[{"role": message.role, "content": message.content} for message in messages],
            stream=True,
            max_tokens=MAX_TOKENS,
            temperature=0.7,
        )
        end, last = "", ""
        try:
            async for chunk in stream:
                if not chunk.choices:
                    continue
                end = chunk.choices[0].finish_reason or end
                if text := chunk.choices[0].delta.content:
                    last = f"{last}{text}"[-8:]  # a gap may come as a piece of its own
                    yield text
        finally:
            await stream.close()
        # A connection that dies ends the stream like a whole reply, only without a reason.
        if goes_on(last) and not end:
            raise EngineError(self._stopped)

    async def _first_model(self, client: Any) -> str:  # noqa: ANN401 - AsyncOpenAI, imported late
        """The first model that the server lists; it is kept for the next turns."""
        listed = await client.models.list()
        names = [entry.id for entry in listed.data]
        if not names:
            raise EngineError(f"{self._where} has no model; load one or name it in the settings")
        self._model = names[0]
        return self._model

    def _plainly(self, error: Exception) -> str:
        from openai import APIConnectionError, APIStatusError, APITimeoutError, AuthenticationError, NotFoundError

        where = self._where
        match error:
            case APITimeoutError():
                return f"{where} did not answer within {self._timeout_sec:g} s"
            case APIConnectionError():
                return f"{where} cannot be reached; is it running?"
            case NotFoundError() if self._model:
                return f"{where} does not know the model {self._model!r}"
            case AuthenticationError():
                return f"{where} refuses the key in {self._key_env}"
            case APIStatusError():
                return f"{where} answered with an error ({error.status_code})"
        return f"{where} sent something that is not a reply"
