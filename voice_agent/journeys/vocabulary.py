"""Every key an agent folder may hold. A key that is not here is an error: nothing is silently ignored.

`docs/journeys.md` describes each; a test keeps the two together.
"""

from __future__ import annotations

from typing import Final

import msgspec


class Keys(msgspec.Struct, frozen=True):
    """`where` names the mapping in messages."""

    where: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def allowed(self) -> tuple[str, ...]:
        return self.required + self.optional


AGENT: Final = Keys(
    "agent.yaml",
    required=("name", "greeting", "disclosure", "transfer"),
    optional=(
        *("language", "languages", "region", "voice", "recording", "identification", "glossary", "texts"),
        *("tone", "channels", "understander", "hold", "outgoing"),
    ),
)
RECORDING: Final = Keys("recording", required=("notice",))
OUTGOING: Final = Keys("outgoing", required=("machine",))
HOLD: Final = Keys("hold", required=("music",), optional=("after",))
TRANSFER: Final = Keys("transfer", required=("to",), optional=("offer", "addresses"))

JOURNEY: Final = Keys(
    "a journey",
    required=("journey", "goal"),
    optional=(
        *("steps", "title", "languages", "when", "needs", "provides", "slots", "secure", "tools", "policies", "blocks"),
        *("voice", "escalate", "outcomes", "simulations"),
    ),
)
WHEN: Final = Keys("when", required=("examples",), optional=("observe", "state"))
PROVIDES: Final = Keys("provides", required=("state", "check", "otherwise"), optional=("customer",))
SLOT: Final = Keys(
    "a slot",
    required=("type", "ask"),
    optional=("length", "format", "from", "values", "tense", "confirm", "readback", "retries", "on_fail"),
)
SECURE: Final = Keys("a secure slot", required=("entry",), optional=("lengths", "check", "timeout"))
FROM: Final = Keys("from", required=("list", "value"), optional=("labels",))
TOOL: Final = Keys(
    "a tool",
    required=("effect",),
    optional=(
        *("requires", "idempotency", "prefetch"),
        *("blocking", "on_barge_in", "idempotent", "filler", "progress", "with", "confirm"),
    ),
)
POLICY: Final = Keys("a policy", optional=("check", "observe", "tolerance", "on_fail", "say"))
BLOCK: Final = Keys("a block", optional=("when", "rule", "knowledge", "glossary", "phrasing"))
STEPS: Final[dict[str, Keys]] = {
    "collect": Keys("a collect step", required=("collect",)),
    "do": Keys("a do step", required=("do",), optional=("with", "secure")),
    "confirm": Keys("a confirm step", required=("confirm",)),
    "say": Keys("a say step", required=("say",)),
    "branch": Keys("a branch step", required=("branch",)),
    "end": Keys("an end step", required=("end",)),
    "ask": Keys("an ask step", required=("ask",), optional=("as", "values", "yes", "no")),
    "repeat": Keys("a repeat step", required=("repeat",)),
    "call": Keys("a call step", required=("call",)),
    "hand_over": Keys("a hand_over step", required=("hand_over",)),
}
REPEAT: Final = Keys("repeat", required=("at_most", "until", "steps"))
HAND_OVER: Final = Keys("hand_over", required=("reason",), optional=("to",))
BRANCH: Final = Keys("branch", required=("when", "then"), optional=("else",))
VOICE: Final = Keys("voice", optional=("numbers", "links"))
ESCALATE: Final = Keys("an escalation", required=("when",), optional=("to", "with"))
ESCALATE_WHEN: Final = Keys("when", required=("any",))
OUTCOME: Final = Keys(
    "an outcome",
    required=("evidence",),
    optional=("reopen", "bill"),
)
LANGUAGES: Final = ("en", "es")
LEXICON: Final = Keys("lexicon.yaml", optional=LANGUAGES)
RATE_CARD: Final = Keys("outcomes.yaml", required=("currency", "rates"), optional=("reopen",))

TOOL_LIST: Final = Keys("tools.yaml", optional=("sources", "tools"))
SOURCE: Final = Keys("a source", optional=("openapi", "mcp", "server", "hosts", "headers"))
MCP: Final = Keys("mcp", optional=("command", "url", "environment"))
LISTED_TOOL: Final = Keys(
    "a tool",
    optional=(
        *("from", "operation", "effect", "idempotent", "deadline_ms", "attempts"),
        *("secret", "compensate", "after_loss", "mode"),
    ),
)
SECRET: Final = Keys("secret", optional=("arguments", "result"))
OF_TOOLS: Final = (TOOL_LIST, SOURCE, MCP, LISTED_TOOL, SECRET)
"""Keys of `tools/tools.yaml`; `docs/tools.md` describes each."""

ALL: Final = (
    AGENT,
    RECORDING,
    HOLD,
    OUTGOING,
    TRANSFER,
    JOURNEY,
    WHEN,
    PROVIDES,
    SLOT,
    SECURE,
    FROM,
    TOOL,
    POLICY,
    BLOCK,
    *STEPS.values(),
    BRANCH,
    REPEAT,
    HAND_OVER,
    VOICE,
    ESCALATE,
    ESCALATE_WHEN,
    OUTCOME,
    RATE_CARD,
    LEXICON,
)

TYPED_SLOTS: Final = (
    *("date", "time", "period", "money", "email", "phone", "postcode", "alphanumeric", "order_id", "spelled", "name"),
    "address",
)
"""Types whose values have a form of their own."""
SLOT_TYPES: Final = ("digits", "choice", "yes_no", "reference", "number", "text", *TYPED_SLOTS)
TYPE_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "length": ("digits", "alphanumeric", "spelled"),
    "format": ("alphanumeric", "order_id"),
    "values": ("choice",),
    "from": tuple(name for name in SLOT_TYPES if name not in ("choice", "yes_no", "text", "number", "period")),
    "tense": ("date", "period"),
}
"""Keys of a slot that only some types have."""
NEEDED_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "choice": ("values",),
    "reference": ("from",),
    "order_id": ("format", "from"),
}
"""Of which a slot of that type has at least one."""
BOUNDS: Final[dict[str, tuple[int, int]]] = {
    "retries": (0, 9),
    "length": (1, 30),
    "lengths": (1, 30),
    "timeout": (5, 120),
    "after": (1, 30),
    "at_most": (1, 20),
    "deadline_ms": (100, 600_000),
    "attempts": (1, 5),
}
"""The least and the most of whole numbers; seconds for `timeout` and `after`. A caller will not wait longer than ten
minutes, nor will a task that is to be told of it."""
CONFIRM_STYLES: Final = ("never", "implicit", "readback", "explicit")
TENSES: Final = ("past", "future", "any")
ON_FAIL: Final = ("transfer", "end")
SECURE_ENTRY: Final = ("keypad_only",)
SECURE_CHECKS: Final = ("none", "luhn")
POLICY_ON_FAIL: Final = ("refuse", "transfer")
MACHINES: Final = ("hang_up", "leave_message", "go_on")
SOFT_MUSIC: Final = "soft"
EFFECTS: Final = ("read", "write")
UNDERSTANDERS: Final = ("local", "llm")
MODES: Final = ("real", "mock")
AFTER_LOSS: Final = ("repeat", "compensate", "report")
ON_BARGE_IN: Final = ("keep", "cancel")
PROGRESS: Final = ("done", "of", "percent")
"""What may stand in the sentence about how far a tool is."""
NUMBERS: Final = ("grouped", "one_by_one")
LINKS: Final = ("spoken", "by_text_message")
CHANNELS: Final = ("phone", "text")
STATES: Final = ("identity.verified",)
HANDED_OVER: Final = ("summary", "slots", "trace")
BUILT_IN_OUTCOMES: Final = ("completed", "unresolved", "refused", "transferred", "cancelled", "abandoned")
NEVER_BILLED: Final = ("unresolved", "cancelled", "abandoned")
LEVEL_NAMES: Final = ("low", "medium", "high")
BUILT_IN_NAMES: Final = (
    *("customer", "identity", "today", "now", "agent", "caller", "channel", "language", "frustration"),
    *LEVEL_NAMES,
)
NOT_SAID: Final = ("now", "frustration", *LEVEL_NAMES)
"""For expressions only."""
EACH_TIME: Final = "each_time"
"""For `idempotency`: every run of the journey writes anew, and only what is tried again is the same write."""
