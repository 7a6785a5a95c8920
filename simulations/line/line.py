"""A line between a synthetic caller and the agent, 20 ms at a time. Pure: seed and samples decide everything.

    line = Line(CONDITIONS["street_10db"], seed=7)
    at_agent, at_caller = line.pass_on(from_caller, from_agent)     # every 20 ms

With `LineSettings()` it hands on the very arrays it is given. Lines that are made of packets
(`LineSettings.in_packets`) add a jitter buffer's delay in each direction, as real ones do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

from simulations.line.codecs import coding, payload
from simulations.line.delay import DelayLine
from simulations.line.handset import Handset
from simulations.line.packet_faults import PacketFaults
from simulations.line.packets import PacketLine
from simulations.line.settings import LineSettings, Way
from simulations.line.speech_level import NOMINAL_DBFS
from telephony.rtp.stream import StreamStats
from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, FRAME_US, Pcm, silence
from voice_agent.channels.media_watch import MediaWatch
from voice_agent.conversation.events import MediaCameBack, MediaLost

_NO_KEYS: Final[tuple[str, ...]] = ()


class Line:
    """One call's."""

    def __init__(
        self,
        settings: LineSettings,
        seed: int,
        *,
        speech_dbfs: float = NOMINAL_DBFS,
        recording: Pcm | None = None,
    ) -> None:
        """`speech_dbfs` is the caller's active speech level (`speech_level.active_level_dbfs`), which noise is set by.

        `recording` is what `noise_files.load_noise` found; raises ValueError where it is needed and isn't there.
        """
        self._handset = Handset(settings, seed, speech_dbfs, recording)
        self._to_agent = _Direction(settings, "to_agent", seed)
        self._to_caller = _Direction(settings, "to_caller", seed)
        self._watch = MediaWatch() if settings.in_packets or settings.one_way is not None else None

    def pass_on(self, to_agent: Pcm, to_caller: Pcm) -> tuple[Pcm, Pcm]:
        """What agent and caller hear in the tick in which `to_agent` and `to_caller` (`int16[160]`) are sent."""
        at_caller = self.carry_to_caller(to_caller)
        return self.carry_to_agent(to_agent)[0], at_caller

    def carry_to_agent(self, pcm: Pcm, keys: Sequence[str] = ()) -> tuple[Pcm, Sequence[str]]:
        """The caller's direction alone, keys included. Once a tick, in turns with `carry_to_caller`."""
        return self._to_agent.carry(self._handset.pick_up(pcm), keys)

    def carry_to_caller(self, pcm: Pcm) -> Pcm:
        """The agent's direction alone: what the caller's telephone plays from now on."""
        heard, _ = self._to_caller.carry(pcm, _NO_KEYS)
        self._handset.play(heard)
        return heard

    def news(self) -> MediaLost | MediaCameBack | None:
        """What a telephone would tell the agent in this tick: no sound arrives from the caller, or it does again."""
        if self._watch is None:
            return None
        heard, unheard_us, now_us = self._to_agent.silence
        return self._watch.observe(heard, unheard_us, expected=True, now_us=now_us)

    @property
    def stats(self) -> tuple[StreamStats, StreamStats] | None:
        """What the agent's and the caller's end counted; None where the line has no packets."""
        ends = self._to_agent.stats, self._to_caller.stats
        return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])


class _Direction:
    """Codec, delay and packets of one direction."""

    def __init__(self, settings: LineSettings, way: Way, seed: int) -> None:
        self._faults = PacketFaults(settings, way, seed)
        self._coding = coding(settings.codec)
        self._delay = DelayLine(settings.delay_ms) if settings.delay_ms else None
        self._packets = PacketLine(payload(settings.codec), self._faults) if settings.in_packets else None
        self._keys_due: deque[tuple[int, Sequence[str]]] = deque()
        self._delay_ticks = -(-settings.delay_ms // FRAME_MS)
        self._ticks = 0
        self._dead_ticks = 0

    @property
    def silence(self) -> tuple[bool, int, int]:
        """Whether anything ever came, for how long nothing has, and what time it is in the call, in microseconds."""
        now_us = self._ticks * FRAME_US
        if self._packets is not None:
            return self._packets.heard, self._packets.unheard_us, now_us
        return self._dead_ticks < self._ticks, self._dead_ticks * FRAME_US, now_us

    @property
    def stats(self) -> StreamStats | None:
        return None if self._packets is None else self._packets.stats

    def carry(self, pcm: Pcm, keys: Sequence[str]) -> tuple[Pcm, Sequence[str]]:
        if self._coding is not None:
            pcm = self._coding.through(pcm)
        if self._delay is not None:
            pcm = self._delay.process(pcm)
            keys = self._delayed(keys)
        now_us = self._ticks * FRAME_US
        self._ticks += 1
        if self._packets is not None:
            return self._packets.carry(pcm, keys)
        if self._faults.dead(now_us):
            self._dead_ticks += 1
            return silence(FRAME_SAMPLES), _NO_KEYS
        self._dead_ticks = 0
        return pcm, keys

    def _delayed(self, keys: Sequence[str]) -> Sequence[str]:
        if keys:
            self._keys_due.append((self._ticks + self._delay_ticks, keys))
        if self._keys_due and self._keys_due[0][0] <= self._ticks:
            return self._keys_due.popleft()[1]
        return _NO_KEYS
