"""`Saved`: a saved support dialogue, answered turn by turn by the companion beside its human supporter."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion.engines import TextReader
from companion.event import plan_fields
from companion.labelled import DataError
from companion.types import Message
from dialogue.esconv import folded
from dialogue.rehearsals import Played, answered, renew
from dialogue.supporter import Supporter

_OWN = frozenset("usr user seeker speaker me person help-seeker".split())
_OTHER = frozenset("sys system supporter listener assistant companion counselor therapist bot".split())
_LINE = re.compile(r"^\s*([A-Za-z-]+)\s*:\s*(.*)$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a saved dialogue; `strategy` as the file tells it, for a supporter's."""

    own: bool
    text: str
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the companion would have said to one turn of the person, and what the human supporter did say."""

    played: Played
    human: str
    human_strategy: str

    @property
    def agrees(self) -> bool | None:
        """Whether both strategies are one, as far as the file's labels tell; None where it tells none that is known."""
        human = folded(self.human_strategy)
        return None if human < 0 else folded(self.played.plan.strategy) == human

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "user": self.played.line,
            "human": {"text": self.human, "strategy": self.human_strategy},
            "companion": {"text": self.played.reply, "plan": plan_fields(self.played.plan)},
            "agrees": self.agrees,
            "notices": list(self.played.notices),
        }

    def __str__(self) -> str:
        plan = self.played.plan
        human = f"{self.human}  ({self.human_strategy})" if self.human_strategy else self.human
        return "\n".join(
            [
                f"user:      {self.played.line}",
                f"human:     {human or '-'}",
                f"companion: {self.played.reply}  ({plan.strategy}; {plan.stage}, {plan.emotion}, risk {plan.risk})",
                f"           {plan.reason}",
            ]
        )


def read_saved(path: Path) -> tuple[tuple[Line, ...], ...]:
    """The dialogues of a file: ESConv's JSON or JSON lines, ESCoT's JSON, or text with `user:` and `supporter:` lines.

    Lines of one speaker that follow one another are one. Raises `DataError` with one clear line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"no file at {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    if not text.strip():
        raise DataError(f"{path} is empty")
    if text.lstrip()[0] in "[{":
        found = [_dialogue(row, f"{path}, dialogue {number}") for number, row in enumerate(_rows(text, path), start=1)]
    else:
        found = [_spoken(text, path)]
    joined = tuple(_joined(lines) for lines in found)
    if not any(line.own and line.text for dialogue in joined for line in dialogue):
        raise DataError(f"{path} holds no line of the person that could be answered")
    return joined


async def answer(dialogue: Sequence[Line], supporter: Supporter, reader: TextReader) -> list[Answer]:
    """Every turn of the person answered; what was heard before is the saved dialogue, not the companion's answers."""
    renew(supporter)
    history: list[Message] = []
    found: list[Answer] = []
    for at, line in enumerate(dialogue):
        if line.own:
            played = await answered(len(found) + 1, line.text, history, (supporter, reader))
            after = dialogue[at + 1] if at + 1 < len(dialogue) else Line(False, "")
            found.append(Answer(played, after.text, after.strategy))
        history.append(Message("user" if line.own else "assistant", line.text))
    return found


def _rows(text: str, path: Path) -> list[Any]:
    """The rows of JSON, or of JSON lines."""
    try:
        table = json.loads(text)
        return table if isinstance(table, list) and table else [table]
    except json.JSONDecodeError as whole:
        lines = [line for line in text.split("\n") if line.strip()]
        rows = []
        for number, line in enumerate(lines, start=1):
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError as error:
                # A single value over several lines is wrong as a whole.
                message = error.msg if number > 1 else whole.msg
                raise DataError(f"{path}, line {number if number > 1 else whole.lineno}: {message}") from None
        return rows
    except RecursionError:
        raise DataError(f"{path} holds no dialogue") from None


def _dialogue(row: Any, place: str) -> list[Line]:  # noqa: ANN401 - any JSON
    if isinstance(row, dict) and isinstance(row.get("original_data"), dict):
        row = row["original_data"]
    turns = row.get("dialog") if isinstance(row, dict) else None
    if not isinstance(turns, list) or not turns:
        raise DataError(f"{place}: not a dialogue; it needs a list 'dialog'")
    return [_turn(turn, f"{place}, turn {at}") for at, turn in enumerate(turns, start=1)]


def _turn(turn: Any, place: str) -> Line:  # noqa: ANN401 - any JSON
    if not isinstance(turn, dict):
        raise DataError(f"{place}: not a turn with 'speaker' and 'text'")
    speaker, text = str(turn.get("speaker", "")).strip().lower(), turn.get("text", turn.get("content"))
    if speaker not in _OWN | _OTHER:
        raise DataError(f"{place}: the speaker {speaker!r} is neither a user nor a supporter")
    if not isinstance(text, str):
        raise DataError(f"{place}: the text is no text")
    notes = turn.get("annotation")
    strategy = turn.get("strategy") or (notes.get("strategy") if isinstance(notes, dict) else "") or ""
    return Line(speaker in _OWN, text.strip(), str(strategy) if speaker in _OTHER else "")


def _spoken(text: str, path: Path) -> list[Line]:
    """A text in which each line names who speaks; one that names nobody goes on with the line before."""
    found: list[Line] = []
    for number, row in enumerate(text.split("\n"), start=1):
        match = _LINE.match(row)
        speaker = match[1].lower() if match else ""
        if match and speaker in _OWN | _OTHER:
            found.append(Line(speaker in _OWN, match[2].strip()))
        elif row.strip() and found:
            found[-1] = Line(found[-1].own, f"{found[-1].text} {row.strip()}")
        elif row.strip():
            raise DataError(f"{path}, line {number}: it must begin with 'user:' or 'supporter:'")
    return found


def _joined(lines: Sequence[Line]) -> tuple[Line, ...]:
    found: list[Line] = []
    for line in lines:
        if not line.text:
            continue
        if found and found[-1].own is line.own:
            last = found[-1]
            found[-1] = Line(last.own, f"{last.text} {line.text}", line.strategy or last.strategy)
        else:
            found.append(line)
    return tuple(found)
