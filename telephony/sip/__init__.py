"""A SIP user agent (RFC 3261) over UDP and TCP: pure machines, and thin asyncio shells.

How a datagram travels:

    sockets         a shell: the UDP socket, and TCP `connections` cut into messages by `stream`
    endpoint        the shell above it: timer, observer, commands as methods
      user_agent      one machine for everything: handle(event), wake, next_wake
        framing         bytes -> canonical lines and body, limits, what is beyond repair
        message         lines -> request or response with typed essentials
        transactions    which transaction it belongs to; RFC 3261 section 17, one file and one table each:
                        transaction_server_invite, transaction_server_non_invite,
                        transaction_client_invite, transaction_client_non_invite
        uas             callee: OPTIONS, INVITE, CANCEL, ringing, accepting, rejecting
        uac             caller: INVITE, CANCEL, forked answers
        answering       our 2xx until its ACK comes
        reinvite        session changes: re-INVITE both ways, UPDATE of the peer
        info            digits that come by INFO
        authenticating  challenges we meet; digest has the arithmetic
        guard           challenges we make
        refer           blind transfer: REFER of ours, and its NOTIFYs
        ending          BYE, both ways
        dialog          tags, sequence numbers, route set, remote target

Events and commands are in `events`, actions in `actions`, what can be set in `settings`, a call's states in `call`.
sipmessage parses URIs and Vias and serialises; what has to come back to a peer byte for byte is copied as text, because
sipmessage percent-encodes parameters (`received=2001%3Adb8...`).

The shells divide by what they know. `sockets` knows addresses and bytes: what comes in is a message and its source,
what goes out a message and its destination, whose transport it follows. `endpoint` knows the clock, chance and the
observer. Only `user_agent` knows SIP. So another way in (a process that owns the port and hands datagrams on) replaces
`sockets` and nothing else: `message_received` on one side, `send`, `address` and `close` on the other.

Choices that the RFCs leave open:

- Failures and the 2xx follow RFC 6026 (Accepted state), so that a repeated INVITE is absorbed after the 2xx too.
- Responses go to the source address; to the source port where `rport` asks for it (RFC 3581), else to that of Via. By
  TCP they go by the connection that brought the request, or by a new one to the port of Via.
- Requests in a dialog go to the route set or the remote target where that is an IP literal, else back to where the
  peer last sent from. A TCP connection to that host is used again. Nothing here resolves names while a call runs.
- The order of refusals outside a dialog is that of RFC 3261 section 8.2: 401, 405/501, 404, 482, 420, 415, 503.
- 503 with Retry-After while draining or full, for OPTIONS too, so that a dispatcher looks elsewhere.
- Max-Forwards is not looked at: what reached a user agent has arrived, zero or not (RFC 4475 section 3.3.11).
- Callers prove who they are by INVITE only; what is in a dialog is protected by its tags.
- A REFER of the peer is refused by 405, in dialogs too: nobody who calls makes us dial.
- An application's command that comes too late (accepting what was cancelled a moment ago) is ignored.

A late offer works: `IncomingCall.sdp` is None, `AcceptCall.sdp` is our offer, `CallConfirmed.sdp` their answer.
"""
