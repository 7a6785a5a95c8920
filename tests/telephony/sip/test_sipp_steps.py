"""What sipp does that callers do: hold, offer late, offer nonsense, challenge, forget the ACK; by UDP and TCP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from telephony.sdp.offer_answer import make_answer, make_offer
from telephony.sdp.session import SdpError, parse, serialise
from telephony.sip.actions import (
    CallAction,
    CallAnswered,
    CallCancelled,
    CallConfirmed,
    CallEnded,
    DigitsReceived,
    IncomingCall,
    ReferProgress,
    ReferSettled,
    Reinvited,
    SessionChanged,
)
from telephony.sip.digest import Credentials
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.guard import Account, Guarded
from telephony.sip.peer import Peer, Transport
from telephony.sip.settings import SipSettings
from telephony.sip.timers import Timers
from tests.telephony.sip.sipp import (
    HELD,
    HOST,
    OFFER,
    RESUMED,
    answer,
    await_request,
    free_port,
    ok_in_dialog,
    receive,
    run_callee,
    run_caller,
    scenario,
    send,
)

pytestmark = pytest.mark.peer("sipp")

BY = {"udp": "u1", "tcp": "t1"}
TRYING = receive(100, optional=True)
RINGING = receive(180, optional=True)
ANSWERED = (TRYING, RINGING, receive(200), send("ACK"))
HANG_UP = (send("BYE", 9), receive(200))


class Answerer:
    """Answers what can be answered, refuses what can't, and transfers or hangs up where it's told to."""

    def __init__(self, *, rings_only: bool = False, refers_to: str = "") -> None:
        self.told: list[CallAction] = []
        self.ended = asyncio.Event()
        self.endpoint: SipEndpoint | None = None
        self._rings_only = rings_only
        self._refers_to = refers_to

    def on_call(self, action: CallAction) -> None:
        self.told.append(action)
        endpoint = self.endpoint
        assert endpoint is not None
        match action:
            case IncomingCall(call=call):
                endpoint.ring(call)
                if not self._rings_only:
                    self._answer(endpoint, action)
            case Reinvited(call=call, sdp=sdp):
                assert sdp is not None
                endpoint.answer_reinvite(call, make_answer(parse(sdp), HOST, 40_000, session_version=2).sdp)
            case CallConfirmed(call=call) | CallAnswered(call=call) if self._refers_to:
                endpoint.refer(call, self._refers_to)
            case CallAnswered(call=call) | ReferSettled(call=call):
                endpoint.hang_up(call)
            case CallEnded():
                self.ended.set()
            case _:
                pass

    def _answer(self, endpoint: SipEndpoint, incoming: IncomingCall) -> None:
        try:
            if incoming.sdp is None:
                sdp = serialise(make_offer(HOST, 40_000))
            else:
                sdp = make_answer(parse(incoming.sdp), HOST, 40_000).sdp
        except SdpError as problem:
            endpoint.reject(incoming.call, problem.code)
        else:
            endpoint.accept(incoming.call, sdp)

    def kinds(self) -> list[type]:
        return [type(each) for each in self.told]


def serve(
    observer: Answerer, scene: Callable[[SipEndpoint], Awaitable[None]], settings: SipSettings | None = None
) -> None:
    async def main() -> None:
        endpoint = await SipEndpoint.open(HOST, 0, observer, SipSettings() if settings is None else settings)
        observer.endpoint = endpoint
        try:
            async with asyncio.timeout(25):
                await scene(endpoint)
        finally:
            await endpoint.close()

    asyncio.run(main())


def call(
    observer: Answerer, folder: Path, *steps: str, options: tuple[str, ...] = (), settings: SipSettings | None = None
) -> str:
    """sipp calls us and does `steps`; its output."""
    output: list[str] = []

    async def scene(endpoint: SipEndpoint) -> None:
        output.append(await run_caller(endpoint.address.port, scenario(*steps), folder, *options))
        assert endpoint.call_count == 0

    serve(observer, scene, settings)
    return output[0]


@pytest.mark.parametrize("by", BY)
def test_hold_and_resume(by: str, tmp_path: Path) -> None:
    observer = Answerer()
    held = (send("INVITE", 2, body=HELD), TRYING, receive(200), send("ACK", 2))
    resumed = (send("INVITE", 3, body=RESUMED), TRYING, receive(200), send("ACK", 3))
    call(observer, tmp_path, send("INVITE", body=OFFER), *ANSWERED, *held, *resumed, *HANG_UP, options=("-t", BY[by]))
    changes = [Reinvited, SessionChanged]
    assert observer.kinds() == [IncomingCall, CallConfirmed, *changes, *changes, CallEnded]
    offers = [each.sdp for each in observer.told if isinstance(each, Reinvited) and each.sdp is not None]
    assert [b"a=sendonly" in each for each in offers] == [True, False]
    first = observer.told[0]
    assert isinstance(first, IncomingCall)
    assert first.source.reliable == (by == "tcp")


def test_hold_by_update_and_a_digit_by_info(tmp_path: Path) -> None:
    observer = Answerer()
    update = (send("UPDATE", 2, body=HELD), receive(200))
    info = (send("INFO", 3, body="Signal=5\nDuration=160", kind="application/dtmf-relay"), receive(200))
    call(observer, tmp_path, send("INVITE", body=OFFER), *ANSWERED, *update, *info, *HANG_UP)
    assert observer.kinds() == [IncomingCall, CallConfirmed, Reinvited, SessionChanged, DigitsReceived, CallEnded]


@pytest.mark.parametrize("by", BY)
def test_a_late_offer(by: str, tmp_path: Path) -> None:
    observer = Answerer()
    steps = (send("INVITE"), TRYING, RINGING, receive(200), send("ACK", body=OFFER), *HANG_UP)
    call(observer, tmp_path, *steps, options=("-t", BY[by]))
    assert observer.kinds() == [IncomingCall, CallConfirmed, CallEnded]
    confirmed = observer.told[1]
    assert isinstance(confirmed, CallConfirmed)
    assert confirmed.sdp is not None
    assert b"m=audio" in confirmed.sdp


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (OFFER.replace("8 101", "18").replace("a=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000", ""), 488),
        ("this is no session description", 400),
    ],
)
def test_an_offer_that_cannot_be_answered(body: str, code: int, tmp_path: Path) -> None:
    observer = Answerer()
    call(observer, tmp_path, send("INVITE", body=body), TRYING, RINGING, receive(code), send("ACK"))
    assert observer.kinds() == [IncomingCall, CallEnded]


def test_without_an_ack_the_200_is_repeated_and_the_call_ended(tmp_path: Path) -> None:
    observer = Answerer()
    steps = (send("INVITE", body=OFFER), TRYING, RINGING, receive(200), await_request("BYE"), ok_in_dialog())
    output = call(observer, tmp_path, *steps, settings=SipSettings(timers=Timers(t1_us=20_000, t2_us=160_000)))
    received, repeated = re.findall(r"200 <-+ +(\d+) +(\d+)", output)[-1]
    assert (int(received), int(repeated) >= 5) == (1, True)
    assert observer.told[-1] == CallEnded(observer.told[0].call, "timeout", "no ACK")


def test_a_cancelled_call_by_tcp(tmp_path: Path) -> None:
    observer = Answerer(rings_only=True)
    cancel = send("CANCEL", to="").replace("branch=[branch]", "branch=[branch-3]")
    steps = (send("INVITE", body=OFFER), receive(100), receive(180), cancel, receive(200), receive(487))
    acknowledged = send("ACK").replace("branch=[branch]", "branch=[branch-5]")
    call(observer, tmp_path, *steps, acknowledged, options=("-t", "t1"))
    assert observer.kinds() == [IncomingCall, CallCancelled]


@pytest.mark.parametrize("by", BY)
def test_options_by_sipp(by: str, tmp_path: Path) -> None:
    call(Answerer(), tmp_path, send("OPTIONS", to=""), receive(200), options=("-t", BY[by]))


@pytest.mark.parametrize("by", BY)
def test_sipp_proves_who_it_is(by: str, tmp_path: Path) -> None:
    observer = Answerer()
    guarded = Guarded("voice", (Account("ann", "secret"),), algorithms=("MD5",))  # all that sipp knows
    proof = "[authentication username=ann password=secret]"
    steps = (
        send("INVITE", body=OFFER),
        receive(401, challenge=True),
        send("ACK"),
        send("INVITE", 2, proof, body=OFFER, to=""),
        TRYING,
        RINGING,
        receive(200),
        send("ACK", 2),
    )
    call(observer, tmp_path, *steps, *HANG_UP, options=("-t", BY[by]), settings=SipSettings(guarded=guarded))
    assert observer.kinds() == [IncomingCall, CallConfirmed, CallEnded]


def test_sipp_with_a_wrong_password_does_not_get_in(tmp_path: Path) -> None:
    observer = Answerer()
    guarded = Guarded("voice", (Account("ann", "secret"),), algorithms=("MD5",))
    again = send("INVITE", 2, "[authentication username=ann password=wrong]", body=OFFER, to="")
    steps = (send("INVITE", body=OFFER), receive(401, challenge=True), send("ACK"), again, receive(401), send("ACK", 2))
    call(observer, tmp_path, *steps, settings=SipSettings(guarded=guarded))
    assert observer.told == []


def place(
    observer: Answerer, folder: Path, *steps: str, by: str = "udp", credentials: Credentials | None = None
) -> None:
    """We call sipp, which does `steps`."""

    async def scene(endpoint: SipEndpoint) -> None:
        port = free_port()
        async with asyncio.TaskGroup() as group:
            group.create_task(run_callee(port, scenario(*steps), folder, "-t", BY[by]))
            if by == "tcp":
                await listening(port)
            endpoint.place(
                f"sip:callee@{HOST}",
                serialise(make_offer(HOST, 40_000)),
                from_uri=f"sip:agent@{HOST}",
                next_hop=Peer(HOST, port, Transport(by.upper())),
                credentials=credentials,
            )
            await observer.ended.wait()

    serve(observer, scene)


async def listening(port: int) -> None:
    """Until somebody accepts connections there."""
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


TAKEN = (answer("180 Ringing"), answer("200 OK", body=OFFER), await_request("ACK"))
CHALLENGE = 'WWW-Authenticate: Digest realm="trunk", nonce="abc123", qop="auth", algorithm=MD5'


@pytest.mark.parametrize("by", BY)
def test_we_call_sipp(by: str, tmp_path: Path) -> None:
    observer = Answerer()
    place(observer, tmp_path, await_request("INVITE"), *TAKEN, await_request("BYE"), ok_in_dialog(), by=by)
    assert observer.kinds()[-2:] == [CallAnswered, CallEnded]


def test_we_meet_the_challenges_of_sipp(tmp_path: Path) -> None:
    observer = Answerer()
    verify = '<verifyauth assign_to="good" username="ann" password="secret"/>'
    refuse_the_wrong = ('<nop next="2" test="good"/>', answer("403 Forbidden"), '<label id="2"/>')
    steps = (
        await_request("INVITE"),
        answer("401 Unauthorized", CHALLENGE),
        await_request("ACK"),
        await_request("INVITE", verify),
        *refuse_the_wrong,
        *TAKEN,
        await_request("BYE"),
        ok_in_dialog(),
    )
    place(observer, tmp_path, *steps, credentials=Credentials("ann", "secret"))
    assert observer.kinds()[-2:] == [CallAnswered, CallEnded]


def test_sipp_is_asked_to_call_somebody_else(tmp_path: Path) -> None:
    observer = Answerer(refers_to=f"sip:desk@{HOST}:5099")

    def notify(number: int, status: str, state: str) -> tuple[str, str]:
        headers = ("Event: refer", f"Subscription-State: {state}")
        return send("NOTIFY", number, *headers, body=status, kind="message/sipfrag"), receive(200)

    steps = (
        send("INVITE", body=OFFER),
        *ANSWERED,
        await_request("REFER"),
        answer("202 Accepted").replace(";tag=[pid]SIPpTag[call_number]", ""),
        *notify(2, "SIP/2.0 180 Ringing", "active;expires=60"),
        *notify(3, "SIP/2.0 200 OK", "terminated;reason=noresource"),
        await_request("BYE"),
        ok_in_dialog(),
    )
    call(observer, tmp_path, *steps)
    assert observer.kinds() == [IncomingCall, CallConfirmed, ReferProgress, ReferSettled, CallEnded]
