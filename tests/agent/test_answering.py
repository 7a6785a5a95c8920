"""Who has answered a call that we placed: by how long the first words are, by the words, by a beep, in bounded time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.agent.answering import Answering, AnsweringSettings
from voice_agent.conversation.media_actions import AnsweredBy
from voice_agent.understanding.mailbox_words import sounds_like_a_mailbox

MS = 1_000
PAUSE_MS = 200
LIMIT_MS = 8_000


class Pickup:
    """Somebody answers at 0; what is heard, in ms since then."""

    def __init__(self) -> None:
        self.answering = Answering(AnsweringSettings(), sounds_like_a_mailbox, 0)
        self.now_ms = 0
        self.decided_ms: int | None = None

    def waits(self, until_ms: int) -> Pickup:
        while (due_us := self.answering.next_wake()) is not None and due_us <= until_ms * MS:
            self.now_ms = due_us // MS
            self.answering.wake(due_us)
            self._look()
        self.now_ms = until_ms
        return self

    def says(self, from_ms: int, to_ms: int, text: str | None = None, *, after_ms: int = 400) -> Pickup:
        """Voice; its words are known `after_ms` after its pause was noticed."""
        self.waits(from_ms).answering.voice_began(from_ms * MS)
        self.waits(to_ms + PAUSE_MS).answering.voice_paused(to_ms * MS, self.now_ms * MS)
        self._look()
        if text is not None:
            self.waits(self.now_ms + after_ms).answering.words(text, self.now_ms * MS)
            self._look()
        return self

    def _look(self) -> None:
        if self.answering.verdict is not None and self.decided_ms is None:
            self.decided_ms = self.now_ms

    def verdict(self) -> tuple[str, str, int]:
        self.waits(20_000)
        found = self.answering.verdict
        assert found is not None
        assert self.decided_ms is not None
        return found.who, found.reason, self.decided_ms


@pytest.mark.parametrize("text", ["Hello?", "Maya speaking.", "Yes?", "¿Diga?"])
def test_a_person_says_a_word_and_waits(text: str) -> None:
    assert Pickup().says(500, 1_100, text).verdict() == ("human", "a short greeting and a pause", 1_800)


def test_words_that_come_late_decide_when_they_come() -> None:
    assert Pickup().says(500, 1_100, "Hello?", after_ms=1_000).verdict()[::2] == ("human", 2_300)


def test_a_short_greeting_without_known_words_takes_a_longer_pause() -> None:
    assert Pickup().says(500, 1_100).verdict() == ("human", "a short greeting and a pause, no words known", 2_600)


def test_a_greeting_that_goes_on_is_a_machine_without_waiting_for_its_end() -> None:
    assert Pickup().says(300, 9_000).verdict() == ("machine", "a long greeting", 4_800)


def test_pauses_inside_a_greeting_do_not_count_as_voice() -> None:
    call = Pickup().says(300, 2_400, "Hi, this is Tom.").says(2_900, 6_000)
    assert call.verdict() == ("machine", "a long greeting", 5_300)


@pytest.mark.parametrize(
    "text",
    [
        "Hi, you've reached Tom.",
        "Tom can't come to the phone right now",
        "please leave a message after the tone",
        "The person you are calling is not available",
        "Welcome to the voicemail of",
        "Deje su mensaje después de la señal",
        "Hola, ha llamado al buzón de voz",
    ],
)
def test_words_of_a_mailbox_decide_at_once(text: str) -> None:
    assert sounds_like_a_mailbox(text)
    assert Pickup().says(300, 1_500, text).verdict() == ("machine", "words of a mailbox", 2_100)


@pytest.mark.parametrize(
    "text",
    ["Hello, who is this?", "I'm not interested", "Can I take a message?", "Miller residence", "¿Quién llama?", ""],
)
def test_what_people_say_is_no_mailbox(text: str) -> None:
    assert not sounds_like_a_mailbox(text)


def test_a_longer_question_is_a_person_and_a_longer_statement_is_not_known() -> None:
    question = "Good morning, Miller and Sons, how may I help you?"
    assert Pickup().says(300, 3_500, question).verdict() == ("human", "a question", 5_000)
    statement = Pickup().says(300, 3_500, "Good morning, this is Miller and Sons.")
    assert statement.verdict()[0] == "unknown"


def test_a_beep_is_a_machine_and_a_key_a_person() -> None:
    beeped, keyed = Pickup().waits(900), Pickup().waits(900)
    beeped.answering.beep()
    keyed.answering.key()
    assert (beeped.answering.verdict, keyed.answering.verdict) == (
        AnsweredBy("machine", "a beep"),
        AnsweredBy("human", "a key"),
    )


def test_silence_is_not_known_and_does_not_last_for_ever() -> None:
    assert Pickup().verdict() == ("unknown", "silence", 4_000)


stretch = st.tuples(st.integers(0, 3_000), st.integers(1, 5_000), st.sampled_from([None, "", "hello", "your message"]))


@given(st.lists(stretch, max_size=8))
def test_property_a_verdict_comes_in_time_once_and_stays(heard: list[tuple[int, int, str | None]]) -> None:
    call = Pickup()
    for gap_ms, length_ms, text in heard:
        call.says(call.now_ms + gap_ms, call.now_ms + gap_ms + length_ms, text)
    first = call.answering.verdict
    who, _, decided_ms = call.verdict()
    assert who in ("human", "machine", "unknown")
    assert decided_ms <= LIMIT_MS
    assert first is None or call.answering.verdict is first
