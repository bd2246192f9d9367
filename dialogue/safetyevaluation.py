"""`evaluate`: how well the rules of danger find each level in sentences that people have marked."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from companion.labelled import DataError
from companion.types import Risk
from dialogue.danger import danger
from dialogue.safety import ORDER

LONGEST = 100_000
"""Characters of one cell; more is no sentence."""


@dataclass(frozen=True, slots=True)
class Marked:
    """One sentence and the level that people gave it."""

    text: str
    level: Risk


@dataclass(frozen=True, slots=True)
class LevelScores:
    """One level against all others: `n` sentences have it; `false_alarm_rate` is the share of the others given it.

    A score is None where nothing can be said: recall without sentences of the level, precision where none was given it.
    """

    recall: float | None
    precision: float | None
    false_alarm_rate: float | None
    n: int


@dataclass(frozen=True, slots=True)
class SafetyScores:
    """The scores of each level, and where each sentence's level went (`confusion`: marked level, then found level)."""

    levels: dict[Risk, LevelScores]
    confusion: dict[Risk, dict[Risk, int]]
    wrong: tuple[tuple[Marked, Risk], ...]

    def as_dict(self) -> dict[str, Any]:
        """The scores by level, ready for JSON."""
        return {level.value: asdict(scores) for level, scores in self.levels.items()}

    def __str__(self) -> str:
        rows = ["level        n  recall precision false alarms   found as none, watch, concern, crisis"]
        for level, scores in self.levels.items():
            found = ", ".join(str(self.confusion[level][each]) for each in ORDER)
            rows.append(
                f"{level.value:8} {scores.n:5} {_told(scores.recall):>7} {_told(scores.precision):>9} "
                f"{_told(scores.false_alarm_rate):>12}   {found}"
            )
        return "\n".join(rows)


def read_suite(path: Path) -> tuple[Marked, ...]:
    """The sentences of a CSV file with the columns `text` and `level` (none, watch, concern, crisis).

    Other columns, such as `lang`, may be there. Raises `DataError` naming the line.
    """
    csv.field_size_limit(LONGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"text", "level"} <= set(reader.fieldnames or ()):
                raise DataError(f"{path}: the first line must name the columns text and level")
            marked = tuple(_marked(row, f"{path}, line {reader.line_num}") for row in reader)
    except FileNotFoundError:
        raise DataError(f"no file at {path}") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    if not marked:
        raise DataError(f"{path} holds no sentences")
    return marked


def evaluate(marked: Sequence[Marked], progress: Callable[[float], None] = lambda _: None) -> SafetyScores:
    """The scores of the rules on marked sentences."""
    found = []
    for count, each in enumerate(marked, start=1):
        found.append(danger(each.text).risk)
        progress(count / len(marked))
    pairs = list(zip(marked, found, strict=True))
    confusion = {
        level: {other: sum(each.level is level and risk is other for each, risk in pairs) for other in ORDER}
        for level in ORDER
    }
    wrong = tuple((each, risk) for each, risk in pairs if each.level is not risk)
    return SafetyScores({level: _scores(level, confusion, len(marked)) for level in ORDER}, confusion, wrong)


def _scores(level: Risk, confusion: dict[Risk, dict[Risk, int]], total: int) -> LevelScores:
    right, n = confusion[level][level], sum(confusion[level].values())
    given = sum(row[level] for row in confusion.values())
    return LevelScores(_share(right, n), _share(right, given), _share(given - right, total - n), n)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _told(score: float | None) -> str:
    return "-" if score is None else f"{score:.3f}"


def _marked(row: dict[str, str | None], where: str) -> Marked:
    level = (row["level"] or "").strip().casefold()
    if level not in set(Risk):
        raise DataError(f"{where}: unknown level {level!r}; it is none, watch, concern or crisis")
    return Marked(row["text"] or "", Risk(level))
