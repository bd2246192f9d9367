"""Whom to call in a crisis: every country has a number that can be dialled, and none is shown for another country."""

from __future__ import annotations

import re

import pytest

from dialogue.data import data
from dialogue.help_lines import help_line
from voice.speakable import words

_TABLE = data("help_lines")
_GENERAL = ("international", "EU")
_COUNTRIES = [code for code in _TABLE if code not in _GENERAL]
# Emergency numbers in force; a slip of a finger in the table is not among them.
_EMERGENCY = {"000", "110", "111", "112", "113", "119", "190", "192", "911", "999", "10111", "10177"}


def numbers(text: str) -> list[str]:
    """The runs of digits that the page turns into links to call, with the same pattern as `ui/assets/help.js`."""
    return [found.replace(" ", "") for found in re.findall(r"\d[\d ]*\d", text)]


@pytest.mark.parametrize("code", _COUNTRIES)
def test_every_country_has_an_emergency_number_that_can_be_dialled(code: str) -> None:
    found = numbers(_TABLE[code]["emergency"])
    assert found
    assert set(found) <= _EMERGENCY


@pytest.mark.parametrize("code", _COUNTRIES)
def test_every_country_has_a_line_with_a_name_and_a_number_that_can_be_dialled(code: str) -> None:
    line = _TABLE[code]["line"]
    found = numbers(line)
    assert found
    assert all(3 <= len(number) <= 11 for number in found), found
    name = re.split(r", | on |: ", line)[0]
    assert len(re.sub(r"^the |[\d ]", "", name)) >= 3, name


@pytest.mark.parametrize("code", _COUNTRIES)
def test_the_number_for_the_eye_is_the_number_that_is_said(code: str) -> None:
    written = [re.sub(r"\D", "", part) for part in _TABLE[code]["written"].split(",")]
    assert set(written) <= set(numbers(_TABLE[code]["line"]))


@pytest.mark.parametrize("code", _COUNTRIES)
def test_every_digit_in_an_entry_belongs_to_a_number_to_call(code: str) -> None:
    text = f"{_TABLE[code]['emergency']}; {_TABLE[code]['line']}"
    assert sum(char.isdigit() for char in text) == sum(map(len, numbers(text)))
    assert not re.search(r"[.!?]", text), "a full stop would end the sentence before the number"


@pytest.mark.parametrize("code", _COUNTRIES)
def test_every_number_is_said_digit_by_digit(code: str) -> None:
    text = f"Call {_TABLE[code]['emergency']}. There is {_TABLE[code]['line']}."
    said = " ".join(word.spoken for word in words(text, "en") if word.spoken)
    for number in numbers(_TABLE[code]["emergency"]) + numbers(_TABLE[code]["line"]):
        assert " ".join(number) in re.sub(r"[^\w ]", "", said), said


@pytest.mark.parametrize("code", _COUNTRIES)
def test_a_country_is_found_by_its_code_its_locale_and_each_of_its_names(code: str) -> None:
    for name in (code, code.lower(), f"en_{code}.UTF-8", *_TABLE[code]["also"]):
        assert help_line(name).country == code


def test_no_two_entries_claim_the_same_name() -> None:
    names = [name.casefold() for code, entry in _TABLE.items() for name in (code, *entry.get("also", ()))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("code", _GENERAL)
def test_where_no_line_is_listed_the_directory_is_named(code: str) -> None:
    assert _TABLE[code]["written"] == "findahelpline.com"
    assert numbers(_TABLE[code]["line"]) == []


@pytest.mark.parametrize(
    ("country", "emergency", "number"),
    [
        ("CZ", "112", "findahelpline.com"),
        ("el-GR", "112", "findahelpline.com"),
        ("PL", "112", "116 123"),
        ("nb-NO", "113, or for the police call 112", "116 123"),
        ("ja", "119, or for the police call 110", "0120-279-338"),
        ("es-MX", "911", "800 911 2000"),
        ("es-419", "your local emergency number", "findahelpline.com"),
        ("fr-BE", "112", "1813, 0800 32 123"),
        ("sv-FI", "112", "09 2525 0111"),
        ("Northern Ireland", "999", "116 123"),
    ],
)
def test_a_place_gets_its_own_numbers_and_no_others(country: str, emergency: str, number: str) -> None:
    found = help_line(country)
    assert (found.emergency, found.written) == (emergency, number)
