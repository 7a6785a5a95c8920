"""How the texts of options become values: each raises argparse's error with the value seen and what is allowed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime


def port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port, 0 to 65535")
    return int(text)


def seconds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 180:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds, 1 to 180")
    return int(text)


def moment(text: str) -> datetime:
    """ISO 8601, with offset or in UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time, such as 2026-03-02T09:00:00+00:00") from None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def named_value(text: str) -> tuple[str, str]:
    """`account=55012479`"""
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE, such as account=55012479")
    return name, value


def from_one_to(most: int) -> Callable[[str], int]:
    """A whole number, 1 to `most`."""

    def number(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {most}")
        return int(text)

    return number
