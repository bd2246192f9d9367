"""The voices on offer, chosen by the measurements in docs/voices.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """An eSpeak NG language and variant, and where its neutral speech lies.

    `pitch` and `range` are on eSpeak's own 0-99 scales; `steps` of pitch make a semitone, as measured.
    `formants` scales the resonances: below 1 for a longer vocal tract, which sounds larger and warmer.
    """

    espeak: str
    title: str
    pitch: int = 50
    range: int = 65
    steps: float = 7.0
    formants: float = 1.0

    @property
    def language(self) -> str:
        """Its language without region or accent: `en`."""
        return self.espeak.partition("+")[0].partition("-")[0]

    def speaking(self, language: str) -> str:
        """The same speaker in another language, as eSpeak names it."""
        _, plus, variant = self.espeak.partition("+")
        return f"{language}{plus}{variant}"


VOICES: dict[str, Voice] = {
    "grace": Voice("en-us+f2", "Grace, American, warm", 43, 64, 6.6, 0.97),
    "rose": Voice("en-gb-x-rp+f2", "Rose, British, warm", 43, 64, 6.5, 0.97),
    "annie": Voice("en-us+f2", "Annie, American, higher", 62, 64, 6.6, 1.05),
    "david": Voice("en-us+adam", "David, American, low", 48, 68, 6.4),
    "george": Voice("en-gb-x-rp+m7", "George, British, low", 42, 62, 7.5),
    "lucia": Voice("es+f2", "Lucía, española", 43, 72, 6.5, 0.98),
    "mateo": Voice("es+m7", "Mateo, español, grave", 42, 66, 7.5),
}
