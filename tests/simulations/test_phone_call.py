from __future__ import annotations

import asyncio
import socket
import wave
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from models.modem import demodulated, modulated
from simulations.caller_session import CallerSession
from simulations.cues import texts_of
from simulations.mouth import PreparedLine, prepare_lines
from simulations.phone_call import PhoneLine
from simulations.playback import playback_scenario, prepare_files
from simulations.scenario import Line, Scenario
from telephony.rtp.port import MediaPorts
from telephony.rtp.wheel import MediaWheel
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.settings import SipSettings
from tests.simulations.callers import scenario_of
from tests.simulations.plain_speech import Announcer, PlainEars, PlainVoice
from voice_agent.app.wav_files import read_wav
from voice_agent.audio import Pcm
from voice_agent.channels.phone import PhoneDoor
from voice_agent.channels.phone_call import Caller, CallLine
from voice_agent.clock import MonotonicClock
from voice_agent.conversation.events import MediaCameBack, MediaLost
from voice_agent.errors import UsageError

HELLO = Line(after="greeting", say="Order?")
BYE = Line(when="goodbye", hang_up=True)


class Answering:
    """An `Announcer` behind a telephone: hangs up when it has said everything."""

    conversation = "c-1"

    def __init__(self, agent: Announcer, hang_up: Callable[[], None]) -> None:
        self.agent = agent
        self.ended: list[str] = []
        self._hang_up = hang_up

    def prepare(self, caller: Pcm) -> None:
        pass

    def tick(self, caller: Pcm, digits: Sequence[str]) -> Pcm:
        frame = self.agent.tick(np.where(np.abs(caller) > 500, caller, 0).astype(np.int16), tuple(digits))
        if self.agent.ended:
            self._hang_up()
        return frame

    def media(self, event: MediaLost | MediaCameBack) -> None:
        self.ended.append(event.__class__.__name__)

    def hung_up(self, reason: str) -> None:
        self.ended.append(reason)

    def broke(self, reason: str) -> None:
        self.ended.append(reason)


class OneDesk:
    """Takes calls for an agent, or refuses them."""

    def __init__(self, *texts: str, refuses: bool = False) -> None:
        self.sessions: list[Answering] = []
        self.callers: list[Caller] = []
        self._texts = texts
        self._refuses = refuses

    def admit(self, caller: Caller) -> str | None:
        return "full" if self._refuses else None

    def line_ended(self, caller: Caller) -> None: ...

    def open(self, caller: Caller, line: CallLine) -> Answering:
        self.callers.append(caller)
        self.sessions.append(Answering(Announcer(*self._texts), line.hang_up))
        return self.sessions[-1]


@asynccontextmanager
async def answered_by(desk: OneDesk) -> AsyncIterator[str]:
    """The URI of a telephone that `desk` answers."""
    door = PhoneDoor(desk, MediaPorts("127.0.0.1", 29_000, 29_199), MediaWheel())
    endpoint = await SipEndpoint.open("127.0.0.1", 0, door, SipSettings())
    door.attach(endpoint)
    try:
        yield f"sip:agent@127.0.0.1:{endpoint.address.port}"
    finally:
        await endpoint.close()


async def caller_of(scenario: Scenario) -> CallerSession:
    clock = MonotonicClock()
    lines: dict[str, PreparedLine] = await prepare_lines(texts_of(scenario), PlainVoice(), clock)
    return CallerSession(scenario, lines, PlainEars(), clock)


def in_real_time(main: Coroutine[Any, Any, None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(40):
            await main

    asyncio.run(limited())


@pytest.mark.slow
def test_a_call_over_the_telephone_has_the_same_result_as_one_without() -> None:
    async def main() -> None:
        desk = OneDesk("Welcome.", "Number?", "It comes. Goodbye.")
        scenario = scenario_of(HELLO, Line(when="number", keys="42"), BYE)
        caller = await caller_of(scenario)
        async with answered_by(desk) as uri, PhoneLine.open("127.0.0.1") as line:
            result = await line.call("sim-1", uri, caller)
        assert result.sip_status == 200
        assert result.greeting == "Welcome."
        assert [turn.caller_said for turn in result.turns] == ["Order?", "[42]"]
        assert [turn.agent_said for turn in result.turns] == ["Number?", "It comes. Goodbye."]
        first = result.turns[0].voice_to_voice_ms
        assert first is not None
        assert 600 <= first <= 1_100
        assert (result.ended_by, result.unfinished, result.problems) == ("caller", None, ())
        assert result.media is not None
        assert result.media.received > 100
        assert result.media.rtcp.received >= 1
        assert result.media.rtcp.refused == 0
        assert desk.sessions[0].agent.keys == ["4", "2"]
        assert desk.sessions[0].ended
        assert desk.callers[0].from_uri.startswith("sip:1@127.0.0.1")
        assert demodulated(caller.tape.caller(0, caller.tape.samples)) == "Order?"

    in_real_time(main())


def test_an_agent_that_hangs_up_ends_the_call() -> None:
    async def main() -> None:
        async with answered_by(OneDesk("Closed.")) as uri, PhoneLine.open("127.0.0.1") as line:
            result = await line.call("sim-1", uri, await caller_of(scenario_of(HELLO, BYE)))
        assert (result.ended_by, result.ok) == ("agent", True)
        assert result.greeting == "Closed."

    in_real_time(main())


def test_a_call_that_is_refused_has_its_status_and_no_turns() -> None:
    async def main() -> None:
        async with answered_by(OneDesk(refuses=True)) as uri, PhoneLine.open("127.0.0.1") as line:
            result = await line.call("sim-1", uri, await caller_of(scenario_of(HELLO)))
        assert (result.sip_status, result.turns, result.ok) == (503, (), False)
        assert result.ended_by == "network"
        assert result.unfinished is not None
        assert "503" in result.unfinished

    in_real_time(main())


def test_a_number_that_cannot_be_called_has_a_status_too() -> None:
    async def main() -> None:
        async with PhoneLine.open("127.0.0.1") as line:
            result = await line.call("sim-1", "mailto:nobody", await caller_of(scenario_of(HELLO)))
        assert result.sip_status == 400
        assert not result.ok

    in_real_time(main())


def test_a_defect_of_the_caller_ends_its_call_and_no_other() -> None:
    async def main() -> None:
        desk = OneDesk("Hi.", "Goodbye.")
        broken = CallerSession(scenario_of(HELLO, BYE), {}, PlainEars(), MonotonicClock())
        sound = await caller_of(scenario_of(HELLO, BYE))
        async with answered_by(desk) as uri, PhoneLine.open("127.0.0.1") as line, asyncio.TaskGroup() as group:
            calls = [group.create_task(line.call(f"sim-{n}", uri, caller)) for n, caller in enumerate((broken, sound))]
            results = [await call for call in calls]
        assert results[0].problems == ("the caller failed: KeyError: 'Order?'",)
        assert (results[0].ended_by, results[0].ok) == ("network", False)
        assert results[1].ok
        encoded = msgspec.json.decode(msgspec.json.encode(results[1]))
        assert encoded["turns"][0]["voice_to_voice_ms"] == results[1].turns[0].voice_to_voice_ms

    in_real_time(main())


def test_nobody_answering_is_given_up() -> None:
    async def main() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
            mute.bind(("127.0.0.1", 0))
            async with PhoneLine.open("127.0.0.1") as line:
                caller = await caller_of(scenario_of(HELLO))
                uri = f"sip:a@127.0.0.1:{mute.getsockname()[1]}"
                result = await line.call("sim-1", uri, caller, answer_s=0.2)
        assert result.sip_status == 408
        assert result.reason == "not answered within 0.2 s"

    in_real_time(main())


def test_calls_share_a_line() -> None:
    async def main() -> None:
        async with (
            answered_by(OneDesk("Hi.", "Bye.")) as uri,
            PhoneLine.open("127.0.0.1", ports=(28_000, 28_019)) as line,
        ):
            callers = [await caller_of(scenario_of(HELLO, Line(after="agent", hang_up=True))) for _ in range(3)]
            async with asyncio.TaskGroup() as group:
                calls = [group.create_task(line.call(f"sim-{n}", uri, caller)) for n, caller in enumerate(callers)]
            assert [call.result().ok for call in calls] == [True] * 3

    in_real_time(main())


def write_wav(path: Path, pcm: Pcm, *, rate_hz: int = 8_000, channels: int = 1, width: int = 2) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(np.repeat(pcm, channels).astype("<i2").tobytes()[:: 3 - width])
    return path


@pytest.mark.slow
def test_files_are_played_one_after_another(tmp_path: Path) -> None:
    async def main() -> None:
        paths = [write_wav(tmp_path / f"{text}.wav", modulated(text)) for text in ("one", "two")]
        scenario = playback_scenario([str(path) for path in paths])
        caller = CallerSession(scenario, prepare_files(paths), PlainEars(), MonotonicClock())
        desk = OneDesk("Hi.", "So?", "Ok.")
        async with answered_by(desk) as uri, PhoneLine.open("127.0.0.1") as line:
            result = await line.call("say-1", uri, caller)
        assert result.ok
        assert [turn.caller_said for turn in result.turns] == [str(path) for path in paths]
        assert demodulated(np.concatenate(desk.sessions[0].agent.heard)) == "one two"

    in_real_time(main())


def test_files_of_other_rates_are_converted(tmp_path: Path) -> None:
    wave_16k = (np.sin(np.arange(16_000) * 2 * np.pi * 440 / 16_000) * 8_000).astype(np.int16)
    pcm = read_wav(write_wav(tmp_path / "a.wav", wave_16k, rate_hz=16_000, channels=2))
    assert abs(pcm.size - 8_000) <= 1
    assert abs(int(np.abs(pcm).max()) - 8_000) < 200


def test_files_that_cannot_be_played_are_named(tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound", encoding="utf-8")
    narrow = write_wav(tmp_path / "narrow.wav", np.ones(80, np.int16), width=1)
    for path, message in ((tmp_path / "gone.wav", "can't be played"), (text, "can't"), (narrow, "8 bits a sample")):
        with pytest.raises(UsageError, match=message):
            read_wav(path)
    with pytest.raises(UsageError, match="nothing to play"):
        playback_scenario([])
