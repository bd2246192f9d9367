"""Training of the words reader, on a small corpus made here."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from companion.labelled import DataError
from dialogue import learning, training
from dialogue.calibration import Posts, fit_posts, thresholds
from dialogue.compression import pack, unpack
from dialogue.goemotions import EKMAN, GROUPS, LABELS, POINTS, grouped
from dialogue.network import Network
from dialogue.tokens import tokens
from dialogue.vocabulary import Vocabulary
from dialogue.words_reader import WordsReader

MELD = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Texts that name their own label: 14 posts for each of 28, 12 dialogues of 7 lines, 20 causes."""
    folder = tmp_path / "dialogue"
    posts = folder / "goemotions" / "original" / "train.tsv"
    posts.parent.mkdir(parents=True)
    lines = [
        f"well, this is my {label} number {i}!\t{at}\tx{at}_{i}" for i in range(14) for at, label in enumerate(LABELS)
    ]
    posts.write_text("\n".join(lines), encoding="utf-8")
    meld = folder / "meld" / "train_sent_emo.csv"
    meld.parent.mkdir()
    rows = [f"I say {emotion} now,{'AB'[i % 2]},{emotion},{d}" for d in range(12) for i, emotion in enumerate(MELD)]
    meld.write_text("Utterance,Speaker,Emotion,Dialogue_ID\n" + "\n".join(rows), encoding="utf-8")
    reccon = folder / "reccon" / "dailydialog_train.json"
    reccon.parent.mkdir()
    reccon.write_text(json.dumps({f"d{i}": [_causal(i)] for i in range(20)}), encoding="utf-8")
    return tmp_path


def _causal(number: int) -> list[dict[str, object]]:
    names = ("turn", "speaker", "utterance", "emotion")
    lines: list[dict[str, object]] = [
        dict(zip(names, row, strict=True))
        for row in (
            (1, "A", f"Good day number {number}.", "neutral"),
            (2, "B", f"Hello, I sold my {number} horses, and you?", "neutral"),
            (3, "A", "That makes me joy!", "happiness"),
        )
    ]
    lines[2] |= {"expanded emotion cause evidence": [2], "expanded emotion cause span": [f"I sold my {number} horses,"]}
    return lines


def test_training_writes_a_file_that_reads_and_is_the_same_again(corpus: Path, tmp_path: Path) -> None:
    at: list[float] = []
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    figures = training.train(corpus, first, 3, lambda done, _: at.append(done))
    training.train(corpus / "dialogue", second, 3, lambda *_: None)
    assert first.read_bytes() == second.read_bytes()
    assert at == sorted(at)
    assert at[-1] == 1
    assert {"ekman_macro_f1", "goemotions_macro_f1", "meld_weighted_f1", "cause_positive_f1"} <= set(figures)
    assert not first.with_name("a.safetensors.resume").exists()
    reader = WordsReader(str(first))
    names, _, chosen = reader.judge(["well, this is my gratitude number 3!"], "original")
    assert chosen[0, names.index("gratitude")]


def test_training_goes_on_where_it_was_interrupted(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a.safetensors"
    trained = []
    real = training._readers

    def counted(*given: object) -> object:
        trained.append(given)
        if len(trained) == 3:
            raise KeyboardInterrupt
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(training, "_readers", counted)
    with pytest.raises(KeyboardInterrupt):
        training.train(corpus, out, 3, lambda *_: None)
    assert len(list(out.with_name("a.safetensors.resume").iterdir())) == 2
    training.train(corpus, out, 3, lambda *_: None)
    # Two folds, one broken off, then one fold and the whole.
    assert len(trained) == 5


def test_data_that_cannot_train_is_named(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.safetensors"
    posts = corpus / "dialogue" / "goemotions" / "original" / "train.tsv"
    posts.write_text("only this\t27\tx\n", encoding="utf-8")
    with pytest.raises(DataError, match="0 posts with the label 'admiration'"):
        training.train(corpus, out, 0, lambda *_: None)
    posts.unlink()
    with pytest.raises(DataError, match=r"train\.tsv cannot be read"):
        training.train(corpus, out, 0, lambda *_: None)


def test_the_network_says_the_same_in_numpy_as_in_torch() -> None:
    import torch

    texts = [tokens(text) for text in ("so glad you came!", "no", "I am sad, so very sad today", "what? zzgrx")]
    vocabulary = Vocabulary.of(texts, 1)
    torch.manual_seed(0)
    model = learning._model(len(vocabulary), {"posts": 35, "meld": 7, "daily": 7}).eval()
    network = Network(learning._exported(model, vocabulary))
    with torch.inference_mode():
        expected = model(*learning._Encoder(vocabulary)(texts), "posts").numpy()
    found = np.stack([network.heads(said)["posts"] for said in texts])
    assert np.abs(expected - expected.mean(axis=0)).max() > 0.02
    assert np.abs(found - expected).max() < 0.004


def test_packed_matrices_come_back_within_half_a_step() -> None:
    matrix = np.random.default_rng(0).normal(size=(40, 7)).astype(np.float32)
    matrix[3] = 0
    back = unpack(pack("m", matrix), "m")
    step = np.abs(matrix).max(axis=1, keepdims=True) / 127
    assert np.all(np.abs(back - matrix) <= 0.6 * step + 1e-4)


def test_scaling_makes_overconfident_logits_honest() -> None:
    random = np.random.default_rng(1)
    chance = random.uniform(0.05, 0.95, size=4000)
    truth = (random.uniform(size=4000) < chance)[:, None]
    # Logits four times too large.
    logits = np.repeat((4 * np.log(chance / (1 - chance)))[:, None, None], 2, axis=1).astype(np.float32).clip(-8, 6)
    found = Posts(fit_posts(logits, truth)).probabilities(logits)[:, 0]
    for low, high in itertools.pairwise((0.0, 0.3, 0.5, 0.7, 1.0)):
        inside = (found >= low) & (found < high)
        assert abs(found[inside].mean() - truth[inside].mean()) < 0.06


def test_the_threshold_maximises_f1() -> None:
    probabilities = np.array([[0.9], [0.8], [0.7], [0.2], [0.1]], np.float32)
    truth = np.array([[True], [True], [True], [False], [False]])
    assert 0.2 < thresholds(probabilities, truth)[0] <= 0.7


def test_groups_and_points_cover_every_label_once() -> None:
    assert sorted(itertools.chain(*EKMAN.values())) == sorted(LABELS)
    assert set(POINTS) == set(LABELS)
    flags = np.zeros((1, 28), bool)
    flags[0, [LABELS.index("nervousness"), LABELS.index("joy")]] = True
    assert [GROUPS[i] for i in np.flatnonzero(grouped(flags)[0])] == ["happy", "fear"]
