"""A suite of scenarios for one journey: made for every caller that is known, played, and chosen by what they reach.

    suite = JourneySuite(pack, journey, callers)
    first = suite.first_asked()                    # one scenario a caller: whose data leads where?
    whole = suite.of_callers(records_of(first))    # all scenarios of those whose data lead somewhere new
    more = suite.to_reach(records_of(whole))       # those that are to lead where nothing has
    made = suite.chosen([*records_of(whole), *records_of(more)])

Pure: whoever plays them gives back a record for each, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from simulations.making.callers_known import KnownCaller
from simulations.making.coverage import adding, everything
from simulations.making.from_journey import Made, Maker, scenarios_of
from simulations.making.ways import ways_to
from simulations.making.writing import written
from simulations.runs.records import RunRecord
from simulations.scenario import Scenario
from voice_agent.errors import UsageError
from voice_agent.journeys.pack import Journey, Pack


class MadeScenario(msgspec.Struct, frozen=True):
    """`file` is what goes into the agent's `simulations` folder; it came to `status` and `outcome` when it was made.

    `missed` are expectations that did not hold then, or why it could not be played.
    """

    name: str
    file: str
    status: str
    outcome: str | None
    missed: tuple[str, ...] = ()


class MadeSuite(msgspec.Struct, frozen=True):
    """Of one journey: `covered` and `missing` are its steps, branches both ways, policies both ways, tools, slots and
    outcomes; `needed` are slots that no value is known for; `why` says what stands in the way of what is missing."""

    journey: str
    scenarios: tuple[MadeScenario, ...]
    covered: tuple[str, ...]
    missing: tuple[str, ...]
    needed: tuple[str, ...]
    why: dict[str, str] = {}


class JourneySuite:
    """`callers` in the order in which they are preferred, at least one."""

    def __init__(self, pack: Pack, journey: Journey, callers: Sequence[KnownCaller], *, keys: bool) -> None:
        """`keys`: callers can key what is to be keyed in confidence.

        Raises UsageError for a journey that nobody can ask for."""
        self._pack = pack
        self._journey = journey
        self._keys = keys
        self._wanted = [name for name in everything(pack) if name.startswith(f"{journey.name}/")]
        self._made: list[tuple[KnownCaller, Made]] = [
            (caller, scenarios_of(pack, journey, facts=caller.facts, number=caller.number, keys=keys))
            for caller in callers
        ]
        if not self._made[0][1].scenarios:
            raise UsageError(self._made[0][1].needed[0], hint="give it examples under `when`")
        self._kept: list[Scenario] = []
        self._callers: list[KnownCaller] = []
        self._of_first = 0
        self._why: dict[str, str] = {}

    def first_asked(self) -> list[Scenario]:
        """One scenario of each caller."""
        return [_named(made.scenarios[0], caller, number) for number, (caller, made) in enumerate(self._made)]

    def of_callers(self, played: Sequence[RunRecord]) -> list[Scenario]:
        """All scenarios of the callers that lead somewhere new, by the records of `first_asked`."""
        chosen = adding([record.reached for record in played], self._wanted)
        self._kept, self._callers = [], []
        for rank, at in enumerate(chosen if chosen else [0]):
            caller, made = self._made[at]
            self._callers.append(caller)
            self._kept += [_named(scenario, caller, rank) for scenario in made.scenarios]
            if rank == 0:
                self._of_first = len(self._kept)
        return list(self._kept)

    def to_reach(self, played: Sequence[RunRecord]) -> list[Scenario]:
        """Scenarios of the same callers that are to reach what none of `played`, the records of `of_callers`, has."""
        reached = {name for record in played for name in record.reached}
        missing = [name for name in self._wanted if name not in reached]
        more: list[Scenario] = []
        for rank, caller in enumerate(self._callers):
            maker = Maker(self._pack, self._journey, facts=caller.facts, number=caller.number, keys=self._keys)
            found = ways_to(self._pack, self._journey, maker, missing, keys=self._keys)
            more += [_named(scenario, caller, rank) for scenario in found.scenarios]
            self._why = found.why
        self._kept += more
        return more

    def chosen(self, played: Sequence[RunRecord]) -> MadeSuite:
        """All of the first caller's, and of the others what reaches something that those don't."""
        reached = {name for record in played[: self._of_first] for name in record.reached}
        rest = adding(
            [record.reached for record in played[self._of_first :]],
            [name for name in self._wanted if name not in reached],
        )
        keep = [*range(self._of_first), *sorted(self._of_first + at for at in rest)]
        reached |= {name for at in keep for name in played[at].reached}
        missing = tuple(name for name in self._wanted if name not in reached)
        return MadeSuite(
            self._journey.name,
            tuple(_told(self._for_phone(self._kept[at], played[at]), played[at]) for at in keep),
            tuple(name for name in self._wanted if name in reached),
            missing,
            self._made[0][1].needed,
            {name: self._why[name] for name in missing if name in self._why},
        )

    def _for_phone(self, scenario: Scenario, record: RunRecord) -> Scenario:
        """Marked where it comes to something else when it is typed: a number was asked for that can only be keyed."""
        secure = [f"{self._journey.name}/slot {one.name} (" for one in self._journey.slots if one.secure is not None]
        if not any(name.startswith(prefix) for name in record.reached for prefix in secure):
            return scenario
        return msgspec.structs.replace(scenario, phone_only="A number is keyed in confidence.")


def _named(scenario: Scenario, caller: KnownCaller, rank: int) -> Scenario:
    """As it is for the first caller, with the customer in the name for others."""
    who = msgspec.structs.replace(scenario.who, customer=caller.customer)
    name = scenario.scenario
    if rank > 0:
        customer = "" if caller.customer is None else re.sub(r"[^a-z0-9]+", "_", caller.customer.lower()).strip("_")
        name = f"{name}_of_{customer if customer else f'caller_{rank + 1}'}"
    return msgspec.structs.replace(scenario, scenario=name, who=who, knows=_knows(scenario.knows, caller.facts))


def _knows(known: Mapping[str, str], facts: Mapping[str, str]) -> dict[str, str]:
    return {**known, **facts}


def _told(scenario: Scenario, record: RunRecord) -> MadeScenario:
    missed = tuple(f"{check.expectation}: found {check.found}" for check in record.checks if not check.holds)
    if record.status == "error":
        missed = (record.reason,)
    came_to = f"Made and played, it came to {record.outcome if record.outcome is not None else 'no outcome'}."
    short = "".join(f"\nIt fell short then: {each}" for each in missed)
    return MadeScenario(
        scenario.scenario, written(scenario, comment=came_to + short), record.status, record.outcome, missed
    )
