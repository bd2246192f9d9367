"""The tables of labelled texts, and what is said of damaged ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from companion.labelled import DataError
from companion.types import Message, TextReading
from dialogue.corpora import messages, read_meld, read_posts, read_reccon
from dialogue.evaluation import evaluate, evaluate_causes
from dialogue.feeling import LexiconReader

HEAD = "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID\n"


def _written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_posts_are_read_in_either_taxonomy_and_by_the_labels_beside_them(tmp_path: Path) -> None:
    table = _written(tmp_path / "a.tsv", "so sad\t5\tx1\nso glad and scared\t3,2\tx2\n")
    _written(tmp_path / "labels.txt", "anger\ndisgust\nfear\njoy\nneutral\nsadness\nsurprise\n")
    posts = read_posts(table, "ekman")
    assert posts.texts == ("so sad", "so glad and scared")
    # neutral happy sad angry fear disgust surprise
    assert posts.flags.tolist() == [[False, False, True, False, False, False, False],
                                    [False, True, False, False, True, False, False]]  # fmt: skip


@pytest.mark.parametrize(("line", "what"), [("no tab", "line 2"), ("text\t99\tx", "line 2"), ("text\t\tx", "line 2")])
def test_a_damaged_line_of_posts_is_named(tmp_path: Path, line: str, what: str) -> None:
    with pytest.raises(DataError, match=what):
        read_posts(_written(tmp_path / "a.tsv", f"fine\t27\tx\n{line}\n"), "original")


def test_empty_absent_and_unreadable_tables_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no rows"):
        read_posts(_written(tmp_path / "empty.tsv", ""), "original")
    with pytest.raises(DataError, match="cannot be read"):
        read_posts(tmp_path / "absent.tsv", "original")
    (tmp_path / "noise.tsv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(DataError, match="cannot be read"):
        read_posts(tmp_path / "noise.tsv", "original")
    with pytest.raises(ValueError, match="unknown taxonomy"):
        read_posts(_written(tmp_path / "a.tsv", "x\t0\ty\n"), "wheel")


def test_meld_comes_as_dialogues_with_our_labels(tmp_path: Path) -> None:
    rows = (
        "1,Hi!,Ann,joy,positive,0,0\n"
        '2,"No, go.",Ben,anger,negative,0,1\n'
        "3,Oh,Ann,sadness,negative,0,2\n"
        "4,Hm,Cy,neutral,neutral,1,0\n"
    )
    first, second = read_meld(_written(tmp_path / "m.csv", HEAD + rows))
    assert [line.emotion for line in first] == ["happy", "angry", "sad"]
    assert len(second) == 1
    assert messages(first, 2) == (Message("user", "Hi!"), Message("assistant", "No, go."))


def test_a_damaged_line_of_meld_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 2: unknown emotion label 'hungry'"):
        read_meld(_written(tmp_path / "m.csv", HEAD + "1,Hi!,Ann,hungry,positive,0,0\n"))
    with pytest.raises(DataError, match="no column"):
        read_meld(_written(tmp_path / "m.csv", "Utterance,Emotion\nHi,joy\n"))


def _reccon(**changes: str) -> dict[str, object]:
    evidence, spans = [1, "b"], ["My cat died", "x"]
    told: dict[str, object] = {"turn": 2, "speaker": "B", "utterance": "Oh no, poor you!", "emotion": "sadness"}
    told |= {"expanded emotion cause evidence": evidence, "expanded emotion cause span": spans}
    first = {"turn": 1, "speaker": "A", "utterance": "My cat died .", "emotion": "neutral"}
    return {"tr_1": [[first, told | changes]]}


def test_reccon_keeps_the_causes_within_the_dialogue(tmp_path: Path) -> None:
    ((first, second),) = read_reccon(_written(tmp_path / "r.json", json.dumps(_reccon())))
    assert first.causes == ()
    assert second.causes == ((0, "My cat died"),)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{", "line 1"),
        ("[]", "no dialogues"),
        ('{"a": [[{"turn": 1}]]}', "dialogue 'a'"),
        ('{"a": 3}', "dialogue 'a'"),
        (json.dumps(_reccon(emotion="hungry")), "turn 2: unknown emotion label"),
    ],
)
def test_damaged_reccon_files_are_clear_errors(tmp_path: Path, content: str, what: str) -> None:
    with pytest.raises(DataError, match=what):
        read_reccon(_written(tmp_path / "r.json", content))


def test_a_reader_without_finer_labels_is_measured_by_its_distribution(tmp_path: Path) -> None:
    table = _written(tmp_path / "a.tsv", "I am so happy\t17\tx\nI am furious\t2\ty\nThe bus comes at nine\t27\tz\n")
    with pytest.raises(ValueError, match="taxonomy ekman"):
        evaluate(table, LexiconReader(), "original", lambda _: None)
    ekman = _written(tmp_path / "b.tsv", "I am so happy\t3\tx\nI am furious\t0\ty\nThe bus comes at nine\t4\tz\n")
    found, extras = evaluate(ekman, LexiconReader(), "ekman", lambda _: None)
    assert extras["data"] == "GoEmotions"
    assert found.per_class["happy"]["f1"] == found.per_class["angry"]["f1"] == found.per_class["neutral"]["f1"] == 1


def test_meld_is_read_in_order_with_the_dialogue_before(tmp_path: Path) -> None:
    seen = []

    class Listener(LexiconReader):
        def read(self, text: str, context: Sequence[Message] = ()) -> TextReading:
            seen.append((text, [message.content for message in context]))
            return super().read(text, context)

    rows = "1,I am happy,A,joy,p,0,0\n2,I am sad,B,sadness,n,0,1\n3,I am scared,A,fear,n,1,0\n"
    at: list[float] = []
    found, _ = evaluate(_written(tmp_path / "m.csv", HEAD + rows), Listener(), "ekman", at.append)
    assert seen == [("I am happy", []), ("I am sad", ["I am happy"]), ("I am scared", [])]
    assert found.accuracy == 1
    assert at[-1] == 1


def test_causes_of_a_reader_that_names_one_are_counted(tmp_path: Path) -> None:
    class Pointer(LexiconReader):
        def read(self, text: str, context: Sequence[Message] = ()) -> TextReading:
            return TextReading(super().read(text).affect, cause="My cat", cause_back=1)

    table = _written(tmp_path / "r.json", json.dumps(_reccon()))
    found, extras = evaluate_causes(table, Pointer(), lambda _: None)
    assert found.per_class["cause"]["f1"] == 1
    assert extras["span_token_f1"] == pytest.approx(0.8)
    silent, _ = evaluate_causes(table, LexiconReader(), lambda _: None)
    assert silent.per_class["cause"]["f1"] == 0
