"""`Advice`: what the strategist says of one exchange, and the parts it says it with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion.types import Affect, Message, Stage

USER, SUPPORTER = "user", "assistant"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A talk up to the moment in which the supporter has to answer.

    `messages` have the roles user and assistant, oldest first. `strategies` name what each assistant message did (of
    `STRATEGIES`; empty where that is not known), `moods` how each user message was felt, as fused from face, voice and
    words. Where there are fewer of either than messages, they belong to the newest ones.
    """

    messages: tuple[Message, ...]
    strategies: tuple[str, ...] = ()
    moods: tuple[Affect, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts of the strategist speak: stages and states, the trained model, lookahead, debiasing."""

    states: bool = True
    model: bool = True
    lookahead: bool = True
    debias: bool = True


@dataclass(frozen=True, slots=True)
class Advice:
    """A mixture over `STRATEGIES` (8, sums to 1), and what it was made of.

    `opinions`: one mixture for each active part, by its name in `Parts`. `mood`: the filtered feeling over `EMOTIONS`.
    `persistent`: the user has felt bad for a while. `outlook`: for each strategy how much the user's valence (-1..1)
    is expected to change over their next two turns. `reason` is one plain sentence. `labels` is the same mixture over
    `dialogue.esconv.LABELS`, which tell greetings apart.
    """

    mixture: tuple[float, ...]
    opinions: Mapping[str, tuple[float, ...]]
    stage: Stage
    mood: tuple[float, ...]
    persistent: bool
    outlook: Mapping[str, float]
    reason: str
    labels: tuple[float, ...]
