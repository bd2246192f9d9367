"""`manner`: how something was said: its politeness and the dialogue act, as cues in 0..1."""

from __future__ import annotations

import re
from functools import cache

from dialogue.act import act, asks
from dialogue.text import words

# Strategies of Danescu-Niculescu-Mizil et al., "A computational approach to politeness with application to social
# factors" (ACL 2013), with the sign and the rough size of their effect there.
_STRATEGIES: tuple[tuple[str, float], ...] = (
    (r"\b(?:thanks?|thank you|appreciate|grateful|cheers)\b", 0.9),
    (r"\b(?:great|nice|wonderful|good|excellent) (?:job|work|idea|question|point)\b", 0.8),
    (r"\b(?:sorry|excuse me|apologi[sz]e|forgive me|pardon)\b", 0.4),
    (r"(?<!^)\bplease\b", 0.5),
    (r"^please\b", -0.3),
    (r"\b(?:could|would) you\b", 0.5),
    (r"\b(?:can|will) you\b", 0.15),
    (r"\b(?:by the way|if you don't mind|if possible|would you mind)\b", 0.4),
    (r"^(?:hi|hello|hey|good (?:morning|afternoon|evening))\b", 0.4),
    (r"\b(?:i think|i guess|maybe|perhaps|i suppose|it seems)\b", 0.15),
    (r"^(?:why|what|who|how|where)\b.*\byou\b", -0.3),
    (r"^(?:so|then|and|but|or)\b", -0.15),
    (r"^(?:you|your|you're)\b", -0.2),
    (r"\b(?:really|actually|honestly|in fact)\b", -0.1),
    (r"\b(?:shut up|stupid|idiot|moron|fuck\w*|bullshit|asshole|bitch|dumb|pathetic|screw you|go away|liar)\b", -1.2),
)
PLAIN = 0.5
"""Politeness of words that are neither polite nor rude."""


def manner(text: str) -> dict[str, float]:
    """`politeness` (0 rude, 0.5 plain, 1 polite), `question` and the act's name with 1; empty for no words at all."""
    said = " ".join(words(text))
    doing = act(text)
    if not said:
        return {f"act_{doing}": 1.0}
    score = sum(weight for pattern, weight in _patterns() if pattern.search(said))
    politeness = min(1.0, max(0.0, PLAIN + 0.4 * score))
    return {"politeness": round(politeness, 3), "question": float(asks(text)), f"act_{doing}": 1.0}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(pattern), weight) for pattern, weight in _STRATEGIES)
