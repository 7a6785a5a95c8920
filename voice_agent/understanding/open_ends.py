"""Whether words end where a sentence can't end: "I'd like to", "no, it's", "my number is". By the last words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

DANGLING = frozenset(
    "and or but so because if that which who when where while with without for from to of in on at by about into "
    "than as the a an my your our his her their this these those um uh er erm uhm hmm like well is are was were "
    "be am im its i we they he she you dont want need have can could would will should may might must not very "
    "really just also double triple treble called named whats wheres thats theres mr mrs ms dr "
    "saint point".split()
)
"""No sentence ends in one of these, apart from the phrases below."""
HESITATIONS = frozenset("and or but so because if um uh er erm uhm hmm the a my its to i well like".split())
"""After "yes" these announce more; other short words may end such a phrase ("hold on")."""
FINISHED_ENDINGS = frozenset(
    (
        "thats that|i am|we are|it is|i was|i do|that is|i can|i could|i would|i will|i have|thank you|i dont|i want "
        "to|think so|hope so|guess so|"
        "i need to|of you|rather not|yes i would|about that|do that|like this|like that|of that|with that|and you|"
        "how are you|about you|help you|i might|want that|need that|want this|hear you|understand you|get that|say "
        "that|"
        "repeat that|is that|is this|catch that|hear that|cancel that|of course not|why not|see you|who are you|can "
        "you|all that"
    ).split("|")
)
_PREPOSITIONS = frozenset("for from to of in on at by about into with without after before than".split())
_OBJECTS = frozenset("it you that this these those her".split())
"""After a preposition they end a sentence: "a letter that I got from you"."""
_OPENERS = frozenset(
    "i think|i guess|id say|i would say|i believe|well i think|um i think|maybe|let me think".split("|")
)
_ASKING = frozenset("where what who how when which whats wheres".split())
_VERBS_LAST = frozenset("is are was were am be have do".split())
"""They end an indirect question: "tell me where my order is"."""
_DONE = frozenset(
    "do does did fix change cancel stop see use pay buy order keep explain find make update reset undo report send "
    "return solve resolve handle try activate reactivate check open close read believe mean like done".split()
)
"""Before "this" and "that" they end a sentence: "how do I fix this?"."""
_SPOKEN_TO = frozenset(
    "told tell sent send call called owe reach see saw heard gave paid pay emailed asked ask".split()
)
"""Before "you" they do: "the number I gave you"."""
_PHRASAL: Final = {
    "on": frozenset("going goes go went turn turned turns switch switched still carry hold moved".split()),
    "in": frozenset("log logged logging sign signed check checked come came coming moved paid break broke".split()),
    "from": frozenset("come came comes coming calling".split()),
    "to": frozenset("belong belongs".split()),
    "well": frozenset(("as",)),
    "so": frozenset("do or did doing".split()),
}
"""A last word to the words before it with which it ends a sentence: "I can't log in", "what's going on"."""
_STRANDED = frozenset("for from to with about on at".split())
_AT_THE_HEAD = frozenset("what whats which who whos where".split())
_ASKED_OF = frozenset("this that it i you we they he she".split())
LEADS = (
    "number is",
    "account is",
    "order is",
    "name is",
    "code is",
    "it is",
    "its",
    "thats",
    "reference is",
    "address is",
)


def ends_open(words: Sequence[str]) -> bool:
    """Of the words of a text, of which there is at least one."""
    if " ".join(words) in _OPENERS:
        return True
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last in _VERBS_LAST and set(words[:-1]) & _ASKING:
        return False
    if (last in _OBJECTS and before in _PREPOSITIONS) or _is_phrase(before, last, words):
        return False
    if " ".join(words[-2:]) in FINISHED_ENDINGS or " ".join(words[-3:]) in FINISHED_ENDINGS:
        return False
    return last in DANGLING or any(" ".join(words).endswith(lead) for lead in LEADS if " " in lead)


def _is_phrase(before: str, last: str, words: Sequence[str]) -> bool:
    """Whether a word that seldom ends a sentence ends one here, because of those before it."""
    if last in ("this", "that", "these", "those"):
        return before in _DONE
    if last == "you":
        return before in _SPOKEN_TO
    turned = before == "it" and len(words) > 2 and words[-3] in _PHRASAL.get(last, ())
    return before in _PHRASAL.get(last, ()) or turned or _is_stranded(before, last, words)


def _is_stranded(before: str, last: str, words: Sequence[str]) -> bool:
    """ "What is this for?", "who did you send it to?": asked of something that is named already."""
    return last in _STRANDED and before in _ASKED_OF and bool(set(words[:-2]) & _AT_THE_HEAD)
