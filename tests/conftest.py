"""What holds for all tests: other implementations are asked for by mark, and nothing leaves this machine."""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import sys
from collections.abc import Generator

import pytest

DEBIAN_PACKAGES = {
    "chromium": "chromium",
    "sipp": "sip-tester",
    "baresip": "baresip baresip-core",
    "sipsak": "sipsak",
    "sox": "sox",
    "faketime": "faketime",
    "pg_ctlcluster": "postgresql",
}

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # What a shell runs in the background ignores Ctrl-C, and so would all that tests start to interrupt it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def peers_required() -> bool:
    """Whether a test that lacks another implementation fails rather than being skipped."""
    return os.environ.get("REQUIRE_PEERS") == "1"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`@pytest.mark.peer("sipp", "sox")` needs these programs."""
    programs = [program for mark in item.iter_markers("peer") for program in mark.args]
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        packages = " ".join(DEBIAN_PACKAGES.get(program, program) for program in missing)
        pytest.skip(f"{', '.join(missing)} missing: apt-get install -y --no-install-recommends {packages}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and peers_required() and item.get_closest_marker("peer") is not None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_PEERS=1: {reason}"
    return report


def _is_loopback(host: object) -> bool:
    if host is None or host in ("", "localhost", b"localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: asyncio's and the standard library's sockets reach loopback only (uvloop's raise no audit events)."""
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_loopback(host):
        raise RuntimeError(f"a test tried to reach {host}; tests use loopback only")


sys.addaudithook(_refuse_the_network)
