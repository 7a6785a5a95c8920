"""How loud the caller is: what the floor tells the ears of it, and when it doubts it."""

from __future__ import annotations

from tests.turns.floor_script import Call
from voice_agent.conversation.actions import ListenFor
from voice_agent.conversation.events import VoiceLeftAside
from voice_agent.turns.signals import AgentDecided, SilenceLasted, TurnTaken

ASIDE = VoiceLeftAside(80_000, 400_000, -38, -32)


def says(call: Call, turn: int, at_ms: int, level_dbfs: int | None) -> list[int | None]:
    """A turn of a second, and what is listened for since then where that is new."""
    call.voice(at_ms)
    call.pauses(at_ms + 1_000, level_dbfs)
    call.heard("Can I pay my bill?", at_ms + 1_300)
    before = len(call.done)
    call.until(at_ms + 2_900)
    assert call.all_of(TurnTaken)[-1].turn == turn
    call.tell(AgentDecided(turn))
    return [action.level_dbfs for action in call.done[before:] if isinstance(action, ListenFor)]


def test_a_turn_that_is_taken_tells_how_loud_the_caller_is() -> None:
    assert says(Call(), 1, 1_000, -20) == [-20]


def test_old_logs_do_not_say_how_loud_and_nothing_is_listened_for() -> None:
    assert says(Call(), 1, 1_000, None) == []


def test_small_changes_are_not_told() -> None:
    call = Call()
    assert says(call, 1, 1_000, -20) == [-20]
    assert says(call, 2, 5_000, -21) == []
    assert says(call, 3, 9_000, -23) == []


def test_what_comes_to_nothing_does_not_tell_how_loud_the_caller_is() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000, -40)
    call.heard("", 2_300)
    call.until(4_000)
    assert call.all_of(ListenFor) == []


def test_silence_is_doubted_where_voices_were_left_aside_in_it() -> None:
    call = Call()
    says(call, 1, 1_000, -20)
    call.tell(ASIDE, 4_000)
    assert call.until(11_000)[-2:] == [SilenceLasted(1), ListenFor(-26)]
    call.tell(ASIDE, 12_000)
    assert call.until(18_000)[-2:] == [SilenceLasted(2), ListenFor(None)]
    assert says(call, 2, 20_000, -33) == [-33]


def test_a_still_silence_changes_nothing() -> None:
    call = Call()
    says(call, 1, 1_000, -20)
    assert call.until(11_000) == [SilenceLasted(1)]


def test_voices_before_the_last_turn_are_no_reason_to_doubt() -> None:
    call = Call()
    says(call, 1, 1_000, -20)
    call.tell(ASIDE, 4_000)
    says(call, 2, 5_000, -20)
    assert call.until(15_000) == [SilenceLasted(1)]
