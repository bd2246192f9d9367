"""`EspeakLibrary`: eSpeak NG in this process, through the library that ships in `espeakng-loader`."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from companion.engines import EngineError
from companion.types import Samples, Span

# From speak_lib.h of eSpeak NG 1.52.
_SYNCHRONOUS = 2
_PHONEME_EVENTS, _PHONEMES_AS_IPA, _DO_NOT_EXIT = 0x0001, 0x0002, 0x8000
_UTF8 = 0x0001
_WORD, _PHONEME = 1, 7
_PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4}


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """What the library made of a text: mono sound without silence around it, and IPA phones.

    `words` are pairs of the index of a word's first character in the text and its start in seconds.
    """

    samples: Samples
    rate: int
    phones: tuple[Span, ...]
    words: tuple[tuple[int, float], ...]


class EspeakLibrary:
    """The library is one global state machine, so there is one of these, and it speaks one text at a time."""

    def __init__(self) -> None:
        import espeakng_loader

        self._lock = threading.Lock()
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        options = _PHONEME_EVENTS | _PHONEMES_AS_IPA | _DO_NOT_EXIT
        self.rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), options)
        if self.rate <= 0:
            raise EngineError("eSpeak NG could not be started: its data files are missing or damaged")
        self._pieces: list[Samples] = []
        self._events: list[tuple[int, int, int, str]] = []
        self._callback = _CALLBACK(self._collect)  # kept: the library holds only the bare pointer
        self._library.espeak_SetSynthCallback(self._callback)
        self._variants = Path(espeakng_loader.get_data_path()) / "voices" / "!v"
        self._voice = ""

    def has(self, voice: str) -> bool:
        """Whether the library knows a voice, written as language and variant: `en-us+f3`."""
        with self._lock:
            # A missing variant would be passed over without a word.
            language, _, variant = voice.partition("+")
            known = bool(language) and (not variant or (self._variants / variant).is_file())
            known = known and self._library.espeak_SetVoiceByName(voice.encode()) == 0
            self._voice = ""
        return known

    def speak(self, text: str, voice: str, parameters: Mapping[str, int]) -> Utterance:
        """Speak a text; `parameters` are rate (words a minute, 80-450), volume, pitch and range (0-99).

        Raises `EngineError` when the library refuses.
        """
        with self._lock:
            if voice != self._voice:
                if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                    raise EngineError(f"eSpeak NG has no voice {voice!r}")
                self._voice = voice
            for name, value in parameters.items():
                self._library.espeak_SetParameter(_PARAMETERS[name], value, 0)
            self._pieces, self._events = [], []
            data = text.encode() + b"\0"
            if self._library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None) != 0:
                raise EngineError("eSpeak NG could not speak the text")
            return self._utterance()

    def _utterance(self) -> Utterance:
        samples = np.concatenate(self._pieces) if self._pieces else np.zeros(0, np.float32)
        phones = [(symbol, at / self.rate) for kind, at, _, symbol in self._events if kind == _PHONEME]
        ends = [start for _, start in phones[1:]] + [len(samples) / self.rate]
        spans = tuple(
            Span(symbol, start, end)
            for (symbol, start), end in zip(phones, ends, strict=True)
            if symbol and not symbol.startswith("(") and end > start  # "(ko)" marks a change of language
        )
        words = tuple((position - 1, at / self.rate) for kind, at, position, _ in self._events if kind == _WORD)
        return Utterance(samples, self.rate, spans, words)

    def _collect(self, wave: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        if count > 0 and wave:
            piece = np.ctypeslib.as_array(wave, (count,)).astype(np.float32)
            self._pieces.append(piece / np.float32(32768))
        index = 0
        while events[index].type:
            event = events[index]
            if event.type in (_WORD, _PHONEME):
                symbol = event.id.string.decode("utf-8", "ignore") if event.type == _PHONEME else ""
                self._events.append((event.type, event.sample, event.text_position, symbol))
            index += 1
        return 0


_STARTING = threading.Lock()


@cache
def _started() -> EspeakLibrary:
    return EspeakLibrary()


def library() -> EspeakLibrary:
    """The one library of this process, started when it is first needed. Raises `EngineError`."""
    with _STARTING:  # a cache alone would let two threads start it twice
        return _started()
