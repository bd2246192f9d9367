"""`spelt`: whether words are English ones, by the pronouncing dictionary that pocketsphinx brings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path


def spelt(words: Iterable[str]) -> bool:
    """Whether every word stands in the dictionary (134,000 words, names among them); a typing slip does not."""
    known = _dictionary()
    return all(word in known or word.removesuffix("'s") in known or word.isdigit() for word in words)


@cache
def _dictionary() -> frozenset[str]:
    spec = find_spec("pocketsphinx")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("pocketsphinx, which brings the dictionary, is not installed")
    path = Path(spec.origin).parent / "model" / "en-us" / "cmudict-en-us.dict"
    with path.open(encoding="utf-8") as file:
        return frozenset(line.split(maxsplit=1)[0] for line in file if line.strip())
