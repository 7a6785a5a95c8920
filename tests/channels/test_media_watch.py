"""A line without sound is noticed once, a call on hold is not, and sound that comes back is."""

from __future__ import annotations

from voice_agent.channels.media_watch import TRANSITIONS, UNHEARD_US, Cue, MediaWatch, Sound
from voice_agent.conversation.events import MediaCameBack, MediaLost

TICK_US = 20_000
S = 1_000_000


class Watched:
    """A watch, and a line on which sound comes or does not."""

    def __init__(self) -> None:
        self.watch = MediaWatch()
        self.now_us = 0
        self.news: list[tuple[float, MediaLost | MediaCameBack]] = []
        self._last_us: int | None = None

    def goes_on(self, seconds: float, *, sound: bool, expected: bool = True) -> None:
        for _ in range(round(seconds * 50)):
            self.now_us += TICK_US
            if sound:
                self._last_us = self.now_us
            unheard_us = self.now_us if self._last_us is None else self.now_us - self._last_us
            heard = self._last_us is not None
            news = self.watch.observe(heard, unheard_us, expected=expected, now_us=self.now_us)
            if news is not None:
                self.news.append((self.now_us / S, news))


def test_sound_that_never_starts_is_noticed_once() -> None:
    line = Watched()
    line.goes_on(60, sound=False)
    assert line.news == [(10.0, MediaLost("never_started", UNHEARD_US))]


def test_sound_that_stops_is_noticed_and_so_is_its_return() -> None:
    line = Watched()
    line.goes_on(5, sound=True)
    line.goes_on(15, sound=False)
    line.goes_on(5, sound=True)
    line.goes_on(11, sound=False)
    assert line.news == [
        (15.0, MediaLost("stopped", UNHEARD_US)),
        (20.02, MediaCameBack()),
        (35.0, MediaLost("stopped", UNHEARD_US)),
    ]


def test_a_pause_of_a_telephone_that_sends_no_silence_is_nothing() -> None:
    line = Watched()
    for _ in range(5):
        line.goes_on(1, sound=True)
        line.goes_on(9, sound=False)
    assert line.news == []


def test_a_call_on_hold_may_be_silent_and_has_its_time_again_afterwards() -> None:
    line = Watched()
    line.goes_on(5, sound=True)
    line.goes_on(120, sound=False, expected=False)
    line.goes_on(9, sound=False)
    assert line.news == []
    line.goes_on(2, sound=False)
    assert line.news == [(135.0, MediaLost("stopped", UNHEARD_US))]


def test_a_hold_does_not_bring_lost_sound_back() -> None:
    line = Watched()
    line.goes_on(12, sound=False)
    line.goes_on(30, sound=False, expected=False)
    line.goes_on(5, sound=False)
    assert [type(news) for _, news in line.news] == [MediaLost]


def test_every_state_has_an_answer_to_everything() -> None:
    assert set(TRANSITIONS) == {(state, cue) for state in Sound for cue in Cue}
