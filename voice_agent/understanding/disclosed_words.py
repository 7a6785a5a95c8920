"""What blocks of a journey let a language model know, in the words of a prompt: only what is there now. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.conversation.disclosed import Disclosed


def rules_and_words(disclosed: Sequence[Disclosed]) -> list[str]:
    """A line a rule, and one for the words that are likely."""
    rules = [text for block in disclosed if block.kind == "rule" for text in block.texts]
    words = [text for block in disclosed if block.kind == "glossary" for text in block.texts]
    lines = [f"Keep in mind: {_plain(text)}" for text in rules]
    return [*lines, f"Words that are likely: {', '.join(map(_plain, words))}."] if words else lines


def _plain(text: str) -> str:
    """A rule may hold a value that a caller gave: it can't end what is marked as data."""
    return " ".join(text.replace("<<<", "").replace(">>>", "").split())
