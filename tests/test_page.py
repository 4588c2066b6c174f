"""The source page and the API, in a real browser, served by the real command."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rag import Document, Library, load_settings
from tests.browser import QUESTION, Visit, serving, watching


@pytest.fixture(scope="module")
def library(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds with a long document beside them."""
    folder = tmp_path_factory.mktemp("page") / "library"
    shutil.copytree(seeds_folder, folder)
    with Library(folder, settings=load_settings(llm="none")) as library:
        long = Document(
            id="long", title="A long one", text="Filler sentence here.\n\n" * 400 + "The zeppelin moored at noon."
        )
        assert not library.add(long).failed
    return folder


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    context = browser.new_context()
    with watching(context, f"{address}/source/long") as visit:
        yield visit
    context.close()


def test_the_quoted_words_are_scrolled_to(visit: Visit, address: str) -> None:
    page = visit.page
    answer = page.request.post(f"{address}/api/ask", data={"question": "When did the zeppelin moor?"}).json()
    page.goto(f"{address}{answer['citations'][0]['url']}")
    mark = page.locator("mark#quote")
    expect(mark).to_have_text("The zeppelin moored at noon.")
    expect(mark).to_be_in_viewport()


def test_source_pages_of_other_links(visit: Visit, address: str, library: Path) -> None:
    page = visit.page
    response = page.goto(f"{address}/source/no-such-id?v=1&start=0&end=5")
    assert response is not None
    assert response.status == 404
    visit.complaints.clear()  # the browser's own about that
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


def test_the_api_gives_the_answer_that_the_shell_prints(visit: Visit, address: str) -> None:
    answer = visit.page.request.post(f"{address}/api/ask", data={"question": QUESTION}).json()
    citation = answer["citations"][0]
    document = visit.page.request.get(f"{address}/api/documents/{citation['document']['id']}").json()
    assert document["text"][citation["start"] : citation["end"]] == citation["quote"]
    dated = {"question": "What did Kallas say in September 2022?"}
    assert visit.page.request.post(f"{address}/api/ask", data=dated).json()["query"]["window"] == "in September 2022"
    ignoring = visit.page.request.post(f"{address}/api/ask", data={**dated, "any_time": True})
    assert ignoring.json()["query"]["window"] == ""
    for wrong in ({"any_time": "soon"}, {"any_tme": True}):
        assert visit.page.request.post(f"{address}/api/ask", data={**dated, **wrong}).status == 422
    refused = visit.page.request.post(f"{address}/api/ask", data={"question": " "})
    assert (refused.status, "empty" in refused.json()["error"]) == (400, True)


def test_ending_the_server_lets_go_of_the_library(library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(library, folder)
    with serving(folder, llm="none"):
        assert (folder / "writer.json").exists()
    assert not (folder / "writer.json").exists()
