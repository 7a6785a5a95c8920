"""What is known at a pause about whether the caller has finished. Holds it, and judges nothing."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Expectation

Completeness: TypeAlias = Literal["complete", "enough", "nearly", "incomplete", "fragment", "unknown", "moment"]
"""Whether a text holds all of the value that is expected; "enough" where that is often said with more after it;
"nearly" where it holds all figures but one;
"fragment" where it ends like half an answer and no answer
begins like that; "unknown" where that can't be said, as in free speech; "moment" where it asks for nothing but time."""

Answer: TypeAlias = Literal["unknown", "preparing", "ready"]
"""How far the answer to the words heard so far is; "unknown" where nobody prepares one before the turn is taken."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is None until a transcript has come.

    `finished` is how finished the voice sounds, 0..1, None where nobody listens to that. `own_pause_us` is what this
    caller's pauses last, None until there were some. `snr_db` is how far the voice stands out of the line's noise, None
    `understood`: the words so far are a wish that was recognised with confidence.
    `another_hearing`: the words are no answer, and another hearing of the same sound is all of one.
    """

    expectation: Expectation
    text: str | None
    completeness: Completeness = "unknown"
    finished: float | None = None
    own_pause_us: int | None = None
    snr_db: int | None = None
    understood: bool = False
    answer: Answer = "unknown"
    another_hearing: bool = False

    @property
    def kind(self) -> str:
        return self.expectation.kind

    @property
    def words(self) -> tuple[str, ...]:
        """Lower case, without punctuation other than apostrophes."""
        text = "" if self.text is None else self.text.lower().replace("\u2019", "'")
        return tuple("".join(each if each.isalnum() or each == "'" else " " for each in text).split())


def has_words(text: str | None) -> bool:
    """Whether there is anything but punctuation in what a recogniser wrote."""
    return text is not None and any(character.isalnum() for character in text)
