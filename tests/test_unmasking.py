"""Words behind odd spelling: found in little time, and forgotten at once."""

from __future__ import annotations

import inspect
import re
import time

import pytest

from dialogue import unmasking
from dialogue.unmasking import LONGEST_WORD, unmasked

LETTERS = 4000
"""The longest message that the page sends."""


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("iwanttodie", "i want to die"),
        ("quieromorirme", "quieromorirme"),
        ("mequieromorir", "me quiero morir"),
        ("something", "something"),
        ("su*cide", "suicide"),
        ("k**l", "kill"),
        ("k*l", "kill"),
        ("sui####al", "suicidal"),
        ("s*it", "s it"),
        ("d*e now", "die now"),
    ],
)
def test_words_run_together_and_starred_are_read(text: str, read: str) -> None:
    assert unmasked(text) == read


@pytest.mark.parametrize("piece", ["a!", "1a", "ab", "a.b-", "a*", "s*s*s*a ", "iwanttodie", "xiwanttodie"])
def test_noise_takes_little_time(piece: str) -> None:
    text = (piece * LETTERS)[:LETTERS]
    unmasked("hello")
    taken = []
    for _ in range(3):
        start = time.process_time()
        unmasked(text)
        taken.append(time.process_time() - start)
    # Ten times what is measured; the square of the letters would be a fifth of a second.
    assert min(taken) < 0.03


def test_danger_in_a_word_without_end_is_still_read() -> None:
    assert unmasked("iwanttodie" * 400).startswith("i want to die i want")
    assert len(unmasked("x" + "ab" * 2000)) == LONGEST_WORD


def test_no_word_of_the_user_is_remembered() -> None:
    unmasked("Bartholomewina told me to k*ll zebu*on")
    own = [each for each in vars(unmasking).values() if getattr(each, "__module__", "") == unmasking.__name__]
    kept = [each for each in own if hasattr(each, "cache_info")]
    assert kept
    assert not [each for each in kept if inspect.signature(each).parameters], "tables are kept, what is said is not"
    assert not [key for key in getattr(re, "_cache", {}) if "zebu" in str(key)]
