"""Who has the floor."""

from __future__ import annotations

import pytest

from companion.turns import Floor, TurnTaking
from companion.types import Activity

BLOCK_SEC = 0.032


class Talk:
    """A clock of blocks around one `TurnTaking`."""

    def __init__(self) -> None:
        self.turns = TurnTaking()
        self.now = 0.0

    def hear(
        self, seconds: float, speech: float = 0.9, *, hum: bool = False, companion: bool = False
    ) -> list[tuple[Floor, float]]:
        changes: list[tuple[Floor, float]] = []
        for _ in range(round(seconds / BLOCK_SEC)):
            activity = Activity(self.now, self.now + BLOCK_SEC, speech, -20)
            changes += [(c, activity.end) for c in self.turns.hear(activity, hum=hum, companion=companion)]
            self.now += BLOCK_SEC
        return changes

    def silence_until_end(self, *, companion: bool = False) -> float:
        start = self.now
        changes = self.hear(4, 0.0, companion=companion)
        return next(time - start for change, time in changes if change is Floor.ENDED)


def test_speech_starts_a_turn_dated_back_to_its_onset() -> None:
    talk = Talk()
    talk.hear(1, 0.0)
    onset = talk.now
    assert [change for change, _ in talk.hear(0.5)] == [Floor.STARTED]
    assert talk.turns.start == pytest.approx(onset, abs=BLOCK_SEC)


def test_a_finished_sentence_ends_sooner_than_an_unfinished_one() -> None:
    waits = {}
    for words in ("i lost my job last week", "i lost my job and", ""):
        talk = Talk()
        talk.hear(1.5)
        talk.turns.understood(words, 0.9 if words else 0.0)
        waits[words] = talk.silence_until_end()
    finished, unfinished, nothing = waits.values()
    assert finished < 0.45 < nothing < 0.75
    assert 1.1 < unfinished < 1.4


@pytest.mark.parametrize("words", ["i do not know what to do", "nobody cares what i do"])
def test_a_sentence_that_ends_in_a_common_verb_is_finished(words: str) -> None:
    talk = Talk()
    talk.hear(1.5)
    talk.turns.understood(words, 0.9)
    assert talk.silence_until_end() < 0.45


def test_short_gaps_do_not_end_or_pause_a_turn() -> None:
    talk = Talk()
    talk.hear(0.6)
    assert talk.hear(0.13, 0.0) == []
    assert talk.hear(0.6) == []


def test_a_pause_is_noticed_and_so_is_going_on() -> None:
    talk = Talk()
    talk.hear(1)
    talk.turns.understood("well i was going to", 0.9)
    assert [change for change, _ in talk.hear(0.5, 0.0)] == [Floor.PAUSED]
    assert [change for change, _ in talk.hear(0.5)] == [Floor.CONTINUED]


def test_open_speech_over_the_companion_makes_it_yield_within_130_ms() -> None:
    talk = Talk()
    talk.hear(1, 0.0, companion=True)
    start = talk.now
    changes = talk.hear(0.3, companion=True)
    assert [change for change, _ in changes] == [Floor.STARTED, Floor.YIELD]
    assert changes[1][1] - start <= 0.13


def test_a_hum_over_the_companion_makes_it_yield_only_when_it_goes_on() -> None:
    talk = Talk()
    talk.hear(1, 0.0, companion=True)
    assert talk.hear(0.5, hum=True, companion=True) == []
    assert Floor.YIELD in [change for change, _ in talk.hear(0.4, hum=True, companion=True)]


@pytest.mark.parametrize(("words", "then"), [("yeah", Floor.RESUME), ("no stop", Floor.TAKEN), ("", Floor.RESUME)])
def test_a_short_word_over_the_companion_is_judged_by_what_it_was(words: str, then: Floor) -> None:
    talk = Talk()
    talk.hear(1, 0.0, companion=True)
    talk.hear(0.32, companion=True)
    talk.turns.understood(words, 0.8)
    assert then in [change for change, _ in talk.hear(1.5, 0.0)]


def test_long_speech_over_the_companion_takes_the_floor_while_it_lasts() -> None:
    talk = Talk()
    talk.hear(1, 0.0, companion=True)
    talk.hear(0.2, companion=True)
    assert Floor.TAKEN in [change for change, _ in talk.hear(0.8)]


def test_weak_sound_does_not_interrupt_while_the_echo_canceller_adapts() -> None:
    talk = Talk()
    assert talk.hear(0.22, 0.7, companion=True) == []


def test_someone_who_often_goes_on_is_given_more_time() -> None:
    talk = Talk()
    waits = []
    for _ in range(5):
        talk.hear(1)
        talk.turns.understood("so that is what happened", 0.9)
        waits.append(talk.silence_until_end())
        talk.now -= 4 - waits[-1] - 0.1  # speak again 0.1 s after the turn was taken for over
    assert waits[-1] > 1.2 * waits[0]
