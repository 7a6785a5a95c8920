"""The ears of a call: frames become voice events, and stretches of the track become recognition jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np

from models.modem import modulated
from models.scripted import ScriptedRecogniser, ScriptedVoiceActivity
from simulations import virtual_time
from simulations.line.talkers import talker
from tests.session.small_world import small_world, understanding
from voice_agent.audio import FRAME_SAMPLES, Pcm, active_dbfs, level_dbfs, silence, snr_db
from voice_agent.clock import LoopClock
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.events import AnyEvent
from voice_agent.errors import EngineOverloaded
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency
from voice_agent.session.errands import Errands
from voice_agent.session.hearing import RECOGNISE_US, Ears
from voice_agent.session.segmenting import segment_settings
from voice_agent.turns.segments import Segments
from voice_agent.turns.settings import SegmentSettings


class NotingRecogniser:
    """The scripted one, 200 ms late; notes what it was asked, and fails for `expects="fail"`."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, str, int]] = []
        self.languages: list[Languages] = []
        self.heard: list[Pcm] = []
        self._engine = ScriptedRecogniser(200_000)

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        self.asked.append((pcm.size, expects, deadline_us))
        self.languages.append(languages)
        self.heard.append(pcm)
        if expects == "fail":
            raise EngineOverloaded("the queue is full")
        return await self._engine.transcribe(pcm, expects=expects, deadline_us=deadline_us)


class Head:
    """Ears, what they heard and fed."""

    def __init__(self) -> None:
        self.fed: list[AnyEvent] = []
        self.recogniser = NotingRecogniser()
        self.errands = Errands("c-1", small_world(), self.fed.append)
        segments = Segments(segment_settings(TurnsConfig()))
        self.ears = Ears(
            segments, ScriptedVoiceActivity(), self.recogniser, LoopClock(), self.errands, languages=("en", "es")
        )

    def hears(self, pcm: Pcm, *, agent_speaking: bool = False) -> list[AnyEvent]:
        out: list[AnyEvent] = []
        for start in range(0, pcm.size, FRAME_SAMPLES):
            out += self.ears.frame(pcm[start : start + FRAME_SAMPLES], agent_speaking=agent_speaking)
        return out


def run(play: Callable[[Head], Awaitable[None]]) -> Head:
    understanding()

    async def scene() -> Head:
        head = Head()
        async with asyncio.TaskGroup() as group:
            head.errands.open(group)
            await play(head)
        return head

    return virtual_time.run(scene())


def test_voice_is_told_by_its_position_in_the_track() -> None:
    async def play(head: Head) -> None:
        voice = modulated("hello")
        events = head.hears(np.concatenate((silence(8_000), voice, silence(2_400))))
        lead_in = SegmentSettings().pre_roll_ms * 8
        end = 8_000 + voice.size
        assert events == [
            ev.SpeechStarted(1, 8_000 - lead_in),
            ev.SpeechDipped(1, end),
            ev.SpeechPaused(1, end, active_dbfs(voice)),
        ]

    run(play)


def test_voice_counts_sooner_while_the_agent_speaks() -> None:
    async def play(head: Head) -> None:
        short = np.concatenate((modulated("hello")[: 2 * FRAME_SAMPLES], silence(3_200)))
        assert head.hears(short) == []
        whole = [ev.SpeechStarted, ev.SpeechDipped, ev.SpeechPaused]
        assert [type(event) for event in head.hears(short, agent_speaking=True)] == whole

    run(play)


def test_a_stretch_of_the_track_is_recognised_within_a_deadline() -> None:
    async def play(head: Head) -> None:
        head.hears(np.concatenate((modulated("before "), modulated("5501"), silence(160))))
        start = modulated("before ").size
        head.ears.transcribe(act.Transcribe(3, 2, start, start + modulated("5501").size, "digits"))

    head = run(play)
    sound = modulated("5501")
    heard = ev.Transcribed(3, 2, "5501", (), 1.0, "scripted", 0, active_dbfs(sound), snr_db=snr_db(sound))
    assert head.fed == [heard]
    assert head.recogniser.asked == [(modulated("5501").size, "digits", RECOGNISE_US)]


def test_recognition_that_fails_says_why() -> None:
    async def play(head: Head) -> None:
        head.ears.transcribe(act.Transcribe(3, 2, 0, 160, "fail"))

    assert run(play).fed == [ev.TranscriptionFailed(3, 2, "engine_overload", "the queue is full")]


def test_a_cancelled_job_feeds_nothing_and_others_go_on() -> None:
    async def play(head: Head) -> None:
        head.hears(modulated("5501"))
        head.ears.transcribe(act.Transcribe(1, 1, 0, 1_920, "digits"))
        head.ears.transcribe(act.Transcribe(2, 1, 0, 1_920, "digits"))
        await asyncio.sleep(0.1)
        head.ears.cancel(1)
        await asyncio.sleep(0.5)
        head.ears.cancel(2)
        head.ears.cancel(7)

    (event,) = run(play).fed
    assert isinstance(event, ev.Transcribed)
    assert event.job == 2


def test_an_echo_of_the_agent_is_nobodys_voice_and_is_not_recognised() -> None:
    async def play(head: Head) -> None:
        agent = np.concatenate([talker(8_000, np.random.default_rng(seed)) for seed in range(8)]) * 2_000
        said = agent.astype(np.int16).reshape(-1, FRAME_SAMPLES)
        echo = np.concatenate((silence(1_600), said.reshape(-1)))[: said.size] // 8
        events: list[AnyEvent] = []
        for heard, spoken in zip(echo.reshape(-1, FRAME_SAMPLES), said, strict=True):
            events += head.hears(heard, agent_speaking=True)
            head.ears.spoke(spoken)
        assert events == []
        kept = head.ears.track.cut(said.size // 2, said.size)
        assert level_dbfs(kept) < level_dbfs(echo[said.size // 2 :]) - 2
        assert [type(event) for event in head.hears(modulated("hello"), agent_speaking=True)] == [ev.SpeechStarted]

    run(play)


def test_words_over_an_echo_of_the_agent_are_recognised_without_it() -> None:
    async def play(head: Head) -> None:
        agent = np.concatenate([talker(8_000, np.random.default_rng(seed)) for seed in range(8)]) * 2_000
        said = agent.astype(np.int16)
        caller = np.concatenate((silence(1_600), said))[: said.size] // 4
        caller[-word.size :] += word
        for heard, spoken in zip(caller.reshape(-1, FRAME_SAMPLES), said.reshape(-1, FRAME_SAMPLES), strict=True):
            head.hears(heard, agent_speaking=True)
            head.ears.spoke(spoken)
        assert level_dbfs(caller[-word.size :] - word) > -45
        head.ears.transcribe(act.Transcribe(1, 1, said.size - word.size, said.size, "open"))
        await asyncio.sleep(1)

    word = modulated("hello")
    (heard,) = run(play).recogniser.heard
    assert level_dbfs(heard - word) < -65


def test_how_far_a_voice_stands_out_of_the_noise_is_known() -> None:
    random = np.random.default_rng(1)
    voice = random.normal(0.0, 3_000.0, 8_000)
    for noise, found_db in ((3.0, 60), (300.0, 20), (1_000.0, 10)):
        behind = random.normal(0.0, noise, 16_000)
        behind[4_000:12_000] += voice
        found = snr_db(behind.astype(np.int16))
        assert found is not None
        assert abs(found - found_db) <= 3
    assert snr_db(silence(8_000)) is None
    assert snr_db(silence(0)) is None


def test_words_are_asked_for_in_the_language_that_is_spoken_with_the_agents_others_beside_it() -> None:
    async def play(head: Head) -> None:
        head.hears(modulated("hola"))
        head.ears.transcribe(act.Transcribe(1, 1, 0, 1_920, "open", language="es"))
        head.ears.transcribe(act.Transcribe(2, 1, 0, 1_920, "open"))
        await asyncio.sleep(1)

    assert run(play).recogniser.languages == [("es", "en"), ("en", "es")]


class Doubting:
    """Voice activity that is never sure."""

    def prepare(self, frame: Pcm) -> None:
        pass

    def probability(self, frame: Pcm) -> float:
        return 0.1 if frame.any() else 0.0


def test_a_vowel_that_voice_activity_doubts_mutes_the_agent_and_nothing_else() -> None:
    async def play(head: Head) -> None:
        segments = Segments(SegmentSettings())
        head.ears = Ears(segments, Doubting(), head.recogniser, LoopClock(), head.errands)
        vowel = (talker(8_000, np.random.default_rng(3)) * 3_000).astype(np.int16)
        vowel[np.abs(vowel) < 1] = 1
        assert head.hears(np.concatenate((silence(8_000), vowel, silence(4_800)))) == []
        heard = head.hears(np.concatenate((silence(8_000), vowel, silence(4_800))), agent_speaking=True)
        assert isinstance(heard[0], ev.SpeechStarted)
        assert isinstance(heard[-1], ev.SpeechPaused)

    run(play)


def test_a_sound_that_may_be_a_beginning_or_an_end_stirs() -> None:
    async def play(head: Head) -> None:
        head.hears(silence(1_600), agent_speaking=True)
        assert not head.ears.stirs()
        head.hears(modulated("hello")[:FRAME_SAMPLES])
        assert head.ears.stirs()
        head.hears(modulated("hello"))
        assert not head.ears.stirs(), "a voice that is on has the floor, or was decided on"
        head.hears(silence(4_800))
        assert not head.ears.stirs()

    run(play)
