"""`Decisions`: every moment of support dialogues at which the supporter chose, and what became of the user."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.types import Message
from dialogue.advice import SUPPORTER, USER, Exchange
from dialogue.esconv import LABELS, Dialogue
from dialogue.hearing import Hearing
from dialogue.lookahead import SOON
from dialogue.mood import Mood
from dialogue.strategyfeatures import Moment

LIKED = 4.0
"""The usual rating, of 1 to 5."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """n decisions in order.

    `truth` are places in `LABELS`, `dialogue` the number of each one's dialogue; `changes` of valence and `ratings` are
    nan where nothing followed, `informs` where suggestions and information were not told apart.
    """

    moments: tuple[Moment, ...]
    truth: NDArray[np.int64]
    dialogue: NDArray[np.int64]
    changes: Floats
    ratings: Floats
    informs: Floats


def decisions(dialogues: Sequence[Dialogue], hearing: Hearing, mood: Mood) -> Decisions:
    """All decisions of the dialogues. Nothing that was said at or after a decision is in its moment."""
    found: list[Moment] = []
    truth, where, changes, ratings, informs = [], [], [], [], []
    sense = _sense(dialogues, hearing)
    for number, dialogue in enumerate(dialogues):
        felt = [_valence(line.text, line.vad, hearing, sense) if line.own else float("nan") for line in dialogue]
        for at, moment in moments(dialogue, hearing, mood):
            line = dialogue[at]
            found.append(moment)
            truth.append(LABELS.index(line.label))
            where.append(number)
            changes.append(_change(dialogue, felt, at))
            ratings.append(_rating(dialogue, at))
            informs.append(float("nan") if line.informs is None or not _merged(line.label) else float(line.informs))
    return Decisions(
        tuple(found), np.array(truth), np.array(where), np.array(changes), np.array(ratings), np.array(informs)
    )


def moments(dialogue: Dialogue, hearing: Hearing, mood: Mood) -> Iterator[tuple[int, Moment]]:
    """The place of each of the supporter's turns, and the moment before it."""
    messages = tuple(Message(USER if line.own else SUPPORTER, line.text) for line in dialogue)
    for at, line in enumerate(dialogue):
        if not line.own:
            used = tuple(each.label for each in dialogue[:at] if not each.own)
            yield at, Moment.of(Exchange(messages[:at], used), hearing, mood)


def fingerprint(dialogue: Dialogue) -> int:
    """A number by which a dialogue is known again without its text."""
    return zlib.crc32("\n".join(line.text for line in dialogue).encode())


def _merged(label: str) -> bool:
    return label == "Providing Suggestions or Information"


def _sense(dialogues: Sequence[Dialogue], hearing: Hearing) -> Floats:
    """What the file's three numbers say of valence (4,): least squares on the valence that the words are read with.

    Their sense and sign are not stated. In the corpus the first falls as people sound better.
    """
    lines = [line for dialogue in dialogues for line in dialogue if line.vad]
    if len(lines) < 10:
        return np.zeros(4)
    rows = np.array([[1.0, *line.vad] for line in lines])
    fitted: Floats = np.linalg.lstsq(rows, np.array([hearing.hear(line.text).valence for line in lines]), rcond=None)[0]
    return fitted


def _valence(text: str, vad: Sequence[float], hearing: Hearing, sense: Floats) -> float:
    """How the user feels in one turn, in -1..1: by our reading and by the file's, where it has one."""
    heard = hearing.hear(text).valence
    return 0.5 * heard + 0.5 * float(sense @ np.array([1.0, *vad])) if vad else heard


def _following(dialogue: Dialogue, at: int) -> list[int]:
    return [i for i in range(at + 1, len(dialogue)) if dialogue[i].own][:2]


def _change(dialogue: Dialogue, felt: Sequence[float], at: int) -> float:
    """From the user's last turn before to their next two, the nearer counting more; nan at either end."""
    before = [i for i in range(at) if dialogue[i].own]
    after = _following(dialogue, at)
    if not before or not after:
        return float("nan")
    then = SOON * felt[after[0]] + (1 - SOON) * felt[after[-1]]
    return then - felt[before[-1]]


def _rating(dialogue: Dialogue, at: int) -> float:
    """The user's next rating in points above the usual; nan for none in their next two turns."""
    given = [dialogue[i].feedback for i in _following(dialogue, at) if not np.isnan(dialogue[i].feedback)]
    return given[0] - LIKED if given else float("nan")
