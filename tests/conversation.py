"""A library with odd documents, and a chat that was had before: answers of every kind, as they are stored."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from rag import Answer, Document, Library, load_settings
from rag.conversations import Conversations
from rag.export import answer_json
from rag.records import Statement
from tests.browser import QUESTION, Visit, watching
from tests.poisoned import HOSTILE

OWNER = "ab" * 16
TABLE = "| Quarter | Tonnes |\n|---|---|\n| First | 1,190 |"
CODE = "```\ndef landed():\n\n    pass\n```"
FORMULA = "$$\n\\sum_i x_i = 1\n$$"
INLINE = "The share of a boat is $x_1 * y_2$ of the whole."
LANDINGS = f"Landings of the year are listed here.\n\n{TABLE}\n\n{CODE}\n\n{FORMULA}\n\n{INLINE}"
OF_THREE = ("Denis Pushilin, who leads", 'Should the referendum bring "a positive decision"', "we have no doubt")


def fill(seeds: Path, folder: Path) -> Path:
    """The library and its chat of four turns, in a folder that does not exist yet."""
    shutil.copytree(seeds, folder)
    odd = [
        Document(id="odd/id #1?&", title=HOSTILE, source=HOSTILE, text=f"The xylophone choir sings {HOSTILE} daily."),
        Document(id="long", title="L" * 150, text="Filler sentence. 😀\n\n" * 400 + "The zeppelin moored at noon."),
        Document(id="word", title="A word", text=f"The walrus said {'x' * 300} twice."),
        Document(id="arabic", title="الميناء", text="افتتح الميناء الجديد في مدينة سالتمير يوم الجمعة."),
        Document(id="landings", title="Landings", text=LANDINGS, media_type="text/markdown"),
    ]
    with Library(folder, settings=load_settings(llm="none")) as library:
        assert not library.add(odd).failed
        questions = (
            QUESTION,
            "What did the walrus say?",
            "متى افتتح الميناء الجديد؟",
            "Which landings of the year are listed?",
        )
        leads, *others, landings = (library.ask(question) for question in questions)
        annotated = _annotated(leads, library.document(leads.citations[0].document.id))
    with Conversations(folder / "conversations.db") as conversations:
        chat = conversations.begin(OWNER, QUESTION, {})
        for place, answer in enumerate([annotated, *others, _in_blocks(landings)]):
            conversations.append(chat, place, answer_json(answer))
    return folder


@contextmanager
def visiting_earlier(browser: Browser, address: str, folder: Path, **options: Any) -> Iterator[Visit]:
    """The chat that was had before, opened by its address."""
    context = browser.new_context(**options)
    context.add_cookies([{"name": "footnote_browser", "value": OWNER, "url": address}])
    with Conversations(folder / "conversations.db") as conversations:
        chat = conversations.chats(OWNER)[-1]
    with watching(context, f"{address}/?chat={chat.id}") as visit:
        visit.page.locator(".turn").nth(3).wait_for(timeout=60_000)
        yield visit
    context.close()


def _annotated(answer: Answer, document: Document) -> Answer:
    """With a statement that has three quotes, a sentence that nothing carries, and sources that disagree."""
    first = answer.citations[0]

    def quoted(number: int, words: str) -> Any:
        start = document.text.index(words)
        return replace(
            first, number=number, quote=replace(first.quote, start=start, end=start + len(words), text=words)
        )

    citations = tuple(quoted(number, words) for number, words in enumerate(OF_THREE, start=1))
    leads = Statement("Denis Pushilin leads it, and has no doubt.", (1, 2, 3), "supported")
    doubt = Statement(
        f"It has 7 million people {HOSTILE}", support="unsupported", reasons=("the quote does not say 7",)
    )
    values = [
        {
            "value": value, "document_id": document.id, "title": document.title, "source": "Gazette",
            "date": "2022-09-20", "start": first.quote.start, "end": first.quote.end,
            "quote": first.quote.text, "url": first.url, "newer": newer,
        }
        for value, newer in (("Denis Pushilin", False), (HOSTILE, True))
    ]  # fmt: skip
    conflict = {"subject": "who leads it", "values": values, "superseded": True, "text": "The newer one is shown."}
    return replace(answer, mode="written", statements=(leads, doubt), citations=citations, conflicts=(conflict,))


def _in_blocks(answer: Answer) -> Answer:
    """A model's own table, code and formula, the code unsupported."""
    said = [
        Statement("The landings are these.", (1,), "supported"), Statement(TABLE, (1,), "supported"),
        Statement(CODE, support="unsupported", reasons=("no quote says so",)), Statement(FORMULA, (1,), "supported"),
        Statement(INLINE, (1,), "supported"),
    ]  # fmt: skip
    return replace(answer, mode="written", statements=tuple(said))
