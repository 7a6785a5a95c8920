"""The mouth of a call: clauses become sound in order, as fast as there is room, and stop when told to."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable

import numpy as np

from models.modem import demodulated, modulated
from models.scripted import ScriptedSynthesiser
from simulations import virtual_time
from voice_agent.audio import Pcm, level_dbfs, samples_to_us
from voice_agent.clock import LoopClock
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.events import AnyEvent
from voice_agent.journeys.lexicon import Lexicon
from voice_agent.session.speaking import FIRST_CHUNK_US, WAIT_MS, Mouth
from voice_agent.turns.pacing import SPEEDS, pause_samples
from voice_agent.turns.settings import PlayoutSettings

LIMIT_US = samples_to_us(PlayoutSettings().limit_samples)


class NotingSynthesiser:
    """The scripted one, 40 ms late; notes every clause begun, its deadline, and how many were given up half way."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        self.speeds: list[float] = []
        self.given_up = 0
        self._engine = ScriptedSynthesiser(40_000)

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        self.begun.append((text, deadline_us))
        self.speeds.append(speed)
        try:
            async for chunk in self._engine.synthesize(text, deadline_us=deadline_us):
                yield chunk
        except (asyncio.CancelledError, GeneratorExit):
            self.given_up += 1
            raise


class Face:
    """A mouth that is ticked every 20 ms."""

    def __init__(self) -> None:
        self.fed: list[AnyEvent] = []
        self.heard: list[Pcm] = []
        self.synthesiser = NotingSynthesiser()
        self.mouth = Mouth("c-1", self.synthesiser, LoopClock(), self.fed.append)

    async def lets_pass(self, seconds: float) -> None:
        for _ in range(round(seconds * 50)):
            await asyncio.sleep(0.02)
            self.heard.append(self.mouth.pull())

    def words(self) -> str:
        return demodulated(np.concatenate(self.heard))


def run(play: Callable[[Face], Awaitable[None]], kind: type[Face] = Face) -> Face:
    async def scene() -> Face:
        face = kind()
        async with asyncio.TaskGroup() as group:
            speaking = group.create_task(face.mouth.run())
            await play(face)
            speaking.cancel()
        return face

    return virtual_time.run(scene())


def test_clauses_are_spoken_in_order_with_a_pause_where_a_sentence_ends() -> None:
    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, ("Hello.", "How are you?")))
        face.mouth.say(act.Say(2, 0, ("Good.",)))
        await face.lets_pass(2.0)

    face = run(play)
    assert face.words() == "Hello. How are you? Good."
    assert [type(event) for event in face.fed] == [ev.PlaybackStarted, ev.PlaybackFinished] * 2
    sounding = [number for number, frame in enumerate(face.heard) if level_dbfs(frame) > -60]
    silent = sorted(set(range(sounding[0], sounding[-1] + 1)) - set(sounding))
    assert silent == list(range(silent[0], silent[0] + pause_samples("Hello.", "normal") // 160))


def test_how_long_the_first_sound_of_an_utterance_waited_is_told() -> None:
    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, ("Hello there.",)))
        face.mouth.say(act.Say(2, 0, ("Good.",)))
        await face.lets_pass(2.0)

    first, second = (event for event in run(play).fed if isinstance(event, ev.PlaybackStarted))
    assert first.waited_us is not None
    assert 0 < first.waited_us < 20_000, "it goes out with the next packet"
    assert second.waited_us is not None
    assert second.waited_us > 500_000, "it was made while the first was said"


def test_the_next_clause_is_made_while_the_first_is_heard() -> None:
    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, ("Hello there, this takes a while.", "How are you?")))
        await face.lets_pass(0.2)

    face = run(play)
    assert [text for text, _ in face.synthesiser.begun] == ["Hello there, this takes a while.", "How are you?"]
    assert face.synthesiser.begun[0][1] == FIRST_CHUNK_US


def test_synthesis_stays_a_limited_time_ahead() -> None:
    long = "This is a very long sentence that nobody would ever want to say in one breath. " * 6

    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, (long, "And more.")))
        await face.lets_pass(1.0)
        assert [text for text, _ in face.synthesiser.begun] == [long]
        assert not face.mouth.playout.wants_more
        await face.lets_pass(samples_to_us(modulated(long).size) / 1_000_000 + 2.0)

    face = run(play)
    assert samples_to_us(modulated(long).size) > LIMIT_US
    assert face.words().endswith("And more.")
    assert face.mouth.playout.starved_frames == 0


def test_stopping_is_heard_in_the_next_frame_and_ends_synthesis() -> None:
    long = "This is a very long sentence that nobody would ever want to say in one breath. " * 6

    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, (long,)))
        face.mouth.say(act.Say(2, 0, ("Never.",)))
        await face.lets_pass(1.0)
        face.mouth.stop()
        await face.lets_pass(0.5)

    face = run(play)
    assert all(level_dbfs(frame) == -120.0 for frame in face.heard[-24:])
    assert face.synthesiser.given_up == 1
    assert [text for text, _ in face.synthesiser.begun] == [long]
    assert isinstance(face.fed[-1], ev.PlayedUntil)


def test_speech_goes_on_after_a_stop() -> None:
    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, ("Hello there.",)))
        await face.lets_pass(0.3)
        face.mouth.stop()
        face.mouth.say(act.Say(2, 0, ("Yes?",)))
        await face.lets_pass(1.0)

    face = run(play)
    assert face.words().endswith("Yes?")
    assert face.fed[-1] == ev.PlaybackFinished(2)


def test_stopping_what_has_not_begun_drops_it() -> None:
    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, ("Never.",)))
        face.mouth.stop()
        await face.lets_pass(1.0)

    face = run(play)
    assert face.words() == ""
    assert face.synthesiser.begun == []


def test_a_respelled_word_is_what_the_voice_gets_and_the_written_one_what_was_said() -> None:
    class Pronouncing(Face):
        def __init__(self) -> None:
            super().__init__()
            lexicon = Lexicon({"en": {"wi-fi": "why fye", "rio grande": "ree oh grand"}})
            self.mouth = Mouth("c-1", self.synthesiser, LoopClock(), self.fed.append, lexicon=lexicon)

    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, ("Our Wi-Fi.", "In Rio Grande too.")))
        await face.lets_pass(0.2)
        played = face.mouth.playout.played_until()
        assert played is not None
        assert played.heard == ""
        await face.lets_pass(3.0)

    face = run(play, Pronouncing)
    assert [text for text, _ in face.synthesiser.begun] == ["Our why fye.", "In ree oh grand too."]
    assert face.fed[-1] == ev.PlaybackFinished(1)


def test_said_slowly_the_voice_is_slower_and_every_cut_is_a_longer_pause() -> None:
    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, ("1 2,", "3 4."), pace="slow"))
        await face.lets_pass(2.0)

    face = run(play)
    assert face.synthesiser.speeds == [SPEEDS["slow"]] * 2
    sounding = [number for number, frame in enumerate(face.heard) if level_dbfs(frame) > -60]
    longest = max(after - before for before, after in itertools.pairwise(sounding))
    assert longest - 1 == pause_samples("1 2,", "slow") // 160 > pause_samples("1 2,", "normal") // 160


def test_what_was_prepared_sounds_in_the_next_frame() -> None:
    async def play(face: Face) -> None:
        await face.lets_pass(0.02)
        face.mouth.prepare(act.PrepareSpeech(1, "Hello there."))
        await face.lets_pass(0.2)
        face.mouth.say(act.Say(1, 1, ("Hello there.", "How are you?")))
        assert level_dbfs(face.mouth.pull()) > -45
        await face.lets_pass(4)

    face = run(play)
    assert "How are you?" in face.words()
    assert [text for text, _ in face.synthesiser.begun] == ["Hello there.", "How are you?"]


def test_what_was_prepared_and_is_not_said_is_never_heard() -> None:
    async def play(face: Face) -> None:
        await face.lets_pass(0.02)
        face.mouth.prepare(act.PrepareSpeech(1, "Hello there."))
        await face.lets_pass(0.2)
        face.mouth.say(act.Say(1, 1, ("How are you?",)))
        await face.lets_pass(3)

    assert run(play).words() == "How are you?"


def test_the_first_word_waits_a_moment_while_somebody_stirs_and_no_longer() -> None:
    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, ("Hello.",)))
        await asyncio.sleep(0.1)
        waited = [face.mouth.pull(lambda: True).any() for _ in range(WAIT_MS // 20 + 1)]
        assert waited == [False] * (WAIT_MS // 20) + [True]
        assert face.mouth.pull(lambda: True).any()

    run(play)


def test_nothing_waits_once_nobody_stirs() -> None:
    async def play(face: Face) -> None:
        face.mouth.say(act.Say(1, 0, ("Hello.",)))
        await asyncio.sleep(0.1)
        assert not face.mouth.pull(lambda: True).any()
        assert face.mouth.pull(lambda: False).any()

    run(play)
