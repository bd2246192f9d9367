"""`Mourned`: whom the user lost, by the name they gave and the pronoun that fits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from dialogue.text import words

_MEN = "dad father husband brother son grandpa grandfather grandson uncle nephew boyfriend stepdad"
_WOMEN = (
    "mum mom mother wife sister daughter grandma grandmother nan granddaughter aunt niece girlfriend stepmum stepmom"
)
_OTHERS = "friend partner cousin baby child colleague coworker neighbour neighbor boss teacher"
_PETS = "dog cat puppy kitten pet horse rabbit hamster bird parrot"
_DEATH = r"died|passed(?: away)?|is dead|was killed|is gone|took (?:his|her|their) own life|killed (?:him|her)self"
_BETWEEN = "just|suddenly|recently|unexpectedly|sadly|finally|has|had|have|also|actually|really|then|who|that|now"
_NAMED = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur) ([A-Z][a-z]+)(?: (?:{_BETWEEN})){{0,3}} (?:{_DEATH})\b|"
    r"\b(?:[Ll]ost|[Bb]uried) my ([A-Z][a-z]+)\b"
)
"""Somebody called by their name: "my Harold died"."""
_MANY = frozenset({"them"})


@dataclass(frozen=True, slots=True)
class Mourned:
    """`name` is how the companion speaks of them ("your dad"; empty where nobody was named).

    `pronoun` is the object form: him, her or them.
    """

    name: str = ""
    pronoun: str = "them"

    @property
    def slots(self) -> dict[str, str]:
        """What fills `{lost}`, `{them}`, `{they}`, `{were}` and `{were_they}` in a line."""
        they = {"him": "he", "her": "she"}.get(self.pronoun, "they")
        verb = "were" if self.pronoun in _MANY else "was"
        asked = f"was {self.name}" if self.name else f"{verb} {they}"
        return {"lost": self.name, "them": self.pronoun, "they": they, "were": verb, "were_they": asked}


def mourned(messages: Iterable[str]) -> Mourned:
    """Whom the messages (the oldest first) tell of as dead: the last named, with the pronoun used for them since."""
    found = Mourned()
    for text in messages:
        said = " ".join(words(text))
        if match := _told().search(said):
            name = next(group for group in match.groups() if group)
            found = Mourned(f"your {name}", _pronoun(name.split()[-1]))
        elif match := _NAMED.search(text):
            found = Mourned(next(group for group in match.groups() if group))
        if found.name and found.pronoun in _MANY:
            # Of a friend or a cat the user's own next words tell: "she was fourteen".
            used = set(said.split())
            if used & {"he", "him", "his"} and not used & {"she", "her"}:
                found = Mourned(found.name, "him")
            elif used & {"she", "her"} and not used & {"he", "him", "his"}:
                found = Mourned(found.name, "her")
    return found


def _pronoun(noun: str) -> str:
    return "him" if noun in _MEN.split() else "her" if noun in _WOMEN.split() else "them"


@cache
def _told() -> re.Pattern[str]:
    whom = "|".join(f"{_MEN} {_WOMEN} {_OTHERS} {_PETS}".split())
    one = rf"((?:(?:best|close|closest|older|younger|little|big|only|old) )?(?:{whom}))"
    return re.compile(
        rf"\bmy {one}(?: \w+)?(?: (?:{_BETWEEN})){{0,3}} (?:{_DEATH})\b|\b(?:lost|losing|buried|bury) my {one}\b|"
        rf"\bmy {one}'s (?:death|funeral|passing|wake)\b|\b(?:death|funeral|loss) of my {one}\b|"
        rf"\b(?:had|have) to put (?:down )?my {one}(?: down| to sleep)?\b"
    )
