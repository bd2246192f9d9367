"""`Danger`: how much danger words speak of, of which kind, and to whom; and the rules that find it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from companion.types import Risk
from dialogue.data import data
from dialogue.unmasking import unmasked

LANGUAGES = ("en", "es")
LOWERED = {Risk.CRISIS: Risk.CONCERN, Risk.CONCERN: Risk.WATCH, Risk.WATCH: Risk.WATCH, Risk.NONE: Risk.NONE}
ORDER = (Risk.NONE, Risk.WATCH, Risk.CONCERN, Risk.CRISIS)
WINDOW, STRIDE = 48, 24
"""Words that are looked at together, and by how many the next look begins later: the time grows with the text alone."""
CLAUSE_WORDS = 4
"""A shorter part of a sentence says too little alone ("ever hurt myself")."""
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.!?…])\s+|(?<=['’][a-z][.!?…])\s+|[\n;]+|(?<=[!?])\s*(?=[¿¡])")
_QUOTED = re.compile(
    r"\b(?:lyrics?|chorus|song|headline|title|caption|titular|letra|canción|"
    r"(?:kid|little one|toddler|boy|girl|nephew|niece|grandson|granddaughter|niñ[oa]|pequeñ[oa])\b[^.\"“«]{0,20}\b"
    r"(?:yell|shout|scream|roar|grit)\w*)"
    r"[^\"“«]{0,30}[\"“«][^\"”»]{1,160}[\"”»]",
    re.IGNORECASE,
)
"""What a child yells at play, a song or a headline says."""
_BUT = re.compile(r"\b(?:but|except|although|though|again|tonight|pero|aunque|otra vez|esta noche)\b")
"""What turns a story that is over into one that is not."""
_COMMA = re.compile(r"\s*[,;:–—]\s+|\s-\s")
_NO = re.compile(r"\b(?:not|no|never|cannot|nobody|nothing|nadie|nunca|nada|sin|without|stop\w*|quit)\b")
"""Danger that is itself told by a "no" ("I do not want to live") is not denied by another."""
_NEVER = re.compile(
    r"\b(?:never|nunca|jamas|(?:did|does|has|is|was|would) not)\b"
    r"(?! (?:let|lets|allow\w*|give|gives|stop\w*|feed|feeds|believe\w*|dej\w+|para))"
)
"""What somebody never does to another is no danger."""
_UNLESS = re.compile(r"\b(?:unless|except|only when|a menos que|excepto|salvo|solo cuando)\b")
"""What takes a "never" back."""
_DENIED = re.compile(
    r"\b(?:(?:nobody|no one|never|did not|does not|do not|have not|has not|had not|is not|am not|are not|was not|"
    r"without|nadie|nunca|jamas|tampoco) (?:(?!(?:stop|stopped|know|care|want|think|believe|trust|control|sure|help|"
    r"but|and|because|so|that|if|when|why|how|what|just|only|even|tell|say|told|said|let|matter|wait|see|find|have|puedo|"
    r"se|quiero|importa|aguanto|mas|pero|y|porque|que|si|i|he|she|they|we)\b)\w+ ){0,3}|"
    r"no (?:oigo|escucho|tengo|tuve|me|le|hay|estoy|soy) )$"
)
"""What ends just before a match and denies it."""
_OF_GRIEF = re.compile(
    r"\b(?:ask\w*|want\w* to know|wonder\w*|pregunt\w+) (?:me |us |nos |him |her )?"
    r"(?:if|whether|si) (?!i |yo |me )(?:\w+ ){1,5}"
    r"(?:die|dies|dying|morir|muere|morira)\b|"
    r"\b(?:chest|heart) (?:hurts|aches|feels \w+) when(?:ever)? i (?:think|talk|look|see|hear|remember|miss)\b|"
    r"\bduele el (?:pecho|corazon) (?:cuando|al) (?:pienso|pensar|hablo|hablar|veo|ver|recuerdo|recordar|extrano)\b|"
    r"\b(?:abuel[oa]|madre|padre|mama|papa|perr[oa]|gat[oa]|ti[oa]|marido|mujer) (?:se )?(?:va a morir|esta muriendo)"
    r"(?:se)?(?: (?:pronto|de (?:cancer|viej[oa]|su enfermedad)))?\b"
)
"""Talk of a death that illness or age brings, and of the pain of missing somebody."""
_TERM = re.compile(r"<([a-z]+)>")


@dataclass(frozen=True, slots=True)
class Danger:
    """What one text speaks of; `evidence` are the words that say so, as `dialogue.unmasking` reads them.

    `kind` is self-harm, violence, abuse, medical, eating, psychosis, substance or empty. `other` is true when
    somebody else than the user is in danger, `past` when it is told of long ago; `language` is that of the words.
    """

    risk: Risk = Risk.NONE
    kind: str = ""
    evidence: str = ""
    other: bool = False
    past: bool = False
    language: str = ""

    def graver(self, other: Danger) -> Danger:
        """The graver of two; this one when they are equal."""
        return other if ORDER.index(other.risk) > ORDER.index(self.risk) else self


def danger_by_rules(text: str) -> Danger:
    """The gravest danger that the rules find in an English or Spanish text.

    Idioms and negated statements do not count; what is past counts one level less.
    """
    worst = Danger()
    past: set[tuple[str, str]] = set()
    for said in _looks(text):
        for language in LANGUAGES:
            found = _rules(language).judge(said)
            # What one sentence puts into the past, a "lately" in another does not bring back.
            if (found.kind, found.evidence) not in past:
                worst = worst.graver(found)
            if found.past:
                past.add((found.kind, found.evidence))
    return worst


def excused(text: str) -> bool:
    """Whether grave words stand in an idiom, a denial or a story that is over, as far as the rules know these."""
    looks = list(_looks(text))
    languages = [_rules(language) for language in LANGUAGES]
    return any(
        rules.well.search(said) or rules.strip.search(said) or _OF_GRIEF.search(said)
        for rules in languages
        for said in looks
    )


def _looks(text: str) -> Iterator[str]:
    """Each sentence, its longer parts between commas, and the whole.

    Recognised speech has no marks, danger may be said across sentences, and what is denied before a comma must not
    cover what comes after it.
    """
    text = _QUOTED.sub(" ... ", text)
    parts = [said for part in _SENTENCE.split(text) if (said := unmasked(part))] or [""]
    longer = (said for part in _COMMA.split(text) if len((said := unmasked(part)).split()) >= CLAUSE_WORDS)
    for said in dict.fromkeys((*parts, *longer, " ".join(parts))):
        spoken = said.split()
        for first in range(0, max(1, len(spoken) - WINDOW + STRIDE), STRIDE):
            yield " ".join(spoken[first : first + WINDOW])


def _told(found: Danger, pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    """The first match that is not denied within it or just before it ("he has never", "nobody is"), if there is one."""
    for match in pattern.finditer(said):
        if found.kind in {"abuse", "violence"} and _NEVER.search(match[0]) and not _UNLESS.search(said):
            continue
        if _NO.search(match[0]) or not _DENIED.search(said[: match.start()]):
            return match
    return None


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of one language; the first group of a level that matches is taken."""

    strip: re.Pattern[str]
    past: re.Pattern[str]
    still: re.Pattern[str]
    well: re.Pattern[str]
    watch: re.Pattern[str]
    certain: tuple[tuple[Danger, re.Pattern[str]], ...]
    levels: tuple[tuple[Danger, re.Pattern[str]], ...]

    def judge(self, said: str) -> Danger:
        if self.well.search(said) and not _BUT.search(said):
            return Danger()
        said = _OF_GRIEF.sub(" . ", said)
        for found, pattern in self.certain:
            if match := _told(found, pattern, said):
                return self._placed(found, match[0], said)
        rest = self._stripped(said)
        for found, pattern in self.levels:
            if match := _told(found, pattern, rest):
                return self._placed(found, match[0], rest)
        match = self.watch.search(rest)
        return Danger(Risk.WATCH, "", match[0].strip()) if match else Danger()

    def _stripped(self, said: str) -> str:
        """The words without harmless idioms and denials."""
        # A mark in the place of an idiom, so that the words before and after it do not become one phrase.
        return " ".join(self.strip.sub(" . ", said).split())

    def _placed(self, found: Danger, evidence: str, said: str) -> Danger:
        """What was found by its evidence, a level lower where it is told of the past."""
        past = bool(self.past.search(said)) and not self.still.search(said)
        # What somebody did to themselves or suffered stays grave for them, however long ago.
        lasting = found.risk is Risk.CONCERN and found.kind in {"self-harm", "abuse"}
        risk = LOWERED[found.risk] if past and not lasting else found.risk
        return replace(found, risk=risk, evidence=evidence.strip(), past=past)


@cache
def _rules(language: str) -> _Rules:
    table: dict[str, Any] = data(f"safety_{language}")
    terms: dict[str, str] = {}
    for name, pattern in table["terms"].items():
        terms[name] = _filled(pattern, terms)
    kinds = table["kind"]

    def compiled(level: str) -> Iterator[tuple[Danger, re.Pattern[str]]]:
        for kind in kinds:
            found = Danger(
                Risk.CRISIS if level == "certain" else Risk(level),
                kind["name"],
                "",
                kind.get("other", False),
                language=language,
            )
            for pattern in kind.get(level, ()):
                yield found, re.compile(_filled(pattern, terms))

    def joined(patterns: Sequence[str]) -> re.Pattern[str]:
        return re.compile("|".join(rf"\b(?:{_filled(pattern, terms)})(?!\w)" for pattern in patterns))

    return _Rules(
        joined(table["strip"]),
        re.compile(table["past"]),
        re.compile(table["still"]),
        re.compile(table["well"]),
        joined(table["watch"]["patterns"]),
        tuple(compiled("certain")),
        (*compiled("crisis"), *compiled("concern")),
    )


def _filled(pattern: str, terms: dict[str, str]) -> str:
    """A pattern with its terms put in; a term may use those before it. Raises `KeyError` for an unknown one."""
    return _TERM.sub(lambda match: terms[match[1]], pattern)
