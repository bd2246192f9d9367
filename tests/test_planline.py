"""A plan line is read and never spoken; the reply is spoken, wherever the model puts it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from dialogue.planline import LONGEST, PlanLine, planned

PLAN = "[plan] emotion: sad; stimulus: my job; appraisal: hard; strategy: "
READ = PlanLine("sad", "my job", "hard", "Question")
REPLY = "I'm so sorry; that is a lot to carry. What was that day like for you, if you want to tell me?"


def _read(text: str, size: int) -> tuple[list[PlanLine], str]:
    async def pieces() -> AsyncGenerator[str, None]:
        for at in range(0, len(text), size):
            yield text[at : at + size]

    async def run() -> list[PlanLine | str]:
        return [piece async for piece in planned(pieces())]

    found = asyncio.run(run())
    return [each for each in found if isinstance(each, PlanLine)], "".join(x for x in found if isinstance(x, str))


@pytest.mark.parametrize("size", [1, 9, 2000])
@pytest.mark.parametrize("between", [" ", ". ", "; ", " - ", "\n", ".\n\n", '" '])
def test_a_reply_on_the_line_of_the_plan_is_spoken(between: str, size: int) -> None:
    opened = '"' if between.startswith('"') else ""
    plans, said = _read(f"{PLAN}{opened}Question{between}{REPLY}", size)
    assert plans == [READ]
    assert said.strip() == REPLY


@pytest.mark.parametrize("size", [1, 9, 2000])
def test_a_short_reply_on_the_line_of_the_plan_goes_on_below_it(size: int) -> None:
    assert _read(f"{PLAN}Question I hear you.\nWhat happened?", size) == ([READ], "I hear you.\nWhat happened?")
    assert _read(f"{PLAN}Question I hear you.", size) == ([READ], "I hear you.")


@pytest.mark.parametrize("size", [1, 9, 2000])
@pytest.mark.parametrize(
    "more",
    [" (open)", "; confidence: high", ", Others", " and Reflection of feelings", ", because they did not say much yet"],
)
def test_what_else_stands_in_the_plan_is_not_spoken(more: str, size: int) -> None:
    assert _read(f"{PLAN}Question{more}\n{REPLY}", size)[1] == REPLY


@pytest.mark.parametrize("size", [1, 9, 2000])
@pytest.mark.parametrize("end", ["; strategy: Question\n", "; strategy: Question ", "\n"])
def test_nothing_of_a_plan_that_runs_on_is_spoken(end: str, size: int) -> None:
    rambling = "it is all their fault and " * (2 * LONGEST // 26)
    assert _read(f"[plan] emotion: sad; appraisal: {rambling}{end}{REPLY}", size)[1] == REPLY
    assert _read(f"[plan] emotion: sad; appraisal: {rambling}", size) == ([], "")
