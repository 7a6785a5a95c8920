"""Text as the words that were spoken, so that spelling is no recognition error. Pure.

    spoken_words("Press 2, or dial H.323.")    # ["press", "two", "or", "dial", "h", "three", "two", "three"]

Applied to what was said and to what was heard alike, in this order:

1. Notes in brackets or parentheses are dropped; lower case; accents are dropped; hyphens and slashes separate words.
2. Contractions are taken apart ("don't", "I'm"); other apostrophes are dropped ("party's" is "partys").
3. Signs that are read aloud become words: & % + = @ #, and $ 5 is five dollars.
4. Numbers become words: times by hour and minute; ordinals; up to 99 and round hundreds and thousands as a cardinal;
   others digit by digit, as in "H.323". A recogniser that writes "245" for two hundred forty-five loses by this.
5. Everything but letters is dropped; letters that stand alone next to each other become one word ("A.M.", "M I S D N").
6. A few words that have two spellings get one ("OK", "Mr").
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNITS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS: Final = "_ ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_SIGNS: Final = {"&": "and", "%": "percent", "+": "plus", "=": "equals", "@": "at", "#": "pound"}
_CONTRACTIONS: Final = (
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\blet's\b"), "let us"),
    (re.compile(r"\b(it|that|there|what|where|who|how|here|he|she)'s\b"), r"\1 is"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'m\b"), " am"),
)
_ONE_SPELLING: Final = {"ok": "okay", "mr": "mister", "mrs": "missus", "dr": "doctor", "whisky": "whiskey"}
_APOSTROPHE: Final = "\N{RIGHT SINGLE QUOTATION MARK}"
_NOTE: Final = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_MONEY: Final = re.compile(r"([$£€])\s*(\d+)")
_CURRENCIES: Final = {"$": "dollars", "£": "pounds", "€": "euros"}
_TIME: Final = re.compile(r"\b(\d{1,2}):(\d\d)\b")
_ORDINAL: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}\b)")
_NUMBER: Final = re.compile(r"\d+")
_NOT_LETTERS: Final = re.compile(r"[^a-z\s]")


def spoken_words(text: str) -> list[str]:
    """The words of `text`, lower case, letters only. Empty for a text that is nothing but a note."""
    plain = unicodedata.normalize("NFKD", _NOTE.sub(" ", text).lower().replace(_APOSTROPHE, "'"))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    for pattern, apart in _CONTRACTIONS:
        plain = pattern.sub(apart, plain)
    plain = _MONEY.sub(lambda found: f"{found[2]} {_CURRENCIES[found[1]]}", plain)
    for sign, word in _SIGNS.items():
        plain = plain.replace(sign, f" {word} ")
    plain = _in_words(plain).replace("'", "")
    words = _NOT_LETTERS.sub(" ", plain).split()
    return [_ONE_SPELLING.get(word, word) for word in _letters_joined(words)]


def cardinal(number: int) -> str:
    """0 to 99 in words, tens and units apart: "forty two"."""
    if not 0 <= number <= 99:
        raise ValueError(f"{number} is not 0 to 99")
    if number < len(_UNITS):
        return _UNITS[number]
    tens, units = divmod(number, 10)
    return _TENS[tens] if units == 0 else f"{_TENS[tens]} {_UNITS[units]}"


def _in_words(text: str) -> str:
    text = _TIME.sub(_time, text)
    text = _ORDINAL.sub(lambda found: f" {_ordinal(int(found[1]))} ", text)
    text = _THOUSANDS.sub("", text)
    return _NUMBER.sub(lambda found: f" {_number(found[0])} ", text)


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if minute == 0:
        return f" {cardinal(hour)} "
    return f" {cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)} "


def _ordinal(number: int) -> str:
    before, _, last = cardinal(number).rpartition(" ")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    else:
        last = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{before} {last}".strip()


def _number(digits: str) -> str:
    number = int(digits)
    if len(digits) <= 2 and (number > 9 or len(digits) == 1):
        return cardinal(number)
    for size, name in ((1_000, "thousand"), (100, "hundred")):
        count, rest = divmod(number, size)
        if rest == 0 and 0 < count <= 99:
            return f"{cardinal(count)} {name}"
    return " ".join(_UNITS[int(digit)] for digit in digits)


def _letters_joined(words: list[str]) -> list[str]:
    out: list[str] = []
    letters = ""
    for word in [*words, "  "]:
        if len(word) == 1:
            letters += word
            continue
        if letters:
            out.append(letters)
        letters = ""
        out.append(word)
    return out[:-1]
