"""`understand`: what the supporter makes of one Spanish message, in the same terms as of an English one."""

from __future__ import annotations

import re
from functools import cache

from dialogue.act import UNCLEAR, jumbled
from dialogue.data import data
from dialogue.spanish.echo import echo
from dialogue.spanish.feeling import found
from dialogue.spanish.tongue import SPANISH, plainly
from dialogue.text import sentences
from dialogue.understanding import Understanding, situation

LONG_WORDS = 120
PLEASANTRIES = frozenset({"greeting", "thanks", "yes", "no", "fine", "dont_know", "there", "need_to_talk"})
GLAD = frozenset({"good_news", "better"})
GLAD_SHADES = frozenset({"happy", "proud", "relieved"})
SMALL = frozenset("hija hijo hijas hijos bebe perro perra gato gata familia equipo empresa".split())
"""Not asked about as somebody to talk to."""
_CLOUDING_BEFORE = frozenset("no nunca jamas ojala casi espero esperaba quiza quizas cuando sin nadie ex desde".split())
_CLOUDING_AFTER = re.compile(
    r"\b(?:pero|aunque|sino|sin embargo|ex|muert[ao])\b|\bno (?!(?:me )?lo (?:puedo )?cre|es\b|quepo|puedo creer)"
)
"""What makes good news none: denied or hoped for before it, taken back after it."""
_ASKS = re.compile(r"^(?:y |pero )?(?:que|como|por que|cuando|donde|quien|cual|deberia|puedo|crees|sera) ")


def understand(text: str) -> Understanding:
    """Read one message; what is not there stays empty."""
    parts = sentences(text)
    whole = act(text)
    kept = list(parts)
    while len(kept) > 1 and act(kept[0]) in PLEASANTRIES:
        kept.pop(0)
    told = " ".join(kept) if kept else text
    said = " ".join(plainly(told))
    feelings = [each for each in found(told) if not each.denied]
    own = next((each for each in feelings if each.adjective), None)
    given = echo(told)
    hard = any(each.shade not in GLAD_SHADES for each in feelings)
    doing = act(told) if told != text or whole in PLEASANTRIES else whole
    return Understanding(
        told,
        doing,
        "" if doing == "good_news" else situation(said, SPANISH, hard=hard),
        own.phrase if own else "",
        own.shade if own else next((each.shade for each in feelings), ""),
        _person(said),
        given.shifted if given else "",
        given.phrase if given else "",
        bool(given and given.grave),
        "?" in told or bool(_ASKS.match(said)),
        len(said.split()) > LONG_WORDS,
        language=SPANISH,
    )


def act(text: str) -> str:
    """The name of the act, one of those in `spanish/acts.toml`, `tell` or `unclear`."""
    if jumbled(text):
        return UNCLEAR
    whole = " ".join(plainly(text))
    parts = [" ".join(plainly(part)) for part in sentences(text)]
    troubled = any(each.shade not in GLAD_SHADES and not each.denied for each in found(text))
    for name, pattern, most, alone in _rules():
        for said in [whole] if alone else parts:
            match = pattern.search(said) if len(said.split()) <= most else None
            if match and not (name in GLAD and (troubled or _clouded(text, match))):
                return name
    return "tell"


def _clouded(text: str, good: re.Match[str]) -> bool:
    """Whether good news is denied, wished for, or followed by a but; "si" without its accent is an if."""
    before = good.string[: good.start()].split()[-4:]
    conditional = "si" in before and re.search(r"\bsi\b", text.lower()) is not None
    return conditional or bool(_CLOUDING_BEFORE & set(before)) or bool(_CLOUDING_AFTER.search(good.string, good.end()))


def _person(said: str) -> str:
    match = _relation().search(said)
    return f"tu {_ACCENTED.get(match[1], match[1])}" if match and match[1] not in SMALL else ""


_ACCENTED = {
    "mama": "mamá", "papa": "papá", "tia": "tía", "tio": "tío", "companera": "compañera", "companero": "compañero",
}  # fmt: skip


@cache
def _relation() -> re.Pattern[str]:
    names = sorted(data("spanish/grammar")["relations"].split(), key=len, reverse=True)
    return re.compile(rf"\bmi (?:mejor )?({'|'.join(names)})\b")


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], int, bool], ...]:
    table = data("spanish/acts")
    return tuple(
        (rule["name"], re.compile("|".join(rule["patterns"])), rule.get("most", 10_000), rule["name"] in table["whole"])
        for rule in table["act"]
    )
