"""Callers of the answer desk (`benchmarks/answer_desk`) for `voice_to_voice`: other words in each call. Pure.

Each is asked for a yes or no four times, for digits three times, for one of a few three times and for anything three
times, and says why it calls and that it is done: fifteen turns, of half a second to ten.
"""

from __future__ import annotations

from typing import Final

from simulations.scenario import Answer, Limits, Line, Scenario, Who

_OPENINGS: Final = (
    "I want to report something.",
    "Hi, I need to tell you about a delivery.",
    "There is a problem with my delivery.",
    "Can I report a problem?",
    "Hello. I'm calling because something went wrong with my delivery.",
    "I'd like to make a report, please.",
)
_YES_NO: Final = ("Yes.", "No.", "Yes, I am.", "No, I'm not.", "Yeah.", "Nope.", "Yes please.", "I don't think so, no.")
_STORIES: Final = (
    "It fell off the truck.",
    "The box was wet and the lid was broken when it came.",
    "Nothing came, although the driver says that he was here on Monday morning.",
    "My neighbour took it in, and then she went on holiday.",
    "I ordered a lamp and I got a chair, and the chair has only three legs, so I can't even sit on it.",
    "It was damaged.",
    "Somebody rang, but when I got to the door nobody was there.",
    "The first one was fine, the second one was scratched all over, and the third one I haven't opened yet.",
)
_PLACES: Final = (
    "In the garden behind the house.",
    "At home.",
    "In front of the garage, next to the bins, where everybody can see it.",
    "At the office on the second floor.",
    "On the stairs.",
    "At the corner shop down the road.",
)
_WISHES: Final = (
    "A new one would be nice.",
    "I just want my money back.",
    "Send me another one next week, but please tell the driver to ring twice.",
    "I would like to know who did it.",
    "A discount.",
    "Nothing really, I only wanted you to know what happened.",
)
_COLOURS: Final = ("Red.", "It's green.", "The blue one.", "Green, I think.", "Blue.", "It's a red box.")
_SIZES: Final = ("Small.", "The large one.", "Medium.", "It's a small one.", "Large.", "Medium, I believe.")
_SPEEDS: Final = ("Slow.", "Fast.", "It was fast.", "Rather slow.")
_GOODBYES: Final = ("No, that's all. Goodbye.", "No, thank you. Bye.", "That's everything, thanks. Goodbye.")
_DIGITS: Final = "zero one two three four five six seven eight nine".split()
TURNS: Final = 15


def caller(number: int, seed: int) -> Scenario:
    """Call `number`, from 0, of a run drawn by `seed`."""

    def one(of: tuple[str, ...], step: int = 0) -> str:
        return of[(seed + 5 * number + step) % len(of)]

    answers = (
        ("member", one(_YES_NO)),
        ("four.digit|4.digit", spoken(_figures(number, seed, 4))),
        ("red|green|blue", one(_COLOURS)),
        ("what happened", one(_STORIES)),
        ("account|a count", spoken(_figures(number, seed + 1, 8))),
        ("open", one(_YES_NO, 1)),
        ("small|medium|large", one(_SIZES)),
        ("where", one(_PLACES)),
        ("order", spoken(_figures(number, seed + 2, 6))),
        ("alone", one(_YES_NO, 2)),
        ("slow|fast", one(_SPEEDS)),
        ("help you|would help", one(_WISHES)),
        ("photo", one(_YES_NO, 3)),
    )
    return Scenario(
        v=2,
        scenario=f"desk_{number}",
        who=Who(f"+1555011{number:04d}"),
        lines=(
            Line(after="greeting", say=one(_OPENINGS), wait_ms=100),
            Line(when="anything else", say=one(_GOODBYES), wait_ms=100),
            Line(when="goodbye|bye", hang_up=True),
        ),
        whenever=tuple(Answer(when=when, say=said, wait_ms=100) for when, said in answers),
        seed=seed + number,
        limits=Limits(turns=40, seconds=220, patience=12),
    )


def spoken(figures: str) -> str:
    """Figures as people group them."""
    words = [_DIGITS[int(figure)] for figure in figures]
    size = 3 if len(words) == 6 else 4
    return ", ".join(" ".join(words[start : start + size]) for start in range(0, len(words), size)) + "."


def _figures(number: int, seed: int, count: int) -> str:
    """`count` figures that look drawn, the same for the same call."""
    value = (number * 7_919 + seed * 104_729 + 12_345_678) * 2_654_435_761
    return str(value % 10**12).zfill(12)[-count - 2 : -2]


def texts_in_order(scenario: Scenario) -> list[str]:
    """All that a caller of the desk says, in the order in which it is asked, for whoever plays it unasked."""
    opening, goodbye = (line.say for line in scenario.lines[:2])
    said = [opening, *(answer.say for answer in scenario.whenever), goodbye]
    return [text for text in said if text is not None]


EXPECTED: Final = (
    *("open", "yes_no", "digits", "choice", "open", "digits", "yes_no", "choice", "open", "digits", "yes_no", "choice"),
    *("open", "yes_no", "yes_no"),
)
"""What is waited for at each of `texts_in_order`."""
