"""`Felt`: the one feeling that a turn is answered by, from its fused reading, its words and the mood of the talk."""

from __future__ import annotations

from dataclasses import dataclass

from companion.types import EMOTIONS, Affect
from dialogue.talk import Talk

NEGATIVE = ("sad", "angry", "fear", "disgust", "contempt")
GLAD = frozenset({"happy", "proud", "relieved", "friendly"})
"""Shades of feeling (`lexicon.toml`) that are pleasant."""


@dataclass(frozen=True, slots=True)
class Felt:
    """The feeling a turn was said in: one emotion, how strong it is (0..1), and whether face and voice say otherwise.

    `hidden` is true when the words are calm or glad and the rest is not.
    """

    emotion: str
    strength: float
    hidden: bool = False


def felt(fused: Affect, worded: Affect, talk: Talk) -> Felt:
    """The feeling of a turn from the fused reading and its words; clear words weigh most.

    A friendly word ("I like my friend") in the middle of a hard story is not joy.
    """
    seen = fused
    if worded.confidence >= 0.5 and 1.0 - worded["neutral"] > 0.35:
        seen = fused.blend(worded, 0.7) if fused.confidence > 0 else worded
    elif fused.confidence < 0.3:
        seen = worded
    names = EMOTIONS[1:]
    emotion = max(names, key=lambda name: seen[name])
    strength = min(1.0, 1.0 - seen["neutral"]) if seen.confidence > 0 else 0.0
    troubled = bool(talk.situation) and talk.now.act not in {"good_news", "better", "thanks"}
    own = talk.now.shade if talk.now.word else ""
    if own and own not in GLAD and emotion in {"happy", "surprise"}:
        emotion = "sad"
    if strength < 0.25 and not troubled and talk.before and talk.before[-1].act == "good_news":
        emotion, strength = "happy", 0.5
    if emotion == "happy" and strength != 0.5 and talk.now.shade not in GLAD and talk.now.act == "tell":
        emotion = "neutral"  # it is somebody else's gladness
    if strength < 0.25 or (emotion in {"happy", "surprise"} and (troubled or strength < 0.5)):
        emotion, strength = "neutral", min(strength, 0.3)
    heavy = sum(fused[name] for name in NEGATIVE)
    calm = sum(worded[name] for name in NEGATIVE) < 0.15 and not talk.now.situation
    return Felt(emotion, strength, hidden=calm and heavy > 0.55 and fused.confidence >= 0.4)
