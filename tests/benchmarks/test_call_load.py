"""What call_load reports, from calls that are made up."""

from __future__ import annotations

import json

import msgspec
import pytest

from benchmarks.answer_times import Wait
from benchmarks.call_load import Load, Media, caller_recording, failed_calls, figures, goals, media_of, settings
from benchmarks.riverside_callers import callers, number_of
from benchmarks.server_process import readings
from benchmarks.sipp_callers import SippCount, counted
from models.modem import demodulated
from voice_agent.config import load_config
from voice_agent.errors import CallFailed

GOOD = Media(received=1_500, lost=0, late=0, concealed_frames=0, made_up_frames=0, sent=1_500)
LOAD = Load(
    calls=2,
    seconds=30,
    sipp=SippCount(created=2, successful=2, failed=0),
    rows=(),
    media=(GOOD, GOOD),
    metrics={"voice_agent_wheel_lateness_p99_seconds": 0.004, "voice_agent_wheel_lateness_max_seconds": 0.02},
    cpu={"worker": 0.03, "speech": 0.01},
    gaps_ms=[20.0, 21.0, 19.0],
    waits=(Wait(0, 1_000_000, 1_600_000), Wait(0, 0, None)),
)


def test_all_calls_that_got_through_meet_the_goals() -> None:
    assert [each.met for each in goals(LOAD)] == [True, True]
    found = json.loads(msgspec.json.encode(figures(LOAD)))
    assert found["wheel_lateness_ms"] == {"p99": 4.0, "max": 20.0}
    assert found["worker_cpu_percent_a_call"] == 1.0
    assert found["media"]["received"] == 3_000
    assert found["probe"]["waits_ms"] == [600, None]


@pytest.mark.parametrize(
    ("sipp", "media", "failed"),
    [
        (SippCount(2, 1, 1), (GOOD, GOOD), 1),
        (SippCount(2, 1, 0), (GOOD, GOOD), 1),
        (SippCount(2, 2, 0), (GOOD,), 1),
        (SippCount(2, 2, 0), (GOOD, msgspec.structs.replace(GOOD, received=900)), 1),
        (SippCount(2, 2, 0), (GOOD, msgspec.structs.replace(GOOD, sent=900)), 1),
        (SippCount(2, 1, 1), (GOOD, msgspec.structs.replace(GOOD, sent=900)), 1),
    ],
)
def test_a_call_fails_by_sip_or_by_its_media(sipp: SippCount, media: tuple[Media, ...], failed: int) -> None:
    load = msgspec.structs.replace(LOAD, sipp=sipp, media=media)
    assert failed_calls(load) == failed
    assert not goals(load)[0].met


def test_lateness_that_the_server_does_not_tell_misses_its_goal() -> None:
    assert not goals(msgspec.structs.replace(LOAD, metrics={}))[1].met


@pytest.mark.parametrize(("calls", "processes"), [(1, 2), (20, 2), (45, 5)])
def test_settings_are_usable_and_leave_the_doubles_room(calls: int, processes: int) -> None:
    config = load_config(settings(calls), {}, source="settings")
    assert config.speech.processes == processes
    assert config.speech.recogniser == config.speech.voice_activity == "scripted"


def test_callers_say_what_the_doubles_can_read() -> None:
    recording = caller_recording(30)
    assert recording.size == 240_000
    assert demodulated(recording[:200_000]) == "Where is my order? five five zero one two four seven nine"
    assert not caller_recording(5).any()


def test_media_counts_are_of_the_callers_asked_for() -> None:
    ended = {"message": "media ended", "call": "1-2@127.0.0.1", "media": msgspec.structs.asdict(GOOD) | {"phase": "x"}}
    other = ended | {"call": "0123abcd"}
    log = "\n".join(["not JSON", json.dumps(ended), json.dumps(other), json.dumps({"message": "ready"})])
    assert media_of(log, "127.0.0.1") == [GOOD]


def test_sipp_counts_are_those_of_the_last_line() -> None:
    header = "TotalCallCreated;SuccessfulCall(P);SuccessfulCall(C);FailedCall(C);"
    assert counted(f"{header}\n20;5;5;0;\n20;0;19;1;\n") == SippCount(20, 19, 1)
    with pytest.raises(CallFailed, match="no statistics"):
        counted(header)


def test_readings_are_metrics_without_labels() -> None:
    text = '# HELP a b\na_seconds 0.5\nb_total{by="caller"} 3.0\nc 1e3\n'
    assert readings(text) == {"a_seconds": 0.5, "c": 1_000.0}


def test_every_caller_has_a_number_of_its_own_and_says_the_same_by_seed() -> None:
    scenarios = callers(quick=False, seed=7)
    assert len({number_of(scenario) for scenario in scenarios}) == len(scenarios) == 8
    assert scenarios == callers(quick=False, seed=7)
    assert scenarios != callers(quick=False, seed=8)
    assert [line.say for line in callers(quick=True, seed=7)[0].lines[1:2]] == [
        "It's five five zero one, two four seven nine."
    ]
