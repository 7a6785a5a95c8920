"""`serve`, `call` and `demo` as processes, with scripted engines over real SIP and RTP."""

from __future__ import annotations

import json
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.cli.conftest import Cli, check
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess, run

SCENARIO = """\
v: 1
scenario: rings_off
who: {number: "+15550100101"}
lines:
  - {after: greeting, say: "Goodbye.", wait_ms: 0}
  - {when: "goodbye", hang_up: true}
expect: {never_said: ["order"]}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess.start(PARCEL_DESK, tmp_path_factory.mktemp("desk"), SCRIPTED) as server:
        yield server


def printed(stdout: str, schema: str) -> Any:
    (line,) = stdout.splitlines()
    value = json.loads(line)
    check(value, schema)
    return value


def test_the_first_line_of_a_server_says_where_it_is(desk: ServerProcess) -> None:
    check(msgspec.to_builtins(desk.ready), "ready")
    assert desk.ready.event == "ready"
    assert desk.ready.sip.startswith("sip:127.0.0.1:")
    assert desk.ready.pid == desk.process.pid


@pytest.mark.slow
def test_a_call_prints_what_came_of_it(desk: ServerProcess, tmp_path: Path) -> None:
    tape = tmp_path / "call.wav"
    done = run("call", desk.ready.sip, "--say", "Goodbye.", "--record", tape, "--json", settings=SCRIPTED, seconds=60)
    assert done.returncode == 0
    result = printed(done.stdout, "call_result")
    assert [turn["caller_said"] for turn in result["turns"]] == ["Goodbye."]
    assert "robot" in result["greeting"]
    assert result["sip_status"] == 200
    with wave.open(str(tape), "rb") as file:
        assert file.getnchannels() == 2


@pytest.mark.slow
def test_a_scenario_that_is_not_met_is_exit_code_1(desk: ServerProcess, tmp_path: Path) -> None:
    scenario = tmp_path / "rings_off.yaml"
    scenario.write_text(SCENARIO.replace('never_said: ["order"]', 'said: ["elephants"]'))
    arguments = ("call", desk.ready.sip, "--scenario", scenario, "--line", "satellite")
    done = run(*arguments, settings=SCRIPTED, seconds=60)
    assert done.returncode == 1
    assert "caller  Goodbye." in done.stdout
    assert "expected said: nothing the agent said matches /elephants/" in done.stdout


def test_a_call_that_is_refused_is_an_error_with_a_hint(tmp_path: Path) -> None:
    full = {**SCRIPTED, "VOICE_AGENT_CALLS_LIMIT": "0"}
    with ServerProcess.start(PARCEL_DESK, tmp_path, full) as server:
        done = run("call", server.ready.sip, "--say", "hi", settings=SCRIPTED, seconds=60)
    assert done.returncode == 1
    message, hint = done.stderr.splitlines()[-2:]
    assert message.startswith(f"voice-agent call: {server.ready.sip} did not take the call")
    assert "voice-agent serve" in hint


@pytest.mark.slow
def test_a_demo_reports_all_its_calls(tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    shutil.copytree(PARCEL_DESK, folder)
    (folder / "simulations").mkdir()
    (folder / "simulations" / "rings_off.yaml").write_text(SCENARIO)
    done = run("demo", folder, "--data-dir", tmp_path / "data", "--json", settings=SCRIPTED, seconds=90)
    report = printed(done.stdout, "demo_report")
    assert (done.returncode, report["ok"]) == (0, True)
    assert [call["scenario"] for call in report["calls"]] == ["rings_off"]
    assert report["voice_to_voice_ms"]["p50"] is not None


def test_a_demo_whose_server_cannot_start_says_why(tmp_path: Path) -> None:
    done = run("demo", tmp_path / "nobody", "--data-dir", tmp_path / "data", "--json", settings=SCRIPTED, seconds=60)
    error = printed(done.stdout, "error")["error"]
    assert (done.returncode, error["code"]) == (1, "call")
    assert error["message"].startswith(f"the server did not get ready: {tmp_path / 'nobody'} is not an agent folder")
    assert "docs/journeys.md" in error["hint"]


def test_a_scenario_with_a_mistake_is_an_error(cli: Cli, tmp_path: Path) -> None:
    scenario = tmp_path / "wrong.yaml"
    scenario.write_text(SCENARIO.replace("never_said", "never_sung"))
    assert cli("call", "sip:127.0.0.1:9", "--scenario", scenario) in (1, 2)
    assert "never_sung" in cli.complaint()[0]


def test_a_line_without_a_name_is_refused_before_anybody_is_called(cli: Cli) -> None:
    assert cli("call", "sip:127.0.0.1:9", "--say", "hi", "--line", "cleen") == 2
    message, hint = cli.complaint()
    assert "there is no line called 'cleen'" in message
    assert "street_10db" in hint
