"""Nodes to plain values, complaining with place, finding and what is allowed. A value that can't be read becomes empty.

Whoever reads goes on after a problem, so results are only meaningful while `problems` is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from voice_agent.journeys.expressions import Expression, ExpressionError, compile_expression
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.source import Entry, Node
from voice_agent.journeys.templates import Template, TemplateError, in_languages, parse_template, wordings
from voice_agent.journeys.vocabulary import Keys

NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
_TRANSLATE: Final = "A journey may name fewer languages of its own, under 'languages'."


class Reading:
    """Reads nodes of one folder; everything it finds wrong goes to `problems`.

    `languages` are those in which every text is wanted, the first one first. Where there are several, a text is written
    as `{en: ..., es: ...}`.
    """

    def __init__(self, problems: Problems, languages: tuple[str, ...] = ("en",)) -> None:
        self.problems = problems
        self.languages = languages

    def keys(self, node: Node, keys: Keys) -> dict[str, Node]:
        """The entries of a mapping that `keys` allows."""
        entries = self.mapping(node, keys.where)
        if not isinstance(node.content, dict):
            return {}
        for name, entry in entries.items():
            self._check_key(name, entry, keys)
        for name in keys.required:
            if name not in entries:
                self.problems.add(node.place, f"found {keys.where} without '{name}'; allowed: with it")
        return {name: entry.node for name, entry in entries.items() if name in keys.allowed()}

    def _check_key(self, name: str, entry: Entry, keys: Keys) -> None:
        if name in keys.allowed():
            return
        self.problems.unknown(entry.place, f"in {keys.where} the key", name, keys.allowed())

    def mapping(self, node: Node, what: str) -> dict[str, Entry]:
        if isinstance(node.content, dict):
            return node.content
        self._wrong(node, f"for {what}", "keys with values")
        return {}

    def named(self, node: Node, what: str) -> dict[str, Entry]:
        """A mapping whose keys are names that the author chose."""
        entries = self.mapping(node, what)
        return {name: entry for name, entry in entries.items() if self._is_name(name, entry, what)}

    def _is_name(self, name: str, entry: Entry, what: str) -> bool:
        if NAME.match(name) is not None:
            return True
        message = f"found the name '{name}' in {what}; allowed: lower-case letters, digits and _, a letter first"
        self.problems.add(entry.place, message)
        return False

    def text(self, node: Node, what: str) -> str:
        if isinstance(node.content, str) and node.content != "":
            return node.content
        self._wrong(node, f"for {what}", "text")
        return ""

    def name(self, node: Node, what: str) -> str:
        text = self.text(node, what)
        if text != "" and NAME.match(text) is None:
            self.problems.add(
                node.place, f"found '{text}' for {what}; allowed: lower-case letters, digits and _, a letter first"
            )
        return text

    def items(self, node: Node, what: str) -> tuple[Node, ...]:
        if isinstance(node.content, tuple):
            return node.content
        self._wrong(node, f"for {what}", "a list")
        return ()

    def texts(self, node: Node, what: str) -> tuple[str, ...]:
        """One text or a list of them."""
        if isinstance(node.content, tuple):
            return tuple(self.text(item, what) for item in node.content)
        text = self.text(node, what)
        return (text,) if text != "" else ()

    def one_of(self, node: Node, what: str, allowed: Iterable[str]) -> str:
        text = self.text(node, what)
        if text != "" and text not in (names := tuple(allowed)):
            self.problems.unknown(node.place, what, text, names)
        return text

    def number(self, node: Node, what: str, least: int, most: int) -> int:
        text = self.text(node, what)
        if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most:
            return int(text)
        if text != "":
            self.problems.add(node.place, f"found '{text}' for {what}; allowed: a whole number, {least} to {most}")
        return least

    def flag(self, node: Node, what: str) -> bool:
        return self.one_of(node, what, ("true", "false")) == "true"

    def _wrong(self, node: Node, what: str, allowed: str) -> None:
        found = "nothing"
        if isinstance(node.content, str) and node.content != "":
            found = f"'{node.content}'"
        elif isinstance(node.content, tuple):
            found = "a list"
        elif isinstance(node.content, dict):
            found = "keys"
        self.problems.add(node.place, f"found {found} {what}; allowed: {allowed}")

    def template(self, node: Node | None, what: str) -> Template:
        """A text with gaps; empty for a key that is missing, which `keys` has already complained about."""
        if node is None:
            return parse_template("")
        if isinstance(node.content, dict):
            said = {code: self.compiled(entry, self.text(entry, what)) for code, entry in self.said(node, what).items()}
            return in_languages(said, self.languages)
        template = self.compiled(node, self.text(node, what))
        self._check_translated(node, template, what)
        return template

    def note(self, node: Node | None, what: str) -> Template:
        """A text with gaps for people who work here, in one language."""
        return self.compiled(node, self.text(node, what)) if node is not None else parse_template("")

    def templates(self, node: Node, what: str) -> tuple[Template, ...]:
        """One text with gaps, or a list of wordings; each may be written in several languages, or the whole list."""
        if isinstance(node.content, tuple):
            return tuple(self.template(item, what) for item in node.content)
        if not isinstance(node.content, dict):
            template = self.template(node, what)
            return (template,) if template.source != "" else ()
        said = {
            code: tuple(self.compiled(entry, text) for text in self.texts(entry, what))
            for code, entry in self.said(node, what).items()
        }
        return wordings(said, self.languages)

    def said(self, node: Node, what: str) -> dict[str, Node]:
        """What stands for each language, the first one first; complains about those that are missing."""
        entries = self.mapping(node, what)
        for code, entry in entries.items():
            if code not in self.languages:
                self.problems.unknown(entry.place, f"for {what} the language", code, self.languages)
        for code in self.languages:
            if code not in entries:
                self.problems.add(node.place, f"found {what} without '{code}'; allowed: with it", _TRANSLATE)
        return {code: entries[code].node for code in self.languages if code in entries}

    def _check_translated(self, node: Node, template: Template, what: str) -> None:
        words = "".join(part for part in template.parts if isinstance(part, str))
        if len(self.languages) > 1 and any(mark.isalpha() for mark in words):
            listed = ", ".join(f"{code}: ..." for code in self.languages)
            message = f"found {what} in one language, '{template.source}'; allowed: {{{listed}}}"
            self.problems.add(node.place, message, _TRANSLATE)

    def compiled(self, node: Node, text: str) -> Template:
        try:
            return parse_template(text)
        except TemplateError as error:
            self.problems.add(node.place, str(error))
            return Template(text, (text,))

    def expression(self, node: Node | None, what: str) -> Expression:
        """A condition; one that never holds for a key that is missing, which `keys` has already complained about."""
        if node is None:
            return compile_expression("false")
        source = self.text(node, what)
        try:
            return compile_expression(source if source != "" else "false")
        except ExpressionError as error:
            message = f"found '{source}' for {what}: {error}; allowed: an expression (docs/expressions.md)"
            self.problems.add(node.place, message)
            return compile_expression("false")
