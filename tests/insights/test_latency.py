"""How long a caller waited is read off the log, stage by stage."""

from __future__ import annotations

from tests.session.callers import asks_for_an_order, interrupts_twice
from tests.session.phone_line import RECOGNITION_US, on_the_line
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.expectation import OPEN
from voice_agent.conversation.records import Entry, Record, record_of
from voice_agent.conversation.votes import Vote
from voice_agent.insights.latency import TurnLatency, latencies

PAUSE_US = 200_000
PAUSED = ev.SpeechPaused(1, 8_000)
TRANSCRIBED = ev.Transcribed(1, 1, "where is it", (), 0.9, "double", 250)
UNDERSTOOD = ev.Understood(1, (), "double", 30)
TAKE = act.TakeTurn(1, "sentence")


def log(*entries: tuple[int, Entry]) -> list[Record]:
    """Times in milliseconds. A turn that is taken is sent to understanding as the request of the same number."""
    out: list[tuple[int, Entry]] = []
    for at_ms, entry in entries:
        out.append((at_ms, entry))
        if isinstance(entry, act.TakeTurn):
            out.append((at_ms, act.Understand(entry.turn, entry.turn, "where is it", (), "", OPEN)))
    return [record_of(seq, at_ms * 1_000, entry) for seq, (at_ms, entry) in enumerate(out, start=1)]


def measured(*entries: tuple[int, Entry]) -> list[TurnLatency]:
    return latencies(log(*entries), pause_us=PAUSE_US)


def say(utterance: int, turn: int = 1) -> act.Say:
    return act.Say(utterance, turn, ("It is on its way.",))


def started(utterance: int, waited_ms: int | None = None) -> ev.PlaybackStarted:
    return ev.PlaybackStarted(utterance, 0, None if waited_ms is None else waited_ms * 1_000)


def test_stages_add_up_to_the_wait() -> None:
    (turn,) = measured(
        (1_200, PAUSED),
        (1_450, TRANSCRIBED),
        (1_650, TAKE),
        (1_680, UNDERSTOOD),
        (1_710, say(2)),
        (1_760, started(2)),
    )
    assert turn == TurnLatency(1, 650_000, 250, 30_000, 30_000, 50_000, relevant_us=760_000)
    assert turn.total_us == 760_000


def test_sound_that_waits_for_its_turn_is_playout_and_only_its_making_is_synthesis() -> None:
    (turn,) = measured((1_200, PAUSED), (1_650, TAKE), (1_710, say(2)), (1_790, started(2, 30)))
    assert (turn.synthesis_us, turn.playout_us, turn.total_us) == (50_000, 30_000, 790_000)
    (made_ahead,) = measured((1_200, PAUSED), (1_650, TAKE), (1_710, say(2)), (1_730, started(2, 20)))
    assert (made_ahead.synthesis_us, made_ahead.playout_us) == (0, 20_000)


def test_a_filler_is_the_first_audio_and_what_follows_it_the_first_relevant() -> None:
    filler = act.Say(2, 1, ("One moment.",), "filler")
    (turn,) = measured(
        (1_200, PAUSED),
        (1_650, TAKE),
        (1_680, UNDERSTOOD),
        (1_710, filler),
        (1_760, started(2)),
        (2_500, say(3)),
        (2_540, started(3)),
    )
    assert (turn.total_us, turn.relevant_us) == (760_000, 1_540_000)
    (alone,) = measured((1_200, PAUSED), (1_650, TAKE), (1_710, filler), (1_760, started(2)))
    assert alone.relevant_us is None


def test_what_was_waited_for_words_beyond_the_endpoint_is_told_and_whether_they_were_begun_ahead() -> None:
    ahead = act.Transcribe(1, 1, 0, 8_000, "open", "early")
    take = act.TakeTurn(1, "complete", (Vote("complete", 260_000), Vote("sentence", 500_000)))
    (turn,) = measured(
        (1_100, ahead), (1_200, PAUSED), (1_450, TRANSCRIBED), (1_450, take), (1_480, say(2)), (1_490, started(2))
    )
    assert (turn.endpoint_us, turn.late_us, turn.ahead) == (450_000, 190_000, True)


def test_words_that_later_ones_overtook_are_told_apart_from_those_that_counted() -> None:
    part = ev.Transcribed(1, 1, "where", (), 0.9, "double", 110)
    more = ev.Transcribed(2, 2, "where is", (), 0.9, "double", 140)
    rest = ev.Transcribed(3, 3, "where is it", (), 0.9, "double", 250)
    first, second = measured(
        *(
            (900, part),
            (1_000, more),
            (1_200, PAUSED),
            (1_450, rest),
            (1_650, TAKE),
            (1_710, say(2)),
            (1_760, started(2)),
        ),
        *((5_000, PAUSED), (5_200, TRANSCRIBED), (5_400, act.TakeTurn(2, "sentence")), (5_500, say(3, 2))),
        (5_520, started(3)),
    )
    assert (first.recognition_us, first.partial_us) == (250, 250)
    assert (second.recognition_us, second.partial_us) == (250, 0)


def test_tools_are_a_part_of_deciding() -> None:
    (turn,) = measured(
        (1_200, PAUSED),
        (1_650, TAKE),
        (1_680, UNDERSTOOD),
        (1_980, ev.ToolReturned(1, {}, 290_000)),
        (2_000, say(2)),
        (2_050, started(2)),
    )
    assert (turn.deciding_us, turn.tools_us) == (320_000, 300_000)


def test_a_tool_that_came_back_while_words_were_being_understood_is_no_part_of_deciding() -> None:
    (turn,) = measured(
        (1_200, PAUSED),
        (1_650, TAKE),
        (1_660, ev.ToolReturned(1, {}, 3_000_000)),
        (1_680, UNDERSTOOD),
        (1_700, say(2)),
        (1_760, started(2)),
    )
    assert (turn.deciding_us, turn.tools_us) == (20_000, 0)


def test_an_answer_that_was_understood_ahead_takes_no_time_to_understand() -> None:
    (turn,) = measured((1_200, PAUSED), (1_400, UNDERSTOOD), (1_650, TAKE), (1_650, say(2)), (1_680, started(2)))
    assert (turn.understanding_us, turn.deciding_us, turn.synthesis_us) == (0, 0, 30_000)


def test_the_wait_counts_from_the_last_pause() -> None:
    (turn,) = measured(
        (1_200, PAUSED),
        (1_400, ev.SpeechResumed(1, 11_200)),
        (2_200, PAUSED),
        (2_600, TAKE),
        (2_600, UNDERSTOOD),
        (2_600, say(2)),
        (2_700, started(2)),
    )
    assert turn.endpoint_us == 600_000


def test_a_filler_is_the_first_word_and_the_answer_after_it_counts_no_more() -> None:
    filler = act.Say(2, 1, ("One moment.",), "filler")
    turns = measured(
        (1_200, PAUSED),
        (1_500, TAKE),
        (1_500, UNDERSTOOD),
        (1_500, filler),
        (1_600, started(2)),
        (5_000, say(3)),
        (5_100, started(3)),
    )
    assert [turn.total_us for turn in turns] == [600_000]


def test_a_tool_is_part_of_deciding() -> None:
    (turn,) = measured(
        (1_200, PAUSED),
        (1_500, TAKE),
        (1_510, UNDERSTOOD),
        (1_510, act.CallTool(1, "get_order", {}, "read", "")),
        (2_010, ev.ToolReturned(1, {}, 500_000)),
        (2_010, say(2)),
        (2_050, started(2)),
    )
    assert (turn.understanding_us, turn.deciding_us, turn.synthesis_us) == (10_000, 500_000, 40_000)


def test_the_answer_may_come_without_understanding() -> None:
    (turn,) = measured((1_200, PAUSED), (1_900, TAKE), (1_900, say(2)), (1_950, started(2)))
    assert (turn.endpoint_us, turn.understanding_us, turn.deciding_us) == (900_000, 0, 0)


def test_an_answer_that_was_never_heard_is_no_wait() -> None:
    assert measured((1_200, PAUSED), (1_500, TAKE), (1_500, UNDERSTOOD), (1_510, say(2))) == []


def test_a_turn_of_keys_has_no_end_of_voice() -> None:
    keyed = (3_000, ev.DigitPressed("1")), (4_500, TAKE), (4_500, UNDERSTOOD), (4_500, say(2)), (4_600, started(2))
    assert measured(*keyed) == []


def test_voice_that_came_to_nothing_is_not_the_beginning_of_a_later_wait() -> None:
    cough = (1_200, PAUSED), (1_500, act.EndTurn(1, "no words"))
    keyed = (9_000, ev.DigitPressed("1")), (10_500, act.TakeTurn(2, "at once"))
    answer = (10_500, say(2, 2)), (10_600, started(2))
    assert measured(*cough, *keyed, *answer) == []


def test_keys_that_took_a_turn_over_from_voice_have_no_end_of_voice() -> None:
    begun = (1_200, PAUSED), (1_300, ev.DigitPressed("1")), (2_800, TAKE), (2_800, UNDERSTOOD)
    assert measured(*begun, (2_800, say(2)), (2_900, started(2))) == []


def test_a_turn_that_ended_without_words_is_no_wait_for_the_next_words() -> None:
    ended = (1_200, PAUSED), (1_500, TAKE), (1_500, UNDERSTOOD), (1_500, act.EndTurn(1, "it asks for nothing"))
    assert measured(*ended, (8_500, say(2)), (8_600, started(2))) == []


def test_the_answer_to_an_earlier_turn_is_not_the_answer_to_a_later_one() -> None:
    (turn,) = measured(
        (1_200, PAUSED),
        (1_500, TAKE),
        (2_500, PAUSED),
        (2_800, act.TakeTurn(2, "sentence")),
        (2_800, UNDERSTOOD),
        (2_810, say(2, 1)),
        (2_815, ev.Understood(2, (), "double", 1)),
        (2_820, say(3, 2)),
        (2_900, started(3)),
    )
    assert (turn.turn, turn.understanding_us, turn.deciding_us) == (2, 15_000, 5_000)


def test_erased_records_measure_nothing() -> None:
    records = [Record(1, 0, "call_started", "event", None), Record(2, 10, "say", "action", None)]
    assert latencies(records, pause_us=PAUSE_US) == []


def test_a_whole_call_is_measured_turn_by_turn() -> None:
    call = on_the_line(asks_for_an_order)
    turns = latencies(call.log.read(), pause_us=PAUSE_US)
    assert [turn.turn for turn in turns] == [1, 2, 3, 4]
    for turn in turns:
        assert turn.endpoint_us >= RECOGNITION_US
        assert 260_000 <= turn.total_us <= 1_100_000
    assert turns[2].deciding_us == 30_000  # the tool


def test_a_call_with_keys_and_coughs_measures_spoken_turns_only() -> None:
    call = on_the_line(interrupts_twice)
    turns = latencies(call.log.read(), pause_us=PAUSE_US)
    assert [turn.turn for turn in turns] == [1, 3]
    assert max(turn.total_us for turn in turns) < 1_200_000
