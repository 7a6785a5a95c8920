"""The sentences an agent says by itself, in English. An agent folder may replace each under `texts`. `texts_es` has the
same in Spanish.

Several wordings of one text are used in turn: the second time it is said differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from voice_agent.journeys.templates import Template, parse_template, wordings
from voice_agent.journeys.texts_es import SPANISH

BUILT_IN: Final[dict[str, tuple[str, ...]]] = {
    "opening": ("How can I help?", "What can I do for you?"),
    "outbound_greeting": ("Hello, this is {agent.name} calling.",),
    "voicemail": ("I tried to reach you. Please call us back any time. Goodbye.",),
    "outbound_opening": ("Is there anything I can help you with?",),
    "help": ("Tell me in a few words what you need.",),
    "hello": ("Hello.",),
    "welcome": ("You're welcome.",),
    "automated": ("I'm an automated assistant.",),
    "can_do": ("I can help you with {journeys}.",),
    "what_else": ("What can I help you with?", "What else can I do for you?"),
    "anything_else": ("Is there anything else I can help you with?", "Anything else?"),
    "goodbye": ("Thanks for calling {agent.name}. Goodbye.",),
    "unclear": ("Sorry, I didn't catch that.", "I'm sorry, I still didn't get that."),
    "did_you_mean": ("Did you mean {choices}?",),
    "which_one": ("Please tell me in other words what you need.",),
    "empathy": ("I'm sorry about the trouble.", "I understand that this is annoying."),
    "not_offered": ("I'm sorry, I can't help you on this channel. Goodbye.",),
    "spelled": ("{value}: {letters}.",),
    "out_of_scope": ("I'm afraid I can't help with that.", "Sorry, that's not something I can do."),
    "dont_know": ("I'm sorry, I don't know that.", "I'm afraid I don't know that either."),
    "lookup_failed": ("I'm sorry, I can't look that up just now.",),
    "source": ("Source: {title}.",),
    "source_link": ("Source: {title}, {link}",),
    "language_switched": ("Sure, let's go on in English.",),
    "language_unknown": ("I'm sorry, I don't speak that language.",),
    "as_i_was_saying": ("As I was saying: {rest}",),
    "hold_on": ("Take your time.", "No problem, I'm here."),
    "one_moment": ("One moment, please.", "I'm still looking."),
    "still_there": ("Are you still there?",),
    "silence_goodbye": ("I can't hear you any more, so I'll hang up now. Please call again any time. Goodbye.",),
    "stopping": (
        "I'm sorry, our service is about to pause, so I have to end this call. Please call again in a few minutes. "
        "Goodbye.",
    ),
    "ending_soon": ("I'm sorry, we have only a minute left for this call.",),
    "too_long": ("I'm sorry, this call has lasted as long as it can. Please call again if there is more. Goodbye.",),
    "no_sound": ("I'm sorry, no sound reaches me from your side. Please check whether you are muted.",),
    "no_sound_goodbye": ("I still can't hear anything, so I'll hang up now. Please call again. Goodbye.",),
    "unreadable": ("I'm sorry, I can only read text here, of up to 2,000 characters. Please write it in words.",),
    "readback": ("That was {value}. Is that right?", "So that's {value}. Is that right?"),
    "explicit": ("Just to be sure: {value}. Is that right?",),
    "implicit": ("{value}, thank you.",),
    "unsure": ("That's all right.", "No problem."),
    "noted": ("Thank you, I've noted that.",),
    "the_rest": ("{value}, and the rest?", "So far I have {value}. What comes next?"),
    "which_hour": ("At about what time {value}?",),
    "which_day": ("On which day {value}?",),
    "sorry": ("Sorry about that.", "I'm sorry."),
    "wrong_length": ("I heard {count} digits, but I need {length}.",),
    "invalid": ("Sorry, I can't use that.",),
    "not_a_date": ("Sorry, that's not a day I know. Please say the day and the month.",),
    "not_a_time": ("Sorry, I need a time of day, such as half past four.",),
    "not_a_period": ("Sorry, I need a part of a day, or some days, such as tomorrow morning or next week.",),
    "not_an_amount": ("Sorry, I need an amount, such as twelve dollars fifty.",),
    "not_an_email": ("Sorry, I need a whole e-mail address, such as maya at example dot com. You can spell it.",),
    "not_a_phone": ("Sorry, that's not a telephone number I can use. Please say all of it, with the area code.",),
    "not_a_postcode": ("Sorry, that's not a postcode I know. Please say it letter by letter.",),
    "not_a_name": ("Sorry, I didn't get the name. You can spell it.",),
    "not_an_address": ("Sorry, I need the house number, the street and the town.",),
    "wrong_form": ("Sorry, it doesn't look like that. Please say it one letter or figure at a time.",),
    "wrong_count": ("I heard {count} letters and figures, but I need {length}.",),
    "date_is_past": ("That day has passed.",),
    "date_is_to_come": ("That day is still to come.",),
    "secure_voice": ("Please use the keys of your telephone: for your safety I don't listen to that number.",),
    "secure_invalid": ("Sorry, that number can't be right.", "I'm sorry, that isn't a number I can use."),
    "secure_no_keys": ("I didn't get any keys.",),
    "secure_in_writing": ("For your safety I can't take that number here. Please call us to give it.",),
    "by_text": ("the address that I'm sending you by text message",),
    "text_failed": ("I'm sorry, the text message could not be sent. The address is {link}.",),
    "not_listed": ("Sorry, I can't find that one.",),
    "what_change": ("All right. What would you like to change?",),
    "cancelled": ("All right, I'll leave that.",),
    "leaving": ("Before you go: we haven't quite finished. Shall I leave it there?",),
    "resume": ("Now, back to where we were.",),
    "next_topic": ("Now, to your other question.",),
    "tool_failed": ("I'm sorry, that didn't work just now.",),
    "try_again": ("Shall I try again?",),
    "trouble": ("I'm sorry, something isn't working on my side.",),
    "offer_person": ("Shall I have a colleague call you back?",),
    "connect": ("I'll put you through to a colleague now. One moment, please.",),
    "connect_failed": ("I'm sorry, nobody can take your call right now.",),
    "transfer": ("I'll have a colleague call you back.",),
    "transfer_failed": ("I'm sorry, I couldn't put you on the list just now.",),
    "transfer_known": ("A colleague will call you back, I've made a note of it.",),
    "emergency": (
        "I can't call the emergency services. If anybody is in danger, please hang up and dial the emergency number "
        "yourself, now.",
    ),
    "refused": ("I'm sorry, I can't do that.",),
    "planned_confirm": ("Shall I go ahead with this: {action}?",),
    "planned_done": ("That's done.",),
    "planned_facts": ("Here is what I have: {facts}.",),
    "already_done": ("That has already gone through, so I can't change it any more.",),
}

GAPS: Final[dict[str, tuple[str, ...]]] = {
    "readback": ("value",),
    "explicit": ("value",),
    "implicit": ("value",),
    "the_rest": ("value",),
    "which_day": ("value",),
    "which_hour": ("value",),
    "wrong_length": ("count", "length"),
    "did_you_mean": ("choices",),
    "can_do": ("journeys",),
    "text_failed": ("link",),
    "spelled": ("value", "letters"),
    "as_i_was_saying": ("rest",),
    "source": ("title",),
    "source_link": ("title", "link"),
    "wrong_count": ("count", "length"),
    "planned_confirm": ("action",),
    "planned_facts": ("facts",),
}
"""What a text may hold besides `{agent.name}`."""


def built_in_texts(languages: Sequence[str]) -> dict[str, tuple[Template, ...]]:
    """Every text by name, in each of `languages`, the first one first."""
    written = {"en": BUILT_IN, "es": SPANISH}
    return {
        name: wordings({code: [parse_template(text) for text in written[code][name]] for code in languages}, languages)
        for name in BUILT_IN
    }
