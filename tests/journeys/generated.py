"""Random agent folders that load: every kind of step inside every other, over slots of several types and tools that
read and write. What the agent proposes before a write names each argument, so that a test can hold the two together."""

from __future__ import annotations

import json
from typing import Any, Final

from hypothesis import strategies as st

Step = dict[str, Any]
Known = frozenset[str]

AGENT: Final = {
    "name": "Generated",
    "language": "en",
    "greeting": "Hello.",
    "disclosure": "I am a machine.",
    "transfer": {"to": "people"},
    "identification": "who",
    "texts": {
        "opening": "OPENING?",
        "what_else": "OPENING?",
        "anything_else": "ANYTHING ELSE?",
        "what_change": "CHANGE?",
        "which_one": "OPENING?",
    },
}
WHO: Final = {
    "journey": "who",
    "goal": "We know who it is",
    "provides": {
        "state": "identity.verified",
        "check": "find.found",
        "customer": "find",
        "otherwise": "Nobody has that number.",
    },
    "slots": {"account": {"type": "digits", "length": 4, "ask": "Account?", "retries": 1}},
    "tools": {"find": {"effect": "read"}},
    "steps": [{"collect": "account"}, {"do": "find", "with": {"account": "{account}"}}],
}
SLOTS: Final[dict[str, dict[str, Any]]] = {
    "code": {"type": "digits", "length": 4, "ask": ["Code?", "The code again?"]},
    "kind": {"type": "choice", "values": ["alpha", "beta", "gamma"], "ask": "Alpha, beta or gamma?"},
    "sure": {"type": "yes_no", "ask": "Sure?"},
    "words": {"type": "text", "ask": "In your words?"},
    "many": {"type": "number", "ask": "How many?"},
    "item": {
        "type": "reference",
        "from": {"list": "customer.items", "value": "id", "labels": ["label"]},
        "ask": "Which?",
    },
}
TOOLS: Final[dict[str, dict[str, Any]]] = {
    "look": {"effect": "read", "prefetch": True},
    "act": {"effect": "write", "requires": ["policy.fine", "policy.kind_words", "confirmed"]},
    "put": {"effect": "write", "requires": ["confirmed"]},
}
_CONDITIONS: Final[dict[str, list[str]]] = {
    "kind": ["kind == 'alpha'", "kind != 'gamma'"],
    "sure": ["sure", "!sure"],
    "many": ["many > 2"],
    "look": ["look.n > 1", "look.note == 'x'"],
    "answer": ["answer"],
    "": ["channel == 'text'", "identity.failures > 0", "1 > 2"],
}


@st.composite
def folders(draw: st.DrawFn) -> dict[str, str]:
    """Files of an agent with the journeys `who`, `main` and `inner`, which `main` may call."""
    inner, _, _ = draw(steps(frozenset(), depth=1, may_call=False))
    main, _, _ = draw(steps(frozenset(), depth=3, may_call=True))
    files = {
        "agent.yaml": AGENT,
        "journeys/who.yaml": WHO,
        "journeys/main.yaml": _journey("main", main, draw),
        "journeys/inner.yaml": _journey("inner", inner, draw),
    }
    return {path: json.dumps(content) for path, content in files.items()}


def _journey(name: str, what: list[Step], draw: st.DrawFn) -> dict[str, Any]:
    confirm = st.sampled_from(["never", "implicit", "readback", "explicit"])
    slots = {slot: {**keys, "confirm": draw(confirm)} for slot, keys in SLOTS.items()}
    return {
        "journey": name,
        "goal": "Something is done",
        "when": {"examples": [f"{name} please"]},
        "needs": ["identity.verified"],
        "slots": slots,
        "tools": TOOLS,
        "policies": {
            "fine": {"check": "kind != 'gamma'", "on_fail": draw(st.sampled_from(["refuse", "transfer"]))},
            "kind_words": {"observe": "We are kind", "tolerance": draw(st.sampled_from(["low", "medium", "high"]))},
        },
        "voice": {"links": draw(st.sampled_from(["spoken", "by_text_message"]))},
        "steps": what,
        "escalate": [{"when": {"any": ["asked_for_human", "frustration >= high"]}}],
    }


@st.composite
def steps(draw: st.DrawFn, known: Known, *, depth: int, may_call: bool) -> tuple[list[Step], Known, bool]:
    """Steps, what is known after them, and whether they end the journey."""
    out: list[Step] = []
    for _ in range(draw(st.integers(1, 4))):
        made, known, over = draw(_step(known, depth, may_call))
        out += made
        if over:
            return out, known, True
    return out, known, False


@st.composite
def _step(draw: st.DrawFn, known: Known, depth: int, may_call: bool) -> tuple[list[Step], Known, bool]:
    simple = ["collect", "collect", "look", "write", "write", "say", "ask", "open"]
    nested = ["branch", "repeat", "ask_yes_no"] if depth > 0 else []
    last = ["end", "hand_over"] if draw(st.integers(0, 5)) == 0 else []
    match draw(st.sampled_from([*simple, *nested, *last, *(["call"] if may_call else [])])):
        case "collect":
            names = draw(st.lists(st.sampled_from(sorted(SLOTS)), min_size=1, max_size=3, unique=True))
            return [{"collect": names}], known | set(names), False
        case "look":
            return [{"do": "look", "with": draw(_arguments(known))}], known | {"look"}, False
        case "write":
            return draw(_write(known)), known, False
        case "say":
            gaps = draw(st.lists(st.sampled_from(sorted(known & SLOTS.keys()) or ["channel"]), max_size=2))
            link = draw(st.sampled_from([[], [], ["https://a.example/b"]]))
            return [{"say": " ".join(["Well", *(f"{{{name}}}" for name in gaps), *link]) + "."}], known, False
        case "ask":
            return [{"ask": "Which way?", "values": ["left", "right"]}], known, False
        case "open":
            return [{"ask": "And otherwise?"}], known, False
        case "call":
            return [{"call": "inner"}], known | {"inner"}, False
        case "end":
            return [{"end": "completed"}], known, True
        case "hand_over":
            return [{"hand_over": {"reason": "It is time"}}], known, True
        case kind:
            return draw(_nested(kind, known, depth - 1, may_call))


@st.composite
def _nested(draw: st.DrawFn, kind: str, known: Known, depth: int, may_call: bool) -> tuple[list[Step], Known, bool]:
    if kind == "repeat":
        inside, after, over = draw(steps(known, depth=depth, may_call=may_call))
        until = draw(_condition(after))
        return [{"repeat": {"at_most": draw(st.integers(1, 3)), "until": until, "steps": inside}}], after, over
    yes, after_yes, over_yes = draw(steps(known, depth=depth, may_call=may_call))
    no, after_no, over_no = draw(steps(known, depth=depth, may_call=may_call))
    if over_yes or over_no:
        after = after_no if over_yes else after_yes
    else:
        after = after_yes & after_no
    if kind == "branch":
        step: Step = {"branch": {"when": draw(_condition(known)), "then": yes, "else": no}}
    else:
        step = {"ask": "This way?", "yes": yes, "no": no}
    return [step], after, over_yes and over_no


@st.composite
def _condition(draw: st.DrawFn, known: Known) -> str:
    return draw(st.sampled_from([one for name in sorted({*known, ""}) for one in _CONDITIONS.get(name, [])]))


@st.composite
def _arguments(draw: st.DrawFn, known: Known) -> dict[str, str]:
    slots = sorted(known & SLOTS.keys())
    names = draw(st.lists(st.sampled_from(slots), unique=True, max_size=3)) if slots else []
    return {**{name: f"{{{name}}}" for name in names}, "way": "by phone"}


@st.composite
def _write(draw: st.DrawFn, known: Known) -> list[Step]:
    """A proposal that names the tool and every argument, and the write."""
    arguments = draw(_arguments(known))
    tool = "act" if "kind" in known and draw(st.booleans()) else "put"
    if tool == "act":
        arguments["kind"] = "{kind}"
    said = " ".join(f"{name} {value}" for name, value in sorted(arguments.items()))
    return [{"confirm": f"PROPOSE {tool} {said}?"}, {"do": tool, "with": arguments}]
