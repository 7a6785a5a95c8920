"""What comes in while the agent speaks, drawn by seed: words that want the floor, and all that doesn't. Pure.

    drawn("interruption", 17)      # Sound(kind, words="Hang on, ...", voice=..., line=LineSettings(...), after_us=...)

Words are written for this benchmark; voices are two engines made into more (`simulations.callers.voices`), noises are
made (`simulations.line`, `simulations.callers.sounds`). Every line is G.711 over packets with a jitter buffer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
import numpy as np

from simulations.line.settings import Echo, LineSettings, Noise

KINDS: Final = ("interruption", "double_talk", "backchannel", "cough", "noise", "side_talk", "echo")
WANTS_THE_FLOOR: Final = ("interruption", "double_talk")

MONOLOGUES: Final = (
    "Your order has left our warehouse in Bristol this morning. The driver has twelve other stops before yours, so the "
    "parcel should be with you between two and four in the afternoon. You'll get a message an hour before.",
    "There is a fault in your street that our engineers are looking at. They expect to have it mended by six this "
    "evening. Until then your line may drop now and again, and the speed may be lower than what you pay for.",
    "The plan you have costs thirty two pounds a month and runs until the end of August. You can move to the faster "
    "one at any time without a fee. If you would rather pay less, that has to wait until the contract ends.",
    "Our shop is open from nine until six on weekdays and from ten until four on Saturdays. On Sundays and public "
    "holidays it stays closed. You can collect a parcel there for ten days after it has come in.",
    "To restart the router, please take the plug out of the wall and wait for half a minute. Then put it back in and "
    "wait until the light in the middle has turned green. That may take up to five minutes the first time.",
    "I have found two visits for you. The first is on Monday the twelfth between eight and ten in the morning. The "
    "second is on Thursday the fifteenth between one and three in the afternoon, with the same engineer.",
)
INTERRUPTIONS: Final = (
    *("No.", "Stop.", "Wait.", "Hang on.", "Wait a second.", "No, that's wrong.", "Stop, please.", "Hold on a moment."),
    *("Sorry, can I say something?", "No no, that isn't what I meant.", "Excuse me, I have a question."),
    *("That's not my address.", "I want to speak to a person.", "Actually I'm calling about my bill."),
    *("Can you say that again?", "What did you say?", "How much does it cost?", "I already know that."),
    *("Okay, but when will it come?", "Yes, but I need it on Friday.", "Right, and what about the fee?"),
    *("Could you send me an email instead?", "I'd like to cancel the contract.", "Which engineer is it?"),
    *("My account number is four seven one one.", "No, Tuesday would be better.", "That's too late for me."),
    *("Please repeat the number.", "Is there anything on Wednesday?", "I don't have that router."),
)
BACKCHANNELS: Final = ("Okay.", "Right.", "Yeah.", "Uh-huh.", "I see.", "Sure.", "Yes.", "Okay, great.", "All right.")
ASIDES: Final = (
    "The soup is on the stove.",
    "Have you seen my keys?",
    "Put the dog out, will you?",
    "I'm on the phone, darling.",
    "Dinner is nearly ready.",
    "Who left the window open?",
    "Turn the television down.",
    "The bus leaves at eight.",
    "There's somebody at the door.",
)
NOISES: Final = (
    *(("babble", 15.0), ("babble", 10.0), ("street", 10.0), ("office", 15.0), ("hold_music", 10.0), ("white", 10.0)),
    *(("street", 15.0), ("hold_music", 15.0), ("office", 10.0)),
)
VOICES: Final = tuple(sorted({"female_1", "female_2", "female_3", "male_1", "male_2", "male_3", "young_fast"}))
ECHOES: Final = tuple(
    Echo(delay_ms, gain_db, tail_ms) for gain_db in (-20.0, -12.0) for delay_ms in (20, 60, 150) for tail_ms in (0, 80)
)
EARLIEST_US, LATEST_US = 1_200_000, 6_000_000


class Sound(msgspec.Struct, frozen=True):
    """`words` are said by `voice`; without any, `made` and its seed say what sounds. `line` may carry more by itself.

    It begins `after_us` after the agent did, and is `level_db` louder than -20 dBFS; as loud is the `caller`, who has
    spoken before. `side_talk` is so much softer and duller as a voice across the room.
    """

    kind: str
    label: str
    monologue: str
    after_us: int
    line: LineSettings
    caller: str = "female_2"
    words: str = ""
    voice: str = ""
    made: str = ""
    seed: int = 0
    level_db: float = 0.0


def drawn(kind: str, seed: int) -> Sound:
    """The trial of that kind and number."""
    chance = np.random.default_rng([seed, KINDS.index(kind)])
    monologue = MONOLOGUES[int(chance.integers(len(MONOLOGUES)))]
    after_us = int(chance.integers(EARLIEST_US, LATEST_US))
    base = Sound(kind, "", monologue, after_us, LineSettings(codec="pcmu"), seed=seed)
    return _MAKERS[kind](base, chance)


def _spoken(base: Sound, words: str, chance: np.random.Generator, line: LineSettings | None = None) -> Sound:
    voice = VOICES[int(chance.integers(len(VOICES)))]
    quieter = bool(chance.random() < _NOISY)
    around = LineSettings(codec="pcmu", noise=Noise(20.0, "office")) if quieter else base.line
    level_db = float(chance.choice((-8.0, -4.0, 0.0, 4.0)))
    return msgspec.structs.replace(
        base,
        words=words,
        voice=voice,
        caller=voice,
        label=words,
        level_db=level_db,
        line=around if line is None else line,
    )


_NOISY: Final = 0.3
"""How many callers that say something have an office around them, 20 dB below their voice."""


def _interruption(base: Sound, chance: np.random.Generator) -> Sound:
    return _spoken(base, INTERRUPTIONS[int(chance.integers(len(INTERRUPTIONS)))], chance)


def _double_talk(base: Sound, chance: np.random.Generator) -> Sound:
    echo = ECHOES[int(chance.integers(len(ECHOES)))]
    words = INTERRUPTIONS[int(chance.integers(len(INTERRUPTIONS)))]
    return _spoken(base, words, chance, LineSettings(codec="pcmu", echo=echo))


def _backchannel(base: Sound, chance: np.random.Generator) -> Sound:
    if chance.random() < _HUMMED:
        return msgspec.structs.replace(base, made="mhm", label="mhm")
    return _spoken(base, BACKCHANNELS[int(chance.integers(len(BACKCHANNELS)))], chance)


_HUMMED: Final = 0.25


def _cough(base: Sound, chance: np.random.Generator) -> Sound:
    made = ("cough", "throat_clearing", "sniff", "keyboard")[int(chance.integers(4))]
    return msgspec.structs.replace(base, made=made, label=made, level_db=float(chance.choice((-6.0, 0.0, 6.0))))


def _noise(base: Sound, chance: np.random.Generator) -> Sound:
    kind, snr_db = NOISES[int(chance.integers(len(NOISES)))]
    label = f"{kind} {snr_db:g} dB"
    return msgspec.structs.replace(base, label=label, line=LineSettings(codec="pcmu", noise=Noise(snr_db, kind)))


def _side_talk(base: Sound, chance: np.random.Generator) -> Sound:
    said = _spoken(base, ASIDES[int(chance.integers(len(ASIDES)))], chance, base.line)
    caller = VOICES[(VOICES.index(said.voice) + 1 + int(chance.integers(len(VOICES) - 1))) % len(VOICES)]
    return msgspec.structs.replace(said, caller=caller)


def _echo(base: Sound, chance: np.random.Generator) -> Sound:
    echo = ECHOES[int(chance.integers(len(ECHOES)))]
    label = f"{echo.gain_db:g} dB"
    return msgspec.structs.replace(base, label=label, line=LineSettings(codec="pcmu", echo=echo))


_MAKERS: Final[Mapping[str, Callable[[Sound, np.random.Generator], Sound]]] = {
    "interruption": _interruption,
    "double_talk": _double_talk,
    "backchannel": _backchannel,
    "cough": _cough,
    "noise": _noise,
    "side_talk": _side_talk,
    "echo": _echo,
}
