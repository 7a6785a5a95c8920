"""Calls that come in: from INVITE to BYE, and what may go wrong between."""

from __future__ import annotations

import pytest

from telephony.sip.actions import CallCancelled, CallConfirmed, CallEnded, IncomingCall
from telephony.sip.events import AcceptCall, CallId, HangUpCall, ProvisionCall, RejectCall
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from tests.telephony.sip.wire import ANSWER, OFFER, REMOTE, SECOND, Bench, invite, reply, request


def answered(bench: Bench) -> tuple[CallId, str]:
    """A call that was accepted, not yet acknowledged; our tag."""
    call = bench.incoming()
    bench.do(AcceptCall(call, ANSWER))
    tag = bench.responses()[0].to.tag
    assert tag is not None
    return call, tag


def established(bench: Bench) -> tuple[CallId, str]:
    call, tag = answered(bench)
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-ack"))
    bench.only(CallConfirmed)
    return call, tag


def test_an_invite_is_told_and_answered_100_at_once() -> None:
    bench = Bench()
    bench.receive(invite(extra=("X-Ticket: 42", "P-Asserted-Identity: <tel:+4930>", "Allow: INVITE")))
    assert bench.codes() == [100]
    assert bench.responses()[0].to.tag is None
    incoming = bench.only(IncomingCall)
    assert (incoming.from_uri, incoming.from_display) == ("sip:ann@192.0.2.9", "Ann")
    assert (incoming.to_uri, incoming.request_uri) == ("sip:agent@192.0.2.1", "sip:agent@192.0.2.1")
    assert (incoming.sdp, incoming.source, incoming.call_id) == (OFFER, REMOTE, "call-1")
    assert incoming.headers == (("X-Ticket", "42"), ("P-Asserted-Identity", "<tel:+4930>"))


def test_it_rings_is_accepted_confirmed_and_hung_up_by_the_caller() -> None:
    bench = Bench()
    call = bench.incoming()
    bench.do(ProvisionCall(call))
    assert bench.codes() == [180]
    tag = bench.responses()[0].to.tag
    bench.do(AcceptCall(call, ANSWER))
    (ok,) = bench.responses()
    assert (ok.code, ok.to.tag, ok.body) == (200, tag, ANSWER)
    assert ok.header("Contact") == "<sip:agent@192.0.2.1:5060>"
    assert ok.header("Content-Type") == "application/sdp"
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-ack"))
    assert bench.only(CallConfirmed) == CallConfirmed(call)
    bench.receive(request("BYE", to_tag=tag, branch="z9hG4bK-bye", cseq=2))
    assert bench.codes() == [200]
    assert bench.only(CallEnded) == CallEnded(call, "remote", "BYE")
    assert bench.agent.call_count == 0
    bench.advance(60 * SECOND)
    assert (bench.datagrams, bench.told, bench.agent.next_wake()) == ([], [], None)


def test_the_reason_of_a_bye_is_passed_on() -> None:
    bench = Bench()
    call, tag = established(bench)
    reason = 'Q.850;cause=16;text="Terminated"'
    bench.receive(request("BYE", to_tag=tag, branch="z9hG4bK-bye", cseq=2, extra=(f"Reason: {reason}",)))
    assert bench.only(CallEnded) == CallEnded(call, "remote", reason)


def test_early_media_carries_a_description() -> None:
    bench = Bench()
    bench.do(ProvisionCall(bench.incoming(), 183, ANSWER))
    assert (bench.codes(), bench.responses()[0].body) == ([183], ANSWER)


def test_a_repeated_invite_gets_the_last_response_and_is_told_once() -> None:
    bench = Bench()
    call = bench.incoming()
    bench.receive(invite())
    assert (bench.codes(), bench.told) == ([100], [])
    bench.do(ProvisionCall(call))
    bench.receive(invite())
    assert bench.codes() == [180]
    bench.do(AcceptCall(call, ANSWER))
    bench.receive(invite())
    assert (bench.datagrams, bench.told) == ([], [])


def test_the_200_is_repeated_until_the_ack_comes() -> None:
    bench = Bench()
    _, tag = answered(bench)
    bench.advance(4 * SECOND)
    assert bench.codes() == [200, 200, 200]
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-ack"))
    bench.only(CallConfirmed)
    bench.advance(40 * SECOND)
    assert (bench.datagrams, bench.told) == ([], [])


def test_a_repeated_ack_is_told_once() -> None:
    bench = Bench()
    _, tag = established(bench)
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-ack"))
    assert (bench.datagrams, bench.told) == ([], [])


def test_without_an_ack_the_call_is_ended_by_timeout_and_bye() -> None:
    bench = Bench()
    call, _ = answered(bench)
    bench.advance(32 * SECOND)
    assert bench.codes().count(200) == 10
    assert bench.methods() == ["BYE"]
    assert bench.only(CallEnded) == CallEnded(call, "timeout", "no ACK")
    bench.advance(40 * SECOND)
    assert bench.agent.call_count == 0
    assert bench.told == []


def test_an_offer_of_ours_is_answered_in_the_ack() -> None:
    bench = Bench()
    bench.receive(invite(body=b""))
    incoming = bench.only(IncomingCall)
    assert incoming.sdp is None
    bench.do(AcceptCall(incoming.call, ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-ack", body=OFFER))
    assert bench.only(CallConfirmed).sdp == OFFER


def test_a_cancelled_call_gets_487_and_the_cancel_200() -> None:
    bench = Bench()
    call = bench.incoming()
    bench.receive(request("CANCEL"))
    assert [(each.code, each.method) for each in bench.responses()] == [(200, "CANCEL"), (487, "INVITE")]
    assert bench.responses()[0].to.tag == bench.responses()[1].to.tag
    assert bench.only(CallCancelled).call == call
    bench.receive(request("ACK", to_tag=bench.responses()[1].to.tag))
    bench.do(AcceptCall(call, ANSWER))
    assert (bench.datagrams, bench.told) == ([], [])
    bench.advance(40 * SECOND)
    assert bench.datagrams == []


def test_a_cancel_that_comes_after_the_200_changes_nothing() -> None:
    bench = Bench()
    answered(bench)
    bench.receive(request("CANCEL"))
    assert (bench.codes(), bench.told) == ([200], [])


def test_a_cancel_of_nothing_gets_481() -> None:
    bench = Bench()
    bench.receive(request("CANCEL"))
    assert bench.codes() == [481]


def test_a_cancel_from_a_client_of_rfc_2543_finds_its_invite() -> None:
    bench = Bench()
    bench.receive(invite(branch="1"))
    bench.receive(request("CANCEL", branch="1"))
    assert bench.codes() == [200, 487]


@pytest.mark.parametrize(("code", "retry"), [(486, None), (503, 30)])
def test_a_rejected_call_is_refused_until_the_ack(code: int, retry: int | None) -> None:
    bench = Bench()
    call = bench.incoming()
    bench.do(RejectCall(call, code, "Not\r\nnow", retry))
    (refusal,) = bench.responses()
    assert (refusal.code, refusal.phrase) == (code, "Not now")
    assert refusal.header("Retry-After") == (None if retry is None else "30")
    assert bench.only(CallEnded) == CallEnded(call, "local", f"{code} Not now")
    bench.advance(SECOND)
    assert bench.codes() == [code]
    bench.receive(request("ACK", to_tag=refusal.to.tag))
    bench.advance(40 * SECOND)
    assert bench.datagrams == []


def test_a_refusal_that_nobody_acknowledges_is_given_up() -> None:
    bench = Bench()
    bench.do(RejectCall(bench.incoming()))
    bench.advance(33 * SECOND)
    assert bench.agent.next_wake() is None


def test_hanging_up_while_it_rings_is_480() -> None:
    bench = Bench()
    call = bench.incoming()
    bench.do(HangUpCall(call))
    assert bench.codes() == [480]
    assert bench.only(CallEnded).by == "local"


def test_hanging_up_sends_bye_and_the_caller_s_crossing_bye_is_answered() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.do(HangUpCall(call))
    (bye,) = bench.requests()
    assert (bye.method, bye.to.tag, bye.from_.tag, bye.uri_text) == ("BYE", "remote", tag, "sip:ann@192.0.2.9:5070")
    assert bench.only(CallEnded) == CallEnded(call, "local", "hung up")
    bench.receive(request("BYE", to_tag=tag, branch="z9hG4bK-bye", cseq=2))
    assert (bench.codes(), bench.told) == ([200], [])
    bench.receive(reply(bye, 200))
    assert bench.agent.call_count == 0


def test_a_bye_that_nobody_answers_is_given_up() -> None:
    bench = Bench()
    call, _ = established(bench)
    bench.do(HangUpCall(call))
    bench.advance(32 * SECOND)
    assert bench.methods() == ["BYE"] * 10
    assert bench.agent.call_count == 0


def test_hanging_up_before_the_ack_waits_for_it() -> None:
    bench = Bench()
    call, tag = answered(bench)
    bench.do(HangUpCall(call))
    assert bench.datagrams == []
    assert bench.only(CallEnded).by == "local"
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-ack"))
    assert (bench.methods(), bench.told) == (["BYE"], [])


@pytest.mark.parametrize("ending", ["BYE", "no ACK"])
def test_hanging_up_before_an_ack_that_never_comes_is_told_once(ending: str) -> None:
    bench = Bench()
    call, tag = answered(bench)
    bench.do(HangUpCall(call))
    if ending == "BYE":
        bench.receive(request("BYE", to_tag=tag, branch="z9hG4bK-bye", cseq=2))
        assert bench.codes() == [200]
    else:
        bench.advance(32 * SECOND)
        assert bench.methods() == ["BYE"]
    assert bench.told == []
    bench.advance(40 * SECOND)
    assert bench.agent.call_count == 0


def test_a_bye_in_the_early_dialog_ends_the_invite_with_487() -> None:
    bench = Bench()
    call = bench.incoming()
    bench.do(ProvisionCall(call))
    tag = bench.responses()[0].to.tag
    bench.receive(request("BYE", to_tag=tag, branch="z9hG4bK-bye", cseq=2))
    assert [(each.code, each.method) for each in bench.responses()] == [(200, "BYE"), (487, "INVITE")]
    assert bench.only(CallCancelled).call == call


def test_a_bye_before_the_ack_ends_the_call() -> None:
    bench = Bench()
    call, tag = answered(bench)
    bench.receive(request("BYE", to_tag=tag, branch="z9hG4bK-bye", cseq=2))
    assert bench.only(CallEnded) == CallEnded(call, "remote", "BYE")
    bench.advance(10 * SECOND)
    assert bench.datagrams == []


def test_commands_for_calls_that_are_gone_do_nothing() -> None:
    bench = Bench()
    call, tag = established(bench)
    bench.receive(request("BYE", to_tag=tag, branch="z9hG4bK-bye", cseq=2))
    for command in (AcceptCall(call, ANSWER), ProvisionCall(call), RejectCall(call), HangUpCall(call)):
        bench.do(command)
        assert (bench.datagrams, bench.told) == ([], [])


def test_commands_that_came_too_late_do_nothing() -> None:
    bench = Bench()
    call, _ = established(bench)
    for command in (AcceptCall(call, ANSWER), ProvisionCall(call), RejectCall(call)):
        bench.do(command)
        assert (bench.datagrams, bench.told) == ([], [])


def test_responses_go_to_the_source_and_its_port_where_rport_asks() -> None:
    bench = Bench()
    nat = Peer("203.0.113.5", 40_001)
    bench.receive(invite(), nat)
    assert bench.datagrams[0].destination == Peer("203.0.113.5", 5070)
    bench.receive(invite(branch="z9hG4bK-b;rport", call_id="call-2"), nat)
    assert bench.datagrams[0].destination == nat
    assert bench.responses()[0].header("Via") == (
        "SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-b;received=203.0.113.5;rport=40001"
    )


def test_record_route_is_copied_and_followed() -> None:
    bench = Bench()
    bench.receive(invite(extra=("Record-Route: <sip:192.0.2.20;lr>, <sip:192.0.2.30:5080;lr>",)))
    call = bench.only(IncomingCall).call
    bench.do(AcceptCall(call, ANSWER))
    (ok,) = bench.responses()
    assert ok.values("Record-Route") == ["<sip:192.0.2.20;lr>", "<sip:192.0.2.30:5080;lr>"]
    bench.receive(request("ACK", to_tag=ok.to.tag, branch="z9hG4bK-ack"))
    bench.do(HangUpCall(call))
    (bye,) = bench.requests()
    assert bench.datagrams[0].destination == Peer("192.0.2.20", 5060)
    assert bye.uri_text == "sip:ann@192.0.2.9:5070"
    assert bye.values("Route") == ["<sip:192.0.2.20;lr>", "<sip:192.0.2.30:5080;lr>"]


def test_a_strict_router_gets_the_request_uri() -> None:
    bench = Bench()
    bench.receive(invite(extra=("Record-Route: <sip:192.0.2.20>",)))
    call = bench.only(IncomingCall).call
    bench.do(AcceptCall(call, ANSWER))
    bench.receive(request("ACK", to_tag=bench.responses()[0].to.tag, branch="z9hG4bK-ack"))
    bench.do(HangUpCall(call))
    assert bench.requests()[0].uri_text == "sip:192.0.2.20"
    assert bench.requests()[0].values("Route") == ["<sip:ann@192.0.2.9:5070>"]


def test_a_contact_that_is_a_name_is_reached_where_it_sends_from() -> None:
    bench = Bench()
    nat = Peer("203.0.113.5", 40_001)
    data = invite().replace(b"Contact: <sip:ann@192.0.2.9:5070>", b"Contact: <sip:ann@phone.example.com>")
    bench.receive(data, nat)
    call = bench.only(IncomingCall).call
    bench.do(AcceptCall(call, ANSWER))
    bench.receive(request("ACK", to_tag=bench.responses()[0].to.tag, branch="z9hG4bK-ack"), nat)
    bench.do(HangUpCall(call))
    assert bench.datagrams[0].destination == nat
    assert bench.requests()[0].uri_text == "sip:ann@phone.example.com"


def test_the_address_to_advertise_can_be_ipv6() -> None:
    bench = Bench(SipSettings(contact_user="desk"))
    v6 = Peer("2001:db8::9", 5070)
    data = invite().replace(b"<sip:ann@192.0.2.9:5070>", b"<sip:ann@[2001:db8::9]:5070>")
    bench.receive(data, v6)
    call = bench.only(IncomingCall).call
    bench.do(AcceptCall(call, ANSWER))
    assert bench.responses()[0].header("Contact") == "<sip:desk@192.0.2.1:5060>"
    bench.receive(request("ACK", to_tag=bench.responses()[0].to.tag, branch="z9hG4bK-ack"), v6)
    bench.do(HangUpCall(call))
    assert bench.datagrams[0].destination == v6
