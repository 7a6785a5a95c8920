"""Whose turn it was is decided as it was, in every history of turn-taking, and as its story says it should be."""

from __future__ import annotations

from functools import cache

import pytest

from tests.histories.test_histories import core_of
from tests.histories.turn_taking.stories import FOLDER, STORIES
from tests.histories.turn_taking.story import decided
from voice_agent.agent.replay import replay
from voice_agent.conversation.records import Header, Record, decode_log


@cache
def history(name: str) -> tuple[Header, list[Record]]:
    path = FOLDER / f"{name}.jsonl"
    return decode_log(path.read_bytes(), name=path.name)


def test_every_history_has_its_story() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == set(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_a_history_is_decided_as_it_was_and_as_it_should_be(name: str) -> None:
    header, records = history(name)
    assert replay(records, core_of(header, records)).divergence is None, (
        f"if it was changed on purpose: python -m tests.histories.record {name}"
    )
    assert decided(records, timed=STORIES[name].timed) == STORIES[name].decisions


def test_a_story_that_says_otherwise_is_found_out() -> None:
    name = "takes_yes_at_once"
    _, records = history(name)
    assert decided(records[:-10]) != STORIES[name].decisions or len(records) < 10
    without = [record for record in records if record.tag != "take_turn"]
    assert decided(without) != STORIES[name].decisions
