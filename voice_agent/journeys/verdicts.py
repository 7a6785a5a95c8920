"""What a verdict comes to: whether it is of what would be done now, and passes by its policy's tolerance."""

from __future__ import annotations

from voice_agent.conversation.notes import ConditionChecked, Watch
from voice_agent.journeys.frame import Frame, Signature, Verdict
from voice_agent.journeys.open_judgement import PASSES
from voice_agent.journeys.pack import Policy


def verdict_holds(
    watch: Watch | None, frame: Frame, policy: Policy, verdict: Verdict | None, signature: Signature
) -> bool | None:
    """None: nobody was asked yet about what `signature` stands for. What nobody judged when asked does not hold, and
    is no evidence of anything."""
    if verdict is None or verdict.signature != signature:
        return None
    held = verdict.degree is not None and verdict.degree in PASSES[policy.tolerance]
    if verdict.degree is None:
        frame.policies.pop(policy.name, None)
    else:
        frame.policies[policy.name] = held
    if watch is not None:
        values = {"judged": verdict.degree, "tolerance": policy.tolerance, "reason": verdict.reason}
        watch(ConditionChecked(frame.journey.name, "policy", policy.name, policy.observe, values, held))
    return held
