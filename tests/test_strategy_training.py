"""The strategist's data, training and evaluation, on a small corpus made here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from companion.labelled import DataError
from dialogue import boosting, strategymodel, strategytraining
from dialogue.advice import Parts
from dialogue.boosting import Boosted, fit_boosted
from dialogue.decisions import decisions
from dialogue.esconv import FOLDED, LABELS, STANDS_FOR, folded, read_esconv, read_failed
from dialogue.hearing import WIDTH, Hearing
from dialogue.mood import Mood, fit_mood
from dialogue.strategyevaluation import ABLATIONS, compare, evaluate, table
from dialogue.strategyscores import scored
from weights.store import read

TURNS = (
    ("Hello, how are you?", "Greeting", "Hi, I feel sad.", 0.7, None),
    ("What happened?", "Question", "My friend left me.", 0.7, "4"),
    ("Your friend left.", "Restatement or Paraphrasing", "Yes, she did.", 0.6, None),
    ("You must feel lonely.", "Reflection of feelings", "I am lonely.", 0.7, "5"),
    ("I was left once too.", "Self-disclosure", "Were you?", 0.5, None),
    ("You are strong.", "Affirmation and Reassurance", "Thank you.", 0.4, "5"),
    ("You could call somebody.", "Providing Suggestions or Information", "Good idea.", 0.4, None),
    ("All right then.", "Others", "Bye!", 0.4, None),
)


def line(number: int) -> str:
    dialog: list[dict[str, object]] = []
    for said, strategy, answer, level, feedback in TURNS:
        dialog.append({"speaker": "sys", "text": said, "strategy": strategy, "all_strategy": [strategy]})
        vad = [level, 0.5, 0.1 * (number % 3)]
        dialog.append({"speaker": "usr", "text": answer, "vad": vad, "cause": "", "feedback": feedback})
    return json.dumps({"dialog": dialog + dialog[2:6]})


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "dialogue" / "esconv"
    folder.mkdir(parents=True)
    (folder / "valid.jsonl").write_text("\n".join(line(i) for i in range(12)) + "\n", encoding="utf-8")
    turns = [
        {"speaker": "speaker", "annotation": {"feedback": "2"}, "content": "I feel sad."},
        {"speaker": "listener", "annotation": {"strategy": "Information"}, "content": "Walks help."},
        {"speaker": "speaker", "annotation": {}, "content": "Do they?"},
        {"speaker": "listener", "annotation": {"strategy": "Providing Suggestions"}, "content": "Take one."},
    ]
    (folder / "failed.json").write_text(json.dumps([{"dialog": turns}] * 3), encoding="utf-8")
    return folder.parents[1]


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boosting, "ROUNDS", 6)
        patch.setattr(boosting, "LEAST", 5)
        patch.setattr(boosting, "COLUMNS", 1.0)
        patch.setattr(boosting, "RATE", 0.5)
        patch.setattr(strategymodel, "SEEDS", 1)
        patch.setattr(strategytraining, "WORTHS", strategytraining.WORTHS[:2])
        folder = tmp_path_factory.mktemp("weights")
        at: list[float] = []
        figures = strategytraining.train(corpus, folder / "a.safetensors", 3, lambda done, _: at.append(done))
        assert at == sorted(at)
        assert at[-1] == 1
        strategytraining.train(corpus / "dialogue", folder / "b.safetensors", 3, lambda *_: None)
    assert (folder / "a.safetensors").read_bytes() == (folder / "b.safetensors").read_bytes()
    return folder / "a.safetensors", figures


def test_training_learns_what_follows_on_what(trained: tuple[Path, dict[str, float]]) -> None:
    path, figures = trained
    assert figures["accuracy"] > 0.8
    assert {"macro_f1", "preference_bias", "model_alone_preference_bias", "foreseen_change_r"} <= set(figures)
    facts = read(path).facts
    assert set(facts["parts"]) == set(ABLATIONS)
    assert len(facts["trained_on"]) == 12


def test_evaluation_tells_of_dialogues_that_were_trained_on(
    trained: tuple[Path, dict[str, float]], corpus: Path, tmp_path: Path
) -> None:
    path, _ = trained
    known = corpus / "dialogue" / "esconv" / "valid.jsonl"
    found = evaluate(known, Parts(), lambda _: None, str(path))
    assert found.n == 120
    assert "12 of these 12" in str(found)
    new = tmp_path / "new.jsonl"
    new.write_text(line(0).replace("friend", "uncle"), encoding="utf-8")
    several = compare(new, {"all": Parts(), "none": Parts(False, False, False, False)}, lambda _: None, str(path))
    assert not several["all"].notes
    assert several["all"].accuracy > several["none"].accuracy
    assert "all" in table(several)
    told = several["all"].as_dict()
    assert json.loads(json.dumps(told)) == told
    assert {"n", "accuracy", "macro_f1", "top3", "preference_bias", "weighted_f1", "confusion", "per_class"} <= set(
        told
    )
    assert np.sum(told["confusion"]) == told["n"]


def test_scores_fold_what_a_mixture_cannot_tell_apart() -> None:
    truth = np.array([LABELS.index(name) for name in ("Question", "Greeting", "Others", "Self-disclosure")])
    shares = np.full((4, 8), 0.02)
    shares[[0, 1, 2, 3], [0, 6, 7, 0]] = 0.86
    found = scored(truth, shares)
    assert found.accuracy == 0.75
    assert found.label_accuracy == 0.25
    assert found.per_class["Others"]["n"] == 2
    with pytest.raises(ValueError, match="truths"):
        scored(np.array([], int), np.zeros((0, 8)))


def test_every_label_has_a_place_and_a_meaning() -> None:
    assert [FOLDED[folded(label)] for label in LABELS][:7] == list(FOLDED)
    assert folded("Greeting") == folded("Others") == folded("other")
    assert folded("Information") == folded("Providing Suggestions") == 5
    assert folded("") == folded("singing") == -1
    assert set(STANDS_FOR) == set(LABELS)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "holds no supporter's turn"),
        ("{", "line 1"),
        ('{"dialog": 3}', "line 1: not a dialogue"),
        (
            '\n{"dialog": [{"speaker": "sys", "text": "a", "strategy": "Dance"}]}',
            "line 2, turn 1: the strategy 'Dance'",
        ),
        ('{"dialog": [{"speaker": "cat", "text": "a"}]}', "the speaker 'cat'"),
        ('{"dialog": [{"speaker": "usr", "text": 4}]}', "the text is no text"),
        ('{"dialog": [{"speaker": "usr", "text": "a", "vad": [1]}]}', "vad is not three numbers"),
        ('{"dialog": [{"speaker": "usr", "text": "a", "feedback": "good"}]}', "'good' is no number"),
    ],
)
def test_a_damaged_file_is_told_by_its_line(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=told) as error:
        read_esconv(path)
    assert "a.jsonl" in str(error.value)
    assert "\n" not in str(error.value)


def test_data_that_cannot_train_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        strategytraining.train(tmp_path, tmp_path / "out", 0, lambda *_: None)
    (tmp_path / "valid.jsonl").write_text(line(0), encoding="utf-8")
    with pytest.raises(DataError, match="1 dialogues, at least 10"):
        strategytraining.train(tmp_path, tmp_path / "out", 0, lambda *_: None)
    (tmp_path / "failed.json").write_text('[{"dialog": [{"speaker": "listener"}]}]', encoding="utf-8")
    with pytest.raises(DataError, match="dialogue 1"):
        read_failed(tmp_path / "failed.json")


def test_a_decision_knows_nothing_of_what_comes_after_it(corpus: Path) -> None:
    (dialogue,) = read_esconv(corpus / "dialogue" / "esconv" / "valid.jsonl")[:1]
    hearing = Hearing()
    mood = Mood(fit_mood([([np.full(8, 0.125)] * 2, [0.5] * 2)]))
    whole, part = decisions([dialogue], hearing, mood), decisions([dialogue[:9]], hearing, mood)
    for long, short in zip(whole.moments, part.moments, strict=False):
        assert np.array_equal(long.features(), short.features())
    assert len(part.truth) == 5
    assert np.isnan(whole.changes[0])  # nobody had spoken before
    assert np.isnan(part.changes[-1])  # and nobody after
    assert hearing.hear("Hi, I feel sad.").values.shape == (WIDTH,)


def test_trees_say_the_same_in_numpy_as_where_they_were_fitted() -> None:
    random = np.random.default_rng(0)
    features = random.normal(size=(300, 5)).astype(np.float32)
    truth = (features[:, 0] > 0).astype(int) + 2 * (features[:, 1] > 0.5)
    trees = Boosted(fit_boosted(features, truth, np.ones(300), (0, 1)))  # compares them itself
    right = [trees.probabilities(row).argmax() == each for row, each in zip(features, truth, strict=True)]
    assert np.mean(right) > 0.85
