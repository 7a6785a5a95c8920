"""Whether every write went through its gates, by what the log shows of them: always looked at, asked for or not. Pure.

The agent's own gate (`voice_agent.journeys.gates`) is not asked. A yes is looked for in what the caller was understood
to say, who calls in the results of the tools that identify, and a policy in what the journeys looked at, of which the
values must be those that the tools had returned and the expression must hold of them once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulations.judging.evidence import Evidence
from simulations.judging.tool_calls import agreed_calls
from simulations.runs.records import Check
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.events import ToolReturned
from voice_agent.conversation.notes import ConditionChecked
from voice_agent.journeys.expressions import compile_expression
from voice_agent.journeys.pack import Journey, Pack, Tool

KEY: Final = "gates"


def gate_checks(evidence: Evidence) -> Iterator[Check]:
    """One for each write; nothing where there is no log, no agent, or no write."""
    pack = evidence.pack
    if pack is None:
        return
    agreed = agreed_calls(evidence.records)
    results: dict[str, dict[str, Any]] = {}
    names: dict[int, str] = {}
    for record in evidence.records:
        match record.entry:
            case ToolReturned(call=call, result=result):
                results[names.get(call, "")] = result
            case CallTool(call=call, tool=name, effect="write"):
                names[call] = name
                missing = list(_missing(name, pack, evidence, results, record.seq, agreed=call in agreed))
                found = "; ".join(missing) or "shown by the log"
                yield Check(KEY, not missing, f"{name} only through its gates", found)
            case CallTool(call=call, tool=name):
                names[call] = name
            case _:
                continue


def _missing(
    name: str, pack: Pack, evidence: Evidence, results: Mapping[str, Any], sequence: int, *, agreed: bool
) -> Iterator[str]:
    """What the log doesn't show of what the write requires."""
    declared = [(journey, tool) for journey in pack.journeys if (tool := journey.tool(name)) is not None]
    if not declared:
        yield f"no journey has a tool {name}"
        return
    shown = _Shown(evidence, results, sequence, agreed)
    open_ends = [list(_unmet(tool, journey, pack, shown)) for journey, tool in declared]
    yield from min(open_ends, key=len)  # of several journeys with that tool, the one that it was called for


@dataclass(frozen=True)
class _Shown:
    """What the log shows up to a write, whose record is number `sequence`."""

    evidence: Evidence
    results: Mapping[str, Any]
    sequence: int
    agreed: bool


def _unmet(tool: Tool, journey: Journey, pack: Pack, shown: _Shown) -> Iterator[str]:
    if "confirmed" in tool.requires and not shown.agreed:
        yield "the caller had not just said yes"
    if "identity.verified" in (*tool.requires, *journey.needs) and not _identified(pack, shown.results):
        yield "no tool had identified the caller"
    for name in tool.policies():
        policy = journey.policy(name)
        if policy is None or policy.observe == "":  # what a model judges is in the log as its verdict
            yield from _policy_unmet(name, shown)


def _identified(pack: Pack, results: Mapping[str, Any]) -> bool:
    return any(journey.provides.check.holds(results) for journey in pack.journeys if journey.provides is not None)


def _policy_unmet(name: str, shown: _Shown) -> Iterator[str]:
    explanation, results = shown.evidence.explanation, shown.results
    if explanation is None:
        return
    if explanation.status != "explained":
        yield f"policy {name} can't be looked at: the log is {explanation.status}"
        return
    looked_at = [
        note
        for at, note in explanation.notes
        if at <= shown.sequence and isinstance(note, ConditionChecked) and (note.what, note.name) == ("policy", name)
    ]
    if not looked_at or not looked_at[-1].held:
        yield f"policy {name} was {'not looked at' if not looked_at else 'broken'}"
        return
    last = looked_at[-1]
    if not compile_expression(last.expression).holds(_tree(last.values)):
        yield f"policy {name} ({last.expression}) does not hold of {last.values}"
    for path, value in last.values.items():
        tool, _, inside = path.partition(".")
        if tool in results and inside in results[tool] and results[tool][inside] != value:
            yield f"policy {name} looked at {path}={value!r}, but {tool} had returned {results[tool][inside]!r}"


def _tree(values: Mapping[str, Any]) -> dict[str, Any]:
    """`{"get_order.open": True}` as `{"get_order": {"open": True}}`."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *parents, leaf = path.split(".")
        node = tree
        for parent in parents:
            inner = node.setdefault(parent, {})
            node = inner if isinstance(inner, dict) else {}
        node[leaf] = value
    return tree
