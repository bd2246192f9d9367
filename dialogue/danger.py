"""`danger`: what the user's words say of danger, by rules and by a trained alarm together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from companion.types import Risk
from dialogue.alarm import Alarm, alarm
from dialogue.safety import ORDER, Danger, danger_by_rules, excused
from dialogue.spanish.tongue import SPANISH, tongue
from dialogue.unmasking import unmasked

WINDOW, STRIDE = 40, 20
"""Words that are looked at together, and by how many the next look begins later, in a longer message."""
NEAR = 6
"""Words before and after a rule's evidence that are looked at with it."""
LONGEST_EVIDENCE = 12
"""Words of a look that are given as evidence where no rule names the words that tell."""
_SELF = re.compile(r"\b(?:i|me|my ?self|yo|me|mi|conmigo)\b")


@lru_cache(maxsize=256)
def danger(text: str) -> Danger:
    """The gravest danger in an English or Spanish text; each is judged once until `danger.cache_clear()`.

    Rules (`dialogue.safety`) are exact about kind, past and whom it is about; the alarm knows words that no rule was
    written for, and what is said in passing. What both see decides (`Alarm.level`).
    """
    ruled, excuse = danger_by_rules(text), excused(text)
    judge = alarm()
    worst = Danger()
    for look in (*_looks(text), *_around(text, ruled.evidence)):
        # A rule that fired on the whole message speaks for the part in which its words stand.
        own = ruled if not ruled.evidence or _holds(look, ruled.evidence) else Danger()
        worst = worst.graver(_judged(judge, look, own, excuse=excuse))
    return worst


def _judged(judge: Alarm, look: str, ruled: Danger, *, excuse: bool) -> Danger:
    level, kind = judge.judge(look, ruled.risk, excused=excuse)
    if level == ruled.risk and ruled.risk is not Risk.NONE:
        return ruled
    if level is Risk.NONE:
        return Danger()
    if ORDER.index(level) < ORDER.index(ruled.risk):
        return Danger(level, ruled.kind, ruled.evidence, ruled.other, ruled.past, ruled.language)
    language = "es" if tongue(look) == SPANISH else "en"
    if level is Risk.WATCH:
        return Danger(level, "", _evidence(look), language=language)
    about = ruled.kind or kind
    other = ruled.other or (about not in {"violence", "abuse"} and not _SELF.search(look))
    return Danger(level, about, ruled.evidence or _evidence(look), other, language=language)


def _looks(text: str) -> Iterator[str]:
    """The words in windows; a short message is one."""
    spoken = unmasked(text).split()
    for first in range(0, max(1, len(spoken) - WINDOW + STRIDE), STRIDE):
        yield " ".join(spoken[first : first + WINDOW])


def _around(text: str, evidence: str) -> Iterator[str]:
    """The words about a rule's evidence, which a long message would drown."""
    spoken, found = unmasked(text).split(), evidence.split()
    for at in range(len(spoken) - len(found) + 1 if found and len(spoken) > WINDOW else 0):
        if spoken[at : at + len(found)] == found:
            yield " ".join(spoken[max(0, at - NEAR) : at + len(found) + NEAR])


def _holds(look: str, evidence: str) -> bool:
    """Whether the rule's words (idioms between them taken out) stand in the look."""
    pieces = evidence.split()
    return evidence in look or set(pieces) <= set(look.split()) | {"."}


def _evidence(look: str) -> str:
    return " ".join(look.split()[:LONGEST_EVIDENCE])
