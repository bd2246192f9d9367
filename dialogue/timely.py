"""`timely`: the pieces of a reply, as long as each comes in time and the reply stays short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from companion.engines import EngineError

MAX_CHARACTERS = 1200
"""A reply is one to three sentences; a model that has not ended by then never will."""
TOKEN_TIMEOUT_SHARE = 0.75
"""Once it speaks, the time-out between two pieces is this share of the time-out of the first."""


async def timely(pieces: AsyncGenerator[str, None], timeout_sec: float, who: str) -> AsyncGenerator[str, None]:
    """The pieces until `MAX_CHARACTERS`; they are closed in any case.

    Raises `EngineError`, with `who` as its subject, when a piece is late or the reply is empty.
    """
    limit, count = timeout_sec, 0
    try:
        while count < MAX_CHARACTERS:
            try:
                piece = await asyncio.wait_for(anext(pieces), limit)
            except StopAsyncIteration:
                break
            except TimeoutError:
                late = "stopped in the middle of its reply" if count else f"did not answer within {limit:g} s"
                raise EngineError(f"{who} {late}") from None
            limit = TOKEN_TIMEOUT_SHARE * timeout_sec
            count += len(piece)
            yield piece
    finally:
        await pieces.aclose()
    if count == 0:
        raise EngineError(f"{who} sent an empty reply")
