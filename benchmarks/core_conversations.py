"""Typed conversations with the example agent, and the answers of its tools: what `core_speed` plays. Pure data.

Each line is what the caller types, and whether it is a wish to track an order (what the router would say of it).
"""

from __future__ import annotations

from typing import Any, Final

Line = tuple[str, bool]

CONVERSATIONS: Final[tuple[tuple[Line, ...], ...]] = (
    (
        ("where is my order?", True),
        ("5501 2479", False),
        ("yes, that's right", False),
        ("the fibre router", False),
        ("no, that's all, thank you. goodbye", False),
    ),
    (
        ("hi", False),
        ("I'm still waiting for my delivery", True),
        ("8234 0965", False),
        ("no, it's 8234 0956", False),
        ("yes", False),
        ("the second one", False),
        ("what was that again?", False),
        ("the mesh booster", False),
        ("no", False),
    ),
    (
        ("has my package been sent yet, my account is 5501 2479", True),
        ("yes", False),
        ("hang on, let me look", False),
        ("the wall socket", False),
        ("and the router?", False),
        ("a person please", False),
        ("no", False),
    ),
    (
        ("bla bla", False),
        ("any news on my order", True),
        ("one moment", False),
        ("12", False),
        ("five five zero one two four seven nine", False),
        ("correct", False),
        ("forget it", False),
        ("where is my order", True),
        ("mesh booster please", False),
        ("bye", False),
        ("bye", False),
    ),
    (
        ("this is ridiculous, where is my order", True),
        ("5501 2479", False),
        ("no", False),
        ("sorry, five five oh one, two four seven eight, no, nine", False),
        ("yes", False),
        ("can you spell that", False),
        ("the router", False),
        ("thanks, that is all", False),
    ),
)

CUSTOMER: Final[dict[str, Any]] = {
    "found": True,
    "account": "55012479",
    "name": "Maya Ferrin",
    "orders": [
        {"id": "48213", "item": "fibre router"},
        {"id": "48120", "item": "wall socket"},
        {"id": "48290", "item": "mesh booster"},
    ],
}
ORDER: Final[dict[str, Any]] = {
    "id": "48213",
    "item": "fibre router",
    "status": "shipped",
    "status_text": "on its way",
    "delivery_date": "2026-03-06",
    "updated_on": "2026-03-03",
}
RESULTS: Final[dict[str, dict[str, Any]]] = {"find_customer": CUSTOMER, "get_order": ORDER}
"""By tool; others fail."""
