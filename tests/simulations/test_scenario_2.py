"""Version 2 of the scenario file: what it can say besides version 1, variants, and where its mistakes are."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simulations.callers.voices import Voice
from simulations.line.settings import LineSettings, Noise
from simulations.scenario import Limits
from simulations.scenario_file import parse_scenario, parse_scenario_file
from simulations.scenario_world import Mock, RowChange
from voice_agent.errors import AgentFolderError

ROOT = Path(__file__).parents[2]

FULL = """\
v: 2
scenario: full
tags: [returns, hesitant]
who: {number: "1", language: es, voice: {engine: piper, pitch: -2}, rate: 1.1, loudness_db: -6}
goal: Gets the broken router off their hands
knows: {account: "55012479"}
does_not_know: [the order's number]
behaviour: {patience: 9, talkativeness: chatty, spelling: doubles, pause_in_numbers_ms: 700, backchannels: 0.5}
lines:
  - {after: greeting, say: "It's broken, [600 ms] I mean [cough] dead.", loudness_db: 6}
  - {interrupt: {after_ms: 900}, backchannel: "mhm"}
  - {cough: true}
  - {side_talk: "Not now, dear."}
  - on:
      - {when: "lower your price", say: "Yes."}
      - when: "shall I cancel"
        say: "Yes, please."
        then:
          - {when: "sure", say: "Sure."}
      - {hang_up: true}
  - {when: "goodbye", hang_up: true}
whenever:
  - {when: "account number", say: "55012479", times: 2}
  - {when: "is that right", say: "Yes."}
line: {noise: {kind: street, snr_db: 10}}
mocks:
  get_order: [{error: "down", failing: unreached}, {result: {found: true}, when: {order: "1"}, times: always}]
data:
  customer:
    - {where: {account: "55012479"}, set: {line: slow}}
"""


def test_every_key_of_version_2_reaches_the_scenario() -> None:
    scenario = parse_scenario(FULL, name="full.yaml")
    assert scenario.tags == ("returns", "hesitant")
    assert scenario.who.voice == Voice("piper", pitch=-2)
    assert (scenario.who.language, scenario.who.rate, scenario.who.loudness_db) == ("es", 1.1, -6)
    assert scenario.patience_s == 9
    assert [line.aside for line in scenario.lines] == [None, "backchannel", "cough", "side_talk", None, None]
    cancel = scenario.lines[4].on[1]
    assert (cancel.when, cancel.line.say, cancel.then[0].say) == ("shall I cancel", "Yes, please.", "Sure.")
    assert scenario.lines[4].on[2].line.after == "agent"
    assert [answer.times for answer in scenario.whenever] == [2, 4]
    assert scenario.line_settings == LineSettings(noise=Noise(10, "street"))
    assert scenario.mocks["get_order"][1] == Mock(result={"found": True}, when={"order": "1"}, times="always")
    assert scenario.data["customer"] == (RowChange(where={"account": "55012479"}, set={"line": "slow"}),)


def test_version_1_has_the_line_of_no_condition_and_its_own_patience() -> None:
    scenario = parse_scenario(BARE.replace("v: 2", "v: 1"), name="s.yaml")
    assert scenario.line_settings == LineSettings()
    assert scenario.patience_s == Limits().patience


BARE = """\
v: 2
scenario: small
who: {number: "1"}
lines:
  - after: greeting
    say: hello
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BARE.replace("v: 2", "v: 1") + "goal: x\n", "s.yaml:7: `goal` is of version 2 of the file: write `v: 2`"),
        (BARE + "line: blizzard\n", "s.yaml:7: `line`: there is no line called 'blizzard'"),
        (BARE + "behaviour: {chatty: 1}\n", "s.yaml:7: unknown key 'chatty'; allowed: patience, repeats,"),
        (BARE + "behaviour: {corrects: 2}\n", "s.yaml:7: behaviour.corrects: Expected `float` <= 1.0"),
        (BARE + "  - {when: a, say: 'b [600]'}\n", "s.yaml:7: `lines[1].say`: [600] means nothing; marks are [600 ms]"),
        (BARE + "  - {cough: true, say: b}\n", "s.yaml:7: lines[1]: does 2 things (say, cough), give each a line"),
        (BARE + "  - {when: a, on: [{say: b}]}\n", "s.yaml:7: lines[1]: has branches (`on`) and a cue of its own"),
        (BARE + "  - on: [{say: a}, {say: b}]\n", "s.yaml:7: lines[1]: two branches have no `when`"),
        (BARE + "  - on: [{when: a}]\n", "s.yaml:7: lines[1].on[0]: does nothing: one of say, keys, hang_up"),
        (BARE + "  - on: [{say: b}]\n  - {say: c}\n", "s.yaml:8: `lines[2]` follows branches and needs a cue"),
        (BARE + "whenever: [{when: '(', say: b}]\n", "s.yaml:7: whenever[0]: '(' is not a regular expression"),
        (BARE + "mocks: {a: [{times: 2}]}\n", "s.yaml:7: mocks[...][0]: changes nothing: one of result, error, set or"),
        (BARE + "mocks: {a: [{result: {}, error: b}]}\n", "s.yaml:7: mocks[...][0]: has a result and an error"),
        (BARE + "data: {a: [{set: {b: 1}}]}\n", "s.yaml:7: data[...][0]: needs `where`: which rows"),
        (BARE + "data: {a: [{where: {b: 1}}]}\n", "s.yaml:7: data[...][0]: does 0 things (none), one of set, insert"),
        (BARE + "mind: llm\n", "s.yaml:1: `mind: llm` needs a `goal`"),
        (BARE + "mind: llm\ngoal: x\n", "s.yaml:1: `mind: llm` thinks of its own lines"),
        (BARE + "knows: {a: 1}\n", "s.yaml:7: knows[...]: Expected `str`, got `int`; put figures in quotes"),
        (BARE.replace("hello", "'{hello}'"), "s.yaml:6: {hello} is no variable; there are: none"),
        (BARE + "table: [{name: A}]\n", "s.yaml:7: name: 'A' is no name"),
        (BARE + "table: [{name: a}, {name: a}]\n", "s.yaml:7: two rows are called 'a'"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(text: str, message: str) -> None:
    text = text if "{hello}" not in text else text + "table: [{name: a}]\n"
    with pytest.raises(AgentFolderError, match="^" + re.escape(message)):
        parse_scenario(text, name="s.yaml")


TABLE = """\
v: 2
scenario: items
who: {number: "1"}
variables: {account: "5501", wait: 700, what: "order (old)"}
table:
  - {name: router, item: fibre router, outcome: resolved}
  - {item: wall socket, outcome: refused, wait: 900}
lines:
  - {after: greeting, say: "Where is my {item}, {what}?", wait_ms: "{wait}"}
  - {when: "your {what} [0-9]{4}", say: "{account}"}
expect:
  outcome: "{outcome}"
  said: ["{item}"]
  tools: [{name: get_order, arguments: {account: "{account}", day: "{today+1}"}}]
"""


def test_a_table_makes_one_scenario_a_row() -> None:
    file = parse_scenario_file(TABLE, name="t.yaml")
    assert (file.name, list(file.variants)) == ("items", ["router", "row_2"])
    router, socket = file.variants.values()
    assert router.lines[0].say == "Where is my fibre router, order (old)?"
    assert (router.lines[0].wait_ms, socket.lines[0].wait_ms) == (700, 900)
    assert socket.expect.outcome == "refused"
    assert socket.expect.tools[0].arguments == {"account": "5501", "day": "{today+1}"}
    assert file.first == router


def test_a_value_in_a_regular_expression_stands_for_itself() -> None:
    router = parse_scenario(TABLE, name="t.yaml")
    assert router.lines[1].when == "your order\\ \\(old\\) [0-9]{4}"


def test_version_1_has_no_variables() -> None:
    text = BARE.replace("v: 2", "v: 1").replace("hello", "'{hello}'")
    assert parse_scenario(text, name="s.yaml").lines[0].say == "{hello}"


def test_what_the_page_for_beginners_writes_can_be_read() -> None:
    """Its first example is whole; each later one replaces parts of it."""
    page = (ROOT / "docs/writing-a-caller.md").read_text(encoding="utf-8")
    first, *later = (YAML(typ="safe").load(text) for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL))
    assert len(later) > 4
    for change in ({}, *later):
        lines = change.get("lines", first["lines"])
        begun = lines if "after" in lines[0] else [first["lines"][0], *lines]
        whole = {**first, **change, "lines": [] if "mind" in change else begun}
        text = io.StringIO()
        YAML(typ="safe").dump(whole, text)
        assert parse_scenario_file(text.getvalue(), name="writing-a-caller.md").variants
