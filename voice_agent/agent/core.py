"""Puts the core of a conversation together: the same for a live call, a chat, a simulation and a replay."""

from __future__ import annotations

from voice_agent.agent.limits import CallLimits, LimitSettings
from voice_agent.agent.orchestrator import Orchestrator
from voice_agent.agent.outgoing import OutgoingCall
from voice_agent.config import TurnsConfig
from voice_agent.conversation.expectation import Expectation
from voice_agent.conversation.notes import Watch
from voice_agent.journeys.engine import Engine
from voice_agent.journeys.open_plan import Planner
from voice_agent.journeys.pack import Pack
from voice_agent.turns.floor import Floor
from voice_agent.turns.settings import FloorSettings
from voice_agent.understanding.claims import claims_in
from voice_agent.understanding.completeness import completeness
from voice_agent.understanding.dialogue_acts import insists, is_backchannel
from voice_agent.understanding.murmurs import only_to_oneself
from voice_agent.understanding.turn_values import volunteered


def build_core(
    pack: Pack, turns: TurnsConfig, conversation: str, *, recorded: bool, watch: Watch | None = None
) -> Orchestrator:
    """A fresh machine for `conversation`. Everything else that decides comes with the events.

    `recorded` is what `CallStarted` will say. `watch` is told what the journeys look at while they decide.
    """
    floor = Floor(floor_settings(turns), completeness, _only_listening, _insists)
    planner = Planner(claims_in, turns.plan_ms * 1_000, turns.judge_ms * 1_000)
    engine = Engine(pack, conversation, record=recorded, watch=watch, reads=volunteered, planner=planner)
    limits, policy = CallLimits(limit_settings(turns)), pack.agent.outgoing
    if policy is None:
        return Orchestrator(floor, engine, limits)
    return OutgoingCall(floor, engine, limits, pack, policy)


def floor_settings(turns: TurnsConfig) -> FloorSettings:
    """From the configured milliseconds to what the floor takes."""
    return FloorSettings(silence_us=turns.silence_ms * 1_000, longest_turn_us=turns.longest_turn_ms * 1_000)


def limit_settings(turns: TurnsConfig) -> LimitSettings:
    """As before, to what bounds a call."""
    longest_us = turns.longest_call_ms * 1_000 if turns.longest_call_ms > 0 else None
    return LimitSettings(longest_us=longest_us, unheard_us=turns.no_sound_ms * 1_000)


def _only_listening(text: str, expectation: Expectation) -> bool:
    """While yes or no is asked for, "mhm" and "right" are answers, and so never a sign of listening only. Who asked for
    a moment may talk to themselves."""
    if expectation.holding and only_to_oneself(text, expectation):
        return True
    return expectation.kind != "yes_no" and is_backchannel(text, expectation.setting.language)


def _insists(text: str, expectation: Expectation) -> bool:
    return insists(text, expectation.setting.language)
