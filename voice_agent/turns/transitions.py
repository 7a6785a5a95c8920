"""Who has the floor, and what passes it on: one enum and one table.

Events come with conditions (were there words? is anything left to say?). `Floor` settles those, names the outcome as
a `Happening` and looks it up here. A pair that is not in the table is a defect, and raises KeyError.

Two things live beside the state: the caller's open turn (in CALLER_*, KEYING, YIELDING and WEIGHING always; in
AGENT_SPEAKING only when the agent went on before the words had come) and turns whose answer is still owed.

States that wait for nothing but the outside: CLOSED, and IDLE where the silence timer is off (typed conversations, and
before the conversation has started). All others have a deadline.
"""

from __future__ import annotations

from enum import Enum, auto
from types import MappingProxyType
from typing import Final


class State(Enum):
    IDLE = auto()
    """Nobody speaks, nothing is owed; the silence timer runs."""
    CALLER_SPEAKING = auto()
    """The caller's voice is on; the agent has nothing to say, or was stopped."""
    CALLER_PAUSED = auto()
    """The voice is off and being recognised; the turn is taken when the endpoint comes."""
    KEYING = auto()
    """Keys are being pressed; voice is not listened to, for the tones themselves sound like voice."""
    DECIDING = auto()
    """A turn was taken, and the agent thinks."""
    AGENT_SPEAKING = auto()
    """The agent speaks, or is about to: something was said that has not all been played."""
    YIELDING = auto()
    """The caller's voice is on over the agent, whose playout is held."""
    WEIGHING = auto()
    """As YIELDING, but the voice is off: its words decide whether the agent goes on."""
    CLOSED = auto()
    """The call has ended."""


class Happening(Enum):
    VOICE_ON = auto()
    """The caller's voice began or went on."""
    VOICE_OFF = auto()
    """The voice paused, or was cut at the longest turn."""
    KEY = auto()
    """A key was pressed."""
    AGENT_SPOKE = auto()
    """The agent issued something to say."""
    CALLER_WON = auto()
    """The agent was stopped, or had finished, while the caller's turn is open."""
    OVER_TO_AGENT = auto()
    """No turn is open, or the open one doesn't keep the agent silent: it may speak (on)."""
    OVER_TO_THOUGHT = auto()
    """No turn is open and nothing is being said, but an answer is owed."""
    OVER = auto()
    """No turn is open, nothing is being said and nothing is owed."""
    ENDED = auto()
    """The call has ended."""


def _table() -> dict[State, dict[Happening, State]]:
    s, h = State, Happening
    return {
        s.IDLE: {
            h.VOICE_ON: s.CALLER_SPEAKING,
            h.KEY: s.KEYING,
            h.AGENT_SPOKE: s.AGENT_SPEAKING,
            h.OVER_TO_THOUGHT: s.DECIDING,
            h.OVER: s.IDLE,
            h.ENDED: s.CLOSED,
        },
        s.CALLER_SPEAKING: {
            h.VOICE_ON: s.CALLER_SPEAKING,
            h.VOICE_OFF: s.CALLER_PAUSED,
            h.KEY: s.KEYING,
            h.AGENT_SPOKE: s.YIELDING,
            h.ENDED: s.CLOSED,
        },
        s.CALLER_PAUSED: {
            h.VOICE_ON: s.CALLER_SPEAKING,
            h.KEY: s.KEYING,
            h.AGENT_SPOKE: s.WEIGHING,
            h.OVER_TO_THOUGHT: s.DECIDING,
            h.OVER: s.IDLE,
            h.ENDED: s.CLOSED,
        },
        s.KEYING: {
            h.KEY: s.KEYING,
            h.OVER_TO_THOUGHT: s.DECIDING,
            h.ENDED: s.CLOSED,
        },
        s.DECIDING: {
            h.VOICE_ON: s.CALLER_SPEAKING,
            h.KEY: s.KEYING,
            h.AGENT_SPOKE: s.AGENT_SPEAKING,
            h.OVER_TO_THOUGHT: s.DECIDING,
            h.OVER: s.IDLE,
            h.ENDED: s.CLOSED,
        },
        s.AGENT_SPEAKING: {
            h.VOICE_ON: s.YIELDING,
            h.KEY: s.KEYING,
            h.AGENT_SPOKE: s.AGENT_SPEAKING,
            h.CALLER_WON: s.CALLER_PAUSED,
            h.OVER_TO_AGENT: s.AGENT_SPEAKING,
            h.OVER_TO_THOUGHT: s.DECIDING,
            h.OVER: s.IDLE,
            h.ENDED: s.CLOSED,
        },
        s.YIELDING: {
            h.VOICE_ON: s.YIELDING,
            h.VOICE_OFF: s.WEIGHING,
            h.KEY: s.KEYING,
            h.AGENT_SPOKE: s.YIELDING,
            h.CALLER_WON: s.CALLER_SPEAKING,
            h.ENDED: s.CLOSED,
        },
        s.WEIGHING: {
            h.VOICE_ON: s.YIELDING,
            h.KEY: s.KEYING,
            h.AGENT_SPOKE: s.WEIGHING,
            h.CALLER_WON: s.CALLER_PAUSED,
            h.OVER_TO_AGENT: s.AGENT_SPEAKING,
            h.ENDED: s.CLOSED,
        },
        s.CLOSED: {},
    }


TRANSITIONS: Final = MappingProxyType({state: MappingProxyType(row) for state, row in _table().items()})
