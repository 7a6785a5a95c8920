"""What `--json` prints, as types: each is a contract, its schema stands in `docs/schemas/` and a test compares them."""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from voice_agent.insights.gaps import GapRow
from voice_agent.insights.shown import CallRow, LatencyLine, Line, OutcomeLine, QualityLine, ToolLine, TransferLine
from voice_agent.journeys.problems import Severity


class Ready(msgspec.Struct, frozen=True):
    """The first line of `serve --json`. `sip` is a URI to dial, `http` the URL of the health page.

    `api` is the URL of the API, `chat` that of the page for chats, `whatsapp` the one that webhooks of WhatsApp come in
    at, None where the settings want none.
    """

    event: str
    sip: str
    http: str
    data_dir: str
    pid: int
    api: str | None = None
    chat: str | None = None
    whatsapp: str | None = None


class WorkerReady(msgspec.Struct, frozen=True):
    """The first line of `simulate-worker --json`. It plays suites of the same `version` alone."""

    event: str
    agent: str
    version: str
    number: int


class ApiReady(msgspec.Struct, frozen=True):
    """The first line of `api --json`."""

    event: str
    api: str
    data_dir: str
    pid: int


class TokenMade(msgspec.Struct, frozen=True):
    """`api token --json`: the only time that the token is told. `file` is where its digest is kept."""

    name: str
    role: str
    token: str
    file: str


class Problem(msgspec.Struct, frozen=True):
    """`message` says both what was `found` and what is `allowed`, which is None where it doesn't say."""

    file: str
    line: int
    message: str
    hint: str | None = None
    severity: Severity = "error"
    found: str = ""
    allowed: str | None = None


class Checked(msgspec.Struct, frozen=True):
    """`check --json`. `ok`: no error, and with `--strict` no warning.

    `examples_by`: whether examples were compared by `meaning` or by `words`, None where errors came first.
    """

    ok: bool
    agent: str
    digest: str
    problems: tuple[Problem, ...]
    errors: int = 0
    warnings: int = 0
    examples_by: str | None = None


class ExplainedJourney(msgspec.Struct, frozen=True):
    """`prose` is Markdown; `svg` the file that it was drawn into, None where no drawing was asked for."""

    journey: str
    goal: str
    prose: str
    svg: str | None = None


class Explained(msgspec.Struct, frozen=True):
    """`explain --json`."""

    agent: str
    language: str
    journeys: tuple[ExplainedJourney, ...]


class SchemaRow(msgspec.Struct, frozen=True):
    """`files` of an agent folder are those that the schema is for."""

    name: str
    files: str


class SchemaList(msgspec.Struct, frozen=True):
    """`schema --json` without a name."""

    schemas: tuple[SchemaRow, ...]


class ToolRow(msgspec.Struct, frozen=True):
    """One tool. `kind` is `python`, `openapi` or `mcp`; `mode` whether it answers itself."""

    name: str
    kind: str
    effect: str
    idempotent: bool
    mode: str
    description: str


class ToolsShown(msgspec.Struct, frozen=True):
    """`tools --json`. `pinned` are the files that were fetched."""

    tools: tuple[ToolRow, ...]
    pinned: tuple[str, ...]


class CallList(msgspec.Struct, frozen=True):
    calls: tuple[CallRow, ...]


class CallShown(msgspec.Struct, frozen=True):
    """`calls show ID --json`."""

    call: CallRow
    transcript: tuple[Line, ...]
    tools: tuple[ToolLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    transfers: tuple[TransferLine, ...]
    latency: tuple[LatencyLine, ...]
    quality: QualityLine | None
    audio: str | None


class AudioShown(msgspec.Struct, frozen=True):
    """`calls audio ID --json`: where the recording is."""

    id: str
    path: str
    seconds: float


class DivergenceShown(msgspec.Struct, frozen=True):
    """Where log and core part: the record's number, what the log has and what the core asks for now (JSON objects)."""

    seq: int
    t_us: int
    after_event: str
    logged: dict[str, Any] | None
    replayed: dict[str, Any] | None


class Replayed(msgspec.Struct, frozen=True):
    id: str
    verdict: str
    records: int
    divergence: DivergenceShown | None = None


class ReplayReport(msgspec.Struct, frozen=True):
    """`replay --json`. `ok`: nothing diverged."""

    ok: bool
    replayed: tuple[Replayed, ...]


class ErrorDetail(msgspec.Struct, frozen=True):
    code: str
    message: str
    hint: str | None = None


class ErrorReport(msgspec.Struct, frozen=True):
    """What any command with `--json` prints when it fails."""

    error: ErrorDetail


class CallDialled(msgspec.Struct, frozen=True):
    """`dial --json`. `outcome` is talked, busy, no_answer, rejected or failed; `code` the final SIP status, 0 for none.

    `conversation` is None where nobody was talked to.
    """

    outcome: str
    code: int
    reason: str
    sip_call_id: str
    conversation: str | None


class CallbackRow(msgspec.Struct, frozen=True):
    """Somebody who is to be called back. `created` is ISO 8601 with offset; `state` is "open" or "done"."""

    id: str
    conversation: str
    target: str
    reason: str
    summary: str
    created: str
    state: str


class CallbackList(msgspec.Struct, frozen=True):
    """`callbacks list --json`, oldest first."""

    callbacks: tuple[CallbackRow, ...]


class CallbackDone(msgspec.Struct, frozen=True):
    """`callbacks done ID --json`."""

    id: str
    state: str


class Erased(msgspec.Struct, frozen=True):
    """`erase --json`."""

    id: str
    records: int
    audio_deleted: bool
    tasks_erased: int


class PassageShown(msgspec.Struct, frozen=True):
    """A passage that may answer: `score` is how likely (0 to 1), `words` and `meaning` what that rests on."""

    passage: str
    title: str
    heading: str
    file: str
    score: float
    words: float
    meaning: float | None
    text: str


class Answered(msgspec.Struct, frozen=True):
    """What would be said, and the characters of the file that it is."""

    text: str
    passage: str
    file: str
    start: int
    end: int
    link: str | None


class KnowledgeFound(msgspec.Struct, frozen=True):
    """`knowledge search --json`. `answer` is None where no passage reaches the threshold."""

    question: str
    language: str
    channel: str
    engine: str
    threshold: float
    answer: Answered | None
    passages: tuple[PassageShown, ...]


class GapList(msgspec.Struct, frozen=True):
    """`knowledge gaps --json`: what was asked most often first."""

    gaps: tuple[GapRow, ...]


def print_json(value: object) -> None:
    """One line on stdout, at once."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()
