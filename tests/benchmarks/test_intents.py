"""How intents are scored, drawn and disturbed: on sentences of our own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.intent_baseline import Baseline
from benchmarks.intent_scores import matthews, micro_f1, refused_at_acceptance, share
from benchmarks.intent_sets import Multi, as_examples, draw, hint3
from benchmarks.kept_parts import KeptParts
from benchmarks.many_labels import ManyLabels, acts_by_rules
from benchmarks.recognition_noise import RecognitionNoise
from benchmarks.report import Asked
from benchmarks.understanding import measure
from voice_agent.errors import UsageError

ROWS = [(f"where is my parcel {at}", "track") for at in range(9)] + [(f"pay my bill {at}", "pay") for at in range(9)]


def test_a_draw_has_so_many_of_each_and_is_the_same_for_the_same_seed() -> None:
    drawn = draw(ROWS, 3, 1)
    assert {intent: len(texts) for intent, texts in as_examples(drawn).items()} == {"track": 3, "pay": 3}
    assert drawn == draw(ROWS, 3, 1)
    assert drawn != draw(ROWS, 3, 2)
    assert draw(ROWS, None, 1) == ROWS


def test_scores_of_known_answers() -> None:
    assert matthews(["a", "b", "a"], ["a", "b", "a"]) == 1.0
    assert matthews(["a", "a", "a", "a"], ["a", "b", "a", "b"]) == 0.0
    assert matthews(["a", "a", "b", "b"], ["a", "b", "a", "b"]) == 0.0
    assert matthews(["b", "a"], ["a", "b"]) == -1.0
    assert micro_f1([{"x"}, {"y", "z"}], [{"x"}, {"y"}]) == pytest.approx(0.8)
    assert micro_f1([set()], [set()]) == 1.0
    assert refused_at_acceptance([float(at) for at in range(100)], [-1.0, 50.0]) == 0.5
    figures = share([[True, True], [True, False]], 7)
    assert (figures["percent"], figures["by_draw_percent"], figures["sentences"]) == (75.0, [100.0, 50.0], 4)
    assert share([[]], 7) == {"sentences": 0}


def test_noise_errs_about_as_often_as_asked_and_the_same_every_time() -> None:
    texts = ["I want to know where my parcel is, please."] * 200
    heard = [RecognitionNoise(texts, 0.1, 3).heard(text) for text in texts[:1]]
    line, again = RecognitionNoise(texts, 0.1, 3), RecognitionNoise(texts, 0.1, 3)
    out = [line.heard(text) for text in texts]
    assert out == [again.heard(text) for text in texts]
    assert heard[0] == out[0]
    clean = "i want to know where my parcel is please"
    changed = float(np.mean([text != clean for text in out]))
    assert 0.4 < changed < 0.8  # 1 - 0.9 ** 9 is 0.61
    assert RecognitionNoise(texts, 0.0, 3).heard(texts[0]) == clean


@given(st.text(max_size=60))
def test_any_text_can_be_disturbed(text: str) -> None:
    assert isinstance(RecognitionNoise([text], 0.5, 1).heard(text), str)


def test_the_baseline_learns_what_it_is_shown() -> None:
    said, margins = Baseline(ROWS).judge(["my parcel is where", "a bill to pay"])
    assert said == ["track", "pay"]
    assert (margins > 0).all()


def test_several_labels_are_learnt_at_once() -> None:
    rows = [Multi(f"yes track {at}", ("affirm", "track")) for at in range(6)]
    rows += [Multi(f"no pay {at}", ("deny", "pay")) for at in range(6)]
    vectors = {row.text: np.eye(2, dtype=np.float32)[0 if "track" in row.text else 1] for row in rows}
    model = ManyLabels(rows, ["affirm", "deny", "pay", "track"], vectors)
    assert model.labels_of(["yes track 1", "no pay 1"], vectors) == [{"affirm", "track"}, {"deny", "pay"}]


def test_rules_name_the_acts_of_the_set() -> None:
    assert acts_by_rules("no thanks, I don't know. Bye") == {"deny", "dont_know", "end_call"}


def test_what_training_does_not_know_is_outside(tmp_path: Path) -> None:
    for part, rows in (("train", "one,A\n"), ("test", "two,A\nthree,B\nfour,NO_NODES_DETECTED\n")):
        (tmp_path / "hint3" / part).mkdir(parents=True)
        (tmp_path / "hint3" / part / f"bot_{part}.csv").write_text("sentence,label\n" + rows)
    found = hint3(tmp_path, "bot")
    assert (found.train, found.test, found.outside) == ((("one", "A"),), (("two", "A"),), ("three", "four"))


def test_without_data_it_is_called_wrongly() -> None:
    with pytest.raises(UsageError, match="needs --data"):
        measure(Asked())


def test_a_part_is_measured_once_until_what_it_depends_on_is_changed(tmp_path: Path) -> None:
    measured: list[str] = []

    def figures() -> dict[str, int]:
        measured.append("now")
        return {"right": len(measured)}

    def kept(settings: object = 7, folder: Path | None = tmp_path) -> dict[str, int]:
        return KeptParts(folder, ["benchmarks/kept_parts.py"], settings).of("some_set", figures)

    assert [kept(), kept(), kept(8), kept()] == [{"right": 1}, {"right": 1}, {"right": 2}, {"right": 1}]
    assert kept(folder=None) == {"right": 3}
    assert KeptParts(tmp_path, ["benchmarks/report.py"], 7).of("some_set", figures) == {"right": 4}


def test_a_part_that_there_is_not_is_answered_with_those_that_there_are(tmp_path: Path) -> None:
    for folder in ("banking77", "clinc150", "dstc11_natcs"):
        (tmp_path / folder).mkdir()
    for name in ("train", "test"):
        (tmp_path / "banking77" / f"{name}.csv").write_text("text,category\nwhere is my card,card\n")
    parts = ("train", "val", "test", "oos_train", "oos_val")
    (tmp_path / "clinc150" / "data_full.json").write_text(json.dumps({name: [] for name in parts}))
    (tmp_path / "dstc11_natcs" / "development__test-utterances.jsonl").write_text("")
    with pytest.raises(UsageError, match="no part 'banking'") as caught:
        measure(Asked(data=tmp_path, cache=tmp_path / "cache", part="banking"))
    assert caught.value.hint is not None
    assert "banking77_full" in caught.value.hint
    assert "hint3" in caught.value.hint
