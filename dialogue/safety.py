"""`Danger`: how much danger the user's words speak of, of which kind, and to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from companion.types import Message, Risk
from dialogue.data import data, worded
from dialogue.text import sentences, words

LOWERED = {Risk.CRISIS: Risk.CONCERN, Risk.CONCERN: Risk.WATCH, Risk.WATCH: Risk.WATCH, Risk.NONE: Risk.NONE}
ORDER = (Risk.NONE, Risk.WATCH, Risk.CONCERN, Risk.CRISIS)


@dataclass(frozen=True, slots=True)
class Danger:
    """What one text speaks of: `kind` is self-harm, violence, abuse, medical or empty; `evidence` the user's words.

    `other` is true when somebody else than the user is in danger, `past` when it is told of long ago.
    """

    risk: Risk = Risk.NONE
    kind: str = ""
    evidence: str = ""
    other: bool = False
    past: bool = False


def danger(text: str) -> Danger:
    """The gravest danger in a text. Idioms and negated statements do not count; what is past counts one level less."""
    worst = Danger()
    parts = sentences(text)
    # Without punctuation (recognised speech) or across sentences, the whole text may say what no part does.
    for part in (*parts, text) if len(parts) != 1 else (text,):
        found = _judge(" ".join(words(part)))
        if ORDER.index(found.risk) > ORDER.index(worst.risk):
            worst = found
    return worst


def crisis_kind(history: Sequence[Message], within: int = 6) -> str:
    """The kind of crisis the user spoke of in the last `within` of their turns; empty when there was none."""
    said = [message.content for message in history if message.role == "user"][-within:]
    for text in reversed(said):
        found = danger(text)
        if found.risk is Risk.CRISIS:
            return "other" if found.other and found.kind == "self-harm" else found.kind
    return ""


def _judge(text: str) -> Danger:
    rules = _rules()
    stripped = rules.idioms.sub(" ", text)
    for kind, pattern in rules.certain:
        if match := pattern.search(text):
            return _placed(Danger(Risk.CRISIS, kind, match[0].strip()), text)
    for level in (Risk.CRISIS, Risk.CONCERN):
        for kind, other, pattern in rules.levels[level]:
            if match := pattern.search(stripped):
                return _placed(Danger(level, kind, match[0].strip(), other), stripped)
    match = rules.watch.search(stripped)
    return Danger(Risk.WATCH, "", match[0].strip()) if match else Danger()


def _placed(found: Danger, text: str) -> Danger:
    rules = _rules()
    past = bool(rules.past.search(text)) and not rules.still.search(text)
    return replace(found, risk=LOWERED[found.risk] if past else found.risk, past=past)


@dataclass(frozen=True, slots=True)
class _Rules:
    idioms: re.Pattern[str]
    past: re.Pattern[str]
    still: re.Pattern[str]
    watch: re.Pattern[str]
    certain: list[tuple[str, re.Pattern[str]]]
    levels: dict[Risk, list[tuple[str, bool, re.Pattern[str]]]]


@cache
def _rules() -> _Rules:
    table: dict[str, Any] = data("safety")
    levels = {
        level: [
            (kind["name"], bool(kind.get("other")), worded([pattern]))
            for kind in table["kind"]
            for pattern in kind.get(level.value, ())
        ]
        for level in (Risk.CRISIS, Risk.CONCERN)
    }
    return _Rules(
        worded(table["strip"]),
        worded([table["past"]]),
        worded([table["still"]]),
        worded(table["watch"]["patterns"]),
        [(kind["name"], worded([pattern])) for kind in table["kind"] for pattern in kind.get("certain", ())],
        levels,
    )
