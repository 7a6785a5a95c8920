"""What nobody can get to: journeys, articles and numbers that no conversation of this agent leads to."""

from __future__ import annotations

from voice_agent.journeys.pack import Journey, Pack
from voice_agent.journeys.problems import Place, Problems
from voice_agent.journeys.steps import CallJourney, steps_within


def check_reach(pack: Pack, problems: Problems, *, texts: bool) -> None:
    """`texts`: whether somebody sends text messages."""
    _check_journeys(pack, problems)
    _check_languages(pack, problems)
    _check_secure(pack, problems)
    _check_articles(pack, problems)
    if not texts:
        _check_texts(pack, problems)


def _check_texts(pack: Pack, problems: Problems) -> None:
    for journey in pack.journeys:
        if journey.links == "by_text_message":
            message = f"found links by text message in '{journey.name}', and nobody sends any: they are said in words"
            problems.warn(journey.place, f"{message}; allowed: with [messages] url in the configuration")


def _check_journeys(pack: Pack, problems: Problems) -> None:
    """`load` refuses those without examples that none calls; an identification is for those that need it."""
    for journey in pack.journeys:
        if journey.provides is not None and not any(other.needs for other in pack.journeys):
            message = f"found the identification '{journey.name}', which no journey needs"
            problems.warn(journey.place, f"{message}; allowed: with a journey that has needs: [identity.verified]")


def _check_languages(pack: Pack, problems: Problems) -> None:
    by_name = {journey.name: journey for journey in pack.journeys}
    for journey in pack.journeys:
        for step in steps_within(journey.steps):
            other = by_name.get(step.journey) if isinstance(step, CallJourney) else None
            missing = [] if other is None else [code for code in journey.languages if code not in other.languages]
            if missing and isinstance(step, CallJourney):
                message = f"found 'call: {step.journey}', which isn't written in {', '.join(missing)}"
                problems.warn(step.place, f"{message}; allowed: a journey in {', '.join(journey.languages)}")


def _check_secure(pack: Pack, problems: Problems) -> None:
    """Only telephones have keys."""
    if "phone" in pack.agent.channels:
        return
    for journey, place in _keyed(pack.journeys):
        message = f"found a secure slot in '{journey.name}' of an agent that is not on the phone"
        problems.warn(place, f"{message}; allowed: with 'phone' among the channels in agent.yaml")


def _keyed(journeys: tuple[Journey, ...]) -> list[tuple[Journey, Place]]:
    return [(journey, slot.place) for journey in journeys for slot in journey.slots if slot.secure is not None]


def _check_articles(pack: Pack, problems: Problems) -> None:
    for article in pack.articles:
        if article.audience == "customers" and pack.agent.identification is None:
            message = "found 'audience: customers' where nobody is identified"
            problems.warn(article.place, f"{message}; allowed: with 'identification' in agent.yaml, or everyone")
        if not set(article.channels) & set(pack.agent.channels):
            message = f"found an article for {', '.join(article.channels)} alone"
            problems.warn(article.place, f"{message}; allowed: the agent's channels, {', '.join(pack.agent.channels)}")
