"""`Judge`: what the linear reader, the network and the lexicon say of one text, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.types import Affect
from dialogue.feeling import Cue, blend, cues
from dialogue.linear import MELD, POSTS, Linear
from dialogue.network import Network
from dialogue.ngrams import Gram, grams
from dialogue.tokens import LOUD, tokens

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """One text: its tokens, the lexicon's reading and cues, and the logits of the linear reader and the network.

    `posts` is 2 x 35 (28 labels, 7 groups), `meld` 2 x 7, each the linear reader's row above the network's; `daily`
    (7,) is the network's alone. `known` is the share of single words that were seen in training.
    """

    said: tuple[str, ...]
    found: tuple[Gram, ...]
    cues: tuple[Cue, ...]
    lexicon: Affect
    posts: Floats
    meld: Floats
    daily: Floats
    known: float

    @property
    def surface(self) -> Floats:
        """How it is written (6,): length, marks, capitals, a lone word."""
        marks = "".join(token for token in self.said if token[0] in "!?.")
        return np.array(
            [
                min(len(self.said), 40) / 10,
                min(marks.count("!"), 3),
                min(marks.count("?"), 3),
                float("..." in self.said),
                float(LOUD in self.said),
                float(sum(token[0].isalnum() for token in self.said) <= 1),
            ],
            np.float32,
        )


class Judge:
    """The three readers of one text."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.linear = Linear(arrays)
        self._network = Network(arrays)

    def judge(self, text: str) -> Judgement:
        """Read one text of any kind; an empty one has no tokens."""
        said = tokens(text)
        noticed = noticed_in(text, said)
        found = tuple(grams(said, noticed))
        outputs = self.linear.logits(found)
        heads = self._network.heads(said)
        posts, meld = np.stack([outputs[POSTS], heads["posts"]]), np.stack([outputs[MELD], heads["meld"]])
        known = self._network.known(said)
        return Judgement(said, found, noticed, blended(text, noticed), posts, meld, heads["daily"], known)


def remembered(text: str, said: Mapping[str, Floats]) -> Judgement:
    """A text whose logits (`posts`, `meld`, `daily`) are known already."""
    words = tokens(text)
    noticed = noticed_in(text, words)
    return Judgement(
        words, (), noticed, blended(text, noticed), said["posts"], said["meld"], said["daily"], float(bool(words))
    )


def noticed_in(text: str, said: Sequence[str]) -> tuple[Cue, ...]:
    """The lexicon's cues in as much of the text as there are tokens."""
    return cues(" ".join(text.split()[-len(said) :])) if said else ()


def blended(text: str, noticed: Sequence[Cue]) -> Affect:
    """The lexicon's reading."""
    return blend(noticed, exclaimed="!" in text)


def told_apart(logits: Floats) -> Floats:
    """Logits that compete (7,) to probabilities that sum to 1."""
    powers = np.exp(logits - logits.max())
    shares: Floats = powers / powers.sum()
    return shares


def stacked(judged: Sequence[Judgement], name: str) -> Floats:
    """One field of many judgements as one array."""
    return np.stack([getattr(each, name) for each in judged])
