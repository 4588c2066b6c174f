"""The chat page and the source page in a real browser, served by the real command."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from rag import Document, Library, load_settings
from rag.conversations import Conversations
from tests.browser import QUESTION, ask, chromium, serving
from tests.conftest import ScriptedModel

HOSTILE = (
    "<img src=//evil.example/x.png onerror=alert(1)><script>alert(1)</script> ${alert(1)} {{7*7}} [x](javascript:1)"
)


@dataclass
class Visit:
    """A page with what it must not do: errors on its console, and requests to other hosts."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def library(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds with a hostile and an odd document beside them."""
    folder = tmp_path_factory.mktemp("page") / "library"
    shutil.copytree(seeds_folder, folder)
    with Library(folder, settings=load_settings(llm="none")) as library:
        hostile = Document(
            id="odd/id #1?&", title=HOSTILE, source=HOSTILE, text=f"The xylophone choir sings {HOSTILE} daily."
        )
        long = Document(
            id="long", title="A long one", text="Filler sentence here.\n\n" * 400 + "The zeppelin moored at noon."
        )
        assert not library.add(hostile, long).failed
    return folder


@pytest.fixture(scope="module")
def address(library: Path) -> Iterator[str]:
    with serving(library, llm="none") as address:
        yield address


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    page = browser.new_page()
    visit = Visit(page)
    page.on("console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("dialog", lambda dialog: visit.complaints.append(f"dialog {dialog.message}"))
    own = urlparse(address).netloc
    page.on("request", lambda r: visit.foreign.append(r.url) if urlparse(r.url).netloc not in (own, "") else None)
    page.goto(address)
    yield visit
    page.close()
    assert visit.foreign == []


def test_a_question_gets_an_answer_whose_link_opens_the_marked_source(visit: Visit) -> None:
    page = visit.page
    ask(page, QUESTION)
    expect(page.locator(".footnote-answer").last).to_contain_text("Denis Pushilin")
    expect(page.locator("#passages article")).to_have_count(5)
    with page.expect_popup() as opened:
        page.locator("a.footnote-mark").first.click()
    source = opened.value
    expect(source.locator("mark#quote")).to_contain_text("Denis Pushilin")
    expect(source.locator("h1")).to_have_text("DPR leader asks Putin to take the republic into Russia")
    expect(source.locator("time")).to_have_attribute("datetime", "2022-09-20")
    source.close()
    assert visit.complaints == []


def test_a_follow_up_knows_the_question_before_it(visit: Visit) -> None:
    ask(visit.page, QUESTION)
    ask(visit.page, "And what did he ask Putin?")
    expect(visit.page.locator(".footnote-answer").last).to_contain_text(
        "Searched for: What did Denis Pushilin ask Putin?"
    )


def test_a_refusal_is_said_and_the_box_is_free_again(visit: Visit) -> None:
    ask(visit.page, "Who won the 2022 World Cup?")
    expect(visit.page.locator(".footnote-answer").last).to_contain_text("The documents do not answer this question.")
    expect(visit.page.locator("#question textarea")).to_have_value("")


def test_the_quoted_words_are_scrolled_to(visit: Visit) -> None:
    ask(visit.page, "When did the zeppelin moor?")
    with visit.page.expect_popup() as opened:
        visit.page.locator("a.footnote-mark").first.click()
    mark = opened.value.locator("mark#quote")
    expect(mark).to_have_text("The zeppelin moored at noon.")
    expect(mark).to_be_in_viewport()


def test_hostile_text_is_shown_as_text(visit: Visit) -> None:
    page = visit.page
    ask(page, f"What does the xylophone choir sing daily? {HOSTILE}")
    assert (
        page.locator("#conversation img[src*=evil], #passages img, #conversation script, #passages script").count() == 0
    )
    expect(page.locator("#passages article").first).to_contain_text("${alert(1)} {{7*7}}")
    with page.expect_popup() as opened:
        page.locator("a.footnote-mark").first.click()
    expect(opened.value.locator("mark#quote")).to_contain_text("<script>alert(1)</script> ${alert(1)}")
    assert visit.complaints == []


def test_source_pages_of_other_links(visit: Visit, address: str, library: Path) -> None:
    page = visit.page
    response = page.goto(f"{address}/source/no-such-id?v=1&start=0&end=5")
    assert response is not None
    assert response.status == 404
    expect(page.locator("h1")).to_have_text("No such document")
    page.goto(f"{address}/source/long?v=000000000000&start=0&end=6")
    expect(page.locator(".notice")).to_contain_text("has changed since")
    assert page.locator("mark").count() == 0
    page.goto(f"{address}/source/long?start=5&end=99999999")
    expect(page.locator(".notice")).to_contain_text("does not have")
    for nonsense in ("start=a&end=b", "start=-1&end=2", "start=²&end=³", ""):
        response = page.goto(f"{address}/source/long?{nonsense}")
        assert response is not None
        assert response.status == 200


def test_every_answer_forbids_framing_sniffing_and_foreign_sources(visit: Visit, address: str) -> None:
    for path in ("/", "/source/long", "/api/documents"):
        response = visit.page.request.get(address + path)
        policy = response.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"


def test_the_api_gives_the_answer_that_the_shell_prints(visit: Visit, address: str) -> None:
    answer = visit.page.request.post(f"{address}/api/ask", data={"question": QUESTION}).json()
    citation = answer["citations"][0]
    document = visit.page.request.get(f"{address}/api/documents/{citation['document']['id']}").json()
    assert document["text"][citation["start"] : citation["end"]] == citation["quote"]
    refused = visit.page.request.post(f"{address}/api/ask", data={"question": " "})
    assert (refused.status, "empty" in refused.json()["error"]) == (400, True)


def test_a_thumb_is_kept_for_evaluation(visit: Visit, library: Path) -> None:
    ask(visit.page, "Who is the Prime Minister of Estonia?")
    visit.page.get_by_label("Dislike").last.click()
    with Conversations(library / "conversations.db") as conversations:
        for _ in range(100):
            marked = [one for one in conversations.marked() if one.verdict == "wrong"]
            if marked:
                break
            visit.page.wait_for_timeout(50)
    assert [one.answer["question"] for one in marked] == ["Who is the Prime Minister of Estonia?"]


def test_an_answer_can_be_stopped_and_the_next_question_asked(
    browser: Browser, library: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(library, folder)
    go_on = threading.Event()
    model.says(lambda _: go_on.wait(60), "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1].")
    with serving(folder, llm_url=model.url, llm_model="m") as address:
        page = browser.new_page()
        page.goto(address)
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator("#passages article")).to_have_count(5, timeout=60_000)
        for _ in range(600):  # until the model is being asked, not only the passages are there
            if model.requests:
                break
            page.wait_for_timeout(50)
        page.locator("#question .stop-button").click()
        expect(page.locator("#conversation")).to_contain_text("Stopped.")
        ask(page, QUESTION)
        expect(page.locator(".footnote-answer")).to_have_count(1)
        go_on.set()
        page.close()


def test_ending_the_server_lets_go_of_the_library(library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(library, folder)
    with serving(folder, llm="none"):
        assert (folder / "writer.json").exists()
    assert not (folder / "writer.json").exists()


def test_a_model_that_is_down_is_said_in_the_page_and_the_question_is_kept(
    browser: Browser, library: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(library, folder)
    model.says(401, "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1].")
    with serving(folder, llm_url=model.url, llm_model="m") as address:
        page = browser.new_page()
        page.goto(address)
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator(".footnote-error")).to_contain_text("FOOTNOTE_LLM_KEY", timeout=60_000)
        expect(page.locator("#question textarea")).to_have_value(QUESTION)
        ask(page, QUESTION)
        expect(page.locator(".footnote-answer")).to_contain_text("Denis Pushilin leads the self-proclaimed")
        page.close()
