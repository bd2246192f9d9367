"""`Transcript`: what both sides said, kept in memory only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from companion.event import affect_fields, plan_fields
from companion.types import Affect, Message, Plan


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance as it was really heard; `cut` when the other side spoke over its end."""

    speaker: str
    text: str
    time: float
    turn: int
    affect: Affect
    cut: bool = False
    plan: Plan | None = None


class Transcript:
    """The conversation so far. Nothing is written to disk unless the person downloads it."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC)
        self._lines: list[Line] = []

    @property
    def lines(self) -> Sequence[Line]:
        """Every line in order."""
        return tuple(self._lines)

    def add(self, line: Line) -> None:
        """Append a line; an empty one is left out."""
        if line.text.strip():
            self._lines.append(line)

    def withdraw(self, turn: int) -> None:
        """Take back the lines of a turn that nobody answered, because it goes on in the next one."""
        self._lines = [line for line in self._lines if line.turn != turn]

    def clear(self) -> None:
        """Forget everything."""
        self._lines.clear()
        self.started = datetime.now(UTC)

    def messages(self, last: int = 48) -> list[Message]:
        """The newest lines as a language model sees them."""
        roles = {"you": "user", "companion": "assistant"}
        return [Message(roles[line.speaker], line.text) for line in self._lines[-last:]]

    def as_text(self) -> str:
        """The conversation to read, one line per utterance."""
        head = f"A conversation with the companion, {self.started:%Y-%m-%d %H:%M} UTC"
        body = [
            f"[{minute:02d}:{second:02d}] {line.speaker}: {line.text}{' --' if line.cut else ''}"
            for line in self._lines
            for minute, second in [divmod(int(line.time), 60)]
        ]
        return "\n".join([head, "", *body, ""])

    def as_dict(self) -> dict[str, Any]:
        """The conversation as JSON, with feelings and plans."""
        return {
            "started": self.started.isoformat(timespec="seconds"),
            "lines": [
                {
                    "speaker": line.speaker,
                    "text": line.text,
                    "time": round(line.time, 3),
                    "turn": line.turn,
                    "cut": line.cut,
                    "affect": affect_fields(line.affect),
                    **({"plan": plan_fields(line.plan)} if line.plan else {}),
                }
                for line in self._lines
            ],
        }
