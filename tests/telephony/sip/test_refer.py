"""Blind transfer: the REFER we send, and what its NOTIFYs are taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.actions import CallAction, CallEnded, ReferProgress, ReferSettled
from telephony.sip.events import AcceptCall, CallId, HangUpCall, ReferCall
from telephony.sip.message import ReceivedRequest
from telephony.sip.settings import SipSettings
from tests.telephony.sip.wire import ANSWER, SECOND, Bench, invite, reply, request

TARGET = "sip:desk@192.0.2.7"


class Talk:
    """An established call that came in; `receive` gives the caller's requests numbers and branches of their own."""

    def __init__(self, settings: SipSettings | None = None) -> None:
        self.bench = Bench(settings)
        self.call: CallId = self.bench.incoming()
        self.bench.do(AcceptCall(self.call, ANSWER))
        self.tag = self.bench.responses()[0].to.tag
        self.bench.receive(request("ACK", to_tag=self.tag, branch="z9hG4bK-ack"))
        self._number = 1

    def refer(self, **changes: object) -> ReceivedRequest:
        self.bench.do(ReferCall(self.call, TARGET, **changes))  # type: ignore[arg-type]
        (sent,) = self.bench.requests()
        return sent

    def receive(self, method: str, *extra: str, body: bytes = b"") -> None:
        self._number += 1
        branch = f"z9hG4bK-{self._number}"
        data = request(method, to_tag=self.tag, branch=branch, cseq=self._number, extra=extra, body=body)
        self.bench.receive(data)

    def notify(self, status: str, state: str = "active;expires=60", event: str = "refer") -> None:
        kind = "Content-Type: message/sipfrag;version=2.0"
        self.receive("NOTIFY", f"Event: {event}", f"Subscription-State: {state}", kind, body=status.encode())

    def accepted(self) -> ReceivedRequest:
        sent = self.refer()
        self.bench.receive(reply(sent, 202))
        assert self.bench.told == []
        return sent


def test_refer_names_the_new_party_and_who_sends_there() -> None:
    sent = Talk().refer(referred_by="sip:agent@example.com", headers=(("X-Reason", "wants\r\na person"),))
    assert (sent.method, sent.uri_text, sent.to.tag) == ("REFER", "sip:ann@192.0.2.9:5070", "remote")
    assert sent.header("Refer-To") == f"<{TARGET}>"
    assert sent.header("Referred-By") == "<sip:agent@example.com>"
    assert sent.header("X-Reason") == "wants a person"
    assert sent.header("Contact") is not None


def test_notifications_are_told_up_to_the_answer_of_the_new_party() -> None:
    talk = Talk()
    talk.accepted()
    talk.notify("SIP/2.0 100 Trying\r\n")
    assert (talk.bench.codes(), talk.bench.told) == ([200], [ReferProgress(talk.call, 100)])
    talk.notify("SIP/2.0 180 Ringing")
    assert talk.bench.told == [ReferProgress(talk.call, 180)]
    talk.notify("SIP/2.0 200 OK\r\n", "terminated;reason=noresource")
    assert (talk.bench.codes(), talk.bench.told) == ([200], [ReferSettled(talk.call, ok=True, code=200)])
    talk.bench.do(HangUpCall(talk.call))
    assert talk.bench.methods() == ["BYE"]
    assert talk.bench.told == [CallEnded(talk.call, "local", "hung up")]


def test_a_notification_may_overtake_the_answer_to_refer() -> None:
    talk = Talk()
    sent = talk.refer()
    talk.notify("SIP/2.0 100 Trying")
    assert talk.bench.told == [ReferProgress(talk.call, 100)]
    talk.bench.receive(reply(sent, 202))
    talk.notify("SIP/2.0 486 Busy Here", "terminated")
    assert talk.bench.told == [ReferSettled(talk.call, ok=False, code=486)]


@pytest.mark.parametrize("code", [403, 405, 481, 603])
def test_a_refused_refer_leaves_the_call_up(code: int) -> None:
    talk = Talk()
    talk.bench.receive(reply(talk.refer(), code))
    assert talk.bench.told == [ReferSettled(talk.call, ok=False, code=code)]
    talk.bench.do(ReferCall(talk.call, TARGET))
    assert talk.bench.methods() == ["REFER"]


@pytest.mark.parametrize(
    ("status", "state", "code"),
    [
        ("", "terminated;reason=rejected", 603),
        ("", "terminated;reason=timeout", 408),
        ("nonsense", "Terminated", 408),
        ("SIP/2.0 180 Ringing", "terminated;reason=giveup", 180),
        ("SIP/2.0 603 Decline", "active", 603),
    ],
)
def test_a_subscription_that_ends_without_success_is_a_failure(status: str, state: str, code: int) -> None:
    talk = Talk()
    talk.accepted()
    talk.notify(status, state)
    assert talk.bench.told == [ReferSettled(talk.call, ok=False, code=code)]
    talk.notify("SIP/2.0 200 OK")
    assert (talk.bench.codes(), talk.bench.told) == ([200], [])


def test_silence_after_202_and_after_progress_has_a_limit() -> None:
    talk = Talk(SipSettings(refer_limit_us=60 * SECOND))
    talk.accepted()
    talk.bench.advance(32 * SECOND)
    assert talk.bench.told == [ReferSettled(talk.call, ok=False, code=408)]
    talk.accepted()
    talk.notify("SIP/2.0 180 Ringing")
    talk.bench.advance(59 * SECOND)
    assert talk.bench.told == []
    talk.bench.advance(SECOND)
    assert talk.bench.told == [ReferSettled(talk.call, ok=False, code=408)]


def test_a_refer_that_nobody_answers_fails_by_408() -> None:
    talk = Talk()
    talk.refer()
    talk.bench.advance(33 * SECOND)
    assert talk.bench.told == [ReferSettled(talk.call, ok=False, code=408)]


@pytest.mark.parametrize("who", ["peer", "we"])
def test_a_call_that_ends_first_settles_the_transfer(who: str) -> None:
    talk = Talk()
    talk.accepted()
    if who == "peer":
        talk.receive("BYE")
        ended = CallEnded(talk.call, "remote", "BYE")
    else:
        talk.bench.do(HangUpCall(talk.call))
        ended = CallEnded(talk.call, "local", "hung up")
    assert talk.bench.told == [ReferSettled(talk.call, ok=False, code=487), ended]
    talk.bench.advance(300 * SECOND)
    assert talk.bench.told == []
    assert talk.bench.agent.next_wake() is None


def test_one_transfer_at_a_time_and_only_in_an_established_call() -> None:
    talk = Talk()
    talk.accepted()
    talk.bench.do(ReferCall(talk.call, TARGET))
    assert (talk.bench.datagrams, talk.bench.told) == ([], [ReferSettled(talk.call, ok=False, code=491)])
    bench = Bench()
    ringing = bench.incoming()
    bench.do(ReferCall(ringing, TARGET))
    assert (bench.datagrams, bench.told) == ([], [ReferSettled(ringing, ok=False, code=491)])


@pytest.mark.parametrize(
    "changes", [{"headers": (("Refer-To", "x"),)}, {"headers": (("a b", "x"),)}, {"referred_by": "x"}]
)
def test_what_cannot_be_asked_for_is_settled_by_400(changes: dict[str, object]) -> None:
    talk = Talk()
    talk.bench.do(ReferCall(talk.call, TARGET, **changes))  # type: ignore[arg-type]
    assert (talk.bench.datagrams, talk.bench.told) == ([], [ReferSettled(talk.call, ok=False, code=400)])
    talk.bench.do(ReferCall(talk.call, "nobody"))
    assert talk.bench.told == [ReferSettled(talk.call, ok=False, code=400)]


def test_notifications_of_something_else_are_refused() -> None:
    talk = Talk()
    talk.notify("SIP/2.0 200 OK")
    assert talk.bench.codes() == [481]
    sent = talk.accepted()
    talk.notify("x", event="presence")
    assert (talk.bench.codes(), talk.bench.responses()[0].header("Allow-Events")) == ([489], "refer")
    talk.notify("SIP/2.0 200 OK", event=f"refer;id={sent.cseq + 1}")
    assert talk.bench.codes() == [481]
    talk.notify("SIP/2.0 200 OK", state="frozen")
    assert talk.bench.codes() == [400]
    talk.receive("NOTIFY", "Event: refer")
    assert (talk.bench.codes(), talk.bench.told) == ([400], [])
    talk.notify("SIP/2.0 200 OK", event=f"Refer; id={sent.cseq}")
    assert talk.bench.told == [ReferSettled(talk.call, ok=True, code=200)]


@pytest.mark.parametrize("in_dialog", [True, False])
def test_nobody_makes_us_dial(in_dialog: bool) -> None:
    talk = Talk()
    if in_dialog:
        talk.receive("REFER", f"Refer-To: <{TARGET}>")
    else:
        talk.bench.receive(request("REFER", call_id="other", extra=(f"Refer-To: <{TARGET}>",)))
    assert (talk.bench.codes(), talk.bench.told) == ([405], [])


@given(
    st.lists(
        st.tuples(st.text(max_size=20), st.sampled_from(["active", "pending", "terminated", '"', ""]), st.booleans()),
        max_size=5,
    )
)
def test_any_notification_settles_at_most_once(notes: list[tuple[str, str, bool]]) -> None:
    talk = Talk()
    talk.accepted()
    told: list[CallAction] = []
    for text, state, status in notes:
        talk.notify(("SIP/2.0 " if status else "") + text, state)
        told += talk.bench.told
    talk.bench.advance(300 * SECOND)
    told += talk.bench.told
    assert sum(isinstance(each, ReferSettled) for each in told) == 1


def test_a_late_202_and_invite_of_another_call_do_no_harm() -> None:
    talk = Talk()
    sent = talk.refer()
    talk.notify("SIP/2.0 200 OK", "terminated")
    talk.bench.receive(reply(sent, 202))
    talk.bench.receive(invite(call_id="second", branch="z9hG4bK-second"))
    talk.bench.advance(10 * SECOND)
    assert not any(isinstance(each, ReferSettled) for each in talk.bench.told)
