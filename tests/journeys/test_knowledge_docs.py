"""docs/knowledge.md names everything that an article may say, and the article that it shows is one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.journeys.packs import SHOP
from tests.journeys.test_docs import words_in_code
from voice_agent.journeys.load import check, load
from voice_agent.journeys.read_article import ARTICLE, AUDIENCES, CHANNELS
from voice_agent.journeys.vocabulary import LANGUAGES

PAGE = (Path(__file__).parents[2] / "docs" / "knowledge.md").read_text(encoding="utf-8")


def test_every_key_and_word_is_documented() -> None:
    assert {*ARTICLE.allowed(), *LANGUAGES, *AUDIENCES, *CHANNELS} <= words_in_code(PAGE)


def test_the_article_of_the_manual_loads() -> None:
    (text,) = re.findall(r"```markdown\n(.*?)```", PAGE, re.DOTALL)
    files = {**SHOP, "knowledge/late_fees.md": text}
    assert check(files) == []
    (article,) = load(files).articles
    assert [passage.passage for passage in article.passages] == ["late_fees#opening", "late_fees#more-time-to-pay"]
