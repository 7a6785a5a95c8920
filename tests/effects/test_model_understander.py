"""A language model beside rules: its reading where it comes in time, the rules' wherever it doesn't."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, TypeVar

from simulations import virtual_time
from voice_agent.clock import LoopClock
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import Affirm, AnyCommand, AskQuestion, NotUnderstood, StartJourney
from voice_agent.conversation.events import Understood
from voice_agent.conversation.expectation import OPEN, Expectation
from voice_agent.effects.breaker import FAILURES, REST_US
from voice_agent.effects.model_understander import FIRST_US, WHOLE_US, ModelUnderstander, Patience
from voice_agent.errors import DeadlineExceeded, EngineUnavailable
from voice_agent.ports.language import Prompt
from voice_agent.understanding.model_prompt import JourneyCard

T = TypeVar("T")
Piece = str | float | Exception
TRACKS = '{"commands": [{"command": "start_journey", "journey": "track_order"}]}'
WISH = "could you perhaps have a look at the thing that I bought"
BY_RULES: tuple[AnyCommand, ...] = (NotUnderstood("out_of_scope"),)


class Rules:
    """Understands nothing, at once."""

    def __init__(self, *commands: AnyCommand) -> None:
        self._commands = commands if commands else BY_RULES

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        return Understood(asked.request, self._commands, "rules", 0)


class Model:
    """Answers by script: each question takes the next; a number waits so many seconds, an exception is raised."""

    name = "double"

    def __init__(self, *scripts: tuple[Piece, ...]) -> None:
        self._scripts = list(scripts)
        self.asked = 0
        self.given_up = 0

    async def answer(self, prompt: Prompt, *, deadline_us: int) -> AsyncGenerator[str, None]:
        script = self._scripts[min(self.asked, len(self._scripts) - 1)]
        self.asked += 1
        try:
            async with asyncio.timeout((deadline_us - LoopClock().now_us()) / 1_000_000):
                for piece in script:
                    if isinstance(piece, Exception):
                        raise piece
                    if isinstance(piece, str):
                        yield piece
                    else:
                        await asyncio.sleep(piece)
        except TimeoutError as error:
            raise DeadlineExceeded("late") from error
        except (GeneratorExit, asyncio.CancelledError):
            self.given_up += 1
            raise


def understander(model: Model, *commands: AnyCommand, patience: Patience | None = None) -> ModelUnderstander:
    cards = (JourneyCard("track_order", "The customer wants to know where an order is"),)
    return ModelUnderstander(Rules(*commands), model, cards, LoopClock(), Patience() if patience is None else patience)


async def turn(
    of: ModelUnderstander, text: str = WISH, expectation: Expectation = OPEN, keys: str = ""
) -> tuple[Understood, int]:
    """The answer, and the microseconds until it came."""
    started_us = LoopClock().now_us()
    asked = Understand(1, 1, text, (), keys, expectation)
    answer = await of.understand(asked, deadline_us=started_us + 5_000_000)
    return answer, LoopClock().now_us() - started_us


def run(scenario: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return virtual_time.run(scenario())


def test_the_models_reading_is_taken_where_it_comes_in_time() -> None:
    model = Model((0.2, TRACKS[:10], 0.1, TRACKS[10:]))
    answer, took_us = run(lambda: turn(understander(model)))
    assert [type(command) for command in answer.commands] == [StartJourney]
    assert answer.engine == "double"
    assert took_us == 300_000
    assert model.asked == 1


def test_what_rules_account_for_is_never_sent_to_the_model() -> None:
    model = Model((TRACKS,))
    answer, took_us = run(lambda: turn(understander(model, Affirm()), "yes", Expectation("yes_no")))
    assert (answer.commands, answer.engine, took_us) == ((Affirm(),), "rules", 0)
    run(lambda: turn(understander(model), "", keys="5501"))
    assert model.asked == 0


def test_a_silent_model_costs_no_more_than_the_first_piece_may_take() -> None:
    model = Model((60.0, TRACKS))
    answer, took_us = run(lambda: turn(understander(model)))
    assert (answer.commands, answer.engine) == (BY_RULES, "rules (double: silent)")
    assert took_us == FIRST_US
    assert model.asked == model.given_up == 2


def test_a_model_that_begins_and_hangs_costs_no_more_than_the_whole_may_take() -> None:
    answer, took_us = run(lambda: turn(understander(Model((0.1, '{"comm', 60.0)))))
    assert (answer.commands, answer.engine) == (BY_RULES, "rules (double: deadline)")
    assert took_us == WHOLE_US


def test_a_failing_model_is_noticed_at_once() -> None:
    answer, took_us = run(lambda: turn(understander(Model((EngineUnavailable("no"),)))))
    assert (answer.commands, answer.engine, took_us) == (BY_RULES, "rules (double: engine_down)", 0)


def test_a_second_question_overtakes_one_that_hangs() -> None:
    model = Model((60.0, TRACKS), (0.1, TRACKS))
    answer, took_us = run(lambda: turn(understander(model)))
    assert answer.engine == "double"
    assert took_us == 400_000
    assert (model.asked, model.given_up) == (2, 1)


def test_without_a_hedge_there_is_one_question() -> None:
    model = Model((60.0, TRACKS))
    run(lambda: turn(understander(model, patience=Patience(hedge_us=0))))
    assert model.asked == 1


def test_an_answer_in_another_form_is_not_used() -> None:
    answer, _ = run(lambda: turn(understander(Model(("I would say they want their order.",)))))
    assert (answer.commands, answer.engine) == (BY_RULES, "rules (double: unusable)")


def test_where_the_model_finds_nothing_rules_may_have() -> None:
    nothing = Model(('{"commands": [{"command": "not_understood"}]}',))
    answer, _ = run(lambda: turn(understander(nothing, AskQuestion(WISH))))
    assert (answer.commands, answer.engine) == ((AskQuestion(WISH),), "rules (double: nothing)")


def test_after_failures_in_a_row_nobody_waits_for_the_model_for_a_while() -> None:
    async def scenario() -> None:
        model = Model((EngineUnavailable("no"),))
        subject = understander(model)
        for _ in range(FAILURES):
            await turn(subject)
        assert not subject.healthy
        answer, took_us = await turn(subject)
        assert (answer.engine, took_us, model.asked) == ("rules", 0, FAILURES)
        await asyncio.sleep(REST_US / 1_000_000)
        await turn(subject)
        assert model.asked == FAILURES + 1

    run(scenario)


def test_a_model_that_is_back_is_used_again() -> None:
    async def scenario() -> None:
        model = Model(*[(EngineUnavailable("no"),)] * FAILURES, (TRACKS,))
        subject = understander(model)
        for _ in range(FAILURES):
            await turn(subject)
        await asyncio.sleep(REST_US / 1_000_000)
        assert (await turn(subject))[0].engine == "double"
        assert subject.healthy
        assert (await turn(subject))[0].engine == "double"

    run(scenario)
