"""Scenarios that lead to parts of a journey which nothing has reached: other answers, tools that say otherwise. Pure.

    found = ways_to(pack, journey, maker, missing)
    found.scenarios             # at most two for each part; parts that take the same share them
    found.why                   # why there is none, by part: "it takes ... both to hold and to fail"

That a scenario leads there is not known until it is played: the data may stand in the way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from simulations.making.conditions import Wanted, all_of, bare
from simulations.making.from_journey import Maker
from simulations.making.needs import Needs, needs_of
from simulations.making.settings import Set, Settings
from simulations.scenario import Scenario
from simulations.scenario_world import Mock
from voice_agent.journeys.pack import Journey, Pack

TRIED: Final = 2
"""Ways to each part that are played."""
KEYED: Final = "a number is keyed in confidence on the way, which nobody can type: play it with --level audio"
NO_WAY: Final = "no way is known to it"
TRIED_ALL: Final = "what was tried did not come to it"


class Ways(msgspec.Struct, frozen=True):
    """`why`: what stands in the way of each part, as far as the folder tells."""

    scenarios: tuple[Scenario, ...]
    why: dict[str, str]


def ways_to(pack: Pack, journey: Journey, maker: Maker, missing: Iterable[str], *, keys: bool) -> Ways:
    """To each of `missing`. `keys`: the caller has a keypad."""
    settings = Settings(journey, maker.involved, customer=_customer(pack))
    needs = needs_of(journey)
    scenarios: dict[bytes, Scenario] = {}
    why: dict[str, str] = {}
    for part in missing:
        needed = needs.get(part)
        if needed is None:
            why[part] = NO_WAY
        elif not (ways := all_of(needed.wanted)):
            why[part] = _contradiction(needed)
        elif needed.keyed and not keys:
            why[part] = KEYED
        else:
            sets = [found for way in ways if (found := settings.of(way)) is not None]
            for found in sets[:TRIED]:
                scenarios.setdefault(msgspec.json.encode(found), _scenario(maker, part, found, len(scenarios) + 1))
            unknown = sets[0].unknown if sets else ()
            why[part] = f"nothing is known to make {_quoted(unknown)} so" if unknown else TRIED_ALL
    return Ways(tuple(scenarios.values()), why)


def _scenario(maker: Maker, part: str, found: Set, number: int) -> Scenario:
    mocks: dict[str, tuple[Mock, ...]] = {
        tool: (Mock(set=fields, times="always"),) for tool, fields in found.fields.items()
    }
    scenario = maker.made_so(f"way_{number}", found.said, mocks)
    return msgspec.structs.replace(scenario, about=f"Made to reach {part}.")


def _contradiction(needed: Needs) -> str:
    """The last condition that can't come out as it must, given those before it."""
    for end in range(1, len(needed.wanted) + 1):
        if not all_of(needed.wanted[:end]):
            source, held = needed.wanted[end - 1]
            against = [_told(one) for one in needed.wanted[: end - 1] if not all_of([one, (source, held)])]
            told = f" and {against[0]}" if against else ""
            return f"can't be: it takes {_told((source, held))}{told}"
    return NO_WAY


def _told(wanted: Wanted) -> str:
    source, held = wanted
    return f"`{bare(source)}` to {'hold' if held else 'fail'}"


def _quoted(parts: Iterable[str]) -> str:
    return ", ".join(f"`{part}`" for part in parts)


def _customer(pack: Pack) -> str | None:
    """The tool whose result journeys know as `customer`."""
    provisions = [journey.provides for journey in pack.journeys if journey.provides is not None]
    return provisions[0].customer if provisions else None
