"""`Viseme`: what the mouth does for each speech sound, and which viseme each IPA phone is."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

LIPS = ("jaw", "funnel", "pucker", "stretch", "smile", "upper", "lower", "tongue")
"""The articulators that coarticulate; contact of the lips is apart (`Viseme.contact`), for it is always reached."""

VOWELS = frozenset("aeiouyɑɐɒæʌəɚɛɜɝɞɘɤɪɨɯɵøœɶɔʊʉʏᵻᵿ")
SILENCES = frozenset({"", "_", "__", "sil", "sp", "spn", "pau", "<p>", "#", "|"})


@dataclass(frozen=True, slots=True)
class Viseme:
    """One mouth shape.

    `target` gives the articulators their heights (0..1, of the ARKit shape), the rest 0. `force` is the peak of the
    dominance with which a sound claims an articulator (1 for those in `target`, `others` for the rest),
    `spread_sec` the time over which that claim falls to 1/e. `contact` is what must touch: `lips` (p b m), `teeth`
    (f v: lower lip to upper teeth) or nothing.
    """

    target: Mapping[str, float]
    force: Mapping[str, float] = field(default_factory=dict)
    others: float = 0.5
    spread_sec: float = 0.045
    contact: str = ""


# Vowels are strong everywhere; lip rounding is claimed early and widely (Cohen and Massaro, "Modeling coarticulation
# in synthetic visual speech", 1993; groups after Fisher, "Confusions among visually perceived consonants", 1968).
# Consonants made inside the mouth leave the lips to their neighbours, so `others` is small for them.
VISEMES: Mapping[str, Viseme] = {
    "rest": Viseme({}, others=0.8, spread_sec=0.045),
    "aa": Viseme({"jaw": 0.68, "upper": 0.16, "lower": 0.30}),
    "ae": Viseme({"jaw": 0.60, "stretch": 0.26, "smile": 0.10, "upper": 0.22, "lower": 0.32}),
    "ah": Viseme({"jaw": 0.46, "upper": 0.10, "lower": 0.20}),
    "schwa": Viseme({"jaw": 0.26, "upper": 0.07, "lower": 0.14}, others=0.3),
    "eh": Viseme({"jaw": 0.42, "stretch": 0.24, "smile": 0.12, "upper": 0.14, "lower": 0.24}),
    "ih": Viseme({"jaw": 0.28, "stretch": 0.26, "smile": 0.14, "upper": 0.10, "lower": 0.20}, others=0.4),
    "ee": Viseme({"jaw": 0.17, "stretch": 0.36, "smile": 0.24, "upper": 0.12, "lower": 0.22}, others=0.6),
    "aw": Viseme({"jaw": 0.54, "funnel": 0.36, "pucker": 0.18, "upper": 0.06, "lower": 0.14}, others=0.6),
    "oh": Viseme({"jaw": 0.32, "funnel": 0.36, "pucker": 0.42}, {"pucker": 0.9, "funnel": 0.9}, 0.6, 0.065),
    "oo": Viseme({"jaw": 0.11, "funnel": 0.20, "pucker": 0.84}, {"pucker": 1.0, "funnel": 0.9}, 0.6, 0.075),
    "uh": Viseme({"jaw": 0.20, "funnel": 0.28, "pucker": 0.45}, {"pucker": 0.7, "funnel": 0.7}, 0.4, 0.055),
    "ue": Viseme({"jaw": 0.16, "funnel": 0.38, "pucker": 0.66}, {"pucker": 1.0, "funnel": 0.9}, 0.6, 0.07),
    "er": Viseme({"jaw": 0.26, "funnel": 0.36, "pucker": 0.20, "lower": 0.08}, {"funnel": 0.7}, 0.45),
    "p": Viseme({"jaw": 0.10}, {"jaw": 0.5}, 0.08, 0.04, "lips"),
    "f": Viseme({"jaw": 0.09, "upper": 0.20}, {"jaw": 0.7, "upper": 0.8, "pucker": 0.4}, 0.12, 0.04, "teeth"),
    "bh": Viseme({"jaw": 0.08, "lower": 0.04}, {"jaw": 1.0}, 0.4, 0.04),
    "th": Viseme({"jaw": 0.15, "tongue": 0.34, "upper": 0.10, "lower": 0.18}, {"tongue": 3.0, "jaw": 0.9}, 0.2, 0.03),
    "t": Viseme({"jaw": 0.14, "upper": 0.06, "lower": 0.14}, {"jaw": 0.5, "lower": 0.25}, 0.08, 0.04),
    "l": Viseme({"jaw": 0.24, "lower": 0.12}, {"jaw": 0.5, "lower": 0.2}, 0.08, 0.04),
    "s": Viseme({"jaw": 0.06, "stretch": 0.18, "upper": 0.12, "lower": 0.24}, {"jaw": 1.0, "lower": 0.6}, 0.22, 0.042),
    "sh": Viseme(
        {"jaw": 0.09, "funnel": 0.55, "pucker": 0.26, "upper": 0.14, "lower": 0.16},
        {"jaw": 0.9, "funnel": 0.9, "pucker": 0.7}, 0.4, 0.05,
    ),
    "k": Viseme({"jaw": 0.20, "lower": 0.08}, {"jaw": 0.3}, 0.05, 0.04),
    "r": Viseme({"jaw": 0.15, "funnel": 0.38, "pucker": 0.28}, {"funnel": 0.7, "pucker": 0.7, "jaw": 0.5}, 0.25, 0.045),
    "w": Viseme({"jaw": 0.09, "funnel": 0.16, "pucker": 0.86}, {"pucker": 1.2, "funnel": 1.0, "jaw": 0.7}, 0.5, 0.06),
    "j": Viseme({"jaw": 0.14, "stretch": 0.28, "smile": 0.16, "lower": 0.14}, {"jaw": 0.5}, 0.25, 0.045),
    "h": Viseme({"jaw": 0.22}, {"jaw": 0.15}, 0.02, 0.04),
}  # fmt: skip

# IPA as eSpeak NG writes English and Spanish, and its nearest neighbours.
PHONES: Mapping[str, str] = {
    **dict.fromkeys("aɑɐɶ", "aa"), **dict.fromkeys("æ", "ae"), **dict.fromkeys("ʌɞ", "ah"),
    **dict.fromkeys("əɘɤ", "schwa"), **dict.fromkeys("eɛœ", "eh"), **dict.fromkeys("ɪɨᵻɯ", "ih"), "i": "ee",
    **dict.fromkeys("ɔɒ", "aw"), "o": "oh", **dict.fromkeys("uʉ", "oo"), **dict.fromkeys("ʊɵᵿ", "uh"),
    **dict.fromkeys("yʏø", "ue"), **dict.fromkeys("ɚɝɜ", "er"),
    **dict.fromkeys("pbmɓʙ", "p"), **dict.fromkeys("fvɱʋ", "f"), **dict.fromkeys("ɸβ", "bh"),
    **dict.fromkeys("θð", "th"), **dict.fromkeys("tdnɾrʈɖɳɗ", "t"), **dict.fromkeys("lɫɭʎɬ", "l"),
    **dict.fromkeys("szɕʑ", "s"), **dict.fromkeys("ʃʒʂʐ", "sh"), **dict.fromkeys("tʃ dʒ tɕ dʑ".split(), "sh"),
    **dict.fromkeys(("ts", "dz"), "s"), **dict.fromkeys("kɡgŋxɣqɢɴχʁcɟɲçʝʔ", "k"),
    **dict.fromkeys("ɹɻɚ", "r"), **dict.fromkeys("wʍɥɰ", "w"), "j": "j", **dict.fromkeys("hɦħʕ", "h"),
    "ɚ": "er",
}  # fmt: skip


@lru_cache(maxsize=1024)
def visemes(phone: str) -> tuple[tuple[str, float], ...]:
    """The visemes of one phone in order, each with its share of the phone's time.

    Stress, length, tie bars and other diacritics are dropped; a diphthong is its two vowels at 3:2. A symbol that is
    not in `PHONES` is `schwa`, the neutral open vowel, when it is an IPA vowel and otherwise `k`, the consonant that
    leaves the lips to its neighbours. What holds no letter at all (a pause) is `rest`.
    """
    if phone.strip().lower() in SILENCES:
        return (("rest", 1.0),)
    plain = unicodedata.normalize("NFD", phone.replace("ç", "ç"))
    letters = "".join(c for c in plain if c in PHONES or unicodedata.category(c) in {"Ll", "Lu", "Lo"})
    if letters in PHONES:
        return ((PHONES[letters], 1.0),)
    names = [PHONES.get(c, "schwa" if c in VOWELS else "k") for c in letters]
    if not names:
        return (("rest", 1.0),)
    if len(names) == 2 and all(c in VOWELS for c in letters):
        return ((names[0], 0.6), (names[1], 0.4))
    return tuple((name, 1.0 / len(names)) for name in names)


def silent(phone: str) -> bool:
    """Whether a phone is a pause."""
    return all(name == "rest" for name, _ in visemes(phone))


@lru_cache(maxsize=1024)
def accent(phone: str) -> float | None:
    """How far a vowel is marked as stressed: 1 primary, 0.5 secondary, 0 not; None for what holds no vowel.

    Diphthongs and rhotics are vowels, syllabic consonants are not.
    """
    if not any(c in VOWELS for c in phone):
        return None
    return 1.0 if "ˈ" in phone or "'" in phone else 0.5 if "ˌ" in phone else 0.0
