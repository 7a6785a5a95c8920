"""Sessions that change while a call is up, from either side."""

from __future__ import annotations

import pytest

from telephony.sip.actions import CallAnswered, CallConfirmed, CallEnded, Reinvited, SessionChanged, SessionKept
from telephony.sip.events import (
    AcceptCall,
    AnswerReinvite,
    CallId,
    ChangeSession,
    HangUpCall,
    PlaceCall,
    ProvisionCall,
    RejectReinvite,
)
from tests.telephony.sip.wire import ANSWER, OFFER, SECOND, Bench, invite, reply, request

HOLD = OFFER + b"a=sendonly\r\n"


def established(bench: Bench) -> tuple[CallId, str]:
    call = bench.incoming()
    bench.do(AcceptCall(call, ANSWER))
    tag = bench.responses()[0].to.tag
    assert tag is not None
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-ack"))
    bench.only(CallConfirmed)
    return call, tag


def reinvite(tag: str, cseq: int = 2, **kwargs: object) -> bytes:
    return invite(to_tag=tag, cseq=cseq, branch=f"z9hG4bK-re{cseq}", **({"body": HOLD} | kwargs))  # type: ignore[arg-type]


def test_the_peer_changes_the_session_and_moves() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.receive(reinvite(tag).replace(b"ann@192.0.2.9:5070>\r\nMax", b"ann@192.0.2.10:5080>\r\nMax"))
    assert bench.codes() == [100]
    assert bench.only(Reinvited) == Reinvited(call, HOLD)
    bench.do(AnswerReinvite(call, ANSWER))
    assert (bench.codes(), bench.responses()[0].body) == ([200], ANSWER)
    assert bench.only(SessionChanged) == SessionChanged(call, HOLD)
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-ack2", cseq=2))
    assert bench.told == []
    bench.advance(10 * SECOND)
    assert bench.datagrams == []
    bench.do(HangUpCall(call))
    assert bench.requests()[0].uri_text == "sip:ann@192.0.2.10:5080"


def test_a_reinvite_without_offer_gets_ours_and_the_ack_answers() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.receive(reinvite(tag, body=b""))
    assert bench.only(Reinvited) == Reinvited(call, None)
    bench.do(AnswerReinvite(call, ANSWER))
    assert bench.told == []
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-ack2", cseq=2, body=OFFER))
    assert bench.only(SessionChanged) == SessionChanged(call, OFFER)


def test_a_rejected_reinvite_leaves_the_call_up() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.receive(reinvite(tag))
    bench.do(RejectReinvite(call))
    assert (bench.codes(), bench.told) == ([488], [])
    for late in (RejectReinvite(call), AnswerReinvite(call, ANSWER)):
        bench.do(late)
        assert (bench.datagrams, bench.told) == ([], [])
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-re2", cseq=2))
    bench.receive(reinvite(tag, cseq=3))
    bench.only(Reinvited)


def test_a_cancelled_reinvite_leaves_the_call_up() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.receive(reinvite(tag))
    bench.receive(request("CANCEL", to_tag=tag, branch="z9hG4bK-re2", cseq=2))
    assert [(each.code, each.method) for each in bench.responses()] == [(200, "CANCEL"), (487, "INVITE")]
    assert bench.only(SessionKept) == SessionKept(call, 487)
    bench.do(HangUpCall(call))
    assert bench.methods() == ["BYE"]


def test_a_second_reinvite_before_the_first_is_answered_gets_500() -> None:
    bench = Bench()
    _, tag = established(bench)
    bench.receive(reinvite(tag))
    bench.receive(reinvite(tag, cseq=3))
    assert (bench.codes(), bench.told) == ([500], [])
    assert bench.responses()[0].header("Retry-After") is not None


def test_a_reinvite_before_the_ack_gets_491() -> None:
    bench = Bench()
    bench.do(AcceptCall(bench.incoming(), ANSWER))
    tag = bench.responses()[0].to.tag
    assert tag is not None
    bench.receive(reinvite(tag))
    assert (bench.codes(), bench.told) == ([491], [])


def test_a_reinvite_while_it_rings_gets_500() -> None:
    bench = Bench()
    bench.do(ProvisionCall(bench.incoming()))
    tag = bench.responses()[0].to.tag
    assert tag is not None
    bench.receive(reinvite(tag))
    assert (bench.codes(), bench.told) == ([500], [])


def test_a_reinvite_after_we_hung_up_gets_481() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.do(HangUpCall(call))
    bench.receive(reinvite(tag))
    assert (bench.codes(), bench.told) == ([481], [])


def test_a_reinvite_that_cannot_be_used_is_refused() -> None:
    bench = Bench()
    _, tag = established(bench)
    bench.receive(request("INVITE", to_tag=tag, cseq=2, branch="z9hG4bK-x", body=b"x"))
    assert bench.codes() == [415]
    bench.receive(reinvite(tag, cseq=3).replace(b"Contact: <sip:ann", b"Contact: <sips:ann"))
    assert (bench.codes(), bench.told) == ([400], [])


def test_without_an_ack_to_a_reinvite_the_call_ends() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.receive(reinvite(tag))
    bench.do(AnswerReinvite(call, ANSWER))
    bench.advance(32 * SECOND)
    assert bench.methods() == ["BYE"]
    assert bench.only(CallEnded) == CallEnded(call, "timeout", "no ACK")


def test_a_bye_ends_a_pending_reinvite_with_487() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.receive(reinvite(tag))
    bench.receive(request("BYE", to_tag=tag, cseq=3, branch="z9hG4bK-bye"))
    assert [(each.code, each.method) for each in bench.responses()] == [(200, "BYE"), (487, "INVITE")]
    assert bench.only(CallEnded) == CallEnded(call, "remote", "BYE")


def test_we_change_the_session() -> None:
    bench = Bench()
    call, _ = established(bench)
    bench.do(ChangeSession(call, ANSWER))
    (ours,) = bench.requests()
    assert (ours.method, ours.body, ours.header("Content-Type")) == ("INVITE", ANSWER, "application/sdp")
    bench.receive(reply(ours, 100))
    assert bench.told == []
    bench.receive(reply(ours, 200, body=OFFER, contact="<sip:ann@192.0.2.11>"))
    assert bench.methods() == ["ACK"]
    assert bench.requests()[0].cseq == ours.cseq
    assert bench.only(SessionChanged) == SessionChanged(call, OFFER)
    bench.receive(reply(ours, 200, body=OFFER))
    assert (bench.methods(), bench.told) == (["ACK"], [])
    bench.do(HangUpCall(call))
    assert bench.requests()[0].uri_text == "sip:ann@192.0.2.11"


def test_an_answer_that_names_no_usable_contact_keeps_the_target() -> None:
    bench = Bench()
    call, _ = established(bench)
    bench.do(ChangeSession(call, ANSWER))
    bench.receive(reply(bench.requests()[0], 200, body=OFFER, contact="<sips:x@y>"))
    bench.only(SessionChanged)
    bench.do(HangUpCall(call))
    assert bench.requests()[0].uri_text == "sip:ann@192.0.2.9:5070"


def test_crossing_reinvites_get_491_on_both_sides() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.do(ChangeSession(call, ANSWER))
    (ours,) = bench.requests()
    bench.receive(reinvite(tag))
    assert (bench.codes(), bench.told) == ([491], [])
    bench.receive(reply(ours, 491))
    assert bench.methods() == ["ACK"]
    assert bench.only(SessionKept) == SessionKept(call, 491)
    bench.receive(reinvite(tag, cseq=3))
    bench.only(Reinvited)


def test_one_change_at_a_time() -> None:
    bench = Bench()
    call, _ = established(bench)
    bench.do(ChangeSession(call, ANSWER))
    bench.do(ChangeSession(call, ANSWER))
    assert (bench.datagrams, bench.told) == ([], [SessionKept(call, 491)])


def test_no_change_before_the_call_is_up() -> None:
    bench = Bench()
    call = bench.incoming()
    bench.do(ChangeSession(call, ANSWER))
    assert (bench.datagrams, bench.told) == ([], [])


def test_a_peer_that_lost_the_dialog_ends_the_call() -> None:
    bench = Bench()
    call, _ = established(bench)
    bench.do(ChangeSession(call, ANSWER))
    bench.receive(reply(bench.requests()[0], 481))
    assert bench.methods() == ["ACK", "BYE"]
    assert bench.only(CallEnded) == CallEnded(call, "remote", "481 to re-INVITE")


def test_a_reinvite_that_nobody_answers_ends_the_call() -> None:
    bench = Bench()
    call, _ = established(bench)
    bench.do(ChangeSession(call, ANSWER))
    bench.advance(32 * SECOND)
    assert bench.methods()[-1] == "BYE"
    assert bench.only(CallEnded) == CallEnded(call, "timeout", "408 to re-INVITE")


@pytest.mark.parametrize("code", [200, 488, 481])
def test_an_answer_to_our_reinvite_after_we_hung_up_is_only_acknowledged(code: int) -> None:
    bench = Bench()
    call, _ = established(bench)
    bench.do(ChangeSession(call, ANSWER))
    (ours,) = bench.requests()
    bench.do(HangUpCall(call))
    bench.receive(reply(ours, code, body=OFFER))
    assert (bench.methods(), bench.told) == (["ACK"], [])


def test_the_caller_takes_a_reinvite_too() -> None:
    bench = Bench()
    call = CallId("call-a")
    bench.do(PlaceCall(call, "sip:bob@192.0.2.9:5070", OFFER, "sip:agent@192.0.2.1"))
    (ours,) = bench.requests()
    bench.receive(reply(ours, 200, body=ANSWER))
    bench.only(CallAnswered)
    tag = ours.from_.tag
    assert tag is not None
    bench.receive(reinvite(tag, call_id="call-a", from_tag="callee"))
    bench.only(Reinvited)
    bench.do(AnswerReinvite(call, ANSWER))
    (ok,) = bench.responses()
    assert (ok.code, ok.to.tag) == (200, tag)
    bench.receive(request("ACK", call_id="call-a", from_tag="callee", to_tag=tag, cseq=2, branch="z9hG4bK-k"))
    bench.advance(40 * SECOND)
    assert (bench.datagrams, bench.agent.call_count) == ([], 1)
