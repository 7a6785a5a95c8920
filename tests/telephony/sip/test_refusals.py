"""What is refused without asking the application."""

from __future__ import annotations

import pytest

from telephony.sip.actions import IncomingCall
from telephony.sip.events import AcceptCall, Drain, RejectCall
from telephony.sip.settings import SipSettings
from tests.telephony.sip.wire import ANSWER, REMOTE, SECOND, Bench, invite, request


def refused(data: bytes, settings: SipSettings | None = None) -> tuple[int, dict[str, str]]:
    bench = Bench(settings)
    bench.receive(data)
    assert bench.told == []
    (response,) = bench.responses()
    assert response.to.tag is not None
    assert bench.datagrams[0].destination == REMOTE
    return response.code, dict(response.framed.headers)


def test_options_tells_what_is_understood() -> None:
    code, headers = refused(request("OPTIONS"))
    assert code == 200
    assert headers["Allow"] == "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY"
    assert headers["Accept"] == "application/sdp"


@pytest.mark.parametrize(("method", "code"), [("REGISTER", 405), ("REFER", 405), ("SUBSCRIBE", 405), ("FOO", 501)])
def test_other_methods_are_refused_with_what_is_allowed(method: str, code: int) -> None:
    assert refused(request(method))[0] == code
    assert "INVITE" in refused(request(method))[1]["Allow"]


def test_unknown_users_get_404() -> None:
    settings = SipSettings(users=frozenset({"sales"}))
    assert refused(invite(), settings)[0] == 404
    assert refused(request("OPTIONS"), settings)[0] == 404
    assert refused(request("OPTIONS", uri="sip:192.0.2.1"), settings)[0] == 200
    bench = Bench(settings)
    bench.receive(invite(uri="sip:sales@192.0.2.1"))
    bench.only(IncomingCall)


def test_required_extensions_are_refused_by_name() -> None:
    code, headers = refused(invite(extra=("Require: 100rel, timer",)))
    assert (code, headers["Unsupported"]) == (420, "100rel, timer")
    assert refused(invite(extra=('Require: "',)))[0] == 400


@pytest.mark.parametrize(
    ("extra", "header"),
    [
        (("Content-Type: text/plain",), "Accept"),
        ((), "Accept"),
        (("Content-Type: application/sdp", "Content-Encoding: gzip"), "Accept-Encoding"),
    ],
)
def test_bodies_that_are_no_sdp_get_415(extra: tuple[str, ...], header: str) -> None:
    code, headers = refused(request("INVITE", body=b"x", extra=extra))
    assert code == 415
    assert header in headers


def test_a_content_type_with_parameters_is_taken() -> None:
    bench = Bench()
    extra = ("Content-Type: Application/SDP; charset=utf-8", "Content-Encoding: identity")
    bench.receive(request("INVITE", body=b"x", extra=extra))
    bench.only(IncomingCall)


@pytest.mark.parametrize("contact", ["", "Contact: <sips:ann@192.0.2.9>\r\n", "Contact: nonsense\r\n"])
def test_an_invite_without_a_usable_contact_gets_400(contact: str) -> None:
    data = invite().replace(b"Contact: <sip:ann@192.0.2.9:5070>\r\n", contact.encode())
    assert refused(data)[0] == 400


def test_an_invite_with_an_unusable_route_gets_400() -> None:
    assert refused(invite(extra=("Record-Route: <nonsense>",)))[0] == 400


def test_requests_in_unknown_dialogs_get_481() -> None:
    assert refused(request("BYE", to_tag="x"))[0] == 481
    assert refused(invite(to_tag="x"))[0] == 481
    for method in ("BYE", "UPDATE", "INFO", "NOTIFY"):
        assert refused(request(method))[0] == 481


def test_an_ack_of_nothing_is_dropped() -> None:
    bench = Bench()
    bench.receive(request("ACK", to_tag="x"))
    assert (bench.datagrams, bench.told) == ([], [])


def test_a_request_with_the_wrong_remote_tag_gets_481() -> None:
    bench = Bench()
    bench.do(AcceptCall(bench.incoming(), ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(request("BYE", to_tag=tag, from_tag="stranger", branch="z9hG4bK-b", cseq=2))
    assert bench.codes() == [481]
    bench.receive(request("ACK", to_tag=tag, from_tag="stranger", branch="z9hG4bK-c"))
    assert bench.told == []


def test_a_request_that_came_on_two_paths_gets_482_on_the_second() -> None:
    bench = Bench()
    bench.incoming()
    bench.receive(invite(branch="z9hG4bK-other"))
    assert (bench.codes(), bench.told) == ([482], [])


def test_once_the_first_is_over_the_same_request_is_no_loop() -> None:
    bench = Bench()
    bench.do(RejectCall(bench.incoming()))
    bench.receive(invite(branch="z9hG4bK-b"))
    assert bench.codes() == [482]
    bench.advance(70 * SECOND)
    bench.receive(invite(branch="z9hG4bK-c"))
    bench.only(IncomingCall)


def test_requests_out_of_order_get_500_in_a_dialog() -> None:
    bench = Bench()
    bench.do(AcceptCall(bench.incoming(cseq=5), ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(request("BYE", to_tag=tag, branch="z9hG4bK-b", cseq=4))
    assert (bench.codes(), bench.told) == ([500], [])


def test_in_a_dialog_other_methods_and_extensions_are_refused_too() -> None:
    bench = Bench()
    bench.do(AcceptCall(bench.incoming(), ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(request("REFER", to_tag=tag, branch="z9hG4bK-b", cseq=2))
    assert bench.codes() == [405]
    bench.receive(request("BYE", to_tag=tag, branch="z9hG4bK-c", cseq=3, extra=("Require: foo",)))
    assert bench.codes() == [420]


def test_while_draining_new_calls_get_503_and_old_ones_go_on() -> None:
    bench = Bench(SipSettings(retry_after_s=7))
    call = bench.incoming()
    bench.do(Drain())
    bench.do(AcceptCall(call, ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(request("OPTIONS", to_tag=tag, branch="z9hG4bK-b", cseq=2))
    assert bench.codes() == [200]
    for data in (request("OPTIONS", branch="z9hG4bK-c", call_id="2"), invite(branch="z9hG4bK-d", call_id="3")):
        bench.receive(data)
        assert bench.codes() == [503]
        assert bench.responses()[0].header("Retry-After") == "7"


def test_when_full_new_calls_get_503() -> None:
    bench = Bench(SipSettings(max_calls=1))
    bench.incoming()
    bench.receive(invite(branch="z9hG4bK-b", call_id="2"))
    assert (bench.codes(), bench.told) == ([503], [])


def test_beyond_the_limit_of_transactions_503_costs_no_state() -> None:
    bench = Bench(SipSettings(max_transactions=1))
    bench.incoming()
    for _ in range(2):
        bench.receive(request("OPTIONS", branch="z9hG4bK-b", call_id="2"))
        assert bench.codes() == [503]
    bench.receive(invite())
    assert bench.codes() == [100]


def test_unreadable_requests_are_answered_without_a_transaction() -> None:
    bench = Bench()
    for _ in range(2):
        bench.receive(request("OPTIONS", uri="isbn:1"))
        assert bench.codes() == [416]
        assert bench.responses()[0].phrase == "Unsupported URI Scheme"
    bench.receive(request("BYE", to_tag="x", cseq_method="INVITE"))
    assert (bench.codes(), bench.responses()[0].to.tag) == ([400], "x")
    bench.receive(request("OPTIONS").replace(b"To: <sip:agent@192.0.2.1>\r\n", b""))
    assert b"\r\nTo:" not in bench.datagrams[0].data
    assert bench.agent.next_wake() is None


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\x00\x00\x00\x00", b"nonsense", b"SIP/2.0 999 no\r\n\r\n"])
def test_noise_is_met_with_silence(data: bytes) -> None:
    bench = Bench()
    bench.receive(data)
    assert (bench.datagrams, bench.told) == ([], [])


def test_a_response_to_nothing_is_dropped() -> None:
    bench = Bench()
    bench.receive(
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
        b"To: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 BYE\r\n\r\n"
    )
    assert (bench.datagrams, bench.told) == ([], [])
