"""Runs at the levels of virtual time: what they record, that they are the same again, and what becomes of failures."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simulations.agent_call import Speech
from simulations.held_world import Latencies
from simulations.runs.engines import HeldEngines, ScriptedEngines
from simulations.runs.levels import Played, conversation_of
from simulations.runs.records import Level, RunRecord, Stage
from simulations.scenario import Line, Scenario
from tests.session.test_scenarios import SCENARIOS
from tests.simulations.callers import scenario_of
from tests.simulations.plain_speech import PlainEars, PlainVoice
from tests.simulations.runs.stages import key_of, played
from voice_agent.conversation.records import encode_log
from voice_agent.errors import EngineUnavailable

FOUND = msgspec.structs.replace(SCENARIOS["track_order_found"], v=2, knows={"account": "55012479"})
CANCELS = SCENARIOS["cancel_with_questions"]
LEVELS: tuple[Level, Level] = ("text", "audio")


def log_of(run: Played) -> bytes:
    assert run.log is not None
    return encode_log(run.log.header, list(run.log.read()))


def lasting(record: RunRecord) -> RunRecord:
    """Without what depends on the machine."""
    return msgspec.structs.replace(record, wall_ms=0)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    keys = [(key_of(FOUND, level), FOUND) for level in LEVELS]
    found = played(tmp_path_factory.mktemp("runs"), keys)
    return dict(zip(LEVELS, found, strict=True))


@pytest.mark.parametrize("level", LEVELS)
def test_a_run_that_came_to_what_was_expected_has_passed(runs: dict[str, Played], level: Level) -> None:
    record = runs[level].record
    assert (record.status, record.outcome) == ("passed", "track_order.resolved")
    assert record.ended_by
    assert record.about == FOUND.about


@pytest.mark.parametrize("level", LEVELS)
def test_every_expectation_is_told_also_those_that_hold(runs: dict[str, Played], level: Level) -> None:
    checks = runs[level].record.checks
    expect = FOUND.expect
    assert [check.expectation for check in checks] == [
        "lines",
        *["said"] * len(expect.said),
        *["never_said"] * len(expect.never_said),
        "journey",
        "outcome",
        *["tools"] * len(expect.tools),
    ]
    assert all(check.holds and check.wanted and check.found for check in checks)


@pytest.mark.parametrize("level", LEVELS)
def test_a_turn_has_what_was_said_and_what_was_heard_of_it(runs: dict[str, Played], level: Level) -> None:
    record = runs[level].record
    assert "Riverside" in record.greeting
    number = record.turns[0]
    assert number.caller_said == FOUND.lines[0].say
    assert "account number" in number.agent_said
    assert number.agent_heard is not None
    assert number.agent_heard.lower().rstrip("?.") == str(FOUND.lines[0].say).lower().rstrip("?.")
    assert number.caller_heard is not None
    assert "account number" in number.caller_heard


def test_a_spoken_turn_says_when_and_how_the_wait_was_made_up(runs: dict[str, Played]) -> None:
    turn = runs["audio"].record.turns[0]
    assert turn.ended_ms is not None
    assert turn.answer_began_ms is not None
    assert turn.answer_ended_ms is not None
    assert turn.began_ms < turn.ended_ms < turn.answer_began_ms < turn.answer_ended_ms
    stages = {stage.name: stage.ms for stage in turn.stages}
    assert "endpoint" in stages, "all else was prepared while the caller was listened to"
    assert turn.latency_ms is not None
    on_its_way_ms = turn.latency_ms - sum(stages.values())
    assert 80 <= on_its_way_ms <= 140, "through a jitter buffer there and back, 60 ms at first, less once it is calm"


def test_a_spoken_run_says_how_turns_were_taken(runs: dict[str, Played]) -> None:
    assert runs["text"].record.turn_taking is None
    record = runs["audio"].record
    observed = record.turn_taking
    assert observed is not None
    assert observed.turns == len(record.turns)
    assert list(observed.latencies_ms) == [turn.latency_ms for turn in record.turns if turn.latency_ms is not None]


def test_a_spoken_run_says_what_was_heard_of_words_and_of_what_the_caller_knows(runs: dict[str, Played]) -> None:
    typed, spoken = runs["text"].record, runs["audio"].record
    assert (typed.words, typed.entities) == (None, None)
    assert spoken.words is not None
    assert spoken.words.words > 10
    assert spoken.words.errors == 0
    assert spoken.entities is not None
    assert spoken.entities.said >= 1
    assert spoken.entities.right == spoken.entities.said


def test_a_typed_turn_that_calls_a_tool_says_how_long_it_took(runs: dict[str, Played]) -> None:
    stages = [{stage.name for stage in turn.stages} for turn in runs["text"].record.turns]
    assert any({"understanding", "tools"} <= names for names in stages)


@pytest.mark.parametrize("level", LEVELS)
def test_the_trace_tells_what_was_decided(runs: dict[str, Played], level: Level) -> None:
    trace = runs[level].record.trace
    assert {"heard", "understood", "step", "tool", "said", "outcome"} <= {line.kind for line in trace}
    assert any("find_customer" in line.text for line in trace if line.kind == "tool")


def test_only_what_was_spoken_has_a_tape(runs: dict[str, Played]) -> None:
    assert runs["text"].tape is None
    tape = runs["audio"].tape
    assert tape is not None
    assert abs(tape.samples / 8 - runs["audio"].record.duration_ms) < 100


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_key_gives_the_same_run_whatever_was_played_before(
    runs: dict[str, Played], tmp_path: Path, level: Level
) -> None:
    """Cancelling changes the data, and the clock stands elsewhere."""
    key = key_of(FOUND, level)
    again = played(tmp_path, [(key_of(CANCELS, level), CANCELS), (key, FOUND)])[1]
    assert log_of(again) == log_of(runs[level])
    assert lasting(again.record) == lasting(runs[level].record)


def test_what_one_run_changes_no_other_finds(tmp_path: Path) -> None:
    keys = [(key_of(CANCELS, "text", repetition=number), CANCELS) for number in (1, 2)]
    assert [run.record.status for run in played(tmp_path, keys)] == ["passed", "passed"]


def test_conversations_of_different_keys_have_different_names() -> None:
    names = {conversation_of(key_of(FOUND, level, repetition=number)) for level in LEVELS for number in (1, 2)}
    assert len(names) == 4


def test_an_expectation_that_does_not_hold_fails_the_run(tmp_path: Path) -> None:
    expect = msgspec.structs.replace(FOUND.expect, outcome="abandoned")
    wrong = msgspec.structs.replace(FOUND, expect=expect)
    (run,) = played(tmp_path, [(key_of(wrong, "text"), wrong)])
    assert run.record.status == "failed"
    assert [check.expectation for check in run.record.checks if not check.holds] == ["outcome"]


def test_a_condition_lies_between_caller_and_agent(tmp_path: Path) -> None:
    dead = msgspec.structs.replace(key_of(FOUND, "audio"), condition="one_way")
    unknown = msgspec.structs.replace(dead, condition="blizzard")
    one_way, refused = played(tmp_path, [(dead, FOUND), (unknown, FOUND)])
    assert one_way.record.status == "failed"
    assert refused.record.status == "error"
    assert "blizzard" in refused.record.reason


class DumbVoice:
    """A caller's voice that isn't there."""

    def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> object:
        raise EngineUnavailable("no voice process is left")


class BrokenEngines(ScriptedEngines):
    def __init__(self, *, voice: bool) -> None:
        super().__init__(Latencies())
        self._voice = voice

    def speech(self, scenario: Scenario, seed: int) -> Speech:
        whole = super().speech(scenario, seed)
        if scenario.scenario != "test":
            return whole
        change = {"caller_voice": DumbVoice()} if self._voice else {"caller_ears": PlainEars(frozenset(range(1, 99)))}
        return Speech(**{**vars(whole), **change})


HELLO = scenario_of(Line(after="greeting", say="hello"), Line(when="help", say="bye"))


@pytest.mark.parametrize(("voice", "reason"), [(True, "no voice process is left"), (False, "were not heard")])
def test_a_caller_whose_engine_fails_is_an_error_and_other_runs_go_on(tmp_path: Path, voice: bool, reason: str) -> None:
    keys = [(key_of(HELLO, "audio"), HELLO), (key_of(FOUND, "audio"), FOUND)]
    broken, whole = played(tmp_path, keys, BrokenEngines(voice=voice))
    assert broken.record.status == "error"
    assert reason in broken.record.reason
    assert whole.record.status == "passed"


def test_real_engines_are_held_for(tmp_path: Path) -> None:
    """Engines that count on another clock, and a caller's voice that is named in the record."""
    scripted = ScriptedEngines(Latencies()).speech(FOUND, 1)
    engines = HeldEngines(
        PlainEars(),
        PlainVoice(),
        scripted.voice_activity,
        lambda scenario: (PlainVoice(), f"plain voice for {scenario.who.number}"),
        PlainEars(),
        latencies=Latencies(),
    )
    (run,) = played(tmp_path, [(key_of(FOUND, "audio"), FOUND)], engines)
    assert (run.record.status, run.record.voice) == ("passed", f"plain voice for {FOUND.who.number}")
    assert Stage("recognition", 220) in run.record.turns[0].stages
