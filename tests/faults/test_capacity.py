"""What a server runs out of: media ports and file descriptors. New calls are refused; those that are up go on."""

from __future__ import annotations

import resource
from pathlib import Path

from tests.faults.held_call import HeldCall
from tests.faults.served import limit, reading
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess
from tests.testkit.sip_text import answer_to_invite
from tests.testkit.waiting import until

TWO_CALLS = {"VOICE_AGENT_RTP_LOW": "16500", "VOICE_AGENT_RTP_HIGH": "16503"}


def refused(uri: str) -> None:
    response = answer_to_invite(uri)
    assert response.startswith("SIP/2.0 503 "), response
    assert "\r\nRetry-After: " in response


def lowest_free_descriptor(pid: int) -> int:
    """With this as the limit none can be had: those above are beyond it, all below are taken."""
    taken = {int(path.name) for path in Path(f"/proc/{pid}/fd").iterdir()}
    return min(set(range(len(taken) + 1)) - taken)


def test_a_call_for_which_no_media_port_is_left_is_refused_and_the_next_is_taken(tmp_path: Path) -> None:
    with ServerProcess.start(PARCEL_DESK, tmp_path / "data", SCRIPTED | TWO_CALLS) as server:
        uri = server.ready.sip
        with HeldCall(uri) as first:
            with HeldCall(uri) as second:
                refused(uri)
                first.hold(25)
                second.hold(25)
            until(lambda: reading(server, "media_ports_free") > 0, 5, "a free port")
            with HeldCall(uri) as third:
                third.hold(25)
                first.hold(25)
        assert [call.breaks for call in (first, second, third)] == [[], [], []]
        assert server.terminated(20) == 0
        assert [line for line in server.log if line["level"] == "error"] == []


def test_a_call_for_which_no_descriptor_is_left_is_refused_and_the_next_is_taken(parcel_desk: ServerProcess) -> None:
    uri = parcel_desk.ready.sip
    free = reading(parcel_desk, "media_ports_free")
    with HeldCall(uri) as held:
        held.hold(25)
        limit(parcel_desk, resource.RLIMIT_NOFILE, lowest_free_descriptor(parcel_desk.process.pid))
        for _ in range(5):
            refused(uri)
        held.hold(50)
        limit(parcel_desk, resource.RLIMIT_NOFILE, -1)
        with HeldCall(uri) as other:
            other.hold(25)
            held.hold(25)
    assert (held.breaks, other.breaks) == ([], [])
    until(lambda: reading(parcel_desk, "calls_live") == 0, 5, "the end of the calls")
    assert reading(parcel_desk, "media_ports_free") == free
    assert parcel_desk.terminated(20) == 0
