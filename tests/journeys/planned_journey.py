"""A journey of which the author left the steps out, and who plans them."""

from __future__ import annotations

from typing import Any, Final

from tests.journeys.dialogue import Dialogue, gives
from tests.journeys.packs import AGENT, HOURS, IDENTIFY, RETURN, SHOP_TOOLS
from voice_agent.conversation.actions import Plan
from voice_agent.conversation.planning import CollectSlot, UseTool
from voice_agent.journeys.load import load

PLANNED: Final = (
    RETURN.partition("steps:")[0].replace(
        "get_order: {effect: read}", 'get_order: {effect: read, with: {order: "{order}"}}'
    )
    + "escalate:"
    + RETURN.partition("escalate:")[2]
)
OPEN: Final = PLANNED.replace('with: {order: "{order}"}', "with: [order]")
FILES: Final = {
    "agent.yaml": AGENT,
    "journeys/identify.yaml": IDENTIFY.replace("length: 4,", "length: 4, confirm: never,"),
    "journeys/return_item.yaml": PLANNED,
    "journeys/opening_hours.yaml": HOURS,
}
PACK: Final = load(FILES)
OPEN_PACK: Final = load({**FILES, "journeys/return_item.yaml": OPEN})
ALL: Final = (gives("account", "1234"), gives("order", "101"), gives("reason", "damaged"), gives("urgent", False))
COLLECT: Final = (CollectSlot("order"), CollectSlot("reason"), CollectSlot("urgent"))
RETURNS: Final = UseTool("create_return")


def begun(pack: Any = PACK, **settings: Any) -> Dialogue:
    call = Dialogue(pack, SHOP_TOOLS, **settings)
    call.starts()
    return call


def plans_asked(call: Dialogue) -> list[Plan]:
    return [action for action in call.actions if isinstance(action, Plan)]
