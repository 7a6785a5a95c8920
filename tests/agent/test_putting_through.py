"""Who asks for a person is put through where somebody can take the call, and called back where nobody does."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.agent.core_script import EXAMPLE, CoreScript, of_kind, words
from voice_agent.agent.core import build_core
from voice_agent.app.agent_folder import read_folder
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import commands as c
from voice_agent.conversation import events as ev
from voice_agent.journeys.load import check, load

PERSON = "sip:desk@10.0.0.5"
FAILED = ev.ConnectFailed("callbacks", "call", "the transfer failed with 486")


def folder(addresses: str) -> dict[str, str]:
    """The example with people who can be reached at once."""
    files = read_folder(EXAMPLE)
    lines = files["agent.yaml"].splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.startswith("  to: ")]
    lines.insert(at + 1, f"  addresses: {addresses}")
    return {**files, "agent.yaml": "\n".join(lines) + "\n"}


def asks_for_a_person(channel: Literal["phone", "text"] = "phone") -> CoreScript:
    pack = load(folder(f"{{callbacks: '{PERSON}'}}"))
    call = CoreScript(channel=channel)
    call.core = build_core(pack, TurnsConfig(silence_ms=600_000), "c-1", recorded=False)
    call.starts()
    call.plays_all()
    call.speaks("I want to talk to a person.")
    call.understood(c.WantHuman())
    return call


def put_through() -> CoreScript:
    call = asks_for_a_person()
    call.plays_all()
    return call


def test_the_caller_hears_of_it_before_it_is_done() -> None:
    call = asks_for_a_person()
    assert "I'll put you through to a colleague now." in words(call.asked)
    assert call.all_of(act.Connect) == []
    (connect,) = of_kind(call.plays_all(), act.Connect)
    assert (connect.target, connect.address) == ("callbacks", PERSON)
    assert "Reason: the caller asked for a person." in connect.summary


def test_a_person_who_answers_has_the_call_and_ours_ends() -> None:
    call = put_through()
    done = call.tell(ev.Connected("callbacks"))
    assert [(o.journey, o.outcome) for o in of_kind(done, act.RecordOutcome)] == [("conversation", "transferred")]
    assert of_kind(done, act.HangUp) == [act.HangUp(act.TRANSFERRED)]
    assert call.all_of(act.Transfer) == []


def test_where_nobody_answers_the_caller_is_told_and_called_back() -> None:
    call = put_through()
    told = call.tell(FAILED)
    assert words(told).startswith(
        "I'm sorry, nobody can take your call right now. I'll have a colleague call you back."
    )
    (transfer,) = of_kind(told, act.Transfer)
    assert (transfer.target, transfer.summary) == ("callbacks", call.last(act.Connect).summary)
    call.tell(ev.Transferred("callbacks"))
    assert [o.outcome for o in call.all_of(act.RecordOutcome)] == ["transferred"]
    assert call.all_of(act.HangUp) == []


def test_what_is_said_meanwhile_asks_for_patience_only() -> None:
    call = put_through()
    call.speaks("Hello?")
    assert words(call.understood(c.Greet())) == "One moment, please."
    assert call.all_of(act.HangUp) == []


def test_an_emergency_is_answered_meanwhile() -> None:
    call = put_through()
    call.speaks("Call an ambulance")
    assert words(call.understood(c.NeedEmergencyHelp())).startswith("I can't call the emergency services.")


def test_a_caller_who_leaves_meanwhile_was_helped_by_nobody() -> None:
    call = put_through()
    ended = call.hangs_up()
    assert [o.outcome for o in of_kind(ended, act.RecordOutcome)] == ["unresolved"]
    assert call.tell(FAILED) == []


def test_a_caller_who_leaves_before_it_is_done_is_not_transferred_after_the_end() -> None:
    call = asks_for_a_person()
    assert of_kind(call.hangs_up(), act.Connect) == []


def test_a_chat_is_not_a_call() -> None:
    pack = load(folder(f"{{callbacks: '{PERSON}'}}"))
    chat = CoreScript(channel="text")
    chat.core = build_core(pack, TurnsConfig(), "c-1", recorded=False)
    chat.starts()
    for _ in range(2):
        chat.writes("a person please")
        chat.understood(c.WantHuman())
    assert chat.all_of(act.Connect) == []
    assert len(chat.all_of(act.Transfer)) == 1


@pytest.mark.parametrize(
    ("addresses", "complaint"),
    [
        ("{callbacks: 'sip:911@10.0.0.5'}", "the emergency number 911"),
        ("{callbacks: 'tel:112'}", "the emergency number 112"),
        ("{callbacks: desk}", "allowed: a sip, sips or tel URI"),
        (
            "{callback: 'sip:desk@10.0.0.5'}",
            "found an address for the list 'callback'; allowed: billing, callbacks, dispatch",
        ),
    ],
)
def test_an_address_that_cannot_be_used_is_a_mistake_of_the_folder(addresses: str, complaint: str) -> None:
    (problem,) = check(folder(addresses))
    assert problem.file == "agent.yaml"
    assert complaint in problem.message
