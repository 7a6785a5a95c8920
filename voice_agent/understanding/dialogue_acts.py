"""Reads yes, no, "say that again", "a person please" and the like out of a sentence, by rules over a table.

Decides what was said, not what to do about it. `act_tables` holds the table of each language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from voice_agent.understanding.act_kinds import ASIDES, Act
from voice_agent.understanding.act_tables import ActTable, table_of
from voice_agent.understanding.words import fold_accents, normalise

_LONGEST_BACKCHANNEL = 4
_LONGEST_PHRASE = 160
"""Characters: so far is looked for one phrase's words, that a turn of any length is read in reasonable time."""
_MANNERS = (Act.SLOWER, Act.SPELL)
"""Ways of saying it again."""
_INSISTENT = (Act.DENY, Act.HOLD_ON, Act.CANCEL, Act.WANT_HUMAN)
_REVERSED = {Act.AFFIRM: Act.DENY, Act.DENY: Act.AFFIRM}


class ActReading(msgspec.Struct, frozen=True):
    """`acts` in the order spoken, neutral ones left out. `rest` is what no phrase covers, fillers left out.

    `asides` were said and ask for nothing: thanks, "I don't know", "I mean".
    """

    acts: tuple[Act, ...]
    rest: str
    asides: tuple[Act, ...] = ()

    @property
    def polarity(self) -> Act | None:
        """AFFIRM or DENY, whichever was said last ("yeah, no" is no), None if neither."""
        said = [act for act in self.acts if act in (Act.AFFIRM, Act.DENY)]
        return said[-1] if said else None


def read_acts(text: str, language: str = "en") -> ActReading:
    """All dialogue acts in `text`."""
    table = table_of(language)
    plain = _without_hesitation(fold_accents(normalise(text)) if table.folded else normalise(text))
    if plain in table.whole_text:
        return ActReading(table.whole_text[plain], "")
    acts: list[Act] = []
    rest: list[str] = []
    at = 0
    while at < len(plain):
        found = _longest(table, plain, at)
        if found is None:
            end = plain.find(" ", at)
            end = len(plain) if end < 0 else end
            rest.append(plain[at:end])
        else:
            end, act = found
            said = plain[at:end]
            negated = table.negated.search(plain[_word_near(plain, at - _LONGEST_PHRASE) : at]) is not None
            acts += _second(table, said)
            acts += _acts(act, negated=negated)
        at = end + 1
    steering = [act for act in acts if act not in ASIDES]
    asides = [act for act in acts if act in ASIDES]
    return ActReading(_last_of_each(steering), _content(table, rest), _last_of_each(asides))


def is_backchannel(text: str, language: str = "en") -> bool:
    """A listener's noise that does not ask for the floor ("mm-hmm", "yeah, okay", "I see"); empty text is one.

    While a yes/no question is open the same words are an answer: whoever knows that must not ask here.
    """
    table = table_of(language)
    plain = fold_accents(normalise(text)) if table.folded else normalise(text)
    words = plain.replace("all right", "alright").split()
    return len(words) <= _LONGEST_BACKCHANNEL and all(_is_listening(table, word) for word in words) and words != ["i"]


def insists(text: str, language: str = "en") -> bool:
    """Words that must be heard whatever is being said, and no others: "no", "stop", "wait", "a person, please"."""
    read = read_acts(text, language)
    return read.rest == "" and any(act in _INSISTENT for act in read.acts)


def _is_listening(table: ActTable, word: str) -> bool:
    return word in table.backchannel or re.fullmatch(r"m+h*m*|(?:ha)+h?|hm+|\w?(\w)\1{3,}|([a-z])\2", word) is not None


def _without_hesitation(plain: str) -> str:
    """Sounds inside a phrase do not break it ("no um thanks"); "uh huh" and "uh uh" are words."""
    plain = re.sub(r"\b(uh huh|uh uh|nuh uh|mm hmm?)\b", lambda m: m.group().replace(" ", "_"), plain)
    kept = [word for word in plain.split() if word not in {"um", "uh", "er", "erm", "uhm", "hmm", "mm", "ah"}]
    return " ".join(kept).replace("_", " ")


def _longest(table: ActTable, plain: str, at: int) -> tuple[int, Act] | None:
    best: tuple[int, Act] | None = None
    last = _word_near(plain, at + _LONGEST_PHRASE)
    for pattern, act in table.phrases:
        match = pattern.match(plain, at, last)
        if match is not None and match.end() > at and (best is None or match.end() >= best[0]):
            best = (match.end(), act)
    return best


def _word_near(plain: str, at: int) -> int:
    """Where the word ends that stands at `at`; the end, or the beginning, of the text beyond it."""
    found = plain.find(" ", at) if at > 0 else 0
    return len(plain) if found < 0 else found


def _second(table: ActTable, said: str) -> list[Act]:
    return [act for pattern, act in table.also.items() if re.fullmatch(pattern, said) is not None]


def _acts(act: Act, *, negated: bool) -> list[Act]:
    if act is Act.NEUTRAL or (act in _MANNERS and negated):
        return []
    if not negated:
        return [Act.REPEAT, act] if act in _MANNERS else [act]
    return [_REVERSED[act]] if act in _REVERSED else []


def _last_of_each(acts: Sequence[Act]) -> tuple[Act, ...]:
    """Each act once, where it was said last, so that "yes, no, yes" ends in yes."""
    return tuple(reversed(dict.fromkeys(reversed(acts))))


def _content(table: ActTable, rest: list[str]) -> str:
    return " ".join(word for word in rest if word not in table.fillers)
