"""`voice-agent knowledge`: what the articles of an agent would answer, and what callers asked that they don't."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import sys
from pathlib import Path

from voice_agent.app.articles import open_articles
from voice_agent.app.logs import log_to_stderr
from voice_agent.app.office import load_agent
from voice_agent.cli.options import config_of
from voice_agent.cli.output import Answered, GapList, KnowledgeFound, PassageShown, print_json
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.conversation.actions import Consult
from voice_agent.conversation.knowledge import Audience, Consulted
from voice_agent.errors import UsageError
from voice_agent.insights.gaps import gap_rows
from voice_agent.journeys.articles import find_passage
from voice_agent.journeys.asked_for import has_what_is_asked_for
from voice_agent.journeys.asking import ANSWERED_FROM
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.quoting import quote
from voice_agent.stores.sqlite import StoreReader

SEARCH_US = 10_000_000


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    if options.what == "":
        raise UsageError("what to do with articles?", hint="`voice-agent knowledge --help` shows how it is called")
    pack, _ = load_agent(options.agent)
    if options.what == "gaps":
        _gaps(pack, config, options)
        return 0
    asked = _asked(pack, options)
    log_to_stderr(level=30)
    found = asyncio.run(_search(pack, asked, config, options))
    shown = _shown(pack, asked, found)
    if options.json:
        print_json(shown)
    else:
        _print(shown)
    return 0


def _asked(pack: Pack, options: argparse.Namespace) -> Consult:
    languages = pack.agent.languages
    language = languages[0] if options.language is None else options.language
    if language not in languages:
        raise UsageError(f"{pack.agent.name} doesn't speak {language!r}", hint=f"it speaks {', '.join(languages)}")
    today = datetime.datetime.now().astimezone().date().isoformat()
    audience: Audience = "customers" if options.customer else "everyone"
    bound = tuple(article.article for article in pack.articles if article.bound)
    return Consult(1, options.question, language, options.channel, audience, today, bound)


async def _search(pack: Pack, asked: Consult, config: Config, options: argparse.Namespace) -> Consulted:
    async with open_articles(options.agent, pack, config, _progress) as articles:
        return await articles.consult(asked, deadline_us=MonotonicClock().now_us() + SEARCH_US, limit=options.limit)


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\rembedding articles: {done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)


def _shown(pack: Pack, asked: Consult, found: Consulted) -> KnowledgeFound:
    rows: list[PassageShown] = []
    answer: Answered | None = None
    for one in found.passages:
        known = find_passage(pack.articles, one.passage)
        if known is None:
            continue
        article, passage = known
        file = f"knowledge/{article.article}.md"
        if answer is None and _is_first(rows, asked.query, passage.text) and one.score >= ANSWERED_FROM:
            quoted = quote(passage, asked.query, article.language, asked.channel)
            answer = Answered(quoted.text, one.passage, file, quoted.start, quoted.end, article.link)
        row = PassageShown(
            one.passage, article.title, passage.heading, file, one.score, one.words, one.meaning, passage.text
        )
        rows.append(row)
    return KnowledgeFound(asked.query, asked.language, asked.channel, found.engine, ANSWERED_FROM, answer, tuple(rows))


def _is_first(before: list[PassageShown], question: str, text: str) -> bool:
    """Whether this is the first passage with the kind of thing that is asked for."""
    has = has_what_is_asked_for(question, text)
    return has and not any(has_what_is_asked_for(question, row.text) for row in before)


def _print(shown: KnowledgeFound) -> None:
    if shown.answer is None:
        print(f"I don't know: nothing reaches {shown.threshold:.2f}")
    else:
        print(f"answer  {shown.answer.text}")
        print(f"from    {shown.answer.file}, characters {shown.answer.start} to {shown.answer.end}")
    for row in shown.passages:
        meaning = "-" if row.meaning is None else f"{row.meaning:.3f}"
        print(f"{row.score:6.3f}  words {row.words:.2f}  meaning {meaning}  {row.passage}  {row.title}")


def _gaps(pack: Pack, config: Config, options: argparse.Namespace) -> None:
    data_dir = Path(config.store.data_dir)
    with StoreReader(data_dir) as reader:
        mine = ((header, record) for header, record in reader.tagged("record_gap") if header.agent == pack.agent.name)
        rows = gap_rows(mine)
    if options.json:
        print_json(GapList(tuple(rows)))
        return
    if not rows:
        print("no question was left without an answer")
    for row in rows:
        near = "" if row.nearest == "" else f"  (nearest: {row.nearest}, {row.score:.2f})"
        print(f"{row.times:4d}  {row.last[:19]}  {row.language}  {row.question}{near}")
