"""A running page and a real Chromium, for tests and for the README's screenshots.

Run as `python -m tests.browser FOLDER` it takes the screenshots anew, of a library that holds the seeds.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlparse

from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page, Request, sync_playwright

ROOT = Path(__file__).parent.parent
_FAREWELL = re.compile(r"AbortError: signal is aborted|Unexpected error Connection errored out")
"""What Gradio says of an answer that it still waits for where its page is left."""
QUESTION = "Who leads the self-proclaimed Donetsk People's Republic?"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; nothing of it speaks to another host on its own account."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "the browser tests need Chromium: apt-get install chromium"
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*quiet, *root])
        yield browser
        browser.close()


@contextmanager
def serving(library: Path, port: int | None = 0, **settings: str) -> Iterator[str]:
    """`footnote serve` in a process of its own, on a port or any free one; gives its address."""
    environment = {**os.environ, **{f"FOOTNOTE_{name.upper()}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", str(port), "--library", str(library)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stderr is not None
    try:
        printed = []
        for line in process.stderr:
            printed.append(line)
            if found := re.search(r"listens on (http://\S+)", line):
                yield found[1]
                break
        else:
            raise AssertionError(f"the server did not start: {''.join(printed)}")
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stderr.close()


@dataclass
class Visit:
    """A page, and what it complains of: errors on its console, dialogs, and requests to other hosts."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)


@contextmanager
def watching(context: BrowserContext, address: str) -> Iterator[Visit]:
    """A page, with the cookies of the others of its context, that must not complain."""
    page = context.new_page()
    own = urlparse(address)
    visit = Visit(page, f"{own.scheme}://{own.netloc}")

    def watch(opened: Page) -> None:
        opened.on("console", lambda said: visit.complaints.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: visit.complaints.append(str(error)))
        opened.on("dialog", lambda dialog: visit.complaints.append(f"dialog {dialog.message}"))
        opened.on("framenavigated", left)

    def left(_: Frame) -> None:
        visit.complaints[:] = [one for one in visit.complaints if not _FAREWELL.match(one)]

    def foreign(request: Request) -> None:
        if urlparse(request.url).netloc not in (own.netloc, ""):
            visit.complaints.append(f"request to {request.url}")

    watch(page)
    context.on("page", watch)
    context.on("request", foreign)
    page.goto(address)
    yield visit
    page.close()
    assert visit.complaints == [], visit.complaints  # this module's assertions are not rewritten by pytest


@contextmanager
def visiting(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """The same in a browser of its own."""
    context = browser.new_context(**options)
    with watching(context, address) as visit:
        yield visit.page
    context.close()


def hand_over(address: str, name: str, content: bytes) -> dict[str, Any]:
    """Upload a file as the page does, and wait for what becomes of it."""
    request = urllib.request.Request(f"{address}/api/uploads/{quote(name, safe='')}", content, method="PUT")
    with urllib.request.urlopen(request, timeout=60) as answer:
        sent = json.load(answer)
    while True:
        with urllib.request.urlopen(f"{address}/api/uploads", timeout=60) as answer:
            known = {one["id"]: one for one in json.load(answer)["uploads"]}
        if known[sent["id"]]["state"] not in ("waiting", "adding"):
            return known[sent["id"]]
        time.sleep(0.05)


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, and wait for its finished answer."""
    finished = page.locator(".footnote-answer")
    before = finished.count()
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    finished.nth(before).wait_for(timeout=90_000)


def open_settings(page: Page) -> None:
    """Open the settings of the chat; what is typed into them as they appear, Gradio may still overwrite."""
    page.locator("nav.chats").wait_for(state="attached")
    page.get_by_role("button", name="Settings of this chat").click()
    page.get_by_label("Dated from").wait_for()
    page.wait_for_timeout(500)


def spoken(page: Page) -> Locator:
    """What is said to those who do not see the page."""
    return page.locator("[role=status].footnote-unheard")


def take_screenshots(folder: Path) -> None:
    """The chat with a source beside it, also in the dark and on a phone; the page of that source; the documents."""
    with tempfile.TemporaryDirectory() as temporary:
        library = Path(temporary) / "library"
        subprocess.run(
            [sys.executable, "-m", "ui.cli", "add", str(ROOT / "seeds"), "--library", str(library)], check=True
        )
        with serving(library, llm="none") as address, chromium() as browser:
            chats = {"chat": _WIDE, "chat-dark": {**_WIDE, "color_scheme": "dark"}, "chat-phone": _PHONE}
            for name, options in chats.items():
                page = browser.new_page(**options)
                page.goto(address)
                ask(page, QUESTION)
                ask(page, "And what did he ask Putin in September 2022?")
                link = page.locator("a.footnote-mark").last
                if name != "chat-phone":
                    link.click()
                    page.locator("#source-view mark.active").wait_for()
                source = address + str(link.get_attribute("href"))
                _take(page, folder / f"{name}.png")
            page = browser.new_page(**_WIDE)
            page.goto(source)
            page.locator("mark#quote").wait_for()
            _take(page, folder / "source.png")
            for name, options in {"documents": _WIDE, "documents-phone": {**_PHONE, "color_scheme": "dark"}}.items():
                page = browser.new_page(**options)
                page.goto(address)
                page.get_by_role("tab", name="Documents").click()
                page.locator("td.title").first.wait_for()
                _take(page, folder / f"{name}.png")


def _take(page: Page, path: Path) -> None:
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=path)
    page.close()


_WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
_PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}


if __name__ == "__main__":
    take_screenshots(Path(sys.argv[1]))
