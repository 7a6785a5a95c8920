"""lexicon.yaml to a lexicon: how words are pronounced, by language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from voice_agent.journeys.lexicon import Lexicon, is_entry
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Entry, parse

LEXICON_FILE: Final = "lexicon.yaml"
RESPELLING: Final = r"[\w'\u2019.,-]+( [\w'\u2019.,-]+)*"
"""What a voice can be given: words of letters and figures, with hyphens and commas."""
RESPELLING_AT_MOST: Final = 120
_HINT: Final = "Write it as it would be read aloud, such as shi-vawn, without the signs of a phonetic alphabet."
_RESPELLING: Final = re.compile(RESPELLING)


def read_lexicon(files: Mapping[str, str], languages: Sequence[str], problems: Problems) -> Lexicon:
    """An empty one where there is no file."""
    text = files.get(LEXICON_FILE)
    root = None if text is None else parse(LEXICON_FILE, text, problems)
    if root is None:
        return Lexicon()
    reading = Reading(problems)
    entries: dict[str, dict[str, str]] = {}
    for language, entry in reading.mapping(root, LEXICON_FILE).items():
        if language not in languages:
            problems.unknown(entry.place, f"in {LEXICON_FILE} the language", language, languages)
        words = reading.mapping(entry.node, f"the words of '{language}'")
        entries[language] = {
            " ".join(written.split()): _respelling(written, said, reading) for written, said in words.items()
        }
        _check_twice(words, problems)
    return Lexicon(entries)


def _respelling(written: str, said: Entry, reading: Reading) -> str:
    if not is_entry(written):
        message = f"found '{written}' as a word; allowed: one to four words without punctuation around them"
        reading.problems.add(said.place, message)
    text = reading.text(said.node, f"how '{written}' is said")
    if text == "":
        return ""
    sayable = _RESPELLING.fullmatch(text) is not None and any(mark.isalnum() for mark in text)
    if not sayable or len(text) > RESPELLING_AT_MOST:
        message = (
            f"found '{text}' for how '{written}' is said; allowed: words of letters and figures, with hyphens and "
            f"commas, {RESPELLING_AT_MOST} characters at most"
        )
        reading.problems.add(
            said.node.place,
            message,
            _HINT,
        )
    return text


def _check_twice(words: Mapping[str, Entry], problems: Problems) -> None:
    """Blanks don't make another phrase."""
    seen: dict[str, str] = {}
    for written, entry in words.items():
        key = " ".join(written.split())
        if key in seen:
            message = f"found '{written}', which is there as '{seen[key]}'; allowed: each word once"
            problems.add(entry.place, message)
        seen[key] = written
