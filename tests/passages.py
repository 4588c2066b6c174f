"""A report of which statements are made, and passages of it."""

from datetime import date

from rag.records import Chunk, Document, Passage
from rag.sentences import sentence_spans

TUESDAY = date(2031, 4, 15)
NEWS = (
    "The council of Orrin Vale rejected the tram plan on Monday by 21 votes to 16. "
    'Mayor Lena Sandoval had campaigned for it. "We will try again," she said. '
    "The line would have cost 340 million crowns, twice the first estimate."
)


def passage(text: str = NEWS, number: int = 1) -> Passage:
    document = Document(id=f"d{number}", text=text, title="Tram plan rejected", date=TUESDAY, source="Vale Herald")
    chunk = Chunk(f"c{number}", document.id, 0, 0, len(text), text, tuple(sentence_spans(text)))
    return Passage(number, chunk, document.without_text, 1.0)
