"""Whatever comes in whatever order: no exception, one ending a call, silence in the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.actions import CallAction, CallCancelled, CallEnded, CallRejected, IncomingCall
from telephony.sip.events import (
    AcceptCall,
    AnswerReinvite,
    CallCommand,
    CallId,
    CancelCall,
    ChangeSession,
    HangUpCall,
    PlaceCall,
    ProvisionCall,
    ReferCall,
    RejectCall,
    RejectReinvite,
)
from telephony.sip.message import ReceivedRequest
from tests.telephony.sip.wire import ANSWER, OFFER, SECOND, Bench, invite, reply, request

PLACED = CallId("placed")
REQUESTS = st.sampled_from(["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "UPDATE", "INFO", "NOTIFY"])
COMMANDS = st.sampled_from(["ring", "accept", "reject", "hang up", "cancel", "answer", "refuse", "change", "refer"])


def command(name: str, call: CallId) -> CallCommand:
    commands: dict[str, CallCommand] = {
        "ring": ProvisionCall(call),
        "accept": AcceptCall(call, ANSWER),
        "reject": RejectCall(call),
        "hang up": HangUpCall(call),
        "cancel": CancelCall(call),
        "answer": AnswerReinvite(call, ANSWER),
        "refuse": RejectReinvite(call),
        "change": ChangeSession(call, ANSWER),
        "refer": ReferCall(call, "sip:human@192.0.2.7"),
    }
    return commands[name]


class Walk:
    """One run: remembers our tags and our requests, so that what comes next can refer to them."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.told: list[CallAction] = []
        self.tags: list[str | None] = [None]
        self.ours: list[ReceivedRequest] = []
        self.bench.do(PlaceCall(PLACED, "sip:bob@192.0.2.9:5070", OFFER, "sip:agent@192.0.2.1"))
        self._note()
        self.bench.receive(invite())
        self._note()

    def calls(self) -> list[CallId]:
        return [PLACED, *(each.call for each in self.told if isinstance(each, IncomingCall))]

    def step(self, kind: str, choice: str, number: int) -> None:
        match kind:
            case "request":
                tag = self.tags[number % len(self.tags)]
                branch = f"z9hG4bK-{number}" if choice not in ("ACK", "CANCEL") else "z9hG4bK-a"
                body = OFFER if choice in ("INVITE", "UPDATE") and number % 2 else b""
                extra: tuple[str, ...] = ("Content-Type: application/sdp",) if body else ()
                if choice == "NOTIFY":
                    body = f"SIP/2.0 {(100, 180, 200, 603)[number % 4]} x".encode()
                    extra = ("Event: refer", "Subscription-State: active", "Content-Type: message/sipfrag")
                self.bench.receive(request(choice, to_tag=tag, cseq=1 + number, branch=branch, body=body, extra=extra))
            case "response":
                if not self.ours:
                    return
                code = (100, 180, 200, 202, 481, 486, 487, 491)[number % 8]
                ours = self.ours[-1 - number % min(2, len(self.ours))]
                self.bench.receive(reply(ours, code, to_tag=f"fork{number % 2}", body=ANSWER))
            case "command":
                calls = self.calls()
                self.bench.do(command(choice, calls[number % len(calls)]))
            case "time":
                self.bench.advance(number * SECOND)
        self._note()

    def _note(self) -> None:
        self.told += self.bench.told
        self.ours += [each for each in self.bench.requests() if each.method != "ACK"]
        self.tags += [each.to.tag for each in self.bench.responses() if each.to.tag is not None]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("request"), REQUESTS, st.integers(0, 9)),
        st.tuples(st.just("response"), st.just(""), st.integers(0, 7)),
        st.tuples(st.just("command"), COMMANDS, st.integers(0, 3)),
        st.tuples(st.just("time"), st.just(""), st.sampled_from([0, 1, 5, 33])),
    ),
    max_size=25,
)


@given(STEPS)
def test_every_call_ends_once_and_is_never_heard_of_again(steps: list[tuple[str, str, int]]) -> None:
    walk = Walk()
    for step in steps:
        walk.step(*step)
    for call in walk.calls():
        walk.bench.do(HangUpCall(call))
        walk.told += walk.bench.told
    walk.bench.advance(600 * SECOND)
    walk.told += walk.bench.told
    ended: set[CallId] = set()
    for action in walk.told:
        assert action.call not in ended, action
        if isinstance(action, CallEnded | CallRejected | CallCancelled):
            ended.add(action.call)
    assert ended == set(walk.calls())
    assert walk.bench.agent.call_count == 0
    assert walk.bench.agent.next_wake() is None


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 500), st.integers(0, 9), st.binary(max_size=8)), max_size=6)
)
def test_damaged_messages_raise_nothing(damages: list[tuple[int, int, int, bytes]]) -> None:
    bench = Bench()
    for number, position, length, replacement in damages:
        method = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS")[number % 5]
        data = invite() if method == "INVITE" else request(method, to_tag="t2")
        bench.receive(data[:position] + replacement + data[position + length :])
    bench.advance(100 * SECOND)
