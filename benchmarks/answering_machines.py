"""Who has answered a call that the agent placed: people and machines told apart, with real engines.

Synthetic: two voices at several paces and pitches say what people say when they pick up, and what mailboxes say, the
latter followed by a beep; after a delay, over G.711 and with noise, all by seeds. The core of an outgoing call hears
them 20 ms at a time; words come 400 ms after they were asked for. No network, no journeys: the verdict is measured.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from benchmarks.report import Asked, Measured, say
from models.catalog import RECOGNISERS, SYNTHESISERS, VOICE_ACTIVITY, Loading
from models.delivery import Delivery
from models.engines import BlockingRecogniser, BlockingSynthesiser
from models.weights import WeightsStore
from telephony.codecs.g711 import PCMU
from voice_agent.agent.core import build_core
from voice_agent.audio import FRAME_SAMPLES, FRAME_US, RATE_HZ, SILENT_DBFS, Pcm, level_dbfs
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.events import AnyEvent
from voice_agent.journeys.load import load
from voice_agent.ports.speech import VoiceActivity
from voice_agent.session.beeps import Beeps
from voice_agent.session.segmenting import segment_settings
from voice_agent.turns.segments import Segments

PEOPLE: Final = (
    *("Hello?", "Yes?", "Hello.", "Hi, this is Maya.", "Maya Ferrin speaking.", "Hello, who is this?", "Yeah, hello?"),
    *(
        "Good morning, Miller and Sons, how can I help you?",
        "Riverside dental practice, good afternoon.",
        "Who's there?",
    ),
    *(
        "Hello, hello?",
        "Hang on a second. Yes, hello?",
        "Tom's phone, Anna speaking.",
        "Speaking.",
        "What do you want?",
    ),
    *("Thank you for calling the flower shop, this is Jane.", "Hello, can you hear me?", "Good evening."),
)
MACHINES: Final = (
    "Hi, you've reached Tom. I can't come to the phone right now. Please leave a message.",
    "The person you are calling is not available. Please leave your message after the tone.",
    "Welcome to the voicemail of Maya Ferrin. Please speak after the beep.",
    "Hello. Nobody is at home at the moment. Leave your name and number and we will call you back.",
    "You have reached the Miller residence. Leave a message.",
    "Hey, it's Anna. Sorry I missed you. You know what to do.",
    "Thank you for calling Miller and Sons. Our office is closed. We are open from nine to five, Monday to Friday.",
    "Tom Baker.",
    "Your call has been forwarded to an automatic voice messaging system. Tom Baker is not available.",
    "Hi, this is Jane. I am on holiday until Monday. Please send me a message or try again next week.",
)
WORDS_US: Final = 400_000
LIMIT_S: Final = 9
FULL, QUICK = 120, 24
AGENT: Final = """
name: Meadow Shop
language: en
greeting: Hello.
disclosure: I'm an automated assistant.
transfer: {to: callbacks}
outgoing: {machine: hang_up}
"""
JOURNEY: Final = "journey: hours\ngoal: They know\nwhen: {examples: [when are you open]}\nsteps:\n  - say: Until six.\n"


class Trial(msgspec.Struct, frozen=True):
    """`decided_ms` counts from the answer."""

    machine: bool
    text: str
    who: str
    reason: str
    decided_ms: int


def measure(asked: Asked) -> Measured:
    """Raises ModelMissing."""
    with tempfile.TemporaryDirectory(prefix="answering-") as folder:
        loading = Loading(WeightsStore(Path(folder)))
        voices = [SYNTHESISERS[name].load(loading) for name in ("hibari", "piper")]
        recogniser = RECOGNISERS["whisper-base"].load(loading)
        activity = VOICE_ACTIVITY["silero"].load(loading)
        count = QUICK if asked.quick else FULL
        trials = []
        for number in range(count):
            chance = random.Random(f"answering {number}")
            machine = number % 2 == 1
            text = chance.choice(MACHINES if machine else PEOPLE)
            sound = picked_up(chance, chance.choice(voices), text, machine=machine)
            verdict, decided_us = judged(sound, recogniser, activity())
            trials.append(Trial(machine, text, verdict.who, verdict.reason, decided_us // 1_000))
            say(f"{number + 1} of {count}: {verdict.who} ({verdict.reason}) {text[:40]!r}")
    return Measured(figures(trials))


def picked_up(chance: random.Random, voice: BlockingSynthesiser, text: str, *, machine: bool) -> Pcm:
    """What is heard from the answer on: a delay, the words, and of a machine a pause and its beep; then silence."""
    delivery = Delivery(chance.uniform(0.9, 1.15), chance.uniform(-2, 2))
    words = np.concatenate(list(voice.synthesize(text, delivery))).astype(np.float64)
    parts = [np.zeros(round(chance.uniform(0.2, 1.5) * RATE_HZ)), words]
    if machine:
        seconds, hz = chance.uniform(0.2, 1.0), chance.uniform(420, 1_900)
        tone = np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)
        loud = 32_768 * 10 ** (chance.uniform(-28, -12) / 20)
        parts += [np.zeros(round(chance.uniform(0.3, 1.2) * RATE_HZ)), loud * tone]
    heard = np.concatenate([*parts, np.zeros(LIMIT_S * RATE_HZ)])[: LIMIT_S * RATE_HZ]
    noise = np.random.default_rng(chance.getrandbits(32)).standard_normal(heard.size)
    heard += noise * 32_768 * 10 ** (chance.uniform(-65, -45) / 20)
    pcm = np.clip(np.round(heard), -32_768, 32_767).astype(np.int16)
    return PCMU.decode(PCMU.encode(pcm))


def judged(sound: Pcm, recogniser: BlockingRecogniser, activity: VoiceActivity) -> tuple[act.AnsweredBy, int]:
    """The verdict and when it came, in microseconds."""
    core = build_core(load({"agent.yaml": AGENT, "journeys/hours.yaml": JOURNEY}), TurnsConfig(), "c", recorded=False)
    segments, beeps = Segments(segment_settings(TurnsConfig())), Beeps()
    core.handle(ev.CallStarted("phone", "them", "us", "2026-03-04T10:00:00+00:00", direction="outbound"), 0)
    words: list[tuple[int, AnyEvent]] = []
    for at in range(0, sound.size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        frame, now_us = sound[at : at + FRAME_SAMPLES], (at // FRAME_SAMPLES + 1) * FRAME_US
        probability = activity.probability(frame)
        level = level_dbfs(frame) if segments.may_be_voice(probability) else SILENT_DBFS
        events: list[AnyEvent] = [*segments.frame(probability, level)]
        beep = beeps.frame(frame)
        events += [] if beep is None else [beep]
        events += [event for due_us, event in words if due_us <= now_us]
        words = [(due_us, event) for due_us, event in words if due_us > now_us]
        actions = [action for event in events for action in core.handle(event, now_us)]
        due_us = core.next_wake()
        actions += core.wake(now_us) if due_us is not None and due_us <= now_us else []
        for action in actions:
            match action:
                case act.AnsweredBy():
                    return action, now_us
                case act.Transcribe(job=job, generation=generation, from_sample=start, to_sample=end):
                    heard = recogniser.transcribe(sound[start:end], expects="open", budget_us=5_000_000)
                    told = ev.Transcribed(job, generation, heard.text, (), heard.confidence, heard.engine, WORDS_US)
                    words.append((now_us + WORDS_US, told))
                case _:
                    pass
    raise AssertionError("no verdict within the bound")


def figures(trials: list[Trial]) -> dict[str, Any]:
    """The confusion matrix, how soon it was decided, and what was wrong."""
    out: dict[str, Any] = {"trials": len(trials)}
    for name, machine in (("people", False), ("machines", True)):
        own = [trial for trial in trials if trial.machine is machine]
        times = sorted(trial.decided_ms for trial in own)
        out[name] = {
            "count": len(own),
            **{who: sum(trial.who == who for trial in own) for who in ("human", "machine", "unknown")},
            "decided_ms_p50": times[len(times) // 2] if times else 0,
            "decided_ms_p95": times[min(len(times) - 1, len(times) * 95 // 100)] if times else 0,
            "reasons": dict(Counter(trial.reason for trial in own).most_common()),
        }
    wrong = [trial for trial in trials if trial.who == ("human" if trial.machine else "machine")]
    out["wrong"] = [{"text": trial.text, "who": trial.who, "reason": trial.reason} for trial in wrong]
    return out
