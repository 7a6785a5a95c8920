"""Holds back what a model wrote until everything in it is supported; tells whoever watches what was found.

A text that is refused is never spoken: the model is asked once more with the reasons, then code says what is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voice_agent.conversation.expectation import Setting
from voice_agent.conversation.notes import TextJudged
from voice_agent.journeys.claims import Facts, Verdict, judge
from voice_agent.journeys.default_plan import told_by_code
from voice_agent.journeys.disclosing import knowledge_in
from voice_agent.journeys.frame import Frame, PlanState
from voice_agent.journeys.moves import Speak
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.talk import Scene
from voice_agent.journeys.templates import Template
from voice_agent.journeys.walk import Walk

_UNREAD = Verdict(("nobody is there who could read what it claims",))


def may_be_said(scene: Scene, frame: Frame, walk: Walk, move: Speak) -> bool:
    """Whether a sentence may be spoken. One that may not is taken out of the plan, or replaced by one of ours."""
    state = frame.plan
    if move.path not in state.written:
        return True
    verdict = _verdict(scene, frame, walk, move.text)
    if scene.talk.watch is not None:
        scene.talk.watch(TextJudged(frame.journey.name, move.path, move.text, verdict.supported, verdict.reasons))
    if verdict.supported:
        state.refused, state.refusals = "", 0
        return True
    at = next(number for number, step in enumerate(state.steps) if step.path == move.path)
    ours = () if refuse(state, "; ".join(verdict.reasons)) else told_by_code(scene, frame, walk, move.path)
    state.steps[at : at + 1] = ours
    state.written.discard(move.path)
    state.silent = state.silent or state.refused == ""
    return False


def refuse(state: PlanState, reason: str) -> bool:
    """Whether the model is asked again: once for each step."""
    state.refusals += 1
    asks_again = state.refusals < 2
    state.refused = reason if asks_again else ""
    if not asks_again:
        state.refusals = 0
    return asks_again


def _verdict(scene: Scene, frame: Frame, walk: Walk, text: str) -> Verdict:
    reads = scene.talk.planner.reads
    if reads is None:
        return _UNREAD
    around = scene.talk.surroundings
    names = scene.names()
    setting = Setting(str(names.get("now", "")), around.language, scene.talk.pack.agent.region)
    values: dict[str, Any] = {
        **walk.slot_values(),
        **{slot.name: walk.label(slot.name) for slot in frame.journey.slots if slot.name in walk.slot_values()},
        **{tool.name: walk.names.get(tool.name) for tool in frame.journey.tools},
        **{name: names[name] for name in ("today", "customer", "caller") if name in names},
    }
    articles = (article.words() for article in knowledge_in(scene, frame, walk))
    texts = (*_texts_of(frame.journey, around.language), *scene.talk.cited, *articles)
    facts = Facts.of(values, texts, reads, setting)
    return judge(text, facts, reads, setting)


def _texts_of(journey: Journey, language: str) -> Iterator[str]:
    """What the author wrote that is said aloud, without what fills its gaps."""
    templates: list[Template | None] = [ask for slot in journey.slots for ask in (*slot.asks, slot.readback)]
    templates += [policy.say for policy in journey.policies]
    templates += [text for tool in journey.tools for text in (tool.filler, tool.progress, tool.confirm)]
    for template in templates:
        if template is not None:
            yield "".join(part for part in template.within(language).parts if isinstance(part, str))
