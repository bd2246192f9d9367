"""`summarised`: the last sessions with a person in a few plain sentences."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from dialogue.facts import Fact
from dialogue.relevance import gravity
from dialogue.telling import line, theirs

MOST = 3
"""Things told of one session."""
MOST_ALWAYS = 5
_WHO = ("name", "person", "pet", "work", "study", "household", "place")


@dataclass(frozen=True, slots=True)
class Session:
    """One talk: its start and end in UTC seconds, how many turns the person took, and the ids of what they told."""

    start: float
    end: float
    turns: int
    facts: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        return asdict(self) | {"facts": list(self.facts)}


def summarised(known: Mapping[int, Fact], sessions: Sequence[Session]) -> str:
    """Who they are, what each of the last sessions told of (the oldest first), and what helped them."""
    who = sorted(
        (fact for fact in known.values() if fact.kind in _WHO), key=lambda f: (_WHO.index(f.kind), -f.mentions)
    )
    sentences = [line(fact) for fact in who[:MOST_ALWAYS]]
    for session in sessions:
        told = [known[number] for number in session.facts if number in known]
        grave = sorted((f for f in told if f.kind in {"worry", "event"}), key=lambda f: -gravity(f))[:MOST]
        if grave:
            sentences.append(f"On {_day(session.end)}: {' '.join(line(fact) for fact in grave)}")
    helped = sorted((f for f in known.values() if f.kind == "helped"), key=lambda f: (-f.mentions, -f.time))[:MOST]
    if helped:
        sentences.append(f"What helped them: {', '.join(theirs(fact.text) for fact in helped)}.")
    return " ".join(sentences)


def _day(seconds: float) -> str:
    """The date where the companion runs, as the person would name it."""
    day = time.localtime(seconds)
    return f"{day.tm_mday} {time.strftime('%B %Y', day)}"
