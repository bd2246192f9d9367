"""`prompt`: the messages a language model gets: who it is, how to answer this turn, and what was heard so far."""

from __future__ import annotations

from collections.abc import Sequence

from companion.types import STRATEGIES, Message, Plan, Risk

_CHARACTER = (
    "You are the companion: a computer program with a face and a voice that listens to people who may be in distress. "
    "You speak with them aloud, in plain, warm, everyday English. You are not a person, a therapist or a doctor, and "
    "you say so when asked.\n"
    "How you answer:\n"
    "- One to three short sentences, 6 to 35 words in all, as people speak. No lists, headings, emoji, stage "
    "directions or names before your lines.\n"
    "- Take up what the person really said before anything else. Name feelings tentatively. Never tell them how they "
    "feel or that they should not feel it.\n"
    "- At most one question, and an open one. None if they asked you to stop asking.\n"
    "- Ideas are small, safe and concrete, and offered, not prescribed.\n"
    "- Never diagnose, never name a medicine's dose, never promise how things will end, never invent facts or a life "
    "of your own, never advise against people or professionals who could help.\n"
    "- If you do not know, say so. Do not repeat what you said before."
)
_HOW = {
    "Question": "ask one open question", "Restatement or Paraphrasing": "say back in your words what they told",
    "Reflection of feelings": "name the feeling you hear, tentatively",
    "Self-disclosure": "say honestly, as a program, how their words come across",
    "Affirmation and Reassurance": "point to something true that is good or strong in them",
    "Providing Suggestions": "offer one small concrete step, with permission",
    "Information": "give one plain useful fact",
    "Others": "simply be present",
}  # fmt: skip
MAX_HISTORY = 48
"""Lines of the dialogue a model sees: 20 turns and some, so that nothing said in them is said again."""


def prompt(text: str, history: Sequence[Message], plan: Plan, notes: Sequence[str] = ()) -> list[Message]:
    """A system message with the plan for this turn, the last lines that were heard, and what the user just said."""
    ranked = sorted(range(len(STRATEGIES)), key=lambda index: -plan.strategies[index])[:2]
    moves = " and ".join(_HOW[STRATEGIES[index]] for index in ranked if plan.strategies[index] > 0.15)
    turn = [f"For this turn: {moves}.", f"Stage of the conversation: {plan.stage}.", f"They seem: {plan.emotion}."]
    if plan.cause:
        turn.append(f'What matters in their words: "{plan.cause}".')
    if plan.risk is not Risk.NONE:
        turn.append("They may be struggling hard: be gentle, and mention a person they could reach.")
    system = Message("system", "\n".join([_CHARACTER, " ".join(turn), *notes]))
    return [system, *history[-MAX_HISTORY:], Message("user", text)]
