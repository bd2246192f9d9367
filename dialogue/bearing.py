"""`Bearing`: the feeling that a reply should carry, from who the supporter is and how it felt just before."""

from __future__ import annotations

from dataclasses import replace

from companion.types import Affect

MOVED = 0.6
"""How far a reply's feeling goes from the last one's to the wanted one: tone changes over sentences, and a face
that jumps from gladness to concern looks played."""
PULL = 0.2
"""How far every reply is drawn to the supporter's own temperament."""
LEAST_VALENCE = -0.45
MOST_AROUSAL = 0.45
"""Sorrow is shared, never outdone; and whoever is upset is met more calmly than they are."""


class Bearing:
    """Moves gently from one reply's feeling to the next, around a temperament; anger is never mirrored.

    A mood that is pushed by what happens and pulled back to a default set by personality, after ALMA (Gebhard, AAMAS
    2005) and Mehrabian's temperament in the space of pleasure, arousal and dominance (1996). `temperament` is that
    default: valence, arousal and dominance in -1..1.
    """

    def __init__(self, temperament: tuple[float, float, float] = (0.25, -0.1, 0.1)) -> None:
        self._temperament = temperament
        self._last: Affect | None = None

    def next(self, wanted: Affect, *, at_once: bool = False) -> Affect:
        """The feeling of the next reply, where the situation wants `wanted`; `at_once` (danger) waits for nothing."""
        start = wanted if at_once or self._last is None else self._last
        moved = _unangered(start.blend(wanted, MOVED))
        valence, arousal, dominance = (
            (1 - PULL) * getattr(moved, axis) + PULL * own
            for axis, own in zip(("valence", "arousal", "dominance"), self._temperament, strict=True)
        )
        self._last = replace(
            moved,
            valence=max(LEAST_VALENCE, valence),
            arousal=min(MOST_AROUSAL, arousal),
            dominance=dominance,
            confidence=1.0,
            evidence=(),
        )
        return self._last

    def reset(self) -> None:
        """Begin anew with the next person."""
        self._last = None


def _unangered(affect: Affect) -> Affect:
    """The same without anger, disgust and contempt, whose shares become calm."""
    shares = list(affect.distribution)
    for place in (3, 5, 7):
        shares[0] += shares[place]
        shares[place] = 0.0
    return replace(affect, distribution=tuple(shares))
