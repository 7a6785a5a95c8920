"""What comes from elsewhere while a call is up: another's voice, and garbage on every port. The call goes on."""

from __future__ import annotations

import random
import socket

from tests.faults.held_call import HeldCall, rtp_packet
from tests.faults.served import reading
from tests.testkit.processes import ServerProcess
from tests.testkit.sip_text import HOST
from tests.testkit.stored import entries, newest
from tests.testkit.waiting import until
from voice_agent.conversation import events as ev

LOUD = bytes([0x00, 0x80] * 80)
"""The loudest mu-law there is."""
FOREIGN = 200
GARBAGE = 3_000


def test_another_voice_on_the_media_port_is_not_heard(parcel_desk: ServerProcess) -> None:
    with HeldCall(parcel_desk.ready.sip) as held, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        held.hold(50)
        stranger.bind((HOST, 0))
        for number in range(FOREIGN):
            stranger.sendto(rtp_packet(number, LOUD, ssrc=9), (HOST, held.remote_port))
        held.hold(50)
        stranger.setblocking(False)
        try:
            taken = stranger.recv(2_048)
        except BlockingIOError:
            taken = b""
    assert taken == b""  # the agent's voice went on to the caller
    assert held.breaks == []
    media = parcel_desk.logged("media ended", 10)["media"]
    assert media["refused_source"] == FOREIGN
    parcel_desk.logged("call ended", 10)
    until(lambda: entries(newest(parcel_desk.data_dir), ev.CallEnded), 5, "the last record")
    assert entries(newest(parcel_desk.data_dir), ev.SpeechStarted) == []


def test_floods_of_garbage_do_not_disturb_a_call(parcel_desk: ServerProcess) -> None:
    draw = random.Random(7)
    uri = parcel_desk.ready.sip
    sip = (HOST, int(uri.rpartition(":")[2]))
    with HeldCall(uri) as held, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        held.hold(25)
        targets = (sip, (HOST, held.remote_port), (HOST, held.remote_port + 1))
        for number in range(GARBAGE):
            stranger.sendto(draw.randbytes(draw.randrange(1, 1_200)), targets[number % len(targets)])
            if number % 100 == 0:
                held.hold(1)
        held.hold(100)
    assert held.breaks == []
    parcel_desk.logged("call ended", 10)
    assert (reading(parcel_desk, "calls_live"), parcel_desk.health()[0]) == (0, 200)
    assert parcel_desk.terminated(20) == 0
    assert [line for line in parcel_desk.log if "traceback" in line] == []
