"""Gentle corrections: what learners say is recast, what native speakers say is left alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dialogue.correcting import correction

LEARNERS = {
    "I have 20 years": "I'm 20 years old",
    "I am agree with you": "I agree with you",
    "I'm not agree": "I don't agree",
    "Are you agree?": "Do you agree",
    "She don't like me": "She doesn't like me",
    "My mother work in a bank": "My mother works in a bank",
    "He go to school by bus": "He goes to school by bus",
    "I eat fish yesterday": "I ate fish yesterday",
    "Yesterday I go to the cinema": "Yesterday I went to the cinema",
    "It is more better now": "It is better now",
    "He is the most best player": "He is the best player",
    "It depends of the weather": "It depends on the weather",
    "I need some informations": "I need some information",
    "She gave me an advice": "She gave me some advice",
    "I am boring at work": "I'm bored at work",
    "I am interesting in music": "I am interested in music",
    "I'm exciting about the trip": "I'm excited about the trip",
    "He said me that he is sick": "He told me that he is sick",
    "Can you explain me this?": "Can you explain this to me",
    "I know her since 2015": "I've known her since 2015",
    "I live here since three years": "I've been living here for three years",
    "I have been here since three years": "I have been here for three years",
    "I didn't went there": "I didn't go there",
    "I didn't saw him": "I didn't see him",
    "You must to study": "You must study",
    "I can to swim": "I can swim",
    "Everybody are happy": "Everybody is happy",
    "I made a photo": "I took a photo",
    "I did a mistake": "I made a mistake",
    "She is married with a doctor": "She is married to a doctor",
    "We arrived to London": "We arrived at London",
    "I listen music every day": "I listen to music every day",
    "I am good in English": "I am good at English",
    "I'm afraid from dogs": "I'm afraid of dogs",
    "When I was child I lived in Peru": "When I was a child I lived in Peru",
    "I want that you help me": "I want you to help me",
    "How do you call this?": "What do you call this",
    "How is it called?": "What is it called",
    "One of my friend is here": "One of my friends is here",
    "There were too much people": "There were too many people",
    "I look forward to meet you": "I look forward to meeting you",
    "I enjoy to read": "I enjoy reading",
    "I no understand": "I don't understand",
    "He doesn't likes fish": "He doesn't like fish",
    "I born in Chile": "I was born in Chile",
    "It's depend": "It depends",
    "There is many cars": "There are many cars",
    "I have hunger": "I'm hungry",
    "I like very much chocolate": "I like chocolate very much",
    "What means this word?": "What does this word mean",
    "I am student at the university": "I am a student at the university",
    "She's nurse": "She's a nurse",
    "People is nice here": "People are nice here",
    "She has 40 years": "She is 40 years old",
    "I am living here since 2010": "I've been living here since 2010",
    "I am in the university since one year": "I've been in the university for one year",
    "I work in a bank since two years": "I've been working in a bank for two years",
    "I want that he comes": "I want him to come",
    "He wants that I work on Sunday": "He wants me to work on Sunday",
    "He explained me the problem": "He explained the problem to me",
    "She said me the truth": "She told me the truth",
    "My boss said me that I must work": "My boss told me that I must work",
    "Last week we go to the beach": "Last week we went to the beach",
    "I don't want nothing": "I don't want anything",
    "He don't know nothing": "He doesn't know anything",
    "I am waiting the bus": "I am waiting for the bus",
    "I need go to the doctor": "I need to go to the doctor",
    "My hairs are brown": "My hair is brown",
    "I'm very exciting for the trip": "I'm very excited about the trip",
    "Can you borrow me your pen?": "Can you lend me your pen",
    "How long you live here?": "How long have you been living here",
    "Where you live?": "Where do you live",
    "I went in Paris last summer": "I went to Paris last summer",
    "If I will have time I will go": "If I have time I will go",
    "If I would have money I would travel": "If I had money I would travel",
    "He suggested me to go": "He suggested that I go",
    "I lost the bus": "I missed the bus",
    "I did a party at home": "I had a party at home",
    "Every students was there": "Every student was there",
    "The life is hard": "Life is hard",
    "I feel me bad": "I feel bad",
    "I'm feel sad": "I feel sad",
    "Do you can help me?": "Can you help me",
    "Does he likes music?": "Does he like music",
    "It is a important thing": "It is an important thing",
    "She is an university student": "She is a university student",
    "I have a good news": "I have some good news",
    "I need a information": "I need some information",
    "I am looking forward to see you": "I am looking forward to seeing you",
    "I very like this music": "I really like this music",
    "I can't to sleep": "I can't sleep",
    "My sister don't speak English": "My sister doesn't speak English",
    "He is more old than me": "He is older than me",
    "I have much friends": "I have many friends",
    "My parents lives in Peru": "My parents live in Peru",
    "Did you went there?": "Did you go there",
    "These informations are wrong": "This information is wrong",
    "I assisted to the class": "I went to the class",
}
NATIVE = [
    "I have 20 years of experience",
    "I'm gonna go, I ain't staying",
    "Did she have a good time?",
    "Let him go and see",
    "I'm a boring person at parties",
    "That's the one he said",
    "He makes my mother work too hard",
    "She said to me that it's fine",
    "My friend and I go there a lot",
    "I had been married with kids for years",
    "I explained to him why",
    "How much better is it?",
    "Does everybody want some?",
    "I go there every day",
    "I'm so boring at parties",
    "I have 3 years to go",
    "I have been working for two weeks",
    "Whatever they can to stop it",
    "I spent money for work",
    "It is important for me",
    "The man who I told you about called",
    "That was such great news",
    "He, like my brother, has a shop",
    "Anything else you want to discuss about your parents?",
    "Thank you for listening, me too",
    "I don't know if I will have time",
    "I wonder if they will come",
    "I need sleep and I need help",
    "Where you live matters",
    "What you want is love",
    "I lost my train of thought",
    "I enjoy it to the fullest",
    "I made a picture of the sea",
    "I want that one",
    "Yesterday I decided that I have to go",
    "He said them to me",
    "He ain't got nothing, y'all",
    "I'm married with two kids",
    "Last year I thought I'd go",
    "My mother made him go",
]


@pytest.mark.parametrize("said", LEARNERS)
def test_a_learners_error_is_offered_in_the_right_form(said: str) -> None:
    found = correction(said)
    assert found is not None
    assert found.right[:1].upper() + found.right[1:] == LEARNERS[said]
    asks = said.endswith("?")
    assert found.line == f"You could say: {LEARNERS[said]}{'?' if asks else '.'}"


@pytest.mark.parametrize(
    "past",
    "went ate bought came met saw spoke wrote forgot lost slept drank fell took".split(),
)
@pytest.mark.parametrize("when", ["yesterday", "last week"])
def test_every_verb_that_is_looked_for_has_its_past(past: str, when: str) -> None:
    present = {
        "went": "go", "ate": "eat", "bought": "buy", "came": "come", "met": "meet", "saw": "see", "spoke": "speak",
        "wrote": "write", "forgot": "forget", "lost": "lose", "slept": "sleep", "drank": "drink", "fell": "fall",
        "took": "take",
    }  # fmt: skip
    found = correction(f"{when} we {present[past]} there")
    assert found is not None
    assert found.right == f"{when} we {past} there"


@pytest.mark.parametrize("said", NATIVE)
def test_what_is_right_is_left_alone(said: str) -> None:
    assert correction(said) is None


def test_native_speakers_are_hardly_ever_corrected(data: Path) -> None:
    with (data / "dialogue/meld/dev_sent_emo.csv").open(encoding="utf-8") as file:
        lines = [row["Utterance"] for row in csv.DictReader(file)]
    posts = (data / "dialogue/goemotions/original/dev.tsv").read_text(encoding="utf-8").split("\n")
    lines += [post.partition("\t")[0] for post in posts]
    assert sum(correction(line) is not None for line in lines) <= 0.002 * len(lines)
