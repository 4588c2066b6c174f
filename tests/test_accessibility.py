"""What axe-core finds in each state of the page, light and dark, wide and narrow: nothing."""

import shutil
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import QUESTION, ask, open_settings, serving, visiting
from tests.conftest import ScriptedModel, stream
from tests.conversation import fill, visiting_earlier

LEADS = "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]."


@pytest.fixture(scope="module")
def library(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(seeds_folder, tmp_path_factory.mktemp("page") / "library")


def findings(page: Page, *, state: str) -> list[str]:
    """In both colour schemes, which the page follows while it is open."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for one in Axe().run(page).response["violations"]:
            found += [
                f"{state}, {scheme}: {one['impact']}: {one['help']}: {node['html'][:200]}" for node in one["nodes"]
            ]
    return found


def test_a_chat_as_it_is_had(browser: Browser, library: Path, tmp_path: Path, model: ScriptedModel) -> None:
    folder = shutil.copytree(library, tmp_path / "library")
    go_on = threading.Event()
    model.says(lambda handler: go_on.wait(200) and stream(handler, [LEADS], "stop"))
    with (
        serving(folder, llm_url=model.url, llm_model="m", llm_timeout="200") as address,
        visiting(browser, address) as page,
    ):
        expect(page.locator(".welcome li")).to_have_count(4, timeout=60_000)
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
        found = findings(page, state="empty")
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator(".footnote-found li")).to_have_count(5, timeout=60_000)
        expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
        found += findings(page, state="answering")
        go_on.set()
        page.locator("a.footnote-mark").first.wait_for(timeout=60_000)
        page.locator("a.footnote-mark").first.focus()
        found += findings(page, state="answered")
        page.locator("a.footnote-mark").first.click()
        expect(page.locator("#source-view mark.active")).to_be_visible()
        found += findings(page, state="a source beside it")
        page.get_by_role("button", name="New chat").click()
        expect(page.locator(".turn")).to_have_count(0)
        open_settings(page)
        ask(page, "Who won the 2022 World Cup?")
        found += findings(page, state="refused, with settings")
    assert found == []


def test_a_chat_that_was_had_before(browser: Browser, address: str, library: Path) -> None:
    with visiting_earlier(browser, address, library) as visit:
        page = visit.page
        found = findings(page, state="annotated")
        answers = [turn.get_attribute("data-answer") for turn in page.locator(".turn").all()]
        page.set_viewport_size({"width": 390, "height": 844})
        found += findings(page, state="on a phone")
        page.locator("a.footnote-mark").last.click()
        expect(page.locator("#source-view mark.active").first).to_be_visible()
        found += findings(page, state="a source on a phone")
        page.get_by_role("button", name="Close", exact=True).click()
        page.get_by_role("button", name="Chats & settings").click()
        found += findings(page, state="chats on a phone")
        for answer in (answers[0], answers[-1]):
            page.goto(f"{visit.address}/answer/{answer}")
            found += findings(page, state="an answer's page")
        page.locator(".notes a").first.click()
        page.locator("mark.active").first.wait_for()
        found += findings(page, state="a source's page")
    assert found == []


def test_the_documents(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        page.get_by_role("tab", name="Documents").click()
        page.locator(".bars button").first.click()
        found = findings(page, state="documents")
        page.locator("td.remove button").first.click()
        found += findings(page, state="removing one")
        page.keyboard.press("Escape")
        page.set_viewport_size({"width": 390, "height": 844})
        found += findings(page, state="documents on a phone")
        with page.context.expect_page() as source:
            page.locator("td.title a").first.click()
        source.value.locator("h1").wait_for()
        found += findings(source.value, state="a whole source")
    assert found == []
