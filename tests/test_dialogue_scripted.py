"""How the built-in supporter answers."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from companion.types import STRATEGIES, Affect, Clause, Message, Notice, Plan, Risk, Stage, UserTurn, Words
from dialogue.bank import bank
from dialogue.data import folder
from dialogue.feeling import LexiconReader
from dialogue.guard import guarded
from dialogue.help_lines import help_line
from dialogue.scripted import Scripted
from dialogue.supporter import Approach, Supporter
from dialogue.text import sentences, words
from dialogue.understanding import understand

READER = LexiconReader()
STORY = [
    "hello",
    "I lost my job last week and I don't know how to tell my wife",
    "yes, she'll be so disappointed",
    "we have two kids and the rent is due",
    "I feel like a failure",
    "not really",
    "I've been applying everywhere",
    "it's so frustrating, nobody even answers",
    "what should I do?",
    "yes",
    "ok, I'll try that",
    "my brother said I should have seen it coming",
    "he always talks to me like that",
    "I'm so tired of it all",
    "I can't sleep at night",
    "I don't know",
    "maybe",
    "I'm scared we'll lose the flat",
    "I did get one interview though",
    "thank you, it helped to talk",
]


class _Chat:
    """A conversation with a supporter, heard in full."""

    def __init__(self, seed: int = 0, country: str = "GB") -> None:
        self.supporter = Supporter(Scripted(seed), Scripted(seed), READER, Approach(country, seed))
        self.history: list[Message] = []
        self.plans: list[Plan] = []
        self.clauses: list[Clause] = []

    def say(self, text: str, *, confidence: float = 1.0, affect: Affect | None = None, heard: int | None = None) -> str:
        number = len(self.plans) + 1
        fused = affect or READER.read(text).affect
        parts = {"face": affect} if affect else {}
        turn = UserTurn(number, Words(text, 0, 0, confidence, final=True), fused, 0, 0, parts)

        async def run() -> list[Plan | Clause | Notice]:
            return [item async for item in self.supporter.reply(turn, self.history)]

        items = asyncio.run(run())
        first = items[0]
        assert isinstance(first, Plan)
        self.plans.append(first)
        self.clauses = [item for item in items if isinstance(item, Clause)]
        assert len(self.clauses) == len(items) - 1
        reply = " ".join(clause.text for clause in self.clauses)
        self.history += [Message("user", text), Message("assistant", reply if heard is None else reply[:heard])]
        return reply


def _sentences(replies: Sequence[str]) -> list[str]:
    return [" ".join(words(sentence)) for reply in replies for sentence in sentences(reply)]


@pytest.mark.parametrize("seed", range(8))
def test_twenty_turns_without_a_repeated_sentence_and_one_question_each(seed: int) -> None:
    chat = _Chat(seed)
    replies = [chat.say(text) for text in STORY]
    said = _sentences(replies)
    assert len(said) == len(set(said))
    for reply in replies:
        assert reply.count("?") <= 1, reply
        assert 6 <= len(reply.split()) <= 35, reply
        assert reply[-1] in ".?!"
        assert "{" not in reply


@pytest.mark.parametrize("text", ["hello", "I'm so sad", "ok", "I lost my job", "", "what should I do?", "I'm fine"])
def test_even_the_same_words_twenty_times_get_new_sentences(text: str) -> None:
    chat = _Chat()
    said = _sentences([chat.say(text) for _ in range(20)])
    assert len(said) == len(set(said))


def test_the_same_seed_gives_the_same_words_and_another_seed_others() -> None:
    def talk(seed: int) -> list[str]:
        chat = _Chat(seed)
        return [chat.say(text) for text in STORY[:5]]

    assert talk(1) == talk(1)
    assert talk(1) != talk(2)


def test_a_plan_is_whole() -> None:
    chat = _Chat()
    chat.say("My girlfriend left me and I feel so lonely")
    plan = chat.plans[0]
    assert plan.emotion == "sad"
    assert plan.cause == "My girlfriend left me"
    assert plan.stage is Stage.EXPLORATION
    assert len(plan.strategies) == len(STRATEGIES)
    assert sum(plan.strategies) == pytest.approx(1)
    assert plan.reason.endswith(".")
    assert plan.risk is Risk.WATCH
    assert plan.target.valence < 0.5


def test_support_moves_from_exploring_to_comfort_to_action() -> None:
    chat = _Chat()
    for text in ["I had a fight with my best friend", "she said I was selfish", "and it wasn't fair", "I cried a lot",
                 "we have known each other for ten years", "I keep looking at my phone",
                 "we used to talk every day", "we both work tomorrow", "so I will see her there"]:  # fmt: skip
        chat.say(text)
    stages = [plan.stage for plan in chat.plans]
    assert stages[0] is Stage.EXPLORATION
    assert Stage.COMFORTING in stages
    assert stages[-1] is Stage.ACTION


@pytest.mark.parametrize("seed", range(5))
def test_asking_for_advice_gets_a_suggestion(seed: int) -> None:
    chat = _Chat(seed)
    chat.say("I can't sleep because of my exams")
    chat.say("what can I do about it?")
    assert chat.plans[-1].strategy == "Providing Suggestions"
    assert any(bank().contains("suggest", part) for clause in chat.clauses for part in sentences(clause.text))


def test_never_more_than_two_replies_in_a_row_end_in_a_question_while_the_user_tells() -> None:
    chat = _Chat(3)
    replies = [chat.say(text) for text in ["My boss yelled at me", "It was in front of everyone", "I felt so small",
                                           "He does it every week", "Nobody says anything"]]  # fmt: skip
    asked = "".join("?" if reply.endswith("?") else "." for reply in replies)
    assert "???" not in asked


@pytest.mark.parametrize("seed", range(6))
def test_no_questions_for_a_while_when_asked_to_stop(seed: int) -> None:
    chat = _Chat(seed)
    chat.say("I'm sad about my dog")
    replies = [chat.say(text) for text in ["stop asking me questions", "my dog died on Sunday", "he was old"]]
    assert not any("?" in reply for reply in replies)


ANSWERS = [
    ("are you a real person?", r"program|machine|software"),
    ("who are you", r"program|machine|software"),
    ("are you human", r"program|machine|software"),
    ("what can you do?", r"listen|talk to me"),
    ("you are not listening to me", r"sorry|put me right"),
    ("shut up", r"quiet|nothing|peace"),
    ("you're a stupid robot", r"program|cross|hurt|angry|enough|fed up"),
    ("should I take more of my medication?", r"doctor|pharmacist"),
    ("do I have bipolar?", r"doctor|pharmacist"),
    ("can I sue my landlord?", r"law|legal"),
    ("do you record what I say?", r"machine|memory|erase|leaves|forgotten"),
    ("have you ever been in love?", r"program|machine|software|haven't lived|no body|making it up"),
    ("what's the weather like in Paris?", r"can't|don't know|beyond"),
    ("Ich bin sehr traurig und weiß nicht was ich tun soll", r"English"),
    ("我很难过", r"English"),
    ("", r"quiet|no hurry|time|still here|ready|silence"),
    ("thank you so much", r"welcome|glad|kind|trusting"),
    ("goodbye", r"goodbye|bye|take care|thank you|all right"),
    ("I passed my exam!", r"wonderful|great|lovely|good|pleased"),
    ("are you still there?", r"here"),
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("text", "expected"), ANSWERS)
def test_what_is_done_with_words_is_answered_in_kind(text: str, expected: str, seed: int) -> None:
    chat = _Chat(seed)
    chat.say("I had a bad day at work")
    assert re.search(expected, chat.say(text), re.IGNORECASE)


@pytest.mark.parametrize("seed", range(4))
def test_words_that_were_hardly_understood_are_never_given_back(seed: int) -> None:
    chat = _Chat(seed)
    reply = chat.say("my hamster stole the bishop", confidence=0.2)
    assert not {"hamster", "bishop", "stole"} & set(words(reply))
    assert re.search(r"catch|again|once more|clear|missed|blurred|not the words", reply)


@pytest.mark.parametrize("seed", range(10))
def test_unsure_words_are_answered_by_their_feeling_only(seed: int) -> None:
    chat = _Chat(seed)
    reply = chat.say("my sister sold the piano and i am sad", confidence=0.45)
    assert not {"piano", "sold", "sister"} & set(words(reply))
    assert chat.plans[0].cause == ""


def test_without_a_face_or_a_voice_nothing_is_said_to_contradict_the_words() -> None:
    chat = _Chat()
    chat.say("hello")
    lingering = Affect.mixture({"sad": 0.8}, confidence=0.7)
    turn = UserTurn(2, Words("I'm fine", 0, 0, 1.0, final=True), lingering, 0, 0, {})

    async def planned() -> Plan:
        items = [item async for item in chat.supporter.reply(turn, chat.history)]
        assert isinstance(items[0], Plan)
        return items[0]

    assert "face or voice" not in asyncio.run(planned()).reason


def test_a_face_that_disagrees_with_calm_words_is_mentioned_gently() -> None:
    chat = _Chat()
    chat.say("hello")
    reply = chat.say("I'm fine", affect=Affect.mixture({"sad": 0.8}, confidence=0.7))
    assert re.search(r"may|think|perhaps|seem|seems|don't quite", reply)
    assert "sound calm" in chat.plans[-1].reason


@pytest.mark.parametrize(
    "text",
    [
        "she thinks everything is fine",
        "I have to take care of my mother",
        "my parents don't know",
        "he said goodbye to me",
        "my best friend stopped talking to me",
    ],
)
def test_what_is_told_of_others_is_not_taken_for_small_talk(text: str) -> None:
    chat = _Chat()
    chat.say("I had a bad day")
    chat.say(text)
    assert not re.search(r"hello|goodbye|glad|don't know|fine", chat.plans[-1].reason)


@pytest.mark.parametrize("text", ["not so great.", "I'm not good", "not doing well", "could be better"])
def test_a_short_unhappy_answer_is_not_taken_for_being_fine(text: str) -> None:
    assert not re.search(r"glad|good", _Chat().say(text), re.IGNORECASE)


@pytest.mark.parametrize("seed", range(12))
def test_a_harsh_word_about_oneself_is_not_repeated(seed: int) -> None:
    assert "ugly" not in _Chat(seed).say("I feel so ugly and nobody likes me")


def test_yes_to_an_offer_brings_the_suggestion_and_no_takes_it_back() -> None:
    offer = bank().lines("offer", "any")[0]
    for answer, given in [("yes please", True), ("no thanks", False)]:
        chat = _Chat()
        chat.say("I lost my job")
        chat.history[-1] = Message("assistant", offer)
        reply = chat.say(answer)
        assert any(bank().contains("suggest", part) for part in sentences(reply)) is given


def test_a_very_long_message_is_answered_shortly() -> None:
    reply = _Chat().say("My husband left me and I have been trying to keep everything together. " * 40)
    assert len(reply.split()) <= 35


def test_a_crisis_gets_the_fixed_answer_with_the_countrys_number_and_goes_on_without_reciting_it() -> None:
    chat = _Chat(country="US")
    reply = chat.say("I don't want to live anymore")
    assert "988" in reply
    assert "911" in reply
    assert "?" in reply
    assert chat.plans[0].risk is Risk.CRISIS
    later = [chat.say(text) for text in ["I don't know", "nobody cares", "she left me"]]
    assert all(plan.risk is Risk.CRISIS for plan in chat.plans)
    assert not any("988" in text for text in later)
    assert len(set(later)) == 3


def test_no_model_has_a_word_in_a_crisis() -> None:
    class Forbidden:
        async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncIterator[str]:
            if messages:
                raise AssertionError("the model was asked")
            yield ""

    supporter = Supporter(Forbidden(), Forbidden(), READER, Approach("DE"))
    turn = UserTurn(1, Words("I want to kill myself", 0, 0, 1.0, final=True), Affect.unknown(), 0, 0)

    async def run() -> str:
        return " ".join([item.text async for item in supporter.reply(turn, []) if isinstance(item, Clause)])

    assert "0800 111 0 111" in asyncio.run(run())


def test_heavy_words_are_asked_about_and_the_answer_decides() -> None:
    for answer, risk in [("yes", Risk.CRISIS), ("no, never", Risk.CONCERN)]:
        chat = _Chat()
        asked = chat.say("I feel worthless and hopeless")
        assert asked.endswith("?")
        assert chat.plans[0].risk is Risk.CONCERN
        chat.say(answer)
        assert chat.plans[1].risk is risk


def test_a_harmful_clause_of_a_model_is_replaced_and_said_so() -> None:
    class Harmful:
        async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncIterator[str]:
            for piece in ("That sounds hard. You should just ", "hurt him back. ", "Good luck."):
                yield piece

    supporter = Supporter(Harmful(), Scripted(), READER)
    turn = UserTurn(1, Words("he was mean to me", 0, 0, 1.0, final=True), Affect.unknown(), 0, 0)

    async def run() -> list[Plan | Clause | Notice]:
        return [item async for item in supporter.reply(turn, [])]

    items = asyncio.run(run())
    spoken = " ".join(item.text for item in items if isinstance(item, Clause))
    assert spoken == "That sounds hard. I want you to be safe, and I'm here to listen."
    assert [item.message for item in items if isinstance(item, Notice)] == [
        "A sentence was held back because it encourages harm."
    ]


@pytest.mark.parametrize("text", ["Hello dear", "Good morning Amara", "hi, it's me", "hello my friend, how are you"])
def test_a_greeting_with_a_name_for_the_companion_is_a_greeting(text: str) -> None:
    assert understand(text).act == "greeting"
    assert understand(f"{text} and love is hard").act != "greeting"


def test_greeting_and_apology_are_clauses_of_their_turn() -> None:
    chat = _Chat()
    hello, sorry = chat.supporter.greeting(1), chat.supporter.apology(7)
    assert hello.turn == 1
    assert sorry.turn == 7
    assert "sorry" in sorry.text.lower()
    chat.supporter.reset()


def test_every_line_of_the_bank_is_speakable() -> None:
    tables = [*folder("replies").values(), *folder("situations").values()]
    lines = []
    for table in tables:
        for group in table.values():
            found = (
                group
                if isinstance(group, list)
                else [x for m in ("receive", "ask", "affirm", "suggest") for x in group[m]]
            )
            lines += [line.partition("||")[0].strip() for line in found]
    assert len(lines) > 900
    for line in lines:
        assert line.isascii() or set(line) - {"é", "É"} == {c for c in line if c.isascii()}, line
        assert line.count("?") <= 2, line
        assert len(line.split()) <= 45, line
        assert line[-1] in ".?!", line
        assert guarded(line).rule == "", line


def test_help_lines_are_said_in_full() -> None:
    assert help_line("GB").line in _Chat(country="GB").say("I want to die")


@pytest.mark.data
def test_whole_dialogues_of_real_seekers_are_answered_within_the_rules(data: Path) -> None:
    rows = [
        json.loads(line) for line in (data / "dialogue/esconv/valid.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for row in rows[:15]:
        chat = _Chat()
        for turn in [turn["text"] for turn in row["dialog"] if turn["speaker"] == "usr"][:8]:
            reply = chat.say(turn)
            assert reply.count("?") <= 1 or chat.plans[-1].risk is not Risk.NONE, reply
            assert len(reply.split()) <= 35 or chat.plans[-1].risk is not Risk.NONE, reply


@pytest.mark.parametrize("seed", range(6))
def test_a_death_is_met_with_sympathy_and_then_spoken_of_by_who_it_was(seed: int) -> None:
    chat = _Chat(seed)
    first = chat.say("My dad died in March.")
    sympathy = folder("situations")["loss"]["bereavement"]["receive"]
    assert any(sentences(first)[0] in str(line).replace("{them}", "him") for line in sympathy)
    told = chat.say("He was a carpenter and he taught me everything.")
    assert "him" in words(first + " " + told) or "your dad" in first + told
    assert not {"them", "they"} & set(words(told))
