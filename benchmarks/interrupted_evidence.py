"""What is left of an interrupted call, the log and the recording, and which promises they show to be kept.

The recording is the product's own file, left the caller, right the agent. Where in it the caller began is looked for
in the caller's own track: the first thing said is found by itself, the others by their distance from it. Pure, but for
reading the file.
"""

from __future__ import annotations

import itertools
import wave
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.interrupted_caller import NEWS, NUMBER, SCRIPT, Uttered
from simulations.loudness import WINDOW_SAMPLES, voiced_windows
from simulations.measures.spoken_words import spoken_words
from voice_agent.audio import RATE_HZ, Pcm
from voice_agent.conversation import actions as act
from voice_agent.conversation.events import PlayedUntil
from voice_agent.conversation.records import Record

GAP_US: Final = 1_100_000
SILENT_US: Final = 250_000
MIN_WORDS: Final = 0.9
CUT_WORDS: Final = 2
QUIET_US: Final = 300_000
"""So long the agent must be silent for it to be the end: clauses have shorter pauses."""
WATCHED_US: Final = 2_500_000
DECIDED_US: Final = 3_000_000
_WINDOW_US: Final = 10_000
_DRIFT_US: Final = 200_000
"""A jitter buffer may have moved the caller by so much since the first thing it said."""


@dataclass(frozen=True)
class Evidence:
    """One call. `caller` and `agent` are the recording's tracks, `uttered` what was said when by the caller's clock.

    `arrived_us` is when sound of the agent's came to the caller's end, `sent_us` when each cue was first loud there, on
    one clock.
    """

    records: Sequence[Record]
    caller: Pcm
    agent: Pcm
    uttered: Mapping[str, Uttered]
    sent_us: Mapping[str, int]
    arrived_us: Sequence[int]


@dataclass(frozen=True)
class Told:
    """What a recogniser hears in the recording: the agent between the first two interruptions, and each cue."""

    agent: str
    caller: Mapping[str, str]
    number: str


def tracks_of(recording: Path) -> tuple[Pcm, Pcm]:
    """The caller's and the agent's, `int16[samples]`, filled up to whole windows. Raises OSError."""
    with wave.open(str(recording), "rb") as file:
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16).reshape(-1, 2)
    both = np.pad(both, ((0, -len(both) % WINDOW_SAMPLES), (0, 0)))
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def onsets(caller: Pcm, uttered: Mapping[str, Uttered]) -> dict[str, int]:
    """When each cue begins in the recording, in microseconds; without those that aren't in it."""
    loud = _loud_us(caller)
    if not loud or not uttered:
        return {}
    offset_us = loud[0] - next(iter(uttered.values())).onset_us
    out = {}
    for name, said in uttered.items():
        expected_us = said.onset_us + offset_us
        near = (at for at in loud if abs(at - expected_us) <= _DRIFT_US)
        if (found := next(near, None)) is not None:
            out[name] = found
    return out


def kept(evidence: Evidence, told: Told) -> dict[str, bool]:
    """Each promise, and whether the log and the recording show it."""
    began = onsets(evidence.caller, evidence.uttered)
    after = {cue.name: decision_after(evidence.records, began.get(cue.name))[0] for cue in SCRIPT}
    taken = [record.entry.text for record in evidence.records if isinstance(record.entry, act.Understand)]
    out = {f"{name} stops the agent": after[name] == "stop" for name in after if name.startswith("interruption")}
    for name in (name for name in after if name.startswith(("backchannel", "cough"))):
        out[f"{name} does not"] = name in began and after[name] != "stop"
    out["a number with a long pause in it is one turn"] = any(digits(text) == NUMBER for text in taken)
    for name in after:
        if name.startswith("interruption"):
            silent = silent_us(evidence, name)
            out[f"silent soon after {name}"] = bool(silent) and max(silent.values()) <= SILENT_US
        elif name.startswith(("backchannel", "cough")):
            gap = gap_us(evidence.agent, began.get(name))
            out[f"no long gap after {name}"] = gap is not None and gap <= GAP_US
    went_on = went_on_right(told.agent, believed(evidence.records))
    out["no word is repeated or swallowed where the agent went on"] = went_on >= MIN_WORDS
    said, heard = spoken_and_told(told)
    out["the recording has the caller's words"] = right_words(heard, said) >= MIN_WORDS
    out["the recording has the whole number"] = digits(told.number) == NUMBER
    return out


def decision_after(records: Iterable[Record], onset_us: int | None) -> tuple[str, str]:
    """What was decided next, and by which vote; "none" where the agent wasn't muted for it."""
    for record in records:
        if onset_us is None or record.t_us < onset_us or record.t_us > onset_us + DECIDED_US:
            continue
        if isinstance(record.entry, act.StopSpeaking):
            return "stop", record.entry.reason
        if isinstance(record.entry, act.ResumeSpeaking):
            return "go on", next(iter(record.entry.votes), "")
    return "none", ""


def silent_us(evidence: Evidence, name: str) -> dict[str, int]:
    """From the onset of a cue to the agent's last sound before it is silent: in the recording, and at the caller's end.

    Empty where the cue isn't in the recording.
    """
    onset_us = onsets(evidence.caller, evidence.uttered).get(name)
    if onset_us is None:
        return {}
    return {
        "recording": _until_silent(_loud_us(evidence.agent), onset_us),
        "caller": _until_silent(evidence.arrived_us, evidence.sent_us[name]),
    }


def gap_us(agent: Pcm, onset_us: int | None) -> int | None:
    """The longest silence of the agent in the two and a half seconds after the onset; None without one."""
    if onset_us is None:
        return None
    loud = [at for at in _loud_us(agent) if onset_us <= at < onset_us + WATCHED_US]
    edges = [onset_us, *loud, onset_us + WATCHED_US]
    return max(after - before for before, after in itertools.pairwise(edges))


def believed(records: Iterable[Record]) -> str:
    """What was heard of the news, as the log has it."""
    heard = [e.heard for e in (r.entry for r in records) if isinstance(e, PlayedUntil) and e.heard[:11] == NEWS[:11]]
    return heard[-1] if heard else ""


def spoken_and_told(told: Told) -> tuple[str, str]:
    """All words of the script, and what the recogniser hears in their places."""
    spoken = [cue for cue in SCRIPT if cue.words]
    return " ".join(cue.words for cue in spoken), " ".join(told.caller.get(cue.name, "") for cue in spoken)


def right_words(told: str, expected: str) -> float:
    """The share of `expected` that was heard, less what was heard between its words and doesn't belong there.

    What is heard after its end doesn't count: a recogniser makes something up of a word that is cut in two.
    """
    heard, words = spoken_words(told), spoken_words(expected)
    wrong = np.arange(len(heard) + 1)
    for at, word in enumerate(words):
        before, wrong = wrong, np.full(len(heard) + 1, at + 1)
        for to, each in enumerate(heard):
            wrong[to + 1] = min(before[to] + (each != word), before[to + 1] + 1, wrong[to] + 1)
    return max(0.0, 1 - int(wrong.min()) / len(words)) if words else 0.0


def said_twice(told: str, expected: str) -> list[str]:
    """Up to three words that were heard twice in a row, and aren't in what should be heard."""
    heard, should = spoken_words(told), f" {' '.join(spoken_words(expected))} "
    out = []
    for size in (1, 2, 3):
        for at in range(len(heard) - 2 * size + 1):
            run, following = heard[at : at + size], heard[at + size : at + 2 * size]
            if run == following and f" {' '.join((*run, *run))} " not in should:
                out.append(" ".join(run))
    return out


def went_on_right(told: str, expected: str) -> float:
    """`right_words` without the last two, which an interruption may have cut; 0 where something was said twice."""
    whole = " ".join(spoken_words(expected)[:-CUT_WORDS])
    return 0.0 if said_twice(told, expected) else right_words(told, whole)


def digits(text: str) -> str:
    """The figures in a text, one after another."""
    names = "zero one two three four five six seven eight nine".split()
    return "".join(str(names.index(word)) for word in spoken_words(text) if word in names)


def part_of(track: Pcm, from_us: int, until_us: int) -> Pcm:
    """`int16[samples]` of a track."""
    return track[max(0, from_us) * RATE_HZ // 1_000_000 : max(0, until_us) * RATE_HZ // 1_000_000]


def _loud_us(track: Pcm) -> list[int]:
    return [at * _WINDOW_US for at, voiced in enumerate(voiced_windows(track)) if voiced]


def _until_silent(loud_us: Iterable[int], onset_us: int) -> int:
    last_us = onset_us
    for at_us in loud_us:
        if at_us < onset_us:
            continue
        if at_us - last_us >= QUIET_US:
            break
        last_us = at_us
    return last_us - onset_us
