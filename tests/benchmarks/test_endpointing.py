"""What the benchmark of endpointing is run on and how it counts; without engines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.endpointing_curves import drawn, frontier
from benchmarks.endpointing_pauses import Judged, ObservedTurn, Pause
from benchmarks.endpointing_rules import by_product, by_silence, by_smart_turn, curves, least_cut, point, soonest
from benchmarks.endpointing_texts import TEST, TRAINING
from benchmarks.endpointing_turns import LONG_MS, MEDIUM_MS, LabelledTurn, expecting, pause_ms, synthetic, trimmed
from models.delivery import NATURAL, Delivery
from voice_agent.audio import Pcm, silence
from voice_agent.turns.settings import EndpointSettings

SETTINGS = EndpointSettings()


class Hum:
    """Says anything as a hum, as long as its text, between silences."""

    def synthesize(self, text: str, delivery: Delivery = NATURAL) -> Iterator[Pcm]:
        at = np.arange(len(text) * 400)
        hum = np.round(8_000 * np.sin(at / 5)).astype(np.int16)
        yield np.concatenate((silence(800), hum, silence(800)))


def test_pauses_are_of_the_lengths_of_their_source() -> None:
    random = np.random.default_rng(1)
    drawn_ms = np.array([pause_ms(random, 1.0) for _ in range(4_000)])
    assert drawn_ms.min() >= MEDIUM_MS[0]
    assert drawn_ms.max() <= LONG_MS[2]
    assert 0.17 <= np.mean(drawn_ms >= 1_000) <= 0.25
    assert 420 <= np.median(drawn_ms[drawn_ms < 1_000]) <= 475


def test_the_same_seed_gives_the_same_turns_with_the_same_labels() -> None:
    said = {"digits:8": TEST["digits:8"][:2], "open": TEST["open"][:2]}
    one, again = list(synthetic(said, [Hum()], 3)), list(synthetic(said, [Hum()], 3))
    other = list(synthetic(said, [Hum()], 4))
    assert [turn.pauses for turn in one] == [turn.pauses for turn in again] != [turn.pauses for turn in other]
    assert all(np.array_equal(a.pcm, b.pcm) for a, b in zip(one, again, strict=True))
    assert [turn.said.count("|") for turn in one] == [len(turn.pauses) for turn in one]


def test_between_its_parts_a_turn_is_silent_and_after_its_end_too() -> None:
    (turn,) = synthetic({"open": ("I would like,| to know.",)}, [Hum()], 1)
    ((first, end),) = turn.pauses
    assert np.abs(turn.pcm[first + 80 : end - 80]).max() < 100 < np.abs(turn.pcm[end : turn.end_sample]).max()
    assert np.abs(turn.pcm[turn.end_sample + 80 :]).max() < 100
    assert trimmed(np.concatenate((silence(800), turn.pcm[end : turn.end_sample]))).size <= turn.end_sample - end


def test_nothing_that_is_tested_was_trained_on() -> None:
    for what, texts in TEST.items():
        assert len({*texts}) == len(texts)
        if what != "yes_no" and what != "choice":
            assert not {*texts} & {*TRAINING[what]}


def observed(what: str, *pauses: tuple[str, int | None, float], name: str = "t") -> ObservedTurn:
    """Pauses as (words, how long, how finished); the last one is the end. Voice of a second before each."""
    turn = LabelledTurn(name, name, "synthetic", expecting(what), "", silence(0), (), 0)
    out, at_us = [], 0
    for text, length_ms, finished in pauses:
        at_us += 1_000_000
        resumed_us = None if length_ms is None else at_us + length_ms * 1_000
        out.append(Pause(at_us, resumed_us, Judged(text, 150_000, finished, 60_000)))
        at_us = at_us if resumed_us is None else resumed_us
    return ObservedTurn(turn, at_us, tuple(out))


NUMBER = observed("digits:8", ("5501", 900, 0.9), ("5501 2479", None, 0.9))
QUESTION = observed("open", ("Could you tell me, how?", 400, 0.2), ("Could you tell me, how it goes?", None, 0.9))


def test_half_a_number_is_waited_for_by_us_and_cut_off_by_silence() -> None:
    (ours,), (silent,) = by_product([NUMBER], SETTINGS), by_silence([NUMBER], 500_000)
    assert (ours.cut_reasons, ours.latency_us) == ((), 260_000)
    assert (silent.cut_reasons, silent.latency_us) == (("silence",), 500_000)


def test_smart_turn_goes_by_sound_alone() -> None:
    (number,) = by_smart_turn([NUMBER], 0.5, 3_000_000)
    assert (number.cut_reasons, number.latency_us) == (("smart-turn",), 260_000)
    (question,) = by_smart_turn([QUESTION], 0.5, 3_000_000)
    assert (question.cut_reasons, question.latency_us) == ((), 260_000)


def test_what_has_no_words_takes_no_turn() -> None:
    cough = observed("open", ("", 900, 0.9), ("Where is my order?", None, 0.9))
    assert by_product([cough], SETTINGS)[0].cut_reasons == ()


def test_a_point_counts_turns_and_pauses() -> None:
    found = point("500 ms", by_silence([NUMBER, QUESTION], 500_000))
    assert (found.turns_cut, found.pauses_cut, found.p50_ms) == (50.0, 50.0, 500.0)


def test_curves_go_from_hasty_to_slow_and_are_drawn() -> None:
    found = curves([NUMBER, QUESTION], SETTINGS)
    for name in ("product", "silence"):
        means = [each.mean_ms for each in found[name]]
        assert means == sorted(means)
    assert least_cut(found["silence"], 100.0) is None
    least = least_cut(found["silence"], 2_000.0)
    assert least is not None
    assert least.turns_cut == 0.0
    fast = soonest(found["product"], 0.0)
    assert fast is not None
    assert fast.mean_ms < least.mean_ms
    steps = frontier(found["smart_turn"])
    assert [each.turns_cut for each in steps] == sorted((each.turns_cut for each in steps), reverse=True)
    svg = drawn({"expected": found, "open": found})
    assert svg.count("<polyline") == 10
    assert svg.startswith("<svg")


@pytest.mark.parametrize("what", [*TEST])
def test_every_kind_of_answer_is_expected_somehow(what: str) -> None:
    assert expecting(what).kind in ("yes_no", "digits", "value", "choice", "open")
    assert what in TRAINING
