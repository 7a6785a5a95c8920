"""`voice-agent calls show ID --trace`: turn by turn, why the agent said what it said."""

from __future__ import annotations

from voice_agent.insights.trace import Trace, TurnTrace
from voice_agent.insights.trace_lines import trace_lines

_STATUS = {
    "diverged": "decided again, it comes out otherwise (see `voice-agent replay`): steps and conditions are left out",
    "erased": "the conversation was erased",
    "unknown": "the agent folder that it was made with is not in the store: steps and conditions are left out",
}


def print_trace(shown: Trace) -> None:
    """For people."""
    print(f"{shown.id}: {_STATUS[shown.status]}" if shown.status in _STATUS else shown.id)
    for turn in shown.turns:
        if turn.turn > 0 or turn.said:
            _print_turn(turn)


def _print_turn(turn: TurnTrace) -> None:
    print(f"\n{'before the first turn' if turn.turn == 0 else f'turn {turn.turn}'}  at {turn.at_us / 1_000_000:.2f} s")
    for line in trace_lines(turn):
        print(f"  {line.name:<11} {line.text}")
