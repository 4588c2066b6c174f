"""The Documents tab in a real browser: the list, adding, removing, and the dates that questions keep to."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag import Document, Library, load_settings
from rag.errors import Busy
from tests.browser import QUESTION, ask, hand_over, open_settings, serving, spoken, visiting
from tests.conftest import SEEDS
from ui.documents_tab import in_words, read_window
from ui.uploading import UploadDesk


@pytest.fixture(scope="module")
def address(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("documents") / "library"
    shutil.copytree(seeds_folder, folder)
    with serving(folder, llm="none", max_file_mb="1") as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser, address) as page:
        page.get_by_role("tab", name="Documents").click()
        expect(page.locator("footnote-documents tbody tr").first).to_be_visible(timeout=60_000)
        yield page


def titles(page: Page) -> list[str]:
    return page.locator("td.title a").all_inner_texts()


def send(page: Page, *files: tuple[str, str]) -> None:
    chosen = [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files]
    page.locator("#upload-files").set_input_files(chosen)  # type: ignore[arg-type]


DROP = """
(zone, files) => {
  const dataTransfer = new DataTransfer();
  for (const [name, text] of files) dataTransfer.items.add(new File([text], name));
  for (const type of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
}
"""


def drop(page: Page, *files: tuple[str, str]) -> None:
    page.locator("footnote-documents .drop").evaluate(DROP, files)


def gull(year: int, count: int) -> str:
    return f"date {year}-05-06\nThe gull census of {year}\n\nThe census counted {count} gulls on the north mole."


def test_files_are_added_with_their_state_and_updated_under_the_same_name(page: Page, address: str) -> None:
    turned = ("\u202egpj.txt", "")  # a name that would be read from its end
    drop(page, ("gulls.txt", gull(2031, 412)), turned, ("scan.bin", "\0\1\2"), ("big.txt", "x" * 1_000_001))
    states = page.locator(".uploads li")
    expect(page.locator(".pace")).to_have_text("1 added, 3 failed.", timeout=60_000)
    expect(spoken(page)).to_have_text("1 added, 3 failed.")
    expect(states.filter(has_text="gulls.txt").locator(".state")).to_have_text("added")
    expect(states.filter(has_text="\ufffdgpj.txt").locator(".state")).to_contain_text("failed: it is empty")
    expect(states.filter(has_text="scan.bin").locator(".state")).to_contain_text("failed: ")
    expect(states.filter(has_text="big.txt").locator(".state")).to_contain_text("and at most 1 are read")
    row = page.locator("tr", has_text="The gull census of 2031")
    expect(row.locator("td.date")).to_have_text("6 May 2031")
    expect(row.locator(".where")).to_have_text("uploads/gulls.txt")
    send(page, ("gulls.txt", gull(2031, 500)))
    replaced = "updated: in place of The gull census of 2031 (6 May 2031)"
    expect(page.locator(".uploads li .state")).to_have_text(replaced, timeout=60_000)
    send(page, ("gulls.txt", gull(2031, 500)))
    expect(page.locator(".uploads li .state")).to_have_text("unchanged: it was there already", timeout=60_000)
    expect(page.locator("tr", has_text="The gull census of 2031")).to_have_count(1)
    page.get_by_role("tab", name="Chat").click()
    ask(page, "How many gulls did the census count on the north mole?")
    expect(page.locator(".footnote-answer").last).to_contain_text("500 gulls")
    hand_over(address, "gulls.txt", b"")  # what cannot be read leaves the version before it
    ask(page, "How many gulls did the census of 2031 count on the north mole?")
    expect(page.locator(".footnote-answer").last).to_contain_text("500 gulls")


def test_a_document_is_removed_only_when_that_is_confirmed(page: Page) -> None:
    send(page, ("short-lived.txt", "date 2031-06-07\nA short-lived note\n\nThis note about the quay will not stay."))
    row = page.locator("tr", has_text="A short-lived note")
    button = row.get_by_role("button", name="Remove A short-lived note")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Remove this document?")).to_contain_text("its file is deleted")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(row).to_have_count(1)
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    expect(page.locator("td.remove button").first).to_be_focused()  # it was the newest, and this is next
    expect(spoken(page)).to_have_text("A short-lived note was removed.")


def test_a_file_that_the_server_has_forgotten_is_said_to_have_failed(page: Page) -> None:
    pace = {"done": 0, "total": 0, "doing": "", "seconds_left": None}
    page.route("**/api/uploads", lambda route: route.fulfill(json={"uploads": [], "pace": pace}))
    send(page, ("lost.txt", "date 2031-06-08\nA lost note\n\nThis note was on its way when the server ended."))
    expect(page.locator(".uploads li .state")).to_contain_text("failed: the server does not know of it any more")
    expect(page.locator(".pace")).to_have_text("1 failed.")


def test_the_list_can_be_searched_filtered_and_sorted(page: Page, address: str) -> None:
    hand_over(
        address, "cafe.md", b"---\ntitle: Caf\xc3\xa9 opens\nsource: Coast Radio\ndate: 2019-01-02\n---\nIt has opened."
    )
    hand_over(address, "bank.md", b"---\ntitle: A bank\nsource: Harbour Courier\ndate: 2020-01-02\n---\nIt has closed.")
    page.reload()
    page.get_by_role("tab", name="Documents").click()
    search = page.get_by_label("Search documents")
    search.fill("cafe opens")
    expect(page.locator("td.title a")).to_have_text(["Café opens"])
    expect(page.locator(".count")).to_contain_text("1 of ")
    search.fill("no such thing")
    expect(page.locator("footnote-documents table")).to_be_hidden()
    search.fill("")
    page.get_by_role("combobox", name="Source", exact=True).select_option("Harbour Courier")
    expect(page.locator("td.title a")).to_have_text(["A bank"])
    page.get_by_role("combobox", name="Source", exact=True).select_option("")
    dates = page.locator("th.date")
    expect(dates).to_have_attribute("aria-sort", "descending")
    dates.get_by_role("button").click()
    expect(dates).to_have_attribute("aria-sort", "ascending")
    assert titles(page)[:2] == ["Café opens", "A bank"]
    page.locator("th.title").get_by_role("button").click()
    assert titles(page) == sorted(titles(page), key=str.casefold)


def test_chosen_dates_filter_the_list_and_the_questions(page: Page) -> None:
    send(page, ("leader.txt", "date 2030-04-05\nA republic in 2030\n\nMira Oake leads the Donetsk People's Republic."))
    expect(page.locator(".uploads li .state")).to_have_text("added", timeout=60_000)
    bar = page.get_by_role("group", name="Documents over time").get_by_role("button", name="2030: 1 document")
    bar.click()
    expect(bar).to_have_attribute("aria-pressed", "true")
    expect(page.locator("td.title a")).to_have_text(["A republic in 2030"])
    expect(page.get_by_label("From")).to_have_value("2030-01-01")
    page.get_by_role("tab", name="Chat").click()
    only = page.get_by_role("button", name="Only 1 January 2030 to 31 December 2030")
    expect(only).to_be_visible()
    ask(page, "Who leads the Donetsk People's Republic?")
    expect(page.locator(".footnote-answer").last).to_contain_text("Mira Oake")
    expect(page.locator("#passages article")).to_have_count(1)
    limited = page.locator(".footnote-asked", has_text="Dates: 1 January to 31 December 2030, as given")
    expect(limited).to_have_count(1)
    with page.expect_popup() as linked:
        page.get_by_role("link", name="Link").click()
    expect(linked.value.locator("header")).to_contain_text("Dates: 1 January to 31 December 2030, as given")
    linked.value.close()
    page.get_by_role("button", name="New chat").click()
    expect(only).to_have_count(0)
    page.get_by_role("tab", name="Documents").click()
    expect(page.get_by_label("From")).to_have_value("")
    expect(bar).to_have_attribute("aria-pressed", "false")
    page.get_by_role("tab", name="Chat").click()
    page.locator("nav.chats [data-act=open]").first.click()
    expect(only).to_be_visible()
    page.reload()
    expect(only).to_be_visible()
    page.get_by_role("tab", name="Documents").click()
    expect(page.get_by_label("From")).to_have_value("2030-01-01")
    page.get_by_role("tab", name="Chat").click()
    open_settings(page)
    expect(page.get_by_label("Dated from")).to_have_value("2030-01-01")
    page.get_by_role("button", name="Ask again without these dates").click()
    expect(page.locator("#passages article")).to_have_count(5)
    expect(limited).to_have_count(0)
    expect(only).to_have_count(0)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.get_by_label("Dated from")).to_have_value("")
    page.get_by_label("Dated from").fill("2022-09-01")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Only since 1 September 2022")).to_be_visible()
    page.get_by_role("button", name="Only since 1 September 2022").click()
    expect(page.get_by_label("Dated from")).to_have_value("")
    ask(page, QUESTION)
    expect(page.locator("#passages article")).to_have_count(5)


def test_dates_are_chosen_by_keyboard(page: Page) -> None:
    send(page, ("pier.txt", "date 2019-03-04\nThe pier\n\nThe pier of Saltmere was closed for repairs."))
    expect(page.locator("tr", has_text="The pier")).to_have_count(1, timeout=60_000)
    bars = page.get_by_role("group", name="Documents over time").get_by_role("button")
    bars.first.focus()
    page.keyboard.press("Enter")
    first = page.get_by_label("From").input_value()
    page.keyboard.press("Shift+ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    expect(page.get_by_label("From")).to_have_value(first)
    assert page.get_by_label("to", exact=True).input_value() > first
    start, end = page.get_by_label("From"), page.get_by_label("to", exact=True)
    start.fill("2022-09-01")
    end.focus()
    expect(end).to_have_value("")  # the end was before this beginning
    page.keyboard.type("09302022")  # key by key, so that the year is 2, 20 and 202 before it is 2022
    expect(start).to_have_value("2022-09-01")
    expect(end).to_have_value("2022-09-30")
    expect(page.locator(".count")).to_have_text(re.compile(r"^7 of \d+ documents$"))
    end.fill("")
    expect(bars.last).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Any date").click()
    expect(page.get_by_label("From")).to_be_focused()
    expect(bars.first).to_have_attribute("aria-pressed", "false")


def test_everything_is_reached_by_keyboard_in_the_order_of_the_page(page: Page) -> None:
    page.locator("#upload-files").focus()
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.closest('[class]')?.className || ''"))
    order = [reached.index(name) for name in ("dates", "narrow", "title")]
    assert order == sorted(order), reached


def test_a_long_list_comes_in_parts_and_fits_the_screen(browser: Browser, tmp_path: Path) -> None:
    """Six hundred documents, one of them with a title that has nowhere to break."""
    folder = tmp_path / "library"
    with Library(folder, settings=load_settings(llm="none")) as library:
        years = [date(1990 + number % 30, 1, 2) for number in range(599)]
        many = [Document(id=f"n{n}", title=f"Note {n}", text=f"Note {n}.", date=day) for n, day in enumerate(years)]
        assert not library.add([*many, Document(id="long", title="W" * 300, text="A word.")]).failed
    with serving(folder, llm="none") as address, visiting(browser, address) as page:
        page.get_by_role("tab", name="Documents").click()
        expect(page.locator(".count")).to_have_text("600 documents", timeout=60_000)
        expect(page.locator("tbody tr")).to_have_count(100)
        page.get_by_role("button", name="Show more (500 left)").click()
        expect(page.locator("tbody tr")).to_have_count(600)
        expect(page.locator("tbody tr").nth(100).locator("a")).to_be_focused()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_uploads_survive_a_restart_as_files_of_the_library(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with serving(folder, llm="none") as address:
        added = hand_over(address, "storm: a report?.txt", (SEEDS / "mobilisation-and-law.md").read_bytes())
        copy = hand_over(address, "copy.txt", (SEEDS / "mobilisation-and-law.md").read_bytes())
    assert (added["state"], copy["state"], copy["reason"]) == ("added", "added", "a copy of a text that is there")
    moved = tmp_path / "moved"
    folder.rename(moved)
    with Library(moved, settings=load_settings(llm="none")) as library:
        (document,) = library.documents()
        assert document.locations == ("uploads/copy.txt", "uploads/storm: a report?.txt")
        assert str(library.add(moved / "uploads")) == "0 added, 0 updated, 2 unchanged, 0 failed"
        library.remove(document.id)
        assert [path.name for path in (moved / "uploads").iterdir()] == [".incoming"]


def test_a_desk_takes_no_more_than_it_can_hold(library: Library) -> None:
    library.uploads.empty_incoming()
    desk = UploadDesk(library, longest=2)  # that nobody works at yet
    for name in ("a.txt", "b.txt"):
        _, arrived = desk.place(name)
        arrived.write_text(f"The file {name} says this.")
        desk.take(name, arrived)
    with pytest.raises(Busy, match="2 files wait"):
        desk.place("c.txt")


@pytest.mark.parametrize(
    ("written", "window", "words"),
    [
        ("2022-09-01/2022-09-30", ("2022-09-01", "2022-09-30"), "Only 1 September 2022 to 30 September 2022"),
        ("2022-09-30/2022-09-01", ("2022-09-01", "2022-09-30"), "Only 1 September 2022 to 30 September 2022"),
        ("2022-09-01/2022-09-01", ("2022-09-01", "2022-09-01"), "Only 1 September 2022"),
        ("2022-09-01//17", ("2022-09-01", ""), "Only since 1 September 2022"),
        ("/2022-09-01", ("", "2022-09-01"), "Only until 1 September 2022"),
        ("", ("", ""), ""),
        ("<b>/2022-09-01", ("", ""), ""),
    ],
)
def test_a_window_is_read_and_said(written: str, window: tuple[str, str], words: str) -> None:
    assert read_window(written) == window
    assert in_words(window) == words
