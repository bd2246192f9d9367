"""The optional engine: a text classifier of `transformers`, here a tiny one with random weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from companion.engines import EngineError
from dialogue.evaluation import evaluate
from dialogue.goemotions import GROUPS, LABELS
from dialogue.transformer_reader import TransformerReader

SIX = ("sadness", "joy", "love", "anger", "fear", "surprise")
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "i", "am", "so", "happy", "sad", "!", ".")


def _saved(folder: Path, labels: Sequence[str], problem: str = "single_label_classification") -> str:
    """A DistilBERT of 4 x 8 units with its tokenizer, written as any published classifier is."""
    import torch
    from transformers import BertTokenizer, DistilBertConfig, DistilBertForSequenceClassification

    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    options: dict[str, Any] = {
        "vocab_size": len(WORDS), "dim": 8, "hidden_dim": 16, "n_heads": 2, "n_layers": 1, "num_labels": len(labels),
        "max_position_embeddings": 300, "id2label": dict(enumerate(labels)), "problem_type": problem,
        "label2id": {name: i for i, name in enumerate(labels)},
    }  # fmt: skip
    config = DistilBertConfig(**options)
    DistilBertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def fine(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _saved(tmp_path_factory.mktemp("models") / "fine", LABELS, "multi_label_classification")


@pytest.fixture(scope="module")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _saved(tmp_path_factory.mktemp("models") / "coarse", SIX)


def test_a_classifier_is_loaded_and_its_labels_are_folded(coarse: str) -> None:
    affect = TransformerReader(coarse).read("I am so happy!").affect
    # Love is one of GoEmotions' labels, and happy among ours.
    assert sum(affect.distribution) == pytest.approx(1)
    assert affect["neutral"] == pytest.approx(0, abs=1e-6)
    assert affect["contempt"] == 0
    assert 0 < affect.confidence < 1
    assert affect.evidence[0].startswith("a text classifier")


def test_the_same_text_gives_the_same_reading_and_others_another(fine: str) -> None:
    reader = TransformerReader(fine)
    assert reader.read("I am so sad.") == reader.read("I am so sad.")
    assert reader.read("I am so sad.").affect != reader.read("happy happy !").affect


def test_a_classifier_of_goemotions_judges_both_taxonomies(fine: str, coarse: str) -> None:
    reader = TransformerReader(fine)
    names, found, chosen = reader.judge(["I am so sad.", "happy !"], "original")
    assert names == LABELS
    assert found.shape == chosen.shape == (2, 28)
    groups, gathered, _ = reader.judge(["I am so sad.", "happy !"], "ekman")
    assert groups == GROUPS
    # At least one of several is never less likely than each of them.
    assert np.all(gathered[:, 3] >= found[:, [LABELS.index(name) for name in ("anger", "annoyance")]].max(axis=1))
    with pytest.raises(ValueError, match="taxonomy ekman"):
        TransformerReader(coarse).judge(["x"], "original")


def test_it_can_be_measured_like_our_own(fine: str, tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("I am so sad.\t5\tx\nhappy\t3\ty\n", encoding="utf-8")
    found, _ = evaluate(tmp_path / "a.tsv", TransformerReader(fine), "ekman", lambda _: None)
    assert found.n == 2


@pytest.mark.parametrize("text", ["", " ", "..."])
def test_nothing_said_is_not_read(coarse: str, text: str) -> None:
    assert TransformerReader(coarse).read(text).affect.confidence == 0


def test_a_very_long_text_is_cut(coarse: str) -> None:
    assert TransformerReader(coarse).read(5000 * "sad ").affect.confidence > 0


def test_what_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="name it under"):
        TransformerReader()
    with pytest.raises(EngineError, match="no text classifier can be loaded") as caught:
        TransformerReader(str(tmp_path))
    assert "\n" not in str(caught.value)
    with pytest.raises(EngineError, match="does not tell feelings"):
        TransformerReader(_saved(tmp_path / "spam", ("spam", "ham")))


def test_it_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert TransformerReader.obstacle() is None
    monkeypatch.setattr("dialogue.transformer_reader.find_spec", lambda _: None)
    assert "pip install" in str(TransformerReader.obstacle())
