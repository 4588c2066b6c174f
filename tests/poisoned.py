"""The poisoned documents of tests/data/poisoned.jsonl, and what to look for in whatever is made of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt

from rag.inert import without_invisible
from tests.conftest import ROOT

HOSTILE = (
    "<img src=//evil.example/x.png onerror=alert(1)><script>alert(1)</script> ${alert(1)} {{7*7}} | "
    """[x](javascript:1) ![x](//evil.example/y) "double" 'single'"""
)
"""Text that would be something else in HTML, in a template or in Markdown."""

# What the templates themselves write; all that stands in texts must come out as text.
OWN_TAGS = {
    "a", "article", "blockquote", "body", "br", "button", "code", "del", "details", "div", "form", "h1", "h2", "h3",
    "head", "header", "html", "input", "label", "li", "link", "main", "mark", "meta", "nav", "ol", "p", "path", "pre",
    "q", "s", "script", "section", "span", "summary", "svg", "table", "tbody", "td", "th", "thead", "time", "title",
    "tr", "ul",
}  # fmt: skip
OWN_ATTRIBUTES = {
    "aria-busy", "aria-hidden", "aria-label", "aria-labelledby", "aria-pressed", "autocomplete", "autofocus", "charset",
    "class", "content", "d", "datetime", "defer", "dir", "hidden", "href", "id", "lang", "maxlength", "name",
    "placeholder", "rel", "role", "scope", "src", "tabindex", "target", "title", "type", "value", "viewbox",
}  # fmt: skip
MARKDOWN_THAT_ACTS = {"link_open", "image", "html_inline", "html_block"}


@dataclass(frozen=True)
class Poisoned:
    """A document as an attacker writes it, a question it should answer, and what must then not be in the answer."""

    id: str
    kind: str
    file_name: str
    text: str
    question: str
    must_not_show: tuple[str, ...]
    harmless_fact: str

    def in_(self, text: str) -> list[str]:
        """What of it a reader of the text would see."""
        return [words for words in self.must_not_show if words in text or words in without_invisible(text)]


def poisoned() -> list[Poisoned]:
    lines = (ROOT / "tests" / "data" / "poisoned.jsonl").read_text(encoding="utf-8").splitlines()
    return [Poisoned(**{**row, "must_not_show": tuple(row["must_not_show"])}) for row in map(json.loads, lines)]


def write_files(folder: Path) -> Path:
    folder.mkdir()
    for one in poisoned():
        (folder / one.file_name).write_text(one.text, encoding="utf-8")
    return folder


def acting_in_html(html: str) -> list[str]:
    """Elements and attributes that no template of ours writes, and addresses that lead elsewhere."""
    parser = _Acting()
    parser.feed(html)
    parser.close()
    return parser.found


def acting_in_markdown(text: str) -> list[str]:
    """What a renderer of Markdown would make of a text beyond paragraphs."""
    return list(_kinds(MarkdownIt("commonmark").parse(text)))


def _kinds(tokens: list) -> Iterator[str]:  # type: ignore[type-arg]
    for token in tokens:
        if token.type in MARKDOWN_THAT_ACTS:
            yield f"{token.type} {token.content or token.attrs}"
        yield from _kinds(token.children or [])


class _Acting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in OWN_TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            local = (value or "").startswith(("/source/", "/answer/", "/page/")) or value == "/"
            if (name not in OWN_ATTRIBUTES and not name.startswith("data-")) or (name in ("href", "src") and not local):
                self.found.append(f"{name}={value}")
