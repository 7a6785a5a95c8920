"""The one thing that the answer desk looks up."""

from typing import Any


def take_number(*, order: str, database: Any) -> dict[str, Any]:
    """The number of a report about `order`."""
    return {"number": order[::-1]}
