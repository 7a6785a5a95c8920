"""A synthetic caller and the other side of its call, without audio: words in, words out, in jumps of time."""

from __future__ import annotations

from simulations import caller_events as ev
from simulations.caller import ScriptedCaller
from simulations.caller_events import CallerAction
from simulations.judging.expected import Expect
from simulations.scenario import Limits, Line, Scenario, Who

SECOND = 1_000_000


def scenario_of(*lines: Line, seed: int = 0, limits: Limits | None = None, expect: Expect | None = None) -> Scenario:
    return Scenario(
        v=1,
        scenario="test",
        who=Who("1"),
        lines=lines,
        seed=seed,
        limits=Limits() if limits is None else limits,
        expect=Expect() if expect is None else expect,
    )


class Rehearsal:
    """Plays the agent to a `ScriptedCaller`; `now_us` moves on as things are said."""

    def __init__(self, *lines: Line, seed: int = 0, limits: Limits | None = None) -> None:
        self.caller = ScriptedCaller(scenario_of(*lines, seed=seed, limits=limits))
        self.now_us = 5 * SECOND
        self.done: list[CallerAction] = []
        self._feed(ev.CallAnswered())

    def agent_says(self, text: str, *, lasts_s: float = 2.0, listen: bool = True) -> list[CallerAction]:
        """The agent speaks for so long, and after it what the caller does within a second is returned."""
        began_us = self.now_us
        out = self.agent_starts()
        out += self.wait(lasts_s)
        return out + self.agent_finishes(text, began_us) + (self.wait(1.0) if listen else [])

    def agent_starts(self) -> list[CallerAction]:
        return self._feed(ev.AgentStarted(self.now_us))

    def agent_finishes(self, text: str, began_us: int) -> list[CallerAction]:
        ended_us = self.now_us
        self.now_us += 700_000
        return self._feed(ev.AgentFinished(text, began_us, ended_us))

    def agent_text(self, text: str, began_us: int) -> list[CallerAction]:
        return self._feed(ev.AgentText(text, began_us))

    def spoken(self, *, after_s: float = 0.5) -> list[CallerAction]:
        """The caller's line has been sent; also what follows within a second."""
        self.now_us += round(after_s * SECOND)
        return self._feed(ev.LineSpoken()) + self.wait(1.0)

    def over(self) -> None:
        self._feed(ev.CallOver("agent hung up"))

    def wait(self, seconds: float) -> list[CallerAction]:
        """Time passes, and the caller is woken whenever it asked to be."""
        until_us = self.now_us + round(seconds * SECOND)
        out: list[CallerAction] = []
        while (wake_us := self.caller.next_wake()) is not None and wake_us <= until_us:
            self.now_us = max(self.now_us, wake_us)
            out += self._keep(self.caller.wake(self.now_us))
        self.now_us = until_us
        return out

    def _feed(self, event: ev.CallerEvent) -> list[CallerAction]:
        return self._keep(self.caller.handle(event, self.now_us))

    def _keep(self, actions: list[CallerAction]) -> list[CallerAction]:
        self.done += actions
        return actions
