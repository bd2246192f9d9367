"""Which language a word's script asks for: a voice would otherwise spell out each foreign letter by its name."""

from __future__ import annotations

import unicodedata

# First word of a character's Unicode name -> the most spoken language of the script that eSpeak NG reads aloud.
LANGUAGES = {
    "CYRILLIC": "ru", "GREEK": "el", "HEBREW": "he", "ARABIC": "ar", "DEVANAGARI": "hi", "BENGALI": "bn",
    "TAMIL": "ta", "TELUGU": "te", "GUJARATI": "gu", "GURMUKHI": "pa", "THAI": "th", "HANGUL": "ko", "CJK": "cmn",
    "HIRAGANA": "ja", "KATAKANA": "ja", "ARMENIAN": "hy", "GEORGIAN": "ka", "ETHIOPIC": "am",
}  # fmt: skip


def script(word: str) -> str | None:
    """The eSpeak language for the first letter of another script than Latin in a word; None where there is none."""
    for character in word:
        if not character.isascii() and character.isalpha():
            language = LANGUAGES.get(unicodedata.name(character, "").split(" ")[0])
            if language:
                return language
    return None
