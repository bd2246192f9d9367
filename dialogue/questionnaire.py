"""`match`: five questions, and which persona their answers fit best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dialogue.data import data

AXES = ("practice", "memories", "pace", "steps")
"""What people want of a talk, each from -1 to 1; `questionnaire.toml` says what they mean."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its answers."""

    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A persona by its key, how well it fits (the scores of all sum to 1), and why in one sentence."""

    persona: str
    score: float
    reason: str


@cache
def questions() -> tuple[Question, ...]:
    """The five questions in order."""
    return tuple(
        Question(each["text"], tuple(answer["text"] for answer in each["answer"]))
        for each in data("questionnaire")["question"]
    )


def match(answers: Sequence[int]) -> tuple[Match, ...]:
    """The personas that ship, the fittest first, for one answer a question, counted from 1.

    The nearer a persona lies to the mean of the answers' moves along `AXES`, the better it fits. Raises `ValueError`
    with one clear line for too few answers, too many, or one that does not exist.
    """
    asked = questions()
    if len(answers) != len(asked):
        raise ValueError(f"there are {len(asked)} questions, and {len(answers)} answers were given")
    for number, (question, answer) in enumerate(zip(asked, answers, strict=True), start=1):
        if not 1 <= answer <= len(question.answers):
            raise ValueError(f"question {number} has the answers 1 to {len(question.answers)}, not {answer}")
    table = data("questionnaire")
    chosen = [each["answer"][answer - 1] for each, answer in zip(table["question"], answers, strict=True)]
    place = _place([each["moves"] for each in chosen])
    closeness = {name: math.exp(-3 * _distance(place, at)) for name, at in table["personas"].items()}
    total = sum(closeness.values())
    found = [
        Match(name, round(near / total, 3), _reason(chosen, table["personas"][name]))
        for name, near in closeness.items()
    ]
    return tuple(sorted(found, key=lambda each: -each.score))


def _place(moves: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Along each axis the mean of the answers that speak of it."""
    told = {axis: [each[axis] for each in moves if axis in each] for axis in AXES}
    return {axis: sum(values) / len(values) if values else 0.0 for axis, values in told.items()}


def _distance(place: Mapping[str, float], other: Mapping[str, float]) -> float:
    return math.dist([place[axis] for axis in AXES], [other.get(axis, 0.0) for axis in AXES])


def _reason(chosen: Sequence[Mapping[str, object]], at: Mapping[str, float]) -> str:
    """The answer that points most towards a persona."""

    def towards(answer: Mapping[str, object]) -> float:
        moves = answer["moves"]
        assert isinstance(moves, dict)  # noqa: S101 - the table is ours
        return float(sum(share * at.get(axis, 0.0) for axis, share in moves.items()))

    return f"Because {max(chosen, key=towards)['because']}."
