"""`crisis_reply`: the fixed, warm answer to danger; no model has a part in it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from companion.types import Message, Risk
from dialogue.bank import bank, choose
from dialogue.data import data
from dialogue.help_lines import HelpLine
from dialogue.safety import Danger, crisis_kind
from dialogue.talk import Talk
from dialogue.text import sentences, words

WITHIN = 8
"""Turns of the user for which a crisis goes on after they last spoke of it."""
REMIND_AFTER = 5
"""Replies in the crisis path after which the number is given once more."""


@dataclass(frozen=True, slots=True)
class Crisis:
    """Where the talk stands: the `kind` of danger, and the group of lines that answers this turn."""

    kind: str
    group: str


def crisis(talk: Talk, danger: Danger, history: Sequence[Message]) -> Crisis | None:
    """Whether this turn is answered by the fixed path, and how; None for the ordinary conversation."""
    earlier = crisis_kind(history, WITHIN)
    said = " ".join(words(talk.now.text))
    asked = bool(talk.said) and any(bank().contains("crisis_ask", part) for part in _parts(talk.said[-1]))
    if not earlier and asked and danger.risk is not Risk.CRISIS:
        # It asked after thoughts of self-harm or safety; the answer decides.
        return _answered(talk, said, danger)
    if danger.risk is Risk.CRISIS:
        kind = "other" if danger.other else danger.kind
        if earlier and talk.said:
            return Crisis(kind, "urgent" if _says("not_safe", said) else "again")
        return Crisis(kind, "first")
    if earlier:
        return Crisis(earlier, _next(talk, said))
    if danger.risk is Risk.CONCERN and not asked and not _asked_lately(talk):
        return Crisis(danger.kind, "past" if danger.past else "concern")
    return None


def crisis_reply(found: Crisis, talk: Talk, line: HelpLine, rng: random.Random) -> list[str]:
    """The sentences of the fixed answer, with the numbers of the country where they belong."""
    slots = {"emergency": line.emergency, "line": line.line}
    used = talk.used()
    if found.group in {"concern", "past"}:
        lines = bank().lines("crisis_concern", found.kind if found.group == "concern" else "past")
        asks = bank().lines("crisis_ask", found.kind) if found.group == "concern" else []
        return [
            choose(rng, lines, slots, used) or lines[0],
            *([choose(rng, asks, slots, used) or asks[0]] if asks else []),
        ]
    if found.group == "first":
        kind = found.kind
        hear = bank().lines("crisis_hear", kind)
        told = bank().lines("crisis_told", kind)
        ask = bank().lines("crisis_ask", kind)
        return [choose(rng, hear, slots, used) or hear[0], choose(rng, told, slots, ()), choose(rng, ask, slots, ())]
    # Each kind of danger has lines of its own; those about harming oneself fit nothing else.
    group = bank().lines("crisis_stay", f"{found.kind}_{found.group}") or bank().lines("crisis_stay", found.group)
    parts = [choose(rng, group, slots, used) or choose(rng, bank().lines("others", "presence"), slots, used)]
    if found.group in {"urgent", "leaving"} or (found.group != "cleared" and _since_told(talk, line) >= REMIND_AFTER):
        parts.append(
            choose(rng, bank().lines("crisis_remind", "urgent" if found.group == "urgent" else "any"), slots, ())
        )
    return parts


def _says(what: str, said: str) -> bool:
    """Whether one of the patterns of `safety.toml` for an answer in the crisis path is found."""
    return any(re.search(pattern, said) for pattern in data("safety")["answers"][what])


def _answered(talk: Talk, said: str, danger: Danger) -> Crisis | None:
    if talk.now.act == "yes" or _says("not_safe", said) or said in {"maybe", "sometimes", "i don't know", "a little"}:
        return Crisis(danger.kind or "self-harm", "first")
    if talk.now.act == "no" or _says("safe", said) or said.startswith(("no ", "not ")):
        return Crisis("self-harm", "cleared")
    return None


def _next(talk: Talk, said: str) -> str:
    """The group of lines for a later turn in the crisis path."""
    act = talk.now.act
    if _says("not_safe", said):
        return "urgent"
    if act == "goodbye":
        return "leaving"
    for answer, group in (("refuses", "refuses"), ("reaching", "reaching"), ("safe", "safer")):
        if _says(answer, said):
            return group
    if act in {"better", "fine", "thanks"}:
        return "safer"
    return "short" if act in {"yes", "no", "dont_know", "silence"} else "hold"


def _asked_lately(talk: Talk) -> bool:
    return any(bank().contains("crisis_ask", part) for text in talk.said[-6:] for part in _parts(text))


def _since_told(talk: Talk, line: HelpLine) -> int:
    """How many replies ago a number was given."""
    for back, text in enumerate(reversed(talk.said)):
        if line.emergency in text or line.line in text:
            return back
    return REMIND_AFTER


def _parts(text: str) -> list[str]:
    return list(sentences(text))
