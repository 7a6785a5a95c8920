"""Ports on the command line are as strict as those in the settings."""

from __future__ import annotations

import pytest

from voice_agent.cli.arguments import parser
from voice_agent.errors import UsageError


@pytest.mark.parametrize("option", ["--sip-port", "--http-port"])
@pytest.mark.parametrize("value", ["65536", "-1", "x", ""])
def test_what_is_no_port_is_wrong_use(option: str, value: str) -> None:
    with pytest.raises(UsageError, match=option):
        parser().parse_args(["serve", "folder", f"{option}={value}"])


def test_any_port_may_be_given() -> None:
    options = parser().parse_args(["serve", "folder", "--sip-port", "0", "--http-port", "65535"])
    assert (options.sip_port, options.http_port) == (0, 65_535)
