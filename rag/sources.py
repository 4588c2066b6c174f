"""A sentence of a passage, as what may carry a statement: with its numbers and dates, and with what stands around it.

Knows passages; nothing of statements or of what they must agree in.
"""

from dataclasses import dataclass

from rag.counted_dates import moments_after
from rag.moments import Moment, moments
from rag.quantities import Quantity, quantities
from rag.records import Passage, Quote, Span
from rag.tables import Row, rows_of


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a passage, and what it says as `text`: a `row` of a table says what stands over its columns too.

    `around` is what all of the passage's sentences say, of which it is number `place`.
    """

    passage: Passage
    quote: Quote
    text: str
    around: tuple[str, ...]
    place: int
    row: Row | None = None

    @property
    def before(self) -> tuple[str, ...]:
        return self.around[: self.place]

    @property
    def after(self) -> str:
        return self.around[self.place + 1] if self.place + 1 < len(self.around) else ""

    @property
    def context(self) -> tuple[str, ...]:
        """The sentences of its passage, and what is known of the document beside its text."""
        document = self.passage.document
        return *self.around, f"{document.title} ({document.source}, {document.author})"

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        return self.quantities_of(self.text)

    @property
    def moments(self) -> tuple[Moment, ...]:
        return moments_after(self.before, self.text, self.passage.document.day)

    def quantities_of(self, text: str) -> tuple[Quantity, ...]:
        """The numbers of a text that are no dates beside this source's date."""
        dates = (one for one in moments(text, self.passage.document.day) if not one.text.endswith("ago"))
        return quantities(text, tuple(date.span for date in dates))


def sources_of(passage: Passage, whole_tables: bool = False) -> tuple[Source, ...]:
    """The sentences of a passage that may carry a statement, in order: not those that tell a machine what to do.

    A row of a table is one by itself, unless these are wanted whole: what stands in another row is of something else.
    """
    chunk = passage.chunk
    pieces: list[tuple[Span, str, Row | None]] = []
    for sentence, text in zip(chunk.sentences, chunk.texts, strict=True):
        rows = () if whole_tables else rows_of(text)
        pieces += [(sentence, row.said, row) for row in rows] or [(sentence, text, None)]
    around = tuple(said for _, said, _ in pieces)
    return tuple(
        Source(passage, _quote(passage, sentence, row), said, around, place, row)
        for place, (sentence, said, row) in enumerate(pieces)
        if sentence not in passage.instructions
    )


def _quote(passage: Passage, sentence: Span, row: Row | None) -> Quote:
    chunk = passage.chunk
    start, end = (sentence.start + row.span.start, sentence.start + row.span.end) if row else sentence
    return Quote(chunk.document_id, start, end, chunk.text[start - chunk.start : end - chunk.start])
