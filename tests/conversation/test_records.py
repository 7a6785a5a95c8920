"""Every event and action survives being written and read; whatever isn't known is refused."""

from __future__ import annotations

import gc
import types
import typing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.conversation.actions import AnyAction, Say
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.events import AnyEvent, CallStarted, SpeechStarted, Woken
from voice_agent.conversation.expectation import Choice, Expectation, SlotView
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import (
    Header,
    Record,
    decode_log,
    decode_record,
    encode_log,
    encode_record,
    record_of,
)
from voice_agent.errors import LogCorrupt

HEADER = Header(1, "c-1", "phone", "riverside", "f" * 64, "c" * 64, 7, "2026-03-02T09:00:00+00:00")
ENTRY_TYPES: tuple[type, ...] = (*typing.get_args(AnyEvent), *typing.get_args(AnyAction))

TEXT = st.text(max_size=20)
COUNT = st.integers(0, 2**40)
JSON_OBJECT = st.dictionaries(
    TEXT, st.one_of(st.none(), st.booleans(), COUNT, TEXT, st.lists(TEXT, max_size=2)), max_size=3
)
VALUE = st.one_of(TEXT, COUNT, st.booleans(), st.floats(allow_nan=False, allow_infinity=False))


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Anything that fits a field's annotation."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    simple: dict[Any, st.SearchStrategy[Any]] = {str: TEXT, int: COUNT, bool: st.booleans(), float: st.floats(0, 1)}
    if annotation in simple:
        return simple[annotation]
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is dict:
        return JSON_OBJECT
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(values_of(argument) for argument in arguments))
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(st.none() if a is types.NoneType else values_of(a) for a in arguments))
    return built(annotation)


def built(struct: type) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(struct)
    fields = {name: values_of(hints[name]) for name in struct.__struct_fields__}  # type: ignore[attr-defined]
    return st.builds(struct, **fields)


@pytest.mark.parametrize("entry_type", ENTRY_TYPES, ids=lambda entry_type: str(entry_type.__name__))
@given(data=st.data())
def test_every_event_and_action_round_trips(entry_type: type, data: st.DataObject) -> None:
    entry = data.draw(built(entry_type))
    record = record_of(3, 20_000, entry)
    assert decode_record(encode_record(record), place="log:4") == record


def test_a_line_has_the_contracted_fields_in_order() -> None:
    line = encode_record(record_of(1, 125, SpeechStarted(segment=1, at_sample=800)))
    assert line == (
        b'{"v":1,"seq":1,"t_us":125,"kind":"event","tag":"speech_started","body":{"segment":1,"at_sample":800}}'
    )


def test_every_tag_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "events.md").read_text()
    tags = [str(kind.__struct_config__.tag) for kind in (*ENTRY_TYPES, *typing.get_args(AnyCommand))]
    assert [tag for tag in tags if f"| `{tag}` |" not in page] == []


def test_every_tag_is_used_once() -> None:
    tags = [entry_type.__struct_config__.tag for entry_type in ENTRY_TYPES]  # type: ignore[attr-defined]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not a log record"),
        (b'{"v":2,"seq":1,"t_us":0,"kind":"event","tag":"woken","body":{}}', "record version 2"),
        (b'{"v":1,"seq":1,"t_us":0,"kind":"event","tag":"dreamt","body":{}}', "'dreamt'"),
        (b'{"v":1,"seq":1,"t_us":0,"kind":"event","tag":"digit_pressed","body":{"digit":7}}', "digit_pressed"),
        (b'{"v":1,"seq":1,"t_us":0,"kind":"action","tag":"woken","body":{}}', "'woken'"),
    ],
)
def test_what_is_not_known_is_refused_and_never_skipped(line: bytes, said: str) -> None:
    with pytest.raises(LogCorrupt, match=said) as caught:
        decode_record(line, place="calls.jsonl:7")
    assert str(caught.value).startswith("calls.jsonl:7:")


def test_a_whole_log_round_trips() -> None:
    records = [record_of(1, 0, Woken()), record_of(2, 0, Say(1, 0, ("Hello.",)))]
    assert decode_log(encode_log(HEADER, records), name="x.jsonl") == (HEADER, records)


def test_an_erased_record_keeps_its_place_and_tag() -> None:
    erased = Record(1, 50, "say", "action", None)
    assert decode_record(encode_record(erased), place="x:2") == erased


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([record_of(2, 0, Woken())], "record 2 found where 1"),
        ([record_of(1, 9, Woken()), record_of(2, 8, Woken())], "before the one that precedes"),
    ],
)
def test_a_gap_or_a_step_back_in_time_is_refused(records: list[Record], said: str) -> None:
    with pytest.raises(LogCorrupt, match=said):
        decode_log(encode_log(HEADER, records), name="x.jsonl")


@pytest.mark.parametrize(("data", "said"), [(b"", "empty"), (b"{}\n", "x.jsonl:1: not a log header")])
def test_a_log_without_header_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(LogCorrupt, match=said):
        decode_log(data, name="x.jsonl")


def test_a_follower_gets_the_past_and_then_the_present() -> None:
    log = ConversationLog(HEADER)
    log.append(Woken(), 0)
    seen: list[int] = []
    stop = log.follow(lambda record: seen.append(record.seq))
    log.append(Woken(), 5)
    stop()
    log.append(Woken(), 6)
    assert seen == [1, 2]
    assert [record.seq for record in log.read(after=1)] == [2, 3]
    assert len(log) == 3


def test_a_log_refuses_time_that_goes_back() -> None:
    log = ConversationLog(HEADER)
    log.append(Woken(), 10)
    with pytest.raises(ValueError, match="went back"):
        log.append(Woken(), 9)


def test_expectations_survive_inside_an_action() -> None:
    slot = SlotView("order", "order", choices=(Choice("R-1", ("the router",)),))
    expectation = Expectation("choice", slot, None, (slot,))
    raw = msgspec.json.encode(expectation)
    assert msgspec.json.decode(raw, type=Expectation) == expectation


def test_commands_are_told_apart_by_name() -> None:
    for command in typing.get_args(AnyCommand):
        assert command.__struct_config__.tag_field == "command"


def test_the_first_event_names_no_person_by_default() -> None:
    assert CallStarted("text", "", "", "2026-03-02T09:00:00+00:00").customer is None


def test_records_of_live_calls_are_not_for_the_collector_of_garbage() -> None:
    log = [record_of(1, 0, Woken()), record_of(2, 0, Say(1, 0, ("Hi.",)))]
    assert not any(map(gc.is_tracked, (*log, *(record.entry for record in log))))
