"""`WordsReader`: the trained reader of words: feelings, finer feelings with intensities, cause and manner."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from companion.types import ANCHORS, EMOTIONS, Affect, Message, TextReading
from dialogue.act import FOREIGN
from dialogue.calibration import Dialogue, Posts
from dialogue.causes import BACK as CAUSES_BACK
from dialogue.causes import Candidate, Cause, Causes
from dialogue.events import Event, events
from dialogue.evidence import quoted
from dialogue.exchange import BACK, described
from dialogue.feeling import NEGATIVE, Cue, blend
from dialogue.goemotions import GROUPS, LABELS, POINTS
from dialogue.judgement import Judge, Judgement, stacked
from dialogue.politeness import manner
from dialogue.spanish.feeling import read as read_spanish
from dialogue.spanish.tongue import SPANISH, tongue
from dialogue.tokens import LONGEST_TEXT
from weights.store import Weights, load, read

Floats = NDArray[np.float32]

ALONE = (0.5, 0.5, 1.2)
TALKING = (1.0, 0.0, 0.3)
"""How much the logarithms of the dialogue head and of the posts head count, and, by its confidence, the lexicon where
it knows a negation or a whole phrase: there counting words often goes wrong. Without and with a dialogue before."""
TOLD, TOLD_NEUTRAL = 2.4, 0.1
"""How much the lexicon counts where an event is told that people feel about (`dialogue.events`), and neutral's share
beside what it goes with. The heads have hardly seen such events: posts and a sitcom tell few."""
PLAIN_CUE = 0.6
"""How much the lexicon counts otherwise, for each part of the posts head."""
PHRASE_NEUTRAL = 0.35
"""Share of neutral beside the strongest feeling of a known phrase; single words do not speak for or against neutral."""
FLOOR = 0.02
DENIED = 0.1
"""What is left of the floor of a feeling that is said not to be there ("not sad")."""
SHOWN = 0.12
"""Probability from which a finer feeling is told."""
CLASH = 0.5
"""What is left of the confidence where the words' readers contradict each other, as they do in irony."""
EVEN = 0.4
"""Bright and dark words clash when the lighter side weighs this part of the heavier."""
PHRASE_WORTH = 0.55
"""How sure a known phrase makes at least, by the lexicon's own confidence."""
NEUTRAL_WORTH, FELT_WORTH = 0.15, 0.95
"""How sure words make one that nothing is felt, and that something is: plain words say little of how somebody is."""
SPEAKERS = ("user", "assistant")


class WordsReader:
    """Reads feelings from words and the dialogue before them, trained on posts and dialogues; ships with us."""

    def __init__(self, weights: str = "") -> None:
        """`weights`: the path of a file that `companion train words` wrote; empty: ours.

        Raises `weights.store.WeightsError`.
        """
        held: Weights = read(Path(weights)) if weights else load("words")
        self._judge = Judge(held.arrays)
        self._posts, self._dialogue, self._causes = Posts(held.arrays), Dialogue(held.arrays), Causes(held.arrays)

    def read(self, text: str, context: Sequence[Message] = ()) -> TextReading:
        """Feeling, finer feelings, cause and manner; confidence 0 for silence and for another language than English."""
        text = text[-LONGEST_TEXT:]
        cues = manner(text)
        if not any(c.isalpha() or ord(c) > 0x2000 for c in text):
            return TextReading(Affect.unknown("no words"), cues=cues)
        if tongue(text) == SPANISH:
            return replace(read_spanish(text), cues={})
        if f"act_{FOREIGN}" in cues:
            return TextReading(Affect.unknown("not English"), cues=cues)
        happened = events(text)
        now = _told(self._judge.judge(text), happened)
        before = self._before(context, BACK)
        fine = _befitting(self._posts.probabilities(now.posts[None])[0], happened)
        heard = self._dialogue.probabilities(described(now, before)[None])[0]
        weights = TALKING if before else ALONE
        if happened:
            weights = (*weights[:2], TOLD)
        shares = _pooled(heard, fine[len(LABELS) :], now, weights)
        affect = self._affect(now, shares, fine[: len(LABELS)])
        emotions = {
            name: round(float(p), 3)
            for name, p in sorted(zip(LABELS, fine, strict=False), key=lambda pair: -pair[1])
            if p >= SHOWN and name != "neutral"
        }
        cause = self._cause(text, context, now, before) if affect.dominant != "neutral" else None
        if cause is None:
            return TextReading(affect, emotions, cues=cues)
        return TextReading(affect, emotions, cause.span, cause.back, cues)

    def judge(
        self, texts: Sequence[str], taxonomy: str
    ) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.bool_]]:
        """Names (k,), calibrated probabilities and choices (both n x k) of texts that stand alone.

        `taxonomy`: `original` (GoEmotions' 28 labels) or `ekman` (our seven groups). Raises `ValueError` for another.
        """
        if taxonomy not in {"original", "ekman"}:
            raise ValueError(f"unknown taxonomy {taxonomy!r}; one of: original, ekman")
        fine = taxonomy == "original"
        names, part = (LABELS, slice(0, len(LABELS))) if fine else (GROUPS, slice(len(LABELS), None))
        logits = stacked([self._judge.judge(text) for text in texts], "posts")
        found = self._posts.probabilities(logits)[:, part].astype(np.float64)
        return names, found, found >= self._posts.thresholds[part]

    def causes(self, text: str, context: Sequence[Message] = ()) -> tuple[tuple[Cause, ...], float]:
        """What each utterance is worth as the cause of the feeling in the text, this one first, and the threshold."""
        now, before = self._judge.judge(text), self._before(context, CAUSES_BACK)
        return self._causes.find(self._candidates(text, context, now, before)), self._causes.threshold

    def _before(self, context: Sequence[Message], most: int) -> list[tuple[bool, Judgement]]:
        lines = [message for message in context if message.role in SPEAKERS][-most:]
        return [(message.role == "user", self._judge.judge(message.content)) for message in lines]

    def _candidates(self, text: str, context: Sequence[Message], now: Judgement,
                    before: Sequence[tuple[bool, Judgement]]) -> tuple[Candidate, ...]:  # fmt: skip
        lines = [message for message in context if message.role in SPEAKERS][-len(before) :] if before else []
        earlier = zip(reversed(lines), reversed(before), strict=True)
        return (
            Candidate.of(text, 0, True, now),
            *(Candidate.of(line.content, at, own, each) for at, (line, (own, each)) in enumerate(earlier, start=1)),
        )

    def _cause(self, text: str, context: Sequence[Message], now: Judgement,
               before: Sequence[tuple[bool, Judgement]]) -> Cause | None:  # fmt: skip
        """The likeliest cause among this and the last utterances, if it is likely enough."""
        best = self._causes.likeliest(self._candidates(text, context, now, before))
        return best if best.probability >= self._causes.threshold and best.span else None

    def _affect(self, now: Judgement, shares: Floats, fine: Floats) -> Affect:
        valence, arousal, dominance = _point(shares, fine)
        felt = 1.0 - float(shares[0])
        # The share of known words counts by its root: one unknown name in a sentence takes little away.
        sure = FELT_WORTH * math.sqrt(felt) * float(shares[1:].max()) + NEUTRAL_WORTH * (1 - felt)
        confidence = math.sqrt(now.known) * sure
        if _phrase(now):
            confidence = max(confidence, PHRASE_WORTH * now.lexicon.confidence)
        if _clash(now, shares):
            confidence *= CLASH
        strongest = int(np.argmax(shares[1:])) + 1
        evidence = quoted(now, self._judge.linear, EMOTIONS[strongest]) if felt > 0.3 else ()
        return Affect(
            tuple(float(p) for p in shares), valence, arousal, dominance, round(min(0.95, confidence), 4), evidence
        )


def _told(now: Judgement, happened: Sequence[Event]) -> Judgement:
    """The judgement with the events among the lexicon's cues; they stand for the cues inside their words."""
    if not happened:
        return now
    others = [cue for cue in now.cues if not any(cue.phrase in event.phrase for event in happened)]
    found = (*others, *(event.cue for event in happened))
    return replace(now, cues=found, lexicon=blend(found, exclaimed="!" in now.said))


def _befitting(fine: Floats, happened: Sequence[Event]) -> Floats:
    """The finer feelings without those that go against what happened: "people laugh at me" is not amusement."""
    if not happened:
        return fine
    glad = any(event.feels.get("happy", 0.0) > 0 for event in happened)
    grave = any(event.feels.get("happy", 0.0) == 0 for event in happened)
    kept = [(p[0] <= 0.1 or glad) and (p[0] >= -0.1 or grave) for p in (POINTS[name] for name in LABELS)]
    return np.where(np.append(kept, np.ones(len(GROUPS), bool)), fine, 0).astype(np.float32)


def _pooled(heard: Floats, groups: Floats, now: Judgement, weights: tuple[float, float, float]) -> Floats:
    """The eight shares (8,): a weighted geometric mean of the heads and the lexicon (Genest and Zidek, 1986).

    No corpus at hand labels contempt; where the lexicon hears it, it takes its part from all others.
    """
    order = [GROUPS.index(name) for name in EMOTIONS[:7]]
    posts = groups[order] / groups.sum()
    logs = weights[0] * np.log(np.maximum(heard[order], FLOOR / 4)) + weights[1] * np.log(np.maximum(posts, FLOOR / 4))
    lexicon = np.array(now.lexicon.distribution, np.float32)
    if lexicon[1:7].max() > 0:
        phrase = _phrase(now)
        lexicon[0] = lexicon[1:7].max() * (PHRASE_NEUTRAL if phrase else 1.0)
        if weights[2] == TOLD:
            lexicon[0] = TOLD_NEUTRAL * lexicon[1:7].sum()
        said_not = {name for cue in now.cues if cue.negated for name in cue.feels if name in EMOTIONS[:7]}
        floor = np.array([FLOOR * (DENIED if name in said_not else 1.0) for name in EMOTIONS[:7]], np.float32)
        # The dialogue head knows what single words the lexicon found; in a talk they do not count twice.
        plain = PLAIN_CUE * weights[1]
        weight = (weights[2] if phrase else plain) * now.lexicon.confidence
        logs = logs + weight * np.log(np.maximum(lexicon[:7], floor))
    shares = np.exp(logs - logs.max())
    contempt = float(lexicon[7]) * now.lexicon.confidence
    shares = (1 - contempt) * shares / shares.sum()
    return np.append(shares, np.float32(contempt))


def _point(shares: Floats, fine: Floats) -> tuple[float, float, float]:
    """Valence, arousal and dominance: the mean of the eight's anchors, moved towards the finer feelings' points."""
    anchors = np.array([ANCHORS[name] for name in EMOTIONS])
    points = np.array([POINTS[name] for name in LABELS])
    felt = 1.0 - float(shares[0])
    finer = fine[:-1] @ points[:-1] / max(1e-6, float(fine[:-1].sum()))
    place = np.clip(0.5 * shares @ anchors + 0.5 * felt * finer, -1, 1)
    return float(place[0]), float(place[1]), float(place[2])


def _phrase(now: Judgement) -> bool:
    """Whether the lexicon knows a whole phrase of it, or a negation."""
    return any(cue.negated or " " in cue.phrase for cue in now.cues)


def _clash(now: Judgement, shares: Floats) -> bool:
    """Bright and dark words in one breath and of like weight, or a lexicon that says the opposite of the heads."""
    bright = sum(cue.weight for cue in now.cues if cue.feels.get("happy", 0.0) > 0.5 and not cue.negated)
    dark = sum(cue.weight for cue in now.cues if _dark(cue) and not cue.negated)
    anchors = np.array([ANCHORS[name][0] for name in EMOTIONS])
    apart = now.lexicon.confidence > 0 and now.lexicon.valence * float(shares @ anchors) < -0.05
    return min(bright, dark) > EVEN * max(bright, dark) or apart


def _dark(cue: Cue) -> bool:
    return max(cue.feels.get(name, 0.0) for name in NEGATIVE) > 0.5
