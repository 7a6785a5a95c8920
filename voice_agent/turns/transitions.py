"""Who has the floor, and what passes it on: one enum and one table.

Events come with conditions (were there words? is anything left to say?). `Floor` settles those, names the outcome as
a `Happening` and looks it up here. A pair that is not in the table is a defect, and raises KeyError.

Two things live beside the state: the caller's open turn (in CALLER_*, KEYING, YIELDING and WEIGHING always; in
AGENT_SPEAKING only when the agent went on before the words had come, or over a voice without words) and turns whose
answer is still owed.

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
    """The caller's voice is on over the agent, whose playout is held until words decide."""
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
    """The agent was stopped, or had finished, while the caller's turn is open and its voice off."""
    VOICE_WON = auto()
    """The same while its voice is on."""
    OVER_TO_AGENT = auto()
    """No turn is open, or the open one doesn't keep the agent silent: it may speak (on)."""
    OVER_TO_THOUGHT = auto()
    """No turn is open and nothing is being said, but an answer is owed."""
    OVER = auto()
    """No turn is open, nothing is being said and nothing is owed."""
    ENDED = auto()
    """The call has ended."""


_S, _H = State, Happening
_TABLE: Final[dict[State, dict[Happening, State]]] = {
    _S.IDLE: {
        _H.VOICE_ON: _S.CALLER_SPEAKING,
        _H.KEY: _S.KEYING,
        _H.AGENT_SPOKE: _S.AGENT_SPEAKING,
        _H.OVER_TO_THOUGHT: _S.DECIDING,
        _H.OVER: _S.IDLE,
        _H.ENDED: _S.CLOSED,
    },
    _S.CALLER_SPEAKING: {
        _H.VOICE_ON: _S.CALLER_SPEAKING,
        _H.VOICE_OFF: _S.CALLER_PAUSED,
        _H.KEY: _S.KEYING,
        _H.AGENT_SPOKE: _S.YIELDING,
        _H.ENDED: _S.CLOSED,
    },
    _S.CALLER_PAUSED: {
        _H.VOICE_ON: _S.CALLER_SPEAKING,
        _H.KEY: _S.KEYING,
        _H.AGENT_SPOKE: _S.WEIGHING,
        _H.OVER_TO_THOUGHT: _S.DECIDING,
        _H.OVER: _S.IDLE,
        _H.ENDED: _S.CLOSED,
    },
    _S.KEYING: {
        _H.KEY: _S.KEYING,
        _H.OVER_TO_THOUGHT: _S.DECIDING,
        _H.ENDED: _S.CLOSED,
    },
    _S.DECIDING: {
        _H.VOICE_ON: _S.CALLER_SPEAKING,
        _H.KEY: _S.KEYING,
        _H.AGENT_SPOKE: _S.AGENT_SPEAKING,
        _H.OVER_TO_THOUGHT: _S.DECIDING,
        _H.OVER: _S.IDLE,
        _H.ENDED: _S.CLOSED,
    },
    _S.AGENT_SPEAKING: {
        _H.VOICE_ON: _S.YIELDING,
        _H.VOICE_OFF: _S.AGENT_SPEAKING,
        _H.KEY: _S.KEYING,
        _H.AGENT_SPOKE: _S.AGENT_SPEAKING,
        _H.CALLER_WON: _S.CALLER_PAUSED,
        _H.VOICE_WON: _S.CALLER_SPEAKING,
        _H.OVER_TO_AGENT: _S.AGENT_SPEAKING,
        _H.OVER_TO_THOUGHT: _S.DECIDING,
        _H.OVER: _S.IDLE,
        _H.ENDED: _S.CLOSED,
    },
    _S.YIELDING: {
        _H.VOICE_ON: _S.YIELDING,
        _H.VOICE_OFF: _S.WEIGHING,
        _H.KEY: _S.KEYING,
        _H.AGENT_SPOKE: _S.YIELDING,
        _H.VOICE_WON: _S.CALLER_SPEAKING,
        _H.OVER_TO_AGENT: _S.AGENT_SPEAKING,
        _H.ENDED: _S.CLOSED,
    },
    _S.WEIGHING: {
        _H.VOICE_ON: _S.YIELDING,
        _H.KEY: _S.KEYING,
        _H.AGENT_SPOKE: _S.WEIGHING,
        _H.CALLER_WON: _S.CALLER_PAUSED,
        _H.OVER_TO_AGENT: _S.AGENT_SPEAKING,
        _H.ENDED: _S.CLOSED,
    },
    _S.CLOSED: {},
}

TRANSITIONS: Final = MappingProxyType({state: MappingProxyType(row) for state, row in _TABLE.items()})
