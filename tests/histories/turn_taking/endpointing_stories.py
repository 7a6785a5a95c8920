"""When a turn is over: stories of callers who pause, and of an agent that knows what it is waiting for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.histories.turn_taking.story import Story, asks, coughs, hears, presses, says, waits

ENDPOINTING: Final[Mapping[str, Story]] = {
    "waits_for_the_tenth_digit": Story(
        (asks("Leave my number."), says("212 555 019"), waits(1.3), says("9."), hears()),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "212 555 019 9.": complete, 260 ms',
        ),
    ),
    "takes_the_tenth_digit_at_once": Story(
        (asks("Leave my number."), says("212 555 0199"), hears()),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "212 555 0199": complete, 260 ms',
        ),
    ),
    "waits_between_groups_of_a_number": Story(
        (asks("Leave my number."), says("212"), waits(0.9), says("555"), waits(1.1), says("0199."), hears()),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "212 555 0199.": complete, 260 ms',
        ),
    ),
    "waits_after_my_number_is": Story(
        (asks("Leave my number."), says("My number is"), waits(1.0), says("212 555 0199"), hears()),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "My number is 212 555 0199": complete, 260 ms',
        ),
    ),
    "gives_up_waiting_for_half_a_number": Story(
        (asks("Leave my number."), says("212 555"), waits(3.0), hears()),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "212 555": incomplete number, 2600 ms',
        ),
    ),
    "waits_after_half_of_eight_digits": Story(
        (asks("Check my account."), says("5501"), waits(1.2), says("2479."), hears()),
        (
            'took "Check my account.": understood, 420 ms',
            'took "5501 2479.": complete, 260 ms',
        ),
    ),
    "takes_yes_at_once": Story(
        (asks("Check my account."), says("5501 2479."), hears(), says("Yes."), hears()),
        (
            'took "Check my account.": understood, 420 ms',
            'took "5501 2479.": complete, 260 ms',
            'took "Yes.": clear answer, 280 ms',
        ),
    ),
    "waits_for_the_reason_of_a_no": Story(
        (asks("Check my account."), says("5501 2479."), hears(), says("No."), hears()),
        (
            'took "Check my account.": understood, 420 ms',
            'took "5501 2479.": complete, 260 ms',
            'took "No.": enough, 650 ms',
        ),
    ),
    "waits_after_no_it_is": Story(
        (
            asks("Check my account."),
            says("5501 2478."),
            hears(),
            says("No, it's"),
            waits(0.9),
            says("5501 2479."),
            hears(),
        ),
        (
            'took "Check my account.": understood, 420 ms',
            'took "5501 2478.": complete, 260 ms',
            'took "No, it\'s 5501 2479.": clear answer, 280 ms',
        ),
    ),
    "waits_after_yes_and": Story(
        (
            asks("Check my account."),
            says("5501 2479."),
            hears(),
            says("Yes, and"),
            waits(0.8),
            says("thank you."),
            hears(),
        ),
        (
            'took "Check my account.": understood, 420 ms',
            'took "5501 2479.": complete, 260 ms',
            'took "Yes, and thank you.": clear answer, 280 ms',
        ),
    ),
    "waits_for_the_month_of_a_date": Story(
        (asks("Note my birthday."), says("The third"), waits(0.9), says("of May 1984."), hears()),
        (
            'took "Note my birthday.": understood, 420 ms',
            'took "The third of May 1984.": complete, 260 ms',
        ),
    ),
    "takes_a_whole_date_at_once": Story(
        (asks("Note my birthday."), says("The third of May 1984."), hears()),
        (
            'took "Note my birthday.": understood, 420 ms',
            'took "The third of May 1984.": complete, 260 ms',
        ),
    ),
    "waits_for_the_last_name": Story(
        (asks("Change my name."), says("Peter"), waits(0.5), says("Collins."), hears()),
        (
            'took "Change my name.": understood, 420 ms',
            'took "Peter Collins.": complete, 260 ms',
        ),
    ),
    "waits_while_a_name_is_spelled": Story(
        (asks("Change my name."), says("C O L"), waits(1.0), says("L I N S."), hears()),
        (
            'took "Change my name.": understood, 420 ms',
            'took "C O L L I N S.": spelling, 1500 ms',
        ),
    ),
    "waits_while_an_address_is_given": Story(
        (asks("Change my email."), says("peter at"), waits(1.0), says("example dot com."), hears()),
        (
            'took "Change my email.": understood, 420 ms',
            'took "peter at example dot com.": complete, 260 ms',
        ),
    ),
    "takes_a_whole_address_at_once": Story(
        (asks("Change my email."), says("peter at example dot com."), hears()),
        (
            'took "Change my email.": understood, 420 ms',
            'took "peter at example dot com.": complete, 260 ms',
        ),
    ),
    "takes_a_choice_at_once": Story(
        (asks("Order a shirt."), says("The blue one."), hears()),
        (
            'took "Order a shirt.": understood, 420 ms',
            'took "The blue one.": complete, 260 ms',
        ),
    ),
    "takes_soon_what_no_answer_begins_with": Story(
        (asks("Order a shirt."), says("Have"), hears()),
        (
            'took "Order a shirt.": understood, 420 ms',
            'took "Have": fragment, 600 ms',
            'prompted: "Sorry, I didn\'t catch that. Red, blue or green?"',
        ),
    ),
    "waits_before_a_choice_is_made": Story(
        (asks("Order a shirt."), says("I'd like the"), waits(0.9), says("green one."), hears()),
        (
            'took "Order a shirt.": understood, 420 ms',
            'took "I\'d like the green one.": complete, 260 ms',
        ),
    ),
    "waits_in_mid_sentence": Story(
        (asks("Leave a message."), says("Please tell them that"), waits(1.0), says("I am late."), hears()),
        (
            'took "Leave a message.": understood, 420 ms',
            'took "Please tell them that I am late.": sentence, 760 ms',
        ),
    ),
    "waits_after_and": Story(
        (hears(), says("Leave a message and"), waits(1.0), says("my number."), hears()),
        ('took "Leave a message and my number.": understood, 420 ms',),
    ),
    "waits_after_a_verb_without_its_object": Story(
        (hears(), says("I'd like to change"), waits(0.7), says("my name."), hears()),
        ('took "I\'d like to change my name.": sentence, 760 ms',),
    ),
    "takes_a_question_sooner_than_an_open_end": Story(
        (hears(), says("Can I leave a message?"), hears()), ('took "Can I leave a message?": understood, 420 ms',)
    ),
    "takes_goodbye_soon": Story((hears(), says("Goodbye."), hears()), ('took "Goodbye.": all said, 500 ms',)),
    "learns_from_one_false_cut_off": Story(
        (
            asks("Leave a message."),
            says("Tell them that my train is late again today."),
            waits(0.65),
            says("I am sorry."),
            hears(),
            says("I would like to tell them one thing more today."),
            waits(0.6),
            says("I will be there at noon."),
            hears(),
        ),
        (
            'took "Leave a message.": understood, 420 ms',
            'took "Tell them that my train is late again today.": long sentence, 480 ms',
            "held",
            'stopped after "It": words',
            'took "I am sorry.": clear answer, 280 ms',
            'took "I would like to tell them one thing more today. I will be there at noon.": own pauses, 690 ms',
            "prompted: \"I'm afraid I can't help with that. Tell me in a few words what you need. How can I help?\"",
        ),
    ),
    "learns_a_slow_callers_pauses": Story(
        (
            asks("Leave a message."),
            says("Well they know me"),
            waits(0.6),
            says("I am the one"),
            waits(0.6),
            says("who called today"),
            waits(0.6),
            says("at noon."),
            hears(),
            says("Leave a message."),
            hears(),
        ),
        (
            'took "Leave a message.": understood, 420 ms',
            'took "Well they know me I am the one who called today at noon.": own pauses, 600 ms',
            'took "Leave a message.": own pauses, 600 ms',
        ),
    ),
    "learns_nothing_from_how_a_number_is_read": Story(
        (
            asks("Leave my number."),
            says("21"),
            waits(1.0),
            says("25"),
            waits(1.1),
            says("55"),
            waits(1.0),
            says("01"),
            waits(1.1),
            says("99"),
            hears(),
            says("Leave a message."),
            hears(),
        ),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "21 25 55 01 99": complete, 260 ms',
            'took "Leave a message.": yes or no, 450 ms',
        ),
    ),
    "ignores_a_cough": Story(
        (hears(), coughs(), waits(1.5), says("Leave a message."), hears()),
        (
            "dropped: no words",
            'took "Leave a message.": understood, 420 ms',
        ),
    ),
    "keeps_a_cough_and_the_words_after_it_together": Story(
        (hears(), coughs(), waits(0.3), says("Leave a message."), hears()),
        ('took "Leave a message.": understood, 420 ms',),
    ),
    "takes_keys_when_they_are_all_there": Story(
        (asks("Leave my number."), presses("2125550199"), hears()),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "": at once',
        ),
    ),
    "let_me_see_is_given_time": Story(
        (asks("Leave my number."), says("Let me see"), waits(0.7), says("212 555 0199."), hears()),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "Let me see 212 555 0199.": complete, 260 ms',
        ),
    ),
    "hold_on_keeps_the_floor": Story(
        (
            asks("Leave my number."),
            says("One moment, let me find it."),
            hears(),
            waits(12.0),
            says("Where did I put it?"),
            waits(9.0),
            says("212 555 0199."),
            hears(),
        ),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "One moment, let me find it.": wants a moment, 900 ms',
            "dropped: said to themselves",
            'took "212 555 0199.": complete, 260 ms',
        ),
    ),
    "hold_on_checks_in_after_a_while": Story(
        (
            asks("Leave my number."),
            says("Hold on."),
            hears(),
            waits(18.0),
            hears(),
            says("Yes, I have it: 212 555 0199."),
            hears(),
        ),
        (
            'took "Leave my number.": understood, 420 ms',
            'took "Hold on.": wants a moment, 900 ms',
            'prompted: "Are you still there?"',
            'took "Yes, I have it: 212 555 0199.": complete, 260 ms',
        ),
    ),
    "without_hold_on_silence_is_asked_about_sooner": Story(
        (asks("Leave my number."), hears(), says("212 555 0199."), hears()),
        (
            'took "Leave my number.": understood, 420 ms',
            'prompted: "What is your number?"',
            'took "212 555 0199.": complete, 260 ms',
        ),
    ),
}
