"""The records that flow from a document to an answer: frozen, and without behaviour beyond derived properties.

Offsets everywhere count code points of a document's stored text. Knows nothing of storage, models or pages.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple
from urllib.parse import quote as percent_encode

Support = Literal["supported", "unsupported", "uncited"]
Mode = Literal["written", "quoted", "refused"]
Display = Literal["strict", "annotated"]
"""What becomes of a statement that nothing supports: it is not shown, or it is shown struck out and marked."""

_NEARLY_THE_BEST = 0.92  # of the best evidence's score


class Span(NamedTuple):
    """Code points `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A text with what is known of its origin. `sha256` is that of the UTF-8 text, and is computed where not given."""

    id: str
    text: str
    title: str = ""
    date: dt.date | dt.datetime | None = None
    date_origin: str = ""
    source: str = ""
    author: str = ""
    media_type: str = "text/plain"
    locations: tuple[str, ...] = ()
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.sha256:
            digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
            object.__setattr__(self, "sha256", digest)

    @property
    def day(self) -> dt.date | None:
        """The publication date without its time."""
        return self.date.date() if isinstance(self.date, dt.datetime) else self.date

    @property
    def origin(self) -> str:
        """The outlet, or who wrote it where there is none."""
        return self.source or self.author

    @property
    def without_text(self) -> "Document":
        """The same document as passages and citations carry it: the text stays in the catalog."""
        return replace(self, text="")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences: `document.text[start:end] == text`. `sentences` are spans of the document's text."""

    id: str
    document_id: str
    ordinal: int
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Those of its sentences."""
        return tuple(self.text[start - self.start : end - self.start] for start, end in self.sentences)


@dataclass(frozen=True, slots=True)
class EventBound:
    """A time told by an event: `event` is its noun phrase in the question's words, without the article."""

    relation: Literal["before", "after", "since", "until"]
    event: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a question may mean of what a library holds: the outlets of its documents and their days, each once."""

    outlets: tuple[str, ...] = ()
    days: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """Turns of a conversation: what they asked, from one that names something on, and what the last was answered.

    Each question is as it reads without those before it.
    """

    asked: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched for. `after` and `before` are inclusive days.

    `window` are the question's own words for these days; it is empty where the caller gave them, or nobody did. A
    `strict` window shuts out all other documents. `days` are single days and `sources` outlets that the question names,
    `latest` says that it wants the newest, and `event` bounds it without a date: such documents are preferred.
    `overview` says that it has no topic but a time, so that no passage is nearer to it than another. `told` are earlier
    answers, where it asks for more than they tell: a sentence that one of them has is no evidence. `earlier` are the
    turns before, where it names nothing itself: their words count too, and what tells of the same is preferred.
    `documents` are the ids of the only ones that are searched, where any are given. `any_time` says that no dates were
    to be read from the question.
    """

    text: str
    original: str
    asked_on: dt.date
    rewritten: bool = False
    after: dt.date | None = None
    before: dt.date | None = None
    window: str = ""
    strict: bool = True
    days: tuple[dt.date, ...] = ()
    sources: tuple[str, ...] = ()
    latest: bool = False
    event: EventBound | None = None
    overview: bool = False
    told: tuple[str, ...] = ()
    earlier: Earlier | None = None
    documents: tuple[str, ...] = ()
    any_time: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of a document: `document.text[start:end] == text`."""

    document_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as found for a query, numbered from 1; `evidence` are its best sentences, best first.

    `signals` are what its score was made of, `matched` the question's words that it holds. `copies` are other documents
    that say nearly the same: one story, and no second source. `instructions` are sentences that tell a machine what to
    do: they are no evidence, and carry no statement. `parts` is how much of each part of the question its best sentence
    for that covers. `sections` are the headings above and in its chunk, of a Markdown document, with where they begin.
    """

    number: int
    chunk: Chunk
    document: Document
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Quote, ...] = ()
    evidence_scores: tuple[float, ...] = ()
    matched: tuple[str, ...] = ()
    copies: tuple[Document, ...] = ()
    instructions: tuple[Span, ...] = ()
    parts: tuple[float, ...] = ()
    sections: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the query as it was searched for in the end, its passages, and what is to be said of both."""

    query: Query
    passages: tuple[Passage, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a passage and how well it fits the question."""

    passage: Passage
    quote: Quote
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that a shown answer uses; `number` counts distinct quotes in order of first use."""

    number: int
    passage: int
    quote: Quote
    document: Document

    @property
    def sha256(self) -> str:
        return self.document.sha256

    @property
    def url(self) -> str:
        return source_url(self.document, self.quote)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer without its markers, and whether its citations carry it.

    `introduction` are the words before a quoted one: its document, or its speaker and who reports him.
    """

    text: str
    citations: tuple[int, ...] = ()
    support: Support = "uncited"
    reasons: tuple[str, ...] = ()
    introduction: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown, stored, exported and returned: the same everywhere.

    `confidence` is how probable it was, before anything was written, that the documents answer the question.
    """

    id: str
    created: dt.datetime
    question: str
    query: Query
    text: str
    mode: Mode
    display: Display = "strict"
    statements: tuple[Statement, ...] = ()
    dropped: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    as_of: dt.date | None = None
    conflicts: tuple[Mapping[str, Any], ...] = ()
    closest: tuple[Quote, ...] = ()
    notices: tuple[str, ...] = ()
    timings_ms: Mapping[str, float | None] = field(default_factory=dict)
    usage: Mapping[str, int] = field(default_factory=dict)
    model: str = ""
    fingerprint: str = ""
    confidence: float = 0.0


def ranked_evidence(passages: Iterable[Passage]) -> list[Evidence]:
    """The evidence of all passages, best first."""
    every = [
        Evidence(passage, quote, score)
        for passage in passages
        for quote, score in zip(passage.evidence, passage.evidence_scores, strict=True)
    ]
    return sorted(every, key=lambda evidence: -evidence.score)


def best_evidence(passages: Iterable[Passage]) -> list[Evidence]:
    """The best evidence and what is about as good: an answer that rests on none of it answers some other question."""
    ranked = ranked_evidence(passages)
    return [evidence for evidence in ranked if evidence.score >= _NEARLY_THE_BEST * ranked[0].score]


def source_url(document: Document, quote: Quote | None = None) -> str:
    """Relative link to the source page; the hash lets a changed document say so instead of marking wrong words."""
    span = f"&start={quote.start}&end={quote.end}" if quote else ""
    return f"/source/{percent_encode(document.id, safe='')}?v={document.sha256[:12]}{span}"
