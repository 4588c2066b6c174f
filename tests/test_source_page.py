"""The source page: a whole document, its quotes one after the other, and what remains of them when it has changed."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rag import Document, Library, load_settings
from rag.conversations import Conversations
from rag.export import answer_json
from rag.records import Span, source_url
from rag.requoting import find_again
from tests.browser import hand_over, serving, visiting
from ui.sources import link_of, source_html

FILLER = "Nothing happened on the quay that day.\n\n" * 60
NOTICE = Document(
    id="notice",
    title="Notice to mariners",
    source="Harbour Office",
    locations=("https://harbour.example/notices?id=7&lang=en",),
    text="The north light is out. Ships keep to the south.\n\n"
    f"{FILLER}The ferry sails at nine.\n\n{FILLER}The ferry is full.",
)
BEACON = "The beacon on Gull Point was lit in March by the harbour master."


# Without a browser


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("The ferry sails at nine.", "It rained. The ferry\nsails  at nine. The end.", "The ferry\nsails  at nine."),
        ("It rained.", "It rained. Later it rained. It rained.", "It rained."),
        ("The ferry sails at nine.", "It rained. The ferry now sails at ten. The end.", "The ferry now sails at ten."),
        ("He left. She stayed on.", "At noon he left. She stayed on. All slept.", "At noon he left. She stayed on."),
        ("The ferry sails at nine.", "A gull was seen over the mole.", None),
        ("", "A gull was seen over the mole.", None),
    ],
    ids=["other white space", "several times", "other words", "two sentences", "nothing like it", "no words"],
)
def test_quoted_words_are_found_again(words: str, text: str, found: str | None) -> None:
    span = find_again(words, text)
    assert (text[span.start : span.end] if span else None) == found


def test_of_the_same_words_those_nearest_to_where_they_were_are_found() -> None:
    assert find_again("It rained.", "It rained. Later. It rained. It rained.", near=19) == Span(18, 28)


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example"]
)
def test_only_addresses_of_the_web_become_links(location: str) -> None:
    html = source_html(Document(id="d", text="A text.", locations=(location,)), link_of("", "", "", (), ""))
    assert 'target="_blank"' not in html
    assert location in html


# In the browser


@dataclass(frozen=True)
class Served:
    """A served library."""

    address: str
    folder: Path


@pytest.fixture(scope="module")
def served(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("source") / "library"
    shutil.copytree(seeds_folder, folder)
    with Library(folder, settings=load_settings(llm="none")) as library:
        assert not library.add(NOTICE).failed
    with serving(folder, llm="none") as address:
        yield Served(address, folder)


def url_of(document: Document, words: str) -> str:
    start = document.text.index(words)
    return f"/source/{document.id}?v={document.sha256[:12]}&start={start}&end={start + len(words)}"


def test_the_page_says_what_the_document_is(browser: Browser, served: Served) -> None:
    with visiting(browser, served.address + url_of(NOTICE, "Ships keep to the south.")) as page:
        expect(page).to_have_title("Notice to mariners · Footnote")
        expect(page.locator("h1")).to_have_text("Notice to mariners")
        expect(page.locator("header")).to_contain_text("undated · Harbour Office")
        origin = page.get_by_role("link", name="https://harbour.example/notices?id=7&lang=en")
        assert origin.get_attribute("href") == NOTICE.locations[0]
        assert origin.get_attribute("rel") == "noopener noreferrer"
        expect(page.locator("article p")).to_have_count(123)
        expect(page.locator("nav.quotes")).to_have_count(0)


def test_the_quote_is_in_view_without_any_script(browser: Browser, served: Served) -> None:
    with visiting(
        browser, served.address + url_of(NOTICE, "The ferry sails at nine."), java_script_enabled=False
    ) as page:
        expect(page.locator("#quote")).to_be_in_viewport()
        assert page.locator("script").count() == 0


def test_quotes_are_gone_through_one_after_the_other_by_keyboard(browser: Browser, served: Served) -> None:
    others = [NOTICE.text.index(words) for words in ("The north light", "The ferry is full.")]
    beside = f"&quote={others[0]}-{others[0] + 23}&quote={others[1]}-{others[1] + 18}&quote=nonsense"
    with visiting(browser, served.address + url_of(NOTICE, "The ferry sails at nine.") + beside) as page:
        expect(page.locator("nav.quotes")).to_contain_text("Quote 2 of 3")
        expect(page.locator("mark")).to_have_text(
            ["The north light is out.", "The ferry sails at nine.", "The ferry is full."]
        )
        page.get_by_role("link", name="Next").focus()
        page.keyboard.press("Enter")
        expect(page.locator("nav.quotes")).to_contain_text("Quote 3 of 3")
        expect(page.locator("mark.active")).to_have_text("The ferry is full.")
        expect(page.locator("mark.active")).to_be_in_viewport()
        expect(page.get_by_role("link", name="Next")).to_have_count(0)
        page.get_by_role("link", name="Previous").click()
        page.get_by_role("link", name="Previous").click()
        expect(page.locator("mark.active")).to_have_text("The north light is out.")
        expect(page.locator("mark.active")).to_be_in_viewport()


def test_an_answers_other_quotes_are_taken_from_where_it_is_kept(browser: Browser, served: Served) -> None:
    with Library(served.folder, settings=load_settings(llm="none"), read_only=True) as library:
        answer = library.ask("Who leads the Donetsk republic, and what does the DPR leader have no doubt about?")
    document = answer.citations[0].document
    cited = [citation for citation in answer.citations if citation.document.id == document.id]
    assert len(cited) > 1
    with Conversations(served.folder / "conversations.db") as conversations:
        conversations.keep(answer_json(answer))
    with visiting(browser, f"{served.address}{cited[0].url}&answer={answer.id}") as page:
        expect(page.locator("nav.quotes")).to_contain_text(f"of {len(cited)}")
        page.goto(f"{served.address}{cited[0].url}&answer=no-such-answer")
        expect(page.locator("#quote")).to_have_text(" ".join(cited[0].quote.text.split()))
        expect(page.locator("nav.quotes")).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "said", "marked"),
    [
        (f"More was written before it. {BEACON}", "The quoted words still stand in it.", BEACON),
        (
            "Corrected: the beacon on Gull Point was lit in April by the harbour master. That is all.",
            "What comes nearest is marked",
            "Corrected: the beacon on Gull Point was lit in April by the harbour master.",
        ),
        ("This text was withdrawn.", "nothing like the quoted words", None),
    ],
    ids=["moved", "reworded", "gone"],
)
def test_a_changed_document_says_so_and_shows_what_remains(
    browser: Browser, served: Served, text: str, said: str, marked: str | None
) -> None:
    name = f"{marked and len(marked)}.txt"
    first = f"A first sentence. {BEACON} Nothing else was told of it. Ship number {name} was the first to pass."
    assert hand_over(served.address, name, first.encode())["state"] == "added"
    # Not from the chat page: what it still hears of the server when it is left would be an error on its console.
    with visiting(browser, f"{served.address}/source/notice") as page:
        asked = {"question": f"When was the beacon on Gull Point lit, which ship number {name} passed?"}
        answer = page.request.post(f"{served.address}/api/ask", data=asked).json()
        url = next(one["url"] for one in answer["citations"] if one["quote"] == BEACON)
        assert hand_over(served.address, name, text.encode())["state"] == "updated"
        page.goto(served.address + url)
        expect(page.locator(".notice")).to_contain_text("This document has changed since the answer was given")
        expect(page.locator(".notice")).to_contain_text(said)
        expect(page.locator("mark.active")).to_have_text([marked] if marked else [])
        if "still stand" not in said:
            expect(page.locator(".notice blockquote")).to_have_text(BEACON)


def test_a_changed_document_whose_words_nobody_kept_marks_nothing(browser: Browser, served: Served) -> None:
    with visiting(browser, f"{served.address}/source/notice?v=000000000000&start=0&end=6") as page:
        expect(page.locator(".notice")).to_contain_text("has changed since")
        expect(page.locator("mark")).to_have_count(0)


def test_links_survive_a_restart_and_other_documents(browser: Browser, seeds_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(seeds_folder, folder)
    with Library(folder, settings=load_settings(llm="none")) as library:
        citation = library.ask("Who leads the self-proclaimed Donetsk People's Republic?").citations[0]
        library.add(NOTICE)
        library.remove(next(d.id for d in library.documents() if d.id not in (citation.document.id, "notice")))
    with serving(folder, llm="none") as address, visiting(browser, address + citation.url) as page:
        expect(page.locator("mark.active")).to_have_text(" ".join(citation.quote.text.split()))
        assert citation.url == source_url(citation.document, citation.quote)
