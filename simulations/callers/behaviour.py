"""How a caller behaves whatever it says: the `behaviour:` key of a scenario. Data. Pure.

What is a matter of words is written as lines; these are habits, which change every line, or fall between them, by the
run's seed. `simulations.callers.habits` and `simulations.callers.asides` do it.
"""

from __future__ import annotations

from typing import Literal

from simulations.scenario_parts import Count, Milliseconds, Part, Share, Text


class Behaviour(Part, frozen=True):
    """Shares are 0..1: how often, of the times that it could be."""

    patience: Count | None = None
    repeats: bool = True
    talkativeness: Literal["terse", "normal", "chatty"] = "normal"
    spelling: Literal["as_written", "digits", "doubles", "pairs"] = "as_written"
    keys: bool = False
    pause_in_numbers_ms: Milliseconds = 0
    corrects: Share = 0.0
    fillers: Share = 0.0
    backchannels: Share = 0.0
    coughs: Share = 0.0
    side_talk: tuple[Text, ...] = ()
