"""Opens what plays runs: the agent and its engines, once for many runs. A shell; decides nothing of a run.

async with open_player(setting) as play:          # in virtual time
    record = await play(key, None)
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import msgspec

from models.catalog import SCRIPTED
from models.chat_completions import Endpoint
from models.pool import SpeechPool
from models.prosody_catalog import NO_PROSODY
from models.scripted import ScriptedRecogniser, ScriptedSynthesiser
from simulations.blame.blame import blamed
from simulations.callers.minds import Minds, minds_of
from simulations.held_world import Latencies
from simulations.runs.engines import SCRIPTED_VOICE, Engines, ScriptedEngines
from simulations.runs.kept_engines import RememberingEmbedder
from simulations.runs.levels import Played, play
from simulations.runs.phone_level import CallerSpeech, open_phone, play_by_phone
from simulations.runs.records import RunKey, RunRecord
from simulations.runs.stage import open_stage
from simulations.runs.worker_messages import Setting
from simulations.scenario import Scenario
from simulations.scenario_file import read_scenario_files
from simulations.virtual_time import running_loop
from voice_agent.app.agent_folder import read_folder
from voice_agent.app.engines import embedder_of, speech_settings
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.load import folder_digest

Play: TypeAlias = Callable[[RunKey, Scenario | None], Awaitable[RunRecord]]
"""Plays a run: of the scenario that its key names, or of the one that is given."""


@asynccontextmanager
async def open_player(setting: Setting) -> AsyncIterator[Play]:
    """In virtual time. Raises AgentFolderError where the folder is not the one that was planned for, ModelMissing..."""
    folder = Path(setting.folder)
    require_digest(folder, setting.digest)
    scenarios = scenarios_of(folder)
    embedder = RememberingEmbedder(embedder_of(setting.config))
    latencies = Latencies() if setting.latencies is None else setting.latencies
    with _engines(setting, latencies) as engines:
        minds = _minds(setting)
        async with open_stage(folder, setting.config, embedder, engines, latencies=latencies, minds=minds) as stage:

            async def play_run(key: RunKey, given: Scenario | None) -> RunRecord:
                scenario = scenarios[key.scenario, key.variant] if given is None else given
                played = await play(key, scenario, stage)
                record = msgspec.structs.replace(played.record, blame=await blamed(played, scenario, stage))
                return await kept_meanwhile(dataclasses.replace(played, record=record), setting.audio)

            yield play_run


def _minds(setting: Setting) -> Minds | None:
    """What callers that think think with: the configured model, what is kept of an earlier suite, or both."""
    language = setting.config.language
    endpoint = Endpoint(language.url, language.model, language.key) if language.url else None
    folder = None if setting.minds is None else Path(setting.minds)
    return None if endpoint is None and folder is None else minds_of(endpoint, folder)


def _engines(setting: Setting, latencies: Latencies) -> AbstractContextManager[Engines]:
    if setting.engines == "real" and setting.level == "audio":
        from simulations.runs.real_engines import real_engines

        return real_engines(setting.config, latencies)
    return contextlib.nullcontext(ScriptedEngines(latencies))


@asynccontextmanager
async def open_phone_player(setting: Setting) -> AsyncIterator[Play]:
    """In real time. Raises AgentFolderError, CallFailed where its server doesn't start, ModelMissing..."""
    folder, config = Path(setting.folder), setting.config
    require_digest(folder, setting.digest)
    scenarios = scenarios_of(folder)
    async with contextlib.AsyncExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="voice-agent-phone-")))
        if setting.engines == "scripted":
            config = with_doubles(config)
            speech = CallerSpeech(ScriptedSynthesiser(), ScriptedRecogniser(), SCRIPTED_VOICE, MonotonicClock())
        else:
            speech = await stack.enter_async_context(_real_speech(config))
        opened = await stack.enter_async_context(open_phone(folder, config, scratch, speech, _minds(setting)))

        async def play_run(key: RunKey, given: Scenario | None) -> RunRecord:
            scenario = scenarios[key.scenario, key.variant] if given is None else given
            return await kept(await play_by_phone(key, scenario, opened), setting.audio)

        yield play_run


def with_doubles(config: Config) -> Config:
    """`config`, whose server has doubles for speech engines, in one process."""
    speech = msgspec.structs.replace(
        config.speech,
        recogniser=SCRIPTED,
        synthesiser=SCRIPTED,
        voice_activity=SCRIPTED,
        prosody=NO_PROSODY,
        processes=1,
    )
    return msgspec.structs.replace(config, speech=speech)


@asynccontextmanager
async def _real_speech(config: Config) -> AsyncIterator[CallerSpeech]:
    """One speech process with the engines of the configuration, beside the server's own."""
    settings = speech_settings(
        msgspec.structs.replace(config, speech=msgspec.structs.replace(config.speech, prosody=NO_PROSODY, processes=1))
    )
    clock = MonotonicClock()
    async with SpeechPool.open(settings, clock=clock) as pool:
        yield CallerSpeech(pool, pool, config.speech.synthesiser, clock)


def scenarios_of(folder: Path) -> dict[tuple[str, str], Scenario]:
    """Every variant of every scenario, by their names. Raises AgentFolderError."""
    files = read_scenario_files(folder / "simulations")
    return {(file.name, variant): scenario for file in files for variant, scenario in file.variants.items()}


def require_digest(folder: Path, digest: str) -> None:
    """Raises AgentFolderError where the folder is another than the one whose runs were planned."""
    found = folder_digest(read_folder(folder))
    if found != digest:
        raise AgentFolderError(
            f"{folder} has digest {found[:12]}, the suite was planned for {digest[:12]}",
            hint="bring the same version of the agent here, or start the suite again",
        )


async def kept_meanwhile(played: Played, audio: str | None) -> RunRecord:
    """`kept` in virtual time, which stands still until the file is written."""
    with running_loop().hold():
        return await kept(played, audio)


async def kept(played: Played, audio: str | None) -> RunRecord:
    """The run's record, once its recording is in the folder `audio` (None: none is kept)."""
    if audio is None or played.tape is None:
        return played.record
    name = f"{played.record.key.text.replace('/', '.')}.wav"
    await asyncio.to_thread(played.tape.save, Path(audio) / name)
    return msgspec.structs.replace(played.record, audio=name)
