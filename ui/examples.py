"""A library -> questions that its documents answer, for whoever does not know yet what to ask.

Made by rules from the sentences that documents begin with, and kept only where a search finds its answer in the very
document that it was made from. The last one is about all of them.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from rag.library import Library
from rag.mentions import Mention, names_in
from rag.records import Document
from rag.retrieval import relevant
from rag.sentences import sentence_spans

_DOCUMENTS = 24  # that are looked at, the newest first
_SENTENCES = 6
_SEVERAL = 3  # documents, of which an overview tells more than each
_SAYS = re.compile(r"\s+(?:has |have )?(?:said|told|warned|announced|wrote|explained|called|described)\b")
_IS = re.compile(
    r"(?: \([^()]*\))?"  # when somebody lived
    r"(?:,? (?:who|which) |, (?:the|a|an|once|chair|head|editor|president)\b| (?P<verb>is|was) (?:the|a|an)\b)"
)
_PERSONAL = re.compile(r"\b(?:he|she)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def example_questions(library: Library, most: int = 4) -> list[str]:
    """At most one a document, each once, and one about them all. Takes a search for each that is tried."""
    documents = library.documents()
    about_all = _about_all(documents)
    found: list[str] = []
    for document in itertools.islice(documents, _DOCUMENTS):
        whole = library.document(document.id)
        question = next((one for one in _questions(whole) if one not in found and _answers(library, one, whole)), None)
        found += [question] if question else []
        if len(found) == most - len(about_all):
            break
    return [*found, *about_all]


def _about_all(documents: Sequence[Document]) -> list[str]:
    """What a few documents need not be asked."""
    if len(documents) < _SEVERAL:
        return []
    dated = sum(document.day is not None for document in documents)
    return ["What’s new?" if dated >= _SEVERAL else "What are these documents about?"]


def _questions(document: Document) -> Iterator[str]:
    """The likeliest to be answered first: of whom it says who they are, what they said, and then of any name."""
    spans = sentence_spans(document.text)[:_SENTENCES]
    sentences = [" ".join(document.text[span.start : span.end].split()) for span in spans]
    every = [(one, sentence[one.end :]) for sentence in sentences for one in names_in(sentence)]
    named = [(name, after) for name, after in every if _whole(name, after)]
    yield from (_who(name, found["verb"], document) for name, after in named if (found := _IS.match(after)))
    yield from (f"What did {name.text} say?" for name, after in named if _SAYS.match(after))
    yield from (f"What is said about {name.text}?" for name, _ in named if document.text.count(name.text) > 1)


def _whole(name: Mention, after: str) -> bool:
    """Whether a name says enough by itself, and is not the beginning of another: Donetsk People's Republic."""
    return len(_WORD.findall(name.text)) > 1 and not after.startswith(("'", "’"))


def _who(name: Mention, verb: str | None, document: Document) -> str:
    """Of whoever is surely a person, or is spoken of as one where the document is called after him or her."""
    named_after = document.title.startswith(name.text) and _PERSONAL.search(document.text)
    if name.kind == "person" or named_after:
        return f"Who {verb or 'is'} {name.text}?"
    return f"What is said about {name.text}?"


def _answers(library: Library, question: str, document: Document) -> bool:
    passages = library.search(question, limit=1)
    return relevant(passages) and passages[0].document.id == document.id
