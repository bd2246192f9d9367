"""The strategist as the companion asks it, with the weights that ship."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from companion.types import EMOTIONS, STRATEGIES, Affect, Message, Stage
from dialogue.strategist import Exchange, Parts, Strategist
from dialogue.strategyevaluation import compare
from weights.store import WeightsError, load

TALK = (
    ("user", "Hi"),
    ("assistant", "Hello, what brings you here?"),
    ("user", "I feel so sad and hopeless. My girlfriend left me last week."),
    ("assistant", "I am sorry. How have you been since then?"),
    ("user", "I cry every night and I can't sleep. I feel worthless."),
    ("assistant", "It sounds as if you feel very alone with it."),
    ("user", "Yes, I'm miserable and so lonely."),
)
USED = ("Question", "Question", "Reflection of feelings")


def talk(*lines: tuple[str, str], strategies: tuple[str, ...] = USED, moods: tuple[Affect, ...] = ()) -> Exchange:
    return Exchange(tuple(Message(role, text) for role, text in lines), strategies, moods)


@pytest.fixture(scope="module")
def strategist() -> Strategist:
    return Strategist()


def test_advice_is_whole(strategist: Strategist) -> None:
    advice = strategist.advise(talk(*TALK))
    assert len(advice.mixture) == len(STRATEGIES)
    assert sum(advice.mixture) == pytest.approx(1)
    assert set(advice.opinions) == {"states", "model", "lookahead", "debias"}
    assert all(sum(each) == pytest.approx(1) and len(each) == 8 for each in advice.opinions.values())
    assert len(advice.mood) == len(EMOTIONS)
    assert sum(advice.mood) == pytest.approx(1)
    assert set(advice.outlook) == set(STRATEGIES)
    assert advice.stage is Stage.COMFORTING
    assert advice.persistent
    assert advice.reason.endswith(".")
    assert "for a while" in advice.reason


@pytest.mark.parametrize(
    "exchange",
    [
        Exchange(()),
        talk(("user", ""), strategies=()),
        talk(("assistant", "Hello?"), strategies=()),
        talk(("user", "\x00 \ud83d\ude00 ??? 12"), strategies=()),
        talk(*TALK, strategies=()),
        talk(*TALK, strategies=("", "", "", "", "", "Singing")),
        talk(*TALK, moods=(Affect.of("happy"),)),
        talk(*TALK, moods=tuple([Affect.unknown()] * 9)),
        talk(("user", "no " * 20_000), strategies=()),
    ],
)
def test_odd_exchanges_are_advised_too(strategist: Strategist, exchange: Exchange) -> None:
    advice = strategist.advise(exchange)
    assert sum(advice.mixture) == pytest.approx(1)
    assert min(advice.mixture) >= 0


def test_the_beginning_is_for_questions_and_thanks_at_the_end_are_not(strategist: Strategist) -> None:
    question, others = STRATEGIES.index("Question"), STRATEGIES.index("Others")
    first = strategist.advise(talk(*TALK[:3], strategies=("Others",)))
    assert first.stage is Stage.EXPLORATION
    assert max(first.mixture) == first.mixture[question]
    end = strategist.advise(
        talk(*TALK, ("assistant", "You are welcome, take care."), ("user", "Thank you so much, bye!"),
             strategies=(*USED, "Others"))
    )  # fmt: skip
    assert end.mixture[others] == max(end.mixture)
    assert end.mixture[question] < first.mixture[question] / 3


def test_asking_for_an_idea_raises_ideas(strategist: Strategist) -> None:
    asked = strategist.advise(talk(*TALK, ("assistant", "That is hard."), ("user", "What should I do? Any advice?")))
    told = strategist.advise(talk(*TALK))
    ideas = [STRATEGIES.index(name) for name in ("Providing Suggestions", "Information")]
    assert asked.stage is Stage.ACTION
    assert sum(asked.mixture[i] for i in ideas) > sum(told.mixture[i] for i in ideas)


def test_the_fused_mood_counts_where_it_is_known(strategist: Strategist) -> None:
    plain = (("user", "I went to work."), ("assistant", "I see."), ("user", "Then I went home."))
    sad = tuple([Affect.of("sad", confidence=0.9)] * 2)
    seen, read = strategist.advise(talk(*plain, moods=sad)), strategist.advise(talk(*plain))
    assert seen.mood[EMOTIONS.index("sad")] > read.mood[EMOTIONS.index("sad")] + 0.2


@pytest.mark.parametrize("part", ["states", "model", "lookahead", "debias"])
def test_each_part_can_be_switched_off_and_matters(strategist: Strategist, part: str) -> None:
    without = Strategist(parts=Parts(**{part: False}))
    whole, less = strategist.advise(talk(*TALK)), without.advise(talk(*TALK))
    assert part not in less.opinions
    assert len(less.opinions) == 3
    assert max(abs(a - b) for a, b in zip(whole.mixture, less.mixture, strict=True)) > 1e-3


def test_a_strategy_used_all_the_time_is_used_less(strategist: Strategist) -> None:
    lines = [("user", "I feel low."), ("assistant", "You are strong.")] * 6 + [("user", "I feel low.")]
    used = tuple(["Affirmation and Reassurance"] * 6)
    free = Strategist(parts=Parts(debias=False)).advise(talk(*lines, strategies=used))
    held = strategist.advise(talk(*lines, strategies=used))
    place = STRATEGIES.index("Affirmation and Reassurance")
    assert held.mixture[place] < free.mixture[place]
    assert held.opinions["debias"][place] < strategist.advise(talk(*TALK)).opinions["debias"][place]


def test_a_turn_is_quick(strategist: Strategist) -> None:
    took = []
    for number in range(12):
        lines = (*TALK, ("assistant", "I hear you."), ("user", f"It has been like that for {number} weeks now."))
        begin = time.process_time()
        strategist.advise(talk(*lines))
        took.append(time.process_time() - begin)
    # 5 ms on one core; twice that on a busy machine.
    assert sorted(took)[len(took) // 2] < 0.010


def test_what_was_read_is_forgotten_when_asked(strategist: Strategist) -> None:
    strategist.advise(talk(("user", "zebrafinch"), strategies=()))
    assert "zebrafinch" in strategist.hearing._kept
    strategist.forget()
    assert not strategist.hearing._kept


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from dialogue.strategist import Strategist, Exchange; Strategist().advise(Exchange(()));"
        "print([name for name in ('torch', 'sklearn', 'scipy', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout.strip() == "[]"


def test_weights_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"nothing")
    with pytest.raises(WeightsError, match=r"a\.safetensors"):
        Strategist(str(tmp_path / "a.safetensors"))


def test_the_shipped_figures_hold_the_floors() -> None:
    facts = load("strategy").facts
    figures = facts["figures"]
    for accuracy, macro_f1 in (("accuracy", "macro_f1"), ("label_accuracy", "label_macro_f1")):
        assert figures[accuracy] >= 0.36
        assert figures[macro_f1] >= (0.28 if macro_f1 == "macro_f1" else 0.27)
    assert figures["preference_bias"] < facts["parts"]["model alone"]["preference_bias"]


def test_real_dialogues_are_chosen_for(data: Path, tmp_path: Path) -> None:
    some = tmp_path / "some.jsonl"
    lines = (data / "dialogue" / "esconv" / "valid.jsonl").read_text(encoding="utf-8").splitlines()[:6]
    some.write_text("\n".join(lines), encoding="utf-8")
    found = compare(some, {"all": Parts()}, lambda _: None)["all"]
    assert found.n == sum(turn["speaker"] == "sys" for line in lines for turn in json.loads(line)["dialog"])
    assert "6 of these 6 dialogues were trained on" in str(found)
    assert found.accuracy > 0.36
