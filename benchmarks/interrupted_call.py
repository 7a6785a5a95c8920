"""One call with three interruptions, two backchannels, a cough and a long pause in a number: each for what it is?

The product's session, core, voice activity and engines, over a simulated line of G.711 in packets, in virtual time. The
promises are held against the log and against the recording of the agent's track: by transcript and by the gaps in it.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.barge_in import trial_engines
from benchmarks.barge_in_trials import NobodyElse, TrialEngines, spoken
from benchmarks.report import Asked, Measured, goal
from models.scripted import ScriptedEmbedder
from simulations import virtual_time
from simulations.callers.sounds import cough
from simulations.held_engines import HeldRecogniser, HeldSynthesiser
from simulations.held_world import Latencies
from simulations.line.line import Line
from simulations.line.settings import LineSettings
from simulations.loudness import voiced_windows
from simulations.measures.spoken_words import spoken_words
from voice_agent.agent.core import build_core
from voice_agent.audio import FRAME_SAMPLES, FRAME_US, Pcm, silence
from voice_agent.clock import LoopClock, MonotonicClock
from voice_agent.config import Config
from voice_agent.conversation import actions as act
from voice_agent.conversation.events import CallStarted, PlayedUntil
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header, Record
from voice_agent.effects.understander import LocalUnderstander
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack
from voice_agent.session.segmenting import segment_settings
from voice_agent.session.voice import VoiceSession
from voice_agent.session.world import SpeechWorld, World
from voice_agent.turns.segments import Segments

VOICE: Final = "male_1"
NEWS: Final = (
    "Your parcel has left our warehouse in Bristol this morning. The driver has twelve other stops before yours, so it "
    "should be with you between two and four in the afternoon. You will get a message an hour before. If nobody is at "
    "home, it goes to a shop near you, where you can collect it for ten days."
)
FOLDER: Final = {
    "agent.yaml": """
name: Line
language: en
greeting: Hello, this is the parcel line.
disclosure: I am an automated assistant, and I can tell you where a parcel is or note a number.
transfer: {to: callbacks}
""",
    "journeys/parcel.yaml": f"""
journey: parcel
goal: The caller knows where it is
when: {{examples: [where is my parcel, I have a question about my parcel, tell me about my parcel]}}
steps:
  - say: >-
      {NEWS}
""",
    "journeys/account.yaml": """
journey: account
goal: The number is noted
when: {examples: [check my account, I want to check my account, look at my account]}
slots:
  account: {type: digits, length: 8, ask: What is your account number?, confirm: readback}
steps:
  - collect: account
  - say: It is noted.
""",
}
GAP_US: Final = 1_100_000
SILENT_US: Final = 250_000
MIN_WORDS: Final = 0.9


@dataclass(frozen=True)
class Cue:
    """What the caller does: `after_ms` of the agent speaking, or, with `quiet`, of silence."""

    name: str
    after_ms: int
    words: str = ""
    quiet: bool = False


SCRIPT: Final = (
    Cue("interruption 1", 1_200, "Sorry, I have a question about my parcel."),
    Cue("backchannel 1", 2_000, "Okay."),
    Cue("cough", 4_600),
    Cue("backchannel 2", 7_000, "Right."),
    Cue("interruption 2", 10_500, "Wait, I want to check my account."),
    Cue("digits 1", 500, "Five five zero one.", quiet=True),
    Cue("digits 2", 1_300, "Two four seven nine.", quiet=True),
    Cue("interruption 3", 900, "No, stop."),
)
RESTARTS: Final = ("interruption 1", "interruption 2", "digits 2")
"""After these the agent begins something new: its speaking is counted from there."""


class Caller:
    """Says each line of the script when its moment has come; `onsets_us` has when each was first loud."""

    def __init__(self, sounds: dict[str, Pcm]) -> None:
        self.onsets_us: dict[str, int] = {}
        self.agent: list[Pcm] = []
        self._sounds = sounds
        self._left = list(SCRIPT)
        self._saying: list[Pcm] = []
        self._spoken_ms = self._quiet_ms = 0

    @property
    def done(self) -> bool:
        return not self._left and self._quiet_ms > 2_500

    def tick(self, heard: Pcm) -> Pcm:
        """20 ms each way."""
        loud = any(voiced_windows(heard))
        self._quiet_ms = 0 if loud or self._saying else self._quiet_ms + 20
        self._spoken_ms += 20 * (loud or (self._spoken_ms > 0 and not self._saying))
        if self._left and not self._saying:
            cue = self._left[0]
            reached = self._quiet_ms if cue.quiet else self._spoken_ms
            if reached >= cue.after_ms:
                self._begin(self._left.pop(0))
        return self._saying.pop(0) if self._saying else silence(FRAME_SAMPLES)

    def _begin(self, cue: Cue) -> None:
        pcm = self._sounds[cue.name]
        padded = np.concatenate((pcm, silence(-pcm.size % FRAME_SAMPLES)))
        self._saying = list(padded.reshape(-1, FRAME_SAMPLES))
        first = next(at for at, voiced in enumerate(voiced_windows(padded)) if voiced)
        self.onsets_us[cue.name] = len(self.agent) * FRAME_US + first * FRAME_US // 2
        self._quiet_ms = 0
        if cue.name in RESTARTS:
            self._spoken_ms = 0


def measure(asked: Asked) -> Measured:
    with trial_engines(asked.cache) as engines:
        pack = load(FOLDER)
        understander = asyncio.run(_understander(pack))
        records, caller = virtual_time.run(_call(pack, understander, engines))
        told = virtual_time.run(_recognised(caller, engines))
    promises = kept(records, caller, told)
    return Measured(
        {"promises": promises, "onsets_ms": {name: us // 1_000 for name, us in caller.onsets_us.items()}},
        (goal("promises kept", sum(promises.values()), "==", len(promises)),),
    )


async def _understander(pack: Pack) -> LocalUnderstander:
    out = LocalUnderstander(ScriptedEmbedder(), MonotonicClock())
    examples = {journey.name: journey.examples for journey in pack.journeys}
    await out.prepare(examples, MonotonicClock().now_us() + 60_000_000)
    return out


async def _call(pack: Pack, understander: LocalUnderstander, engines: TrialEngines) -> tuple[list[Record], Caller]:
    sounds = {cue.name: await spoken(cue.words, VOICE, engines.callers) if cue.words else cough(3) for cue in SCRIPT}
    config, clock, real, latencies = Config(), LoopClock(), MonotonicClock(), Latencies()
    log = ConversationLog(Header(VERSION, "c-1", "phone", "Line", pack.digest, config.digest(), 1, ""))
    nobody = NobodyElse()
    speech = SpeechWorld(
        HeldRecogniser(engines.recogniser, real, latencies.recognition_us),
        HeldSynthesiser(engines.synthesiser, real, latencies.synthesis_us),
        engines.voice_activity(),
        None,
    )
    core = build_core(pack, config.turns, "c-1", recorded=False)
    world = World(clock, understander, nobody, nobody, nobody)
    session = VoiceSession(core, log, world, speech, Segments(segment_settings(config.turns)))
    line, caller, loop = Line(LineSettings(codec="pcmu"), 1), Caller(sounds), virtual_time.running_loop()
    async with asyncio.TaskGroup() as group:
        group.create_task(session.run(CallStarted("phone", "caller", "agent", "2026-03-04T10:00:00.000+00:00")))
        begun_us, heard = loop.now_us(), silence(FRAME_SAMPLES)
        while not caller.done and not session.ended and len(caller.agent) < 6_000:
            said, _ = line.carry_to_agent(caller.tick(heard))
            caller.agent.append(session.tick(said))
            heard = line.carry_to_caller(caller.agent[-1])
            await asyncio.sleep((begun_us + len(caller.agent) * FRAME_US - loop.now_us()) / 1_000_000)
        session.end("caller", "hung up")
    return list(log.read()), caller


async def _recognised(caller: Caller, engines: TrialEngines) -> str:
    """The agent's words between the first two interruptions, as a recogniser hears the recording."""
    first, last = (caller.onsets_us[name] // FRAME_US for name in ("interruption 1", "interruption 2"))
    track = np.concatenate(caller.agent[first + 50 : last + 10])
    with virtual_time.running_loop().hold():
        heard = await engines.recogniser.transcribe(track, expects="open", deadline_us=2**62)
    return heard.text


def kept(records: Sequence[Record], caller: Caller, told: str) -> dict[str, bool]:
    """Each promise, and whether the log and the recording show it."""
    after = {cue.name: _decision_after(records, caller.onsets_us.get(cue.name)) for cue in SCRIPT}
    taken = [record.entry.text for record in records if isinstance(record.entry, act.Understand)]
    out = {f"{name} stops the agent": after[name][0] == "stop" for name in after if name.startswith("interruption")}
    out |= {f"{name} does not": after[name][0] != "stop" for name in after if name.startswith(("backchannel", "cough"))}
    out["a number with a long pause in it is one turn"] = any(_digits(text) == "55012479" for text in taken)
    for name in after:
        if name.startswith("interruption") and name in caller.onsets_us:
            out[f"silent soon after {name}"] = _silent_us(caller, caller.onsets_us[name]) <= SILENT_US
        elif name in caller.onsets_us and not name.startswith("digits"):
            out[f"no long gap after {name}"] = _gap_us(caller, caller.onsets_us[name]) <= GAP_US
    out["no word is repeated or swallowed where the agent went on"] = _agree(told, _believed(records)) >= MIN_WORDS
    return out


def _decision_after(records: Sequence[Record], onset_us: int | None) -> tuple[str, str]:
    """What was decided next, and by which vote; "none" where the agent wasn't muted for it."""
    for record in records:
        if onset_us is None or record.t_us < onset_us or record.t_us > onset_us + 3_000_000:
            continue
        if isinstance(record.entry, act.StopSpeaking):
            return "stop", record.entry.reason
        if isinstance(record.entry, act.ResumeSpeaking):
            return "go on", record.entry.votes[0]
    return "none", ""


def _believed(records: Sequence[Record]) -> str:
    """What was heard of the news, as the log has it."""
    heard = [e.heard for e in (r.entry for r in records) if isinstance(e, PlayedUntil) and e.heard[:11] == NEWS[:11]]
    return heard[-1] if heard else ""


def _agree(told: str, believed: str) -> float:
    """Share of words that two texts have in common, in order; words too many count against it."""
    one, other = spoken_words(told), spoken_words(believed)
    rows = np.zeros((len(one) + 1, len(other) + 1), int)
    for at, word in enumerate(one):
        for to, second in enumerate(other):
            rows[at + 1, to + 1] = rows[at, to] + 1 if word == second else max(rows[at, to + 1], rows[at + 1, to])
    return float(rows[-1, -1]) / max(len(one), len(other), 1)


def _digits(text: str) -> str:
    names = "zero one two three four five six seven eight nine".split()
    return "".join(str(names.index(word)) for word in spoken_words(text) if word in names)


def _loud_from(caller: Caller, from_us: int) -> list[int]:
    """When loud frames of the agent's were sent."""
    frames = range(from_us // FRAME_US, len(caller.agent))
    return [at * FRAME_US for at in frames if any(voiced_windows(caller.agent[at]))]


def _silent_us(caller: Caller, onset_us: int) -> int:
    """From the onset to the last loud frame before 300 ms of silence."""
    last_us = onset_us
    for at_us in _loud_from(caller, onset_us):
        if at_us - last_us >= 300_000:
            break
        last_us = at_us
    return last_us - onset_us


def _gap_us(caller: Caller, onset_us: int) -> int:
    """The longest silence of the agent in the two and a half seconds after the onset."""
    loud = [at for at in _loud_from(caller, onset_us) if at < onset_us + 2_500_000]
    edges = [onset_us, *loud, onset_us + 2_500_000]
    return max(after - before for before, after in itertools.pairwise(edges))
