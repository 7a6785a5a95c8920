"""sipp as a peer: scenarios put together from steps, and the program run to its end.

steps = (send("INVITE", sdp=OFFER), receive(100, optional=True), receive(200), send("ACK"), ...)
await run_caller(port, scenario(*steps), tmp_path)
"""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
OFFER: Final = """v=0
o=caller 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000"""
HELD: Final = OFFER.replace("1 1 IN", "1 2 IN") + "\na=sendonly"
RESUMED: Final = OFFER.replace("1 1 IN", "1 3 IN")


def send(method: str, number: int = 1, *headers: str, to: str | None = None, body: str = "", kind: str = "") -> str:
    """A request of sipp. `to` is the end of To: nothing in the first INVITE, else the tag that the peer gave."""
    tag = to if to is not None else ("" if method == "INVITE" and number == 1 else "[peer_tag_param]")
    kind = kind if kind else "application/sdp"
    lines = (
        f"{method} sip:agent@[remote_ip]:[remote_port] SIP/2.0",
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport",
        'From: "Caller" <sip:caller@[local_ip]:[local_port]>;tag=[pid]c[call_number]',
        f"To: <sip:agent@[remote_ip]:[remote_port]>{tag}",
        "Call-ID: [call_id]",
        f"CSeq: {number} {method}",
        "Contact: <sip:caller@[local_ip]:[local_port];transport=[transport]>",
        "Max-Forwards: 70",
        *headers,
        *((f"Content-Type: {kind}",) if body else ()),
        "Content-Length: [len]",
    )
    again = "" if method == "ACK" else ' retrans="500"'
    return f"<send{again}>\n{_text(lines, body)}</send>"


def answer(code: str, *headers: str, body: str = "") -> str:
    """sipp's response to the request it received last."""
    lines = (
        f"SIP/2.0 {code}",
        "[last_Via:]",
        "[last_From:]",
        "[last_To:];tag=[pid]SIPpTag[call_number]",
        "[last_Call-ID:]",
        "[last_CSeq:]",
        "Contact: <sip:callee@[local_ip]:[local_port];transport=[transport]>",
        *headers,
        *(("Content-Type: application/sdp",) if body else ()),
        "Content-Length: [len]",
    )
    return f"<send>\n{_text(lines, body)}</send>"


def ok_in_dialog() -> str:
    """200 to a request that has a To tag already."""
    return answer("200 OK").replace(";tag=[pid]SIPpTag[call_number]", "")


def receive(code: int, *, optional: bool = False, challenge: bool = False) -> str:
    """A response; a `challenge` is kept for `[authentication]`."""
    extra = ' optional="true"' if optional else ""
    return f'<recv response="{code}"{extra}{" auth=" + chr(34) + "true" + chr(34) if challenge else ""}/>'


def await_request(method: str, action: str = "") -> str:
    inner = f"<action>{action}</action>" if action else ""
    return f'<recv request="{method}">{inner}</recv>'


def scenario(*steps: str) -> str:
    head = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
    return f'{head}<scenario name="steps">\n' + "\n".join(steps) + "\n</scenario>\n"


def _text(lines: tuple[str, ...], body: str) -> str:
    text = "\n".join(lines) + "\n\n" + (body + "\n" if body else "")
    return f"<![CDATA[\n\n{text}\n]]>"


async def run_caller(port: int, steps: str, folder: Path, *options: str) -> str:
    """sipp calls `port` once; its output when all went as the steps say."""
    return await _run(f"{HOST}:{port}", folder, steps, free_port(), *options)


async def run_callee(port: int, steps: str, folder: Path, *options: str) -> str:
    """sipp waits for one call at `port`."""
    return await _run("", folder, steps, port, *options)


async def _run(target: str, folder: Path, steps: str, here: int, *options: str) -> str:
    path = folder / "scenario.xml"
    path.write_text(steps)
    command = ["sipp", *([target] if target else []), "-sf", str(path), "-i", HOST, "-p", str(here), "-nostdin"]
    command += ["-m", "1", "-timeout", "15s", *options]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(20):
            output, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    text = output.decode(errors="replace")
    assert process.returncode == 0, text[-4_000:]
    return text


def free_port() -> int:
    """Free for UDP and TCP a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
