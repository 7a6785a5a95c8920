"""RTP for telephone calls: what happens to media between a UDP socket and a frame of 20 ms.

Pure modules:

    packet          octets to packets and back (RFC 3550)
    sequence        new, repeated, reordered, restarted; loss and jitter figures
    source_latch    which address is listened to and sent to
    jitter_buffer   samples ordered by timestamp, one frame a tick; with lead, playout_phase and concealment
    dtmf            keypad digits (RFC 4733)
    rtcp            what both sides tell of the media; with rtcp_packet, rtcp_schedule and rtcp_source
    receiver, sender, stream    the two halves of a call's media, and both together
    wheel_schedule, lateness    which cohort of calls is due, and how late it was

Shells:

    wheel           the worker's one 20 ms timer
    port            UDP sockets
"""
