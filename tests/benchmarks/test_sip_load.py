"""The storm of callers against an endpoint of ours, and what its figures say."""

from __future__ import annotations

import asyncio

from benchmarks.invite_storm import StormCall, storm
from benchmarks.sip_load import CAP, TIMES, Load, figures, goals, settings
from telephony.sip.actions import CallAction, IncomingCall
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.settings import SipSettings
from voice_agent.config import load_config

SDP = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"


class EveryOther:
    """Answers a call, refuses the next."""

    def __init__(self) -> None:
        self.endpoint: SipEndpoint | None = None
        self._calls = 0

    def on_call(self, action: CallAction) -> None:
        if isinstance(action, IncomingCall) and self.endpoint is not None:
            self._calls += 1
            if self._calls % 2:
                self.endpoint.accept(action.call, SDP)
            else:
                self.endpoint.reject(action.call, 503, "full")


def test_each_call_is_stamped_and_ended() -> None:
    async def main() -> tuple[StormCall, ...]:
        observer = EveryOther()
        observer.endpoint = await SipEndpoint.open("127.0.0.1", 0, observer, SipSettings())
        target = ("127.0.0.1", observer.endpoint.address.port)
        calls = await storm(target, calls=6, a_second=100, hold_s=0.1, first=7)
        assert observer.endpoint.call_count == 0
        await observer.endpoint.close()
        return calls

    calls = asyncio.run(main())
    assert [(call.code, call.bye_code) for call in calls] == [(200, 200), (503, 0)] * 3
    assert {call.phrase for call in calls if call.code == 503} == {"full"}
    assert all(0 < call.wait_ms < 5_000 for call in calls)


def answered(wait_ms: float) -> StormCall:
    return StormCall(0, code=200, phrase="OK", answer_us=round(wait_ms * 1_000), bye_code=200)


def refused(wait_ms: float) -> StormCall:
    return StormCall(0, code=503, phrase="full", answer_us=round(wait_ms * 1_000))


def test_goals_are_met_where_all_are_answered_in_time() -> None:
    crowd = (answered(3.0),) * CAP + (refused(2.0),) * (TIMES - 1) * CAP
    load = Load(2, (answered(5.0),) * 10, crowd)
    assert [goal.name for goal in goals([load]) if not goal.met] == []
    tree = figures(load)
    assert tree["room_for_all"]["invite_to_200_ms"] == {"count": 10, "p50": 5.0, "p95": 5.0, "max": 5.0, "p99": 5.0}
    assert tree["three_times_the_cap"]["answers"] == {"200 OK": CAP, "503 full": (TIMES - 1) * CAP}


def test_a_dropped_call_and_a_late_refusal_miss_their_goals() -> None:
    crowd = (answered(3.0),) * CAP + (refused(60.0),) * ((TIMES - 1) * CAP - 1) + (StormCall(0),)
    load = Load(1, (answered(25.0),) * 10, crowd)
    assert [goal.name for goal in goals([load]) if not goal.met] == [
        "one process: INVITE to 200, p95",
        "one process: calls refused there",
        "one process: INVITE to 503, longest",
        "one process: calls without an answer",
    ]


def test_the_servers_settings_are_those_of_the_product() -> None:
    config = load_config(settings(2), {})
    assert (config.workers.count, config.calls.limit) == (2, CAP)
