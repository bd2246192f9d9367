"""`reply`: one answer as text, with its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from companion.event import plan_fields
from companion.settings import Settings
from companion.studio import Studio
from companion.supporters import supporter
from companion.types import Clause, Notice, Plan, UserTurn, Words


@dataclass(frozen=True, slots=True)
class Answered:
    """The text of an answer, its plan, and what went wrong on the way."""

    text: str
    plan: Plan
    notices: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"reply": self.text, "plan": plan_fields(self.plan), "notices": list(self.notices)}

    def __str__(self) -> str:
        head = [f"[{notice}]" for notice in self.notices]
        plan = f"({self.plan.stage}, {self.plan.strategy}, risk {self.plan.risk}: {self.plan.reason})"
        return "\n".join([*head, self.text, plan])


async def reply(text: str, settings: Settings, studio: Studio) -> Answered:
    """Answer one sentence. Raises `ValueError` for an empty one."""
    if not text.strip():
        raise ValueError("there is nothing to answer: the text is empty")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("the text cannot be read: it holds bytes that are no UTF-8")
    reader = studio.engine("feeling", settings)
    answering = supporter(studio, settings)
    turn = UserTurn(1, Words(text.strip(), 0.0, 0.0, final=True), reader.read(text).affect, 0.0, 0.0)
    plan: Plan | None = None
    clauses, notices = [], []
    async for item in answering.reply(turn, []):
        match item:
            case Plan():
                plan = item
            case Clause(text=said):
                clauses.append(said)
            case Notice(message=message):
                notices.append(message)
    if plan is None:
        raise RuntimeError("the supporter answered without a plan")
    return Answered(" ".join(clauses), plan, tuple(notices))
