"""Answers in the page: their citations, the sources beside them, and what is said of the question."""

import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rag import Answer, Document, Library, load_settings
from rag.conversations import Conversations
from rag.export import answer_json
from rag.records import Statement
from tests.browser import QUESTION, Visit, ask, serving, watching
from tests.conftest import ScriptedModel

HOSTILE = (
    "<img src=//evil.example/x.png onerror=alert(1)><script>alert(1)</script> ${alert(1)} {{7*7}} [x](javascript:1)"
)
OWNER = "ab" * 16
LEADS = "Denis Pushilin leads the self-proclaimed Donetsk People's Republic and has no doubt about the result [1]."
TABLE = (
    "Landings:\n\n| Quarter | Tonnes |\n|---|---|\n| First | 1,190 |\n\n```\ndef landed():\n\n    pass\n```\n$$x = 1$$"
)


@pytest.fixture(scope="module")
def library(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds with hostile and odd documents beside them, and a chat that was had before."""
    folder = tmp_path_factory.mktemp("page") / "library"
    shutil.copytree(seeds_folder, folder)
    odd = [
        Document(id="odd/id #1?&", title=HOSTILE, source=HOSTILE, text=f"The xylophone choir sings {HOSTILE} daily."),
        Document(id="long", title="L" * 150, text="Filler sentence. 😀\n\n" * 400 + "The zeppelin moored at noon."),
        Document(id="word", title="A word", text=f"The walrus said {'x' * 300} twice."),
        Document(id="arabic", title="الميناء", text="افتتح الميناء الجديد في مدينة سالتمير يوم الجمعة."),
    ]
    with Library(folder, settings=load_settings(llm="none")) as library:
        assert not library.add(odd).failed
        answers = [
            library.ask(QUESTION),
            library.ask("What did the walrus say?"),
            library.ask("متى افتتح الميناء الجديد؟"),
        ]
    with Conversations(folder / "conversations.db") as conversations:
        chat = conversations.begin(OWNER, QUESTION, {})
        for place, answer in enumerate([_annotated(answers[0]), *answers[1:], _with_table(answers[1])]):
            conversations.append(chat, place, answer_json(answer))
    return folder


def _annotated(answer: Answer) -> Answer:
    """With a sentence that nothing carries, and with sources that disagree."""
    citation = answer.citations[0]
    doubt = Statement(
        f"It has 7 million people {HOSTILE}", support="unsupported", reasons=("the quote does not say 7",)
    )
    values = [
        {
            "value": value, "document_id": citation.document.id, "title": citation.document.title, "source": "Gazette",
            "date": "2022-09-20", "start": citation.quote.start, "end": citation.quote.end,
            "quote": citation.quote.text, "url": citation.url, "newer": newer,
        }
        for value, newer in (("Denis Pushilin", False), (HOSTILE, True))
    ]  # fmt: skip
    conflict = {"subject": "who leads it", "values": values, "superseded": True, "text": "The newer one is shown."}
    return replace(answer, mode="written", statements=(*answer.statements, doubt), conflicts=(conflict,))


def _with_table(answer: Answer) -> Answer:
    return replace(answer, id="f" * 16, question="A table, please", statements=(Statement(TABLE, (1,), "supported"),))


@pytest.fixture
def earlier(browser: Browser, address: str, library: Path) -> Iterator[Page]:
    """The chat that was had before, on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "footnote_browser", "value": OWNER, "url": address}])
    with Conversations(library / "conversations.db") as conversations:
        (chat,) = conversations.chats(OWNER)
    with watching(context, f"{address}/?chat={chat.id}") as visit:
        expect(visit.page.locator(".turn")).to_have_count(4)
        yield visit.page
    context.close()


def marks(page: Page) -> Locator:
    return page.locator("a.footnote-mark")


def test_a_citation_opens_its_source_beside_the_chat(visit: Visit) -> None:
    page = visit.page
    ask(page, QUESTION)
    expect(page.locator("#passages article")).to_have_count(5)
    marks(page).first.click()
    expect(page.locator("#source-view mark.active")).to_contain_text("Denis Pushilin")
    expect(page.locator("#source-view h2")).to_have_text("DPR leader asks Putin to take the republic into Russia")
    expect(page.locator("#source-view")).to_contain_text("20 September 2022 · seeds/dpr-leader-appeal.txt")
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
    page.keyboard.press("Enter")
    expect(page.locator("#source-view mark.active")).to_be_visible()
    page.get_by_role("button", name="Back to the passages").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#source-view")).to_be_hidden()
    expect(mark).to_be_focused()


def test_the_words_of_a_long_source_are_scrolled_to_and_counted_in_code_points(visit: Visit) -> None:
    page = visit.page
    ask(page, "When did the zeppelin moor?")
    marks(page).first.click()
    expect(page.locator("#source-view mark.active")).to_have_text("The zeppelin moored at noon.")
    expect(page.locator("#source-view mark.active")).to_be_in_viewport()


def test_a_source_that_is_gone_or_has_changed_is_said(visit: Visit) -> None:
    page = visit.page
    ask(page, QUESTION)
    page.route(
        "**/api/documents/*", lambda route: route.fulfill(json={"sha256": "other", "text": "New.", "locations": []})
    )
    marks(page).first.click()
    expect(page.locator("#source-view")).to_contain_text("This document has changed since.")
    expect(page.locator("#source-view blockquote")).to_contain_text("Denis Pushilin, who leads")
    page.unroute("**/api/documents/*")
    page.route("**/api/documents/*", lambda route: route.abort())
    marks(page).first.click()
    expect(page.locator("#source-view")).to_contain_text("has been removed, or cannot be reached")
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
    expect(page.locator("h1")).to_contain_text("{{7*7}} [x](javascript:1)")
    assert page.locator("img, script:not([type=module]):not([src]), a[href^=javascript]").count() == 0


def test_sources_are_listed_before_the_first_word_and_quotes_gone_through(
    browser: Browser, library: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(library, folder)
    go_on = threading.Event()
    model.says(lambda _: go_on.wait(60), LEADS)
    with (
        serving(folder, llm_url=model.url, llm_model="m") as address,
        watching(browser.new_context(), address) as visit,
    ):
        page = visit.page
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator(".footnote-found li")).to_have_count(5, timeout=60_000)
        expect(page.locator(".footnote-found li").first).to_contain_text("DPR leader asks Putin")
        expect(page.locator("#passages article")).to_have_count(5)
        for _ in range(600):  # until the model is being asked, not only the passages are there
            if model.requests:
                break
            page.wait_for_timeout(50)
        page.keyboard.press("Escape")
        expect(page.locator("#current")).to_contain_text("Stopped.")
        expect(page.locator("#question textarea")).to_have_value(QUESTION)
        go_on.set()
        ask(page, QUESTION)
        first, second = marks(page).all()
        first.click()
        expect(page.locator("#source-view .source-count")).to_have_text("1 of 2")
        expect(page.locator("mark.active")).to_contain_text("Denis Pushilin, who leads")
        first.click()
        expect(page.locator("#source-view .source-count")).to_have_text("2 of 2")
        expect(page.locator("mark.active")).to_contain_text("we have no doubt")
        expect(second).to_have_class("footnote-mark opened")
        page.get_by_role("button", name="Next quote").click()
        expect(page.locator("#source-view .source-count")).to_have_text("1 of 2")


def test_doubts_and_disagreements_are_shown(earlier: Page) -> None:
    turn = earlier.locator(".turn").first
    expect(turn.locator("s")).to_contain_text("It has 7 million people <img")
    turn.get_by_role("button", name="Not supported by the sources: the quote does not say 7").click()
    expect(earlier.get_by_role("tooltip")).to_have_text("Not supported by the sources: the quote does not say 7")
    table = turn.locator("table.conflict")
    expect(table).to_contain_text("The sources differ on who leads it")
    expect(table.locator("th").last).to_have_text("Gazette20 September 2022 · newer")
    table.locator("a").last.click()
    expect(earlier.locator("#source-view mark.active")).to_contain_text("Denis Pushilin, who leads")
    expect(earlier.locator("#source-view")).to_be_in_viewport()
    earlier.get_by_role("button", name="Close", exact=True).click()
    expect(turn.locator("s")).to_be_in_viewport()


def test_tables_code_other_scripts_and_long_words_stay_within_a_phone(earlier: Page) -> None:
    answer = earlier.locator(".turn").last
    expect(answer.locator("th")).to_have_text(["Quarter", "Tonnes"])
    expect(answer.locator("td")).to_have_text(["First", "1,190"])
    expect(answer.locator("pre.code")).to_have_text("def landed():\n\n    pass")
    expect(answer.locator("pre.formula")).to_have_text("$$x = 1$$")
    arabic = earlier.locator(".turn").nth(2)
    assert arabic.locator("blockquote").first.evaluate("element => getComputedStyle(element).direction") == "rtl"
    expect(earlier.locator("#question")).to_be_in_viewport()
    widths = earlier.evaluate(
        "['html', '#talk'].map(name => document.querySelector(name)).map(e => e.scrollWidth - e.clientWidth)"
    )
    assert widths == [0, 0]
