"""`Labelled`: one photo or clip of a folder with `labels.csv`, and the feeling that people saw or heard in it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from companion.labels import fold

TABLE = "labels.csv"


class DataError(Exception):
    """Data that cannot be used; the message is one clear line that names the place."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A file and its feeling (one of `EMOTIONS`), for which the table's own word is `label`.

    `speaker`, `intensity` and the spoken `text` are empty where the table has none.
    """

    path: Path
    emotion: str
    speaker: str = ""
    label: str = ""
    intensity: str = ""
    text: str = ""


def read_table(folder: Path) -> list[Labelled]:
    """The rows of `folder/labels.csv` (columns file and emotion, maybe speaker), label spellings folded.

    Raises `DataError` for a missing or empty table, a missing column or file, an unknown label.
    """
    table = folder / TABLE
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{table} cannot be read: {error}") from error
    if not rows:
        raise DataError(f"{table} has no rows")
    for column in ("file", "emotion"):
        if column not in rows[0]:
            raise DataError(f"{table} has no column {column!r}")
    found = []
    for line, row in enumerate(rows, start=2):
        try:
            emotion = fold(row["emotion"] or "")
        except ValueError as error:
            raise DataError(f"{table}, line {line}: {error}") from None
        path = folder / (row["file"] or "")
        if not path.is_file():
            raise DataError(f"{table}, line {line}: there is no file {path}")
        more = (row.get(column) or "" for column in ("speaker", "emotion", "intensity", "text"))
        found.append(Labelled(path, emotion, *more))
    return found
