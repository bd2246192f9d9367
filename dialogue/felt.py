"""`Felt`: the one feeling that a turn is answered by, from its fused reading, its words and the mood of the talk."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from companion.types import EMOTIONS, Affect
from dialogue.talk import GLAD, Talk

NEGATIVE = ("sad", "angry", "fear", "disgust", "contempt")


LEAST = 0.2
"""Share below which no emotion is named at all."""
NAMED = 0.4
"""Certainty from which a reply may speak of the emotion by its name; below, it only says that this is hard."""
OWN = 0.8
"""Certainty of an emotion that the user put into a word of their own."""
SOUR = 0.4
"""Certainty of a bad feeling from which a message is no good news, whatever friendly words stand in it."""
_TEARS = re.compile(r"\b(?:cried|crying|in tears|teary|llor\w+|lágrimas)\b")
"""Shed over good news these are of joy."""
GOOD = frozenset({"better", "good_news"})


@dataclass(frozen=True, slots=True)
class Felt:
    """The feeling a turn was said in: one emotion, how strong it is (0..1), and whether face and voice say otherwise.

    `hidden` is true when the words are calm or glad and the rest is not; `certainty` (0..1) is how sure the emotion is.
    """

    emotion: str
    strength: float
    hidden: bool = False
    certainty: float = 1.0


def felt(fused: Affect, worded: Affect, talk: Talk) -> Felt:
    """The feeling of a turn from the fused reading and its words; clear words weigh most.

    A friendly word ("I like my friend") in the middle of a hard story is not joy.
    """
    seen = fused
    if worded.confidence >= 0.5 and 1.0 - worded["neutral"] > 0.35:
        seen = fused.blend(worded, 0.7) if fused.confidence > 0 else worded
    elif fused.confidence < 0.3:
        seen = worded
    emotion = max(EMOTIONS[1:], key=lambda name: seen[name])
    certainty = seen[emotion] if seen.confidence > 0 else 0.0
    strength = min(1.0, 1.0 - seen["neutral"]) if seen.confidence > 0 else 0.0
    troubled = bool(talk.situation) and talk.now.act not in {"good_news", "better", "thanks"}
    own = talk.now.shade if talk.now.word else ""
    if own and own not in GLAD and emotion in {"happy", "surprise"}:
        emotion = "sad"
    heavy = sum(fused[name] for name in NEGATIVE)
    calm = sum(worded[name] for name in NEGATIVE) < 0.15 and not talk.now.situation
    hidden = calm and heavy > 0.55 and fused.confidence >= 0.4
    if talk.now.act == "good_news" and not hidden and not _heavy(worded):
        emotion, strength, certainty = "happy", max(strength, 0.6), OWN
    after_joy = bool(talk.before) and talk.before[-1].act == "good_news"
    moved = talk.now.act == "tell" and not talk.now.grave and bool(_TEARS.search(talk.now.text.lower()))
    carried = after_joy and (moved or (strength < 0.25 and not troubled))
    if carried:
        emotion, strength, certainty = "happy", 0.5, OWN
    elif emotion == "happy" and talk.now.shade not in GLAD and talk.now.act == "tell":
        emotion = "neutral"  # it is somebody else's gladness
    certainty = max(certainty, OWN) if own else certainty
    if strength < 0.25 or certainty < LEAST or (emotion in {"happy", "surprise"} and (troubled or strength < 0.5)):
        emotion, strength = "neutral", min(strength, 0.3)
    return Felt(emotion, strength, hidden, certainty)


def _heavy(worded: Affect) -> bool:
    """Whether the words themselves are surely unhappy."""
    return worded.confidence >= 0.5 and sum(worded[name] for name in NEGATIVE) > 0.7


def soured(talk: Talk, emotion: str, certainty: float) -> Talk:
    """The talk, its good news taken for a plain telling where the feeling is bad ("that helps, I can't sleep")."""
    if talk.now.act in GOOD and emotion in NEGATIVE and certainty >= SOUR:
        return replace(talk, now=replace(talk.now, act="tell"))
    return talk
