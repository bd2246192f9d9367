"""How streamed text becomes speakable clauses, and what is taken out of it first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence

import pytest

from dialogue.clauses import clauses
from dialogue.cleaning import cleaned

LONG = (
    "I hear how tired you are, and I'm sorry. It sounds as if Dr. Hale was no help at 3.5 minutes a visit! "
    "What would you like to do now? We could, for example, sit with it for a while."
)


async def _pieces(parts: Sequence[str]) -> AsyncGenerator[str, None]:
    for part in parts:
        yield part


def _spoken(parts: Sequence[str]) -> list[str]:
    async def collect() -> list[str]:
        return [clause async for clause in clauses(cleaned(_pieces(parts)))]

    return asyncio.run(collect())


def _split(text: str, seed: int) -> list[str]:
    rng = random.Random(seed)
    cuts = sorted(rng.sample(range(1, len(text)), min(len(text) - 1, rng.randint(1, 40))))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def test_the_first_clause_leaves_at_a_comma_and_the_others_at_sentence_ends() -> None:
    assert _spoken([LONG]) == [
        "I hear how tired you are,",
        "and I'm sorry.",
        "It sounds as if Dr. Hale was no help at 3.5 minutes a visit!",
        "What would you like to do now?",
        "We could, for example, sit with it for a while.",
    ]


@pytest.mark.parametrize("seed", range(30))
def test_where_the_pieces_are_split_makes_no_difference(seed: int) -> None:
    assert _spoken(_split(LONG, seed)) == _spoken([LONG])
    assert _spoken(list(LONG)) == _spoken([LONG])


def test_the_first_clause_does_not_wait_for_the_rest() -> None:
    async def first() -> str:
        async def never_ending() -> AsyncGenerator[str, None]:
            yield "That sounds hard. "
            await asyncio.sleep(60)
            yield "More."

        stream = clauses(cleaned(never_ending()))
        clause = await asyncio.wait_for(anext(stream), 1)
        await stream.aclose()
        return clause

    assert asyncio.run(first()) == "That sounds hard."


def test_very_short_sentences_wait_for_company() -> None:
    assert _spoken(["Oh. I see. That must be hard for you."]) == ["Oh. I see.", "That must be hard for you."]


def test_a_very_long_sentence_is_cut_at_a_comma() -> None:
    text = "So it goes. " + "and it went on and on for a while " * 4 + ", and then it ended at last."
    assert len(_spoken([text])) == 3


@pytest.mark.parametrize(
    ("raw", "spoken"),
    [
        ("<think>They are sad. I should help.</think>I'm here with you.", "I'm here with you."),
        ("<think>never closed", ""),
        ("Companion: I'm here with you.", "I'm here with you."),
        ("**I'm** really *here* with you.", "I'm really here with you."),
        ("*smiles warmly and leans in* I'm here with you.", "I'm here with you."),
        ("(softly) I'm here with you.", "I'm here with you."),
        ("[takes a breath] I'm here with you.", "I'm here with you."),
        ("I'm here with you \U0001f60a\u2764\ufe0f.", "I'm here with you."),
        ("I'm here with you.\nUser: thanks\nAssistant: fine", "I'm here with you."),
        ("# Hello there friend\n- I'm here with you.", "Hello there friend. I'm here with you."),
        ("See [this page](https://example.org) for more.", "See this page for more."),
        ("I'm here with you.<|im_end|>", "I'm here with you."),
        ("It happened (as you said) last week.", "It happened as you said last week."),
    ],
)
def test_what_cannot_be_spoken_is_taken_out(raw: str, spoken: str) -> None:
    assert " ".join(_spoken([raw])) == spoken
    assert " ".join(_spoken(list(raw))) == spoken


def test_nothing_speakable_gives_no_clause() -> None:
    assert _spoken(["..."]) == []
    assert _spoken([". . . . ", "I am here."]) == ["I am here."]
    assert _spoken([]) == []
