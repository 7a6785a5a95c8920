"""A test against another implementation is skipped with a remedy where that is missing, and fails where it must run."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
CALLS_A_PEER = """
import pytest

@pytest.mark.peer("no-such-program")
def test_call() -> None:
    raise AssertionError("ran without its peer")

def test_other() -> None:
    pytest.skip("another reason")
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\nmarkers = peer")
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makepyfile(CALLS_A_PEER)
    return pytester


def test_a_missing_peer_skips_with_the_command_that_installs_it(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUIRE_PEERS", raising=False)
    result = project.runpytest_subprocess("-rs")
    result.assert_outcomes(skipped=2)
    result.stdout.fnmatch_lines("*no-such-program missing: apt-get install -y --no-install-recommends no-such-program*")


def test_a_missing_peer_fails_where_peers_are_required(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRE_PEERS", "1")
    result = project.runpytest_subprocess()
    result.assert_outcomes(errors=1, skipped=1)
    result.stdout.fnmatch_lines("*REQUIRE_PEERS=1: *no-such-program missing*")
