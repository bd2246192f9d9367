"""What is believed of a person from their own words, and what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from companion.types import Risk
from dialogue.facts import KINDS, Fact, Heard, facts
from dialogue.merging import merged
from dialogue.relevance import Relevance, recency, stems
from dialogue.telling import ago, line, theirs

TOLD = [
    ("My name is Ana.", {("name", "Ana")}),
    ("my name is laura and i live in london", {("name", "Laura"), ("place", "in london")}),
    ("Hi, I'm Ana.", {("name", "Ana")}),
    ("Hello, I'm Xiomara", {("name", "Xiomara")}),
    ("You can call me Sam", {("name", "Sam")}),
    ("My name is not Ana, it's Anna", {("name", "Anna")}),
    ("Everybody calls me Gus", {("name", "Gus")}),
    ("My sister Laura came over yesterday", {("person", "sister Laura")}),
    ("my best friend is called Tomás", {("person", "best friend Tomás")}),
    ("My husband's name is Tom", {("person", "husband Tom")}),
    ("I had lunch with my daughter Mia and we talked", {("person", "daughter Mia")}),
    ("I have two kids", {("person", "two kids")}),
    ("my kids, Leo and Eva, are with their dad", {("person", "kids Leo and Eva")}),
    ("My dog Rex keeps me company", {("pet", "dog Rex")}),
    ("We have a cat named Whiskers", {("pet", "cat Whiskers")}),
    ("I'm 34 years old", {("age", "34")}),
    ("I work as a nurse at the county hospital", {("work", "as a nurse at the county hospital")}),
    ("I'm a teacher", {("work", "as a teacher")}),
    ("I am a bus driver", {("work", "as a bus driver")}),
    ("I work in marketing", {("work", "in marketing")}),
    ("I'm working for a small law firm right now", {("work", "for a small law firm")}),
    ("I study physics", {("study", "physics")}),
    ("I'm a medical student", {("study", "medical")}),
    ("I'm in my final year of university", {("study", "in my final year of university")}),
    ("I live in Madrid", {("place", "in Madrid")}),
    ("I just moved to Leeds", {("place", "in Leeds")}),
    ("I'm from Chile", {("place", "from Chile")}),
    ("I live with my parents", {("household", "with my parents")}),
    ("I live alone since the divorce", {("household", "alone")}),
    ("I lost my job last week", {("event", "I lost my job last week")}),
    ("I have an exam on Friday", {("event", "I have an exam on Friday")}),
    ("My boyfriend broke up with me", {("event", "My boyfriend broke up with me")}),
    ("my mum died last year", {("event", "my mum died last year")}),
    ("The funeral is hard because my grandma died", {("event", "my grandma died")}),
    ("I'm moving to Leeds next month", {("event", "I'm moving to Leeds next month")}),
    ("We had a baby", {("event", "We had a baby")}),
    ("My mother has cancer", {("event", "My mother has cancer")}),
    ("My sister Laura is ill", {("person", "sister Laura"), ("event", "My sister Laura is ill")}),
    ("I'm worried about my exam", {("worry", "my exam")}),
    ("I've been really anxious about the rent lately", {("worry", "the rent")}),
    ("I can't stop thinking about the interview", {("worry", "the interview")}),
    ("My biggest fear is losing the house", {("worry", "losing the house")}),
    ("Public speaking terrifies me", {("worry", "Public speaking")}),
    ("I'm afraid that I will lose my job", {("worry", "that I will lose my job")}),
    ("Walking helps me", {("helped", "walking")}),
    ("Talking to my sister calmed me down", {("helped", "talking to my sister")}),
    ("Music always makes me feel better", {("helped", "Music")}),
    ("I feel calmer when I walk by the sea", {("helped", "walking by the sea")}),
    ("What helps me most is baking bread", {("helped", "baking bread")}),
    ("I love hiking", {("likes", "hiking")}),
    ("I really like to paint", {("likes", "painting")}),
    ("My favourite food is paella", {("likes", "paella")}),
    ("I hate crowds", {("dislikes", "crowds")}),
    ("I can't stand loud parties", {("dislikes", "loud parties")}),
    ("My ex Brian texted me", {("person", "ex Brian")}),
    ("My sister Laura told me that I'm a nurse", {("person", "sister Laura")}),
    ("Reading before bed helps me sleep", {("helped", "reading before bed")}),
    ("Exercise really helps", {("helped", "Exercise")}),
    ("I live in a flat in Glasgow with my cat Luna", {("place", "in a flat in Glasgow"), ("pet", "cat Luna")}),
    ("I'm worried sick about my son", {("worry", "my son")}),
    ("My parents are getting divorced", {("event", "My parents are getting divorced")}),
    ("I failed my driving test", {("event", "I failed my driving test")}),
    ("Well, I lost my job, so now I'm worried about money",
     {("event", "I lost my job"), ("worry", "money")}),
]  # fmt: skip
TRAPS = [
    "I'm sad", "I'm Sad.", "I'm home", "I'm done.", "I am Spanish", "I'm so lost", "Hi, I'm fine", "i'm christian",
    "Hello, I'm Calling because I feel bad", "I'm OK", "Call me later", "My name is on the list", "This is hard",
    "she said I'm Ana", "He told me my sister Laura is ill", "My boss says I'm a teacher at heart",
    '"My name is Ana," she read aloud', "In the movie my dog Rex died", "If I lose my job I will cry",
    "What if my mum died?", "Is my name Ana?", "Do you live in Madrid?", "I don't live in Madrid",
    "I never said I live in London", "I used to live in Paris", "I wish I lived in Rome", "I live in fear",
    "I live in the moment", "I live for the weekend", "I'm not worried about my exam",
    "I was not worried about money",
    "I'm worried about you", "I'm worried about it", "I'm worried", "I'm afraid not", "I'm afraid I can't come",
    "Nothing helps me", "Walking doesn't help me", "Walking never helps me", "Could you help me?",
    "You helped me a lot",
    "Talking to you helps me", "Drinking helps me sleep", "Cutting helps me", "A bottle of wine calms me down",
    "I love you", "I love him", "I love my girlfriend", "I'd like to die", "I hate myself", "I hate my life",
    "I hate when that happens", "I hate him", "I like the idea", "I would love a dog", "I want to work as a nurse",
    "I almost lost my job", "I didn't lose my job", "Imagine my boyfriend broke up with me",
    "I dreamt that my mother died", "I'm a mess", "I'm a failure", "I'm a hard worker", "I work hard",
    "I work at night", "I'm studying for hours", "I have a headache", "I have a problem", "I have no kids",
    "I'm Ana's mother", "I'm Jack of all trades", "I'm 40 minutes late", "I'm a retired teacher",
    "I used to love dancing",
    "The only thing that helps is sleeping", "Getting drunk makes me feel better", "I'm scared of what people think",
    "people call me whenever", "My mom told me I have an exam on Friday", "that helps", "Hope this helps",
    "My mum says hi", "My friend Monday night was rude", "my sister and I talked", "My boss Just ignores me",
    "just kidding, my name is Batman", "I might move to Berlin next month", "Maybe I'm moving to Berlin next month",
    "I took all my pills last year after I lost my job", "My ex hits me", "He abuses my sister Laura",
    "I have a knife and I'm worried about my exam", "I want to kill myself because I lost my job", "", "...",
    "мене звати Анна", "\ud83d my", "Yo me llamo Ana", "Thanks, that helped me", "It helps me to know that",
]  # fmt: skip


def found(text: str, **more: object) -> set[tuple[str, str]]:
    return {(fact.kind, fact.text) for fact in facts(Heard(text, 0.0, **more))}  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "expected"), TOLD)
def test_what_is_told_is_kept(text: str, expected: set[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", TRAPS)
def test_what_is_not_told_of_oneself_is_not_kept(text: str) -> None:
    assert found(text) == set()


def test_precision_over_the_whole_list() -> None:
    right = sum(len(found(text) & expected) for text, expected in TOLD)
    told = sum(len(found(text)) for text, _ in TOLD) + sum(len(found(text)) for text in TRAPS)
    wanted = sum(len(expected) for _, expected in TOLD)
    assert right / told >= 0.98
    assert right / wanted >= 0.95


def test_words_that_were_hardly_heard_are_not_believed() -> None:
    assert found("My name is Ana", confidence=0.6) == set()
    assert found("My name is Ana", confidence=0.9) == {("name", "Ana")}


def test_a_turn_in_danger_is_not_kept_whatever_it_says() -> None:
    assert found("My name is Ana", risk=Risk.CRISIS) == set()
    assert found("My name is Ana. I want to kill myself.") == set()
    assert found("My name is Ana", risk=Risk.CONCERN) == {("name", "Ana")}


@pytest.mark.parametrize(
    "text",
    [
        "Last year I took an overdose and nearly died. My sister Laura found me. I live in Porto.",
        "I have been hearing voices telling me things. I lost my job.",
        "My dad used to beat me when I was ten. My sister Laura left home.",
        "My husband controls my money and my phone. I work as a nurse in Leeds.",
    ],
)
def test_what_stands_beside_a_danger_is_not_kept(text: str) -> None:
    assert found(text) == set()
    assert found(text.partition(". ")[2]), "alone it would be"


def test_a_name_alone_is_a_name_when_one_was_asked_for() -> None:
    assert found("Xiomara", answering="And what is your name?") == {("name", "Xiomara")}
    assert found("it's ana", answering="What should I call you?") == {("name", "Ana")}
    assert found("Xiomara", answering="How are you?") == set()
    assert found("Fine, thanks", answering="And what is your name?") == set()


def test_a_fact_keeps_its_sentence_its_time_and_its_feeling() -> None:
    (fact,) = facts(Heard("So. I'm worried about my exam! Anyway.", 12.0, valence=-0.4))
    assert (fact.sentence, fact.time, fact.valence) == ("I'm worried about my exam!", 12.0, -0.4)
    assert json.loads(json.dumps(fact.as_dict()))["text"] == "my exam"


def test_every_kind_is_declared() -> None:
    assert {kind for _, expected in TOLD for kind, _ in expected} == set(KINDS)


@pytest.mark.parametrize("text", ["word " * 20_000, "my sister " * 5_000, "\x00\x01", "I'm " * 5_000, '"' * 9_999])
def test_huge_and_binary_text_is_read_quickly(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    ("old", "new", "text", "replaced"),
    [
        (("worry", "my exam"), ("worry", "my math exam on Friday"), "my math exam on Friday", False),
        (("worry", "my exam"), ("worry", "my rent"), "my rent", None),
        (("name", "Ana"), ("name", "Anna"), "Anna", True),
        (("person", "husband Tom"), ("person", "husband Tim"), "husband Tim", True),
        (("person", "sister Ana"), ("person", "sister Eva"), "sister Eva", None),
        (("place", "in Rome"), ("place", "in Leeds"), "in Leeds", True),
        (("place", "from Rome"), ("place", "in Leeds"), "in Leeds", None),
        (("likes", "reading"), ("likes", "READING"), "READING", False),
    ],
)
def test_what_is_told_again_is_one_fact(
    old: tuple[str, str], new: tuple[str, str], text: str, replaced: bool | None
) -> None:
    known = Fact(*old, "", 0.0, id=7)
    change = merged(Fact(*new, "", 9.0), [known])
    assert change.fact.text == text
    assert (change.fact.id, change.fact.mentions) == ((7, 2) if replaced is False else (0, 1))
    assert change.replaced == ((7,) if replaced else ())


def test_what_fits_comes_before_what_is_new() -> None:
    day = 86400.0
    exam = Fact("worry", "my exam", "I'm worried about my exam", 0.0, id=1)
    dog = Fact("pet", "dog Rex", "my dog Rex is funny", 29 * day, id=2)
    known = Relevance([exam, dog])
    assert [fact.id for fact in known.ranked("the exams were awful", 30 * day)] == [1, 2]
    assert [fact.id for fact in known.ranked("", 30 * day)] == [2, 1]
    assert recency(exam, 14 * day) == pytest.approx(0.5)


def test_a_word_is_found_in_its_other_forms() -> None:
    assert stems("walked") == stems("walking") == stems("walks")
    assert stems("my mum") == stems("my mother")
    assert stems("worries") == stems("worried")


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (Fact("event", "I lost my job", "", 0.0), "They lost their job."),
        (Fact("event", "My sister Laura is ill", "", 0.0), "Their sister Laura is ill."),
        (Fact("event", "I just was fired", "", 0.0), "They just were fired."),
        (Fact("worry", "my exam", "", 0.0), "They were worried about their exam."),
        (Fact("worry", "that I'm late", "", 0.0), "They were worried that they're late."),
        (Fact("person", "sister Laura", "", 0.0), "Their sister is called Laura."),
        (Fact("person", "kids Leo and Eva", "", 0.0), "Their kids are called Leo and Eva."),
        (Fact("person", "two kids", "", 0.0), "They have two kids."),
        (Fact("work", "as a nurse", "", 0.0), "They work as a nurse."),
        (Fact("place", "from Chile", "", 0.0), "They are from Chile."),
        (Fact("helped", "talking to my sister", "", 0.0), "What helped them: talking to their sister."),
    ],
)
def test_a_fact_is_told_of_the_person(fact: Fact, said: str) -> None:
    assert line(fact) == said


def test_times_are_told_as_people_do() -> None:
    day = 86400.0
    said = [ago(days * day) for days in (0.2, 1.2, 3.1, 20.0, 70.0, 800.0)]
    assert said == ["today", "yesterday", "3 days ago", "2 weeks ago", "2 months ago", "2 years ago"]
    assert theirs("me and my dog") == "them and their dog"


def test_little_of_what_strangers_write_is_believed_and_all_of_it_is_short(data: Path) -> None:
    path = data / "dialogue" / "esconv" / "valid.jsonl"
    lines = [json.loads(line_) for line_ in path.read_text(encoding="utf-8").splitlines()[:60]]
    turns = [turn["text"] for dialogue in lines for turn in dialogue["dialog"] if turn["speaker"] == "usr"]
    kept = [fact for text in turns for fact in facts(Heard(text, 0.0))]
    assert 0.01 < len(kept) / len(turns) < 0.2
    assert all(fact.text and len(fact.text.split()) <= 14 and fact.kind in KINDS for fact in kept)
