"""Good news, refused advice, and words that look like something else: read as they were meant, in both languages."""

from __future__ import annotations

import asyncio

import pytest

from companion.types import Affect, Clause, Message, Plan, UserTurn, Words
from dialogue.bank import bank
from dialogue.events import events
from dialogue.felt import felt
from dialogue.scripted import Scripted
from dialogue.spanish.echo import echo
from dialogue.spanish.feeling import found
from dialogue.spanish.feeling import read as read_spanish
from dialogue.supporter import Supporter
from dialogue.talk import Talk
from dialogue.understanding import understand
from dialogue.words_reader import WordsReader

READER = WordsReader()


def _answered(text: str, *earlier: Message) -> tuple[Plan, str]:
    async def run() -> tuple[Plan, str]:
        supporter = Supporter(Scripted(), Scripted(), READER)
        affect = READER.read(text, earlier).affect
        turn = UserTurn(1, Words(text, 0, 0, 1.0, final=True), affect, 0, 0, {"words": affect})
        items = [item async for item in supporter.reply(turn, earlier)]
        said = " ".join(item.text for item in items if isinstance(item, Clause))
        return next(item for item in items if isinstance(item, Plan)), said

    return asyncio.run(run())


@pytest.mark.parametrize(
    "text",
    [
        "My daughter was born this morning!", "I'm getting married in June", "I finally paid off my debt",
        "The interview went great", "Marta had her baby, a boy!", "the exam went well!", "it's not cancer",
        "my son passed his exams", "the results came back clear", "they offered me the job",
        "I can't believe I got in!",
        "¡He aprobado las oposiciones!", "mi padre lloró de alegría", "Ha nacido mi hija", "Me han dado el trabajo",
        "mi hijo ya no está enfermo", "las pruebas han salido bien, no es cáncer", "¡me lo he pasado genial!",
        "sí, he aprobado", "me caso en junio",
    ],
)  # fmt: skip
def test_good_news_is_met_with_joy_and_no_worry_about_it(text: str) -> None:
    read_as = understand(text)
    assert (read_as.act, read_as.situation) == ("good_news", "")
    plan, said = _answered(text)
    assert plan.emotion == "happy"
    assert said in bank(read_as.language).lines("acts", "good_news")


@pytest.mark.parametrize(
    "text",
    [
        "I got a promotion last year and he never forgave me", "I hope the interview went well", "I wish I got the job",
        "if I got the job I'd move", "I'm pregnant", "I got in trouble", "I made it worse", "I got into a fight",
        "my baby was born and I feel nothing", "I'm married with two kids", "I did it to myself",
        "Desde que nació el bebé no me siento yo misma", "Han aprobado una nueva ley",
        "my wife had her baby taken away", "I got the job but I'm scared",
        "he got a promotion and I didn't", "no he aprobado", "si he aprobado será un milagro",
        "nadie me ha dado el trabajo", "he conseguido el trabajo pero tengo miedo", "logré dormir dos horas",
        "no es grave pero me duele",
    ],
)  # fmt: skip
def test_what_is_denied_hoped_for_or_taken_back_is_no_good_news(text: str) -> None:
    assert understand(text).act != "good_news"


def test_a_sad_face_is_not_overlooked_in_good_news() -> None:
    talk = Talk.of("I got the job", ())
    sad = Affect.mixture({"sad": 0.9}, confidence=0.9)
    assert felt(sad, Affect.unknown(""), talk).emotion == "sad"


def test_tears_after_good_news_are_of_joy() -> None:
    earlier = (Message("user", "I got the job!"), Message("assistant", "How lovely! Who did you tell first?"))
    assert _answered("my mum cried when I told her", *earlier)[0].emotion == "happy"


@pytest.mark.parametrize(
    "text",
    [
        "I don't want advice", "I don't want any advice", "please don't give me tips", "don't tell me to breathe",
        "I didn't ask for advice", "I'm not looking for advice", "stop giving me advice", "don't try to fix it",
        "I just need someone to listen, no advice", "no quiero consejos", "no me des consejos", "nada de consejos",
        "por favor no me digas que respire", "no necesito consejos, solo que me escuches",
    ],
)  # fmt: skip
def test_to_refuse_advice_is_not_to_ask_for_it(text: str) -> None:
    assert understand(text).act == "no_offer"


@pytest.mark.parametrize("text", ["I don't want advice", "please don't give me tips", "no quiero consejos"])
def test_who_refuses_advice_is_given_none(text: str) -> None:
    plan, said = _answered(text)
    assert plan.strategy != "Providing Suggestions"
    assert said in bank(understand(text).language).lines("acts", "no_offer")


@pytest.mark.parametrize(
    "text",
    ["can you give me some advice?", "I need tips", "what should I do?", "dame un consejo", "necesito un consejo"],
)
def test_who_asks_for_advice_is_still_given_it(text: str) -> None:
    assert understand(text).act == "advice"


@pytest.mark.parametrize("text", ["I don't know who to ask for advice", "I got no advice from him", "I have no ideas"])
def test_to_have_no_advice_is_not_to_refuse_it(text: str) -> None:
    assert understand(text).act != "no_offer"


@pytest.mark.parametrize(
    ("text", "situation", "word"),
    [
        ("He perdido mi trabajo y me siento fatal", "job_loss", ""), ("he perdido a mi padre", "bereavement", ""),
        ("hemos perdido a mi abuela", "bereavement", ""), ("me siento perdida", "", "perdida"),
        ("me duele el alma", "", ""), ("me duele la espalda", "health", ""),
        ("solo quiero que alguien me escuche", "", ""), ("estoy solo", "loneliness", "solo"),
        ("My boss shouted at me in front of everyone on Tuesday", "boss", ""),
        ("I have to speak in front of the class", "presentation", ""),
        ("my phone died", "", ""), ("I died of embarrassment", "", ""), ("my dog died", "pet", ""),
        ("I am bored", "", ""), ("I feel so bored", "", ""), ("I'm bored to death", "", ""),
        ("me falta el aire", "", ""),
    ],
)  # fmt: skip
def test_a_word_is_read_with_the_words_around_it(text: str, situation: str, word: str) -> None:
    read_as = understand(text)
    assert (read_as.situation, read_as.word) == (situation, word)
    assert read_as.shade != "grieving" or situation == "pet"


def test_what_only_sounds_like_a_death_is_no_bereavement() -> None:
    assert [event.name for event in events("my phone died")] == ["mishap"]
    assert [event.name for event in events("I died of embarrassment")] == ["embarrassment"]
    assert understand("I died of embarrassment").clause == ""


def test_who_wants_to_be_heard_is_listened_to() -> None:
    assert understand("solo quiero que alguien me escuche").act == "need_to_talk"


def test_a_resolve_is_no_burden() -> None:
    assert understand("I might go for a walk").act == "yes"
    assert understand("ok, I will do that on Monday").act == "yes"


@pytest.mark.parametrize(
    "text", ["asdfghjkl qwerty", "12345", "<script>alert(1)</script>", "DROP TABLE users;", "hjkl", "aslkdjf laskdjf"]
)
def test_what_is_no_language_is_said_not_to_be_understood(text: str) -> None:
    assert understand(text).act == "unclear"
    assert understand(text, "es").act == "unclear"
    assert _answered(text)[1] in bank().lines("acts", "unclear")


@pytest.mark.parametrize(
    "text", ["15", "2019", "13 11 14", "hmm", "brrr", "Marta", "Szczecin", "property", "jajajaja", "ok lol"]
)
def test_a_name_a_number_or_a_sound_is_no_jumble(text: str) -> None:
    assert understand(text).act != "unclear"


@pytest.mark.parametrize(
    ("text", "act", "shade"),
    [("😢", "tell", "sad"), ("😭😭", "tell", "sad"), (":(", "tell", "sad"), ("😡", "tell", "angry"),
     ("❤️", "thanks", "friendly"), ("<3", "thanks", "friendly"), ("👍", "yes", "")],
)  # fmt: skip
def test_an_emoji_alone_is_its_feeling(text: str, act: str, shade: str) -> None:
    read_as = understand(text)
    assert (read_as.act, read_as.shade) == (act, shade)
    assert (read_as.word, read_as.clause) == ("", "")


def test_a_crying_emoji_is_answered_as_sadness_in_the_language_of_the_talk() -> None:
    assert _answered("😢")[0].emotion == "sad"
    earlier = (Message("user", "hola"), Message("assistant", "Hola. ¿Qué te ronda por la cabeza?"))
    plan, said = _answered("😢", *earlier)
    assert plan.emotion == "sad"
    assert understand("😢", "es").language == "es"
    assert "silence" not in plan.reason, said


def test_a_longer_spanish_phrase_stands_for_the_words_in_it() -> None:
    assert [each.shade for each in found("mi padre lloró de alegría")] == ["happy"]
    assert read_spanish("mi padre lloró de alegría").affect.dominant == "happy"
    assert read_spanish("mi padre lloró").affect.dominant == "sad"


def test_a_spanish_clause_is_given_back_without_a_capital_inside() -> None:
    given = echo("La echo mucho de menos")
    assert given is not None
    assert given.shifted == "la echas mucho de menos"


def test_no_spanish_line_hears_that() -> None:
    lines = [*bank("es").lines("restate", "heavy", "plain"), *bank("es").lines("receive", "word")]
    assert not [line for line in lines if line.startswith(("Escucho que", "Has dicho"))]


def test_who_asks_for_a_favourite_is_told_that_it_is_a_program() -> None:
    assert understand("¿cuál es tu color favorito?").act == "about_you"
