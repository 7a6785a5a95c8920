"""What is observed of our own calls, drawn by hand: one character is 100 ms, all figures were worked out by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulations.measures.timeline import Deed, DeedKind, Spoken, call_timeline
from simulations.measures.turn_taking import Selectivity, TurnTaking, figures, observe
from simulations.timing import measure

STEP = 10
"""Windows a character."""
MARKS: dict[str, DeedKind] = {
    "l": "line",
    "k": "keys",
    "i": "interruption",
    "b": "backchannel",
    "c": "cough",
    "s": "side_talk",
}


def track(row: str, voiced: str) -> bytes:
    return b"".join((b"\1" if character in voiced else b"\0") * STEP for character in row)


def deeds_of(row: str) -> list[Deed]:
    """A run of one mark is a deed; `_` within one is a pause in it, `+` before one says that it continues."""
    found: list[Deed] = []
    at = 0
    while at < len(row):
        continues = row[at] == "+"
        at += continues
        mark = row[at]
        if mark not in MARKS:
            at += 1
            continue
        end = at
        while end < len(row) and row[end] in (mark, "_"):
            end += 1
        found.append(Deed(MARKS[mark], at * STEP, end * STEP, continues))
        at = end
    return found


def seen(caller: str, agent: str) -> TurnTaking:
    """`k` has no voice."""
    assert len(caller) == len(agent)
    return observe(track(caller, "libcs"), track(agent, "a"), deeds_of(caller))


def of(observed: TurnTaking, kind: str) -> Selectivity:
    return next(row for row in observed.selectivity if row.kind == kind)


def test_a_wait_lasts_from_the_end_of_the_turn_to_the_answer() -> None:
    observed = seen("......lllll......ll....", "aaaa..........aa.....aa")
    assert observed.turns == 2
    assert observed.latencies_ms == (300, 200)
    assert observed.unanswered == 0


def test_words_that_continue_a_turn_belong_to_it() -> None:
    observed = seen("...lll......+lll........", "aa................aaaa..")
    assert observed.turns == 1
    assert observed.latencies_ms == (200,)
    assert (observed.paused_turns, observed.cut_offs) == (1, 0)


def test_an_agent_that_begins_in_the_pause_of_a_turn_cuts_it_off() -> None:
    observed = seen("...lll......+lll........", "aa.......aaaaa......aa..")
    assert (observed.paused_turns, observed.cut_offs) == (1, 1)
    assert observed.talked_over == 0


def test_a_pause_inside_a_line_is_one_too() -> None:
    observed = seen("..ll____ll........", "......aa.....aa...")
    assert (observed.paused_turns, observed.cut_offs) == (1, 1)


def test_a_pause_under_250_ms_is_none() -> None:
    observed = seen("..ll__ll........", "....aaa....aa...")
    assert (observed.paused_turns, observed.cut_offs) == (0, 0)
    assert observed.talked_over == 1


def test_an_agent_that_begins_into_the_callers_voice_talks_over_it() -> None:
    observed = seen("..llllll........", ".....aa....aa...")
    assert (observed.talked_over, observed.talked_over_ms) == (1, 200)
    assert observed.latencies_ms == (300,)


def test_overlap_counts_whoever_began() -> None:
    # The caller speaks over 3 steps of the agent's voice; 9 steps have voice at all.
    observed = seen("...iiii....", "aaaaaa...aa")
    assert (observed.both_ms, observed.voiced_ms) == (300, 900)
    assert figures([observed]).talk_over_ratio == 1 / 3


def test_how_long_an_interrupted_agent_goes_on() -> None:
    observed = seen("...iiii....", "aaaaaa...aa")
    assert observed.stops_ms == (300,)
    assert figures([observed]).not_stopped == 0


def test_an_agent_that_goes_on_for_more_than_two_seconds_has_not_stopped() -> None:
    observed = seen("..iiii" + 30 * ".", 25 * "a" + 8 * "." + "aaa")
    assert observed.stops_ms == (2_300,)
    assert figures([observed]).not_stopped == 1


def test_a_turn_without_an_answer_is_unanswered() -> None:
    assert seen("aa.lll......lll.....".replace("a", "."), "aa................aa").unanswered == 1


def test_a_last_word_before_the_end_needs_no_answer_but_a_silence_after_it_does() -> None:
    assert seen("..lll...", "a.......").unanswered == 0
    assert seen("..lll" + 20 * ".", "a" + 24 * ".").unanswered == 1


def test_sounds_that_are_no_turn_are_not_answered_or_stopped_for() -> None:
    # The agent goes on through the backchannel, stops for the cough, and answers the side talk.
    caller = "..b...............c.........................s......"
    agent_ = "aaaaaaaaaaaaaaaaaaaaa.........................aaaa."
    observed = seen(caller, agent_)
    assert of(observed, "backchannel") == Selectivity("backchannel", 1, 1)
    assert of(observed, "cough") == Selectivity("cough", 1, 0)
    assert of(observed, "side_talk") == Selectivity("side_talk", 1, 0)
    assert observed.turns == 0


def test_an_agent_that_is_heard_again_soon_has_dipped() -> None:
    observed = seen("..c" + 30 * ".", "aaaa" + 12 * "." + 17 * "a")
    assert of(observed, "cough") == Selectivity("cough", 1, 0, dipped=1)


def test_the_longest_silence_lies_between_sounds_and_keys_are_a_sound() -> None:
    assert seen("....ll........", "aa......aa....").longest_silence_ms == 200
    assert seen("..kkkkkkk.....", "aa..........aa").longest_silence_ms == 300
    assert seen("..............", "..............").longest_silence_ms == 0


def test_nothing_counts_after_the_end_of_the_call() -> None:
    sent, heard = track("..lll.....lll", "l"), track("........aa...", "a")
    observed = observe(sent, heard, deeds_of("..lll.....lll"), 7 * STEP)
    assert (observed.turns, observed.latencies_ms) == (1, ())


def test_a_deed_that_has_not_ended_lasts_to_the_end() -> None:
    timeline = call_timeline(track("..lll", "l"), track(".....", "a"), [Deed("line", 2 * STEP, 2**31)])
    assert timeline.caller == (Spoken(20, 50),)


def test_figures_of_many_calls_weigh_turns_not_calls() -> None:
    one = seen("......lllll......ll....", "aaaa..........aa.....aa")
    two = seen("...iiii....", "aaaaaa...aa")
    both = figures([one, two])
    assert (both.calls, both.turns) == (2, 3)
    assert (both.latency_p50_ms, both.latency_p95_ms) == (200, 300)
    assert (both.interruptions, both.stop_p50_ms) == (1, 300)
    assert both.panel.counts.responses == 3
    assert both.panel.response_rate == 1.0
    assert both.panel.response_latency_s == 700 / 3_000


def test_figures_of_nothing_are_none() -> None:
    nothing = figures([])
    assert (nothing.latency_p50_ms, nothing.stop_p95_ms, nothing.talk_over_ratio) == (None, None, None)


ROWS = st.integers(1, 60).flatmap(
    lambda n: st.tuples(st.text("l_.c.b", min_size=n, max_size=n), st.text("a..", min_size=n, max_size=n))
)


@given(ROWS)
def test_waits_are_those_that_a_turn_alone_is_measured_with(rows: tuple[str, str]) -> None:
    caller, agent = rows
    observed = seen(caller, agent)
    sent, heard = track(caller, "libcs"), track(agent, "a")
    turns = [deed for deed in deeds_of(caller) if deed.kind == "line"]
    untils = [*(turn.start for turn in turns[1:]), len(sent)]
    alone = [measure(sent, heard, turn.start, turn.end, until) for turn, until in zip(turns, untils, strict=False)]
    assert observed.latencies_ms == tuple(t.voice_to_voice_ms for t in alone if t.voice_to_voice_ms is not None)
    assert 0 <= observed.unanswered <= observed.turns
    assert 0 <= observed.cut_offs <= observed.paused_turns <= observed.turns
    assert observed.both_ms <= observed.voiced_ms
    for row in observed.selectivity:
        assert 0 <= row.dipped <= row.events - row.right
