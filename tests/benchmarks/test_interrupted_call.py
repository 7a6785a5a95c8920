"""What a call must show for its promises to count as kept, and when its caller says what."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from benchmarks.interrupted_call import figures, goals, measure
from benchmarks.interrupted_caller import FOLDER, NEWS, NUMBER, SCRIPT, Caller, Uttered
from benchmarks.interrupted_drawing import drawn
from benchmarks.interrupted_evidence import (
    Evidence,
    Told,
    kept,
    onsets,
    said_twice,
    silent_us,
    tracks_of,
    went_on_right,
)
from benchmarks.interrupted_phone import write_agent
from benchmarks.interrupted_sounds import moved
from benchmarks.report import Asked
from models.scripted import noise
from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, RATE_HZ, Pcm, silence
from voice_agent.conversation import actions as act
from voice_agent.conversation.events import PlayedUntil
from voice_agent.conversation.expectation import OPEN
from voice_agent.conversation.records import Record, record_of
from voice_agent.errors import UsageError
from voice_agent.journeys.load import load

BURST = RATE_HZ // 5
"""Samples of sound that each cue has here."""
SECONDS = 4
"""Between two of them."""
UTTERED = {cue.name: Uttered(200 * number, 0, BURST) for number, cue in enumerate(SCRIPT)}
LATER_US = 1_000_000
"""The recording's first cue comes so much later than the caller's clock has it."""
ALL_TOLD = Told(NEWS, {cue.name: cue.words for cue in SCRIPT}, "5501 2479")
LOUD = np.resize(noise(1_000, seed=2), RATE_HZ * SECONDS * (len(SCRIPT) + 1))


def evidence(agent: Pcm, *records: Record, arrived_us: tuple[int, ...] = (), moved_us: int = 0) -> Evidence:
    """A recording with all cues in the caller's track; the last of them `moved_us` from where it was sent."""
    caller = silence(agent.size)
    for number, name in enumerate(UTTERED):
        at_us = number * SECONDS * 1_000_000 + LATER_US + (moved_us if name == "interruption 3" else 0)
        at = at_us * RATE_HZ // 1_000_000
        caller[at : at + BURST] = noise(200, seed=1)
    sent_us = {name: said.onset_us for name, said in UTTERED.items()}
    return Evidence(records, caller, agent, UTTERED, sent_us, arrived_us)


def recorded_us(name: str) -> int:
    return UTTERED[name].onset_us + LATER_US


def test_a_call_in_which_nothing_was_decided_keeps_no_promise_about_interruptions() -> None:
    promises = kept(evidence(silence(LOUD.size)), Told("", {}, ""))
    assert not any(promises[f"interruption {number} stops the agent"] for number in (1, 2, 3))
    assert not promises["a number with a long pause in it is one turn"]
    assert not promises["no word is repeated or swallowed where the agent went on"]
    assert not promises["no long gap after backchannel 1"]
    assert not promises["the recording has the caller's words"]
    assert not promises["the recording has the whole number"]


def test_a_call_of_which_nothing_is_in_the_recording_keeps_nothing() -> None:
    nothing = Evidence((), silence(0), silence(0), {}, {}, ())
    assert not any(kept(nothing, Told("", {}, "")).values())


def test_a_call_in_which_all_went_well_keeps_every_promise() -> None:
    agent = LOUD.copy()
    records: list[Record] = []
    for number, cue in enumerate(SCRIPT):
        at_us = recorded_us(cue.name)
        if cue.name.startswith("interruption"):
            agent[at_us * RATE_HZ // 1_000_000 + 800 : (at_us + 1_500_000) * RATE_HZ // 1_000_000] = 0
            records.append(record_of(number, at_us + 500_000, act.StopSpeaking(1, "the caller said something")))
        elif cue.name == "cough":
            records.append(record_of(number, at_us + 500_000, act.ResumeSpeaking(1, ("backchannel",))))
    records.append(record_of(98, recorded_us("interruption 2") + 100_000, PlayedUntil(1, 0, 1, NEWS)))
    understand = act.Understand(1, 1, "Five five zero one. Two four seven nine.", (), "", OPEN)
    records.append(record_of(99, recorded_us("digits 2") + 1_000_000, understand))
    promises = kept(evidence(agent, *records), ALL_TOLD)
    assert [name for name, done in promises.items() if not done] == []


def test_an_agent_that_talks_on_is_not_silent_soon() -> None:
    promises = kept(evidence(LOUD), ALL_TOLD)
    assert not promises["silent soon after interruption 1"]
    assert promises["no long gap after cough"]


def test_packets_that_still_come_to_the_caller_are_no_silence() -> None:
    quiet = evidence(silence(LOUD.size))
    begin_us = UTTERED["interruption 1"].onset_us
    late = tuple(range(begin_us, begin_us + 400_000, 20_000))
    talked_on = evidence(silence(LOUD.size), arrived_us=late)
    assert silent_us(talked_on, "interruption 1") == {"recording": 0, "caller": 380_000}
    assert kept(quiet, ALL_TOLD)["silent soon after interruption 1"]
    assert not kept(talked_on, ALL_TOLD)["silent soon after interruption 1"]


def test_a_backchannel_that_stops_the_agent_breaks_a_promise() -> None:
    stop = act.StopSpeaking(1, "the caller said something")
    stopped = record_of(1, recorded_us("backchannel 1") + 500_000, stop)
    assert not kept(evidence(LOUD, stopped), ALL_TOLD)["backchannel 1 does not"]
    assert kept(evidence(LOUD), ALL_TOLD)["backchannel 1 does not"]


def test_a_word_that_the_recording_has_twice_breaks_a_promise() -> None:
    believed = record_of(1, 1, PlayedUntil(1, 0, 1, NEWS))
    name = "no word is repeated or swallowed where the agent went on"
    assert kept(evidence(LOUD, believed), ALL_TOLD)[name]
    assert not kept(evidence(LOUD, believed), Told(NEWS.replace("Bristol", "Bristol Bristol"), {}, NUMBER))[name]


def test_words_that_a_recogniser_makes_up_at_the_cut_are_no_fault_of_the_agent() -> None:
    cut = NEWS[:150]
    assert went_on_right(f"{cut} and ask for your message", f"{cut} will") == 1
    assert went_on_right(cut.replace("twelve other stops", ""), cut) < 0.9


def test_a_run_of_words_that_is_heard_twice_is_found_but_where_it_is_meant() -> None:
    assert said_twice("Your parcel has left has left our warehouse", NEWS) == ["has left"]
    assert said_twice("five five zero one", "Five five zero one.") == []


def test_cues_are_found_in_the_recording_where_a_jitter_buffer_has_moved_them() -> None:
    call = evidence(LOUD, moved_us=60_000)
    assert onsets(call.caller, UTTERED)["cough"] == recorded_us("cough")
    assert onsets(call.caller, UTTERED)["interruption 3"] == recorded_us("interruption 3") + 60_000


def test_a_cue_that_is_not_in_the_recording_is_not_found() -> None:
    call = evidence(LOUD)
    call.caller[-RATE_HZ * 8 :] = 0
    assert "interruption 3" not in onsets(call.caller, UTTERED)
    assert not kept(call, ALL_TOLD)["silent soon after interruption 3"]


def test_a_caller_says_all_of_the_script_in_order_and_waits_for_the_answer_before_a_number() -> None:
    caller = Caller({cue.name: noise(200, seed=1) for cue in SCRIPT})
    loud, quiet = np.ascontiguousarray(LOUD[:FRAME_SAMPLES]), silence(FRAME_SAMPLES)

    def until(cue: str, heard: Pcm) -> int:
        """Ticks until it is said."""
        for tick in range(1_000):
            if cue in caller.uttered:
                return tick
            caller.tick(heard)
        return 1_000

    assert until("question", quiet) == 1_000, "nobody has answered the call yet"
    caller.tick(loud)
    assert until("question", quiet) * FRAME_MS == 700
    assert until("interruption 2", loud) < 1_000
    caller.tick(loud)
    assert until("digits 1", quiet) == 1_000, "the agent has not asked yet"
    caller.tick(loud)
    assert until("digits 1", quiet) * FRAME_MS == 500
    assert until("digits 2", quiet) * FRAME_MS == 1_300 + 200 - FRAME_MS, "one frame is said already"
    assert until("interruption 3", loud) < 1_000
    assert list(caller.uttered) == [cue.name for cue in SCRIPT]
    assert not caller.hung_up
    for _ in range(140):
        caller.tick(quiet)
    assert caller.hung_up


def test_moments_are_moved_but_no_silence() -> None:
    other = moved(SCRIPT, np.random.default_rng(1))
    assert [cue.after_ms for cue in other if cue.quiet] == [cue.after_ms for cue in SCRIPT if cue.quiet]
    assert [cue.after_ms for cue in other] != [cue.after_ms for cue in SCRIPT]
    assert [cue.words for cue in other] == [cue.words for cue in SCRIPT]


def test_both_tracks_are_read_from_a_recording(tmp_path: Path) -> None:
    both = np.stack((np.arange(100), -np.arange(100)), axis=1).astype("<i2")
    with wave.open(str(tmp_path / "call.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(both.tobytes())
    caller, agent = tracks_of(tmp_path / "call.wav")
    assert caller.size == agent.size == 160
    assert caller[99] == 99
    assert agent[99] == -99


def test_the_agent_on_the_disk_is_the_one_in_memory(tmp_path: Path) -> None:
    write_agent(tmp_path)
    read = {name: (tmp_path / name).read_text(encoding="utf-8") for name in FOLDER}
    assert load(read).digest == load(FOLDER).digest


def test_promises_are_counted_over_calls() -> None:
    calls = [(evidence(LOUD), ALL_TOLD), (evidence(silence(LOUD.size)), ALL_TOLD)]
    counted = figures(calls)
    assert counted["calls"] == 2
    assert counted["promises"]["no long gap after cough"] == 1
    assert "no long gap after cough" in counted["each"][1]["broken"]
    (only,) = goals({"phone": calls})
    assert not only.met
    assert only.got == sum(counted["promises"].values())


def test_a_drawing_names_what_the_caller_did_and_what_was_decided() -> None:
    svg = drawn(evidence(LOUD, record_of(1, recorded_us("interruption 1") + 300_000, act.StopSpeaking(1, "x"))))
    assert all(f">{cue.name}<" in svg for cue in SCRIPT)
    assert ">stop<" in svg


def test_a_part_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="'radio'"):
        measure(Asked(part="radio"))
