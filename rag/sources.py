"""A sentence of a passage, as what may carry a statement: with its numbers and dates, and with what stands around it.

Knows passages; nothing of statements or of what they must agree in.
"""

from dataclasses import dataclass

from rag.moments import Moment, moments
from rag.quantities import Quantity, quantities
from rag.records import Passage, Quote


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a passage; `around` are all of the passage's sentences, of which it is number `place`."""

    passage: Passage
    quote: Quote
    around: tuple[str, ...]
    place: int

    @property
    def text(self) -> str:
        return self.quote.text

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
        return moments(self.text, self.passage.document.day)

    def quantities_of(self, text: str) -> tuple[Quantity, ...]:
        """The numbers of a text that are no dates beside this source's date."""
        dates = (one for one in moments(text, self.passage.document.day) if not one.text.endswith("ago"))
        return quantities(text, tuple(date.span for date in dates))


def sources_of(passage: Passage) -> tuple[Source, ...]:
    """The sentences of a passage that may carry a statement, in order: not those that tell a machine what to do."""
    chunk = passage.chunk
    texts = chunk.texts
    return tuple(
        Source(passage, Quote(chunk.document_id, start, end, text), texts, place)
        for place, ((start, end), text) in enumerate(zip(chunk.sentences, texts, strict=True))
        if (start, end) not in passage.instructions
    )
