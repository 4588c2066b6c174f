"""Answers and passages -> HTML, by templates that escape everything that they are given.

Knows nothing of servers or of Gradio, but for one trait of its HTML component: see `for_gradio`.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment
from markupsafe import Markup, escape

from rag.inert import visible
from rag.prompting import describe
from rag.records import Answer, Citation, Passage, Quote, Span, source_url
from ui import templating
from ui.explaining import asked_lines, passage_lines

PLAIN = "footnote-text"
"""The class of text that is no finished answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document's text, marked or not."""

    text: str
    marked: bool = False


def answer_html(answer: Answer) -> str:
    """A finished answer: its statements with their citations, and what a reader should know of it."""
    citations = {citation.number: citation for citation in answer.citations}
    return _render("answer.html", answer=answer, asked=asked_lines(answer.query), citations=citations)


def passages_html(passages: Sequence[Passage]) -> str:
    """The passages beside the chat, each with its evidence marked, a link to its source, and why it was chosen."""
    cards = [(passage, _passage_parts(passage), passage_lines(passage)) for passage in passages]
    return _render("passages.html", cards=cards)


def plain_html(text: str) -> str:
    """A question, or text that is still being written."""
    return str(Markup("<div class='{}'>{}</div>").format(PLAIN, _breaks(visible(text))))


def error_html(message: str) -> str:
    return str(Markup("<div class='footnote-error' role='alert'>{}</div>").format(visible(message)))


def for_gradio(html: str) -> str:
    """Gradio's HTML component evaluates template strings in its value: no `$`, `{` or backtick reaches it."""
    return html.replace("$", "&#36;").replace("{", "&#123;").replace("`", "&#96;")


def _split(text: str, span: Span) -> list[Part]:
    parts = [Part(text[: span.start]), Part(text[span.start : span.end], True), Part(text[span.end :])]
    return [part for part in parts if part.text]


def _passage_parts(passage: Passage) -> list[Part]:
    chunk = passage.chunk
    best: Quote | None = passage.evidence[0] if passage.evidence else None
    return _split(chunk.text, Span(best.start - chunk.start, best.end - chunk.start)) if best else [Part(chunk.text)]


def _citation_title(citation: Citation) -> str:
    return f"{describe(citation.document)}: {' '.join(citation.quote.text.split())}"


def _breaks(text: str) -> Markup:
    """One line of HTML: Gradio's Markdown ends an HTML block at an empty line."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


@functools.cache
def _environment() -> Environment:
    environment = templating.environment()
    environment.filters |= {"describe": describe, "breaks": _breaks, "citation_title": _citation_title}
    environment.globals |= {"source_url": source_url}
    return environment
