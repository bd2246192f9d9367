"""`evaluate`, `evaluate_causes`: a reader of words on labelled posts and dialogues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.engines import TextReader
from companion.labelled import DataError
from companion.scores import Scores, interval, multilabel_scores, scores
from companion.types import EMOTIONS, Affect
from dialogue.causefitting import token_f1
from dialogue.causes import BACK
from dialogue.corpora import Dialogue, Posts, is_meld, messages, read_meld, read_posts, read_reccon
from dialogue.goemotions import GROUPS, LABELS

Progress = Callable[[float], None]
Found = tuple[Scores, dict[str, object]]
BLOCK = 10
"""Posts drawn together for an interval."""
CHUNK = 200
"""Texts between two reports of progress."""
UNSAID = 0.25
"""Probability of an emotion from which a reader without GoEmotions' labels is taken to say it."""


def evaluate(path: Path, reader: TextReader, taxonomy: str, progress: Progress) -> Found:
    """A GoEmotions table (`taxonomy` original or ekman) or MELD's csv, told apart by its columns.

    Raises `DataError` with file and line, `ValueError` for an unknown taxonomy or one that the reader has not.
    """
    if is_meld(path):
        return _dialogues(read_meld(path), reader, progress)
    return _posts(read_posts(path, taxonomy), reader, taxonomy, progress)


def evaluate_causes(path: Path, reader: TextReader, progress: Progress) -> Found:
    """RECCON: for each feeling told, which utterance up to it holds a cause, and the overlap of the words named.

    `cause` in the scores is the class of pairs of a feeling and an utterance that holds its cause (the field's
    "positive F1"); the spans are compared in those utterances. A reader that names one cause only (`read`) is asked
    for that. Raises `DataError` for a damaged file.
    """
    dialogues = read_reccon(path)
    cases = [
        (lines, at) for lines in dialogues for at, line in enumerate(lines) if line.causes and line.emotion != "neutral"
    ]
    if not cases:
        raise DataError(f"{path} holds no feeling with a cause")
    truth, shares, overlaps, joint, groups = [], [], [], [], []
    for done, (lines, at) in enumerate(cases):
        named = _named(reader, lines, at)
        spans: dict[int, list[str]] = {}
        for place, span in lines[at].causes:
            spans.setdefault(at - place, []).append(span)
        for back in range(at + 1):
            probability, span = named.get(back, (0.0, ""))
            truth.append("cause" if back in spans else "other")
            shares.append((1 - probability, probability))
            groups.append(lines[at].dialogue)
            if back in spans:
                overlaps.append(max(token_f1(span, true) for true in spans[back]))
                joint.append(overlaps[-1] if probability > 0.5 else 0.0)
        progress((done + 1) / len(cases))
    found = scores(truth, np.array(shares), ("other", "cause"))
    held = np.array([[each == "cause"] for each in truth])
    chosen = np.array([[share > 0.5] for _, share in shares])
    low, high = interval(lambda rows: float(_f1(held[rows], chosen[rows])[0]), groups)
    extras: dict[str, object] = {
        "positive_f1_interval": [round(low, 4), round(high, 4)],
        "feelings": len(cases),
        "positive_f1": round(found.per_class["cause"]["f1"], 4),
        "span_token_f1": round(float(np.mean(overlaps)), 4),
        "found_span_token_f1": round(float(np.mean(joint)), 4),
    }
    return found, extras


def _named(reader: TextReader, lines: Dialogue, at: int) -> dict[int, tuple[float, str]]:
    """Probability and words by how many messages back; probabilities are moved so that the threshold lies at a half."""
    ask: Any = getattr(reader, "causes", None)
    context = messages(lines, at)
    if ask is None:
        reading = reader.read(lines[at].text, context)
        return {reading.cause_back: (1.0, reading.cause)} if reading.cause else {}
    found, threshold = ask(lines[at].text, context)
    return {cause.back: (_moved(cause.probability, threshold), cause.span) for cause in found if cause.back <= BACK}


def _moved(probability: float, threshold: float) -> float:
    if probability >= threshold:
        return 0.5 + 0.5 * (probability - threshold) / max(1e-6, 1 - threshold) + 1e-9
    return 0.5 * probability / threshold


def _posts(posts: Posts, reader: TextReader, taxonomy: str, progress: Progress) -> Found:
    judge: Any = getattr(reader, "judge", None) or _by_affect(reader)
    tables, chosen = [], []
    names: Sequence[str] = ()
    for start in range(0, len(posts.texts), CHUNK):
        names, found, flags = judge(posts.texts[start : start + CHUNK], taxonomy)
        tables.append(found)
        chosen.append(flags)
        progress(min(1.0, (start + CHUNK) / len(posts.texts)))
    order = LABELS if taxonomy == "original" else GROUPS
    columns = [list(names).index(name) for name in order]
    found = multilabel_scores(
        posts.flags, np.concatenate(tables)[:, columns], np.concatenate(chosen)[:, columns], order
    )
    marked = np.concatenate(chosen)[:, columns]
    # Posts stand for themselves; ten together are drawn a good deal faster than each alone.
    blocks = [str(row // BLOCK) for row in range(len(posts.texts))]
    low, high = interval(lambda rows: float(_f1(posts.flags[rows], marked[rows]).mean()), blocks)
    return found, {"taxonomy": taxonomy, "data": "GoEmotions", "macro_f1_interval": [round(low, 4), round(high, 4)]}


def _by_affect(reader: TextReader) -> Callable[[Sequence[str], str], tuple[Any, Any, Any]]:
    """The groups by the distribution of a reader that knows nothing of GoEmotions."""

    def judge(texts: Sequence[str], taxonomy: str) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.bool_]]:
        if taxonomy != "ekman":
            raise ValueError("this reader tells GoEmotions' 28 labels not apart; choose the taxonomy ekman")
        found = np.array([_row(reader.read(text).affect) for text in texts])
        flags = found >= UNSAID
        flags[:, 0] = ~flags[:, 1:].any(axis=1)
        return GROUPS, found, flags

    return judge


def _dialogues(dialogues: Sequence[Dialogue], reader: TextReader, progress: Progress) -> Found:
    truth, rows, silent = [], [], 0
    total = sum(len(lines) for lines in dialogues)
    for lines in dialogues:
        for at, line in enumerate(lines):
            affect = reader.read(line.text, messages(lines, at)).affect
            truth.append(line.emotion)
            rows.append(_row(affect))
            silent += affect.confidence == 0
        progress(len(rows) / total)
    table = np.array(rows)
    flags = np.eye(len(GROUPS), dtype=bool)
    true, guessed = flags[[GROUPS.index(name) for name in truth]], flags[table.argmax(axis=1)]
    groups = [line.dialogue for lines in dialogues for line in lines]

    def weighted(rows: NDArray[np.int64]) -> float:
        return float(np.average(_f1(true[rows], guessed[rows]), weights=true[rows].sum(axis=0)))

    low, high = interval(weighted, groups)
    extras: dict[str, object] = {
        "data": "MELD",
        "dialogues": len(dialogues),
        "without_reading": silent,
        "weighted_f1_interval": [round(low, 4), round(high, 4)],
    }
    return scores(truth, table, GROUPS), extras


def _f1(truth: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """F1 of each column; 0 where there is neither a truth nor a choice."""
    hits = (truth & chosen).sum(axis=0)
    there: NDArray[np.float64] = 2 * hits / np.maximum(truth.sum(axis=0) + chosen.sum(axis=0), 1)
    return there


def _row(affect: Affect) -> list[float]:
    """The shares of the groups; contempt, which the data have not, counts as anger."""
    shares = dict(zip(EMOTIONS, affect.distribution, strict=True))
    shares["angry"] += shares.pop("contempt")
    return [shares[name] for name in GROUPS]
