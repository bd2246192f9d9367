"""`PlanLine`: the line in which a language model says how it reads a turn, before it answers."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass, replace

from companion.types import EMOTIONS, STRATEGIES, Plan, Risk
from dialogue.text import words

MARK = "[plan]"
FIELDS = ("emotion", "stimulus", "appraisal", "strategy")
"""Emotion, stimulus, the individual's appraisal and strategy, as in ESCoT (Zhang et al., ACL 2024)."""
INSTRUCTION = (
    f"Before your reply write one line of this form, then the reply on the next line:\n{MARK} emotion: ...; "
    "stimulus: their own words that it comes from; appraisal: what it means to them, in a few words; strategy: ...\n"
    f"The emotion is one of: {', '.join(EMOTIONS)}. The strategy is one of: {', '.join(STRATEGIES)}."
)
LONGEST = 400
"""Characters after which a line that began as a plan is given up."""
APPRAISAL_WORDS = 16
SWAY = 0.5
"""How far the mixture moves to the model's strategy: it has read the whole talk, but was never measured."""
_FIELD = re.compile(r"\s*(\w+)\s*:\s*(.*)\s*", re.DOTALL)
_NAMED = rf"[\s\"']*(?:{'|'.join(map(re.escape, STRATEGIES))})(?!\w)[\"']?"
_LAST = re.compile(rf"(\bstrategy\s*:{_NAMED}(?:\s*(?:[,/&+]|\b(?:and|or)\b){_NAMED})*)[\s.,;:*-]*", re.IGNORECASE)
"""The last field, and what parts it from a reply on the same line."""
_REPLY = re.compile(r"[¿¡\"'«“]*(?!\W)[^a-z_]")
"""A reply begins as a sentence does; what goes on in small letters still belongs to the plan."""
DECIDED = 48
"""Letters after the last field from which they can be told: more than in the longest name of a strategy."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What the model says: `emotion` of `EMOTIONS`, `strategy` of `STRATEGIES`, two phrases (may be empty)."""

    emotion: str
    stimulus: str
    appraisal: str
    strategy: str

    @classmethod
    def parse(cls, line: str) -> PlanLine | None:
        """The four fields in order, each known; None for anything else."""
        rest = line.strip()
        if not rest.lower().startswith(MARK):
            return None
        told = [_FIELD.fullmatch(part) for part in rest[len(MARK) :].rstrip(" .;").split(";")]
        if any(match is None for match in told) or [match[1].lower() for match in told if match] != list(FIELDS):
            return None
        emotion, stimulus, appraisal, strategy = (match[2].strip(" \"'.") for match in told if match)
        named = {name.lower(): name for name in STRATEGIES}.get(strategy.lower())
        if emotion.lower() not in EMOTIONS or named is None:
            return None
        return cls(emotion.lower(), stimulus, appraisal, named)

    def refine(self, plan: Plan, said: str) -> Plan:
        """The plan with what the model adds.

        Its strategy sways the mixture unless the rules leave it out; its emotion stands only where ours is neutral;
        its stimulus only if the user said it, word for word; in danger nothing changes.
        """
        if plan.risk is Risk.CRISIS:
            return plan
        shares = list(plan.strategies)
        place = STRATEGIES.index(self.strategy)
        if shares[place] > 0:
            shares = [(1 - SWAY) * share for share in shares]
            shares[place] += SWAY
        heard = f" {' '.join(words(said))} "
        quoted = bool(words(self.stimulus)) and f" {' '.join(words(self.stimulus))} " in heard
        return replace(
            plan,
            emotion=self.emotion if plan.emotion == "neutral" else plan.emotion,
            cause=self.stimulus if quoted and not plan.cause else plan.cause,
            appraisal=plan.appraisal or " ".join(self.appraisal.split()[:APPRAISAL_WORDS]),
            strategies=tuple(shares),
            opinions={**plan.opinions, "language model": _only(place)},
        )


async def planned(pieces: AsyncIterator[str]) -> AsyncGenerator[PlanLine | str, None]:
    """The pieces without an opening plan line, which comes as a `PlanLine` where it can be read.

    A plan line is never spoken, however long it is; a reply on the same line is, once the last field has ended. A reply
    without a plan line comes as it is, after as few letters as tell it.
    """
    held, open_ = "", True
    async for piece in pieces:
        if not open_:
            yield piece
            continue
        held += piece
        if _decided(held):
            open_ = False
            for told in _told(held):
                yield told
        elif len(held) > LONGEST + len(MARK):
            # Given up as a plan; its last field, behind which the reply may begin, is still to come.
            held = MARK + held[-LONGEST // 2 :]
    if open_:
        for told in _told(held):
            yield told


def _decided(held: str) -> bool:
    """Whether it can be told what of the first letters is a plan line."""
    line, ended, _ = held.lstrip().partition("\n")
    return not _may_be_plan(line) or bool(ended) or len(_parted(line)[1]) >= DECIDED


def _told(held: str) -> Iterator[PlanLine | str]:
    """The plan, where it can be read, and what is to be spoken."""
    if not _may_be_plan(held.lstrip()):
        yield held
        return
    line, ended, rest = held.lstrip().partition("\n")
    plan, reply = _parted(line)
    if found := PlanLine.parse(plan):
        yield found
    if spoken := f"{reply}{ended}{rest}" if reply else rest:
        yield spoken


def _parted(line: str) -> tuple[str, str]:
    """A plan line, whole or in part, and the reply that goes on after its last field."""
    last = _LAST.search(line)
    if last is None or not _REPLY.match(line, last.end()):
        return line, ""
    return line[: last.end(1)], line[last.end() :]


def _may_be_plan(text: str) -> bool:
    """Whether what came so far is, or may become, a plan line."""
    start = text[: len(MARK)].lower()
    return MARK.startswith(start) or start == MARK


def _only(place: int) -> tuple[float, ...]:
    return tuple(float(at == place) for at in range(len(STRATEGIES)))
