"""What a caller said of a journey in the sentence that asked for it: "move my appointment to Tuesday at ten".

Nobody had asked for these values yet, so they are read when it is known which journey is meant, by the same grammars;
the reader is handed in, because this package knows no words.
"""

from __future__ import annotations

from voice_agent.conversation.commands import SetSlot
from voice_agent.conversation.expectation import Expectation, Setting
from voice_agent.journeys.candidates import candidates_for, slot_view
from voice_agent.journeys.fitting import Surrounded, fit
from voice_agent.journeys.frame import Held
from voice_agent.journeys.provenance import source_of
from voice_agent.journeys.talk import Scene


def read_ahead(scene: Scene, name: str) -> None:
    """Keeps what was said for the journey `name`, which is about to start."""
    talk = scene.talk
    journey, reads = talk.pack.journey(name), talk.reads
    if reads is None or journey is None or not talk.heard or talk.heard[0].strip() == "":
        return
    slots = {slot.name: slot for slot in journey.slots if slot.source is None and slot.secure is None}
    language = talk.surroundings.language
    views = tuple(slot_view(slot, None, candidates_for(slot, {}, language)) for slot in slots.values())
    now, today = (scene.names().get(what) for what in ("now", "today"))
    region = talk.pack.agent.region
    expected = Expectation("open", None, None, views, Setting("" if now is None else now, language, region))
    for command in reads(talk.heard[0], expected):
        if not isinstance(command, SetSlot) or command.slot not in slots:
            continue
        fitted = fit(slots[command.slot], command.value, Surrounded(today, region))
        if fitted.value is not None:
            source = source_of(command, talk.heard, None)
            talk.work.spare.setdefault(command.slot, Held(fitted.value, source != "model", source=source))
