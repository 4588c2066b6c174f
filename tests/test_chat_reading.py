"""Answers in the page: their citations, the sources beside them, and what is said of the question."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rag.conversations import Conversations
from tests.browser import QUESTION, Visit, ask, hand_over, spoken
from tests.conversation import CODE, FORMULA, INLINE, fill, visiting_earlier
from tests.poisoned import HOSTILE

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def library(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(seeds_folder, tmp_path_factory.mktemp("page") / "library")


@pytest.fixture
def earlier(browser: Browser, address: str, library: Path) -> Iterator[Page]:
    """The chat that was had before, on a phone."""
    with visiting_earlier(browser, address, library, has_touch=True, **PHONE) as visit:
        yield visit.page


def marks(page: Page) -> Locator:
    return page.locator("a.footnote-mark")


def test_a_citation_opens_its_source_beside_the_chat(visit: Visit) -> None:
    page = visit.page
    ask(page, QUESTION)
    expect(page.locator("#passages article")).to_have_count(5)
    marks(page).first.click()
    expect(page.locator("#source-view mark.active")).to_contain_text("Denis Pushilin")
    expect(page.locator("#source-view h2")).to_have_text("DPR leader asks Putin to take the republic into Russia")
    expect(page.locator("#source-view .facts")).to_have_text(["20 September 2022", "seeds/dpr-leader-appeal.txt"])
    expect(page.locator("#source-view article")).to_contain_text("About the result, the DPR leader wrote")
    expect(page.locator("#passages")).to_be_hidden()
    page.get_by_role("button", name="Back to the passages").click()
    expect(page.locator("#passages")).to_be_visible()


def test_hovering_over_a_citation_shows_its_words_source_and_date(visit: Visit) -> None:
    page = visit.page
    ask(page, QUESTION)
    note = page.get_by_role("tooltip")
    expect(note).to_be_hidden()
    marks(page).first.hover()
    expect(note.locator("q")).to_contain_text("Denis Pushilin, who leads")
    expect(note).to_contain_text("DPR leader asks Putin")
    expect(note).to_contain_text("20 September 2022")
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()


def test_the_keyboard_reads_a_source_and_comes_back(visit: Visit) -> None:
    page = visit.page
    ask(page, QUESTION)
    mark = marks(page).first
    page.keyboard.press("Shift+Tab")  # so that the browser shows where the focus is
    mark.focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    expect(mark).to_have_accessible_name(
        "Source 1: DPR leader asks Putin to take the republic into Russia (20 September 2022)"
    )
    expect(mark).to_have_accessible_description(re.compile("Denis Pushilin, who leads"))
    page.keyboard.press("Enter")
    expect(page.locator("#source-view mark.active")).to_be_visible()
    expect(page.locator("#source-view h2")).to_be_focused()
    expect(spoken(page)).to_have_text("Source: DPR leader asks Putin to take the republic into Russia")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Back to the passages")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#source-view")).to_be_hidden()
    expect(mark).to_be_focused()


def test_the_words_of_a_long_source_are_scrolled_to(visit: Visit) -> None:
    page = visit.page
    ask(page, "When did the zeppelin moor?")
    marks(page).first.click()
    quoted = page.locator("#source-view mark.active")
    expect(quoted).to_have_text("The zeppelin moored at noon.")
    expect(quoted).to_be_in_viewport()
    long = f"<header></header><article>{'<p>Filler.</p>' * 30_000}<p><mark class=active>At noon.</mark></p></article>"
    page.route("**/source/long?*", lambda route: route.fulfill(body=long, content_type="text/html"))
    marks(page).first.click()
    expect(quoted).to_have_text("At noon.")
    expect(quoted).to_be_in_viewport()
    expect(page.locator("#source-view")).to_contain_text("The beginning of this long document is left out here.")
    assert page.locator("#source-view article p").count() < 20_000


def test_a_source_that_has_changed_or_is_gone_is_said(visit: Visit) -> None:
    page = visit.page
    hand_over(visit.address, "beacon.txt", b"The beacon on Gull Point was lit in March by the harbour master.")
    ask(page, "When was the beacon on Gull Point lit by the harbour master?")
    hand_over(
        visit.address, "beacon.txt", b"It rained. The beacon on Gull Point was lit in April by the harbour master."
    )
    mark = marks(page).first
    mark.click()
    source = page.locator("#source-view")
    expect(source).to_contain_text("What comes nearest is marked. The quote was:")
    expect(source.locator(".notice blockquote")).to_contain_text("was lit in March")
    expect(source.locator("mark.active")).to_contain_text("was lit in April")
    page.route("**/source/*", lambda route: route.abort())
    mark.click()
    expect(source).to_contain_text("has been removed, or cannot be reached")
    expect(source.locator("blockquote")).to_contain_text("was lit in March")
    visit.complaints.clear()  # that the request failed


def test_what_was_searched_for_is_said_and_can_be_taken_back(visit: Visit, library: Path) -> None:
    page = visit.page
    asked = page.locator(".footnote-answer").last.locator(".footnote-asked span")
    ask(page, "Who is Kaja Kallas?")
    expect(asked).to_have_count(0)
    ask(page, "What did she say in September 2022?")
    dated = "Dates: 1 to 30 September 2022, from “in September 2022”"
    wording = "Searched for: What did Kaja Kallas say in September 2022?"
    expect(asked).to_have_text([wording, dated])
    page.locator("#question textarea").fill("The next question")
    page.get_by_role("button", name="Ask again for any date").focus()
    page.keyboard.press("Enter")
    expect(asked).to_have_text([wording], timeout=60_000)
    expect(page.locator(".footnote-answer")).to_have_count(2)
    expect(page.locator("#question textarea")).to_be_focused()
    expect(page.locator("#question textarea")).to_have_value("The next question")
    before = page.locator("#current .turn").get_attribute("data-answer")
    page.get_by_role("button", name="Ask it as it is written").click()
    expect(page.locator(f"#current .turn[data-answer]:not([data-answer='{before}'])")).to_be_visible(timeout=60_000)
    expect(asked).to_have_count(0)
    expect(page.locator(".question")).to_have_text(["Who is Kaja Kallas?", "What did she say in September 2022?"])
    with Conversations(library / "conversations.db") as conversations:
        (chat,) = (one for one in conversations.chats(_owner(page)))
        last = conversations.turns(chat.id)[-1].answer
    assert (last["query"]["window"], last["query"]["rewritten"]) == ("", False)


def _owner(page: Page) -> str:
    return next(one["value"] for one in page.context.cookies() if one["name"] == "footnote_browser")


def test_a_refusal_shows_what_comes_closest(visit: Visit) -> None:
    page = visit.page
    ask(page, "Who won the 2022 World Cup?")
    answer = page.locator(".footnote-answer")
    expect(answer).to_contain_text("The documents do not answer this question.")
    answer.locator("blockquote a").first.click()
    expect(page.locator("#source-view mark.active")).to_have_text(re.compile(r"\w"))


def test_each_passage_says_why_it_was_chosen(visit: Visit) -> None:
    ask(visit.page, QUESTION)
    why = visit.page.locator("#passages details").first
    expect(why.locator("li").first).to_be_hidden()
    why.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    expect(why.locator("li").first).to_contain_text("Matched words: leads, self, proclaimed, donetsk")
    expect(why).to_contain_text("Relevance")


def test_hostile_text_is_shown_as_text(visit: Visit) -> None:
    page = visit.page
    ask(page, f"What does the xylophone choir sing daily? {HOSTILE}")
    expect(page.locator(".question")).to_contain_text("<script>alert(1)</script> ${alert(1)}")
    expect(page.locator("#passages article").first).to_contain_text("${alert(1)} {{7*7}}")
    expect(page.locator("nav.chats")).to_contain_text("What does the xylophone choir sing daily?")
    marks(page).first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("onerror=alert(1)")
    marks(page).first.click()
    expect(page.locator("#source-view mark.active")).to_contain_text("<script>alert(1)</script> ${alert(1)}")
    page.goto(visit.address + str(page.locator("[href^='/answer/']").get_attribute("href")))
    expect(page.locator("h1")).to_contain_text("{{7*7}} | [x](javascript:1)")
    assert page.locator("img, script:not([type=module]):not([src]), a[href^=javascript]").count() == 0


def test_doubts_and_disagreements_are_shown(earlier: Page) -> None:
    turn = earlier.locator(".turn").first
    note = earlier.get_by_role("tooltip")
    expect(turn.locator("s")).to_contain_text("It has 7 million people <img")
    turn.get_by_role("button", name="Not supported by the sources: the quote does not say 7").click()
    expect(note).to_have_text("Not supported by the sources: the quote does not say 7")
    turn.locator(".question").tap()
    expect(note).to_be_hidden()
    table = turn.locator("table.conflict")
    expect(table).to_contain_text("The sources differ on who leads it")
    expect(table.locator("th").last).to_have_text("Gazette20 September 2022 · newer")
    table.locator("a").last.click()
    expect(earlier.locator("#source-view mark.active")).to_contain_text("Denis Pushilin, who leads")
    expect(earlier.locator("#source-view")).to_be_in_viewport()
    earlier.get_by_role("button", name="Close", exact=True).click()
    expect(turn.locator("s")).to_be_in_viewport()


def test_a_phone_goes_through_the_quotes_of_a_statement_and_back(earlier: Page) -> None:
    expect(earlier.locator(".question").last).to_be_in_viewport()  # an opened chat shows how it ended
    citation = earlier.locator(".turn").first.locator(".statement").first.locator("a.footnote-mark").first
    for number, words in enumerate(("Denis Pushilin, who leads", "Should the referendum", "we have no doubt"), start=1):
        citation.evaluate("link => link.click()")  # a press that the source does not cover
        expect(earlier.locator("#source-view .source-count")).to_have_text(f"{number} of 3")
        expect(earlier.locator("#source-view mark.active")).to_contain_text(words)
    expect(earlier.locator("#source-view mark")).to_have_count(3)
    expect(earlier.locator("#source-view h2")).to_be_focused()
    assert earlier.locator("#talk").evaluate("talk => talk.inert")
    earlier.keyboard.press("Escape")
    expect(earlier.locator("#source-view")).to_be_hidden()
    expect(earlier.locator("a.footnote-mark:focus")).to_have_text("3")
    earlier.get_by_role("button", name="Chats & settings").click()
    earlier.get_by_role("button", name=QUESTION, exact=True).click()
    expect(earlier.locator("#talk")).to_be_focused()  # and no keyboard comes up over it


def test_tables_code_other_scripts_and_long_words_stay_within_a_phone(earlier: Page) -> None:
    answer = earlier.locator(".turn").last
    expect(answer.locator("th")).to_have_text(["Quarter", "Tonnes"])
    expect(answer.locator("td")).to_have_text(["First", "1,190"])
    expect(answer.locator("del pre.code")).to_have_text(CODE.strip("`\n"))
    expect(answer.get_by_role("button", name="Not supported by the sources: no quote says so")).to_be_visible()
    expect(answer.locator("pre.formula")).to_have_text(FORMULA)
    expect(answer.locator("p").filter(has_text=INLINE)).to_be_visible()
    arabic = earlier.locator(".turn").nth(2)
    assert arabic.locator("blockquote").first.evaluate("element => getComputedStyle(element).direction") == "rtl"
    expect(earlier.locator("#question")).to_be_in_viewport()
    answer.locator("a.footnote-mark").first.click()
    source = earlier.locator("#source-view article")
    expect(source.locator("td")).to_have_text(["First", "1,190"])
    expect(source.locator("pre.code")).to_have_text(CODE.strip("`\n"))
    expect(source.locator("pre.formula")).to_have_text(FORMULA)
    widths = "names => names.map(name => document.querySelector(name)).map(one => one.scrollWidth - one.clientWidth)"
    assert earlier.evaluate(widths, ["html", "#talk", "#sources"]) == [0, 0, 0]


def test_a_chat_is_printed_whole(earlier: Page) -> None:
    earlier.emulate_media(media="print")
    expect(earlier.locator("#question")).to_be_hidden()
    tall = earlier.locator(".turn").last.evaluate("turn => turn.getBoundingClientRect().bottom + scrollY")
    assert earlier.evaluate("document.documentElement.scrollHeight") >= tall > 844
    expect(earlier.locator("#talk")).to_have_css("overflow", "visible")
