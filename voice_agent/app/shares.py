"""What each of several workers gets of what one machine has: calls, media ports, speech processes. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from voice_agent.app.cores import engine_cores, written
from voice_agent.config import Config, RtpConfig
from voice_agent.errors import ConfigurationError


def shares(config: Config, cores: Sequence[int] = ()) -> tuple[Config, ...]:
    """The settings of each worker; `cores` are those of the machine that all may use together.

    Raises ConfigurationError where there is not enough of something for all.

    Old recordings are looked after by the first alone.
    """
    count = config.workers.count
    if config.calls.limit < count:
        raise ConfigurationError(
            f"[workers] count {count} is more than [calls] limit {config.calls.limit}",
            hint="a worker takes one call at least",
        )
    calls, processes = _parts(config.calls.limit, count), _parts(config.speech.processes, count)
    ranges = port_ranges(config.rtp, count)
    for_engines = config.speech.cores
    if for_engines == "":
        wanted = max(config.speech.processes, count)
        for_engines = written(engine_cores("", cores, workers=count, processes=wanted))
    replace = msgspec.structs.replace
    return tuple(
        replace(
            config,
            workers=replace(config.workers, count=1),
            rtp=ranges[number],
            calls=replace(config.calls, limit=calls[number]),
            speech=replace(config.speech, processes=max(1, processes[number]), cores=for_engines),
            store=replace(config.store, retention_days=config.store.retention_days if number == 0 else 0),
        )
        for number in range(count)
    )


def port_ranges(rtp: RtpConfig, count: int) -> tuple[RtpConfig, ...]:
    """`count` ranges that don't touch, each beginning at an even port. Raises ConfigurationError."""
    first = rtp.low + rtp.low % 2
    pairs = (rtp.high - first + 1) // 2
    if pairs < count:
        raise ConfigurationError(
            f"[rtp] {rtp.low} to {rtp.high} has {pairs} pairs of ports for {count} workers",
            hint="a call takes two ports",
        )
    out = []
    for part in _parts(pairs, count):
        out.append(RtpConfig(first, first + 2 * part - 1))
        first += 2 * part
    out[-1] = msgspec.structs.replace(out[-1], high=rtp.high)
    return tuple(out)


def _parts(whole: int, count: int) -> list[int]:
    """As equal as can be, larger ones first."""
    return [whole // count + (number < whole % count) for number in range(count)]
