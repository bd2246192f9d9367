"""`weighed`: what voice and face add to what the words say of danger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from companion.affect import EMOTIONS, Affect
from companion.types import Risk
from dialogue.safety import Danger

SURE = 0.5
"""A reading less confident than this says nothing here."""
DISTRESSED, DESPERATE = 0.6, 0.75
"""Share of pain in a reading from which it raises the risk of harmless words, and of heavy ones."""
UNPLEASANT = -0.3
"""Valence a reading must lie below: a surprised laugh has fear in it, but no distress."""
PAINS = {"sad": 1.0, "fear": 1.0, "angry": 0.5, "disgust": 0.5}
"""How much each feeling counts as distress; anger alone is mostly just anger."""


def weighed(found: Danger, parts: Mapping[str, Affect]) -> Danger:
    """The danger, one level graver where calm or heavy words come in a distressed voice or with a distressed face.

    Voice and face never lower a level and never make a crisis by themselves: they are read with too little certainty,
    and grave words said with a smile stay grave.
    """
    shown = {name: distress(parts[name]) for name in ("voice", "face") if name in parts}
    if not shown:
        return found
    name, pain = max(shown.items(), key=lambda item: item[1])
    if found.risk is Risk.NONE and pain >= DISTRESSED:
        return replace(found, risk=Risk.WATCH, evidence=f"the {name} sounds distressed" if name == "voice" else _FACE)
    if found.risk is Risk.WATCH and pain >= DESPERATE:
        return replace(found, risk=Risk.CONCERN, kind=found.kind or "self-harm")
    return found


_FACE = "the face looks distressed"


def distress(affect: Affect) -> float:
    """How much pain one reading shows, 0..1; 0 where it is unsure or not unpleasant."""
    if affect.confidence < SURE or affect.valence > UNPLEASANT:
        return 0.0
    return sum(PAINS.get(name, 0.0) * share for name, share in zip(EMOTIONS, affect.distribution, strict=True))
