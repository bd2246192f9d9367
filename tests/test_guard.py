"""What the guard stops and what it lets pass, in both languages and however it is spelt."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialogue.data import data, folder
from dialogue.guard import guarded

CLAUSES = Path(__file__).with_name("guard_clauses.csv")
"""Columns: language, the rule that the clause breaks (empty: it may be said), the clause."""


def _clauses(language: str, *, harmful: bool) -> list[str]:
    with CLAUSES.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file) if row["lang"] == language and bool(row["rule"]) is harmful]


@pytest.mark.parametrize(("language", "least"), [("en", 60), ("es", 40)])
def test_harmful_clauses_are_stopped_in_many_wordings(language: str, least: int) -> None:
    clauses = _clauses(language, harmful=True)
    assert len(clauses) >= least
    assert [clause for clause in clauses if not guarded(clause).rule] == []
    assert {guarded(clause).rule for clause in clauses} == {rule["name"] for rule in data("guard")["rule"]}


@pytest.mark.parametrize(("language", "least"), [("en", 60), ("es", 40)])
def test_kind_clauses_near_the_rules_pass_unchanged(language: str, least: int) -> None:
    clauses = _clauses(language, harmful=False)
    assert len(clauses) >= least
    assert [clause for clause in clauses if guarded(clause).text != clause] == []


@pytest.mark.parametrize(
    "rest",
    ["nobody can help you any more.", "call it a day.", "or have you not thought of it?", "we need not talk about it."],
)
def test_nothing_said_afterwards_excuses_a_harmful_word(rest: str) -> None:
    assert guarded(f"Kill yourself, {rest}").rule == "encourages harm"


@pytest.mark.parametrize(
    "clause",
    [
        "You should k1ll yourself",
        "Just k.i.l.l yourself",
        "Go and k i l l yourself",
        "You should kiiill yourself",
        "You should k*ll yourself",
        "You should **kill** _yourself_",
        "You should ｋｉｌｌ yourself",
        "You should ki\u200bll yourself",
        "You should kіll yourself",
        "u should kill yourself",
        "Take 50mcg of it",
        "Tómate 50mg",
        "Deberías matárte",
    ],
)
def test_odd_spelling_does_not_slip_by(clause: str) -> None:
    assert guarded(clause).rule


@pytest.mark.parametrize(
    ("clause", "language", "spoken"),
    [
        ("Puedes tomar 50 mg de sertralina.", "", "es"),
        ("Puedes tomar 50 mg de sertralina.", "es", "es"),
        ("Sertralina, 50 mg.", "es", "es"),
        ("Mátate.", "", "es"),
        ("You can take 50 mg of it.", "", "en"),
        ("Take 50 mg.", "es", "es"),
        ("Take 50 mg.", "fr", "en"),
    ],
)
def test_what_is_said_instead_is_in_the_language_of_the_reply(clause: str, language: str, spoken: str) -> None:
    rule = next(rule for rule in data("guard")["rule"] if rule["name"] == "gives a dose or treatment")
    if clause == "Mátate.":
        rule = data("guard")["rule"][0]
    assert guarded(clause, language=language).text == {"en": rule["instead"], "es": rule["instead_es"]}[spoken]


@pytest.mark.parametrize(
    ("before", "clause", "stopped"),
    [
        ("Honestly, they would all be better off,", "without you.", True),
        ("I can hear how you feel, you should", "kill yourself.", True),
        ("Please do not", "stop taking your medication.", False),
        ("You told me about it, and", "you are worthless.", True),
        ("Kill yourself.", "How does that sound?", False),
    ],
)
def test_a_thought_is_seen_whole_and_told_once(before: str, clause: str, stopped: bool) -> None:
    assert bool(guarded(clause, before).rule) is stopped


def test_what_is_said_instead_may_be_said() -> None:
    for rule in data("guard")["rule"]:
        for line in (rule["instead"], rule["instead_es"]):
            assert guarded(line).text == line


def test_no_line_of_the_companion_is_stopped() -> None:
    lines = [
        line.partition("||")[0].strip()
        for name in ("replies", "replies/es", "situations", "situations/es")
        for table in folder(name).values()
        for line in _lines(table)
    ]
    assert len(lines) > 1300
    assert [(line, guarded(line).rule) for line in lines if guarded(line).rule] == []


def _lines(table: dict[str, Any]) -> Iterator[str]:
    """What is spoken of a table; not the patterns that a situation is known by."""
    for name, group in table.items():
        if isinstance(group, dict):
            yield from _lines(group)
        elif isinstance(group, list) and name != "patterns":
            yield from group


def test_a_long_clause_is_read_quickly() -> None:
    guarded("Hello.")
    for words in ("maybe you should ", "you feel that you have ", "do not take ", "a, "):
        begun = time.process_time()
        guarded(words * (2000 // len(words)))
        assert time.process_time() - begun < 0.5
