"""Secrets reach tools and neither the log nor what errors say; a replay decides the same without them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.testkit import HEADER, STARTED
from voice_agent.agent.refolding import refold
from voice_agent.agent.replay import replay
from voice_agent.conversation.actions import AnyAction, CallTool
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import encode_log
from voice_agent.conversation.redaction import redacted, unsaid, without

PAY = CallTool(
    1, "pay", {"card": {"number": "4929123412341234"}, "order": "7"}, "write", "c-1:pay:7", secret=("card.number",)
)


class Payer:
    """Pays as soon as the call begins."""

    def next_wake(self) -> int | None:
        return None

    def wake(self, now_us: int) -> list[AnyAction]:
        return []

    def handle(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        return [PAY]


def test_the_log_has_a_tombstone_and_replays() -> None:
    log = ConversationLog(HEADER)
    log.append(STARTED, 0)
    log.append(PAY, 0)
    records = list(log.read())
    assert b"4929" not in encode_log(HEADER, records)
    assert isinstance(records[1].entry, CallTool)
    assert records[1].entry.arguments == {"card": {"number": "[secret]"}, "order": "7"}
    assert replay(records, Payer()).verdict == "same"


def test_a_conversation_that_is_taken_up_again_owes_the_call_with_its_secret() -> None:
    log = ConversationLog(HEADER)
    log.append(STARTED, 0)
    log.append(PAY, 0)
    assert refold(list(log.read()), Payer()).owed == (PAY,)


def test_what_holds_no_secret_is_left_as_it_is() -> None:
    plain = CallTool(1, "look", {"order": "7"}, "read", "")
    assert redacted(plain) is plain
    assert redacted(STARTED) is STARTED


def test_items_of_lists_are_covered_and_what_is_not_there_is_no_matter() -> None:
    value = {"cards": [{"number": "1", "name": "a"}, {"name": "b"}], "order": "7"}
    assert without(value, ["cards.number", "pin", "order.x"]) == {
        "cards": [{"number": "[secret]", "name": "a"}, {"name": "b"}],
        "order": "7",
    }


def test_an_error_does_not_quote_a_secret() -> None:
    assert unsaid("'4929123412341234' is too long", PAY.arguments, PAY.secret) == "'[secret]' is too long"


@given(
    st.recursive(
        st.text() | st.integers(), lambda inner: st.dictionaries(st.sampled_from("ab"), inner) | st.lists(inner)
    )
)
def test_nothing_at_a_path_is_left(value: object) -> None:
    buried = without({"a": value, "b": "kept"}, ["a"])
    assert buried == {"a": "[secret]", "b": "kept"}
