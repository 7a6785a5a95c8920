"""Articles: what a file of knowledge/ may say, how it is cut, and what is refused with its place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journeys.packs import SHOP
from voice_agent.journeys.articles import find_passage
from voice_agent.journeys.load import check, folder_digest, load
from voice_agent.journeys.passages import LONGEST, passages
from voice_agent.journeys.plain_text import plain_text
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.read_article import check_articles, read_article
from voice_agent.journeys.sentences import sentence_spans

DELIVERY = """---
title: Delivery times
questions:
  - How long does delivery take?
link: https://meadow.example/delivery
---

Parcels arrive within three days.

## Abroad

To other countries it takes a week.

## Express

Order before noon. It arrives the next day.
"""


def with_article(text: str, name: str = "delivery") -> dict[str, str]:
    return {**SHOP, f"knowledge/{name}.md": text}


def problems(text: str, name: str = "delivery") -> list[str]:
    return [str(problem) for problem in check(with_article(text, name))]


def test_an_article_is_cut_along_its_headings() -> None:
    (article,) = load(with_article(DELIVERY)).articles
    assert [(passage.passage, passage.heading) for passage in article.passages] == [
        ("delivery#opening", ""),
        ("delivery#abroad", "Abroad"),
        ("delivery#express", "Express"),
    ]
    assert article.questions == ("How long does delivery take?",)
    assert (article.language, article.channels, article.audience) == ("en", ("phone", "text"), "everyone")


def test_a_passage_knows_its_characters_in_the_file() -> None:
    (article,) = load(with_article(DELIVERY)).articles
    for passage in article.passages:
        assert DELIVERY[passage.start : passage.end] == passage.text
    assert article.passages[1].text == "To other countries it takes a week."


def test_a_change_in_one_section_leaves_the_ids_of_others() -> None:
    longer = DELIVERY.replace("within three days.", "within three days.\n\nMostly two.")
    before, after = (load(with_article(text)).articles[0] for text in (DELIVERY, longer))
    assert [passage.passage for passage in before.passages] == [passage.passage for passage in after.passages]


def test_a_passage_is_found_by_its_id() -> None:
    articles = load(with_article(DELIVERY)).articles
    found = find_passage(articles, "delivery#express")
    assert found is not None
    assert found[1].text.startswith("Order before noon.")
    assert find_passage(articles, "delivery#gone") is None
    assert find_passage(articles, "gone#express") is None


def test_the_digest_covers_articles() -> None:
    assert folder_digest(with_article(DELIVERY)) != folder_digest(with_article(DELIVERY.replace("three", "two")))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("link:", "links:", 5, "found in an article the key 'links'; allowed: title, questions"),
        ("title: Delivery times\n", "", 2, "found an article without 'title'"),
        ("link: https", "link: ftp", 5, "for link; allowed: an address that begins with https://"),
        ("link:", "language: fr\nlink:", 5, "'fr'; allowed: en"),
        ("link:", "channels: [fax]\nlink:", 5, "'fax'; allowed: phone, text"),
        ("link:", "channels: []\nlink:", 5, "found no channels"),
        ("link:", "audience: staff\nlink:", 5, "'staff'; allowed: everyone, customers"),
        ("link:", "valid_from: soon\nlink:", 5, "found 'soon' for valid_from; allowed: a date such as"),
        ("link:", "valid_from: 2026-02-01\nvalid_until: 2026-01-01\nlink:", 6, "before valid_from 2026-02-01"),
        ("title: Delivery times", "title: [", 4, "found text that is not YAML"),
    ],
)
def test_a_mistake_in_front_matter_is_reported_with_its_line(old: str, new: str, line: int, said: str) -> None:
    found = problems(DELIVERY.replace(old, new, 1))
    assert len(found) == 1
    assert found[0].startswith(f"knowledge/delivery.md:{line}: ")
    assert said in found[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Parcels arrive.", "1: found no front matter"),
        ("---\ntitle: x\n", "1: found front matter without an end"),
        ("---\n---\ntext", "1: found an empty file"),
        ("---\ntitle: x\n---\n\n# Only a heading\n<!-- nothing -->\n", "4: found an article without text"),
    ],
)
def test_a_file_that_is_no_article_is_refused(text: str, said: str) -> None:
    assert any(found.startswith(f"knowledge/delivery.md:{said}") for found in problems(text))


@pytest.mark.parametrize("name", ["Delivery", "billing/late", "a b"])
def test_an_article_has_a_plain_name(name: str) -> None:
    assert "allowed: knowledge/NAME.md" in problems(DELIVERY, name)[0]


def test_a_question_belongs_to_one_article_of_a_language() -> None:
    other = DELIVERY.replace("Delivery times", "Shipping").replace("How long does", "how long  does")
    files = {**with_article(DELIVERY), "knowledge/shipping.md": other}
    (problem,) = check(files)
    assert (problem.file, problem.line) == ("knowledge/shipping.md", 2)
    assert "which knowledge/delivery.md answers too" in problem.message
    spanish = other.replace("link:", "language: es\nlink:")
    found = Problems()
    articles = [read_article(f"knowledge/{n}.md", text, ("en", "es"), found) for n, text in enumerate((other, spanish))]
    check_articles([article for article in articles if article is not None], found)
    assert found.sorted() == []


def test_an_article_is_for_some_callers_at_some_time() -> None:
    spring = DELIVERY.replace("link:", "valid_from: 2026-03-01\nvalid_until: 2026-05-31\nchannels: text\nlink:")
    (article,) = load(with_article(spring.replace("link:", "audience: customers\nlink:"))).articles
    assert article.is_for("en", "text", "customers", "2026-03-01")
    assert article.is_for("en", "text", "customers", "2026-05-31")
    for language, channel, audience, on in [
        ("es", "text", "customers", "2026-03-01"),
        ("en", "phone", "customers", "2026-03-01"),
        ("en", "text", "everyone", "2026-03-01"),
        ("en", "text", "customers", "2026-06-01"),
        ("en", "text", "customers", "2026-02-28"),
        ("en", "text", "customers", ""),
    ]:
        assert not article.is_for(language, channel, audience, on)


def test_hidden_comments_are_no_text() -> None:
    (article,) = load(with_article(DELIVERY.replace("Parcels", "<!-- say\n\nnothing -->\n\nParcels"))).articles
    assert article.passages[0].text == "Parcels arrive within three days."


def test_a_long_section_is_cut_between_paragraphs_and_sentences() -> None:
    paragraph = " ".join(f"This is sentence number {n} of the paragraph." for n in range(40))
    cut = passages("long", f"## Terms\n\n{paragraph}\n\nThe last one.", 0)
    assert [passage.passage for passage in cut[:2]] == ["long#terms", "long#terms.2"]
    assert all(len(passage.text) <= LONGEST for passage in cut)
    assert cut[-1].text.endswith("The last one.")


def test_a_code_block_is_no_heading() -> None:
    cut = passages("code", "```\n# not a heading\n\nx\n```\n", 0)
    assert [passage.heading for passage in cut] == [""]


MARKDOWN = st.lists(
    st.sampled_from(["# A\n", "## B c\n", "\n", "One. Two!\n", "- item\n", "| a | b |\n", "|---|---|\n", "```\n"])
    | st.text("ab.!? \n#*-|`<>é", max_size=30)
).map("".join)


@given(MARKDOWN)
def test_passages_are_stretches_of_the_text_in_order(text: str) -> None:
    cut = passages("any", text, 0)
    assert all(text[passage.start : passage.end] == passage.text != "" for passage in cut)
    assert all(one.end <= two.start for one, two in pairwise(cut))
    assert len({passage.passage for passage in cut}) == len(cut)


@given(MARKDOWN)
def test_sentences_are_stretches_without_blanks_around(text: str) -> None:
    spans = sentence_spans(text)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


def test_sentences_end_where_a_reader_would_stop() -> None:
    text = "Ask Dr. Smith at No. 4. It costs 3.50 euros!\n1. Open it\n2. Close it. Done."
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "Ask Dr. Smith at No. 4.",
        "It costs 3.50 euros!",
        "1. Open it",
        "2. Close it.",
        "Done.",
    ]


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("- Call **0800 123** or see [prices](https://a.example/p).", "Call 0800 123 or see prices."),
        ("> *Really* `now`\n\n## Title ##", "Really now Title ##"),
        ("| Plan | Price |\n|---|---|\n| Basic | 9 &euro; |", "Plan, Price Basic, 9 €"),
        ("x<!-- hidden --> y <b>z</b> a_b_c 2 * 3 * 4", "x y z a_b_c 2 * 3 * 4"),
        ("![logo](x.png) <https://a.example/x>", "logo https://a.example/x"),
        ("pay\u200bment\u202e", "payment"),
    ],
)
def test_markdown_is_said_without_its_marks(markdown: str, plain: str) -> None:
    assert plain_text(markdown) == plain


def test_on_the_phone_an_address_is_only_its_host() -> None:
    assert plain_text("See https://a.example/x/y?z=1.", addresses=False) == "See a.example"
