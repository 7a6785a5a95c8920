"""What one event leads to, put together: all that is to be said becomes one utterance, before all that is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from voice_agent.conversation.actions import AnyAction, HangUp, Say
from voice_agent.conversation.knowledge import Citation
from voice_agent.journeys.clauses import split_clauses
from voice_agent.journeys.quoting import Quote

Purpose: TypeAlias = Literal["greeting", "reply", "reprompt", "filler", "farewell"]


class Reply:
    """Collects texts, at most one question (the last: it is what the agent then waits for), and actions.

    `values` are the names and words said in it that one may want to have spelled. `in_passing`: who asks to hear again
    what was said means what came before it.
    """

    def __init__(self) -> None:
        self.purpose: Purpose = "reply"
        self.values: list[str] = []
        self.in_passing = False
        self._texts: list[str] = []
        self._question: str | None = None
        self._clauses: tuple[str, ...] = ()
        self._pace: Literal["normal", "slow"] = "normal"
        self._quotes: list[tuple[Quote, str, str, str]] = []
        self._actions: list[AnyAction] = []
        self._hang_up: HangUp | None = None

    def say(self, text: str) -> None:
        self._texts.append(text)

    def quote(self, quoted: Quote, article: str, passage: str, block: str = "") -> None:
        """Says words of an article as they are, and which they are; `block` is what disclosed it, if it needed that."""
        self._texts.append(quoted.text)
        self._quotes.append((quoted, article, passage, block))

    def ask(self, question: str) -> None:
        """Replaces the question that was to be asked so far."""
        self._question = question

    def repeat(self, clauses: Sequence[str], *, slowly: bool = False) -> None:
        """Says `clauses` as they are, after everything else."""
        self._clauses = tuple(clauses)
        self._pace = "slow" if slowly else "normal"

    def act(self, action: AnyAction) -> None:
        self._actions.append(action)

    def close(self, farewell: str, reason: str) -> None:
        """The last words, and the end of the call."""
        self._texts.append(farewell)
        self._question = None
        self.purpose = "farewell"
        self._hang_up = HangUp(reason)

    def speaks(self) -> bool:
        return bool(self._texts) or self._question is not None or bool(self._clauses)

    def answers(self) -> bool:
        """Whether a caller's turn gets something out of it: words, or an action."""
        return self.speaks() or bool(self._actions) or self._hang_up is not None

    def clauses(self) -> tuple[str, ...]:
        question = () if self._question is None else (self._question,)
        return (*split_clauses(" ".join((*self._texts, *question))), *self._clauses)

    def statements(self) -> int:
        """How many of the clauses, at the beginning, ask nothing."""
        return len(split_clauses(" ".join(self._texts)))

    def actions(self, utterance: int, turn: int, language: str) -> list[AnyAction]:
        """Words first (as utterance number `utterance`), then what is done, the end of the call last."""
        out: list[AnyAction] = []
        clauses = self.clauses()
        if clauses:
            cited = self._citations(" ".join(clauses))
            out.append(Say(utterance, turn, clauses, self.purpose, language, cited, self._pace))
        out += self._actions
        if self._hang_up is not None:
            out.append(self._hang_up)
        return out

    def _citations(self, words: str) -> tuple[Citation, ...]:
        """Where in the words of the utterance each quotation stands."""
        out: list[Citation] = []
        for quoted, article, passage, block in self._quotes:
            start = words.find(quoted.text)
            if start >= 0:
                end = start + len(quoted.text)
                out.append(Citation(article, passage, quoted.start, quoted.end, start, end, block=block))
        return tuple(out)
