"""What a language model writes for the eye: lists, code and links."""

from __future__ import annotations

import pytest

from tests.turns import Says, answered, notices, spoken, turn

TOLD = turn("I lost my job last week and I keep thinking about it")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            "**Sure!** Here is a list:\n\n1. First, breathe\n2. Then *rest*\n\n```python\nprint(\"x\")\n```\n"
            "<think>secret</think> [link](http://x.y) \U0001f600",
            "Sure! Here is a list: First, breathe. Then rest.",
        ),
        (
            "You could try:\n- breathe slowly\n- go for a walk!\n+ call \"Anna\"",
            'You could try: Breathe slowly. Go for a walk! Call "Anna".',
        ),
        ("## Small steps\n\nWe can begin there\n\nWhat now?", "Small steps. We can begin there. What now?"),
        ("Run this:\n```\nx = [1]\ny = {2}\n```\nDoes that help you?", "Run this: Does that help you?"),
        ("I am here with you.\n```python\nwhile True", "I am here with you."),
        ("You might say `I feel sad` and not `print(x[0])` to them.", "You might say I feel sad and not to them."),
        ("It is told here: https://x.org/a?b=c. Take your time.", "It is told here: Take your time."),
        ("Who is there for you? www.help.org/page", "Who is there for you?"),
        ("[Box breathing](https://a.b/c) helps many people.", "Box breathing helps many people."),
        ("I am here with you\nand in no hurry.", "I am here with you and in no hurry."),
    ],
)  # fmt: skip
def test_lists_become_sentences_and_code_and_links_are_left_out(raw: str, said: str) -> None:
    for pieces in ([raw], list(raw)):
        items = answered(Says(*pieces), TOLD)
        assert spoken(items) == said
        assert notices(items) == []
