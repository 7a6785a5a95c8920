"""The JSON Schema of a file in `journeys/`."""

from __future__ import annotations

from typing import Final, get_args

from voice_agent.conversation.disclosed import BlockKind
from voice_agent.journeys.schema_shapes import (
    EXPRESSION,
    FLAG,
    NAME,
    SAID,
    TEXT,
    WORDINGS,
    Shape,
    by_language,
    exactly_one_of,
    many,
    mapping,
    named,
    one_or_many,
    whole_number,
    words,
)
from voice_agent.journeys.vocabulary import (
    BLOCK,
    BRANCH,
    CONFIRM_STYLES,
    EFFECTS,
    ESCALATE,
    ESCALATE_WHEN,
    FROM,
    HAND_OVER,
    HANDED_OVER,
    JOURNEY,
    LANGUAGES,
    LEVEL_NAMES,
    LINKS,
    NEEDED_KEYS,
    NUMBERS,
    ON_BARGE_IN,
    ON_FAIL,
    OUTCOME,
    POLICY,
    POLICY_ON_FAIL,
    PROVIDES,
    REPEAT,
    SECURE,
    SECURE_CHECKS,
    SECURE_ENTRY,
    SLOT,
    SLOT_TYPES,
    STATES,
    STEPS,
    TENSES,
    TOOL,
    TYPE_KEYS,
    VOICE,
    WHEN,
)

HOURS: Final[Shape] = {"type": "string", "pattern": r"^[1-9]\d{0,3}[hd]$"}
"""`72h` or `3d`."""
_PATH: Final[Shape] = {"type": "string", "pattern": r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$"}
_STEPS: Final[Shape] = {"$ref": "#/$defs/steps"}
_WORDS: Final[Shape] = by_language({"anyOf": [TEXT, many(TEXT)]})
_VALUES: Final[Shape] = {
    "anyOf": [many(TEXT), {"type": "object", "minProperties": 1, "additionalProperties": _WORDS}],
}
_EVIDENCE: Final[Shape] = {
    "type": "string",
    "pattern": r"^([a-z]\w*\.(ok|failed)|policy\.[a-z]\w*\.(passed|failed)|identity\.verified)$",
}


def journey() -> Shape:
    when = {"examples": by_language(one_or_many(TEXT)), "observe": TEXT, "state": EXPRESSION}
    provides = {"state": words(STATES), "check": EXPRESSION, "otherwise": SAID, "customer": NAME}
    shape = mapping(
        JOURNEY,
        {
            "journey": NAME,
            "goal": TEXT,
            "steps": _STEPS,
            "title": SAID,
            "languages": one_or_many(words(LANGUAGES)),
            "when": mapping(WHEN, when),
            "needs": many(words(STATES)),
            "provides": mapping(PROVIDES, provides),
            "slots": named(_slot()),
            "secure": named({"anyOf": [words(SECURE_ENTRY), _secure()]}),
            "tools": named(_tool()),
            "policies": named(_policy()),
            "blocks": named(_block()),
            "voice": mapping(VOICE, {"numbers": words(NUMBERS), "links": words(LINKS)}),
            "escalate": many(_escalation()),
            "outcomes": named(mapping(OUTCOME, {"evidence": one_or_many(_EVIDENCE), "reopen": HOURS, "bill": FLAG})),
            "simulations": one_or_many(TEXT),
        },
    )
    return {**shape, "$defs": {"steps": many({"$ref": "#/$defs/step"}, least=1), "step": _step()}}


def _slot() -> Shape:
    source = {"list": _PATH, "value": TEXT, "labels": one_or_many(TEXT)}
    shapes = {
        "type": words(SLOT_TYPES),
        "ask": WORDINGS,
        "length": whole_number("length"),
        "format": one_or_many(TEXT),
        "from": {"anyOf": [_PATH, mapping(FROM, source)]},
        "values": _VALUES,
        "tense": words(TENSES),
        "confirm": words(CONFIRM_STYLES),
        "readback": SAID,
        "retries": whole_number("retries"),
        "on_fail": words(ON_FAIL),
    }
    only_in = {key: {"properties": {"type": words(types)}} for key, types in TYPE_KEYS.items()}
    needed = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"anyOf": [{"required": [key]} for key in keys]},
        }
        for name, keys in NEEDED_KEYS.items()
    ]
    return mapping(SLOT, shapes, dependentSchemas=only_in, allOf=needed)


def _secure() -> Shape:
    shapes = {
        "entry": words(SECURE_ENTRY),
        "lengths": one_or_many(whole_number("lengths")),
        "check": words(SECURE_CHECKS),
        "timeout": whole_number("timeout"),
    }
    return mapping(SECURE, shapes)


def _tool() -> Shape:
    shapes = {
        "effect": words(EFFECTS),
        "requires": one_or_many(
            {"anyOf": [words(("confirmed", *STATES)), {"type": "string", "pattern": r"^policy\.[a-z][a-z0-9_]*$"}]}
        ),
        "idempotency": NAME,
        "prefetch": FLAG,
        "blocking": FLAG,
        "on_barge_in": words(ON_BARGE_IN),
        "idempotent": FLAG,
        "filler": SAID,
        "progress": SAID,
        "with": {"anyOf": [named(SAID), many(NAME)]},
        "confirm": SAID,
    }
    return mapping(TOOL, shapes)


def _policy() -> Shape:
    shapes = {
        "check": EXPRESSION,
        "observe": TEXT,
        "tolerance": words(LEVEL_NAMES),
        "on_fail": words(POLICY_ON_FAIL),
        "say": SAID,
    }
    tolerance = {"tolerance": {"required": ["observe"]}}
    return mapping(POLICY, shapes, dependentSchemas=tolerance, **exactly_one_of(("check", "observe")))


def _block() -> Shape:
    shapes = {
        "when": EXPRESSION,
        "rule": WORDINGS,
        "knowledge": one_or_many(TEXT),
        "glossary": one_or_many(TEXT),
        "phrasing": named(WORDINGS),
    }
    return mapping(BLOCK, shapes, **exactly_one_of(get_args(BlockKind)))


def _escalation() -> Shape:
    any_of = mapping(ESCALATE_WHEN, {"any": many(EXPRESSION)})
    return mapping(ESCALATE, {"when": {"anyOf": [EXPRESSION, any_of]}, "to": TEXT, "with": many(words(HANDED_OVER))})


def _step() -> Shape:
    branch = {"when": EXPRESSION, "then": _STEPS, "else": _STEPS}
    repeat = {"at_most": whole_number("at_most"), "until": EXPRESSION, "steps": _STEPS}
    of_kind: dict[str, dict[str, Shape]] = {
        "collect": {"collect": one_or_many(NAME)},
        "do": {"do": NAME, "with": named(SAID), "secure": named(NAME)},
        "confirm": {"confirm": SAID},
        "say": {"say": SAID},
        "branch": {"branch": mapping(BRANCH, branch)},
        "end": {"end": NAME},
        "ask": {"ask": WORDINGS, "as": NAME, "values": _VALUES, "yes": _STEPS, "no": _STEPS},
        "repeat": {"repeat": mapping(REPEAT, repeat)},
        "call": {"call": NAME},
        "hand_over": {"hand_over": mapping(HAND_OVER, {"reason": TEXT, "to": TEXT})},
    }
    return {"oneOf": [mapping(keys, of_kind[kind]) for kind, keys in STEPS.items()]}
