"""The labelled texts: GoEmotions' posts, MELD's and DailyDialog's dialogues, RECCON's causes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.labelled import DataError
from companion.labels import fold
from companion.types import Message
from dialogue.goemotions import GROUPS, LABELS

MELD_COLUMNS = frozenset({"Utterance", "Speaker", "Emotion", "Dialogue_ID"})


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """n texts and their labels, n x labels."""

    texts: tuple[str, ...]
    flags: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line of a dialogue: `emotion` is one of `GROUPS`; `causes` are places in the dialogue with their words."""

    dialogue: str
    speaker: str
    text: str
    emotion: str
    causes: tuple[tuple[int, str], ...] = ()


Dialogue = tuple[Utterance, ...]


def read_posts(path: Path, taxonomy: str = "original") -> Posts:
    """A GoEmotions table: text, label numbers with commas, id, apart by tabs; flags in the order of `LABELS`, `GROUPS`.

    The numbers are those of `labels.txt` beside it, else of the release. Raises `DataError` with file and line.
    """
    names, order = _names(path, taxonomy), LABELS if taxonomy == "original" else GROUPS
    texts, rows = [], []
    for number, line in enumerate(_lines(path), start=1):
        parts = line.split("\t")
        flags = np.zeros(len(order), bool)
        try:
            for each in parts[1].split(","):
                flags[order.index(names[_whole(each)])] = True
        except (IndexError, ValueError):
            raise DataError(f"{path}, line {number}: no text, tab and label numbers below {len(names)}") from None
        texts.append(parts[0])
        rows.append(flags)
    if not texts:
        raise DataError(f"{path} has no rows")
    return Posts(tuple(texts), np.stack(rows))


def read_meld(path: Path) -> tuple[Dialogue, ...]:
    """MELD's csv in dialogue order. Raises `DataError` with file and line."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    if not rows:
        raise DataError(f"{path} has no rows")
    if missing := MELD_COLUMNS - set(rows[0]):
        raise DataError(f"{path} has no column {sorted(missing)[0]!r}")
    found: dict[str, list[Utterance]] = {}
    for line, row in enumerate(rows, start=2):
        emotion = _emotion(row["Emotion"], f"{path}, line {line}")
        name, speaker, text = (row[column] or "" for column in ("Dialogue_ID", "Speaker", "Utterance"))
        found.setdefault(name, []).append(Utterance(name, speaker, text, emotion))
    return tuple(tuple(lines) for lines in found.values())


def read_reccon(path: Path) -> tuple[Dialogue, ...]:
    """RECCON's json (Poria et al., "Recognizing Emotion Cause in Conversations", 2021); causes told by 1-based turns.

    Causes that lie outside the dialogue ("b") or after the feeling are left out. Raises `DataError` with the place.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}: {error.msg}") from None
    if not isinstance(table, dict) or not table:
        raise DataError(f"{path} holds no dialogues by name")
    found = []
    for name, parts in table.items():
        try:
            found += [tuple(_reccon_line(name, at, row, path) for at, row in enumerate(lines)) for lines in parts]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise DataError(f"{path}, dialogue {name!r}: not a list of turns as RECCON has them ({error})") from None
    return tuple(found)


def messages(dialogue: Dialogue, at: int) -> tuple[Message, ...]:
    """What was said before one line, as its speaker sees it: their own lines are the user's."""
    own = dialogue[at].speaker
    return tuple(Message("user" if line.speaker == own else "assistant", line.text) for line in dialogue[:at])


def is_meld(path: Path) -> bool:
    """Whether a table is one of MELD's, by its head. Raises `DataError` where it cannot be read."""
    columns = next(csv.reader([next(_lines(path), "")]), [])
    return MELD_COLUMNS.issubset(columns)


def _reccon_line(name: str, at: int, row: dict[str, Any], path: Path) -> Utterance:
    places, spans = row.get("expanded emotion cause evidence", []), row.get("expanded emotion cause span", [])
    causes = tuple(
        (place - 1, str(span))
        for place, span in zip(places, spans, strict=True)
        if isinstance(place, int) and 0 < place <= at + 1
    )
    emotion = _emotion(row["emotion"], f"{path}, dialogue {name!r}, turn {at + 1}")
    return Utterance(name, str(row["speaker"]), str(row["utterance"]), emotion, causes)


def _emotion(label: str | None, place: str) -> str:
    try:
        emotion = fold(label or "")
    except ValueError as error:
        raise DataError(f"{place}: {error}") from None
    if emotion not in GROUPS:
        raise DataError(f"{place}: {emotion!r} is none of {', '.join(GROUPS)}")
    return emotion


def _names(path: Path, taxonomy: str) -> list[str]:
    """The label of each number, in our names."""
    listed = path.parent / "labels.txt"
    known: tuple[str, ...]
    if taxonomy == "original":
        names, known = list(LABELS), LABELS
        if listed.is_file():
            names = [line.strip() for line in _lines(listed)]
    elif taxonomy == "ekman":
        # The order of the release's ekman_labels.csv, alphabetical.
        names, known = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"], GROUPS
        if listed.is_file():
            names = [_emotion(line, f"{listed}, line {at}") for at, line in enumerate(_lines(listed), start=1)]
    else:
        raise ValueError(f"unknown taxonomy {taxonomy!r}; one of: original, ekman")
    if unknown := set(names) - set(known):
        raise DataError(f"{listed}: {sorted(unknown)[0]!r} is no label of the taxonomy {taxonomy!r}")
    return names


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _lines(path: Path) -> Iterator[str]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    return (line for line in content.split("\n") if line.strip())
