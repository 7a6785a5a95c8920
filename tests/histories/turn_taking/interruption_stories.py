"""Who has the floor when both speak: stories of interruptions, and of all that sounds like one and is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tests.histories.turn_taking.story import (
    Story,
    asks,
    coughs,
    hears,
    interrupts,
    presses,
    says,
    says_softly,
    waits,
)

_INTO_THE_GREETING: Final = interrupts(0.6)

_STORIES: Final[Mapping[str, Story]] = {
    "falls_silent_for_stop": Story(
        (_INTO_THE_GREETING, says("Stop."), hears()),
        (
            "held",
            'stopped after "Hello,": takes the floor',
            'took "Stop."',
        ),
    ),
    "falls_silent_for_no": Story(
        (_INTO_THE_GREETING, says("No."), hears()),
        (
            "held",
            'stopped after "Hello, this": takes the floor',
            'took "No."',
            'prompted: "Sorry, I didn\'t catch that. How can I help?"',
        ),
    ),
    "falls_silent_for_hang_on": Story(
        (_INTO_THE_GREETING, says("Hang on."), waits(3.0)),
        (
            "held",
            'stopped after "Hello,": takes the floor',
            'took "Hang on."',
        ),
    ),
    "falls_silent_for_a_wish_while_it_is_being_said": Story(
        (_INTO_THE_GREETING, says("Leave a message."), hears()),
        (
            "held",
            'stopped after "Hello, this": words',
            'took "Leave a message."',
        ),
    ),
    "takes_okay_but_for_more_than_okay": Story(
        (_INTO_THE_GREETING, says("Okay, but leave a message."), hears()),
        (
            "held",
            'stopped after "Hello, this": words',
            'took "Okay, but leave a message."',
        ),
    ),
    "goes_on_after_mhm": Story(
        (_INTO_THE_GREETING, says("Mhm."), hears()), ("held", "resumed: backchannel", "dropped: backchannel")
    ),
    "goes_on_after_okay": Story(
        (_INTO_THE_GREETING, says("Okay."), hears()), ("held", "resumed: backchannel", "dropped: backchannel")
    ),
    "goes_on_after_two_backchannels": Story(
        (_INTO_THE_GREETING, says("Right."), waits(0.8), says("I see."), hears()),
        (
            "held",
            "resumed: backchannel",
            "dropped: backchannel",
            "held",
            "resumed: backchannel",
            "dropped: backchannel",
        ),
    ),
    "goes_on_after_a_cough": Story(
        (_INTO_THE_GREETING, coughs(), hears()), ("held", "resumed: no words", "dropped: no words")
    ),
    "goes_on_under_a_long_noise": Story(
        (_INTO_THE_GREETING, coughs(2_500), hears()), ("held", "resumed: no words", "dropped: no words")
    ),
    "is_stopped_by_words_after_a_long_noise": Story(
        (_INTO_THE_GREETING, coughs(1_200), says("Leave a message."), hears()),
        (
            "held",
            "resumed: no words",
            'stopped after "Hello, this": words',
            'took "Leave a message."',
        ),
    ),
    "is_not_muted_a_third_time_by_noise": Story(
        (
            *(interrupts(0.2), coughs(200), waits(0.5), coughs(200), waits(0.5), coughs(200), waits(0.4), coughs(200)),
            hears(),
        ),
        (
            "held",
            "resumed: no words",
            "dropped: no words",
            "held",
            "resumed: no words",
            "dropped: no words",
            "dropped: no words",
            "dropped: no words",
        ),
    ),
    "is_stopped_by_words_though_noise_mutes_it_no_more": Story(
        (interrupts(0.2), coughs(200), waits(0.5), coughs(200), waits(0.5), says("Leave a message."), hears()),
        (
            "held",
            "resumed: no words",
            "dropped: no words",
            "held",
            "resumed: no words",
            "dropped: no words",
            'stopped after "Hello, this": words',
            'took "Leave a message."',
        ),
    ),
    "goes_on_while_somebody_else_talks_in_the_room": Story(
        (asks("Check my account."), says("5501 2479."), interrupts(0.5), says_softly("The soup is hot."), hears()),
        (
            'took "Check my account."',
            'took "5501 2479."',
            "held",
            "resumed: somebody else",
            "dropped: somebody else",
        ),
    ),
    "hears_a_soft_no": Story(
        (asks("Check my account."), says("5501 2479."), interrupts(0.5), says_softly("No.", 10.0), hears()),
        (
            'took "Check my account."',
            'took "5501 2479."',
            "held",
            'stopped after "That was": takes the floor',
            'took "No."',
        ),
    ),
    "reads_on_after_yeah_into_a_number": Story(
        (asks("Check my account."), says("5501 2479."), interrupts(0.5), says("Yeah."), hears(), says("Yes."), hears()),
        (
            'took "Check my account."',
            'took "5501 2479."',
            "held",
            "resumed: backchannel",
            "dropped: backchannel",
            'took "Yes."',
        ),
    ),
    "stops_reading_a_number_for_no": Story(
        (asks("Check my account."), says("5501 2479."), interrupts(0.5), says("No."), hears()),
        (
            'took "Check my account."',
            'took "5501 2479."',
            "held",
            'stopped after "That was": takes the floor',
            'took "No."',
        ),
    ),
    "takes_a_yes_at_the_end_of_what_is_read_back": Story(
        (asks("Check my account."), says("5501 2479."), interrupts(2.5), says("Yes."), hears()),
        (
            'took "Check my account."',
            'took "5501 2479."',
            "held",
            'stopped after "That was 5 5 0 1, 2 4 7 9. Is that right?": words',
            'took "Yes."',
        ),
    ),
    "is_interrupted_twice": Story(
        (_INTO_THE_GREETING, says("Leave a message."), interrupts(0.4), says("Order a shirt."), hears()),
        (
            "held",
            'stopped after "Hello, this": words',
            'took "Leave a message."',
            "held",
            'stopped after "What is": words',
            'took "Order a shirt."',
        ),
    ),
    "falls_silent_for_a_key": Story(
        (_INTO_THE_GREETING, presses("5"), waits(3.0)),
        (
            'stopped after "Hello,": a key was pressed',
            'took ""',
            'prompted: "Sorry, I didn\'t catch that. As I was saying: I am a machine. How can I help?"',
            'stopped after "Hello,": the call ended',
        ),
    ),
    "is_interrupted_before_its_first_word": Story(
        (
            asks("Leave a message."),
            says("Tell them that I am late again today."),
            waits(0.6),
            says("Leave a message."),
            hears(),
        ),
        (
            'took "Leave a message."',
            'took "Tell them that I am late again today."',
            "held",
            'stopped after "It": words',
            'took "Leave a message."',
        ),
    ),
    "lets_a_caller_finish_who_pauses_in_an_interruption": Story(
        (_INTO_THE_GREETING, says("Wait, I want"), waits(0.6), says("to leave a message."), hears()),
        (
            "held",
            'stopped after "Hello, this": takes the floor',
            'took "Wait, I want to leave a message."',
        ),
    ),
    "repeats_what_was_interrupted_on_request": Story(
        (_INTO_THE_GREETING, says("Could you say that again?"), hears()),
        (
            "held",
            'stopped after "Hello,": words',
            'took "Could you say that again?"',
        ),
    ),
    "takes_a_choice_before_the_question_is_over": Story(
        (hears(), says("Order a shirt."), interrupts(0.4), says("The blue one."), hears()),
        (
            'took "Order a shirt."',
            "held",
            'stopped after "Red,": words',
            'took "The blue one."',
        ),
    ),
    "stops_for_a_person_please": Story(
        (_INTO_THE_GREETING, says("A person, please."), hears()),
        (
            "held",
            'stopped after "Hello, this": words',
            'took "A person, please."',
        ),
    ),
    "goes_on_after_a_click": Story(
        (_INTO_THE_GREETING, coughs(40), hears()), ("held", "resumed: no words", "dropped: no words")
    ),
    "hears_stop_after_a_backchannel": Story(
        (_INTO_THE_GREETING, says("Okay."), waits(0.8), says("Stop."), hears()),
        (
            "held",
            "resumed: backchannel",
            "dropped: backchannel",
            "held",
            'stopped after "Hello, this is the": takes the floor',
            'took "Stop."',
        ),
    ),
    "takes_yes_to_a_question_that_is_being_asked": Story(
        (asks("Leave a message."), says("I am late."), interrupts(1.5), says("Yes."), hears()),
        (
            'took "Leave a message."',
            'took "I am late."',
            "held",
            'stopped after "It is noted. Is there": words',
            'took "Yes."',
        ),
    ),
    "takes_no_yes_before_the_question": Story(
        (asks("Leave a message."), says("I am late."), interrupts(0.1), says("Yeah."), hears()),
        (
            'took "Leave a message."',
            'took "I am late."',
            "held",
            "resumed: backchannel",
            "dropped: backchannel",
        ),
    ),
}
INTERRUPTIONS: Final = {name: replace(story, timed=False) for name, story in _STORIES.items()}
"""By name; each name says what is right."""
