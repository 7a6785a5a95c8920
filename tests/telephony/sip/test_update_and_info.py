"""UPDATE (RFC 3311) and INFO (RFC 6086) of the peer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.actions import CallAction, DigitsReceived, Reinvited, SessionChanged
from telephony.sip.events import AcceptCall, AnswerReinvite, ChangeSession, HangUpCall, ProvisionCall, RejectReinvite
from telephony.sip.info import read_digits
from tests.telephony.sip.test_refer import Talk
from tests.telephony.sip.wire import ANSWER, OFFER, SECOND, Bench, reply, request

SDP = "Content-Type: application/sdp"
HOLD = OFFER + b"a=sendonly\r\n"


def test_hold_by_update_is_answered_at_once_and_needs_no_ack() -> None:
    talk = Talk()
    talk.receive("UPDATE", SDP, body=HOLD)
    assert (talk.bench.codes(), talk.bench.told) == ([], [Reinvited(talk.call, HOLD)])
    talk.bench.do(AnswerReinvite(talk.call, ANSWER))
    (response,) = talk.bench.responses()
    assert (response.code, response.body, response.header("Contact")) == (200, ANSWER, "<sip:agent@192.0.2.1:5060>")
    assert talk.bench.told == [SessionChanged(talk.call, HOLD)]
    talk.bench.advance(40 * SECOND)
    assert (talk.bench.datagrams, talk.bench.told) == ([], [])


def test_an_update_can_be_refused() -> None:
    talk = Talk()
    talk.receive("UPDATE", SDP, body=HOLD)
    talk.bench.do(RejectReinvite(talk.call))
    assert (talk.bench.codes(), talk.bench.told) == ([488], [])


def test_an_update_without_an_offer_refreshes_the_target() -> None:
    talk = Talk()
    data = request("UPDATE", to_tag=talk.tag, branch="z9hG4bK-u", cseq=9).replace(
        b"192.0.2.9:5070>", b"192.0.2.99:5080>"
    )
    talk.bench.receive(data)
    assert (talk.bench.codes(), talk.bench.told) == ([200], [])
    talk.bench.do(HangUpCall(talk.call))
    assert str(talk.bench.datagrams[0].destination) == "192.0.2.99:5080"


def test_an_update_meets_our_own_offer_with_491() -> None:
    talk = Talk()
    talk.bench.do(ChangeSession(talk.call, ANSWER))
    talk.receive("UPDATE", SDP, body=HOLD)
    assert (talk.bench.codes(), talk.bench.told) == ([491], [])
    talk.receive("UPDATE")
    assert talk.bench.codes() == [200]


def test_an_update_meets_our_late_offer_with_491() -> None:
    bench = Bench()
    bench.do(AcceptCall(bench.incoming(body=b""), ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(request("UPDATE", to_tag=tag, branch="z9hG4bK-u", cseq=2, extra=(SDP,), body=HOLD))
    assert bench.codes() == [491]


def test_an_update_meets_an_unanswered_offer_with_500() -> None:
    talk = Talk()
    talk.receive("UPDATE", SDP, body=HOLD)
    talk.receive("UPDATE", SDP, body=HOLD)
    (response,) = talk.bench.responses()
    assert (response.code, response.header("Retry-After")) == (500, "3")
    bench = Bench()
    bench.incoming()
    bench.do(AcceptCall(bench.incoming(call_id="2", branch="z9hG4bK-2"), ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(request("UPDATE", to_tag=tag, call_id="2", branch="z9hG4bK-u", cseq=2, extra=(SDP,), body=HOLD))
    assert isinstance(bench.told[0], Reinvited)  # answered, though not acknowledged


def test_an_update_before_the_answer_gets_500_with_an_offer_and_200_without() -> None:
    bench = Bench()
    call = bench.incoming()
    bench.do(ProvisionCall(call))
    tag = bench.responses()[0].to.tag
    bench.receive(request("UPDATE", to_tag=tag, branch="z9hG4bK-u", cseq=2, extra=(SDP,), body=HOLD))
    assert bench.codes() == [500]
    bench.receive(request("UPDATE", to_tag=tag, branch="z9hG4bK-v", cseq=3))
    assert bench.codes() == [200]


def test_broken_updates_are_refused() -> None:
    talk = Talk()
    talk.receive("UPDATE", "Content-Type: text/plain", body=b"x")
    assert talk.bench.codes() == [415]
    data = request("UPDATE", to_tag=talk.tag, branch="z9hG4bK-u", cseq=9).replace(b"<sip:ann", b"<sips:ann")
    talk.bench.receive(data)
    assert talk.bench.codes() == [400]
    talk.bench.do(HangUpCall(talk.call))
    talk.bench.receive(request("UPDATE", to_tag=talk.tag, branch="z9hG4bK-w", cseq=10))
    assert talk.bench.codes() == [481]


def test_bye_ends_an_update_that_waits_for_its_answer() -> None:
    talk = Talk()
    talk.receive("UPDATE", SDP, body=HOLD)
    talk.receive("BYE")
    assert sorted(talk.bench.codes()) == [200, 487]


@pytest.mark.parametrize(
    ("kind", "body", "digits", "duration_ms"),
    [
        ("application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n", "5", 160),
        ("application/dtmf-relay", b"Signal= *\nDuration= 250", "*", 250),
        ("Application/DTMF-Relay; x=y", b"signal=11", "#", None),
        ("application/dtmf", b"7", "7", None),
        ("application/dtmf", b"d\r\n", "D", None),
    ],
)
def test_digits_by_info_are_told(kind: str, body: bytes, digits: str, duration_ms: int | None) -> None:
    talk = Talk()
    talk.receive("INFO", f"Content-Type: {kind}", body=body)
    assert (talk.bench.codes(), talk.bench.told) == ([200], [DigitsReceived(talk.call, digits, duration_ms)])


def test_other_infos() -> None:
    talk = Talk()
    talk.receive("INFO")
    assert (talk.bench.codes(), talk.bench.told) == ([200], [])
    talk.receive("INFO", "Content-Type: application/media_control+xml", body=b"<x/>")
    assert talk.bench.codes() == [415]
    assert talk.bench.responses()[0].header("Accept") == "application/dtmf-relay, application/dtmf"
    talk.receive("INFO", body=b"5")
    assert talk.bench.codes() == [415]
    talk.receive("INFO", "Content-Type: application/dtmf-relay", body=b"Signal=hook")
    assert talk.bench.codes() == [400]
    talk.receive("INFO", "Info-Package: nil")
    assert (talk.bench.codes(), talk.bench.responses()[0].header("Recv-Info")) == ([469], "")
    assert talk.bench.told == []


def test_digits_after_hanging_up_are_not_told() -> None:
    talk = Talk()
    talk.bench.do(HangUpCall(talk.call))
    talk.receive("INFO", "Content-Type: application/dtmf", body=b"5")
    told: list[CallAction] = talk.bench.told
    assert (talk.bench.codes(), told) == ([200], [])


@given(st.sampled_from(["application/dtmf-relay", "application/dtmf"]), st.binary(max_size=60))
def test_any_body_is_a_key_or_a_value_error(kind: str, body: bytes) -> None:
    try:
        digits, duration_ms = read_digits(kind, body)
    except ValueError:
        return
    assert digits in set("0123456789*#ABCD")
    assert duration_ms is None or duration_ms >= 0


def test_bye_crosses_our_reinvite() -> None:
    talk = Talk()
    talk.bench.do(ChangeSession(talk.call, ANSWER))
    (ours,) = talk.bench.requests()
    talk.receive("BYE")
    assert talk.bench.codes() == [200]
    assert [type(each).__name__ for each in talk.bench.told] == ["CallEnded"]
    talk.bench.receive(reply(ours, 481))
    assert talk.bench.told == []
    talk.bench.advance(100 * SECOND)
    assert (talk.bench.told, talk.bench.agent.next_wake()) == ([], None)
