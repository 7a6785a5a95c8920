"""What a caller does: a line with a cue and a deed, branches, and answers for whenever a question comes. Data. Pure."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import field

from simulations.scenario_parts import Count, Decibels, Keys, Milliseconds, Part, Text, check_marks, check_pattern

CUES: Final = ("after", "when", "only_if", "interrupt", "on_silence")
DEEDS: Final = ("say", "keys", "hang_up", "backchannel", "cough", "side_talk", "on")
ASIDES: Final = ("backchannel", "cough", "side_talk")

Kind: TypeAlias = Literal["line", "keys", "interruption", "backchannel", "cough", "side_talk"]


class Interrupt(Part, frozen=True):
    """Speak over the agent `after_ms` after the beginning of the first utterance that lasts so long."""

    after_ms: Milliseconds


class Silence(Part, frozen=True):
    """Nobody has spoken for `after_ms`."""

    after_ms: Milliseconds = 4_000


class Line(Part, frozen=True):
    """One thing the caller does: at most one cue (`after`, `when`, `if`, `interrupt`, `on_silence`), then one deed.

    Without a cue the line follows the one before it: two lines with `wait_ms` between them are a hesitation.
    `if` makes the line optional: it is skipped where a later line's cue comes first. `backchannel`, `cough` and
    `side_talk` are asides: they take no turn. `on` goes on with one of several branches.
    """

    after: Literal["greeting", "agent"] | None = None
    when: Text | None = None
    only_if: Text | None = field(default=None, name="if")
    interrupt: Interrupt | None = None
    on_silence: Silence | None = None
    wait_ms: Milliseconds | None = None
    say: Text | None = None
    keys: Keys | None = None
    hang_up: bool = False
    loudness_db: Decibels = 0.0
    backchannel: Text | None = None
    cough: bool = False
    side_talk: Text | None = None
    on: tuple[Branch, ...] = ()

    def __post_init__(self) -> None:
        cues = [name for name in CUES if getattr(self, name) is not None]
        if len(cues) > 1:
            raise ValueError(f"has {len(cues)} cues ({', '.join(map(_key, cues))}), at most one is allowed")
        deeds = [name for name in DEEDS if getattr(self, name)]
        if len(deeds) > 1:
            raise ValueError(f"does {len(deeds)} things ({', '.join(deeds)}), give each a line of its own")
        if not deeds and self.wait_ms is None:
            raise ValueError("does nothing: one of say, keys, hang_up or wait_ms is needed")
        if self.on and (cues or self.wait_ms is not None):
            raise ValueError("has branches (`on`) and a cue of its own: each branch has its `when`")
        if sum(branch.when is None for branch in self.on) > 1:
            raise ValueError("two branches have no `when`: only one can be what is done otherwise")
        check_pattern(self.when)
        check_pattern(self.only_if)

    @property
    def has_cue(self) -> bool:
        """Whether it waits for something; branches do."""
        return bool(self.on) or any(getattr(self, name) is not None for name in CUES)

    @property
    def optional(self) -> bool:
        """Whether the call is complete without it: the agent may hang up first."""
        return self.only_if is not None or self.hang_up or self.aside is not None

    @property
    def aside(self) -> Kind | None:
        """What it is where it takes no turn."""
        if self.cough:
            return "cough"
        if self.backchannel is not None:
            return "backchannel"
        return None if self.side_talk is None else "side_talk"


class Branch(Part, frozen=True):
    """One way on: what the agent must have said (None: anything else), what is done then, and what comes after that,
    before the lines after the branches."""

    when: Text | None = None
    wait_ms: Milliseconds | None = None
    say: Text | None = None
    keys: Keys | None = None
    hang_up: bool = False
    loudness_db: Decibels = 0.0
    then: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        check_pattern(self.when)
        self.line  # noqa: B018 - what a line may not do, a branch may not either

    @property
    def line(self) -> Line:
        """The first line of the branch."""
        after: Literal["agent"] | None = "agent" if self.when is None else None
        return Line(
            after=after,
            when=self.when,
            wait_ms=self.wait_ms,
            say=self.say,
            keys=self.keys,
            hang_up=self.hang_up,
            loudness_db=self.loudness_db,
        )


class Answer(Part, frozen=True):
    """What is answered whenever the agent's words match and no line that is waited for does, at most `times` times."""

    when: Text
    wait_ms: Milliseconds | None = None
    say: Text | None = None
    keys: Keys | None = None
    hang_up: bool = False
    loudness_db: Decibels = 0.0
    times: Count = 4

    def __post_init__(self) -> None:
        check_pattern(self.when)
        self.line  # noqa: B018 - as of branches

    @property
    def line(self) -> Line:
        return Line(
            when=self.when,
            wait_ms=self.wait_ms,
            say=self.say,
            keys=self.keys,
            hang_up=self.hang_up,
            loudness_db=self.loudness_db,
        )


def check_lines(lines: tuple[Line, ...], *, place: str, marked: bool, first: bool) -> None:
    """Raises ValueError for lines that can't follow each other. `place` is where in the file they are; `marked`: marks
    in texts mean something; `first`: these are the first of the scenario."""
    after_branches = False
    for number, line in enumerate(lines):
        here = f"{place}[{number}]"
        if line.after == "greeting" and not (first and number == 0):
            wrong = f"line {number + 1} is `after: greeting`, which only the first can be; use `after: agent`"
            raise ValueError(wrong if first else f"`{here}`: {wrong}")
        if after_branches and not line.has_cue:
            raise ValueError(f"`{here}` follows branches and needs a cue; what follows at once goes into `then`")
        if marked:
            check_marks(line.say, f"{here}.say")
        for branch_number, branch in enumerate(line.on):
            inside = f"{here}.on[{branch_number}]"
            if marked:
                check_marks(branch.say, f"{inside}.say")
            check_lines(branch.then, place=f"{inside}.then", marked=marked, first=False)
        after_branches = bool(line.on)


def _key(attribute: str) -> str:
    return "if" if attribute == "only_if" else attribute
