"""The library that a question set is asked of: where it is kept, and evidence under its ids and offsets.

Knows the library through its public calls only; nothing of metrics or runs.
"""

import hashlib
import inspect
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import platformdirs

from evals.metrics import Range, bare
from evals.questions import Gold, Question, QuestionSet
from rag import blocks, chunking, sentences
from rag.encoder import load_encoder
from rag.errors import QuestionError
from rag.library import Library
from rag.records import Span
from rag.settings import Settings


def library_folder(asked: QuestionSet, settings: Settings) -> Path:
    """Where the library of a set's own corpus is kept for the next run, as long as texts are cut and encoded alike."""
    content = hashlib.sha256(repr(asked.corpus).encode("utf-8", "surrogatepass")).hexdigest()
    cutting = [inspect.getsource(module) for module in (blocks, sentences, chunking)]
    index = f"{load_encoder(settings.encoder).fingerprint}-{settings.chunk_tokens}-{cutting}-{chunking.COSTS}-{content}"
    name = hashlib.sha256(index.encode()).hexdigest()[:16]
    return Path(platformdirs.user_cache_dir("footnote")) / "evals" / f"{asked.name}-{name}"


def resolved(questions: Sequence[Question], library: Library) -> list[Question]:
    """The questions with their evidence under the library's ids and, where it is quoted, at the stored text's offsets.

    Two copies of a text are one document there. Raises QuestionError where the library lacks a document.
    """
    ids = _names(library, questions)
    texts: dict[str, str] = {}

    def found(gold: Gold) -> Gold:
        document_id = ids[gold.doc_id]
        if gold.quote and document_id not in texts:
            texts[document_id] = library.document(document_id).text
        span = located(gold, texts[document_id]) if gold.quote else None
        start, end = span or (None, None)
        return replace(gold, doc_id=document_id, start=start, end=end)

    return [replace(question, evidence=tuple(map(found, question.evidence))) for question in questions]


def gold_chunks(question: Question, library: Library) -> list[Range]:
    """Where all chunks of the documents lie that the evidence quotes."""
    quoted = dict.fromkeys(gold.doc_id for gold in question.evidence if gold.start is not None)
    return [Range(document_id, *span) for document_id in quoted for span in library.chunk_spans(document_id)]


def located(gold: Gold, text: str) -> Span | None:
    """Where a quote stands: at its own offsets if it stands there, else at its first occurrence, white space aside.

    Offsets of a file are those of its own text, and what is stored of that has been normalised.
    """
    quote = bare(gold.quote)
    if gold.start is not None and gold.end is not None and gold.start >= 0:
        span = Span(gold.start, gold.end)
        if quote and bare(text[span.start : span.end]) == quote:
            return span
    first = bare(text).find(quote)
    if not quote or first < 0:
        return None
    places = [place for place, character in enumerate(text) if not character.isspace()]
    return Span(places[first], places[first + len(quote) - 1] + 1)


def _names(library: Library, questions: Sequence[Question]) -> dict[str, str]:
    """Every name that a question may give to a document -> its id.

    An id wins over a location, a location over the last part of one, and the newer of two documents over the older.
    """
    documents = library.documents()
    held = [(location, document.id) for document in documents for location in document.locations]
    ids = {document.id: document.id for document in documents}
    for name, document_id in [*held, *((location.split("/")[-1], document_id) for location, document_id in held)]:
        ids.setdefault(name, document_id)
    missing = sorted({gold.doc_id for question in questions for gold in question.evidence} - set(ids))
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise QuestionError(
            f"the library at {library.folder} lacks {missing[0]!r}{more}, which the questions' evidence names; "
            "add them, or name their corpus with --corpus"
        )
    return ids
