"""What sounds behind the agent's words: a room, all the time, and music while the caller waits for something.

It is mixed into what is sent, so that whoever listens for echoes knows it. It is no speech of the agent: voice that
comes in meanwhile interrupts nothing. Music never sounds over words: it ends within the 20 ms in which somebody begins
to speak, and comes back once both have been silent for a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, Pcm

QUIET_MS: Final = 600
"""So long nobody has spoken when music begins."""
_FADE_IN_FRAMES: Final = 25
_LIMIT: Final = 32_767


@dataclass(frozen=True)
class Sounds:
    """Loops of `int16[samples]`, 8 kHz, at the level they are sent at; None: silence. Shared by all calls."""

    room: Pcm | None = None
    music: Pcm | None = None


class Backdrop:
    """One call's. `start` says where in the room's loop it begins, so that calls don't all sound alike."""

    def __init__(self, sounds: Sounds, start: int = 0) -> None:
        self._sounds = sounds
        self._room_at = 0 if sounds.room is None else start % sounds.room.size
        self._music_at = 0
        self._on_hold = False
        self._quiet_frames = 0
        self._gain = 0.0

    @property
    def plays_music(self) -> bool:
        return self._gain > 0

    def hold(self, *, on: bool) -> None:
        """Whether the caller waits. Music that was interrupted by the end of one wait begins anew with the next."""
        self._on_hold = on
        self._music_at = 0

    def mixed(self, agent: Pcm, *, somebody_speaks: bool) -> Pcm:
        """The agent's next 20 ms, `int16[160]`, with what sounds behind them."""
        self._quiet_frames = 0 if somebody_speaks else self._quiet_frames + 1
        music = self._music()
        if music is None and self._sounds.room is None:
            return agent
        mix = agent.astype(np.float32)
        if music is not None:
            mix += music
        if self._sounds.room is not None:
            mix += _looped(self._sounds.room, self._room_at)
            self._room_at = (self._room_at + FRAME_SAMPLES) % self._sounds.room.size
        return np.clip(np.rint(mix), -_LIMIT, _LIMIT).astype(np.int16)

    def _music(self) -> npt.NDArray[np.float32] | None:
        """The next 20 ms of it: faded in over half a second, and out within these 20 ms."""
        loop = self._sounds.music
        wanted = loop is not None and self._on_hold and self._quiet_frames * FRAME_MS >= QUIET_MS
        if loop is None or (not wanted and self._gain == 0):
            return None
        before = self._gain
        self._gain = min(1.0, before + 1 / _FADE_IN_FRAMES) if wanted else 0.0
        frame = _looped(loop, self._music_at) * np.linspace(before, self._gain, FRAME_SAMPLES, dtype=np.float32)
        self._music_at = (self._music_at + FRAME_SAMPLES) % loop.size
        return frame


def _looped(loop: Pcm, at: int) -> npt.NDArray[np.float32]:
    piece = loop[at : at + FRAME_SAMPLES]
    if piece.size < FRAME_SAMPLES:
        piece = np.concatenate((piece, np.resize(loop, FRAME_SAMPLES - piece.size)))
    return piece.astype(np.float32)
