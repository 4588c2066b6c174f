"""What people do in the chat: stop, ask again, edit, copy, keep, find again, delete, judge, and set."""

import re
import shutil
import threading
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from rag import Library, load_settings
from rag.conversations import Conversations, Marked
from tests.browser import QUESTION, Visit, ask, open_settings, serving, watching
from tests.conftest import ScriptedModel

LEADS = "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]."
DATED = "Who led the self-proclaimed Donetsk People's Republic in September 2022?"


@pytest.fixture(scope="module")
def library(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(seeds_folder, tmp_path_factory.mktemp("page") / "library"))


def chats(page: Page) -> list[str]:
    return page.locator("nav.chats [data-act=open]").all_inner_texts()


def marked(library: Path, question: str) -> list[Marked]:
    with Conversations(library / "conversations.db") as conversations:
        return [one for one in conversations.marked() if one.answer["question"] == question]


def test_enter_sends_and_shift_enter_breaks_the_line(visit: Visit) -> None:
    box = visit.page.locator("#question textarea")
    box.press_sequentially("Who is")
    box.press("Shift+Enter")
    box.press_sequentially("Kaja Kallas?")
    expect(box).to_have_value("Who is\nKaja Kallas?")
    box.press("Enter")
    expect(visit.page.locator(".footnote-answer")).to_contain_text("Kallas", timeout=60_000)
    expect(visit.page.locator(".question")).to_have_text("Who is\nKaja Kallas?", use_inner_text=True)
    expect(box).to_have_value("")


def test_a_finished_answer_is_announced_once(visit: Visit) -> None:
    ask(visit.page, QUESTION)
    speaking = visit.page.locator("[role=status], [role=alert], [aria-live]")
    expect(speaking.filter(has_text=re.compile(r"\w"))).to_have_text(["Answer finished, with 1 citation"])


def test_a_question_is_edited_and_asked_again(visit: Visit) -> None:
    page = visit.page
    ask(page, QUESTION)
    first = page.locator(".turn").get_attribute("data-answer")
    page.get_by_role("button", name="Ask again", exact=True).click()
    expect(page.locator(f".turn:not([data-answer='{first}']) .footnote-answer")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Edit question").click()
    editor = page.get_by_role("textbox", name="Question").first
    editor.press("Escape")
    expect(page.get_by_role("button", name="Edit question")).to_be_focused()
    page.get_by_role("button", name="Edit question").click()
    expect(editor).to_have_value(QUESTION)
    editor.fill("Who is Kaja Kallas?")
    editor.press("Enter")
    expect(page.locator(".question")).to_have_text("Who is Kaja Kallas?", timeout=60_000)
    expect(page.locator(".footnote-answer")).to_contain_text("Kallas", timeout=60_000)
    page.reload()
    expect(page.locator(".question")).to_have_text("Who is Kaja Kallas?")


def test_an_answer_is_copied_with_its_citations_and_has_a_lasting_page(visit: Visit) -> None:
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    for place, mark in enumerate(("[^1]: “Denis Pushilin", "[1] “Denis Pushilin")):
        button = page.locator("[data-act=copy]").nth(place)
        for _ in range(2):  # again while it still says so
            button.click()
            expect(button).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert mark in copied
        assert f"{visit.address}/answer/" in copied
        expect(button).to_have_text(re.compile("^Copy "))
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Link").click()
    expect(opened.value.locator("h1")).to_have_text(QUESTION)
    expect(opened.value.locator(".notes q")).to_contain_text("Denis Pushilin, who leads")
    opened.value.locator(".notes a").click()
    expect(opened.value.locator("mark").first).to_contain_text("Denis Pushilin, who leads")
    opened.value.close()
    for unknown in ("/answer/0000", "/answer/0000.md", "/answer/..%2f", "/chat/0000.md"):
        assert page.request.get(visit.address + unknown).status == 404


def test_chats_are_kept_exported_and_found_again_by_their_own_browser(
    browser: Browser, library: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(library, tmp_path / "library")
    with ExitStack() as opened:
        with serving(folder, llm="none") as address:
            visit = opened.enter_context(watching(browser.new_context(), address))
            page = visit.page
            ask(page, QUESTION)
            page.get_by_role("button", name="New chat").click()
            expect(page.locator(".turn")).to_have_count(0)
            ask(page, "Who is Kaja Kallas?")
            assert chats(page) == ["Who is Kaja Kallas?", QUESTION]
            page.get_by_role("button", name=QUESTION, exact=True).click()
            expect(page.locator(".question")).to_have_text(QUESTION)
            expect(page.locator("#passages article")).to_have_count(5)
            ask(page, "And what did he ask Putin?")
            exported = [page.get_by_role("link", name=name).get_attribute("href") for name in ("Markdown", "JSON")]
            markdown, whole = (page.request.get(f"{address}{path}") for path in exported)
            assert markdown.text().startswith(f"# {QUESTION}\n\n## {QUESTION}\n")
            assert [one["question"] for one in whole.json()["answers"]] == [QUESTION, "And what did he ask Putin?"]
            path = page.url.removeprefix(address)
            with watching(browser.new_context(), address + path) as other:
                expect(other.page.locator("nav.chats li")).to_have_class("none")
                expect(other.page.locator(".turn")).to_have_count(0)
                assert other.page.request.get(f"{address}{exported[0]}").status == 404
                answer = whole.json()["answers"][0]["id"]
                opinion = {"verdict": "wrong", "comment": "not mine"}
                assert other.page.request.post(f"{address}/api/answers/{answer}/opinion", data=opinion).status == 404
        with serving(folder, urlparse(address).port, llm="none"):  # the page is still open
            ask(page, "Who is Dmitry Medvedev?")
            asked = [QUESTION, "And what did he ask Putin?", "Who is Dmitry Medvedev?"]
            expect(page.locator(".question")).to_have_text(asked)
            visit.complaints.clear()  # that the server was away
            page.locator("#question textarea").fill("The next question")
            page.reload()
            expect(page.locator(".question")).to_have_text(asked)
            expect(page.locator("#question textarea")).to_have_value("The next question")
            opened.close()  # before its server goes away for good


def test_chats_are_renamed_filtered_and_deleted(browser: Browser, address: str, library: Path) -> None:
    context = browser.new_context()
    context.add_cookies([{"name": "footnote_browser", "value": "cd" * 16, "url": address}])
    with Conversations(library / "conversations.db") as conversations:
        for number in range(11):
            conversations.begin("cd" * 16, f"What happened in week {number}?", {})
    with watching(context, address) as visit:
        page = visit.page
        ask(page, QUESTION)
        opened = page.locator("li.opened")
        opened.get_by_role("button", name="Rename the chat").click()
        expect(page.get_by_role("textbox", name="Its new name")).to_have_value(QUESTION)
        page.get_by_role("textbox", name="Its new name").fill("The café of Donetsk")
        page.keyboard.press("Enter")
        expect(opened.locator("[data-act=open]")).to_have_text("The café of Donetsk")
        expect(opened.get_by_role("button", name="Rename the chat")).to_be_focused()
        search = page.get_by_role("searchbox", name="Filter chats by title")
        search.fill("CAFE")
        expect(page.locator("nav.chats li:visible")).to_have_count(1)
        expect(page.locator("[role=status]").filter(has_text="1 of 12 chats")).to_have_count(1)
        search.fill("no such")
        expect(page.locator("nav.chats")).to_contain_text("No chat has that in its title.")
        search.fill("week 7")
        other = page.get_by_role("button", name="Delete the chat “What happened in week 7?”")
        other.click()
        page.keyboard.press("Escape")
        expect(other).to_be_focused()
        other.click()
        expect(page.get_by_role("dialog", name="Delete this chat?")).to_contain_text("called right or wrong")
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.locator("nav.chats li")).to_have_count(11)
        expect(page.locator(".question")).to_have_text(QUESTION)
        search.fill("")
        opened.get_by_role("button", name="Delete the chat").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator("nav.chats li")).to_have_count(10)
        expect(search).to_be_hidden()
        assert "chat=" not in page.url
    context.close()


def test_an_opinion_is_kept_for_evaluation(visit: Visit, library: Path) -> None:
    page = visit.page
    question = "Who is the Prime Minister of Estonia?"
    ask(page, question)
    page.get_by_role("button", name="Wrong").click()
    expect(page.get_by_role("button", name="Wrong")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("What was right or wrong?").fill("Too short")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Saved")).to_be_visible()
    (one,) = marked(library, question)
    assert (one.verdict, one.comment) == ("wrong", "Too short")
    page.get_by_role("button", name="Right").click()
    expect(page.get_by_role("button", name="Right")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_label("What was right or wrong?")).to_have_value("Too short")
    page.get_by_role("button", name="Wrong").click()
    expect(page.get_by_role("button", name="Wrong")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Wrong").click()
    expect(page.get_by_role("button", name="Wrong")).to_have_attribute("aria-pressed", "false")
    assert marked(library, question) == []


def test_an_example_question_is_answered_by_the_documents(visit: Visit, library: Path) -> None:
    page = visit.page
    examples = page.locator(".welcome li button")
    expect(examples).to_have_count(4)
    with Library(library, settings=load_settings(llm="none"), read_only=True) as opened:
        assert all(opened.ask(text).mode == "quoted" for text in examples.all_inner_texts())
    question = examples.nth(1).inner_text()
    examples.nth(1).click()
    expect(page.locator(".footnote-answer .footnote-mark").first).to_be_visible(timeout=60_000)
    expect(page.locator(".question")).to_have_text(question)
    expect(page.locator("#question textarea")).to_be_focused()


def test_what_is_set_holds_for_the_chat(visit: Visit) -> None:
    page = visit.page
    open_settings(page)
    page.get_by_role("spinbutton", name="Passages used").fill("2")
    page.get_by_label("Only these documents").fill("Pro-Kremlin")
    page.get_by_role("option").first.click()
    ask(page, "Who is Dmitry Medvedev?")
    expect(page.locator("#passages article")).to_have_count(1)
    page.get_by_label("Dated from").fill("2032-01-01")
    ask(page, "Who is Dmitry Medvedev?")
    expect(page.locator(".footnote-answer").last).to_contain_text("do not answer")
    page.get_by_label("Dated from").fill("soon")
    page.locator("#question textarea").fill("Who is Dmitry Medvedev?")
    page.locator("#question textarea").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("'soon' is not a date")
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_label("Dated from")).to_have_value("")
    page.locator("nav.chats").get_by_role("button", name="Who is Dmitry Medvedev?", exact=True).click()
    expect(page.get_by_label("Dated from")).to_have_value("2032-01-01")
    expect(page.get_by_role("spinbutton", name="Passages used")).to_have_value("2")


def test_an_answer_can_be_stopped_and_the_one_before_stays(
    browser: Browser, library: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    folder = shutil.copytree(library, tmp_path / "library")
    go_on = threading.Event()

    def silent(_: object) -> None:
        go_on.wait(60)

    alone = QUESTION  # what the model is asked first of a question that others stand before: how it reads without them
    model.says(LEADS, silent, silent, alone, LEADS, alone, silent)
    models = {"llm_url": model.url, "llm_model": "m", "llm_choices": '["n"]'}
    with (
        serving(folder, **models) as address,
        watching(browser.new_context(), address) as visit,
    ):
        page = visit.page
        with Conversations(folder / "conversations.db") as conversations:
            conversations.begin(_owner(page), "Another chat", {})
        ask(page, DATED)
        page.get_by_role("button", name="Ask again for any date").click()
        _until_asked(page, model, 2)
        page.locator("#question .stop-button").click()
        expect(page.locator("#current")).to_contain_text("Stopped.")
        expect(page.locator(".footnote-answer")).to_have_count(1)
        expect(page.get_by_role("button", name="Ask again for any date")).to_be_visible()
        open_settings(page)
        page.get_by_label("Answers by").click()
        page.get_by_role("option", name="n", exact=True).click()
        page.get_by_role("button", name="Ask again for any date").click()
        _until_asked(page, model, 3)
        page.get_by_role("button", name="Delete the chat “Another chat”").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.locator("nav.chats li")).to_have_count(1)
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")  # which asks when the other one has come to an end
        expect(page.locator("#current [aria-busy]")).to_be_visible()
        go_on.set()
        expect(page.locator(".footnote-answer")).to_have_count(2, timeout=60_000)
        expect(page.locator(".question")).to_have_text([DATED, QUESTION])
        expect(page.locator("#question textarea")).to_have_value("")
        go_on.clear()
        page.get_by_role("button", name="Ask again", exact=True).click()
        _until_asked(page, model, 7)
        page.get_by_role("button", name="New chat").click()
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator("#question textarea")).to_have_value(QUESTION)
        go_on.set()
    assert [request["model"] for request in model.requests] == ["m", "m", "n", "n", "n", "n", "n"]


def _owner(page: Page) -> str:
    return next(one["value"] for one in page.context.cookies() if one["name"] == "footnote_browser")


def _until_asked(page: Page, model: ScriptedModel, times: int) -> None:
    """Until the model is being asked, not only the passages are there."""
    expect(page.locator(".footnote-found")).to_be_visible(timeout=60_000)
    for _ in range(600):
        if len(model.requests) == times:
            break
        page.wait_for_timeout(50)


def test_a_model_that_is_down_is_said_and_the_question_is_kept(
    browser: Browser, library: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    folder = shutil.copytree(library, tmp_path / "library")
    model.says(401, LEADS, 500)
    with (
        serving(folder, llm_url=model.url, llm_model="m") as address,
        watching(browser.new_context(), address) as visit,
    ):
        page = visit.page
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("FOOTNOTE_LLM_KEY", timeout=60_000)
        expect(page.locator("#question textarea")).to_have_value(QUESTION)
        ask(page, QUESTION)
        expect(page.locator(".footnote-answer")).to_contain_text("Denis Pushilin leads the self-proclaimed")
        page.get_by_role("button", name="Ask again", exact=True).click()
        page.locator("#question textarea").fill("The next question")
        expect(page.get_by_role("alert")).to_contain_text("HTTP 500", timeout=60_000)
        expect(page.locator("#question textarea")).to_have_value("The next question")
        expect(page.locator(".footnote-answer")).to_contain_text("Denis Pushilin leads the self-proclaimed")


def test_an_empty_library_says_what_to_do_on_a_narrow_dark_screen(browser: Browser, tmp_path: Path) -> None:
    Library(tmp_path / "library", settings=load_settings(llm="none")).__enter__().close()
    options = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    with (
        serving(tmp_path / "library", llm="none") as address,
        watching(browser.new_context(**options), address) as visit,
    ):
        page = visit.page
        expect(page.locator(".welcome")).to_contain_text("There are no documents yet.")
        expect(page.locator("#side")).to_be_hidden()
        page.get_by_role("button", name="Chats & settings").click()
        expect(page.get_by_role("button", name="New chat")).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.locator("#side")).to_be_hidden()
        ask(page, "Is there anything?")
        expect(page.locator(".footnote-answer")).to_contain_text("The documents do not answer this question.")
        page.get_by_role("button", name="Add documents").click()
        expect(page.locator("#upload-files")).to_be_visible()
        page.get_by_role("tab", name="Chat").click()
        page.get_by_role("button", name="Chats & settings").click()
        page.get_by_role("button", name="New chat").click()
        text = "Mira Oake is the harbour master of Saltmere. Mira Oake took over the office on Tuesday."
        dropped = page.evaluate_handle(
            "text => { const all = new DataTransfer(); all.items.add(new File([text], 'oake.txt')); return all; }", text
        )
        page.dispatch_event("#talk", "drop", {"dataTransfer": dropped})
        expect(page.locator(".pace")).to_have_text("1 added.", timeout=60_000)
        page.get_by_role("button", name="Ask about your documents").click()
        expect(page.locator("#question textarea")).to_be_focused()
        expect(page.locator(".welcome")).to_contain_text("in your 1 document that")
        page.locator(".welcome li button").first.click()
        expect(page.locator(".footnote-answer")).to_contain_text("Mira Oake", timeout=60_000)
