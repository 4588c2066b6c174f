"""The words that a link to a source means: from the answer that quotes them, for links carry only where they stood.

Knows stored answers and links; nothing of servers or of how a source is shown.
"""

from collections.abc import Iterator
from typing import Any

from rag.conversations import Conversations
from rag.records import Document, Span
from ui.sources import Link, Wanted


def with_words(link: Link, document: Document, conversations: Conversations) -> Link:
    """The link with its answer's other quotes of this document, and with the words of an earlier version."""
    answer = conversations.answer(link.answer) if link.answer else None
    if link.answer and answer is None:
        link = Link(link.shown, link.others)  # nobody is led on with an answer that is gone
    cited = tuple(_cited(answer or {}, document.id))
    shown = link.shown
    if shown is not None and not document.sha256.startswith(shown.version):
        known = [
            *cited,
            *(one for kept in conversations.of_document(document.id) for one in _quoted(kept, document.id)),
        ]
        words = next((one.words for one in known if one.span == shown.span and _fits(one, shown)), "")
        shown = Wanted(shown.span, shown.version, words)
    others = tuple(one for one in cited if shown is None or one.span != shown.span)
    return Link(shown, (*link.others, *others), link.answer)


def _fits(known: Wanted, wanted: Wanted) -> bool:
    """Whether they may be of one version: evidence that an answer did not cite is kept without its version."""
    return not known.version or known.version.startswith(wanted.version)


def _cited(answer: dict[str, Any], document_id: str) -> Iterator[Wanted]:
    for citation in answer.get("citations", ()):
        if citation["document"]["id"] == document_id:
            span = Span(citation["start"], citation["end"])
            yield Wanted(span, citation["document"]["sha256"][:12], citation["quote"])


def _quoted(answer: dict[str, Any], document_id: str) -> Iterator[Wanted]:
    """What an answer quotes of a document, and the evidence that it showed."""
    yield from _cited(answer, document_id)
    for passage in answer.get("passages", ()):
        if passage["document_id"] == document_id:
            for quote in passage.get("evidence", ()):
                yield Wanted(Span(quote["start"], quote["end"]), "", quote["quote"])
