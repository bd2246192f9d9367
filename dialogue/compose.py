"""`compose`: one scripted reply, out of the bank's sentences and the user's own words."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache

from companion.types import Plan, Stage
from dialogue.bank import bank, choose
from dialogue.data import data
from dialogue.felt import NAMED, NEGATIVE, soured
from dialogue.mourned import mourned
from dialogue.persona import Persona
from dialogue.reminiscence import theme
from dialogue.rules import AFFIRM, DISCLOSE, HIDDEN, INFORM, OTHERS, QUESTION, REFLECT, RESTATE, SUGGEST
from dialogue.spanish.tongue import plainly
from dialogue.talk import GLAD, Talk
from dialogue.text import sentences, words
from dialogue.understanding import Understanding, situations, weight

MIN_WORDS = 6
MAX_WORDS = 35
TRIES = 12
OWN_SHARE = 0.6
"""How often a persona's own line is taken where it has one for the moment."""
RECEIVING = (REFLECT, RESTATE, DISCLOSE)
MOVING = (QUESTION, SUGGEST, INFORM, AFFIRM, OTHERS)
CHATTY = frozenset({"tell", "yes", "no", "advice", "dont_know", "tried", "fine", "long", "open_question"})
"""Acts after whose own line the reply goes on with a move of support."""
GRAVE = 2.0
"""Weight of a situation that asks for sympathy first."""
_OF_HIM = re.compile(r"\b(?:he|him|his)\b(?!.*\bshe\b)")
_OF_HER = re.compile(r"\b(?:she|her|hers)\b(?!.*\bhe\b)")
_OF_THEM = re.compile(r"\b(?:they|them|their|we)\b")
_HOW = {"en": r"\bhow\b", "es": r"\b(?:como|que tal)\b"}
"""In a greeting that asks back."""
_TRIED = {
    "en": r"\b(?:tried|(?:won't|doesn't|didn't|wouldn't) (?:work|help))\b",
    "es": r"\b(?:ya lo (?:intente|probe|hice)|no (?:funciona|sirve|ayuda))\b",
}


def compose(talk: Talk, plan: Plan, rng: random.Random, persona: Persona | None = None) -> str:
    """A reply of 6 to 35 words with at most one question and no sentence said before.

    `persona`: whose own lines are preferred. When every fitting sentence was used, it says a sentence of presence,
    and only then one again.
    """
    writer = _Writer(soured(talk, plan.emotion, plan.certainty), plan, rng, persona)
    for _ in range(TRIES):
        text = writer.draft()
        if MIN_WORDS <= len(text.split()) <= MAX_WORDS and text.count("?") <= writer.questions:
            return text
    return writer.presence()


class _Writer:
    def __init__(self, talk: Talk, plan: Plan, rng: random.Random, persona: Persona | None) -> None:
        self.talk, self.plan, self.rng, self.bank = talk, plan, rng, bank(talk.language)
        # Its lines are English ones.
        self.persona = persona if talk.language == "en" else None
        self.used = set(talk.used())
        self.slots = _slots(talk, plan)
        self.said = _plain(talk.now)
        self.all_said = " ".join([*(_plain(each) for each in talk.before[-4:]), self.said])
        self.negative = plan.emotion in NEGATIVE or (
            plan.emotion == "neutral" and (bool(talk.situation) or talk.burdened)
        )
        # A glad word in a hard story is answered plainly, neither with pity nor with cheer.
        self.glad = talk.now.shade in GLAD and not talk.now.grave and not self._hard()
        self.negative = self.negative and not self.glad
        self.questions = 0 if talk.unasked else 1
        # Who is told "I hear your anger" and is not angry feels unheard: only a sure reading is named.
        self.emotion = plan.emotion if plan.certainty >= NAMED else ""

    def draft(self) -> str:
        act = self._act()
        own = self._pick(self.bank.lines("acts", act)) if act else ""
        if own and act not in CHATTY:
            return own
        if own:
            return _joined(own, self._closing(own))
        leading = self.plan.strategy
        opener = self._receive(leading if leading in RECEIVING else self._drawn(RECEIVING))
        return _joined(opener, self._closing(opener))

    def _hard(self) -> bool:
        """Whether the plan itself sees a hard feeling."""
        return self.plan.emotion in NEGATIVE

    def _heavy(self) -> bool:
        """Whether what is told is hard, named or not."""
        return self.negative or self._hard()

    def presence(self) -> str:
        """A sentence that only says that it is here, for when nothing else is left."""
        lines = self.bank.lines("others", "presence")
        return self._pick(lines) or choose(self.rng, lines, self.slots, ())

    def _act(self) -> str:
        """The group of `replies/acts.toml` that answers what the user did; empty for the moves of support."""
        talk, act = self.talk, self.talk.now.act
        if talk.accepted:
            return ""  # what they said yes to comes now
        if self.plan.reason.startswith(HIDDEN):
            return "hidden"
        if act in {"yes", "no", "dont_know", "fine", "greeting"}:
            return self._short(act)
        if act == "tell":
            return self._told()
        return "" if act == "advice" else act

    def _told(self) -> str:
        if self.talk.now.long:
            return "long"
        if self.talk.suggested and re.search(_TRIED[self.talk.language], self.said):
            return "tried"
        return "open_question" if self.talk.now.asks else ""

    def _short(self, act: str) -> str:
        talk = self.talk
        if act == "greeting" and re.search(_HOW[self.talk.language], self.said):
            return "greeting_asked"
        if act == "greeting":
            return "greeting" if not talk.before else "greeting_again"
        if act == "fine":
            return "fine" if talk.turns <= 2 else "fine_later"
        if act == "yes":
            return "will_try" if talk.suggested else "yes"
        if act == "no":
            return "no_offer" if talk.offered or talk.suggested else "no"
        return act

    def _closing(self, before: str) -> str:
        room = MAX_WORDS - len(before.split())
        self.used.update(_keys(before))
        if "?" in before:
            return ""
        leading = self.plan.strategy
        move = leading if leading in MOVING else self._drawn(MOVING)
        if self.talk.now.asks and move == SUGGEST and not self._wanted():
            move = AFFIRM
        for name in (move, AFFIRM, OTHERS):
            for _ in range(4):
                line = self._move(name)
                if line and len(line.split()) <= room and not (line.count("?") and self.questions == 0):
                    return line
        return ""

    def _drawn(self, names: tuple[str, ...]) -> str:
        from companion.types import STRATEGIES

        weights = [self.plan.strategies[STRATEGIES.index(name)] + 1e-6 for name in names]
        return self.rng.choices(names, weights)[0]

    def _receive(self, name: str) -> str:
        special = self._grave() or self._recalled()
        if special:
            return special
        bare = not self.talk.now.situation and not self._named()
        if name == RESTATE or (name == REFLECT and bare and (self.talk.now.clause or self.talk.now.topic)):
            line = self._first(
                self.bank.lines("restate", "heavy" if self.talk.now.grave else "plain"),
                self.bank.lines("restate", "topic" if self._heavy() else "plain_topic"),
            )
            if line:
                return line
        if name == DISCLOSE:
            line = self._pick(self.bank.lines("disclose", "heavy" if self.negative else "plain"))
            if line:
                return line
        return self._first(
            self.bank.about(self.talk.situation, "receive") if self.talk.now.situation == self.talk.situation else [],
            self.bank.lines("receive", "word") if self.talk.now.word and self.negative and self._named() else [],
            self.bank.lines("receive", self.talk.now.shade) if self._named() else [],
            self.bank.lines("receive", self.emotion) if self.emotion != "neutral" else [],
            self.bank.lines("receive", "heavy" if self.negative else "plain"),
        )

    def _grave(self) -> str:
        """Sympathy for a loss or another grave matter that has just come up: nothing is given back before it."""
        if self.talk.fresh and weight(self.talk.now.situation) >= GRAVE:
            return self._pick(self.bank.about(self.talk.now.situation, "receive"))
        return ""

    def _recalled(self) -> str:
        """What somebody says who is told of a person that is gone, when nothing hard stands in the message itself."""
        stale = self._stale() and not self.talk.now.grave and not self._named()
        # Of a "she" nothing is said that is true of the one who died when that one is a "he".
        own = {"him": _OF_HIM, "her": _OF_HER}.get(self.slots.get("them", ""), _OF_THEM)
        about = self.talk.language == "en" and own.search(self.said)
        return self._pick(self.bank.about(self.talk.situation, "recall")) if stale and about else ""

    def _move(self, name: str) -> str:
        # In grief what fits the loss is said before what is in a persona's manner.
        own = [] if weight(self.talk.situation) >= GRAVE else self._own(name)
        if own and self.rng.random() < OWN_SHARE and (line := self._pick(own)):
            return line
        emotion, shade = self.emotion, self.talk.now.shade if self._named() else ""
        left = self._stale() and weight(self.talk.situation) < GRAVE and self.rng.random() < 0.6
        about = "" if self.glad or left else self.talk.situation
        if name == QUESTION:
            early = self.plan.stage is Stage.EXPLORATION
            person = self.bank.lines("ask", "person") if self.talk.now.person and self.rng.random() < 0.4 else []
            return self._first(
                self.bank.about(about, "ask"), person, self.bank.lines("ask", emotion) if self.negative else [],
                self.bank.lines("ask", "early" if early else "later"), self.bank.lines("ask", "plain"),
            )  # fmt: skip
        if name == SUGGEST:
            return self._suggest()
        if name == INFORM:
            return self._first(
                self.bank.about(about, "inform"), self.bank.lines("inform", shade, emotion),
                self.bank.lines("inform", "heavy" if self.negative else "plain"),
            )  # fmt: skip
        if name == AFFIRM:
            return self._first(
                self.bank.about(about, "affirm"), self.bank.lines("affirm", shade, emotion),
                self.bank.lines("affirm", "heavy") if self.negative else [],
                self.bank.lines("affirm", "early") if self.talk.turns <= 2 else [],
                self.bank.lines("affirm", "plain"),
            )  # fmt: skip
        return self._pick(self.bank.lines("others", "presence"))

    def _own(self, name: str) -> list[str]:
        """The persona's lines for a move; memories are asked for only where nothing weighs."""
        who = self.persona
        if who is None:
            return []
        shade = self.talk.now.shade if self._named() else ""
        weighs = "heavy" if self._heavy() else "plain"
        if name == QUESTION:
            light = not self._heavy() and not self.talk.burdened
            stage = "early" if self.plan.stage is Stage.EXPLORATION else "later"
            return (light and self._memories(who)) or who.own("ask", shade, self.emotion, stage)
        if name == SUGGEST:
            return who.own("suggest", shade, self.emotion, "any") if self._wanted() else []
        groups = {AFFIRM: (shade, self.emotion, weighs), DISCLOSE: (weighs,), OTHERS: ("presence",)}
        moves = {AFFIRM: "affirm", DISCLOSE: "disclose", OTHERS: "others"}
        return who.own(moves[name], *groups[name]) if name in moves else []

    def _memories(self, who: Persona) -> list[str]:
        """Questions about earlier life: of what the user is telling of while there are any, else of all themes."""
        told = theme([each.text for each in (*self.talk.before, self.talk.now)])
        near = self._pick(who.own("reminisce", told)) if told else ""
        return [near] if near else who.own("reminisce")

    def _named(self) -> bool:
        """Whether the user's own word of feeling may be taken up: it is there, and does not gladden a hard story."""
        shade = self.talk.now.shade
        return bool(shade) and (self.plan.emotion == "happy" if shade in GLAD else self.negative)

    def _stale(self) -> bool:
        """Whether the situation is only carried over from earlier messages."""
        return self.talk.now.situation != self.talk.situation

    def _wanted(self) -> bool:
        """Whether the user asked for an idea."""
        return self.talk.now.act == "advice" or self.talk.accepted

    def _suggest(self) -> str:
        if not self._wanted():
            return self._pick(self.bank.lines("offer", "any"))
        return self._first(
            self.bank.about(self.talk.situation, "suggest"),
            self.bank.lines("suggest", self.talk.now.shade, self.emotion),
            self.bank.lines("suggest", "any"),
        )

    def _first(self, *choices: list[str]) -> str:
        """A line of the first group that still has one."""
        return next((line for group in choices if (line := self._pick(group))), "")

    def _pick(self, lines: list[str]) -> str:
        return choose(self.rng, lines, self.slots, self.used, self.all_said)


def _slots(talk: Talk, plan: Plan) -> Mapping[str, str]:
    """What can be filled in. Nothing of the user's own words when the plan has no cause: they are not sure then."""
    noun = situations(talk.language).get(talk.situation, {}).get("noun", "")
    slots = {
        "noun": str(noun),
        "word": "" if talk.now.word in _harsh() else talk.now.word,
        "person": talk.now.person if plan.cause else "",
    }
    slots["clause"] = talk.now.clause if plan.cause else ""
    slots["topic"] = talk.now.topic if plan.cause else ""
    if talk.language == "en":
        slots |= mourned(each.text for each in (*talk.before, talk.now)).slots
    slots["earlier"] = next((each.clause for each in reversed(talk.before) if each.clause), "")
    return slots


def _plain(message: Understanding) -> str:
    """The words of a message as the patterns of lines are written: lower case, in Spanish without accents."""
    return " ".join(words(message.text) if message.language == "en" else plainly(message.text))


@cache
def _harsh() -> frozenset[str]:
    return frozenset(data("grammar")["harsh"].split())


def _keys(text: str) -> list[str]:
    return [" ".join(words(sentence)) for sentence in sentences(text)]


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
