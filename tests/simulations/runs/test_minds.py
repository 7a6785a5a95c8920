"""Callers that think: what their model is asked, what it may answer, and calls that are the same again without it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from models.chat_completions import Endpoint
from simulations import caller_events as ev
from simulations.callers.mind import LONGEST_SAID, Said, Thought, prompt_of, thought_from
from simulations.callers.minds import Mind, Minds, ModelMind, RecordedMind, minds_of, open_endpoint
from simulations.callers.thinking_caller import ThinkingCaller
from simulations.runs.levels import Played
from simulations.runs.records import Level, RunKey
from simulations.scenario_file import parse_scenario
from tests.simulations.runs.stages import key_of, played
from tests.testkit.web_server import answering_raw, serving
from voice_agent.errors import ConfigurationError, EngineUnavailable

SCENARIO = parse_scenario(
    """\
v: 2
scenario: thinks
who: {number: "+15550100101"}
mind: llm
goal: You want to know where your order is
knows: {account number: five five oh one two four seven nine}
does_not_know: [the order's number]
behaviour: {talkativeness: terse}
expect: {journey: track_order, outcome: resolved}
limits: {turns: 8}
""",
    name="thinks.yaml",
)
LEVELS: tuple[Level, Level] = ("text", "audio")


class Customer:
    """A model that plays a customer by the last words of the agent; the seam is the wire, as with any endpoint."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = False

    async def answer(self, request: Request) -> Response:
        body = await request.json()
        self.asked.append(body["messages"][1]["content"])
        if self.broken:
            return PlainTextResponse("out of order", status_code=500)
        turn = json.dumps(self._turn(self.asked[-1].strip().splitlines()[-3]))
        chunk = json.dumps({"choices": [{"delta": {"content": turn}}]})
        return Response(f"data: {chunk}\n\ndata: [DONE]\n\n", media_type="text/event-stream")

    def _turn(self, agent: str) -> dict[str, object]:
        for words, say, hang_up in (
            ("account number", "five five oh one two four seven nine", False),
            ("right", "Yes.", False),
            ("should reach you", "Thank you, goodbye.", True),
        ):
            if words in agent:
                return {"say": say, "keys": "", "hang_up": hang_up}
        return {"say": "Where is my order?", "keys": "", "hang_up": False}


@pytest.fixture
def customer() -> Iterator[tuple[Customer, Endpoint]]:
    model = Customer()
    with serving(Starlette(routes=[Route("/v1/chat/completions", model.answer, methods=["POST"])])) as port:
        yield model, Endpoint(f"http://127.0.0.1:{port}/v1", "customer")


def runs_of(folder: Path, minds: Minds | None) -> list[Played]:
    return played(folder, [(key_of(SCENARIO, level), SCENARIO) for level in LEVELS], minds=minds)


def test_a_caller_that_thinks_gets_what_it_wants_and_does_so_again_without_its_model(
    tmp_path: Path, customer: tuple[Customer, Endpoint]
) -> None:
    model, endpoint = customer
    first = runs_of(tmp_path / "one", minds_of(endpoint, tmp_path / "minds"))
    assert [(run.record.status, run.record.outcome) for run in first] == [("passed", "track_order.resolved")] * 2
    assert [run.record.voice for run in first] == ["", "scripted"]
    asked = len(model.asked)
    again = runs_of(tmp_path / "two", minds_of(None, tmp_path / "minds"))
    assert len(model.asked) == asked
    assert [run.record.log_sha256 for run in again] == [run.record.log_sha256 for run in first]


def test_a_caller_whose_model_fails_is_an_error(tmp_path: Path, customer: tuple[Customer, Endpoint]) -> None:
    model, endpoint = customer
    model.broken = True
    for run in runs_of(tmp_path, minds_of(endpoint)):
        assert run.record.status == "error"
        assert "answered 500" in run.record.reason
    assert len(model.asked) == 4, "each is asked once more"


def test_without_a_model_a_caller_that_thinks_is_an_error(tmp_path: Path) -> None:
    for run in runs_of(tmp_path, None):
        assert run.record.status == "error"
        assert "needs a language model" in run.record.reason
    with pytest.raises(ConfigurationError):
        minds_of(None)


# What it is asked, and may answer


def test_the_model_is_told_who_it_plays() -> None:
    system = prompt_of(SCENARIO, ()).system
    for part in (SCENARIO.goal, "account number: five five", "the order's number", "as few words as you can"):
        assert part in system


@given(st.text(), st.text())
def test_no_words_of_the_agents_get_out_of_their_line(first: str, second: str) -> None:
    user = prompt_of(SCENARIO, (Said("agent", first), Said("agent", second))).user
    lines = user.split("\n")[1:-2]
    assert [json.loads(line) for line in lines] == [{"agent": first}, {"agent": second}]


@pytest.mark.parametrize(
    ("answer", "thought"),
    [
        ('{"say": " Yes.  ", "keys": "", "hang_up": false}', Thought("Yes.")),
        ('{"say": "[cough] hi", "keys": "1", "hang_up": true}', Thought("cough hi", hang_up=True)),
        ('{"say": "", "keys": "12#", "hang_up": false}', Thought(keys="12#")),
        ('{"say": "!", "keys": "x", "hang_up": true}', Thought(hang_up=True)),
    ],
)
def test_an_answer_is_cut_to_what_a_caller_can_do(answer: str, thought: Thought) -> None:
    assert thought_from(answer) == thought


@pytest.mark.parametrize("answer", ["", "[]", "{}", '{"say": 1}', '{"say": "..."}', '{"keys": "drop table"}'])
def test_what_is_no_turn_is_refused(answer: str) -> None:
    with pytest.raises(ValueError, match=r"turn|neither"):
        thought_from(answer)


@given(st.text())
def test_whatever_a_model_answers_is_a_turn_or_refused(say: str) -> None:
    try:
        thought = thought_from(json.dumps({"say": say, "keys": "", "hang_up": False}))
    except ValueError:
        return
    assert 0 < len(thought.say) <= LONGEST_SAID
    assert not set(thought.say) & set("[]\n")


# When it is asked

SECOND = 1_000_000
WHERE = ev.Thought(1, Thought("Where is my order?"))


def answered() -> ThinkingCaller:
    caller = ThinkingCaller(SCENARIO)
    caller.handle(ev.CallAnswered(), 0)
    caller.handle(ev.AgentStarted(0), 0)
    assert caller.handle(ev.AgentFinished("welcome", 0, SECOND), SECOND) == [ev.Think(1, (Said("agent", "welcome"),))]
    return caller


def test_a_thought_is_said_after_a_pause() -> None:
    caller = answered()
    assert caller.handle(WHERE, 2 * SECOND) == []
    due_us = caller.next_wake()
    assert due_us is not None
    assert 2_300_000 <= due_us <= 2_600_000
    assert caller.wake(due_us) == [ev.SpeakLine("Where is my order?")]


def test_a_thought_that_the_agent_spoke_over_is_thrown_away() -> None:
    caller = answered()
    caller.handle(ev.AgentStarted(SECOND), SECOND)
    assert caller.handle(WHERE, 2 * SECOND) == []
    asked = caller.handle(ev.AgentFinished("how can I help", SECOND, 3 * SECOND), 3 * SECOND)
    assert asked == [ev.Think(2, (Said("agent", "welcome"), Said("agent", "how can I help")))]
    assert caller.handle(WHERE, 3 * SECOND) == []
    caller.handle(ev.Thought(2, Thought(keys="12")), 3 * SECOND)
    assert caller.wake(4 * SECOND) == [ev.PressKeys("12")]


def test_who_has_said_goodbye_leaves_after_the_agents() -> None:
    caller = answered()
    caller.handle(ev.Thought(1, Thought("bye", hang_up=True)), SECOND)
    caller.wake(2 * SECOND)
    caller.handle(ev.LineSpoken(), 3 * SECOND)
    caller.handle(ev.AgentStarted(3 * SECOND), 3 * SECOND)
    assert caller.handle(ev.AgentFinished("goodbye", 3 * SECOND, 4 * SECOND), 4 * SECOND) == []
    assert [type(action) for action in caller.wake(5 * SECOND)] == [ev.HangUp]
    assert caller.unfinished is None
    assert caller.over


def test_an_agent_that_stays_silent_is_waited_for_so_long() -> None:
    caller = answered()
    caller.handle(WHERE, SECOND)
    caller.wake(2 * SECOND)
    caller.handle(ev.LineSpoken(), 3 * SECOND)
    wake_us = caller.next_wake()
    assert wake_us == 18 * SECOND
    assert [type(action) for action in caller.wake(wake_us)] == [ev.HangUp]
    assert caller.unfinished is not None
    assert "15 s of silence" in caller.unfinished


def test_a_mind_that_fails_ends_the_call() -> None:
    caller = answered()
    assert [type(action) for action in caller.handle(ev.ThoughtFailed("gone"), SECOND)] == [ev.HangUp]
    assert caller.unfinished == "the caller's mind failed: gone"


# What is kept


class Counting:
    def __init__(self) -> None:
        self.asked = 0

    async def think(self, number: int, said: tuple[Said, ...], /) -> Thought:
        self.asked += 1
        return Thought(f"thought {self.asked}")


def think(mind: Mind, number: int, words: str) -> str:
    return asyncio.run(mind.think(number, (Said("agent", words),))).say


def test_answers_are_kept_by_seed_number_and_what_was_said(tmp_path: Path) -> None:
    path, model = tmp_path / "a" / "minds.jsonl", Counting()
    mind = RecordedMind(path, 7, asks=model)
    assert [think(mind, 1, "a"), think(mind, 1, "a"), think(mind, 2, "b")] == ["thought 1", "thought 1", "thought 2"]
    assert think(RecordedMind(path, 7), 1, "a") == "thought 1"
    for seed, words in ((8, "a"), (7, "c")):
        with pytest.raises(EngineUnavailable, match="has no answer 1"):
            think(RecordedMind(path, seed), 1, words)


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "minds.jsonl"
    path.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(EngineUnavailable, match="holds no answers"):
        RecordedMind(path, 7)


def test_a_record_is_of_one_run(tmp_path: Path, customer: tuple[Customer, Endpoint]) -> None:
    minds = minds_of(customer[1], tmp_path)
    for repetition in (1, 2):
        key = RunKey("thinks", "", "clean", "text", repetition, 7)
        asyncio.run(minds(key, SCENARIO).think(1, (Said("agent", "hello"),)))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("thinks.clean.text.1.minds.jsonl", "thinks.clean.text.2.minds.jsonl")
    ]


def test_a_model_that_hangs_is_given_up_in_real_time() -> None:
    over = threading.Event()

    def silent(_: socket.socket) -> None:
        over.wait(10)

    with answering_raw(silent) as port:
        endpoint = Endpoint(f"http://127.0.0.1:{port}/v1", "silent")
        mind = ModelMind(SCENARIO, partial(open_endpoint, endpoint), answer_us=100_000)
        with pytest.raises(EngineUnavailable, match="asked 2 times: silent did not answer in time"):
            asyncio.run(mind.think(1, (Said("agent", "hello"),)))
        over.set()
