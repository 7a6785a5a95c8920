"""A question in the middle, or a sentence that nobody understood: looks it up in the articles, quotes what answers it,
and goes back to where we were.

An article's words are only ever quoted: they reach neither slots nor tools nor sentences of journeys. One that belongs
to a block is quoted only where the block was there when the question was asked. Below `ANSWERED_FROM` the agent says
that it doesn't know, and the question is recorded as a gap.
"""

from __future__ import annotations

import re
from typing import Final

from voice_agent.conversation.actions import Consult, DropLate, RecordGap
from voice_agent.conversation.knowledge import Consulted, ConsultFailed, FoundPassage
from voice_agent.conversation.records import tag_of
from voice_agent.journeys.articles import Article, Passage, find_passage
from voice_agent.journeys.asked_for import can_answer, is_bare
from voice_agent.journeys.disclosing import articles_disclosed
from voice_agent.journeys.flow import proceed
from voice_agent.journeys.moods import calms
from voice_agent.journeys.open_question import OpenQuestion
from voice_agent.journeys.questions import ask_again, miss
from voice_agent.journeys.quoting import quote
from voice_agent.journeys.talk import BUSY, Kind, Phase, Scene, Talk
from voice_agent.journeys.told import told_already

ANSWERED_FROM: Final = 0.5
"""Scores are calibrated: from here on, a passage is likelier to answer than not."""
FILLER_AFTER_US: Final = 900_000
"""From the question to the words that bridge a slow search."""
_FEW_CHOICES: Final = 6
_ONE: Final = re.compile(r"\b(?:ones?|of (?:them|those|these)|cual(?:es)?|cuál(?:es)?)\b", re.IGNORECASE)
_PERSON_AFTER: Final = 2
"""Questions in a row that nobody could answer: then a person is offered."""


def ask(scene: Scene, text: str, *, moved_on: bool) -> bool:
    """Asks the articles; a question that is still open is dropped for it. False where there are none to ask."""
    talk = scene.talk
    known = told_already(talk.asking, text, talk.surroundings.language)
    if known is not None:
        _tell_again(scene, text, known, moved_on=moved_on)
        return True
    if not talk.pack.articles:
        _record_gap(scene, text, None)
        if moved_on:
            scene.say("dont_know")
        return False
    asking = talk.asking
    asking.requests += 1
    moved_on = moved_on or (asking.open is not None and asking.open.moved_on)
    blocks = articles_disclosed(scene)
    question = OpenQuestion(asking.requests, text, scene.now_us, moved_on, blocks)
    if is_bare(text, talk.surroundings.language):
        asking.open = None
        _own_up(scene, question, None)
        _go_back(scene, question)
        return True
    _consult(scene, question)
    return True


def _tell_again(scene: Scene, text: str, known: str, *, moved_on: bool) -> None:
    """What was said already answers it; the articles are not asked."""
    asking = scene.talk.asking
    moved_on = moved_on or (asking.open is not None and asking.open.moved_on)
    asking.open = None
    asking.unanswered = scene.talk.misses = 0
    scene.reply.say(known)
    _go_back(scene, OpenQuestion(asking.requests, text, scene.now_us, moved_on))


def look_up(scene: Scene, text: str) -> bool:
    """Looks for what `text` says, which nobody understood, in the articles: "the router has a red light". False where
    there are none; where none is about it, the turn is missed then."""
    talk = scene.talk
    if not talk.pack.articles or talk.asking.open is not None:
        return False
    talk.asking.requests += 1
    blocks = articles_disclosed(scene)
    _consult(scene, OpenQuestion(talk.asking.requests, text, scene.now_us, False, blocks, stated=True))
    return True


def _consult(scene: Scene, question: OpenQuestion) -> None:
    talk, surroundings = scene.talk, scene.talk.surroundings
    talk.asking.open = question
    names = surroundings.names(scene.now_us)
    scene.reply.act(
        Consult(
            question.request,
            _query(talk, question.text),
            surroundings.language,
            surroundings.channel,
            "customers" if surroundings.verified else "everyone",
            str(names.get("today", "")),
            tuple(question.blocks),
        )
    )


def _query(talk: Talk, text: str) -> str:
    """What is looked for: "which one is the cheapest" is about what there is to choose from."""
    slot = talk.waiting.slot if talk.waiting.kind is Kind.SLOT else None
    if slot is None or not 0 < len(slot.choices) <= _FEW_CHOICES or _ONE.search(text) is None:
        return text
    return f"{text} ({', '.join(choice.labels[0] for choice in slot.choices)})"


def drop_question(scene: Scene) -> None:
    """Nobody wants to know any more."""
    scene.talk.asking.open = None


def looked_up(scene: Scene, event: Consulted | ConsultFailed) -> None:
    """Answers, and goes back to where we were. A search that failed is not the same as not knowing."""
    question = _taken(scene, event)
    if question is None:
        return
    if isinstance(event, Consulted):
        told = _tell(scene, question, event)
    else:
        told = not question.stated
        if told:
            scene.say("lookup_failed")
    if told:
        _go_back(scene, question)
    else:
        miss(scene, "out_of_scope")


def _tell(scene: Scene, question: OpenQuestion, event: Consulted) -> bool:
    """Quotes the best passage if it is good enough, or owns up to not knowing. False where nothing was asked, and no
    article is about what was said."""
    passages = [(one, find_passage(scene.talk.pack.articles, one.passage)) for one in event.passages]
    open_ones = [(one, at) for one, at in passages if at is None or not at[0].bound or at[0].article in question.blocks]
    asked, language = _query(scene.talk, question.text), scene.talk.surroundings.language
    fit = [one for one in open_ones if one[1] is None or can_answer(asked, language, *one[1], one[0].score)]
    best, known = (*fit, *open_ones, (None, None))[0]
    if best is not None and fit and known is not None and best.score >= ANSWERED_FROM:
        _answer(scene, question, *known)
        scene.talk.asking.unanswered = scene.talk.misses = 0
        return True
    if question.stated:
        return False
    _own_up(scene, question, best)
    return True


def _own_up(scene: Scene, question: OpenQuestion, best: FoundPassage | None) -> None:
    scene.say("dont_know")
    _record_gap(scene, question.text, best)
    scene.talk.asking.unanswered += 1


def bridge_due(talk: Talk) -> int | None:
    """When the caller should hear that it takes a moment; None where nothing is looked up, or they have heard."""
    question = talk.asking.open
    return None if question is None or question.bridged else question.asked_us + FILLER_AFTER_US


def bridge(scene: Scene) -> None:
    """The search takes long: says so, once."""
    question, due_us = scene.talk.asking.open, bridge_due(scene.talk)
    if question is None or due_us is None or due_us > scene.now_us:
        return
    question.bridged = True
    if scene.talk.phase is Phase.LIVE:
        scene.say("one_moment")
        scene.reply.purpose = "filler"


def _taken(scene: Scene, event: Consulted | ConsultFailed) -> OpenQuestion | None:
    """The question that this is about, which is open no more; None where nobody waits for it."""
    tag, request = tag_of(event), event.request
    asking = scene.talk.asking
    question = asking.open
    if question is None or question.request != request:
        scene.reply.act(DropLate(tag, request, "its question was dropped or asked anew"))
        return None
    asking.open = None
    if scene.talk.phase is not Phase.LIVE or scene.talk.waiting.kind is Kind.CONNECTING:
        scene.reply.act(DropLate(tag, request, "the caller is leaving"))
        return None
    return question


def _answer(scene: Scene, question: OpenQuestion, article: Article, passage: Passage) -> None:
    channel = scene.talk.surroundings.channel
    quoted = quote(passage, question.text, article.language, channel)
    scene.reply.quote(quoted, article.article, passage.passage, question.blocks.get(article.article, ""))
    scene.talk.cited.append(quoted.text)
    scene.talk.asking.told = ()
    if channel == "text":
        scene.say("source" if article.link is None else "source_link", title=article.title, link=article.link)


def _record_gap(scene: Scene, question: str, best: FoundPassage | None) -> None:
    talk = scene.talk
    nearest, score = ("", 0.0) if best is None else (best.passage, best.score)
    gap = RecordGap(question, talk.surroundings.language, talk.surroundings.channel, nearest, score)
    scene.reply.act(gap)


def _go_back(scene: Scene, question: OpenQuestion) -> None:
    """To what was open before the question, in its next wording."""
    talk = scene.talk
    kind = talk.waiting.kind
    if kind in BUSY and not question.moved_on:
        return  # its result goes on by itself
    if talk.asking.unanswered and calms(scene):
        talk.asking.unanswered = 0
        return
    if talk.work.stack and not question.moved_on:
        scene.say("resume")
    if question.moved_on:
        proceed(scene)
    elif kind not in (Kind.OPENING, Kind.ANYTHING_ELSE):
        ask_again(scene)
    elif talk.asking.unanswered >= _PERSON_AFTER:
        talk.asking.unanswered = 0
        scene.ask(Kind.OFFER_PERSON)
    else:
        scene.ask(Kind.ANYTHING_ELSE)
