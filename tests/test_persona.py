"""Personas: those that ship are whole and careful; anybody's own file is read, or refused in one clear line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from avatar.cast import character
from dialogue.bank import bank
from dialogue.bearing import Bearing
from dialogue.guard import guarded
from dialogue.persona import FIRST, THEMES, Persona, PersonaError, own_files, persona, personas
from voice.voices import VOICES

GOOD = """
name = "Noor"
summary = "Short and dry."
manner = "You speak little."
boundaries = ["You never tell jokes about people."]

[traits]
extraversion = -0.5

[lines.ask]
early = ["What happened, in a word?"]
"""


def written(folder: Path, text: str, name: str = "noor.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_three_ship_and_one_corrects_and_one_orients() -> None:
    found = personas()
    assert len(found) == 3
    assert found[0].key == FIRST
    assert [sorted(each.skills) for each in sorted(found, key=lambda each: sorted(each.skills))] == [
        [], ["corrects"], ["orients"],
    ]  # fmt: skip


@pytest.mark.parametrize("each", personas(), ids=lambda each: each.key)
def test_each_that_ships_can_be_seen_heard_and_spoken(each: Persona) -> None:
    character(each.avatar)
    assert each.voice in VOICES
    assert len(each.hello) >= 5
    assert len(each.boundaries) >= 3
    letters = "".join(
        yes if value > 0 else no
        for value, yes, no in (
            (each.traits.extraversion, "E", "I"), (each.traits.openness, "N", "S"),
            (each.traits.agreeableness, "F", "T"), (each.traits.conscientiousness, "J", "P"),
        )
    )  # fmt: skip
    assert each.type == letters  # as the two correlate (McCrae and Costa, 1989)


@pytest.mark.parametrize("each", personas(), ids=lambda each: each.key)
def test_no_line_is_too_long_or_asks_twice_or_needs_the_guard(each: Persona) -> None:
    lines = [
        line.partition("||")[0].strip() for line in (*each.hello, *(x for move in each.lines for x in each.own(move)))
    ]
    for line in lines:
        assert 2 <= len(line.split()) <= 28, line
        assert line.count("?") <= 1, line
        assert line[-1] in ".?", line
        assert not guarded(line).rule, line
    assert len(lines) == len(set(lines))


def test_its_own_lines_are_not_the_common_ones() -> None:
    groups = ("early", "later", "plain", "heavy", "any", "sad")
    common = {line for move in ("ask", "affirm", "suggest") for group in groups for line in bank().lines(move, group)}
    for each in personas():
        assert not common & {line for move in each.lines for line in each.own(move)}


def test_the_usual_temperament_is_about_that_of_a_bearing() -> None:
    first = persona(FIRST).temperament
    assert first == pytest.approx((0.25, -0.1, 0.1), abs=0.03)
    # Calmer and less leading for older people, livelier for practice; nobody is gloomy or agitated.
    elder, partner = (next(each for each in personas() if skill in each.skills) for skill in ("orients", "corrects"))
    assert elder.temperament[1] < first[1] < partner.temperament[1] < 0
    assert elder.temperament[2] < 0 < partner.temperament[2]
    assert all(each.temperament[0] > 0.2 for each in personas())
    Bearing(elder.temperament)


def test_earlier_life_is_asked_about_by_theme() -> None:
    elder = next(each for each in personas() if "orients" in each.skills)
    for theme in THEMES:
        assert len(elder.own("reminisce", theme)) >= 6
    assert len(elder.own("reminisce")) == sum(len(elder.own("reminisce", theme)) for theme in THEMES)


def test_a_prompt_is_told_who_speaks_and_what_it_does_not_do() -> None:
    partner = next(each for each in personas() if "corrects" in each.skills)
    assert partner.name in partner.character
    assert all(sentence in partner.character for sentence in partner.boundaries)


def test_own_files_are_found_by_name_and_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, GOOD)
    found = persona(path)
    assert (found.key, found.name, found.own("ask")) == ("noor", "Noor", ["What happened, in a word?"])
    assert persona("noor", tmp_path) == persona(str(path)) == found
    folder = tmp_path / "companion" / "personas"
    folder.mkdir(parents=True)
    written(folder, GOOD, "dry.toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert list(own_files()) == ["dry"]
    assert persona("dry").key == "dry"


def test_a_name_that_ships_is_never_replaced(tmp_path: Path) -> None:
    written(tmp_path, GOOD, f"{FIRST}.toml")
    assert persona(FIRST, tmp_path).name != "Noor"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("manner", "maner"), "unknown key 'maner'; did you mean 'manner'?"),
        (GOOD.replace("extraversion", "extroversion"), "'traits.extroversion'; did you mean 'extraversion'?"),
        (GOOD.replace("[lines.ask]", "[lines.asks]"), "unknown move 'lines.asks'; did you mean 'ask'?"),
        (GOOD.replace("early =", "erly ="), "unknown group 'ask.erly'; did you mean 'early'?"),
        (GOOD.replace("in a word?", "{persn}?"), "{persn}; did you mean 'person'?"),
        (GOOD.replace("in a word?", "then? || (oh"), "is no pattern"),
        (GOOD.replace("in a word?", "{person?"), "a '{' without its other half"),
        (GOOD.replace("in a word?", "person}?"), "a '}' without its other half"),
        (GOOD.replace("in a word?", "{{person}}?"), "a '{' without its other half"),
        (GOOD.replace("[traits]", 'hello = ["Hello {name}."]\n[traits]'), "nothing is put for {name}"),
        (GOOD.replace("[traits]", 'hello = ["Hello {person}."]\n[traits]'), "nothing is put for {person}"),
        (GOOD.replace("[traits]", 'hello = ["Hello {"]\n[traits]'), "a '{' without its other half"),
        ("a = " + "[" * 200_000, "is not valid TOML"),
        (GOOD.replace("-0.5", "-5"), "traits.extraversion = -5"),
        (GOOD.replace('name = "Noor"', ""), "'name' is missing"),
        (GOOD.replace('name = "Noor"', "name = 3"), "name = 3"),
        (
            GOOD.replace("[traits]", 'skills = ["correct"]\n[traits]'),
            "unknown skill 'correct'; did you mean 'corrects'?",
        ),
        (GOOD.replace("[traits]", 'type = "XXXX"\n[traits]'), "four letters"),
        (GOOD.replace("[lines.ask]", "[lines.crisis_hear]"), "unknown move 'lines.crisis_hear'"),
        (GOOD.replace("[traits]", 'key = "x"\n[traits]'), "unknown key 'key'"),
        (GOOD.replace("[lines.ask]", "lines = 4\n[other]"), "lines"),
        ("name = ", "is not valid TOML"),
        ("", "'name' is missing"),
        ("#" * 300_000, "too large"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(PersonaError) as caught:
        persona(path)
    line = str(caught.value)
    assert said in line
    assert str(path) in line
    assert "\n" not in line


def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    for name, said in (
        (binary, "not a text file"),
        (tmp_path / "none.toml", "no persona file"),
        (tmp_path, "cannot be read"),
        ("~nobody-of-this-name/x.toml", "no persona file at ~nobody"),
        ("a\0b.toml", "is no path of a file"),
        ("x" * 5000 + ".toml", "cannot be read"),
    ):
        with pytest.raises(PersonaError, match=said):
            persona(name)
    with pytest.raises(PersonaError, match=rf"unknown persona 'mirra'; did you mean '{FIRST}'"):
        persona("mirra", tmp_path)
    with pytest.raises(PersonaError, match="unknown persona ''"):
        persona("", tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    for path in (Path(os.devnull), pipe):
        with pytest.raises(PersonaError, match="no regular file"):
            persona(path)
