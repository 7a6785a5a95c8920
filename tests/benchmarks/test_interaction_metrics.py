"""Reading tick traces of tau-voice, written here by hand; and the benchmark that holds our figures to expected ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from benchmarks import interaction_metrics
from benchmarks.command import main
from benchmarks.report import Asked
from benchmarks.tau_ticks import read_trace, timeline_of
from simulations.measures.timeline import Aside, Spoken, Stretch
from voice_agent.errors import UsageError

COUGH = {"text": "[cough]", "type": "vocal_tic"}
MOMENT = {"text": "One moment.", "type": "non_directed_phrase"}


def tick(caller: bool, agent: bool, action: str = "", source: Any = None, speech: Any = None) -> dict[str, Any]:
    return {
        "tick_id": 0,
        "agent_chunk": {"contains_speech": agent, "speech_effects": None},
        "user_chunk": {
            "contains_speech": caller,
            "turn_taking_action": {"action": action} if action else None,
            "source_effects": None if source is None else {"burst_noise_file": None, "speech_insert": source},
            "speech_effects": None if speech is None else {"dynamic_muffling_enabled": True, "speech_insert": speech},
        },
    }


def encoded(ticks: list[dict[str, Any]]) -> bytes:
    return msgspec.json.encode({"id": "one", "seed": 1, "ticks": ticks})


ONE = [
    tick(False, True),
    tick(True, True, "backchannel"),
    tick(True, True, "wait"),
    tick(False, False, source=COUGH),
    tick(False, False, source=COUGH),
    tick(False, False, source=MOMENT),
    tick(True, False, "generate_message", speech=MOMENT),
    tick(True, False, "keep_talking", source=COUGH),
    tick(False, False),
    tick(False, True),
]


def test_a_trace_becomes_stretches_of_both_sides() -> None:
    timeline = timeline_of(read_trace(encoded(ONE)), 200)
    assert timeline.length == 10
    assert timeline.agent == (Stretch(0, 3), Stretch(9, 10))
    assert timeline.caller == (Spoken(1, 3, True), Spoken(6, 8, False, frozenset({"cough", "side_talk"})))


def test_what_is_mixed_into_silence_is_an_aside_as_long_as_it_lasts() -> None:
    timeline = timeline_of(read_trace(encoded(ONE)), 200)
    assert timeline.asides == (Aside(3, 5, "cough"), Aside(5, 6, "side_talk"))


def test_the_same_aside_after_a_gap_is_another() -> None:
    ticks = [tick(False, False, source=COUGH), tick(False, False), tick(False, False, source=COUGH)]
    assert timeline_of(read_trace(encoded(ticks)), 200).asides == (Aside(0, 1), Aside(2, 3))


def test_two_of_a_kind_in_one_tick_are_two() -> None:
    ticks = [tick(False, False, source=COUGH, speech=COUGH), tick(False, False, source=COUGH)]
    assert sorted(timeline_of(read_trace(encoded(ticks)), 200).asides, key=lambda each: each.end) == [
        Aside(0, 1),
        Aside(0, 2),
    ]


@pytest.mark.parametrize(("before", "ends"), [(False, 2), (True, 3)])
def test_a_last_tick_of_speech_alone_marks_the_end(before: bool, ends: int) -> None:
    ticks = [tick(False, False), tick(before, False), tick(True, False)]
    assert timeline_of(read_trace(encoded(ticks)), 200).length == ends


def test_a_tick_may_lack_a_side() -> None:
    trace = read_trace(msgspec.json.encode({"id": "one", "ticks": [{"agent_chunk": None}, ONE[1], {}]}))
    assert timeline_of(trace, 200).agent == (Stretch(1, 2),)


EXPECTED = {
    # The turn of ticks 6 and 7 is answered in tick 9, one tick after its end.
    "response_latency_mean": 0.2,
    "yield_latency_mean": None,
    "response_rate": 1.0,
    "yield_rate": None,
    "agent_interruption_rate": 0.0,
    # The agent falls silent two ticks after the backchannel began.
    "selectivity_backchannel": 0.0,
    # The cough of ticks 3 and 4 is followed by the agent in tick 9, and so is the one within the turn.
    "selectivity_vocal_tic": 0.0,
    "selectivity_non_directed": 0.0,
    "counts": {
        "n_simulations": 1,
        "response_total": 1,
        "yield_total": 0,
        "backchannel_total": 1,
        "vocal_tic_total": 2,
        "non_directed_total": 1,
        "agent_interrupts_count": 0,
    },
}


def data(folder: Path, expected: dict[str, Any]) -> Path:
    traces = folder / "tau2" / "interaction_metrics_testdata"
    traces.mkdir(parents=True)
    (traces / "one.json").write_bytes(encoded(ONE))
    (traces / "expected_metrics.json").write_bytes(msgspec.json.encode(expected))
    info = {"info": {"audio_native_config": {"tick_duration_seconds": 0.2}}}
    (traces / "results.json").write_bytes(msgspec.json.encode(info))
    return folder


def test_figures_that_are_the_expected_ones_are_said_to_be(tmp_path: Path) -> None:
    measured = interaction_metrics.measure(Asked(data=data(tmp_path, EXPECTED)))
    assert not measured.failed
    assert measured.figures["differences"] == []
    assert measured.figures["ours"]["response_latency_mean"] == 0.2


@pytest.mark.parametrize("goals", [[], ["--goals"]])
def test_any_difference_fails_the_benchmark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], goals: list[str]
) -> None:
    other = EXPECTED | {"response_rate": 0.5}
    assert main(["interaction_metrics", "--data", str(data(tmp_path, other)), *goals]) == 1
    printed = msgspec.json.decode(capsys.readouterr().out)
    assert printed["figures"]["differences"] == ["response_rate"]
    assert printed["figures"]["expected"]["response_rate"] == 0.5


def test_without_the_data_it_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="interaction_metrics_testdata"):
        interaction_metrics.measure(Asked(data=tmp_path))
