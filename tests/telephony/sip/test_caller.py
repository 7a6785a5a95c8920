"""Calls that we place: progress, answer, refusal, giving up, and forks."""

from __future__ import annotations

import pytest

from telephony.sip.actions import CallAnswered, CallEnded, CallProgress, CallRejected
from telephony.sip.events import AcceptCall, CallId, CancelCall, HangUpCall, PlaceCall, RejectCall
from telephony.sip.message import ReceivedRequest
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from tests.telephony.sip.wire import ANSWER, OFFER, REMOTE, SECOND, Bench, reply, request

CALL = CallId("call-a")


def placing(**changes: object) -> PlaceCall:
    fields: dict[str, object] = {
        "call": CALL,
        "uri": "sip:bob@192.0.2.9:5070",
        "sdp": OFFER,
        "from_uri": "sip:agent@example.com",
    }
    return PlaceCall(**(fields | changes))  # type: ignore[arg-type]


def placed(bench: Bench, **changes: object) -> ReceivedRequest:
    bench.do(placing(**changes))
    (invite,) = bench.requests()
    return invite


def established(bench: Bench) -> ReceivedRequest:
    invite = placed(bench)
    bench.receive(reply(invite, 200, body=ANSWER))
    bench.only(CallAnswered)
    return invite


def test_an_invite_says_who_calls_whom() -> None:
    bench = Bench()
    bench.do(placing(from_display='Ann "A"\r\n', headers=(("X-Campaign", "7\r\nVia: x"),)))
    (invite,) = bench.requests()
    assert bench.datagrams[0].destination == REMOTE
    assert (invite.method, invite.uri_text, invite.cseq) == ("INVITE", "sip:bob@192.0.2.9:5070", 1)
    assert (invite.call_id, invite.body) == ("call-a", OFFER)
    assert invite.from_.display == 'Ann "A" '
    assert invite.from_.uri == "sip:agent@example.com"
    assert invite.header("X-Campaign") == "7 Via: x"
    assert invite.header("Contact") == "<sip:agent@192.0.2.1:5060>"
    via = invite.framed.values("Via")
    assert via[0].startswith("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK")
    assert via[0].endswith(";rport")


def test_it_rings_is_answered_and_hung_up_by_us() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 100, to_tag=None, contact=None))
    assert bench.told == []
    bench.receive(reply(invite, 180))
    assert bench.only(CallProgress) == CallProgress(CALL, 180)
    bench.receive(reply(invite, 183, body=ANSWER))
    assert bench.only(CallProgress) == CallProgress(CALL, 183, ANSWER)
    bench.receive(reply(invite, 200, body=ANSWER))
    (ack,) = bench.requests()
    assert (ack.method, ack.cseq, ack.to.tag, ack.uri_text) == ("ACK", 1, "callee", "sip:bob@192.0.2.9:5070")
    assert ack.branch != invite.branch
    assert bench.only(CallAnswered) == CallAnswered(CALL, ANSWER)
    bench.do(HangUpCall(CALL))
    (bye,) = bench.requests()
    assert (bye.method, bye.cseq) == ("BYE", 2)
    assert bench.only(CallEnded) == CallEnded(CALL, "local", "hung up")
    bench.receive(reply(bye, 200, contact=None))
    assert bench.agent.call_count == 0


def test_the_callee_hangs_up() -> None:
    bench = Bench()
    invite = established(bench)
    bench.receive(request("BYE", call_id="call-a", from_tag="callee", to_tag=invite.from_.tag, cseq=77))
    assert bench.codes() == [200]
    assert bench.only(CallEnded) == CallEnded(CALL, "remote", "BYE")


def test_a_repeated_200_is_acknowledged_again_and_told_once() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 200, body=ANSWER))
    first = bench.datagrams
    bench.receive(reply(invite, 200, body=ANSWER))
    assert (bench.datagrams, bench.told) == (first, [])


def test_without_any_answer_the_call_is_rejected_by_408() -> None:
    bench = Bench()
    placed(bench)
    bench.advance(32 * SECOND)
    assert bench.methods() == ["INVITE"] * 6
    assert bench.only(CallRejected).code == 408
    assert bench.agent.call_count == 0


def test_a_refusal_is_acknowledged_and_told() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 503, extra=("Retry-After: 18000 (maintenance)",), phrase="Later"))
    (ack,) = bench.requests()
    assert (ack.method, ack.branch, ack.to.tag) == ("ACK", invite.branch, "callee")
    assert bench.only(CallRejected) == CallRejected(CALL, 503, "Later", 18_000)
    bench.receive(reply(invite, 503))
    assert (bench.methods(), bench.told) == (["ACK"], [])


def test_a_preloaded_route_goes_into_ack_and_cancel() -> None:
    bench = Bench()
    route = (("Route", "<sip:192.0.2.20;lr>"),)
    hop = Peer("192.0.2.20", 5060)
    invite = placed(bench, headers=route, next_hop=hop)
    bench.receive(reply(invite, 180))
    bench.do(CancelCall(CALL))
    (cancel,) = bench.requests()
    assert cancel.values("Route") == ["<sip:192.0.2.20;lr>"]
    bench.receive(reply(invite, 487))
    assert bench.requests()[0].values("Route") == ["<sip:192.0.2.20;lr>"]
    assert bench.datagrams[0].destination == hop


@pytest.mark.parametrize("command", [CancelCall(CALL), HangUpCall(CALL)])
def test_a_cancel_waits_for_a_provisional_response(command: CancelCall | HangUpCall) -> None:
    bench = Bench()
    invite = placed(bench)
    bench.do(command)
    assert (bench.datagrams, bench.told) == ([], [])
    bench.receive(reply(invite, 100, to_tag=None))
    (cancel,) = bench.requests()
    assert (cancel.method, cancel.branch, cancel.cseq, cancel.to.tag) == ("CANCEL", invite.branch, 1, None)
    bench.receive(reply(invite, 180))
    assert (bench.datagrams, bench.told) == ([], [])
    bench.receive(reply(cancel, 200))
    bench.receive(reply(invite, 487))
    assert bench.methods() == ["ACK"]
    assert bench.only(CallEnded) == CallEnded(CALL, "local", "cancelled")
    assert bench.agent.call_count == 0


def test_a_cancelled_call_that_nobody_ever_answers_ends() -> None:
    bench = Bench()
    placed(bench)
    bench.do(CancelCall(CALL))
    bench.advance(32 * SECOND)
    assert bench.only(CallEnded).reason == "cancelled"


def test_an_answer_that_crosses_the_cancel_is_hung_up() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 180))
    bench.do(CancelCall(CALL))
    bench.receive(reply(invite, 200, body=ANSWER))
    assert bench.methods() == ["ACK", "BYE"]
    assert bench.only(CallEnded) == CallEnded(CALL, "local", "cancelled")
    bench.receive(reply(bench.requests()[1], 200))
    assert bench.agent.call_count == 0


def test_a_cancel_without_a_final_response_ends_after_64_t1() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 180))
    bench.do(CancelCall(CALL))
    bench.advance(31 * SECOND)
    assert bench.told == []
    bench.advance(SECOND)
    assert bench.only(CallEnded).reason == "cancelled"
    bench.advance(60 * SECOND)
    assert (bench.agent.call_count, bench.agent.next_wake()) == (0, None)


def test_a_call_that_only_rings_is_given_up_at_the_ring_limit() -> None:
    bench = Bench(SipSettings(ring_limit_us=60 * SECOND))
    invite = placed(bench)
    bench.receive(reply(invite, 180))
    bench.advance(60 * SECOND)
    assert bench.methods() == ["CANCEL"]
    assert bench.told == []
    bench.receive(reply(invite, 487))
    assert bench.only(CallRejected) == CallRejected(CALL, 408, "not answered within the ring limit")


def test_cancelling_an_answered_call_does_nothing() -> None:
    bench = Bench()
    established(bench)
    for command in (CancelCall(CALL), AcceptCall(CALL, ANSWER), RejectCall(CALL)):
        bench.do(command)
        assert (bench.datagrams, bench.told) == ([], [])


def test_a_second_phone_that_answers_is_acknowledged_and_hung_up() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 200, to_tag="first", body=ANSWER))
    bench.receive(reply(invite, 200, to_tag="second", body=ANSWER))
    assert bench.methods() == ["ACK", "BYE"]
    assert {each.to.tag for each in bench.requests()} == {"second"}
    assert bench.told == []
    bench.receive(reply(bench.requests()[1], 200))
    assert bench.agent.call_count == 1


def test_the_route_of_an_answer_is_followed_backwards() -> None:
    bench = Bench()
    invite = placed(bench)
    routes = ("Record-Route: <sip:192.0.2.30;lr>, <sip:192.0.2.20:5080;lr>",)
    bench.receive(reply(invite, 200, extra=routes, body=ANSWER))
    (ack,) = bench.requests()
    assert ack.values("Route") == ["<sip:192.0.2.20:5080;lr>", "<sip:192.0.2.30;lr>"]
    assert bench.datagrams[0].destination == Peer("192.0.2.20", 5080)


def test_an_answer_without_contact_is_reached_where_we_called() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 200, contact=None, body=ANSWER))
    assert bench.requests()[0].uri_text == "sip:bob@192.0.2.9:5070"


def test_an_answer_that_cannot_be_reached_is_a_rejection() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 200, contact="<sips:bob@192.0.2.9>"))
    assert bench.only(CallRejected).code == 502
    bench.receive(reply(invite, 200, contact="<sips:bob@192.0.2.9>"))
    assert bench.told == []


def test_an_answer_without_description_is_told_as_such() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 200))
    assert bench.only(CallAnswered).sdp is None


@pytest.mark.parametrize(
    "changes",
    [
        {"uri": "nonsense"},
        {"uri": "sip:bob@example.com"},
        {"uri": "sip:bob@192.0.2.9\r\nVia: x"},
        {"from_uri": "nobody"},
        {"headers": (("Via", "x"),)},
        {"headers": (("X: y", "x"),)},
        {"call": CallId("two words")},
    ],
)
def test_what_cannot_be_called_is_told(changes: dict[str, object]) -> None:
    bench = Bench()
    bench.do(placing(**changes))
    assert bench.datagrams == []
    assert bench.only(CallRejected).code == 400
    assert bench.agent.call_count == 0


def test_a_handle_that_is_in_use_is_refused() -> None:
    bench = Bench()
    placed(bench)
    bench.do(placing())
    assert bench.only(CallRejected).code == 400


def test_a_request_before_the_answer_gets_481() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(request("BYE", call_id="call-a", from_tag="callee", to_tag=invite.from_.tag, cseq=77))
    assert bench.codes() == [481]


def test_responses_with_a_branch_of_nobody_change_nothing() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 200).replace(b"branch=z9hG4bK", b"branch=z9hG4bKx"))
    assert (bench.datagrams, bench.told) == ([], [])


def test_phones_that_ring_together_are_all_told_and_the_first_answer_counts() -> None:
    bench = Bench()
    invite = placed(bench)
    for tag in ("desk", "mobile"):
        bench.receive(reply(invite, 180, to_tag=tag))
        assert bench.only(CallProgress) == CallProgress(CALL, 180)
    bench.receive(reply(invite, 200, to_tag="mobile", body=ANSWER))
    assert bench.requests()[0].to.tag == "mobile"
    bench.only(CallAnswered)
    bench.receive(request("BYE", call_id="call-a", from_tag="desk", to_tag=invite.from_.tag, cseq=7))
    assert (bench.codes(), bench.told) == ([481], [])


@pytest.mark.parametrize("code", [302, 404, 486, 603])
def test_busy_and_other_refusals_are_told_by_their_code(code: int) -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 180))
    bench.receive(reply(invite, code))
    assert bench.only(CallRejected).code == code
    assert bench.agent.call_count == 0


def test_a_strict_router_of_the_answer_gets_the_request_uri() -> None:
    bench = Bench()
    invite = placed(bench)
    bench.receive(reply(invite, 200, body=ANSWER, extra=("Record-Route: <sip:192.0.2.30>",)))
    (ack,) = bench.requests()
    assert (ack.uri_text, ack.values("Route")) == ("sip:192.0.2.30", ["<sip:bob@192.0.2.9:5070>"])
    assert bench.datagrams[0].destination == Peer("192.0.2.30", 5060)


def test_a_request_in_a_dialog_is_ours_whatever_route_brought_it() -> None:
    bench = Bench()
    invite = established(bench)
    routed = {"uri": "sip:192.0.2.30;lr", "extra": ("Route: <sip:agent@192.0.2.1>",)}  # a strict router's
    data = request("BYE", call_id="call-a", from_tag="callee", to_tag=invite.from_.tag, **routed)  # type: ignore[arg-type]
    bench.receive(data)
    assert bench.codes() == [200]
    assert bench.only(CallEnded).by == "remote"
