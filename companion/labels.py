"""The names of feelings in other people's data, folded into ours."""

from __future__ import annotations

from collections.abc import Mapping

from companion.affect import EMOTIONS
from companion.registry import nearest

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "neutral": ("calm", "none", "no emotion"),
    "happy": ("happiness", "joy", "joyful", "excited"),
    "sad": ("sadness",),
    "angry": ("anger",),
    "fear": ("fearful", "afraid", "scared", "fearfulness"),
    "disgust": ("disgusted",),
    "surprise": ("surprised", "amazed"),
    "contempt": ("contemptuous",),
}
_FOLDED = {spelling: name for name, spellings in SPELLINGS.items() for spelling in (name, *spellings)}


def fold(label: str) -> str:
    """One of `EMOTIONS` for a label in any usual spelling. Raises `ValueError` with the nearest known one."""
    found = _FOLDED.get(label.strip().lower())
    if found is None:
        raise ValueError(f"unknown emotion label {label!r}{nearest(label.strip().lower(), EMOTIONS)}")
    return found
