"""The caller of `interrupted_call`, and the agent that is called: interruptions, backchannels, a cough and a number.

Pure: it says the lines of `SCRIPT`, whose sounds were made before, each when its moment has come by what it hears.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec
import numpy as np

from simulations.loudness import WINDOWS_A_FRAME, voiced_windows
from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, FRAME_US, Pcm, silence

NEWS: Final = (
    "Your parcel has left our warehouse in Bristol this morning. The driver has twelve other stops before yours, so it "
    "should be with you between two and four in the afternoon. You will get a message an hour before. If nobody is at "
    "home, it goes to a shop near you, where you can collect it for ten days."
)
NUMBER: Final = "55012479"
FOLDER: Final = {
    "agent.yaml": """
name: Line
language: en
greeting: Hello, this is the parcel line.
disclosure: I am an automated assistant.
recording: {notice: This call is recorded.}
transfer: {to: callbacks}
""",
    "journeys/hours.yaml": """
journey: hours
goal: The caller knows when we are open
when: {examples: [when are you open, what are your opening hours, how late are you open]}
steps:
  - say: >-
      We are here from eight in the morning until six in the evening, from Monday to Friday, and on Saturdays until
      noon. Shops that keep parcels for us are open longer, most of them until ten at night.
""",
    "journeys/parcel.yaml": f"""
journey: parcel
goal: The caller knows where it is
when: {{examples: [where is my parcel, I have a question about my parcel, tell me about my parcel]}}
steps:
  - say: >-
      {NEWS}
""",
    "journeys/account.yaml": """
journey: account
goal: The number is noted
when: {examples: [check my account, I want to check my account, look at my account]}
slots:
  account: {type: digits, length: 8, ask: What is your account number?, confirm: readback}
steps:
  - collect: account
  - say: It is noted.
""",
}
_DONE_MS: Final = 2_500
_LONGEST_MS: Final = 100_000


class Cue(msgspec.Struct, frozen=True):
    """What the caller does: `after_ms` from when the agent began to speak, or, with `quiet`, of silence after that.

    `restarts`: the agent answers with something new, and its speaking is counted from there.
    """

    name: str
    after_ms: int
    words: str = ""
    quiet: bool = False
    restarts: bool = False


SCRIPT: Final = (
    Cue("question", 700, "What are your opening hours?", quiet=True, restarts=True),
    Cue("interruption 1", 1_200, "Sorry, I have a question about my parcel.", restarts=True),
    Cue("backchannel 1", 2_000, "Okay."),
    Cue("cough", 4_600),
    Cue("backchannel 2", 7_000, "Right."),
    Cue("interruption 2", 10_500, "Wait, I want to check my account.", restarts=True),
    Cue("digits 1", 500, "Five five zero one.", quiet=True),
    Cue("digits 2", 1_300, "Two four seven nine.", quiet=True, restarts=True),
    Cue("interruption 3", 900, "No, stop."),
)


class Uttered(msgspec.Struct, frozen=True):
    """A cue as it was said: the tick in which it began, and in samples from there where it is loud first and last."""

    tick: int
    first: int
    last: int

    @property
    def onset_us(self) -> int:
        """On the caller's own clock, which begins with its first tick."""
        return self.tick * FRAME_US + self.first * FRAME_US // FRAME_SAMPLES


class Caller:
    """`tick` takes 20 ms of the agent and gives 20 ms of the caller. `uttered` has what it said, by name of the cue."""

    def __init__(self, sounds: Mapping[str, Pcm], script: Sequence[Cue] = SCRIPT) -> None:
        self.uttered: dict[str, Uttered] = {}
        self.reason = ""
        self._sounds = sounds
        self._left = list(script)
        self._saying: list[Pcm] = []
        self._ticks = self._spoken_ms = self._quiet_ms = 0
        self._restarts = self._ended = False

    @property
    def hung_up(self) -> bool:
        said_all = not self._left and self._quiet_ms > _DONE_MS
        return self._ended or said_all or self._ticks * FRAME_MS >= _LONGEST_MS

    async def listen(self) -> None:
        """It understands nothing."""

    def tick(self, heard: Pcm) -> tuple[Pcm, Sequence[str]]:
        """`int16[160]` both ways, and no keys."""
        loud = any(voiced_windows(heard))
        if self._saying and self._restarts:
            self._spoken_ms = 0  # what still comes of the agent isn't the answer yet
        else:
            self._spoken_ms += FRAME_MS * (loud or (self._spoken_ms > 0 and not self._saying))
        self._quiet_ms = 0 if loud or self._saying or self._spoken_ms == 0 else self._quiet_ms + FRAME_MS
        if self._left and not self._saying:
            cue = self._left[0]
            if (self._quiet_ms if cue.quiet else self._spoken_ms) >= cue.after_ms:
                self._begin(self._left.pop(0))
        self._ticks += 1
        return (self._saying.pop(0) if self._saying else silence(FRAME_SAMPLES)), ()

    def end(self, by: Literal["agent", "network"], reason: str) -> None:
        """The call is over."""
        self._ended, self.reason = True, reason

    def _begin(self, cue: Cue) -> None:
        pcm = self._sounds[cue.name]
        padded = np.concatenate((pcm, silence(-pcm.size % FRAME_SAMPLES)))
        self._saying = list(padded.reshape(-1, FRAME_SAMPLES))
        loud = [at for at, voiced in enumerate(voiced_windows(padded)) if voiced]
        window = FRAME_SAMPLES // WINDOWS_A_FRAME
        self.uttered[cue.name] = Uttered(self._ticks, loud[0] * window, (loud[-1] + 1) * window)
        self._quiet_ms, self._restarts = 0, cue.restarts
