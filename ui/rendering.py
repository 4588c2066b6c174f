"""Answers, passages and chats -> HTML, by templates that escape everything that they are given.

Knows nothing of servers or of Gradio, but for one trait of its Markdown component: see `for_gradio`.
"""

import functools
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from rag.blocks import blocks
from rag.conversations import Chat, Turn
from rag.dates import parse_day
from rag.prompting import describe
from rag.publishing import how_new
from rag.records import Answer, Passage, Span, Statement, source_url
from rag.restoring import answer_of
from rag.searching import written
from rag.understood import given_dates, given_documents, searched_dates, searched_wording, understood
from ui import templating
from ui.explaining import passage_lines
from ui.marking import Part, drawn, parts_of

# What is said of a question, the button that takes it back, and what that is called.
_TAKEN_BACK = {
    searched_wording: ("as-written", "Ask it as it is written"),
    searched_dates: ("any-date", "Ask again for any date"),
    given_dates: ("all-dates", "Ask again without these dates"),
    given_documents: ("all-documents", "Ask again of all documents"),
}


def heading_html() -> str:
    """The page's name, between the buttons that narrow screens have."""
    return for_gradio(_render("heading.html"))


def turns_html(turns: Sequence[Turn], *, last: bool) -> str:
    """Questions with their answers; where they end with the `last` of the chat, that one can be asked anew."""
    rendered = (_turn_html(turn, last and place == len(turns)) for place, turn in enumerate(turns, start=1))
    return for_gradio("".join(rendered))


def writing_html(question: str, doing: str, text: str = "", passages: Sequence[Passage] = ()) -> str:
    """A question whose answer is still being written: what is being done, the text so far, what it may rest on."""
    return for_gradio(_render("writing.html", question=question, doing=doing, text=text, passages=passages))


def unanswered_html(question: str, said: str, *, error: bool = False) -> str:
    """A question that got no answer, and why."""
    return for_gradio(_render("unanswered.html", question=question, said=said, error=error))


def welcome_html(examples: Sequence[str], *, documents: int) -> str:
    """What stands where nothing has been asked yet."""
    return for_gradio(_render("welcome.html", examples=examples, documents=documents))


def chats_head_html() -> str:
    """What stands over the list of chats, and stays when that changes."""
    return for_gradio(_render("chats_head.html"))


def chats_html(chats: Sequence[Chat], opened: str) -> str:
    """The list of earlier chats, with the one that is `opened`."""
    return for_gradio(_render("chats.html", chats=chats, opened=opened))


def only_dates_html(after: str, before: str, words: str, written: str = "") -> str:
    """The dates that questions keep to, with a button that removes them; `written` is what chose them."""
    return for_gradio(_render("only_dates.html", after=after, before=before, words=words, written=written))


def passages_html(passages: Sequence[Passage]) -> str:
    """The passages beside the chat, each with its evidence marked, a link to its source, and why it was chosen."""
    cards = [(passage, _passage_parts(passage), passage_lines(passage)) for passage in passages]
    return for_gradio(_render("passages.html", cards=cards))


def answer_page(answer: Answer) -> str:
    """The page of one answer: what its permanent link opens."""
    return _render("answer_page.html", answer=answer, asked=understood(answer.query), **_answer_parts(answer))


def no_answer_page() -> str:
    return _render("no_answer.html")


def for_gradio(html: str) -> str:
    """Gradio's Markdown ends a block of HTML at an empty line, and reads what follows as Markdown: there is none."""
    return re.sub(r"\n\s*", "\n", html)


def _turn_html(turn: Turn, last: bool) -> str:
    answer = answer_of(turn.answer)
    asked = [(line, *_TAKEN_BACK[tell]) for tell in _TAKEN_BACK if (line := tell(answer.query))]
    return _render("turn.html", turn=turn, answer=answer, last=last, asked=asked, **_answer_parts(answer))


def _answer_parts(answer: Answer) -> Mapping[str, Any]:
    """What templates need of an answer beside itself."""
    documents = {passage.document.id: passage.document for passage in answer.passages}
    return {
        "citations": {citation.number: citation for citation in answer.citations},
        "closest": [
            (quote, documents[quote.document_id]) for quote in answer.closest if quote.document_id in documents
        ],
    }


def _passage_parts(passage: Passage) -> tuple[Part, ...]:
    chunk = passage.chunk
    quotes = [Span(one.start - chunk.start, one.end - chunk.start) for one in passage.evidence[:1]]
    return parts_of(chunk.text, quotes)


def _in_blocks(statements: Sequence[Statement]) -> list[tuple[bool, list[Statement]]]:
    """Neighbours that make one paragraph, and those that are tables, code or formulas, which stand by themselves."""
    grouped = itertools.groupby(statements, lambda one: all(block.is_prose for block in blocks(one.text)))
    return [(prose, list(group)) for prose, group in grouped]


def _breaks(text: str) -> Markup:
    """Lines of text, kept apart, also from what comes before and after the text."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _day(date: str | None) -> str:
    """An ISO 8601 date in words."""
    return written(parse_day(date)) if date else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


@functools.cache
def _environment() -> Environment:
    environment = templating.environment()
    environment.filters |= {
        "breaks": _breaks,
        "day": _day,
        "describe": describe,
        "drawn": drawn,
        "how_new": how_new,
        "in_blocks": _in_blocks,
        "one_line": _one_line,
        "written": written,
    }
    environment.globals |= {"source_url": source_url}
    return environment
