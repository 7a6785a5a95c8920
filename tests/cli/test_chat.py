"""`voice-agent chat`: the agent typed, for programs (one line in, one list out) and for people."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tests.agent.core_script import EXAMPLE
from tests.cli.conftest import check
from tests.testkit.processes import ROOT, SCRIPTED, command, environment, run
from voice_agent.cli.chat import shown
from voice_agent.cli.output import CallShown
from voice_agent.conversation import actions as act
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.expectation import OPEN
from voice_agent.stores.sqlite import StoreReader

Turn = list[dict[str, Any]]

LINES = """\
{"say": "where is my order"}

{"keys": "55012479"}
not json
{"say": "yes", "keys": "1"}
{"keys": "12x"}
{"sing": "la"}
{"say": "yes"}
{"say": "I'd rather talk to a person"}
{"say": "no, goodbye"}
{"say": "never read"}
"""


def chat(*options: str | Path, lines: str, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("chat", EXAMPLE, *options),
        input=lines,
        env=environment(settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said(turn: Turn) -> str:
    return " ".join(one["say"] for one in turn if "say" in one)


def test_a_program_talks_in_json_lines(tmp_path: Path) -> None:
    """With the product's own embedding model."""
    done = chat("--json", "--seed", "7", "--customer", "Maya", "--data-dir", tmp_path, lines=LINES, settings={})
    assert (done.returncode, done.stderr) == (0, "")
    turns: list[Turn] = [json.loads(line) for line in done.stdout.splitlines()]
    for turn in turns:
        check(turn, "chat_output")
    greeting, asked, keyed, *wrong, told, person, bye = turns
    assert said(greeting).startswith("Hello, this is Riverside Broadband.")
    assert "account number" in said(asked)
    assert keyed[1]["tool"] == {"name": "find_customer", "arguments": {"account": "55012479"}}
    assert [turn[0]["error"]["code"] for turn in wrong] == ["usage"] * 4
    assert "a telephone has" in wrong[2][0]["error"]["message"]
    assert "fibre router" in said(told)
    assert told[-1]["outcome"]["outcome"] == "resolved"
    assert [next(iter(one)) for one in person] == ["say", "transfer", "outcome"]
    assert said(bye).endswith("Goodbye.")
    _kept_as_any_other(tmp_path)


def _kept_as_any_other(data_dir: Path) -> None:
    with StoreReader(data_dir) as reader:
        (header,) = reader.headers()
        _, records = reader.read(header.conversation)
    assert (header.channel, header.seed) == ("text", 7)
    assert records[-1].tag == "call_ended"
    show = run("calls", "show", header.conversation, "--json", "--data-dir", data_dir, settings={}, seconds=30)
    call = msgspec.json.decode(show.stdout, type=CallShown)
    assert call.call.outcomes == ("track_order.resolved", "conversation.transferred")
    assert run("replay", "--all", "--data-dir", data_dir, settings={}, seconds=30).returncode == 0


def test_a_person_types_lines_and_reads_answers(tmp_path: Path) -> None:
    lines = "where is my order\n\n55012479\nyes\n"
    done = chat("--data-dir", tmp_path, lines=lines, settings=SCRIPTED)
    assert (done.returncode, done.stderr) == (0, "")
    assert "agent  Hello, this is Riverside Broadband." in done.stdout
    assert "tool find_customer {'account': '55012479'}" in done.stdout
    assert "outcome track_order: resolved" in done.stdout
    with StoreReader(tmp_path) as reader:
        _, records = reader.read(reader.headers()[0].conversation)
    assert records[-1].tag == "call_ended"


def test_what_only_drivers_act_on_is_not_shown() -> None:
    actions: list[AnyAction] = [
        act.TakeTurn(1, "at once"),
        act.Understand(1, 1, "hello", (), "", OPEN),
        act.Say(1, 1, ("Hello.", "How can I help?")),
        act.StartRecording(),
        act.EndTurn(1, "it asks for nothing"),
        act.HangUp("goodbye"),
    ]
    (one,) = shown(actions)
    assert msgspec.to_builtins(one) == {"say": "Hello. How can I help?"}
