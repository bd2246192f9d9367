"""`TransformerReader`: any text classifier of `transformers` whose labels are feelings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.engines import EngineError
from companion.labels import fold
from companion.types import Affect, Message, TextReading
from dialogue.goemotions import EKMAN, GROUPS, LABELS
from dialogue.politeness import manner

LONGEST = 256
"""Tokens of the model that are looked at."""
SHOWN = 0.1
CHOSEN = 0.3
"""Probability from which a label is chosen where the model may choose several."""
BATCH = 16


class TransformerReader:
    """Reads feelings with a text classifier of the transformers library, named in `[models] words`."""

    holds_interpreter = False

    def __init__(self, words_model: str = "") -> None:
        """`words_model`: a folder with the model and its tokenizer, or a name that is on this machine already.

        Nothing is downloaded. Raises `EngineError` when it cannot be loaded or one of its labels is no feeling.
        """
        if not words_model:
            raise EngineError(
                "the transformers reader needs a folder with a text classifier: name it under [models] as words"
            )
        if not find_spec("transformers"):
            raise EngineError(str(self.obstacle()))
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        place = str(Path(words_model).expanduser()) if Path(words_model).expanduser().is_dir() else words_model
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(place, local_files_only=True)
            self._model: Any = AutoModelForSequenceClassification.from_pretrained(place, local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise EngineError(
                f"no text classifier can be loaded from {words_model!r}: {str(error).splitlines()[0]}"
            ) from error
        self._model.eval()
        self._labels = _labels(self._model.config.id2label, words_model)
        self._several = self._model.config.problem_type == "multi_label_classification"

    @staticmethod
    def obstacle() -> str | None:
        """What is missing, without loading it."""
        missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
        return f"{' and '.join(missing)} not installed: pip install torch transformers" if missing else None

    def read(self, text: str, context: Sequence[Message] = ()) -> TextReading:  # noqa: ARG002 - one text, as it was trained
        """The model's feelings in our eight; confidence 0 for a text without words."""
        cues = manner(text)
        if not any(c.isalnum() or ord(c) > 0x2000 for c in text):
            return TextReading(Affect.unknown("no words"), cues=cues)
        found = self._probabilities([text])[0]
        strengths: dict[str, float] = {}
        for label, p in zip(self._labels, found.tolist(), strict=True):
            strengths[_ours(label)] = strengths.get(_ours(label), 0.0) + p
        total = sum(strengths.values())
        shares = {name: value / total for name, value in strengths.items() if name != "neutral"}
        strongest = max(found.tolist())
        affect = Affect.mixture(
            shares,
            confidence=min(0.95, strongest),
            evidence=(f"a text classifier: {self._labels[int(found.argmax())]}",),
        )
        finer = {
            label: round(p, 3)
            for label, p in zip(self._labels, found.tolist(), strict=True)
            if p >= SHOWN and label in LABELS[:-1]
        }
        return TextReading(affect, finer, cues=cues)

    def judge(
        self, texts: Sequence[str], taxonomy: str
    ) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.bool_]]:
        """As `WordsReader.judge`. Raises `ValueError` also where the model's labels are coarser than the taxonomy."""
        found = np.concatenate([self._probabilities(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)])
        names: tuple[str, ...] = LABELS if taxonomy == "original" else GROUPS
        if taxonomy == "original":
            if missing := set(LABELS) - set(self._labels):
                raise ValueError(f"the model has no label {sorted(missing)[0]!r}; choose the taxonomy ekman")
            found = found[:, [self._labels.index(name) for name in LABELS]]
        elif taxonomy == "ekman":
            found = np.stack([self._together(found, name) for name in GROUPS], axis=1)
        else:
            raise ValueError(f"unknown taxonomy {taxonomy!r}; one of: original, ekman")
        if self._several:
            return names, found, found >= CHOSEN
        return names, found, found >= found.max(axis=1, keepdims=True)

    def _together(self, found: NDArray[np.float64], group: str) -> NDArray[np.float64]:
        """Any of a group's labels: where labels compete their shares add up, else each may hold for itself."""
        part = found[:, [i for i, label in enumerate(self._labels) if _ours(label) == group]]
        any_of: NDArray[np.float64] = 1 - np.prod(1 - part, axis=1) if self._several else part.sum(axis=1)
        return any_of

    def _probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        import torch

        batch = self._tokenizer(list(texts), truncation=True, max_length=LONGEST, padding=True, return_tensors="pt")
        with torch.inference_mode():
            logits = self._model(**batch).logits.float()
            shares = torch.sigmoid(logits) if self._several else torch.softmax(logits, dim=1)
        found: NDArray[np.float64] = shares.cpu().numpy().astype(np.float64)
        return found


def _labels(named: Mapping[int, str], model: str) -> tuple[str, ...]:
    """Each output's name: one of GoEmotions' or of ours. Raises `EngineError` for another."""
    found = []
    for _, name in sorted(named.items()):
        low = name.strip().lower()
        if low in LABELS:
            found.append(low)
            continue
        try:
            found.append(fold(low))
        except ValueError as error:
            raise EngineError(f"the text classifier {model!r} does not tell feelings: {error}") from None
    return tuple(found)


def _ours(label: str) -> str:
    """One of our eight for a label of GoEmotions or ours."""
    return next((group for group, labels in EKMAN.items() if label in labels), label)
