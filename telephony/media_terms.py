"""From an agreed description to the terms of a stream: the one place where SDP and RTP meet. Pure."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from telephony.codecs.g711 import PCMA, PCMU
from telephony.rtp.sender import Origin
from telephony.rtp.stream import StreamTerms
from telephony.sdp.offer_answer import Codec, NegotiatedMedia

_LAWS: Final = {Codec.PCMU: PCMU, Codec.PCMA: PCMA}


def stream_terms(agreed: NegotiatedMedia, origin: Origin) -> StreamTerms:
    """`origin` only counts where a stream begins with these terms; `renegotiate` leaves numbering as it is."""
    return StreamTerms(
        remote=(agreed.remote_host, agreed.remote_port),
        origin=origin,
        send_payload_type=agreed.payload_type,
        send_codec=_LAWS[agreed.codec],
        send_event_payload_type=agreed.telephone_event,
        receive_codecs=MappingProxyType({number: _LAWS[codec] for number, codec in agreed.receives}),
        receive_event_payload_type=agreed.receive_telephone_event,
        rtcp=(agreed.rtcp_host, agreed.rtcp_port),
        rtcp_mux=agreed.rtcp_mux,
    )
