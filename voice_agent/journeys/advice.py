"""What is hardly meant in a folder that can be carried out. It looks on after `load`, which doesn't ask it: what was
recorded with a folder replays, whatever is advised about it later.

    problems = advise(load(files))

How much alike examples are takes an engine: `check_examples` tells what somebody else has measured.
"""

from __future__ import annotations

from typing import Final

from voice_agent.journeys.check_conditions import check_conditions
from voice_agent.journeys.check_evidence import check_evidence
from voice_agent.journeys.check_reach import check_reach
from voice_agent.journeys.check_use import check_use
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.problems import Problem, Problems

NO_MODEL: Final = "no language model is configured"


def advise(pack: Pack, *, unjudged: str = NO_MODEL, texts: bool = False) -> list[Problem]:
    """Errors and warnings by file and line. `unjudged`: why no language model judges, empty where one does; `texts`:
    whether somebody sends text messages.
    """
    problems = Problems()
    by_name = {journey.name: journey for journey in pack.journeys}
    identifies = pack.agent.identification is not None
    for journey in pack.journeys:
        check_conditions(journey, problems)
        check_use(journey, problems, unjudged)
        check_evidence(journey, by_name, identifies, problems)
    check_reach(pack, problems, texts=texts)
    return problems.sorted()
