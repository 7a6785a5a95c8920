"""Carries out the commands of a turn in a fixed order, whichever way they came:

a person is asked for; another language; values; a yes to what was read back; new wishes; a question; then whatever
steers the conversation. The first that leads to something ends it; what nothing comes of is left over.
"""

from __future__ import annotations

from typing import TypeVar

from voice_agent.conversation.commands import (
    Affirm,
    Ambiguous,
    AnyCommand,
    AskQuestion,
    AskWhatIsOffered,
    AskWhoSpeaks,
    BeginSlot,
    Cancel,
    Command,
    CorrectSlot,
    Deny,
    Goodbye,
    Greet,
    HoldOn,
    Repeat,
    SetSlot,
    ShowFrustration,
    StartJourney,
    Thank,
    WantHuman,
)
from voice_agent.journeys.asking import ask
from voice_agent.journeys.calling_off import call_off
from voice_agent.journeys.did_you_mean import ask_which, chosen
from voice_agent.journeys.ending import hand_over, say_goodbye
from voice_agent.journeys.flow import proceed
from voice_agent.journeys.left_over import leave_over
from voice_agent.journeys.moods import leaves_in_anger, soothe
from voice_agent.journeys.offered import tell_what_is_offered, tell_who_speaks
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.reading_ahead import read_ahead
from voice_agent.journeys.repeating import repeat
from voice_agent.journeys.said_so_far import note_beginning
from voice_agent.journeys.secure_slots import key_anew
from voice_agent.journeys.talk import Kind, Scene
from voice_agent.journeys.tongues import switched
from voice_agent.journeys.values import Taken, take_value
from voice_agent.journeys.yes_no import affirm, deny, settle

_C = TypeVar("_C", bound=Command)


def carry_out(scene: Scene, commands: tuple[AnyCommand, ...], heard: str | None = None) -> None:
    """Does what the commands ask for. `heard` is what was heard of the question, where the caller cut it off."""
    turn = _Turn(scene, commands, heard)
    for step in (_person, switched, _progress, _anger, _steer, _go_on_with, _polarity, _close, _mood):
        if step(turn):
            scene.talk.misses = 0
            return
    leave_over(scene, commands)


class _Turn:
    """The commands of one turn by type."""

    def __init__(self, scene: Scene, commands: tuple[AnyCommand, ...], heard: str | None) -> None:
        self.scene = scene
        self.commands = tuple(chosen(scene.talk, command) or command for command in commands)
        self.heard = heard
        yes = self.first(Affirm)
        self.affirmed, self.besides = yes is not None, "" if yes is None else yes.besides
        no = self.first(Deny)
        self.denied, self.left_over = no is not None, no is not None and no.besides != ""
        if self.affirmed and self.denied:
            self.affirmed = self.denied = False
        begun = [note_beginning(scene.talk, command) for command in commands if isinstance(command, BeginSlot)]
        self.begun = any(begun)

    def first(self, kind: type[_C]) -> _C | None:
        return next((command for command in self.commands if isinstance(command, kind)), None)

    def values(self) -> list[SetSlot | CorrectSlot]:
        return [command for command in self.commands if isinstance(command, SetSlot | CorrectSlot)]


def _person(turn: _Turn) -> bool:
    """A person is asked for: honoured at once, or after one offer to help where the agent makes one."""
    asked = turn.first(WantHuman)
    if asked is None or (asked.call_back and _has_a_journey(turn)):
        return False
    scene, talk = turn.scene, turn.scene.talk
    for command in turn.values():
        if take_value(scene, command, denied=turn.denied) is Taken.SETTLED:
            return True
    if talk.pack.agent.offer is not None and not talk.offered_help:
        talk.offered_help = True
        scene.wait(Kind.OFFER_HELP)
        ask_again(scene)
        return True
    frames = reversed(talk.work.open_journeys())
    rules = [rule for frame in frames for rule in frame.journey.escalations if rule.asked_for_human]
    reason = "the caller asked to be called back" if asked.call_back else "the caller asked for a person"
    hand_over(scene, reason, rules[0] if rules else None, call_back=asked.call_back)
    return True


def _has_a_journey(turn: _Turn) -> bool:
    """Whether a journey sees to what is asked for, in the language that is spoken."""
    wishes = [command.journey for command in turn.commands if isinstance(command, StartJourney)]
    language, pack = turn.scene.talk.surroundings.language, turn.scene.talk.pack
    journeys = [pack.journey(name) for name in wishes if turn.scene.offers(name)]
    return any(journey is not None and language in journey.languages for journey in journeys)


def _progress(turn: _Turn) -> bool:
    """Values, a yes to what was read back, new wishes: whatever lets the journeys go on."""
    scene = turn.scene
    progress = False
    if turn.affirmed and len(turn.commands) > 1:
        progress = settle(scene, turn.heard, turn.values(), turn.besides)
    for command in turn.values():
        taken = take_value(scene, command, denied=turn.denied)
        if taken is Taken.SETTLED:
            return True
        progress = progress or taken is Taken.YES
    progress = _start_journeys(turn, progress) or progress
    question, called_off = turn.first(AskQuestion), turn.first(Cancel)
    if question is not None and not progress and _anger(turn):
        return True
    if question is not None:
        if called_off is not None:
            call_off(scene, called_off, turn.heard)
        if ask(scene, question.text, moved_on=progress):
            return True
    if progress:
        proceed(scene)
    return progress


def _anger(turn: _Turn) -> bool:
    """Who is shouting is not asked to wait for the answer where the journey says that a person takes over."""
    return turn.first(ShowFrustration) is not None and leaves_in_anger(turn.scene)


def _start_journeys(turn: _Turn, values_taken: bool) -> bool:
    """The wish that was said first begins now, the others wait; within a journey a value goes before a wish."""
    talk = turn.scene.talk
    work = talk.work
    wishes = [command for command in turn.commands if isinstance(command, StartJourney)]
    known = [wish for wish in wishes if turn.scene.offers(wish.journey)]
    names = list(dict.fromkeys(wish.journey for wish in known))
    fresh = [name for name in names if not work.is_under_way(name) and name not in work.queue]
    if fresh:
        talk.warned = False
    if fresh and not (values_taken and work.stack):
        work.forget_beginnings()
        read_ahead(turn.scene, fresh[0])
        work.start(fresh.pop(0))
    work.queue += fresh
    return bool(names)


def _steer(turn: _Turn) -> bool:
    scene, talk = turn.scene, turn.scene.talk
    asked = turn.first(Repeat)
    ambiguous = turn.first(Ambiguous)
    if ambiguous is not None and ask_which(scene, ambiguous.journeys):
        return True
    called_off = turn.first(Cancel)
    if called_off is not None:
        call_off(scene, called_off, turn.heard)
    elif asked is not None:
        repeat(scene, asked)
    elif turn.first(AskWhatIsOffered) is not None:
        tell_what_is_offered(scene)
    elif turn.first(AskWhoSpeaks) is not None:
        tell_who_speaks(scene)
    elif turn.first(HoldOn) is not None:
        scene.say("hold_on")
        scene.reply.in_passing = True
        talk.holding = True
    else:
        return False
    return True


def _go_on_with(turn: _Turn) -> bool:
    """The beginning of a value: asks for the rest."""
    if turn.begun:
        proceed(turn.scene)
    return turn.begun


def _mood(turn: _Turn) -> bool:
    if turn.first(ShowFrustration) is None:
        return False
    soothe(turn.scene)
    return True


def _polarity(turn: _Turn) -> bool:
    """Yes or no to what was asked. Good-bye goes before no ("no thanks, bye"), and before a yes to anything else."""
    if not turn.affirmed and key_anew(turn.scene, denied=turn.denied):
        return True
    leaves = turn.first(Goodbye) is not None
    if leaves and (not turn.affirmed or turn.scene.talk.waiting.kind is Kind.ANYTHING_ELSE):
        return False
    if turn.affirmed and turn.first(Thank) is not None and turn.scene.talk.waiting.kind is Kind.ANYTHING_ELSE:
        return False  # "okay, thanks" wants nothing else
    if turn.affirmed:
        return affirm(turn.scene, turn.heard, turn.besides)
    if turn.left_over and turn.scene.talk.waiting.kind is Kind.ANYTHING_ELSE:
        return False  # there is something else, whatever it is
    return turn.denied and deny(turn.scene)


def _close(turn: _Turn) -> bool:
    scene, talk = turn.scene, turn.scene.talk
    if turn.first(Goodbye) is not None:
        if (talk.work.open_journeys() or talk.work.queue) and not talk.warned:
            talk.warned = True
            scene.ask(Kind.LEAVING)
        else:
            say_goodbye(scene)
        return True
    if turn.first(Thank) is not None:
        scene.say("welcome")
        ask_again(scene)
        return True
    if turn.first(Greet) is not None:
        if talk.waiting.kind is Kind.OPENING:
            scene.say("hello")
        ask_again(scene)
        return True
    return False
