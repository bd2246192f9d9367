"""Whom somebody lost is spoken of by name and with the pronoun that fits, and met with sympathy first."""

import pytest

from dialogue.mourned import mourned


@pytest.mark.parametrize(
    ("messages", "name", "pronoun"),
    [
        (["My dad died in March."], "your dad", "him"),
        (["my mum was diagnosed and then my husband suddenly passed away"], "your husband", "him"),
        (["I lost my older sister"], "your older sister", "her"),
        (["my grandmother's funeral is tomorrow"], "your grandmother", "her"),
        (["My cat died yesterday", "She was fourteen"], "your cat", "her"),
        (["we had to put my dog down"], "your dog", "them"),
        (["my dad died", "my aunt is gone too"], "your aunt", "her"),
        (["My Harold died in March.", "He was a postman."], "Harold", "him"),
        (["my husband Pedro died two years ago"], "your husband", "him"),
    ],
)
def test_the_lost_one_is_named(messages: list[str], name: str, pronoun: str) -> None:
    found = mourned(messages)
    assert (found.name, found.pronoun) == (name, pronoun)


@pytest.mark.parametrize(
    "text",
    [
        "my phone died",
        "my friend said her phone died",
        "The funeral was hard.",
        "I miss my sister",
        "my dad's phone died",
    ],
)
def test_nobody_is_made_dead(text: str) -> None:
    assert mourned([text]).name == ""
