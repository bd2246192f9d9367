"""`theme`: which part of earlier life the user talks about, so that the next gentle question stays with it.

Simple reminiscence keeps to what the person brings up and goes by themes such as school, work or music
(Woods et al., "Reminiscence therapy for dementia", Cochrane Database of Systematic Reviews, 2018).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from dialogue.data import data

KEPT_MESSAGES = 3
"""Messages after which a theme that is not mentioned again is over."""


def theme(messages: Sequence[str]) -> str:
    """The theme of the newest of the last messages that has one, named as in `persona.THEMES`; empty without any.

    Within a message the theme with most words wins, then the one named last: that is where the thought went.
    """
    for message in reversed(messages[-KEPT_MESSAGES:]):
        found = {name: [match.start() for match in words.finditer(message)] for name, words in _words().items()}
        best = max(found, key=lambda name: (len(found[name]), max(found[name], default=-1)))
        if found[best]:
            return best
    return ""


@cache
def _words() -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile(rf"\b(?:{'|'.join(listed.split()).replace('*', '[a-z]*')})\b", re.IGNORECASE)
        for name, listed in data("reminiscence").items()
    }
