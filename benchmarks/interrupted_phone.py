"""The call of `interrupted_call` over SIP and RTP on loopback, in real time, to a server of its own. A shell.

One call after another. What the caller says was synthesised before; what is held against the promises is what the
server keeps of the call, and the packets.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import uvloop

from benchmarks.barge_in_trials import TrialEngines
from benchmarks.interrupted_caller import FOLDER, Caller
from benchmarks.interrupted_evidence import Evidence, Told, tracks_of
from benchmarks.interrupted_sounds import told_by
from benchmarks.metered_call import MeteredCall
from benchmarks.report import say
from benchmarks.server_process import RunningServer, running_server
from voice_agent.audio import FRAME_US
from voice_agent.conversation.events import CallEnded
from voice_agent.conversation.records import encode_log
from voice_agent.errors import CallFailed
from voice_agent.stores.recordings import audio_path

SETTLE_S: Final = 1.0
ATTEMPTS: Final = 10


def phoned(engines: TrialEngines, callers: Sequence[Caller], keep: Path | None) -> list[tuple[Evidence, Told]]:
    """`keep` takes log and recording of each call.

    Raises CallFailed where no server comes up, or one that leaves no log or recording.
    """
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    return uvloop.run(_phoned(engines, callers, keep))


async def _phoned(engines: TrialEngines, callers: Sequence[Caller], keep: Path | None) -> list[tuple[Evidence, Told]]:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        agent = work / "agent"
        await asyncio.to_thread(write_agent, agent)
        say("interrupted_call: starting the server")
        async with running_server(work, agent=agent) as server:
            played = [await _played(server, caller, call, keep) for call, caller in enumerate(callers)]
    return [(evidence, await told_by(engines.recogniser, evidence)) for evidence in played]


def write_agent(folder: Path) -> None:
    """`FOLDER` on the disk."""
    for name, text in FOLDER.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


async def _played(server: RunningServer, caller: Caller, number: int, keep: Path | None) -> Evidence:
    call = MeteredCall(f"interrupted-{number}", caller)
    say(f"interrupted_call: call {number + 1}")
    await call.run(server.sip, f"+1555{number:07}")
    conversation = await _conversation(server, f"+1555{number:07}")
    header, records = await server.records(conversation)
    recording = audio_path(server.data_dir, conversation)
    try:
        if keep is not None:
            (keep / f"{number + 1}.jsonl").write_bytes(encode_log(header, records))
            await asyncio.to_thread(shutil.copyfile, recording, keep / f"{number + 1}.wav")
        left, right = await asyncio.to_thread(tracks_of, recording)
    except OSError as problem:
        raise CallFailed(f"call {number + 1} left no recording ({problem}); it ended: {caller.reason}") from None
    within_us = {name: said.onset_us - said.tick * FRAME_US for name, said in caller.uttered.items()}
    sent_us = {name: call.sent[said.tick].at_us + within_us[name] for name, said in caller.uttered.items()}
    return Evidence(records, left, right, caller.uttered, sent_us, call.voiced_us)


async def _conversation(server: RunningServer, number: str) -> str:
    """The one from `number`, once its log has its end. Raises CallFailed where that takes too long."""
    for _ in range(ATTEMPTS):
        await asyncio.sleep(SETTLE_S)  # the server writes its log behind the call
        found = next((row.id for row in await server.calls() if number in row.caller), None)
        if found is not None:
            _, records = await server.records(found)
            if any(isinstance(record.entry, CallEnded) for record in records):
                return found
    raise CallFailed(f"the server left no log of the call from {number}")
