"""`Supporter`: answers one turn with a plan and clauses that are safe to speak."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime

from companion.engines import LanguageModel, TextReader
from companion.types import Affect, Clause, Message, Notice, Plan, Risk, UserTurn
from dialogue.bank import bank, choose
from dialogue.bearing import Bearing
from dialogue.correcting import correction
from dialogue.crisis import Crisis, crisis, crisis_reply
from dialogue.danger import danger
from dialogue.distress import weighed
from dialogue.felt import NAMED, NEGATIVE
from dialogue.guard import guarded
from dialogue.help_lines import help_line
from dialogue.keeper import Keeper
from dialogue.orientation import orientation
from dialogue.persona import FIRST, Persona, persona
from dialogue.planner import Planner
from dialogue.prompt import Occasion, Prompter
from dialogue.safety import Danger
from dialogue.scripted import Scripted
from dialogue.strategist import Parts, Strategist
from dialogue.talk import Talk
from dialogue.understanding import understand
from dialogue.watch import Sign, Watch
from dialogue.wording import Draft, Wording

UNWORDED = frozenset({"silence", "unclear", "foreign", "override"})
"""Acts that are answered by fixed words: no model is shown them."""
GRAVE = frozenset({"bereavement", "illness_family", "pet", "bullying", "cheating", "job_loss"})
"""Situations in which nobody's grammar is corrected."""
HARMFUL = frozenset(
    {
        "encourages harm", "gives a diagnosis", "gives a dose or treatment", "fosters dependence", "belittles them",
        "turns them against the people around them", "flirts",
    }
)  # fmt: skip
"""Rules of the guard that a corrected sentence must not break either. It is the user's own: "I went to the cinema" in
it claims nothing of the companion.
"""
UNCLEAR = 0.4
"""Below this confidence the words are not answered: it says kindly that it did not catch them."""
UNSURE = 0.72
"""Below this confidence no word of the user is given back: pocketsphinx, sure to 0.7, still mishears words."""


@dataclass(frozen=True, slots=True)
class Approach:
    """How a supporter goes about it.

    `country` (ISO 3166) chooses the help lines, `parts` which of the strategist's parts are asked, `prompter` what a
    language model is told; the same `seed` gives the same words. `persona` is who it is; `now` tells the local time.
    """

    country: str = ""
    seed: int = 0
    parts: Parts = field(default_factory=Parts)
    prompter: Prompter = field(default_factory=Prompter)
    persona: Persona = field(default_factory=lambda: persona(FIRST))
    now: Callable[[], datetime] = datetime.now


class Supporter:
    """Plans each reply, lets the language model word it, and looks at every clause before it leaves."""

    def __init__(
        self, model: LanguageModel, fallback: LanguageModel, reader: TextReader, approach: Approach | None = None
    ) -> None:
        """`fallback` words what `model` fails at; `reader` tells what words feel like. Raises `WeightsError`."""
        approach = approach or Approach()
        self._wording, self._reader = Wording(model, fallback), reader
        self._line = help_line(approach.country)
        self._seed = approach.seed
        self._prompter = approach.prompter
        self._persona, self._now = approach.persona, approach.now
        self._fixed = Scripted(approach.seed, approach.persona)
        self._planner = Planner(Strategist(parts=approach.parts), Bearing(approach.persona.temperament))
        self._watch = Watch()
        self.keeper = Keeper()
        """Who remembers; one that keeps nothing, until another is put here."""
        # The tables are read now, so that the first reply does not wait for them.
        danger("")
        understand("I lost my keys")
        bank()

    async def reply(
        self, turn: UserTurn, history: Sequence[Message], interrupted: bool = False
    ) -> AsyncGenerator[Plan | Clause | Notice, None]:
        """First the plan, then clauses as soon as each is speakable.

        A `Notice` says when something failed and what happens instead. `history` holds what was really heard.
        """
        talk = self._talk(turn, history)
        sign = self._watch.note(turn)
        reading = self._reader.read(talk.now.text, history)
        found = weighed(danger(turn.words.text), turn.parts)
        stage = crisis(talk, found, history)
        if stage is not None:
            found = replace(found, risk=_risk(stage))
        planned = self._planner.plan(turn, talk, reading, found, history)
        told, reason = self._asked_after(talk, found)
        if told:
            yield replace(planned, reason=reason)
            yield Clause(turn.turn, told, planned.target)
            self._watch.unsaid(sign)
            for notice in self._heard(turn, planned, history):
                yield notice
            return
        yield planned
        known = self.keeper.recalled(turn.words.text)
        # Asked for before this message is heard: a worry told once more would count as told just now.
        reminder = self._remembered(talk, planned)
        for notice in self._heard(turn, planned, history):
            yield notice
        if stage is not None or talk.now.act in UNWORDED:
            for text in self._fixed_answer(stage, talk, planned, turn.turn):
                yield Clause(turn.turn, text, planned.target, stage.language if stage else _spoken(talk.language))
            self._watch.unsaid(sign)
            return
        notes = _notes(interrupted, known, sign)
        recast = self._recast(talk, planned)
        if opening := recast or reminder:
            yield Clause(turn.turn, opening, planned.target)
            notes.append(f'You have just said: "{opening}" Go on from there, without repeating it.')
        planned = replace(planned, cause="" if recast else planned.cause)  # what was wrong is not said back
        occasion = Occasion(talk.now.text, history, planned, turn.affect, turn.parts, reading, notes, talk.language)
        async with aclosing(self._worded(turn.turn, occasion, talk)) as items:
            async for item in items:
                yield item
        if sign is not None:
            yield self._reminder(turn.turn, sign, talk, planned)

    def greeting(self, turn: int) -> Clause:
        """The first hello; to somebody who is remembered, one that shows it."""
        rng = random.Random(f"{self._seed} hello {turn}")
        own = list(self._persona.hello) or bank().lines("others", "hello")
        opener = self.keeper.opener()
        text = choose(rng, own, {}, ()) if not opener or guarded(opener).rule else opener
        return Clause(turn, text, Affect.of("happy", 0.5))

    def apology(self, turn: int) -> Clause:
        """What to say when an answer failed."""
        rng = random.Random(f"{self._seed} sorry {turn}")
        return Clause(turn, choose(rng, bank().lines("others", "apology"), {}, ()), Affect.of("sad", 0.2))

    def reset(self) -> None:
        """Forget the person: the readings of their messages, and what is remembered of them.

        The history itself is its owner's to clear. Raises `MemoryUnusableError` when the memory cannot be removed.
        """
        understand.cache_clear()
        danger.cache_clear()
        self._planner.reset()
        self._watch = Watch()
        self._wording.reset()
        self.keeper.forget()

    def _talk(self, turn: UserTurn, history: Sequence[Message]) -> Talk:
        talk = replace(Talk.of(turn.words.text, history), sure=turn.words.confidence >= UNSURE)
        now = talk.now
        if turn.words.confidence < UNCLEAR and now.act != "silence":
            now = replace(now, act="unclear", clause="", phrase="", person="", topic="", situation="", word="")
        elif turn.words.confidence < UNSURE:
            now = replace(now, clause="", phrase="", person="", topic="")
        return replace(talk, now=now)

    async def _worded(self, turn: int, occasion: Occasion, talk: Talk) -> AsyncGenerator[Plan | Clause | Notice, None]:
        draft = Draft(turn, occasion.plan, occasion.text, talk.used(), _spoken(talk.language))
        async with aclosing(self._wording.worded(self._prompter.messages(occasion), draft)) as items:
            async for item in items:
                if isinstance(item, Clause) and draft.count == 1:
                    self._planner.answered(item.text, draft.plan)
                yield item
        if draft.broken:
            yield self._closing(turn, draft)

    def _asked_after(self, talk: Talk, found: Danger) -> tuple[str, str]:
        """What is known for sure and was asked for, with the reason: the day or time (from a persona that tells it),
        or what is remembered.
        """
        if talk.language != "en" or found.risk not in {Risk.NONE, Risk.WATCH}:
            return "", ""
        if "orients" in self._persona.skills and (told := orientation(talk.now.text, self._now())):
            return told, "They asked what day or time it is, so it tells them."
        told = self.keeper.told_back(talk.now.text)
        return ("" if guarded(told).rule else told), "They asked what it remembers of them, so it tells them."

    def _recast(self, talk: Talk, planned: Plan) -> str:
        """One gentle correction, from a persona that practises English; never where a feeling or danger comes first."""
        upset = planned.emotion in NEGATIVE and planned.certainty >= NAMED
        if "corrects" not in self._persona.skills or talk.language != "en" or not talk.sure:
            return ""
        if planned.risk is not Risk.NONE or upset or talk.situation in GRAVE:
            return ""
        found = correction(talk.now.text)
        return found.line if found and guarded(found.line).rule not in HARMFUL else ""

    def _remembered(self, talk: Talk, planned: Plan) -> str:
        """That they told of this before. A model is told what they told; the built-in supporter says it itself."""
        apt = talk.now.act == "tell" and talk.language == "en" and planned.risk is Risk.NONE
        line = self.keeper.reminder(talk.now.text) if apt and self._wording.built_in else ""
        return "" if guarded(line).rule else line  # it holds the user's own words

    def _heard(self, turn: UserTurn, planned: Plan, history: Sequence[Message]) -> list[Notice]:
        """Have the turn remembered, and say what went wrong with that."""
        self.keeper.hear(turn, planned, history)
        return list(self.keeper.notices())

    def _closing(self, turn: int, draft: Draft) -> Clause:
        rng = random.Random(f"{self._seed} close {turn}")
        lines = bank(draft.language or "en").lines("others", "closing")
        return Clause(turn, choose(rng, lines, {}, ()), draft.plan.target, draft.language)

    def _reminder(self, turn: int, sign: Sign, talk: Talk, planned: Plan) -> Clause:
        """That a person could help, or that a break would do good; said after the reply, whoever worded it."""
        rng = random.Random(f"{self._seed} {sign} {turn}")
        tongue = _spoken(talk.language)
        line = self._line.written if tongue else self._line.line
        lines, slots = bank(talk.language).lines("others", sign.value), {"line": line}
        text = choose(rng, lines, slots, talk.used()) or choose(rng, lines, slots, ())
        return Clause(turn, text, planned.target, tongue)

    def _fixed_answer(self, stage: Crisis | None, talk: Talk, planned: Plan, turn: int) -> list[str]:
        """What no model has a part in: the crisis path and the acts of `UNWORDED`."""
        if stage is None:
            return [self._fixed.answer(talk, planned)]
        return crisis_reply(stage, talk, self._line, random.Random(f"{self._seed} {turn}"))


def _spoken(language: str) -> str:
    """The language of a clause, as far as it is not the voice's own."""
    return "" if language == "en" else language


def _notes(interrupted: bool, known: Sequence[str], sign: Sign | None) -> list[str]:
    """What a model is told of this turn beside the plan."""
    notes = []
    if interrupted:
        notes.append("They just spoke over the end of your last reply: be brief and let them lead.")
    if known:
        notes.append("They told you earlier (take it up only where it helps): " + " ".join(known))
    if sign is Sign.WORSE:
        notes.append("They feel worse from turn to turn: do not dig, comfort, and point to a person near them.")
    return notes


def _risk(found: Crisis) -> Risk:
    return Risk.CONCERN if found.group in {"concern", "past", "cleared"} else Risk.CRISIS
