"""`HelpLine`: whom to call in a crisis, by country."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.data import data

# Where the general European number holds although no line is listed for the country.
_EU = (
    "BG CY CZ DK EE FI GR HR HU IT LT LU LV MT PL PT RO SE SI SK IS LI NO".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HelpLine:
    """The emergency number and the listening line of one country, worded to be spoken; `written` is for the eye."""

    country: str
    emergency: str
    line: str
    written: str


def help_line(country: str) -> HelpLine:
    """The lines of a country: a code (`GB`), a name or a locale (`en_GB.UTF-8`); else the international ones."""
    table = data("help_lines")
    wanted = country.strip().partition(".")[0].replace("_", "-").casefold()
    codes = {wanted, wanted.rpartition("-")[2]}
    for code, entry in table.items():
        names = {code.casefold(), *(name.casefold() for name in entry.get("also", ()))}
        if codes & names:
            return HelpLine(code, entry["emergency"], entry["line"], entry["written"])
    code = "EU" if any(code.casefold() in codes for code in _EU) else "international"
    entry = table[code]
    return HelpLine(code, entry["emergency"], entry["line"], entry["written"])
