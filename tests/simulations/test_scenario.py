from __future__ import annotations

import re
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from simulations.judging.expected import ToolExpected
from simulations.scenario import Expect, Interrupt, Limits, Line, json_schema
from simulations.scenario_file import parse_scenario, read_scenario, read_scenarios, scenario_keys
from voice_agent.errors import AgentFolderError

ROOT = Path(__file__).parents[2]

FULL = """\
v: 1
scenario: full
about: Everything at once
who: {number: "+15550100001", customer: C-1, voice: joe}
seed: 7
lines:
  - {after: greeting, say: Hello}
  - {wait_ms: 800}
  - {say: it is about my order}
  - {if: "calls are recorded", say: fine}
  - {when: "account number", keys: "12345678#"}
  - {interrupt: {after_ms: 1200}, say: stop}
  - {on_silence: {after_ms: 3000}, say: are you there}
  - {after: agent, hang_up: true}
expect:
  journey: track_order
  outcome: resolved
  said: [on its way]
  never_said: [refund]
  heard: [order]
  tools: [{name: get_order, arguments: {account: "12345678", count: 2}}]
  never_tools: [cancel_order]
  transferred_to: queue.orders
limits: {turns: 9, seconds: 60, patience: 8}
"""

SMALL = """\
v: 1
scenario: small
who: {number: "1"}
lines:
  - after: greeting
    say: hello
"""


def test_every_key_reaches_the_scenario() -> None:
    scenario = parse_scenario(FULL, name="full.yaml")
    assert scenario.who.customer == "C-1"
    assert scenario.seed == 7
    assert scenario.lines[1] == Line(wait_ms=800)
    assert scenario.lines[3].only_if == "calls are recorded"
    assert scenario.lines[5].interrupt == Interrupt(1200)
    assert scenario.lines[7].hang_up
    assert scenario.expect.tools == (ToolExpected("get_order", {"account": "12345678", "count": 2}),)
    assert scenario.limits == Limits(turns=9, seconds=60, patience=8)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("expct: {}\n", "s.yaml:7: unknown key 'expct'; allowed: v, scenario, who, lines, about, seed, expect, limits"),
        ("  - {when: a,\n     sai: b}\n", "s.yaml:8: unknown key 'sai'; allowed: after, when, if, interrupt,"),
        ("  - {interrupt: {after: 1}, say: x}\n", "s.yaml:7: unknown key 'after'; allowed: after_ms"),
        ("expect:\n  tools:\n  - nam: x\n", "s.yaml:9: unknown key 'nam'; allowed: name, arguments"),
        ("  - {when: a, keys: 12}\n", "s.yaml:7: lines[1].keys: Expected `str | null`, got `int`; put figures in quo"),
        ("  - when: a\n", "s.yaml:7: lines[1]: does nothing: one of say, keys, hang_up or wait_ms is needed"),
        ("  - {when: a, if: b, say: c}\n", "s.yaml:7: lines[1]: has 2 cues (when, if), at most one is allowed"),
        ("  - {when: a, say: c, keys: '1'}\n", "s.yaml:7: lines[1]: does 2 things (say, keys), give each a line"),
        ("  - {after: greeting, say: c}\n", "s.yaml:1: line 2 is `after: greeting`, which only the first can be"),
        ("  - {when: '(', say: c}\n", "s.yaml:7: lines[1]: '(' is not a regular expression: missing )"),
        ("expect:\n  said: ['[']\n", "s.yaml:7: expect: '[' is not a regular expression"),
        ("limits: {patience: 0}\n", "s.yaml:7: limits.patience: Expected `int` >= 1"),
        ("v: 1\n", "s.yaml:7: not YAML: found duplicate key"),
        ("x: [\n", "s.yaml:8: not YAML: "),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(more: str, message: str) -> None:
    with pytest.raises(AgentFolderError, match="^" + re.escape(message)):
        parse_scenario(SMALL + more, name="s.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "s.yaml:1: expected keys such as `v: 1`, found NoneType"),
        ("- 1", "s.yaml:1: expected keys such as `v: 1`, found list"),
        ("a: \x00", "s.yaml:1: not YAML: "),
        (SMALL.replace("v: 1", "v: 3"), "s.yaml:1: v: Invalid enum value 3"),
        (SMALL.replace('who: {number: "1"}\n', ""), "s.yaml:1: Object missing required field `who`"),
        (SMALL.replace("after: greeting\n    ", ""), "s.yaml:1: the first line needs a cue"),
        (SMALL.split("lines:", maxsplit=1)[0] + "lines: []\n", "s.yaml:1: has no lines"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(text: str, message: str) -> None:
    with pytest.raises(AgentFolderError, match="^" + re.escape(message)):
        parse_scenario(text, name="s.yaml")


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("v1:scenario{}[]-\n \"'&*!|>#%@,\x00\ufeffé"), max_size=80))
def test_no_text_raises_anything_but_its_own_error(text: str) -> None:
    for candidate in (text, SMALL + text):
        try:
            parse_scenario(candidate, name="fuzz.yaml")
        except AgentFolderError as error:
            message = error.message
        else:
            continue
        assert re.match(r"fuzz\.yaml:\d+: ", message)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AgentFolderError, match=r"missing\.yaml:1: can't be read"):
        read_scenario(tmp_path / "missing.yaml")


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(SMALL, encoding="utf-8")
    with pytest.raises(AgentFolderError, match=r"b\.yaml:1: scenario 'small' is also in .*a\.yaml"):
        read_scenarios(tmp_path)


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(YAML(typ="safe").load(FULL))
    validator.validate(YAML(typ="safe").load(SMALL))
    with pytest.raises(jsonschema.ValidationError, match="sai"):
        validator.validate(YAML(typ="safe").load(SMALL.replace("say", "sai")))


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    for part, keys in scenario_keys().items():
        section = text.split(f'<a id="{part.lower()}"></a>')[1].split("<a id=")[0]
        documented = re.findall(r"^\| `([a-z_0-9]+)` \|", section, re.MULTILINE)
        assert documented == keys, part


def test_the_documented_example_is_a_scenario() -> None:
    text = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert [parse_scenario(example, name="docs/scenarios.md").v for example in examples] == [1, 2]
    assert examples


def test_the_example_agent_comes_with_scenarios() -> None:
    scenarios = read_scenarios(ROOT / "examples/riverside_broadband/simulations")
    names = {scenario.scenario for scenario in scenarios}
    assert names >= {"track_order_found", "wrong_digits_corrected", "caller_interrupts"}
    assert all(scenario.expect != Expect() for scenario in scenarios)
