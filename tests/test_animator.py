"""Motion over time: speech, life at rest, seams, interruptions."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.animator import RulesAnimator
from avatar.blendshapes import INDEX, columns
from avatar.gaze import EYE_RANGE_RAD, HABITS, look
from companion.registry import engine
from companion.types import CHANNELS, FPS, SPEECH_HZ, Affect, Attention, AudioChunk, Clause, Motion, Span, Window

Channels = NDArray[np.float32]
CALM = Affect.of("happy", 0.18)
JAW, CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
HEAD = [INDEX["headPitch"], INDEX["headYaw"], INDEX["headRoll"]]
BLINK = INDEX["eyeBlinkLeft"]


def spoken(text: str, start: float = 0.3, seconds: float = 0.09) -> tuple[Span, ...]:
    return tuple(
        Span(phone, start + i * seconds, start + (i + 1) * seconds)
        for i, phone in enumerate(text.split())
        if phone != "_"
    )


def play(
    seconds: float,
    affect: Affect = CALM,
    attention: Attention = Attention.LISTENING,
    *,
    phones: tuple[Span, ...] = (),
    nods: tuple[float, ...] = (),
    sizes: tuple[int, ...] = (8,),
    start: float = 0.0,
    seed: int = 0,
    last: Motion | None = None,
    expressiveness: float = 1.0,
    user: Affect | None = None,
) -> Channels:
    """A timeline cut into windows of the given sizes in turn; times of phones and nods count from its start."""
    animator, total, shown = RulesAnimator(seed), round(seconds * FPS), 0
    pieces: list[Channels] = []
    while shown < total:
        frames = min(sizes[len(pieces) % len(sizes)], total - shown)
        at = shown / FPS
        window = Window(
            start + at,
            frames,
            attention,
            phones=tuple(
                Span(p.text, p.start - at, p.end - at)
                for p in phones
                if p.end > at - 0.5 and p.start < at + frames / FPS + 0.8
            ),
            nods=tuple(nod - at for nod in nods),
            user=user or Affect.unknown(),
            expressiveness=expressiveness,
        )
        last = animator.animate(window, affect, last)
        pieces.append(last.channels)
        shown += frames
    return np.concatenate(pieces)


def tone(frames: int, hertz: float, height: float) -> AudioChunk:
    times = np.arange(frames * SPEECH_HZ // FPS) / SPEECH_HZ
    return AudioChunk((height * np.sin(2 * np.pi * hertz * times)).astype(np.float32), SPEECH_HZ, 0.0)


SENTENCE = spoken("p ˈæ m _ f ˈɪ f t i _ θ ˈɔː t _ h ˈuː _ p l ˈiː z _ _ _ b ʌ t _ m eɪ b i _ w iː _ k æ n")


def test_a_window_gives_exactly_its_frames_of_57_channels_in_range() -> None:
    for frames in (1, 3, 8):
        motion = RulesAnimator().animate(Window(2.0, frames, Attention.SPEAKING, phones=SENTENCE), CALM, None)
        assert motion.channels.shape == (frames, len(CHANNELS))
        assert motion.channels.dtype == np.float32
        assert motion.channels[:, :52].min() >= 0
        assert motion.channels[:, :52].max() <= 1


@pytest.mark.parametrize("consonant", ["p", "b", "m"])
@pytest.mark.parametrize("vowel", ["iː", "æ", "ɑː", "ə", "oʊ", "uː", "aɪ"])
@pytest.mark.parametrize("emotion", ["happy", "surprise", "disgust"])
def test_lips_close_for_bilabials_whatever_the_vowel_and_the_feeling(consonant: str, vowel: str, emotion: str) -> None:
    phones = spoken(f"{vowel} {consonant} {vowel}", seconds=0.08)
    shown = play(0.8, Affect.of(emotion), Attention.SPEAKING, phones=phones, sizes=(1,))
    during = shown[9:12]  # the consonant is heard from 0.38 to 0.46 s
    parted = during[:, JAW] - during[:, CLOSE] + during[:, columns("mouthUpperUp", "mouthLowerDown")].max(axis=1)
    assert parted.min() < 0.01
    assert (shown[:, JAW] - shown[:, CLOSE]).max() > 0.1  # and open for the vowels


def test_lips_round_for_u_and_a_smile_narrows_there() -> None:
    shown = play(1.2, Affect.of("happy", 0.6), Attention.SPEAKING, phones=spoken("h iː _ h uː", seconds=0.2))
    pucker, smile = INDEX["mouthPucker"], INDEX["mouthSmileLeft"]
    assert shown[25, pucker] > 0.5
    assert shown[15, pucker] < 0.15
    assert shown[25, smile] < 0.8 * shown[15, smile]


@pytest.mark.parametrize("attention", list(Attention))
def test_a_timeline_is_the_same_however_it_is_cut_into_windows(attention: Attention) -> None:
    phones = SENTENCE if attention is Attention.SPEAKING else ()
    whole, *cut = (
        play(40.0, attention=attention, phones=phones, nods=(1.0, 3.3), sizes=sizes, start=1000.3)
        for sizes in ((1000,), (1,), (3, 1, 8, 2, 5))
    )
    for other in cut:
        assert np.abs(whole - other).max() < 0.02


def test_nothing_jumps_over_changing_feelings_states_and_window_sizes() -> None:
    random = np.random.default_rng(5)
    last: Motion | None = None
    shown: list[Channels] = []
    for step in range(40):
        affect = Affect.of(str(random.choice(["happy", "sad", "fear", "surprise", "angry"])), random.uniform())
        attention = list(Attention)[random.integers(4)]
        phones = SENTENCE if attention is Attention.SPEAKING else ()
        size = int(random.integers(1, 9))
        piece = play(0.32, affect, attention, phones=phones, sizes=(size,), start=step * 0.32, last=last)
        shown.append(piece)
        last = Motion(piece)
    steps = np.abs(np.diff(np.concatenate(shown), axis=0)).max(axis=0)
    head, brows = steps[HEAD], steps[columns("browInnerUp", "browDown", "mouthSmile", "cheekSquint")]
    assert head.max() < 0.06
    assert brows.max() < 0.2
    assert steps[JAW] < 0.35
    assert steps[columns("mouthPucker", "mouthFunnel", "mouthStretch")].max() < 0.35


def test_an_interruption_closes_the_mouth_within_300_ms_and_without_a_jump() -> None:
    speaking = play(0.56, attention=Attention.SPEAKING, phones=spoken("h ɑː", seconds=0.2))
    assert speaking[-1, JAW] > 0.35
    after = play(0.4, start=0.56, last=Motion(speaking), sizes=(1,))
    jaw = np.concatenate([speaking[-1:, JAW], after[:, JAW]])
    assert np.all(np.diff(jaw) < 0.001)
    assert np.abs(np.diff(jaw)).max() < 0.16
    assert jaw[1] > 0.5 * jaw[0]
    assert jaw[7] < 0.05  # 280 ms


@pytest.mark.parametrize("attention", [Attention.IDLE, Attention.LISTENING, Attention.SPEAKING])
def test_ten_minutes_have_10_to_20_blinks_a_minute_at_uneven_intervals(attention: Attention) -> None:
    shut = play(600.0, attention=attention, sizes=(3000,), seed=7)[:, BLINK] > 0.45
    starts = np.flatnonzero(np.diff(shut.astype(int)) == 1)
    assert 10 <= len(starts) / 10 <= 20
    assert np.std(np.diff(starts)) > 0.35 * np.mean(np.diff(starts))


def test_lids_fall_in_the_pauses_of_speech() -> None:
    phrase = [Span("a", k * 1.2 + i * 0.1, k * 1.2 + i * 0.1 + 0.1) for k in range(20) for i in range(8)]
    speech, without = (
        play(24.0, attention=Attention.SPEAKING, phones=phones)[:, BLINK] for phones in (tuple(phrase), ())
    )
    extra = np.flatnonzero(speech > without + 0.5)
    assert len(extra) > 8
    assert all(frame / FPS % 1.2 > 0.8 for frame in extra)


def test_who_looked_away_to_think_looks_up_a_moment_after_beginning_to_speak() -> None:
    yaw = [INDEX["gazeYaw"], INDEX["headYaw"]]
    away = np.zeros((1, len(CHANNELS)), np.float32)
    away[0, INDEX["gazeYaw"]] = 0.3
    shown = play(1.0, attention=Attention.SPEAKING, phones=spoken("aɪ s iː", start=0.1, seconds=0.3), last=Motion(away))
    point = shown[:, yaw].sum(axis=1)
    assert point[8] > 0.2
    assert point[16] < 0.1


def test_arousal_raises_the_blink_rate_and_the_energy_of_the_head() -> None:
    calm, tense = (play(300.0, Affect(arousal=level), Attention.LISTENING, sizes=(1000,)) for level in (-0.8, 0.8))
    blinks = [int((np.diff((shown[:, BLINK] > 0.45).astype(int)) == 1).sum()) for shown in (calm, tense)]
    assert blinks[1] > 1.15 * blinks[0]
    energy = [np.abs(np.diff(shown[:, HEAD], axis=0)).mean() for shown in (calm, tense)]
    assert energy[1] > 1.4 * energy[0]


def test_a_blink_falls_faster_than_it_rises() -> None:
    lid = play(120.0, Affect(), sizes=(250,))[:, BLINK]
    steps = np.diff(lid)
    assert (steps > 0.05).sum() < (steps < -0.05).sum()
    assert lid.max() > 0.97


def test_eyes_rest_on_the_user_mostly_while_listening_and_leave_them_while_thinking() -> None:
    times = np.arange(0, 300, 0.04)
    aside = {state: np.abs(look(0, state, times).gaze[:, 0]) > 0.06 for state in HABITS}
    assert aside[Attention.LISTENING].mean() < 0.12
    assert 0.08 < aside[Attention.SPEAKING].mean() < 0.3
    assert aside[Attention.THINKING].mean() > 0.5


def test_eyes_hold_their_point_while_the_head_moves() -> None:
    shown = play(4.0, sizes=(100,), nods=(2.0,))
    pitch = shown[50:75, INDEX["headPitch"]]
    point = pitch + shown[50:75, INDEX["gazePitch"]]
    assert np.ptp(pitch) > 0.06
    held = np.abs(np.diff(point)) < 1e-4  # between two saccades
    assert held.mean() > 0.7
    assert np.abs(np.diff(pitch))[held].max() > 0.01


def test_gaze_angles_and_eye_shapes_say_the_same() -> None:
    shown = play(30.0, attention=Attention.THINKING, sizes=(250,))
    yaw, pitch = shown[:, INDEX["gazeYaw"]], shown[:, INDEX["gazePitch"]]
    left = shown[:, INDEX["eyeLookOutLeft"]] - shown[:, INDEX["eyeLookInLeft"]]
    down = shown[:, INDEX["eyeLookDownRight"]] - shown[:, INDEX["eyeLookUpRight"]]
    assert np.allclose(left * EYE_RANGE_RAD, yaw, atol=1e-6)
    assert np.allclose(down * EYE_RANGE_RAD, pitch, atol=1e-6)
    assert np.array_equal(shown[:, INDEX["eyeLookInRight"]], shown[:, INDEX["eyeLookOutLeft"]])


def test_a_nod_dips_twice_and_is_over_within_a_second() -> None:
    still, nodding = play(2.0, sizes=(1,)), play(2.0, sizes=(1,), nods=(0.4,))
    dip = nodding[:, INDEX["headPitch"]] - still[:, INDEX["headPitch"]]
    peaks = [i for i in range(1, 49) if dip[i] > dip[i - 1] and dip[i] >= dip[i + 1] and dip[i] > 0.01]
    assert len(peaks) == 2
    assert dip[peaks[0]] > 0.06
    assert dip[peaks[1]] < 0.8 * dip[peaks[0]]
    assert np.abs(dip[:10]).max() < 1e-6
    assert np.abs(dip[32:]).max() < 0.005


def test_the_head_and_brows_accent_stressed_syllables() -> None:
    stressed, flat = (
        play(1.5, attention=Attention.SPEAKING, phones=spoken(text)) for text in ("b ə n ˈɑ n ə", "b ə n ɑ n ə")
    )
    difference = stressed - flat
    assert difference[:, INDEX["headPitch"]].max() > 0.02
    assert difference[:, INDEX["browOuterUpLeft"]].max() > 0.04


def test_postures_differ_by_feeling() -> None:
    pitch = {
        name: play(20.0, Affect.of(name), sizes=(250,))[:, INDEX["headPitch"]].mean()
        for name in ("neutral", "sad", "surprise")
    }
    assert pitch["sad"] > pitch["neutral"] + 0.08
    assert pitch["surprise"] < pitch["neutral"] - 0.04


def test_without_expressiveness_the_face_is_neutral_and_still_alive() -> None:
    shown = play(60.0, Affect.of("happy"), Attention.IDLE, sizes=(250,), expressiveness=0.0)
    assert shown[:, columns("mouthSmile", "cheekSquint")].max() < 0.05
    assert np.std(shown[:, HEAD], axis=0).min() > 0.003
    assert shown[:, BLINK].max() > 0.9
    assert np.ptp(shown[:, INDEX["gazeYaw"]]) > 0.05


def test_an_expression_never_freezes() -> None:
    shown = play(10.0, Affect.of("happy", 0.6), sizes=(250,))
    smile = shown[:, INDEX["mouthSmileLeft"]]
    assert 0.01 < np.ptp(smile) < 0.2
    assert (np.abs(np.diff(smile)) > 0).all()


def test_the_upper_face_keeps_its_feeling_while_the_mouth_speaks() -> None:
    silent = play(3.0, Affect.of("sad", 0.8), Attention.SPEAKING)
    talking = play(3.0, Affect.of("sad", 0.8), Attention.SPEAKING, phones=SENTENCE)
    brow = INDEX["browInnerUp"]
    assert talking[:, brow].min() > 0.9 * silent[:, brow].min()


def test_random_events_repeat_by_seed_differ_between_seeds_and_never_loop() -> None:
    one, same, other = (play(60.0, sizes=(250,), seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert np.abs(one - other).max() > 0.1
    later = play(60.0, sizes=(250,), seed=1, start=60.0)
    assert np.corrcoef(one[:, INDEX["headYaw"]], later[:, INDEX["headYaw"]])[0, 1] < 0.9


def test_sound_without_phones_moves_the_mouth_with_its_loudness_and_colour() -> None:
    def mouth(sound: AudioChunk) -> Channels:
        return RulesAnimator().animate(Window(0.0, 8, Attention.SPEAKING, audio=sound), CALM, None).channels[-1:]

    silent, soft, loud = (mouth(tone(8, 500.0, height)) for height in (0.0, 0.02, 0.3))
    assert silent[0, JAW] < 0.05 < soft[0, JAW] < loud[0, JAW]
    assert loud[0, JAW] > 0.3
    hiss = mouth(tone(8, 6000.0, 0.3))
    assert hiss[0, JAW] < 0.5 * loud[0, JAW]


def test_loud_speech_opens_wider_than_soft_speech() -> None:
    phones = spoken("ɑː", start=0.0, seconds=0.4)
    jaws = [
        RulesAnimator()
        .animate(Window(0.0, 8, Attention.SPEAKING, tone(8, 500.0, height), phones), CALM, None)
        .channels[4, JAW]
        for height in (0.02, 0.3)
    ]
    assert jaws[1] > 1.1 * jaws[0]


@pytest.fixture(scope="module")
def voice() -> tuple[AudioChunk, tuple[Span, ...]]:
    """A sentence of the built-in voice: whole frames of sound, and its phones."""
    text = "Maybe both of you might simply be people who feel happy about the move."
    segments = list(engine("synthesizer", "espeak")().speak(Clause(1, text, CALM)))
    phones: list[Span] = []
    for segment in segments:
        phones += [Span(p.text, p.start + segment.audio.start, p.end + segment.audio.start) for p in segment.phones]
    sound = np.concatenate([segment.audio.samples for segment in segments])
    whole = len(sound) * FPS // SPEECH_HZ * SPEECH_HZ // FPS
    return AudioChunk(sound[:whole], SPEECH_HZ, 0.0), tuple(phones)


def test_every_bilabial_of_a_real_voice_closes_the_lips(voice: tuple[AudioChunk, tuple[Span, ...]]) -> None:
    sound, phones = voice
    window = Window(0.0, round(sound.seconds * FPS), Attention.SPEAKING, sound, phones)
    shown = RulesAnimator().animate(window, Affect.of("happy", 0.7), None).channels
    parted = shown[:, JAW] - shown[:, CLOSE] + shown[:, columns("mouthUpperUp", "mouthLowerDown")].max(axis=1)
    bilabials = [phone for phone in phones if phone.text in {"p", "b", "m"}]
    assert len(bilabials) > 6
    for phone in bilabials:
        assert parted[max(0, int(phone.start * FPS) - 1) : int(phone.end * FPS) + 1].min() < 0.02, phone


def test_the_mouth_guessed_from_sound_alone_follows_the_mouth_of_its_phones(
    voice: tuple[AudioChunk, tuple[Span, ...]],
) -> None:
    sound, phones = voice
    frames = round(sound.seconds * FPS)
    told, guessed = (
        RulesAnimator().animate(Window(0.0, frames, Attention.SPEAKING, sound, known), CALM, None).channels
        for known in (phones, ())
    )
    opening = [shown[:, JAW] - shown[:, CLOSE] for shown in (told, guessed)]
    assert np.corrcoef(opening)[0, 1] > 0.35


def nan_audio() -> AudioChunk:
    sound = tone(1, 500.0, 0.1)
    sound.samples[5] = np.nan
    return sound


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (Window(0.0, 0, Attention.IDLE), "at least one frame"),
        (Window(float("nan"), 1, Attention.IDLE), "finite"),
        (Window(0.0, 1, Attention.IDLE, expressiveness=float("nan")), "finite"),
        (Window(0.0, 1, Attention.SPEAKING, audio=nan_audio()), "not finite"),
        (Window(0.0, 2, Attention.SPEAKING, audio=tone(1, 500.0, 0.1)), "cover its 2 frames"),
    ],
)
def test_a_bad_window_is_refused_in_one_clear_line(window: Window, message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        RulesAnimator().animate(window, CALM, None)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "last",
    [
        Motion(np.zeros((1, 52), np.float32)),
        Motion(np.zeros((0, 57), np.float32)),
        Motion(np.full((1, 57), np.nan, np.float32)),
        Motion(np.zeros((1, 57), np.float32), fps=30),
    ],
)
def test_a_bad_motion_to_go_on_from_is_refused(last: Motion) -> None:
    with pytest.raises(ValueError, match="motion to go on from"):
        RulesAnimator().animate(Window(0.0, 1, Attention.IDLE), CALM, last)
