"""The user's own words given back: right grammar, or nothing."""

from __future__ import annotations

import pytest

from dialogue.echo import echo, shift

GIVEN_BACK = [
    ("I lost my job", "you lost your job"),
    ("i lost my job last week", "you lost your job last week"),
    ("I am failing my classes", "you're failing your classes"),
    ("I'm failing my classes", "you're failing your classes"),
    ("I was fired on Monday", "you were fired on Monday"),
    ("I wasn't invited to the wedding", "you weren't invited to the wedding"),
    ("my boss never listens to me", "your boss never listens to you"),
    ("My husband told me he wants a divorce", "your husband told you he wants a divorce"),
    ("She left me for my best friend", "she left you for your best friend"),
    ("we broke up after five years", "you broke up after five years"),
    ("I can't talk to my parents", "you can't talk to your parents"),
    ("I don't have any friends here", "you don't have any friends here"),
    ("I've been crying all day", "you've been crying all day"),
    ("my friends are ignoring me", "your friends are ignoring you"),
    ("I feel like I'm losing control", "you feel like you're losing control"),
    ("they blamed me for everything", "they blamed you for everything"),
    ("my dad was diagnosed with cancer", "your dad was diagnosed with cancer"),
    ("I never sleep well", "you never sleep well"),
]
NEVER_CONFIRMED = [
    "I am not good enough",
    "I'm not good",
    "I'm a failure",
    "I am worthless",
    "I was a bad mother",
    "she said I ruined her life",
    "I am too stupid for this",
    "I hate myself",
    "I deserve to be alone",
    "I am ugly and nobody wants me",
    "it's all my fault",
    "my dad says I am a disappointment",
]
LEFT_ALONE = [
    "you said you would help me",  # speaks to the companion
    "my wife and I had a fight",  # "your wife and you"
    "I don't know",
    "I guess so",
    "I think that",
    "because of the",
    "I went to the",  # unfinished
    "the the job is is bad",  # stumbled
    "I want be able to sleep",  # misspelt
    "I haven't take anything",
    "I didn't went there",
    "I can't finsh my studies",  # a typing slip
    "fuck this job",
    "it is what it is",
    "me and my sister",
    "she have a problem with me",
    "my parents is angry",
    "he do nothing at home",
    "hmm",
    "I can't too many good memories",
    "",
    "I am",
    "I have been better",
    "what should I do with my life",
    "I'm ok with it",
    "asdf qwer zxcv",
    "this that and the other thing happened to somebody I know in another town far away",
]


@pytest.mark.parametrize(("said", "expected"), GIVEN_BACK)
def test_a_clean_clause_is_turned_to_the_second_person(said: str, expected: str) -> None:
    assert shift(said) == expected


@pytest.mark.parametrize("said", LEFT_ALONE)
def test_a_doubtful_clause_is_not_given_back(said: str) -> None:
    assert shift(said) is None


@pytest.mark.parametrize("said", NEVER_CONFIRMED)
def test_harsh_words_about_oneself_are_never_given_back(said: str) -> None:
    found = echo(said)
    assert found is None, found


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("hello, i feel awful because i lost my job and we can't pay the rent", "you lost your job"),
        ("Well , my girlfriend left me . I ' m sad", "your girlfriend left you"),
        ("I don't know. It's just that my boss yelled at me again, you know?", "your boss yelled at you again"),
        ("I AM SO SAD BECAUSE I FAILED MY EXAM", "you failed your exam"),
    ],
)
def test_the_telling_clause_is_found_in_a_longer_message(said: str, expected: str) -> None:
    found = echo(said)
    assert found is not None
    assert found.shifted == expected


@pytest.mark.parametrize("said", ["Why did he leave me?", "I get off at 5", "ok", "I like to take walks", ""])
def test_questions_and_small_talk_are_not_given_back(said: str) -> None:
    assert echo(said) is None
