"""What a caller's turn means, by grammars, rules and what trained parts say of it: the understander that needs no
language model.

Decides which commands a turn holds, never what follows from them. What was asked for is read first (`turn_values`);
then what steers the conversation (`steering`: again, a person); then which journeys are meant (`wishes`), or what the
caller wants to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.conversation import commands as c
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import FRUSTRATION_LEVELS, AnyCommand
from voice_agent.conversation.expectation import Expectation
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.carriers import CARRIERS
from voice_agent.understanding.dialogue_acts import ActReading, read_acts
from voice_agent.understanding.emergencies import asks_for_emergency_help
from voice_agent.understanding.frustration import frustration_in
from voice_agent.understanding.keypad import TERMINATORS
from voice_agent.understanding.language_requests import language_asked_for
from voice_agent.understanding.misspelt import as_heard, as_meant
from voice_agent.understanding.mixed_entry import entered
from voice_agent.understanding.others_data import asks_for_others_data
from voice_agent.understanding.question_forms import asks_for_facts, asks_what, questions_in
from voice_agent.understanding.steering import SENTENCE, steering_in
from voice_agent.understanding.turn_values import is_partial, values_in
from voice_agent.understanding.wishes import Judgement, wanted
from voice_agent.understanding.words import words_of

_SURE_OVER_ACT: Final = 0.75
"""A journey goes before what the head hears only where it is surer than this."""
_CLEAR_WISH: Final = 0.6
_STRANGE_WORDS: Final = 4
"""Words of content with which an answer that doesn't fit is something that the agent can't do."""
_SENTENCE_WORDS: Final = 2
"""Words of content with which a turn says more than an answer."""
_TOPICS: Final = frozenset("about regarding because concerning sobre porque acerca".split())
"""Words before what somebody is to be called back about."""
_SAYS_WRONG: Final = frozenset("wrong incorrect false mistaken untrue mal falso mentira equivocado".split())
"""Who says no with these disagrees with something, and is not done."""
_MANNERS: Final = frozenset(
    "very much so lot really today now moment everything all help time dear mate sir maam good fine great okay ok more "
    "muy mucho mucha todo ayuda momento hoy ahora bien amable senor senora mas".split()
)
"""Words that a polite no is made of."""


def commands_for(asked: Understand, judged: Judgement | None) -> tuple[AnyCommand, ...]:
    """The commands of one turn, in the order they should be carried out; never empty.

    `judged` is None where nothing needed judging. Keypad keys go before words.
    """
    if asked.keys.strip(TERMINATORS) or (asked.keys and not asked.text):
        return entered(asked)
    if asks_for_emergency_help(asked.text):
        return (c.NeedEmergencyHelp(),)
    language = None if asked.expectation.kind == "choice" else language_asked_for(asked.text)
    if language is not None:
        return (c.SpeakLanguage(language),)
    if asks_for_others_data(asked.text, asked.language):
        return (c.NotUnderstood("out_of_scope"), *_annoyance(asked, judged))
    meant = as_meant(asked)
    return as_heard(_commands_for(meant, judged), asked.text) if meant is not asked else _commands_for(asked, judged)


def _commands_for(asked: Understand, judged: Judgement | None) -> tuple[AnyCommand, ...]:
    acts = read_acts(asked.text, asked.language)
    out = values_in(asked.text, asked.alternatives, asked.expectation, acts)
    out += steering_in(acts)
    if Act.CALL_BACK in acts.acts:
        return (*_called_back(asked, acts, out, judged), *_annoyance(asked, judged))
    wishes = _wishes(asked, acts, out, judged)
    if acts.polarity is Act.DENY and _is_waiting(asked.expectation):
        wishes = [wish for wish in wishes if _is_sure(wish)]
    if _declines(asked, out) and not wishes:
        out = _with_what_is_left(words_of(asked.text), out, acts)
    if wishes:
        out = [command for command in out if not isinstance(command, c.Greet | c.Goodbye)]
        out[_place(out) : _place(out)] = wishes
    if not out and judged is not None:
        heard = [act for act in judged.acts if act is not Act.GOODBYE or not _asked_for_a_value(asked.expectation)]
        out += steering_in(ActReading(tuple(heard), ""))
    if not out:
        out.append(_nothing(asked, acts, judged))
    return (*out, *_annoyance(asked, judged))


def needs_judging(asked: Understand) -> bool:
    """Whether a judgement could change `commands_for`; False where the grammars account for all that was said."""
    asked = as_meant(asked)
    text, expectation = asked.text, asked.expectation
    if asked.keys or not words_of(text) or asks_for_emergency_help(text) or asks_for_others_data(text, asked.language):
        return False
    acts = read_acts(text, asked.language)
    found = values_in(text, (), expectation, acts)
    if not acts.rest:
        return Act.CALL_BACK in acts.acts and _may_be_a_journey(asked, acts)
    if expectation.slot is not None and expectation.slot.slot_type == "text":
        return False
    return _could_ask(asked, acts, found)


def _wishes(
    asked: Understand, acts: ActReading, found: Sequence[AnyCommand], judged: Judgement | None
) -> list[AnyCommand]:
    if judged is None or not _could_ask(asked, acts, found):
        return []
    asks = asked.expectation.slot is not None and asks_what(asked.text, asked.language)
    if _is_waiting(asked.expectation) and len(_content(acts.rest, found)) < _SENTENCE_WORDS and not asks:
        return [wish for wish in judged.journeys if wish.score >= _SURE_OVER_ACT]
    if _asked_for_a_value(asked.expectation) and not any(_is_clear(wish) for wish in judged.journeys):
        judged = msgspec.structs.replace(judged, journeys=())
    question = questions_in(asked.text, asked.language)
    if judged.question:
        return [c.AskQuestion(question if question else asked.text.strip())]
    best = max((wish.score for wish in judged.journeys), default=0.0)
    tells = judged.tells_facts and best >= _SURE_OVER_ACT
    if len(judged.journeys) < 2 and not tells and asks_for_facts(asked.text, asked.language):
        return [c.AskQuestion(question)]
    if judged.acts and best < _SURE_OVER_ACT:
        return []
    if judged.close:
        return [c.Ambiguous(judged.close)]
    if judged.journeys:
        return list(judged.journeys)
    return [c.AskQuestion(question)] if question and not found else []


def _declines(asked: Understand, found: Sequence[AnyCommand]) -> bool:
    """No to a question of yes or no, and nothing else that was asked for."""
    expectation = asked.expectation
    waits = expectation.kind == "yes_no" and expectation.slot is None and expectation.confirming is None
    return waits and any(isinstance(command, c.Deny) for command in found)


def _asked_for_a_value(expectation: Expectation) -> bool:
    return expectation.slot is not None or expectation.confirming is not None


def _is_clear(wish: c.StartJourney) -> bool:
    """In the middle of a journey another is begun only on a wish that is clearly one."""
    return wish.score >= _CLEAR_WISH


def _is_sure(wish: AnyCommand) -> bool:
    """What is said after no may well be about what was declined: "no, I want to use another card"."""
    return isinstance(wish, c.AskQuestion) or (isinstance(wish, c.StartJourney) and wish.score >= _SURE_OVER_ACT)


def _with_what_is_left(said: Sequence[str], found: Sequence[AnyCommand], acts: ActReading) -> list[AnyCommand]:
    left = [word for word in _content(acts.rest, found) if word not in _MANNERS]
    left = left if _SAYS_WRONG.isdisjoint(said) else [*left, *said]
    besides = " ".join(left) if len(left) >= _SENTENCE_WORDS else ""
    return [c.Deny(besides) if isinstance(command, c.Deny) else command for command in found]


def _called_back(
    asked: Understand, acts: ActReading, found: Sequence[AnyCommand], judged: Judgement | None
) -> list[AnyCommand]:
    """A call back, and the journey that is surely meant by it where nothing is under way. Whoever decides takes one."""
    sure = [] if judged is None else [wish for wish in judged.journeys if wish.score >= _SURE_OVER_ACT]
    if not sure or not _may_be_a_journey(asked, acts):
        return list(found)
    return [*sure, *found]


def _may_be_a_journey(asked: Understand, acts: ActReading) -> bool:
    """Who says what a call back is about has said what a person must know: nothing is left to ask."""
    waits = asked.expectation.slot is not None or asked.expectation.confirming is not None
    return not waits and not _TOPICS.intersection(acts.rest.split())


def _could_ask(asked: Understand, acts: ActReading, found: Sequence[AnyCommand]) -> bool:
    """Whether anything is left over that could ask for a journey, or ask something.

    A value that was asked for settles the turn: "it is for my router, 5501 2479" names no new wish.
    """
    expectation = asked.expectation
    settled = any(isinstance(command, c.SetSlot | c.BeginSlot | c.CorrectSlot) for command in found)
    if settled and (expectation.slot is not None or expectation.confirming is not None):
        return False
    if Act.WANT_HUMAN in acts.acts or is_partial(asked.text, expectation) or not wanted(asked.text, asked.language):
        return False
    if not _is_waiting(expectation):
        left = len(_content(acts.rest, found)) > 0 or Act.CANCEL in acts.acts
        return bool(acts.rest) and (left or not settled)
    content = _content(acts.rest, found)
    return len(content) >= _SENTENCE_WORDS or (len(content) > 0 and _stands_alone(asked, found))


def _stands_alone(asked: Understand, found: Sequence[AnyCommand]) -> bool:
    """Whether a single word of content may be a wish where an answer is waited for: "where is my order?"."""
    expectation = asked.expectation
    nothing_asked_for = expectation.slot is None and expectation.confirming is None
    said = [command for command in found if not isinstance(command, c.Deny)]
    return bool(questions_in(asked.text, asked.language)) or (nothing_asked_for and not said)


def _is_waiting(expectation: Expectation) -> bool:
    return expectation.slot is not None or expectation.confirming is not None or expectation.kind == "yes_no"


def _content(rest: str, found: Sequence[AnyCommand]) -> list[str]:
    raws = {
        word for command in found if isinstance(command, c.SetSlot | c.CorrectSlot) for word in words_of(command.raw)
    }
    return [word for word in rest.split() if word not in CARRIERS and word not in raws and not word.isdecimal()]


def _place(out: Sequence[AnyCommand]) -> int:
    """A journey starts after yes or no to what was asked, before the values and wishes that came with it."""
    return sum(isinstance(command, c.Affirm | c.Deny) for command in out)


def _nothing(asked: Understand, acts: ActReading, judged: Judgement | None) -> AnyCommand:
    if acts.acts == (Act.GREET,) and not acts.rest:
        return c.Greet()
    if acts.asides == (Act.THANK,) and not acts.acts and not acts.rest:
        return c.Thank()
    if Act.UNSURE in acts.asides and not acts.acts and not acts.rest and asked.expectation.slot is not None:
        return c.NotUnderstood("unsure")
    long = _STRANGE_WORDS if _asked_for_a_value(asked.expectation) else SENTENCE
    sentence = len(acts.rest.split()) >= long and not is_partial(asked.text, asked.expectation)
    sentence = sentence and bool(wanted(asked.text, asked.language))
    in_scope = judged is not None and bool(judged.journeys or judged.close)
    return c.NotUnderstood("out_of_scope" if sentence and not in_scope else "unclear")


def _annoyance(asked: Understand, judged: Judgement | None) -> tuple[AnyCommand, ...]:
    """What the words show and what a head heard in them, whichever is more."""
    levels = [frustration_in(asked.text, asked.language), None if judged is None else judged.frustration]
    shown = [level for level in FRUSTRATION_LEVELS if level in levels]
    return (c.ShowFrustration(shown[-1]),) if shown else ()
