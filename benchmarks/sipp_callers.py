"""Many calls at once by sipp: an implementation of SIP and RTP that isn't ours. Each plays the same recording."""

from __future__ import annotations

import asyncio
import csv
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.metered_call import HOST
from telephony.codecs.g711 import PCMU
from voice_agent.audio import Pcm
from voice_agent.errors import CallFailed, UsageError

SCENARIO: Final = Path(__file__).parent / "call_load.xml"
CALLS_A_SECOND: Final = 10
MARGIN_S: Final = 20
"""For ringing and hanging up, on top of the ramp and the calls themselves."""


class SippCount(msgspec.Struct, frozen=True):
    """Calls, as sipp counted them."""

    created: int
    successful: int
    failed: int


def need_sipp() -> None:
    """Raises UsageError where it isn't installed."""
    if shutil.which("sipp") is None:
        raise UsageError("sipp is not installed", hint="apt-get install -y --no-install-recommends sip-tester")


def ramp_s(calls: int) -> float:
    """How long it takes until all are placed."""
    return calls / CALLS_A_SECOND


async def place_calls(
    work: Path,
    target: str,
    recording: Pcm,
    *,
    calls: int,
    seconds: int,
    at_once: int = 0,
    a_second: float = CALLS_A_SECOND,
) -> SippCount:
    """`calls` to `target` (host:port), each of `seconds`; they play `recording` once. `work` takes sipp's files.

    `at_once` is how many are up at a time, 0 for all; they come `a_second`.

    Raises CallFailed where sipp doesn't do its part.
    """
    counts = work / "sipp.csv"
    (work / "caller.ulaw").write_bytes(PCMU.encode(recording))
    limit_s = calls / a_second + seconds + MARGIN_S
    command = ["sipp", target, "-sf", str(SCENARIO), "-i", HOST, "-mi", HOST, "-p", str(_free_port()), "-nostdin"]
    rate = ["-r", str(round(1_000 * a_second)), "-rp", "1000000"]  # so many in a thousand seconds
    load = ["-m", str(calls), "-l", str(at_once or calls), *rate, "-d", str(seconds * 1_000)]
    report = ["-trace_stat", "-stf", str(counts), "-fd", "1", "-timeout", f"{limit_s:.0f}s"]
    process = await asyncio.create_subprocess_exec(
        *command, *load, *report, cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(limit_s + MARGIN_S):
            _, errors = await process.communicate()
    except TimeoutError:
        raise CallFailed("sipp did not end in time") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    # 0 all calls succeeded, 1 at least one failed; others mean that sipp itself could not work.
    if process.returncode not in (0, 1):
        said = errors.decode(errors="replace").strip().splitlines()
        raise CallFailed(f"sipp ended with {process.returncode}: {said[-1] if said else 'it said nothing'}")
    return counted(counts.read_text(encoding="utf-8"))


def counted(text: str) -> SippCount:
    """The last line of sipp's statistics (`-trace_stat`); raises CallFailed where there is none."""
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    if not rows:
        raise CallFailed("sipp wrote no statistics")
    last = rows[-1]
    return SippCount(int(last["TotalCallCreated"]), int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]))


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
