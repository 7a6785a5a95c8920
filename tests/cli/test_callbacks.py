"""`voice-agent callbacks`: who waits for a call, and that somebody has called."""

from __future__ import annotations

import asyncio

from tests.cli.conftest import FOUND, Cli
from voice_agent.conversation.actions import Transfer
from voice_agent.effects.callbacks import CallbackTasks
from voice_agent.effects.database import AgentDatabase

TASK = f"{FOUND}:3"


def promised(cli: Cli) -> None:
    """Somebody was promised a call in the first conversation."""
    database = AgentDatabase(cli.data_dir, "riverside_broadband")
    transfer = Transfer("callbacks", "the caller asked for a person", "Maya Ferrin wants her router")
    created = "2026-03-04T10:01:00+00:00"
    asyncio.run(CallbackTasks(database).record(transfer, conversation=FOUND, number=3, created=created))
    database.close()


def test_who_waits_is_listed_until_somebody_has_called(own_cli: Cli) -> None:
    promised(own_cli)
    assert own_cli.stored("callbacks") == 0
    assert own_cli.out.startswith(f"{TASK}  2026-03-04T10:01:00+00:00  callbacks  the caller asked for a person: Maya")
    assert own_cli.stored("callbacks", "list", "--json") == 0
    (task,) = own_cli.printed("callback_list")["callbacks"]
    assert (task["id"], task["conversation"], task["state"]) == (TASK, FOUND, "open")
    assert own_cli.stored("callbacks", "done", TASK, "--json") == 0
    assert own_cli.printed("callback_done") == {"id": TASK, "state": "done"}
    assert own_cli.stored("callbacks", "done", TASK) == 0, "it may be done twice"
    assert own_cli.stored("callbacks", "list") == 0
    assert own_cli.out == "nobody waits for a call\n"
    assert own_cli.stored("callbacks", "list", "--done", "--json") == 0
    assert [task["id"] for task in own_cli.printed("callback_list")["callbacks"]] == [TASK]


def test_an_unknown_task_and_an_unknown_directory_are_errors(own_cli: Cli) -> None:
    promised(own_cli)
    assert own_cli.stored("callbacks", "done", "nobody:1") == 1
    assert "no call-back task 'nobody:1'" in own_cli.complaint()[0]
    assert own_cli.stored("callbacks", "done") == 2
    assert own_cli("callbacks", "list", "--data-dir", own_cli.data_dir / "nowhere", "--json") == 1
    assert own_cli.printed("error")["error"]["code"] == "store"


def test_an_erased_conversation_leaves_no_open_task(own_cli: Cli) -> None:
    promised(own_cli)
    assert own_cli.stored("erase", FOUND) == 0
    for state in ((), ("--done",)):
        assert own_cli.stored("callbacks", "list", *state, "--json") == 0
        assert own_cli.printed("callback_list")["callbacks"] == []
