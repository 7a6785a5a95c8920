"""Whether voice over the agent takes the floor: decided by words, by one table, once the agent is muted.

The first line that applies decides; all that apply are reported as votes, first the one that decided
(docs/turn-taking.md has the table with its reasons):

    takes the floor      "no", "stop", "wait", "a person" and nothing else: whatever else is so
    somebody else        words of a voice that is much softer than this caller's
    backchannel          "mhm", "okay" and nothing else: the agent goes on; while the voice is on, more may follow
    doubtful             a word or two, or more than anybody says in that time, that the recogniser hardly believes, and
                         nobody had asked for
    words                all other words; a single one while the voice is on may yet turn out to be "okay"
    no words             a cough, or noise: the agent goes on
    voice goes on        no word is known, because the recogniser is late: so much voice is no cough
    nothing known

Pure and total. What is a backchannel and what insists is judged elsewhere, by language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import msgspec

from voice_agent.turns.evidence import has_words
from voice_agent.turns.settings import InterruptionSettings

Decision: TypeAlias = Literal["stop", "go on", "wait"]


class Interruption(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the voice over the agent.

    `text` are its words so far (empty: none were recognised; None: nobody has listened yet), of a `confidence` of 0 to
    1; `whole` where its voice is off and these are all. `insists` and `backchannel` say how the words were judged,
    `may_insist` whether one of them alone would insist, `asked` whether they may be the answer to a question.
    `softer_db` is how much softer it is than the caller usually is; `as_loud`: that is known, and it is as loud.
    `muted_us`: for how long the agent has been muted because of it, None where it isn't. `voiced_us`: how much voice
    there was.
    """

    text: str | None
    confidence: float = 1.0
    whole: bool = False
    asked: bool = False
    as_loud: bool = False
    insists: bool = False
    may_insist: bool = False
    backchannel: bool = False
    softer_db: int = 0
    muted_us: int | None = None
    voiced_us: int = 0


class Verdict(msgspec.Struct, frozen=True):
    """`votes[0]` is the line that decided."""

    decision: Decision
    votes: tuple[str, ...]


_LETTERS_OF_A_WORD: Final = 2

_Row: TypeAlias = tuple[
    str,
    Callable[[Interruption, InterruptionSettings], bool],
    Callable[[Interruption, InterruptionSettings], Decision],
]


def _words(known: Interruption) -> bool:
    return has_words(known.text)


def _number(known: Interruption) -> int:
    return 0 if known.text is None else len(known.text.split())


def _letters(known: Interruption) -> int:
    return 0 if known.text is None else sum(character.isalpha() for character in known.text)


def _takes_the_floor(known: Interruption, settings: InterruptionSettings) -> bool:
    """Half a sentence of somebody else is too easily misheard as a no, and what is hardly believed may be anything."""
    believed = known.whole and known.confidence >= settings.doubtful_confidence
    return known.insists and _words(known) and (believed or known.softer_db < settings.softer_db)


def _unless_due(otherwise: Decision) -> Callable[[Interruption, InterruptionSettings], Decision]:
    """Waits for more while the agent is muted and the time to decide has not come, and where it isn't muted at all."""

    def decide(known: Interruption, settings: InterruptionSettings) -> Decision:
        return otherwise if known.muted_us is not None and known.muted_us >= settings.decide_us else "wait"

    return decide


def _by_words(known: Interruption, settings: InterruptionSettings) -> Decision:
    return "stop" if known.whole or _enough(known, settings) else _unless_due("stop")(known, settings)


def _enough(known: Interruption, settings: InterruptionSettings) -> bool:
    """Of a voice that goes on: several words, or one of the caller's own that is too long for half an "okay"."""
    long = known.as_loud and _letters(known) >= settings.word_letters
    return known.confidence >= settings.partial_confidence and (_begun(known) >= settings.partial_words or long)


def _begun(known: Interruption) -> int:
    """How many words there are, but for a last one of which there is no more than a beginning: "I s" may be "I see"."""
    words = "" if known.text is None else known.text
    return len(words.split()) - (len(words.rpartition(" ")[2]) < _LETTERS_OF_A_WORD)


def _doubtful(known: Interruption, settings: InterruptionSettings) -> bool:
    worth_it = known.asked or known.may_insist or known.confidence >= settings.doubtful_confidence
    if not _words(known) or not known.whole or worth_it:
        return False
    hurried = _letters(known) * 1_000_000 > settings.letters_a_second * known.voiced_us
    return _number(known) <= settings.doubtful_words or hurried


_TABLE: Final[tuple[_Row, ...]] = (
    ("takes the floor", _takes_the_floor, lambda *_: "stop"),
    (
        "somebody else",
        lambda known, settings: _words(known) and known.softer_db >= settings.softer_db,
        lambda *_: "go on",
    ),
    (
        "backchannel",
        lambda known, _: known.backchannel and _words(known),
        lambda known, settings: "go on" if known.whole else _unless_due("go on")(known, settings),
    ),
    ("doubtful", _doubtful, lambda *_: "go on"),
    ("words", lambda known, _: _words(known), _by_words),
    (
        "no words",
        lambda known, _: known.text is not None and not _words(known),
        lambda known, settings: "go on" if known.whole else _unless_due("go on")(known, settings),
    ),
    (
        "voice goes on",
        lambda known, settings: (
            known.text is None and known.muted_us is not None and known.voiced_us >= settings.voiced_us
        ),
        lambda *_: "stop",
    ),
    ("nothing known", lambda known, _: known.text is None, lambda *_: "wait"),
)


def weigh(known: Interruption, settings: InterruptionSettings) -> Verdict:
    """Stop the agent, let it go on, or wait for more."""
    applying = [(name, decide) for name, applies, decide in _TABLE if applies(known, settings)]
    return Verdict(applying[0][1](known, settings), tuple(name for name, _ in applying))
