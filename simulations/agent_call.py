"""One simulated call to an agent, whole: its session, the caller of a scenario, and the verdict. Runs in virtual time.

opened = ...                                   # voice_agent.app.office.open_agent, with a LoopClock, inside hold()
call = await agent_call("sim-1", scenario, Stage(opened.pack, held_world(opened.world, Latencies()), config, speech))
call.result.ok, call.log
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from simulations.audio_call import audio_call
from simulations.caller_session import CallerSession
from simulations.callers.minds import Mind, SpokenMind
from simulations.cues import texts_of
from simulations.judge import judged
from simulations.line.line import Line
from simulations.line.settings import LineSettings
from simulations.line.speech_level import lines_level_dbfs
from simulations.mouth import prepare_lines
from simulations.result import CallResult
from simulations.scenario import Scenario
from simulations.tape import Tape
from voice_agent.agent.core import build_core
from voice_agent.audio import Pcm
from voice_agent.config import Config
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header
from voice_agent.conversation.state import fold
from voice_agent.journeys.lexicon import Lexicon
from voice_agent.journeys.pack import Pack
from voice_agent.ports.speech import Recogniser, Synthesiser, VoiceActivity
from voice_agent.session.segmenting import segment_settings
from voice_agent.session.voice import VoiceSession
from voice_agent.session.world import SpeechWorld, World
from voice_agent.turns.segments import Segments

CIVIL_START: Final = "2026-03-04T10:00:00.000+00:00"
"""When simulated calls begin unless told otherwise: always the same day, or answers about dates would differ."""


@dataclass(frozen=True)
class Speech:
    """Engines for one call: the agent's, and the caller's own voice and ears; and its mind where it thinks.

    `pronounces`: the agent's voice reads aloud, so that its lexicon applies; a double hands over the words as written.
    """

    recogniser: Recogniser
    synthesiser: Synthesiser
    voice_activity: Callable[[], VoiceActivity]
    caller_voice: Synthesiser
    caller_ears: Recogniser
    caller_mind: Mind | None = None
    pronounces: bool = False


@dataclass(frozen=True)
class Stage:
    """What calls of one agent share. `world` is one of virtual time, see `simulations.held_world`."""

    pack: Pack
    world: World
    config: Config
    speech: Speech
    civil_start: str = CIVIL_START


@dataclass(frozen=True)
class AgentCall:
    """A simulated call: what the caller saw and the verdict, the agent's own log, and both voices."""

    result: CallResult
    log: ConversationLog
    tape: Tape


async def agent_call(
    call_id: str, scenario: Scenario, stage: Stage, line: LineSettings | None = None, recording: Pcm | None = None
) -> AgentCall:
    """Plays `scenario`; the conversation is called `call_id`, which must be new to the store.

    `line` is what lies between the two, by the scenario's seed; `recording` what its noise is from, see `Line`.
    """
    clock, speech = stage.world.clock, stage.speech
    lines = await prepare_lines(
        texts_of(scenario), speech.caller_voice, clock, loudness_db=scenario.who.loudness_db, seed=scenario.seed
    )
    mind = None if speech.caller_mind is None else SpokenMind(speech.caller_mind, speech.caller_voice, clock, scenario)
    caller = CallerSession(scenario, lines, speech.caller_ears, clock, mind=mind)
    log = _log_of(call_id, scenario, stage)
    session = _session(log, stage)
    started = CallStarted("phone", scenario.who.number, "simulated", stage.civil_start)
    between = None
    if line is not None:
        between = Line(line, scenario.seed, speech_dbfs=lines_level_dbfs(lines.values()), recording=recording)
    async with asyncio.TaskGroup() as group:
        group.create_task(session.run(started))
        result = await audio_call(call_id, session, caller, between)
    return AgentCall(judged(scenario, result, fold(log.read())), log, caller.tape)


def _log_of(call_id: str, scenario: Scenario, stage: Stage) -> ConversationLog:
    header = Header(
        VERSION,
        call_id,
        "phone",
        stage.pack.agent.name,
        stage.pack.digest,
        stage.config.digest(),
        scenario.seed,
        stage.civil_start,
    )
    log = ConversationLog(header)
    journal = stage.world.journal
    journal.begin(header)
    log.follow(lambda record: journal.write(call_id, record))
    return log


def _session(log: ConversationLog, stage: Stage) -> VoiceSession:
    turns, speech = stage.config.turns, stage.speech
    machine = build_core(stage.pack, turns, log.header.conversation, recorded=False)
    lexicon = stage.pack.lexicon if speech.pronounces else Lexicon()
    heard = SpeechWorld(
        speech.recogniser,
        speech.synthesiser,
        speech.voice_activity(),
        None,
        lexicon=lexicon,
        languages=stage.pack.agent.languages,
    )
    return VoiceSession(machine, log, stage.world, heard, Segments(segment_settings(turns)))
