"""Lips: which mouth belongs to which sound, and how sounds share it."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.coarticulation import coarticulate
from avatar.visemes import LIPS, VISEMES, accent, visemes
from companion.types import Span

VOWELS = ("iː", "ɪ", "ɛ", "æ", "ɑː", "ʌ", "ə", "ɔː", "oʊ", "ʊ", "uː", "ɜː", "aɪ", "ɔɪ")


def spoken(*phones: str, seconds: float = 0.09) -> tuple[Span, ...]:
    return tuple(Span(phone, i * seconds, (i + 1) * seconds) for i, phone in enumerate(phones))


def names(phone: str) -> list[str]:
    return [name for name, _ in visemes(phone)]


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("p", ["p"]), ("ˈæ", ["ae"]), ("iː", ["ee"]), ("aɪ", ["aa", "ih"]), ("oʊ", ["oh", "uh"]), ("tʃ", ["sh"]),
        ("d͡ʒ", ["sh"]), ("ɚ", ["er"]), ("ɜː", ["er"]), ("ɾ", ["t"]), ("l̩", ["l"]), ("ŋ", ["k"]), ("θ", ["th"]),
        ("ã", ["aa"]), ("ɲ", ["k"]), ("β", ["bh"]), ("_:", ["rest"]), ("", ["rest"]),
    ],
)  # fmt: skip
def test_phones_of_english_and_spanish_have_their_viseme(phone: str, expected: list[str]) -> None:
    assert names(phone) == expected


def test_an_unknown_vowel_opens_neutrally_and_an_unknown_consonant_leaves_the_lips_alone() -> None:
    assert names("ɿ") == ["k"]
    assert names("ʘ") == ["k"]
    assert names("ⱥ") == ["k"]
    assert names("ɤ") == ["schwa"]


def test_the_parts_of_a_phone_fill_its_time() -> None:
    for phone in (*VOWELS, "tʃ", "aɪə", "xyz"):
        assert sum(share for _, share in visemes(phone)) == pytest.approx(1.0)


def test_stress_marks_accent_vowels_only() -> None:
    assert (accent("ˈæ"), accent("ˌɪ"), accent("ə"), accent("ˈp")) == (1.0, 0.5, 0.0, None)


def test_every_viseme_names_known_articulators() -> None:
    for viseme in VISEMES.values():
        assert set(viseme.target) | set(viseme.force) <= set(LIPS)


@pytest.mark.parametrize("consonant", ["p", "b", "m"])
@pytest.mark.parametrize("vowel", VOWELS)
@pytest.mark.parametrize("offset", [0.0, 0.01, 0.02, 0.03])
def test_a_bilabial_closes_the_lips_on_some_frame_between_any_vowels(consonant: str, vowel: str, offset: float) -> None:
    phones = spoken(vowel, consonant, vowel, seconds=0.06)
    lips = coarticulate(phones, np.arange(0.0, 0.18, 0.04) + offset)
    assert lips.closed.max() == 1.0


def test_labiodentals_bite_and_do_not_close() -> None:
    lips = coarticulate(spoken("ɪ", "f", "ɪ"), np.array([0.135]))
    assert lips.bitten[0] == 1.0
    assert lips.closed[0] == 0.0


def test_lips_round_for_u_and_begin_to_round_in_the_consonant_before_it() -> None:
    times = np.array([0.09, 0.18, 0.27])  # s, t, u
    pucker = LIPS.index("pucker")
    rounded = coarticulate(spoken("s", "t", "uː"), times - 0.045).heights[:, pucker]
    spread = coarticulate(spoken("s", "t", "iː"), times - 0.045).heights[:, pucker]
    assert rounded[2] > 0.55
    assert rounded[1] > spread[1] + 0.1
    assert spread.max() < 0.05


def test_open_vowels_open_wider_than_close_ones() -> None:
    jaw = LIPS.index("jaw")
    heights = [coarticulate(spoken("t", v, "t", seconds=0.12), np.array([0.18])).heights[0, jaw] for v in "aɛəi"]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > 2 * heights[3]


def test_the_tongue_shows_for_th_and_hardly_elsewhere() -> None:
    tongue = LIPS.index("tongue")
    assert coarticulate(spoken("ɪ", "θ", "ɪ"), np.array([0.135])).heights[0, tongue] > 0.15
    assert coarticulate(spoken("ɪ", "s", "ɪ"), np.array([0.135])).heights[0, tongue] < 0.02


def test_the_mouth_rests_closed_far_from_speech() -> None:
    lips = coarticulate(spoken("ɑː"), np.array([-0.5, 0.7]))
    assert np.all(lips.heights < 0.02)
    assert np.all(lips.talking < 0.05)


def test_movement_is_smooth_in_time() -> None:
    phones = spoken("h", "ə", "l", "oʊ", "p", "iː", "p", "ə", "l", "_", "f", "ɔː", "m")
    lips = coarticulate(phones, np.arange(-0.2, 1.5, 0.001))
    for track in (*lips.heights.T, lips.closed, lips.bitten, lips.talking):
        assert np.abs(np.diff(track)).max() < 0.03  # a whole movement takes more than 30 ms


def test_a_phone_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        coarticulate((Span("a", 0.2, 0.1),), np.zeros(1))
    with pytest.raises(ValueError, match="must end after it starts"):
        coarticulate((Span("a", float("nan"), 0.1),), np.zeros(1))
