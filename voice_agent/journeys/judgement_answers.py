"""What came of asking for a verdict: it is kept, and the journey goes on by it where it waited.

No verdict (no model, a failure, too long a wait) is no leave for what needs one.
"""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.actions import DropLate
from voice_agent.conversation.judging import Judged, JudgeFailed
from voice_agent.conversation.records import tag_of
from voice_agent.journeys.flow import proceed
from voice_agent.journeys.frame import Verdict
from voice_agent.journeys.judging import judgement_due
from voice_agent.journeys.open_judgement import OpenJudgement
from voice_agent.journeys.talk import Kind, Phase, Scene

_LATE: Final = "nobody waits for it any more"


def came_of_judgement(scene: Scene, event: Judged | JudgeFailed) -> None:
    """A verdict, or none: either way the journey goes on."""
    judging = scene.talk.judging
    known = judging.open
    if event.request in judging.afterwards:
        judging.afterwards.discard(event.request)
        return
    if known is None or known.asked.request != event.request or scene.talk.phase is not Phase.LIVE:
        scene.reply.act(DropLate(tag_of(event), event.request, _LATE))
        return
    _settle(scene, known, event if isinstance(event, Judged) else None)


def waited_for_judgement(scene: Scene) -> None:
    """Time has passed: says that it takes a moment, or gives it up."""
    talk = scene.talk
    known, due_us = talk.judging.open, judgement_due(talk)
    if known is None or due_us is None or due_us > scene.now_us or talk.phase is not Phase.LIVE:
        return
    if scene.now_us >= known.due_us:
        _settle(scene, known, None)
    else:
        known.bridged = True
        scene.say("one_moment")
        scene.reply.purpose = "filler"


def _settle(scene: Scene, known: OpenJudgement, verdict: Judged | None) -> None:
    talk = scene.talk
    talk.judging.open = None
    degree, reason = (None, "") if verdict is None else (verdict.degree, verdict.reason)
    known.frame.verdicts[known.asked.policy] = Verdict(known.signature, degree, reason)
    if talk.waiting.kind is Kind.JUDGING and talk.waiting.frame is known.frame:
        proceed(scene)
