"""`correction`: one typical learner's error in a message, with the form to offer as a gentle recast."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dialogue.data import data
from dialogue.text import sentences, tidy

LONGEST = 30
"""Words of a sentence that is looked at: in longer ones the pieces too often belong to different clauses."""
SHORT = 12
"""Words of a sentence that is said again whole."""
MOST = 3
"""Errors that are mended in one sentence."""
_UNCOUNTED = {
    "informations": "information", "advices": "advice", "furnitures": "furniture", "homeworks": "homework",
    "equipments": "equipment", "luggages": "luggage", "knowledges": "knowledge", "baggages": "baggage",
}  # fmt: skip
_SWAPS: dict[str, dict[str, str]] = {
    "uncount": _UNCOUNTED,
    "state": {"hunger": "hungry", "thirst": "thirsty"},
    "take": {"make": "take", "makes": "takes", "made": "took", "making": "taking"},
    "make": {"do": "make", "did": "made", "done": "made"},
    "hold": {"do": "have", "make": "have", "did": "had", "made": "had"},
    "miss": {"lost": "missed", "lose": "miss"},
    "went": {"assist": "go", "assisted": "went"},
    "one": {"are": "is", "were": "was", "have": "has", "think": "thinks", "know": "knows", "want": "wants"},
    "object": {"i": "me", "he": "him", "she": "her", "they": "them", "we": "us", "you": "you"},
    "subject": {"me": "I", "him": "he", "us": "we"},
    "any": {"nothing": "anything", "nobody": "anybody", "nowhere": "anywhere"},
    "past": {"speak": "spoke"},
    "plural": {"is": "are", "was": "were", "has": "have"},
    "more": {"big": "bigger", "nice": "nicer"},
    "have": {"i am": "I've", "i'm": "I've", "we are": "we've", "we're": "we've"},
    "bare": {
        "i am": "I", "i'm": "I", "we are": "we", "we're": "we", "they are": "they", "they're": "they",
        "you are": "you", "you're": "you",
    },
}  # fmt: skip
"""Forms of a word or two by the name that `corrections.toml` gives them."""
_THIRDS = {"have": "has", "go": "goes", "study": "studies", "do": "does"}
_QUESTION = re.compile(
    r"(?:where|when|why|how|what|who)? ?"
    r"(?:can|could|do|does|did|is|are|have|has|long have) (?:i|you|he|she|it|they|we|there|this|that|your)\b",
    re.IGNORECASE,
)
_FORM = re.compile(r"<(\w+) (\d)>")


@dataclass(frozen=True, slots=True)
class Correction:
    """The words that were `wrong`, and the `right` ones; `line` offers them to be said aloud."""

    wrong: str
    right: str

    @property
    def line(self) -> str:
        """The recast: the right form first, nothing of the wrong one (Lyster and Ranta, 1997)."""
        said = self.right[:1].upper() + self.right[1:]
        return f"You could say: {said}{'?' if _QUESTION.match(said) else '.'}"


def correction(text: str) -> Correction | None:
    """The first error that is surely one; None where there is none. The caller leaves out turns of strong feeling.

    A short sentence comes back whole, with all its errors mended: nothing wrong is said again.
    """
    for sentence in sentences(tidy(text)):
        kept = " ".join(re.sub(r"[^A-Za-z0-9', ]+", " ", sentence).strip(" ,").split())
        found = _first(kept)
        for _ in range(MOST - 1):
            more = _first(found.right) if found and len(found.right.split()) > 3 else None
            if found is None or more is None:
                break
            found = Correction(found.wrong, more.right)
        if found:
            return found
    return None


def _first(kept: str) -> Correction | None:
    said = kept.lower()
    if not 2 <= len(said.split()) <= LONGEST:
        return None
    for pattern, right, unless in _errors():
        match = pattern.search(said)
        if match and not (unless and unless.search(said)):
            return Correction(match[0].strip(), _whole(kept, match, _worded(kept, match, right)))
    return None


def _whole(kept: str, match: re.Match[str], right: str) -> str:
    """The sentence with the right form in it, as long as it is short enough to be said again; else the form alone."""
    if len(kept.split()) > SHORT:
        return right
    lead = " " if match[0].startswith(" ") else ""
    return f"{kept[: match.start()]}{lead}{right}{kept[match.end() :]}".strip()


def _worded(kept: str, match: re.Match[str], right: str) -> str:
    filled = _FORM.sub(lambda form: _formed(form[1], match[int(form[2])]), right)
    filled = re.sub(
        r"\\(\d)", lambda group: kept[slice(*match.span(int(group[1])))] if match[int(group[1])] else "", filled
    )
    return re.sub(r"\bi(?=\b)", "I", " ".join(filled.split()))


def _formed(form: str, word: str) -> str:
    """A word in another form. Raises `KeyError` for a form that is not known."""
    rules = {"base": _base, "past": _pasts().__getitem__, "third": _third, "ing": _ing, "plural": _base}
    rules["more"] = "{}er".format
    swaps = _SWAPS.get(form, {})
    return swaps[word] if word in swaps else rules[form](word)


def _base(word: str) -> str:
    """The plain form of a verb that stands in the past or with its third-person s."""
    irregular = {"has": "have", "goes": "go", "does": "do", "is": "be", **_bases()}
    if word in irregular:
        return irregular[word]
    if word.endswith("ies"):
        return word.removesuffix("ies") + "y"
    return re.sub(r"(?<=ch|sh|ss|zz)es$|(?<![s])s$|(?<=x)es$", "", word)


def _third(word: str) -> str:
    return _THIRDS.get(word, word + ("es" if word.endswith(("ch", "sh", "ss", "x")) else "s"))


def _ing(word: str) -> str:
    if word.endswith("e") and not word.endswith("ee"):
        return word[:-1] + "ing"
    doubled = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", word)
    return word + word[-1] + "ing" if doubled else word + "ing"


@cache
def _rows() -> list[list[str]]:
    return [row.split() for row in data("grammar")["verbs"].replace("\n", " ").split(",") if row.strip()]


@cache
def _pasts() -> dict[str, str]:
    return {row[0]: row[1] for row in _rows()}


@cache
def _bases() -> dict[str, str]:
    return {row[1]: row[0] for row in _rows()}


@cache
def _errors() -> tuple[tuple[re.Pattern[str], str, re.Pattern[str] | None], ...]:
    return tuple(
        (re.compile(each["wrong"]), each["right"], re.compile(each["unless"]) if "unless" in each else None)
        for each in data("corrections")["error"]
    )
