"""JSON Schemas of the files of an agent folder, for editors that complete and check what is typed.

They say what a file may hold by itself; what files say about each other is for `voice-agent check`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import phonenumbers

from voice_agent.journeys.articles import FOLDER
from voice_agent.journeys.journey_schema import HOURS, journey
from voice_agent.journeys.read_agent import AGENT_FILE
from voice_agent.journeys.read_article import ARTICLE, AUDIENCES
from voice_agent.journeys.read_article import CHANNELS as ARTICLE_CHANNELS
from voice_agent.journeys.read_lexicon import LEXICON_FILE, RESPELLING, RESPELLING_AT_MOST
from voice_agent.journeys.read_rates import RATES_FILE
from voice_agent.journeys.schema_shapes import (
    FLAG,
    NAME,
    SAID,
    TEXT,
    WORDINGS,
    Shape,
    exactly_one_of,
    many,
    mapping,
    named,
    one_or_many,
    whole_number,
    words,
)
from voice_agent.journeys.texts import BUILT_IN
from voice_agent.journeys.tool_list import TOOLS_FILE
from voice_agent.journeys.vocabulary import (
    AFTER_LOSS,
    AGENT,
    CHANNELS,
    EFFECTS,
    HOLD,
    LANGUAGES,
    LEXICON,
    LISTED_TOOL,
    MACHINES,
    MCP,
    MODES,
    OUTGOING,
    RATE_CARD,
    RECORDING,
    SECRET,
    SOURCE,
    TOOL_LIST,
    TRANSFER,
    UNDERSTANDERS,
)

_DATE: Final[Shape] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_TEXTS: Final[Shape] = {"type": "object", "additionalProperties": TEXT}


def agent() -> Shape:
    transfer = {"to": TEXT, "offer": SAID, "addresses": _TEXTS}
    own = {**named(WORDINGS), "properties": dict.fromkeys(BUILT_IN, WORDINGS)}
    shapes = {
        "name": TEXT,
        "greeting": SAID,
        "disclosure": SAID,
        "transfer": mapping(TRANSFER, transfer),
        "language": one_or_many(words(LANGUAGES)),
        "languages": one_or_many(words(LANGUAGES)),
        "region": words(sorted(phonenumbers.SUPPORTED_REGIONS)),
        "voice": TEXT,
        "recording": mapping(RECORDING, {"notice": SAID}),
        "identification": NAME,
        "glossary": one_or_many(TEXT),
        "texts": own,
        "tone": TEXT,
        "channels": many(words(CHANNELS), least=1),
        "understander": words(UNDERSTANDERS),
        "outgoing": mapping(OUTGOING, {"machine": words(MACHINES)}),
        "hold": mapping(HOLD, {"music": TEXT, "after": whole_number("after")}),
    }
    return mapping(AGENT, shapes, **exactly_one_of(("language", "languages")))


def article() -> Shape:
    """Of its front matter."""
    shapes = {
        "title": TEXT,
        "questions": one_or_many(TEXT),
        "language": words(LANGUAGES),
        "channels": one_or_many(words(ARTICLE_CHANNELS)),
        "audience": words(AUDIENCES),
        "valid_from": _DATE,
        "valid_until": _DATE,
        "link": {"type": "string", "pattern": "^https://"},
    }
    return mapping(ARTICLE, shapes)


def tools() -> Shape:
    mcp = {"command": one_or_many(TEXT), "url": TEXT, "environment": one_or_many(TEXT)}
    source = {
        "openapi": TEXT,
        "mcp": mapping(MCP, mcp, **exactly_one_of(("command", "url"))),
        "server": TEXT,
        "hosts": one_or_many(TEXT),
        "headers": _TEXTS,
    }
    tool = {
        "from": NAME,
        "operation": TEXT,
        "effect": words(EFFECTS),
        "idempotent": FLAG,
        "deadline_ms": whole_number("deadline_ms"),
        "attempts": whole_number("attempts"),
        "secret": mapping(SECRET, dict.fromkeys(SECRET.allowed(), one_or_many(TEXT))),
        "compensate": NAME,
        "after_loss": words(AFTER_LOSS),
        "mode": words(MODES),
    }
    shapes = {
        "sources": named(mapping(SOURCE, source, **exactly_one_of(("openapi", "mcp")))),
        "tools": named(mapping(LISTED_TOOL, tool)),
    }
    return mapping(TOOL_LIST, shapes)


def outcomes() -> Shape:
    amount = {"type": ["number", "string"], "minimum": 0, "pattern": r"^\d{1,7}(\.\d{1,4})?$"}
    rate = {"type": "object", "additionalProperties": amount}
    return mapping(RATE_CARD, {"currency": {"type": "string", "pattern": "^[A-Z]{3}$"}, "rates": rate, "reopen": HOURS})


def lexicon() -> Shape:
    respelling = {"type": ["string", "number"], "pattern": f"^{RESPELLING}$", "maxLength": RESPELLING_AT_MOST}
    words = {"type": "object", "additionalProperties": respelling}
    return mapping(LEXICON, dict.fromkeys(LANGUAGES, words))


FOLDER_SCHEMAS: Final[dict[str, tuple[str, Callable[[], Shape]]]] = {
    "agent": (AGENT_FILE, agent),
    "journey": ("journeys/*.yaml", journey),
    "article": (f"{FOLDER}*.md", article),
    "tools": (TOOLS_FILE, tools),
    "outcomes": (RATES_FILE, outcomes),
    "lexicon": (LEXICON_FILE, lexicon),
}
"""Name -> the files it is for, and what makes it."""
