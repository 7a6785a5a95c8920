"""docs/turn-taking.md shows the table that the code goes by."""

from __future__ import annotations

from pathlib import Path

from voice_agent.turns.endpoint_table import LINES
from voice_agent.turns.settings import EndpointSettings

PAGE = Path(__file__).parents[2] / "docs" / "turn-taking.md"


def test_the_page_has_every_line_with_its_delay_in_their_order() -> None:
    rows = [[cell.strip() for cell in line.split("|")] for line in PAGE.read_text(encoding="utf-8").splitlines()]
    shown = [
        (row[1], row[3], row[4]) for row in rows if len(row) == 6 and row[1] not in ("line", "") and row[1][0] != "-"
    ]
    settings = EndpointSettings()
    assert shown == [
        (
            line.reason,
            f"{line.delay_us(settings) // 1_000:,}",
            "settled" if line.settled else "more is coming" if line.more_is_coming else "",
        )
        for line in LINES
    ]
