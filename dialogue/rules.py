"""What a supporter does by rule: stage, mixture of strategies and the reason, by what was said and went before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion.types import STRATEGIES, Affect, Risk, Stage
from dialogue.felt import NEGATIVE, Felt
from dialogue.safety import Danger
from dialogue.talk import GLAD, Talk

QUESTION, RESTATE, REFLECT, DISCLOSE, AFFIRM, SUGGEST, INFORM, OTHERS = STRATEGIES
EXPLORING_TURNS = 2
COMFORTING_TURNS = 4
HIDDEN = "The words sound calm"
"""How the reason begins when face or voice disagree with calm words."""
STAGED = frozenset({"advice", "greeting", "identity", "capability", "good_news", "better", "thanks"})
"""Acts that say by themselves which stage it is."""
HIDDEN_ACTS = frozenset({"fine", "tell", "nothing"})


@dataclass(frozen=True, slots=True)
class Ruling:
    """The stage, the mixture over strategies (not normalised; what is missing is ruled out) and the reason.

    `fixed` says that the act or danger leaves no choice, so that no other part of the planner is asked.
    """

    stage: Stage
    mixture: Mapping[str, float]
    reason: str
    fixed: bool


_NAMES = {
    "neutral": "calm", "happy": "glad", "sad": "sad", "angry": "angry", "fear": "anxious",
    "disgust": "put off", "surprise": "surprised", "contempt": "dismissive",
}  # fmt: skip

# Acts with a fixed kind of answer: mixture and reason.
_ACTS: Mapping[str, tuple[dict[str, float], str]] = {
    "there": ({OTHERS: 1.0}, "They wondered whether it is there, so it says that it is."),
    "greeting": ({OTHERS: 0.7, QUESTION: 0.3}, "They said hello, so it greets them and opens the door."),
    "thanks": ({OTHERS: 0.7, AFFIRM: 0.3}, "They said thanks, so it answers warmly and leaves room for more."),
    "goodbye": ({OTHERS: 0.7, AFFIRM: 0.3}, "They are leaving, so it says goodbye and wishes them well."),
    "identity": ({DISCLOSE: 0.7, OTHERS: 0.3}, "They asked what it is, so it says plainly that it is a program."),
    "privacy": ({INFORM: 0.8, OTHERS: 0.2}, "They asked who hears this, so it says where their words stay."),
    "capability": ({INFORM: 0.7, OTHERS: 0.3}, "They asked what it can do, so it says so, with its limits."),
    "about_you": ({DISCLOSE: 0.8, OTHERS: 0.2}, "They asked about it, so it answers honestly as a program."),
    "love_you": ({DISCLOSE: 0.6, AFFIRM: 0.4}, "They showed it affection, so it answers kindly and honestly."),
    "not_listening": ({OTHERS: 0.6, RESTATE: 0.4}, "They did not feel heard, so it owns that and listens again."),
    "stop_questions": ({OTHERS: 0.7, AFFIRM: 0.3}, "They want no more questions, so it asks none."),
    "no_offer": ({OTHERS: 0.7, REFLECT: 0.3}, "They want no advice, so it gives none and only listens."),
    "hush": ({OTHERS: 0.9, AFFIRM: 0.1}, "They want quiet, so it says little and stays."),
    "insult": ({OTHERS: 0.8, AFFIRM: 0.2}, "They are cross with it, so it stays calm and takes no offence."),
    "medical": ({INFORM: 0.8, AFFIRM: 0.2}, "They asked a medical question, which belongs to a doctor."),
    "legal": (
        {INFORM: 0.8, AFFIRM: 0.2},
        "They asked a legal question, which belongs to a lawyer or an advice centre.",
    ),
    "trick": ({OTHERS: 0.8, QUESTION: 0.2}, "They asked for something it cannot do, so it says so."),
    "foreign": ({OTHERS: 1.0}, "They used another language, and it answers in English and Spanish only."),
    "silence": ({OTHERS: 1.0}, "They said nothing, so it waits with them."),
    "unclear": ({OTHERS: 1.0}, "It did not catch the words well, so it does not pretend that it did."),
    "good_news": ({AFFIRM: 0.7, QUESTION: 0.3}, "They have good news, so it is glad with them."),
    "better": ({AFFIRM: 0.8, OTHERS: 0.2}, "They feel a little better, so it takes that up gently."),
    "advice": ({SUGGEST: 0.6, AFFIRM: 0.25, REFLECT: 0.15}, "They asked for an idea, so it offers one small step."),
    "judged": (
        {AFFIRM: 0.7, DISCLOSE: 0.3},
        "They fear being judged, so it says plainly that it doesn't, and stays with what lies behind it.",
    ),
    "sorry": ({AFFIRM: 0.6, OTHERS: 0.4}, "They apologised, so it takes the weight out of that."),
    "override": (
        {OTHERS: 0.8, QUESTION: 0.2},
        "They asked it to give up its rules, so it says that it won't, and stays friendly.",
    ),
    "resource": (
        {AFFIRM: 0.6, QUESTION: 0.4},
        "They named somebody they could turn to, so it encourages that.",
    ),
    "need_to_talk": (
        {OTHERS: 0.6, QUESTION: 0.4},
        "They need somebody to talk to, so it is there and lets them begin.",
    ),
    "to_a_machine": (
        {AFFIRM: 0.6, DISCLOSE: 0.4},
        "They feel odd talking to a machine, so it takes the shame out of it.",
    ),
    "dont_know": ({AFFIRM: 0.6, QUESTION: 0.4}, "They don't know what to say, so it takes the pressure off."),
    "nothing": ({OTHERS: 0.7, AFFIRM: 0.3}, "They don't want to say more now, and that is respected."),
}


def ruled(talk: Talk, feeling: Felt, danger: Danger, stage: Stage | None = None) -> Ruling:
    """What the rules say of the reply to `talk.now`, in a stage that is known or else by their own count of turns."""
    stage = _stage(talk, feeling) if stage is None or talk.now.act in STAGED or talk.accepted else stage
    mixture, reason, fixed = _mixture(talk, feeling, stage)
    if danger.risk is Risk.CRISIS:
        reason = "What they said may mean danger, so it asks about safety and names people who can help now."
        return Ruling(Stage.COMFORTING, {AFFIRM: 0.4, QUESTION: 0.3, INFORM: 0.3}, reason, True)
    if danger.risk is Risk.CONCERN:
        mixture = {**mixture, AFFIRM: mixture.get(AFFIRM, 0.0) + 0.4}
        reason = "Their words are very heavy, so it stays close, gently asks, and mentions a person they could reach."
    return Ruling(stage, mixture, reason, fixed)


def wanted(feeling: Felt, talk: Talk, danger: Danger) -> Affect:
    """The feeling of the reply: near the user's own in tone, never as strong, always warm."""
    if danger.risk is Risk.CRISIS:
        return Affect.mixture({"sad": 0.3, "happy": 0.05})
    if talk.now.act in {"good_news", "better", "thanks", "greeting"} and not feeling.hidden:
        return Affect.mixture({"happy": 0.7 if talk.now.act == "good_news" else 0.45})
    weight = min(0.5, 0.25 + 0.3 * feeling.strength)
    blends = {
        "happy": {"happy": 0.6}, "surprise": {"happy": 0.3, "surprise": 0.2},
        "sad": {"sad": weight, "happy": 0.1}, "fear": {"sad": 0.6 * weight, "happy": 0.15},
        "angry": {"sad": 0.6 * weight, "happy": 0.1}, "disgust": {"sad": 0.5 * weight, "happy": 0.1},
        "contempt": {"sad": 0.4 * weight, "happy": 0.1},
    }  # fmt: skip
    return Affect.mixture(blends.get(feeling.emotion, {"happy": 0.25}))


def _stage(talk: Talk, feeling: Felt) -> Stage:
    if talk.now.act == "advice" or talk.accepted:
        return Stage.ACTION
    if talk.now.act in {"greeting", "identity", "capability"}:
        return Stage.EXPLORATION
    if talk.now.act in {"good_news", "better", "thanks"}:
        return Stage.COMFORTING if talk.turns < COMFORTING_TURNS else Stage.ACTION
    if talk.turns <= EXPLORING_TURNS or talk.fresh:
        return Stage.EXPLORATION
    if talk.turns <= COMFORTING_TURNS or feeling.strength > 0.85:
        return Stage.COMFORTING
    return Stage.ACTION


def _mixture(talk: Talk, feeling: Felt, stage: Stage) -> tuple[dict[str, float], str, bool]:
    """The mixture of strategies, the reason for it, and whether it leaves no choice."""
    act = talk.now.act
    if feeling.hidden and act in HIDDEN_ACTS:
        reason = f"{HIDDEN}, but face or voice seem {_NAMES[feeling.emotion]}."
        return {REFLECT: 0.6, OTHERS: 0.2, QUESTION: 0.2}, reason, True
    if talk.accepted:
        return {SUGGEST: 0.7, AFFIRM: 0.3}, "They would like an idea, so it offers one small step.", True
    if act in _ACTS:
        mixture, reason = _ACTS[act]
        return dict(mixture), reason, True
    if act == "tell" and feeling.emotion == "happy":
        return {AFFIRM: 0.6, QUESTION: 0.4}, "They sound glad, so it shares that and lets them tell more.", True
    return *_supportive(talk, feeling, stage), False


def _supportive(talk: Talk, feeling: Felt, stage: Stage) -> tuple[dict[str, float], str]:
    """The mixture for somebody who tells of something that troubles them: by stage, tempered by what was just said."""
    mixture = dict(_BY_STAGE[stage])
    reason = _REASONS[stage]
    if feeling.emotion in NEGATIVE:
        reason = f"They seem {_NAMES[feeling.emotion]}. {reason}"
    if feeling.strength > 0.6 and feeling.emotion in NEGATIVE:
        mixture[REFLECT] += 0.2
    if not talk.now.clause and not talk.now.topic:
        mixture.pop(RESTATE, None)
    elif not talk.now.situation and not talk.now.word:
        mixture[RESTATE] += 0.2
    if talk.unasked or talk.asked_in_a_row >= 2 or talk.cut:
        mixture.pop(QUESTION, None)
        mixture[AFFIRM] += 0.3
        reason = "It has asked enough for now, so it stays with what they said."
    elif talk.asked_in_a_row == 1:
        mixture[QUESTION] *= 0.6
    if talk.now.asks:
        mixture[REFLECT] += 0.2
        reason = "They asked something that it cannot know, so it says so and stays with the feeling."
    mixture[SUGGEST] = mixture.get(SUGGEST, 0.0) * _room_for_ideas(talk, feeling)
    if talk.unadvised:
        mixture.pop(INFORM, None)  # a fact worth knowing is heard as advice too
        reason = reason.replace(_REASONS[Stage.ACTION], "They wanted no advice, so it goes on listening.")
    return mixture, reason


def _room_for_ideas(talk: Talk, feeling: Felt) -> float:
    """How much (0..1) a suggestion fits just now: not after one was offered in vain, nor where it would cut off joy."""
    if talk.unadvised:
        return 0.0
    if talk.now.asks or talk.offered_lately or (talk.now.shade in GLAD and feeling.emotion not in NEGATIVE):
        return 0.0
    return 0.3 if talk.suggestions >= 2 or talk.suggested else 1.0


_BY_STAGE: Mapping[Stage, Mapping[str, float]] = {
    Stage.EXPLORATION: {QUESTION: 0.42, REFLECT: 0.28, RESTATE: 0.25, AFFIRM: 0.05},
    Stage.COMFORTING: {REFLECT: 0.25, AFFIRM: 0.3, QUESTION: 0.18, RESTATE: 0.22, DISCLOSE: 0.05},
    Stage.ACTION: {SUGGEST: 0.3, AFFIRM: 0.2, REFLECT: 0.12, QUESTION: 0.15, RESTATE: 0.18, INFORM: 0.05},
}
_REASONS: Mapping[Stage, str] = {
    Stage.EXPLORATION: "It wants to understand what lies behind this before anything else.",
    Stage.COMFORTING: "They have told enough to need comfort more than questions.",
    Stage.ACTION: "They have been heard for a while, so one small step may help now.",
}
