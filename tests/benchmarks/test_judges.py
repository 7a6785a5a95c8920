"""The benchmark of judges, with answers that were written down: no model is asked."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from benchmarks import judges
from benchmarks.report import Asked
from models.recorded_language import question_key
from simulations.judges.labelled import read_labelled
from simulations.judges.question import question
from simulations.judges.rubric import SERVICE, read_rubric
from voice_agent.errors import EngineUnavailable, UsageError

RUBRIC = read_rubric(SERVICE)
NOWHERE = "http://127.0.0.1:9/v1"


def transcript(text: str, label: str) -> str:
    lines = f'  - {{by: agent, text: "Hello, how can I help?"}}\n  - {{by: agent, text: "{text}"}}\n'
    return f"v: 1\nabout: One call.\nlines:\n{lines}labels: {{politeness: {label}}}\n"


def prepared(folder: Path, verdicts: dict[str, str]) -> Asked:
    """Transcripts of one label each, and a model's recorded answers to them."""
    data, cache = folder / "data", folder / "cache"
    data.mkdir()
    cache.mkdir()
    (data / "fine.yaml").write_text(transcript("With pleasure, of course.", "holds"))
    (data / "rude.yaml").write_text(transcript("Go away and call nobody.", "broken"))
    answers = []
    for labelled in read_labelled(data, RUBRIC):
        quote = labelled.lines[1].text
        answer = {"line": 2, "quote": quote, "reason": "so", "verdict": verdicts[labelled.name]}
        for number in range(3):
            key = question_key(question(RUBRIC.item("politeness"), labelled.spoken(), number))
            answers.append({"key": key, "answer": msgspec.json.encode(answer).decode()})
    (cache / "judges.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, answers)))
    return Asked(data=data, cache=cache, endpoint=NOWHERE)


def test_a_judge_that_sees_what_people_see_agrees_with_them(tmp_path: Path) -> None:
    found = judges.measure(prepared(tmp_path, {"fine": "holds", "rude": "broken"})).figures
    assert found["labels"] == 2
    assert (found["all"]["right"]["share"], found["all"]["kappa"]) == (1.0, 1.0)
    assert found["by_item"]["politeness"]["decided"] == 2
    assert found["voted"] == {"votes": 6, "void": 0, "unanimous": 2, "judgements": 2, "problems": {}}
    assert found["wrong"] == []
    assert found["injected"] is None


def test_a_judge_that_finds_all_well_agrees_no_more_than_chance(tmp_path: Path) -> None:
    found = judges.measure(prepared(tmp_path, {"fine": "holds", "rude": "holds"})).figures
    assert (found["all"]["right"]["share"], found["all"]["kappa"]) == (0.5, 0.0)
    assert found["all"]["missed"]["count"] == 1
    assert found["wrong"] == ["rude: politeness is broken, not holds"]


def test_a_model_that_is_not_there_gives_no_figures(tmp_path: Path) -> None:
    asked = prepared(tmp_path, {"fine": "holds", "rude": "holds"})
    assert asked.cache is not None
    (asked.cache / "judges.jsonl").unlink()
    with pytest.raises(EngineUnavailable, match="6 questions had no answer"):
        judges.measure(asked)


def test_it_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="which model"):
        judges.measure(Asked())
    with pytest.raises(UsageError, match="no transcripts"):
        judges.measure(Asked(data=tmp_path, endpoint=NOWHERE))
