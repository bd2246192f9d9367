"""`own_words`: a report about a person, told as they would say it: in the first person and a piece at a time."""

from __future__ import annotations

import re
from functools import cache

from dialogue.data import data
from dialogue.text import capitalised, sentences, tidy

PIECE_WORDS = 4
"""A sentence is told in two parts where both have at least so many words."""
_PRONOUNS = {
    "male": {"he": "I", "him": "me", "his": "my", "himself": "myself"},
    "female": {"she": "I", "her": "my", "hers": "mine", "herself": "myself"},
    "": {"they": "I", "them": "me", "their": "my", "theirs": "mine", "themselves": "myself", "themself": "myself"},
}
_SUBJECT = r"(?:seeker|user|individual|help-seeker|client|speaker)"
_AFTER_HER = frozenset(
    "to and but for with from about at by in on after before when while that who because as if up down out off into "
    "through over or since so a the an again alone".split()
)
"""Words before which "her" is the person and not the owner."""
_BE = {"is": "am", "are": "am", "were": "was", "has": "have", "does": "do", "isn't": "am not", "aren't": "am not",
       "weren't": "wasn't", "hasn't": "haven't", "doesn't": "don't"}  # fmt: skip
_ADJECTIVE = re.compile(
    r"(?:concerned|worried|overwhelmed|upset|unable|frustrated|stressed|confused|discouraged|unsure|anxious|nervous|"
    r"sad|lonely|afraid|depressed|heartbroken|torn|stuck|tired|angry|scared|devastated|dismissed|in)\b"
)
_PAST = re.compile(
    r"(?:lost|broke|made|left|had|has|have|reported|engaged|saw|was|got|went|found|discovered|caught|moved|fell|failed|"
    r"started|quit|told|cheated|accused|arrested)\b"
)
_DONE_TO = frozenset({"accused", "arrested", "dismissed", "laid", "deceived"})

_NO_VERB = frozenset({"spring", "during", "nothing", "something", "everything"})
_WHOLE = frozenset("i my the a an there it we this these both others despite after".split())
"""First words of sentences that lack no subject."""


def own_words(report: str, gender: str = "") -> tuple[str, ...]:
    """The pieces of a report in English about somebody of a gender (`male`, `female`; else spoken of as "they")."""
    found: list[str] = []
    for sentence in sentences(report):
        told = _first_person(sentence.rstrip(". "), gender.lower() if gender.lower() in _PRONOUNS else "")
        found += _pieces(_plain(told))
    return tuple(f"{capitalised(piece)}." for piece in found)


def _first_person(sentence: str, gender: str) -> str:
    text = tidy(sentence)
    text = re.sub(rf"\b[Tt]he {_SUBJECT}'s\b", "my", text)
    text = re.sub(rf"(^|, |\b(?:and|but|because|that|when|while|where|if|as|since|after|before|which) )"
                  rf"[Tt]he {_SUBJECT}\b", r"\1I", text)  # fmt: skip
    text = re.sub(rf"\b[Tt]he {_SUBJECT}\b", "me", text)
    pronouns = dict(_PRONOUNS[gender])
    if gender and _couple().search(text):
        pronouns |= {"themselves": "ourselves", "their": "our"}
    text = re.sub(r"\b[A-Za-z]+\b", lambda match: _pronoun(match, pronouns, text), text)
    text = _owned(_begun(text))
    return _agreeing(text)


def _pronoun(match: re.Match[str], pronouns: dict[str, str], text: str) -> str:
    word = match[0].lower()
    if word not in pronouns:
        return match[0]
    after = text[match.end() :]
    following = after.split()[:1]
    made = re.search(r"\b(?:making|made|makes|letting) $", text[: match.start()])
    alone = not after.startswith(" ") or not following or following[0].strip(".,") in _AFTER_HER
    if word == "her" and (made or alone):
        return "me"
    return pronouns[word]


def _begun(text: str) -> str:
    """The sentence with the subject that a note leaves out."""
    head, _, rest = text.partition(" ")
    low = head.lower()
    table = data("ownwords")
    if low in {"recently", "also", "currently", "often"} and rest:
        return f"I {low} {rest}" if _PAST.match(rest) else _begun(rest)
    if low == "the" and rest.partition(" ")[0] in table["relations"].split():
        return f"my {rest}"
    if low in _WHOLE:
        return text
    return _subject(low) + (text if head.isupper() else low + text[len(head) :])


def _subject(first: str) -> str:
    """What a note leaves out before its first word; empty when nothing is missing."""
    table = data("ownwords")
    cases = (
        ("I was ", first in _DONE_TO),
        ("I am ", first.endswith("ing") and first not in _NO_VERB),
        ("I ", first in table["verbs"].split()),
        ("I am ", bool(_ADJECTIVE.match(first))),
        ("I ", bool(_PAST.match(first))),
        ("my ", first in table["relations"].split()),
        ("I have ", first in {"difficulty", "trouble"}),
        ("it is about ", first in table["matters"].split()),
    )
    return next((subject for subject, fits in cases if fits), "")


def _owned(text: str) -> str:
    """ "My" where the report leaves it out: "lost job", "fight with teenage daughter"."""
    return _bare().sub(lambda match: f"{match[1]} my {match[2]}", text)


def _agreeing(text: str) -> str:
    """Verbs that go with "I"."""
    table = data("ownwords")
    adverbs = "|".join(table["adverbs"].split())
    text = re.sub(rf"\b(I(?: (?:{adverbs}|\w+ly))*) ([a-z']+)", lambda match: f"{match[1]} {_verb(match[2])}", text)
    if text.startswith("I "):
        # The same subject goes on: ", feels stuck", "and is looking".
        verbs = "|".join(
            (*table["verbs"].split(), "is", "has", "does", "doesn't", "isn't", "are (?:seeking|considering)")
        )
        text = re.sub(rf"(,(?: and| but)?|;|\band|\bbut) ({verbs})\b", _going_on, text)
    return text


def _going_on(match: re.Match[str]) -> str:
    """A verb with "I", but not where "who" or "which" stands nearer before it than "I"."""
    clause = match.string[: match.start()].split()
    nearer = [word for word in clause[clause.index("I") + 1 :] if word in {"who", "which", "that", "it"}]
    verb, _, rest = match[2].partition(" ")
    return match[0] if nearer else f"{match[1]} I {_verb(verb)} {rest}".rstrip()


def _verb(word: str) -> str:
    if word in _BE:
        return _BE[word]
    if word in data("ownwords")["verbs"].split():
        if word.endswith(("sses", "shes", "ches", "goes")):
            return word[:-2]
        return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def _plain(text: str) -> str:
    for stiff, plain in data("ownwords")["words"].items():
        text = re.sub(rf"\b{stiff}\b", plain, text, flags=re.IGNORECASE)
    for whole, short in (("I am", "I'm"), ("I have been", "I've been"), ("it is", "it's"), ("do not", "don't")):
        text = re.sub(rf"\b{whole}\b(?! not)", short, text)
    return text


def _pieces(text: str) -> list[str]:
    """The parts in which a person would tell a long sentence."""
    for match in _seams().finditer(text):
        head, tail = text[: match.start()], text[match.end() :]
        if min(len(head.split()), len(tail.split()) + 1) >= PIECE_WORDS:
            opening = data("ownwords")["openings"][match[1]]
            return [head, *_pieces(f"{opening}{tail}")]
    return [text]


@cache
def _seams() -> re.Pattern[str]:
    openings = sorted(data("ownwords")["openings"], key=len, reverse=True)
    return re.compile(rf"(?:, and |, | and (?=which|it )) *({'|'.join(openings)})\b(?! of)")


@cache
def _couple() -> re.Pattern[str]:
    """Somebody with whom the teller is a couple: "their" is then of both."""
    return re.compile(r"\bmy (?:ex-?)?(?:wife|husband|girlfriend|boyfriend|partner|fianc\w+|spouse)\b|\bwe\b")


@cache
def _bare() -> re.Pattern[str]:
    table = data("ownwords")
    before, between, nouns = ("|".join(table[key].split()) for key in ("before", "between", "relations"))
    return re.compile(rf"\b({before}) ((?:(?:{between}) )?(?:{nouns}))\b", re.IGNORECASE)
