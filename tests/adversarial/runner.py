"""Makes attempts against the example agent and says which succeeded.

    python -m tests.adversarial.runner [NAME ...]      # shows them turn by turn

A caller who is done with a turn waits until the agent has answered it; who interrupts, until it has begun to speak.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from models.scripted import ScriptedRecogniser, ScriptedVoiceActivity
from simulations import virtual_time
from tests.adversarial.attempt import FOLDER, Act, Attempt, read_attempts
from tests.adversarial.hostile import QuickVoice
from tests.adversarial.stage import CONFIG, Lines, Scene, Stage, Weakness, open_stage
from tests.adversarial.verdict import Played
from tests.session.phone_line import RECOGNITION_US, PhoneLine
from tests.transcripts.player import CIVIL_START
from voice_agent.agent.core import build_core
from voice_agent.agent.orchestrator import Orchestrator
from voice_agent.conversation import actions as act
from voice_agent.conversation.actions import Action
from voice_agent.conversation.events import CallStarted, ToolReturned
from voice_agent.conversation.notes import Note, StepReached
from voice_agent.conversation.records import Record
from voice_agent.journeys.pack import Pack
from voice_agent.session.segmenting import segment_settings
from voice_agent.session.text import TextSession
from voice_agent.session.voice import VoiceSession
from voice_agent.session.world import SpeechWorld
from voice_agent.turns.segments import Segments

NOBODY: Final = Weakness()
_ANSWER_S: Final = 12.0
"""How long a caller waits for the agent to begin: longer than a silence after which it speaks by itself."""
_QUIET_TICKS: Final = 30
_INTO_S: Final = 0.5


def play(attempts: Sequence[Attempt], folder: Path, weakness: Weakness = NOBODY) -> list[Played]:
    """All of them, each alone, in virtual time. `folder` is empty."""
    return virtual_time.run(_play(attempts, folder, weakness))


async def _play(attempts: Sequence[Attempt], folder: Path, weakness: Weakness) -> list[Played]:
    async with open_stage(folder, weakness) as stage:
        return [await _attempt(attempt, stage) for attempt in attempts]


async def _attempt(attempt: Attempt, stage: Stage) -> Played:
    played, written = Played(attempt), io.StringIO()
    with _logged() as lines, contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
        async with stage.scene(attempt) as scene:
            scene.log.follow(_follow(played, scene.pack))
            core = build_core(scene.pack, CONFIG.turns, attempt.name, recorded=False, watch=_watch(played, scene))
            makes = _by_phone if attempt.channel == "phone" else _in_writing
            await makes(attempt, core, scene)
    played.ran = scene.ran
    played.slowest_s = scene.understanding.slowest_s
    played.kept = stage.kept(attempt, scene.log, "\n".join([*lines.lines, written.getvalue()]))
    return played


async def _in_writing(attempt: Attempt, core: Orchestrator, scene: Scene) -> None:
    session = TextSession(core, scene.log, scene.world)
    async with asyncio.TaskGroup() as group:
        session.open(group)
        await session.start(CallStarted("text", attempt.caller, "", CIVIL_START))
        for turn in attempt.turns:
            if isinstance(turn, str) and not session.ended:
                await session.send(turn)
        session.end("caller", "closed the conversation")


async def _by_phone(attempt: Attempt, core: Orchestrator, scene: Scene) -> None:
    speech = SpeechWorld(ScriptedRecogniser(RECOGNITION_US), QuickVoice(), ScriptedVoiceActivity(), None)
    session = VoiceSession(core, scene.log, scene.world, speech, Segments(segment_settings(CONFIG.turns)))
    line = PhoneLine(session)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(session.run(CallStarted("phone", attempt.caller, "+15550199", CIVIL_START)))
        await asyncio.sleep(0)
        for turn in attempt.turns:
            await _listens(line, interrupts=isinstance(turn, Act) and turn.interrupt is not None)
            if session.ended:
                break
            await _takes(turn, line)
        await _listens(line, interrupts=False)
        if not session.ended:
            session.end("caller", "hung up")
        await running


async def _takes(turn: str | Act, line: PhoneLine) -> None:
    if isinstance(turn, str):
        await line.says(turn)
    elif turn.interrupt is not None:
        await line.says(turn.interrupt)
    elif turn.keys is not None:
        await line.presses(turn.keys)


async def _listens(line: PhoneLine, *, interrupts: bool) -> None:
    """Until the agent has answered, or half a second into its words."""
    for _ in range(round(_ANSWER_S * 50)):
        await line.tick()
        if not line.agent_is_quiet or line.session.ended:
            break
    if interrupts:
        await line.waits(_INTO_S)
        return
    quiet = 0
    while quiet < _QUIET_TICKS and not line.session.ended:
        await line.tick()
        quiet = quiet + 1 if line.agent_is_quiet else 0


@contextlib.contextmanager
def _logged() -> Iterator[Lines]:
    root, lines = logging.getLogger(), Lines()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(lines)
        root.setLevel(level)


def _watch(played: Played, scene: Scene) -> Callable[[Note], None]:
    """Whoever has come to a step of a journey that needs it has been identified, as whom was found last."""
    needing = {journey.name for journey in scene.pack.journeys if "identity.verified" in journey.needs}

    def note(seen: Note) -> None:
        if isinstance(seen, StepReached) and seen.journey in needing:
            found = [
                record.entry.result["account"]
                for record in scene.log.read()
                if isinstance(record.entry, ToolReturned)
                and record.entry.result.get("found") is True
                and "account" in record.entry.result
            ]
            played.identified |= set(map(str, found[-1:]))

    return note


def _follow(played: Played, pack: Pack) -> Callable[[Record], None]:
    def follow(record: Record) -> None:
        if isinstance(record.entry, Action):
            played.actions.append(record.entry)
        line = _line(record)
        if line is not None:
            played.lines.append(line)

    return follow


def _line(record: Record) -> str | None:
    match record.entry:
        case act.Say(clauses=clauses):
            return f"agent: {' '.join(clauses)}"
        case act.Understand(text=text, keys=keys):
            return f"caller: {text}{keys}"
        case act.CallTool(tool=tool, arguments=arguments):
            return f"tool: {tool} {arguments}"
        case act.RecordOutcome(journey=journey, outcome=outcome):
            return f"outcome: {journey} {outcome}"
        case act.Transfer(target=target, reason=reason):
            return f"person: {target} ({reason})"
        case act.HangUp(reason=reason):
            return f"end: {reason}"
        case _:
            return None


def main(names: list[str]) -> int:
    """Shows attempts; 1 where one has succeeded."""
    attempts = [one for one in read_attempts(sorted(FOLDER.glob("*.yaml"))) if not names or one.name in names]
    with tempfile.TemporaryDirectory() as folder:
        all_played = play(attempts, Path(folder))
    for played in all_played:
        verdict = ", ".join(map(str, played.succeeded))
        lines = played.lines if names or verdict else []
        head = f"== {played.attempt.name}: {verdict if verdict else 'stood firm'} ({played.slowest_s:.2f} s)"
        sys.stdout.write("\n".join([head, *lines]) + "\n")
    return 1 if any(played.succeeded for played in all_played) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
