"""`Dialogue`: support dialogues of ESConv with the strategy of each of the supporter's turns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion.labelled import DataError
from companion.types import STRATEGIES

LABELS = (
    "Question", "Restatement or Paraphrasing", "Reflection of feelings", "Self-disclosure",
    "Affirmation and Reassurance", "Providing Suggestions or Information", "Others", "Greeting",
)  # fmt: skip
"""The eight labels of the prepared file."""
STANDS_FOR: Mapping[str, tuple[str, ...]] = {
    **{label: (label,) for label in LABELS if label in STRATEGIES},
    "Providing Suggestions or Information": ("Providing Suggestions", "Information"),
    "Greeting": ("Others",),
}
"""What each label is among `STRATEGIES`: the file merges two of them, and tells greetings from `Others`."""
FOLDED = ("Question", "Restatement or Paraphrasing", "Reflection of feelings", "Self-disclosure",
          "Affirmation and Reassurance", "Providing Suggestions or Information", "Others")  # fmt: skip
"""The finest classes that both the file and a mixture over `STRATEGIES` can tell apart."""
_SPELLINGS: Mapping[str, str] = {
    **{label.lower(): label for label in LABELS},
    "greetings": "Greeting",
    "questions": "Question",
    "other": "Others",
    "restatement": "Restatement or Paraphrasing",
    "providing suggestions": "Providing Suggestions or Information",
    "information": "Providing Suggestions or Information",
    "direct guidance": "Providing Suggestions or Information",
    "approval and reassurance": "Affirmation and Reassurance",
}
INFORMING = "information"
"""How the unprepared files spell the half of the merged label that a mixture tells apart."""


@dataclass(frozen=True, slots=True)
class Line:
    """One turn. The supporter's has a `label` of `LABELS`; `informs` says that its file told information from advice.

    The user's may have `vad`, three numbers in 0..1 whose sense is the file's, and `feedback`, 1 to 5 for what the
    supporter said before; nan where it has none.
    """

    own: bool
    text: str
    label: str = ""
    informs: bool | None = None
    vad: tuple[float, ...] = ()
    feedback: float = float("nan")


Dialogue = tuple[Line, ...]


def folded(strategy: str) -> int:
    """The place in `FOLDED` of a strategy or label by any of its spellings; -1 for one that is not known."""
    label = _SPELLINGS.get(strategy.strip().lower(), "")
    return FOLDED.index("Others" if label == "Greeting" else label) if label else -1


def read_esconv(path: Path) -> tuple[Dialogue, ...]:
    """A prepared file, one dialogue a line. Raises `DataError` with file and line."""
    found = []
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.strip():
            place = f"{path}, line {number}"
            try:
                row = json.loads(line)
                turns = row["dialog"]
                found.append(tuple(_turn(turn, f"{place}, turn {at}") for at, turn in enumerate(turns, start=1)))
            except json.JSONDecodeError as error:
                raise DataError(f"{place}: {error.msg}") from None
            except (KeyError, TypeError, AttributeError) as error:
                raise DataError(f"{place}: not a dialogue with turns as ESConv has them ({error!r})") from None
    if not any(turn.label for dialogue in found for turn in dialogue):
        raise DataError(f"{path} holds no supporter's turn with a strategy")
    return tuple(found)


def read_failed(path: Path) -> tuple[Dialogue, ...]:
    """ESConv's dialogues that were left out of the corpus, as released; a greeting among `Other` is not told apart.

    Raises `DataError` with the file and the dialogue.
    """
    try:
        table = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}: {error.msg}") from None
    found = []
    for number, row in enumerate(table if isinstance(table, list) else [{}], start=1):
        place = f"{path}, dialogue {number}"
        try:
            found.append(
                tuple(_released(turn, f"{place}, turn {at}") for at, turn in enumerate(row["dialog"], start=1))
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(f"{place}: not a dialogue with turns as ESConv has them ({error!r})") from None
    return tuple(found)


def _turn(row: dict[str, Any], place: str) -> Line:
    text = _said(row["text"], place)
    if row["speaker"] == "sys":
        return Line(False, text, _label(row["strategy"], place))
    if row["speaker"] != "usr":
        raise DataError(f"{place}: the speaker {row['speaker']!r} is neither 'sys' nor 'usr'")
    return Line(True, text, vad=_vad(row.get("vad"), place), feedback=_feedback(row.get("feedback"), place))


def _released(row: dict[str, Any], place: str) -> Line:
    text, notes = _said(row["content"], place), row["annotation"]
    if row["speaker"] == "speaker":
        return Line(True, text, feedback=_feedback(notes.get("feedback"), place))
    strategy = notes["strategy"]
    return Line(False, text, _label(strategy, place), strategy.lower() == INFORMING)


def _label(strategy: object, place: str) -> str:
    label = _SPELLINGS.get(strategy.strip().lower()) if isinstance(strategy, str) else None
    if label is None:
        raise DataError(f"{place}: the strategy {strategy!r} is none of {', '.join(LABELS)}")
    return label


def _said(text: object, place: str) -> str:
    if not isinstance(text, str):
        raise DataError(f"{place}: the text is no text")
    return text.strip()


def _vad(values: object, place: str) -> tuple[float, ...]:
    if values is None:
        return ()
    if not isinstance(values, list) or len(values) != 3 or not all(isinstance(each, (int, float)) for each in values):
        raise DataError(f"{place}: vad is not three numbers")
    return tuple(float(each) for each in values)


def _feedback(value: object, place: str) -> float:
    if value is None:
        return float("nan")
    try:
        return float(str(value))
    except ValueError:
        raise DataError(f"{place}: the feedback {value!r} is no number") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
