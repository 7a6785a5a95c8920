"""An agent folder, as texts by path, to a compiled Pack. It reads no file: a shell does, and hands over the texts.

problems = check({"agent.yaml": "...", "journeys/track_order.yaml": "..."})
pack = load(files)                   # raises AgentFolderError, "file:line: what was found; what is allowed"
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase

from voice_agent.journeys.articles import FOLDER, Article
from voice_agent.journeys.bound_articles import bind_articles
from voice_agent.journeys.check_journey import JourneyCheck
from voice_agent.journeys.pack import Journey, Pack
from voice_agent.journeys.problems import Place, Problem, Problems, nearest
from voice_agent.journeys.read_agent import AGENT_FILE, AgentFile, read_agent
from voice_agent.journeys.read_article import check_articles, read_article
from voice_agent.journeys.read_journey import JourneyReader
from voice_agent.journeys.read_lexicon import read_lexicon
from voice_agent.journeys.read_rates import read_rates
from voice_agent.journeys.read_tools import read_tools
from voice_agent.journeys.source import parse
from voice_agent.journeys.steps import CallJourney, steps_within
from voice_agent.journeys.templates import Template
from voice_agent.journeys.texts import BUILT_IN, GAPS

JOURNEYS = "journeys/"
SIMULATIONS = "simulations/"
NO_JOURNEY = "conversation"
"""Under this name outcomes are recorded that belong to no journey."""


def check(files: Mapping[str, str]) -> list[Problem]:
    """Everything wrong with a folder, in order of file and line; empty where `load` would succeed."""
    return _read(files)[1].sorted()


def load(files: Mapping[str, str]) -> Pack:
    """`files` maps paths relative to the folder, with `/`, to text. Raises AgentFolderError for the first problem."""
    pack, problems = _read(files)
    for problem in problems.sorted():
        raise problem.as_error()
    if pack is None:
        raise Problem(AGENT_FILE, 1, "found no agent; allowed: a mapping").as_error()
    return pack


def folder_digest(files: Mapping[str, str]) -> str:
    """SHA-256, in hexadecimal, over paths and texts in the order of paths: the identity of what an agent does."""
    digest = hashlib.sha256()
    for path in sorted(files):
        for part in (path, files[path]):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
    return digest.hexdigest()


def _read(files: Mapping[str, str]) -> tuple[Pack | None, Problems]:
    problems = Problems()
    _check_paths(files, problems)
    agent = _agent(files, problems)
    if agent is None:
        return None, problems
    used: set[str] = set()
    journeys, complete = _journeys(files, agent, used, problems)
    targets = {rule.target for journey in journeys for rule in journey.escalations if rule.target is not None}
    if not complete:
        used, targets = set(agent.texts), {*targets, *agent.settings.addresses}
    _check_agent(agent, used, targets, problems)
    _check_journeys(journeys, agent, problems)
    _check_simulations(journeys, files, problems)
    tools = read_tools(files, problems)
    rates = read_rates(files, journeys, problems)
    articles = bind_articles(_articles(files, agent.settings.languages, problems), journeys, problems)
    lexicon = read_lexicon(files, agent.settings.languages, problems)
    found = (agent.settings, tuple(journeys), agent.texts, folder_digest(files), tools, rates, articles, lexicon)
    return Pack(*found), problems


def _check_paths(files: Mapping[str, str], problems: Problems) -> None:
    for path in sorted(files):
        if path.startswith(JOURNEYS) and not path.endswith(".yaml"):
            problems.add(Place(path, 1), f"found '{path}' among the journeys; allowed: files ending in .yaml")


def _agent(files: Mapping[str, str], problems: Problems) -> AgentFile | None:
    if AGENT_FILE not in files:
        problems.add(Place(AGENT_FILE, 1), "found no agent.yaml; allowed: a folder with agent.yaml and journeys/*.yaml")
        return None
    root = parse(AGENT_FILE, files[AGENT_FILE], problems)
    return read_agent(root, problems) if root is not None else None


def _journeys(
    files: Mapping[str, str], agent: AgentFile, used: set[str], problems: Problems
) -> tuple[list[Journey], bool]:
    """The journeys, and whether every file could be read; `used` is told which texts they name."""
    journeys: list[Journey] = []
    complete = True
    for path in sorted(files):
        if not (path.startswith(JOURNEYS) and path.endswith(".yaml")):
            continue
        root = parse(path, files[path], problems)
        if root is None:
            complete = False
            continue
        reader = JourneyReader(problems, agent)
        journeys.append(reader.read(root))
        used |= reader.used_texts
    return journeys, complete


def _articles(files: Mapping[str, str], languages: tuple[str, ...], problems: Problems) -> tuple[Article, ...]:
    paths = [path for path in sorted(files) if path.startswith(FOLDER)]
    read = [read_article(path, files[path], languages, problems) for path in paths]
    articles = tuple(article for article in read if article is not None)
    check_articles(articles, problems)
    return articles


def _check_agent(agent: AgentFile, used: Collection[str], targets: Collection[str], problems: Problems) -> None:
    settings = agent.settings
    place = agent.places.get("greeting", Place(AGENT_FILE, 1))
    for template in (settings.greeting, settings.disclosure, settings.recording_notice, settings.offer):
        if template is not None:
            _check_gaps(template, (), place, problems)
    for name in settings.addresses:
        if name != settings.transfer_to and name not in targets:
            problems.unknown(
                agent.places["transfer"], "an address for the list", name, sorted({settings.transfer_to, *targets})
            )
    for name, place in agent.text_places.items():
        if name in BUILT_IN:
            for template in agent.texts[name]:
                _check_gaps(template, GAPS.get(name, ()), place, problems)
        elif name not in used:
            problems.unknown(place, "the text", name, sorted(BUILT_IN))


def _check_gaps(template: Template, more: tuple[str, ...], place: Place, problems: Problems) -> None:
    allowed = ("agent.name", *more)
    for gap in template.gaps():
        if ".".join(gap.path) not in allowed:
            problems.unknown(place, "in a text the name", ".".join(gap.path), allowed)


def _check_journeys(journeys: list[Journey], agent: AgentFile, problems: Problems) -> None:
    by_name: dict[str, Journey] = {}
    for journey in journeys:
        earlier = by_name.setdefault(journey.name, journey)
        if earlier is not journey or journey.name == NO_JOURNEY:
            message = f"found the journey '{journey.name}', which is taken; allowed: a name of its own"
            problems.add(journey.place, message)
    for journey in journeys:
        JourneyCheck(journey, problems, by_name).run()
    _check_calls(by_name, problems)
    if not journeys:
        problems.add(Place(AGENT_FILE, 1), "found no journeys; allowed: at least one file journeys/*.yaml")
    _check_identification(by_name, agent, problems)
    _check_effects(journeys, problems)


def _check_identification(by_name: dict[str, Journey], agent: AgentFile, problems: Problems) -> None:
    name = agent.settings.identification
    called = {other for journey in by_name.values() for other in called_by(journey)}
    if name is not None:
        place = agent.places["identification"]
        if name not in by_name:
            problems.unknown(place, "for identification the journey", name, sorted(by_name))
            name = nearest(name, by_name)  # the journey that was meant is not wrong too
        elif by_name[name].provides is None:
            problems.add(by_name[name].place, "found an identification without 'provides'; allowed: with it")
        elif by_name[name].needs:
            problems.add(by_name[name].place, "found an identification with 'needs'; allowed: without")
    for journey in by_name.values():
        if journey.name == name:
            continue
        if journey.provides is not None:
            message = "found 'provides'; allowed: in the journey that agent.yaml names under 'identification'"
            problems.add(journey.provides.place, message)
        if journey.needs and name is None:
            problems.add(journey.place, "found 'needs' without an identification; allowed: with one in agent.yaml")
        if not journey.examples and journey.name not in called:
            problems.add(journey.place, "found a journey that nothing leads to; allowed: with examples under 'when'")


def called_by(journey: Journey) -> tuple[str, ...]:
    """The journeys that it calls itself."""
    return tuple(step.journey for step in steps_within(journey.steps) if isinstance(step, CallJourney))


def _check_calls(by_name: dict[str, Journey], problems: Problems) -> None:
    """No journey may lead back to itself."""
    for journey in by_name.values():
        reached: set[str] = set()
        ahead = list(called_by(journey))
        while ahead:
            name = ahead.pop()
            if name not in reached and name in by_name:
                reached.add(name)
                ahead += called_by(by_name[name])
        if journey.name in reached:
            message = f"found '{journey.name}', which calls itself in the end; allowed: calls that come to an end"
            problems.add(journey.place, message)


def _check_simulations(journeys: list[Journey], files: Mapping[str, str], problems: Problems) -> None:
    """Each pattern must name a file, where the folder's simulations are at hand."""
    known = [path.removeprefix(SIMULATIONS) for path in files if path.startswith(SIMULATIONS)]
    for journey in journeys:
        for pattern in journey.simulations:
            if not any(fnmatchcase(name, pattern) for name in known):
                problems.unknown(journey.place, "for simulations", pattern, sorted(known))


def _check_effects(journeys: list[Journey], problems: Problems) -> None:
    effects: dict[str, str] = {}
    for journey in journeys:
        for tool in journey.tools:
            if effects.setdefault(tool.name, tool.effect) != tool.effect:
                message = f"found '{tool.name}' as a {tool.effect}; allowed: {effects[tool.name]}, as in other journeys"
                problems.add(tool.place, message)
