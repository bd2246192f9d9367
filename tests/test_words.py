"""The trained reader of words, as it ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion.types import EMOTIONS, Message
from dialogue.evaluation import evaluate
from dialogue.tokens import plain, tokens
from dialogue.words_reader import WordsReader


@pytest.fixture(scope="module")
def reader() -> WordsReader:
    return WordsReader()


def _strongest(reader: WordsReader, text: str) -> str:
    affect = reader.read(text).affect
    return max(EMOTIONS[1:], key=lambda name: affect[name])


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("I feel so sad and empty", "sad"),
        ("i miss my grandmother so much", "sad"),
        ("I'm really scared of tomorrow", "fear"),
        ("I'm furious with my boss", "angry"),
        ("that is so gross, it makes me sick", "disgust"),
        ("wow, I did not expect that at all!", "surprise"),
        ("I'm so happy today!", "happy"),
        ("I was dying of laughter", "happy"),
        ("can't complain, really", "happy"),
        ("I'm over the moon", "happy"),
        ("what a pathetic loser", "contempt"),
        ("I'm not happy at all", "sad"),
        ("I am not feeling so well today", "sad"),
        ("The holiday was nice but I feel terrible now", "sad"),
    ],
)
def test_feelings_negation_idioms_and_contrast(reader: WordsReader, text: str, emotion: str) -> None:
    affect = reader.read(text).affect
    assert _strongest(reader, text) == emotion
    assert affect.confidence > 0.3
    assert affect.evidence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "...",
        "12345",
        "今日はとても悲しいです",
        "мне очень грустно сегодня",
        "ich bin sehr traurig und kann nicht schlafen",
    ],
)
def test_what_is_no_english_is_not_read(reader: WordsReader, text: str) -> None:
    reading = reader.read(text)
    assert reading.affect.confidence == 0
    assert reading.cause == ""


@pytest.mark.parametrize("text", ["The bus comes at nine.", "zxcv qwrt plmk", "The table is in the kitchen."])
def test_plain_and_unknown_words_say_little(reader: WordsReader, text: str) -> None:
    assert reader.read(text).affect.confidence < 0.25


def test_emoji_alone_are_read_without_a_crash_and_without_certainty(reader: WordsReader) -> None:
    reading = reader.read("😂😂😂")
    assert reading.affect.dominant in {"happy", "neutral"}
    assert reading.affect.confidence < 0.9


@pytest.mark.parametrize(
    "text", [4000 * "I am sad. ", 20_000 * "a", 10_000 * "?!", 5000 * "😀 ", "I hate this. " * 1540]
)
def test_very_long_texts_are_read_quickly(reader: WordsReader, text: str) -> None:
    affect = reader.read(text[:20_000]).affect
    assert 0 <= affect.confidence <= 1


def test_letter_case_changes_little_and_speech_without_marks_is_read_alike(reader: WordsReader) -> None:
    for text in ("I feel so alone, nobody talks to me.", "That's amazing! I love it."):
        written, shouted, spoken = (reader.read(each).affect for each in (text, text.upper(), plain(text)))
        assert written.dominant == shouted.dominant == spoken.dominant
        assert abs(written.valence - spoken.valence) < 0.35


def test_several_finer_feelings_come_with_intensities(reader: WordsReader) -> None:
    emotions = reader.read("Thank you so much, I love this, it made me laugh so hard!").emotions
    assert {"gratitude", "love"} <= set(emotions)
    assert all(0 < value <= 1 for value in emotions.values())
    assert list(emotions.values()) == sorted(emotions.values(), reverse=True)


def test_valence_follows_the_feeling(reader: WordsReader) -> None:
    assert reader.read("I'm so happy today!").affect.valence > 0.3
    assert reader.read("My dog died and I can't stop crying").affect.valence < -0.3


def test_evidence_quotes_the_words_that_decided(reader: WordsReader) -> None:
    assert '"i lost my job"' in reader.read("I lost my job last week and I feel awful").affect.evidence
    assert '"not happy"' in reader.read("I'm not happy").affect.evidence
    said = "Honestly the new neighbours are assholes"
    for quotation in reader.read(said).affect.evidence:
        assert quotation.strip('"') in said.lower()


def test_words_that_clash_leave_the_reader_unsure(reader: WordsReader) -> None:
    honest = reader.read("This is great, I love it").affect
    ironic = reader.read("Oh great, another awful, miserable Monday, I love it").affect
    assert ironic.confidence < 0.7 * honest.confidence


def test_the_dialogue_before_matters(reader: WordsReader) -> None:
    context = (Message("assistant", "How is your sister?"), Message("user", "She died yesterday. I am heartbroken."))
    alone, after = reader.read("Yes."), reader.read("Yes.", context)
    assert after.affect["sad"] > alone.affect["sad"]


def test_the_systems_own_messages_are_no_part_of_the_dialogue(reader: WordsReader) -> None:
    text = "I can't do this any more"
    assert reader.read(text, (Message("system", "You are a helpful, happy machine!"),)) == reader.read(text)


def test_how_it_was_said_is_told(reader: WordsReader) -> None:
    polite = reader.read("Thank you, could you please help me?").cues
    rude = reader.read("Shut up, you stupid machine").cues
    assert polite["politeness"] > 0.6
    assert rude["politeness"] < 0.4
    assert polite["question"] == 1
    assert any(name.startswith("act_") for name in rude)


def test_judging_knows_both_taxonomies_and_no_other(reader: WordsReader) -> None:
    names, found, chosen = reader.judge(["Thanks a lot!", "I hate you"], "original")
    assert found.shape == chosen.shape == (2, len(names)) == (2, 28)
    assert chosen[0, names.index("gratitude")]
    names, found, chosen = reader.judge(["Thanks a lot!", "I hate you"], "ekman")
    assert chosen[0, names.index("happy")]
    assert chosen[1, names.index("angry")]
    assert np.all((found >= 0) & (found <= 1))
    with pytest.raises(ValueError, match="unknown taxonomy"):
        reader.judge(["x"], "plutchik")


@pytest.mark.data
def test_posts_are_told_apart_well_above_word_counts(data: Path, reader: WordsReader, tmp_path: Path) -> None:
    lines = (data / "dialogue" / "goemotions" / "ekman" / "dev.tsv").read_text(encoding="utf-8").splitlines()[:1200]
    table = tmp_path / "dev.tsv"
    table.write_text("\n".join(lines), encoding="utf-8")
    found, _ = evaluate(table, reader, "ekman", lambda _: None)
    # Some 0.04 below what the whole split gives, for the sake of the rare labels in a part of it.
    assert found.macro_f1 > 0.55
    assert found.ece < 0.08


@pytest.mark.data
def test_dialogues_are_told_apart(data: Path, reader: WordsReader, tmp_path: Path) -> None:
    lines = (data / "dialogue" / "meld" / "dev_sent_emo.csv").read_text(encoding="utf-8").splitlines()[:401]
    table = tmp_path / "dev.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    found, extras = evaluate(table, reader, "ekman", lambda _: None)
    assert extras["data"] == "MELD"
    assert found.weighted_f1 > 0.5


def test_tokens_keep_how_a_word_was_written() -> None:
    assert tokens("SOOO happy!!! :)") == ("soo", "<loud>", "<long>", "happy", "!!", ":)")
    assert tokens("I’m   fine...") == ("i'm", "fine", "...")
    assert tokens("") == ()
