"""The call of `interrupted_call` in virtual time: session, core, engines and recording are the product's.

The line is simulated, G.711 in packets. Time stands still while an engine works; it answers after a modelled latency.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.barge_in_trials import NobodyElse, TrialEngines
from benchmarks.interrupted_caller import FOLDER, Caller
from benchmarks.interrupted_evidence import Evidence, Told, tracks_of
from benchmarks.interrupted_sounds import told_by
from models.scripted import ScriptedEmbedder
from simulations import virtual_time
from simulations.held_engines import HeldRecogniser, HeldSynthesiser
from simulations.held_world import Latencies
from simulations.line.line import Line
from simulations.line.settings import LineSettings
from simulations.loudness import voiced_windows
from voice_agent.agent.core import build_core
from voice_agent.audio import FRAME_SAMPLES, FRAME_US, silence
from voice_agent.clock import LoopClock, MonotonicClock
from voice_agent.config import Config
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header, Record
from voice_agent.effects.understander import LocalUnderstander
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack
from voice_agent.session.segmenting import segment_settings
from voice_agent.session.voice import VoiceSession
from voice_agent.session.world import SpeechWorld, World
from voice_agent.stores.recordings import Recording, Recordings, audio_path
from voice_agent.turns.segments import Segments

_ID: Final = "c-1"


def simulated(engines: TrialEngines, caller: Caller) -> tuple[Evidence, Told]:
    """Plays it and listens to its recording."""
    pack = load(FOLDER)
    with tempfile.TemporaryDirectory() as folder:
        recordings = Recordings(Path(folder))
        try:
            understander = asyncio.run(_understander(pack))
            make = partial(_session, pack, understander, engines, recordings.start(_ID))
            records, sent_us = virtual_time.run(_call(make, caller))
        finally:
            recordings.close()
        left, right = tracks_of(audio_path(Path(folder), _ID))
    onsets_us = {name: said.onset_us for name, said in caller.uttered.items()}
    evidence = Evidence(records, left, right, caller.uttered, onsets_us, sent_us)
    return evidence, virtual_time.run(_held(engines, evidence))


async def _held(engines: TrialEngines, evidence: Evidence) -> Told:
    with virtual_time.running_loop().hold():
        return await told_by(engines.recogniser, evidence)


async def _understander(pack: Pack) -> LocalUnderstander:
    out = LocalUnderstander(ScriptedEmbedder(), MonotonicClock())
    examples = {journey.name: journey.examples for journey in pack.journeys}
    await out.prepare(examples, MonotonicClock().now_us() + 60_000_000)
    return out


async def _call(make: Callable[[], VoiceSession], caller: Caller) -> tuple[list[Record], list[int]]:
    """The log, and when sound of the agent's was sent, by the caller's clock."""
    session, line, loop = make(), Line(LineSettings(codec="pcmu"), 1), virtual_time.running_loop()
    sent_us: list[int] = []
    started = CallStarted("phone", "caller", "agent", "2026-03-04T10:00:00.000+00:00", recorded=True)
    async with asyncio.TaskGroup() as group:
        group.create_task(session.run(started))
        begun_us, heard, ticks = loop.now_us(), silence(FRAME_SAMPLES), 0
        while not caller.hung_up and not session.ended:
            said, _ = line.carry_to_agent(caller.tick(heard)[0])
            answered = session.tick(said)
            if any(voiced_windows(answered)):
                sent_us.append(ticks * FRAME_US)
            heard = line.carry_to_caller(answered)
            ticks += 1
            await asyncio.sleep((begun_us + ticks * FRAME_US - loop.now_us()) / 1_000_000)
        session.end("caller", "hung up")
    return list(session.driver.log.read()), sent_us


def _session(pack: Pack, understander: LocalUnderstander, engines: TrialEngines, recording: Recording) -> VoiceSession:
    config, clock, real, latencies, nobody = Config(), LoopClock(), MonotonicClock(), Latencies(), NobodyElse()
    speech = SpeechWorld(
        HeldRecogniser(engines.recogniser, real, latencies.recognition_us),
        HeldSynthesiser(engines.synthesiser, real, latencies.synthesis_us),
        engines.voice_activity(),
        recording,
    )
    log = ConversationLog(Header(VERSION, _ID, "phone", "Line", pack.digest, config.digest(), 1, ""))
    core = build_core(pack, config.turns, _ID, recorded=True)
    world = World(clock, understander, nobody, nobody, nobody)
    return VoiceSession(core, log, world, speech, Segments(segment_settings(config.turns)))
