"""A turn's trace as lines for people: what `--trace` prints and reports of simulated runs show. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from voice_agent.conversation.knowledge import Citation
from voice_agent.insights.shown import GapLine
from voice_agent.insights.trace import TurnTrace
from voice_agent.insights.trace_parts import CallLine, SaidLine


class TextLine(msgspec.Struct, frozen=True):
    """`name` says what kind of line it is (`heard`, `command`, `step`, `policy`, `read`, `write`, `said`...), empty
    where it goes on with the line before."""

    at_us: int
    name: str
    text: str


def trace_lines(turn: TurnTrace) -> list[TextLine]:
    """In the order in which people look: what was heard and understood, what was decided, what was said."""
    at_us = turn.at_us
    lines = [TextLine(at_us, name, text) for name, text in (*_heard(turn), *_understood(turn))]
    lines += [TextLine(one.at_us, "step", f"{one.journey} {one.step} ({one.kind})  {one.at}") for one in turn.steps]
    for check in turn.conditions:
        values = ", ".join(f"{path}={_json(value)}" for path, value in check.values.items())
        verdict = "holds" if check.held else "does not hold"
        text = f"{check.journey} {check.name}: {check.expression}  {verdict}  [{values}]"
        lines.append(TextLine(check.at_us, check.what, text))
    lines += [_tool(tool) for tool in turn.tools]
    for judged in turn.verdicts:
        verdict = "supported" if judged.supported else f"not said: {'; '.join(judged.reasons)}"
        lines.append(TextLine(judged.at_us, "verdict", f"{judged.text!r}: {verdict}"))
    for said in turn.said:
        lines += _said(said)
    rest = [("gap", _gap(gap)) for gap in turn.gaps]
    rest += [("outcome", f"{one.journey}: {one.outcome}  ({', '.join(one.evidence)})") for one in turn.outcomes]
    rest += [("hand-over", f"to {one.target}, {one.reason}: {one.summary}") for one in turn.transfers]
    rest += [("dropped", text) for text in turn.dropped]
    rest += [("model", f"{one.engine} for {one.purpose}, {one.took_us / 1_000:.1f} ms") for one in turn.models]
    if turn.stages is not None:
        stages = {name[:-3]: us for name, us in msgspec.structs.asdict(turn.stages).items() if name.endswith("_us")}
        rest.append(
            ("time", ", ".join(f"{name} {us // 1_000} ms" for name, us in stages.items() if us is not None and us > 0))
        )
    last_us = max((line.at_us for line in lines), default=at_us)
    return [*lines, *(TextLine(last_us, name, text) for name, text in rest)]


def _tool(tool: CallLine) -> TextLine:
    came = tool.error if tool.error is not None else "nothing yet" if tool.result is None else _json(tool.result)
    took = "" if tool.took_us is None else f"  ({tool.took_us // 1_000} ms)"
    given = ", ".join(f"{name}={_json(value)}" for name, value in tool.arguments.items())
    return TextLine(tool.at_us, tool.effect, f"{tool.tool}({given}) -> {came}{took}")


def _said(said: SaidLine) -> list[TextLine]:
    lines = [TextLine(said.at_us, "said", f"{said.text}  ({said.purpose})")]
    if said.heard is not None and said.heard != said.text:
        lines.append(TextLine(said.at_us, "", f"heard of it: {said.heard!r}"))
    return lines + [TextLine(said.at_us, "cites", _cited(citation, said.text)) for citation in said.citations]


def _cited(citation: Citation, text: str) -> str:
    block = "" if citation.block == "" else f", which {citation.block} discloses"
    place = f"knowledge/{citation.article}.md, characters {citation.start} to {citation.end}{block}"
    return f"{citation.passage}: {text[citation.said_start : citation.said_end]!r}  ({place})"


def _gap(gap: GapLine) -> str:
    near = "nothing comes near" if gap.nearest == "" else f"nearest: {gap.nearest}, {gap.score:.2f}"
    return f"no article answers {gap.question!r}  ({near})"


def _heard(turn: TurnTrace) -> list[tuple[str, str]]:
    heard = turn.heard
    if heard is None:
        return []
    keys = f"  [keys {heard.keys}]" if heard.keys else ""
    sure = "" if heard.confidence is None else f"  (confidence {heard.confidence:.2f})"
    awaited = heard.expected if heard.expected_slot is None else f"{heard.expected} for {heard.expected_slot}"
    others = [("or", text) for text in heard.alternatives if text != heard.text]
    return [("heard", f"{heard.text!r}{keys}{sure}"), *others, ("expected", f"{awaited}; taken: {heard.taken_because}")]


def _understood(turn: TurnTrace) -> list[tuple[str, str]]:
    understood = turn.understood
    if understood is None:
        return []
    if understood.error is not None:
        return [("understood", understood.error)]
    lines = [("command", _command(command)) for command in understood.commands]
    if understood.scores:
        lines.append(("closest", ", ".join(f"{journey} {score:.2f}" for journey, score in understood.scores[:5])))
    return lines


def _command(command: dict[str, Any]) -> str:
    score = f"  {command['score']:.2f}" if "score" in command else ""
    given = ", ".join(f"{name}={_json(value)}" for name, value in command.items() if name not in ("command", "score"))
    return f"{command['command']}({given}){score}"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
