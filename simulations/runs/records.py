"""What came of simulated runs, as `voice-agent simulate --json` prints it and a baseline holds it. Data only. Pure.

{"format": 1, "agent": "Riverside Broadband", "level": "text", "complete": true,
 "runs": [{"key": {"scenario": "track_order_found", ...}, "status": "passed", "turns": [...], ...}], ...}

Times are milliseconds since the call was answered, on the caller's side of the line, unless they say otherwise.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec

from simulations.judges.verdicts import Judgement
from simulations.measures.entities import EntityAccuracy
from simulations.measures.turn_taking import TurnTaking
from simulations.measures.words import WordErrors

FORMAT: Final = 1

Level: TypeAlias = Literal["text", "audio", "phone"]
Status: TypeAlias = Literal["passed", "failed", "error"]
"""`failed`: an expectation didn't hold. `error`: the run itself could not be done, which says nothing of the agent."""
Layer: TypeAlias = Literal[
    "recognition", "understanding", "journey", "tool", "supervisor", "synthesis", "turn_taking", "unknown"
]


class RunKey(msgspec.Struct, frozen=True, order=True):
    """Names one run: the same key gives the same run.

    `variant` is a row of the scenario's table or a mutation of it, empty for the scenario as written. `condition` names
    the line, empty for the one that the scenario itself describes. `repetition` counts from 1.
    """

    scenario: str
    variant: str
    condition: str
    level: Level
    repetition: int
    seed: int

    @property
    def text(self) -> str:
        """For people and file names: `track_order_found/row_2/street_10db/audio/1`."""
        parts = (self.scenario, self.variant, self.condition, self.level, str(self.repetition))
        return "/".join(part for part in parts if part)


class Stage(msgspec.Struct, frozen=True):
    """A part of the wait for an answer, such as `endpoint`, `recognition`, `tools`, `synthesis`, `playout`."""

    name: str
    ms: int


class RunTurn(msgspec.Struct, frozen=True):
    """One turn of the caller's and the answer to it.

    `caller_said` is what the caller said or `[keys]`, `agent_heard` what the agent took it for; `agent_said` what the
    agent said to it, `caller_heard` what the caller's own ears made of that (the same text where it was typed).
    `latency_ms` is voice to voice: None where there was no answer or the agent spoke over the end of the turn.
    Typed turns have no times but `began_ms`.
    """

    caller_said: str
    agent_said: str
    agent_heard: str | None = None
    caller_heard: str | None = None
    kind: str = "line"
    """What the caller did: `line`, `keys`, `interruption`, `backchannel`, `cough`, `side_talk`."""
    began_ms: int = 0
    ended_ms: int | None = None
    answer_began_ms: int | None = None
    answer_ended_ms: int | None = None
    latency_ms: int | None = None
    stages: tuple[Stage, ...] = ()


class TraceLine(msgspec.Struct, frozen=True):
    """A decision of the agent's: `kind` is `heard`, `understood`, `step`, `policy`, `tool`, `said`, `turn`..."""

    at_ms: int
    kind: str
    text: str
    sequence: int | None = None
    """The record of the conversation's log that says so."""


class Check(msgspec.Struct, frozen=True):
    """One expectation: its key in the scenario, what was wanted and what was found, in words."""

    expectation: str
    holds: bool
    wanted: str
    found: str


class Blame(msgspec.Struct, frozen=True):
    """The layer a failed run is put down to, and why: what became of it when that layer was made perfect."""

    layer: Layer
    evidence: str


class RunRecord(msgspec.Struct, frozen=True):
    """One run. `audio` names its stereo recording (left: the caller, right: the agent) where there is one.

    `log_sha256` is of the conversation's encoded log: two runs of one key on one machine have the same.
    """

    key: RunKey
    status: Status
    outcome: str | None
    expected: str | None
    ended_by: str
    reason: str
    duration_ms: int
    wall_ms: int
    greeting: str = ""
    turns: tuple[RunTurn, ...] = ()
    trace: tuple[TraceLine, ...] = ()
    checks: tuple[Check, ...] = ()
    blame: Blame | None = None
    problems: tuple[str, ...] = ()
    """Faults on the simulation's own side, such as words the caller's ears could not transcribe."""
    voice: str = ""
    """The caller's voice as it was made: `hibari, pitch +3 semitones, speed 1.15`."""
    about: str = ""
    conversation: str = ""
    log_sha256: str = ""
    audio: str | None = None
    words: WordErrors | None = None
    """What the agent made of the caller's words, at levels with sound."""
    entities: EntityAccuracy | None = None
    """How often it heard the values that the scenario `knows`, at levels with sound."""
    judgements: tuple[Judgement, ...] = ()
    """A language model's opinion, where one was asked: advice, but for what the scenario's `expect.judge` names."""
    turn_taking: TurnTaking | None = None
    """What was observed of it, at levels with sound; `simulations.measures.turn_taking.figures` draws figures."""
    reached: tuple[str, ...] = ()
    """Steps, branches, policies, tools, slots and outcomes of the agent that the call came to
    (`simulations.making.coverage`)."""


class Machine(msgspec.Struct, frozen=True):
    """Where and with what it ran."""

    system: str
    cores: int
    python: str
    versions: dict[str, str]


class SuiteReport(msgspec.Struct, frozen=True, kw_only=True):
    """All runs of one suite. `complete` is false where it was interrupted: what is there is whole nevertheless.

    `levels` are all that were played, where there are several; `level` is then the last of them.
    `planned` is how many runs there were to be; `left_out` are scenarios that were selected and that this level can't
    play. `summary` and `comparison` are figures drawn from the runs (pass^k, latencies, what differs from a baseline);
    they are plain data so that reports show what they don't know yet.
    """

    format: Literal[1] = FORMAT
    agent: str
    agent_digest: str
    level: Level
    seed: int
    repetitions: int
    began: str
    wall_ms: int
    complete: bool
    planned: int
    machine: Machine
    runs: tuple[RunRecord, ...]
    levels: tuple[Level, ...] = ()
    left_out: tuple[str, ...] = ()
    summary: dict[str, Any] = {}
    comparison: dict[str, Any] | None = None


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a report."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(SuiteReport)}
