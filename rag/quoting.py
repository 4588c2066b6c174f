"""Passages -> an answer of quotes: which sentences, in which order, and how each is introduced.

What is shown where no model writes, or nothing of what it wrote can be shown. Knows nothing of models or of checking.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.alone import leans
from rag.answer_types import holds_type, wanted_type
from rag.attributing import introduction, said_in
from rag.inert import inert
from rag.records import Citation, Evidence, Passage, Quote, Statement, ranked_evidence
from rag.sections import section_of, without_signs
from rag.speakers import Speaker, mentions_speaker
from rag.words import content_words

_MOST_QUOTES = 3
# A further sentence is quoted where its score is such a share of the best one's: one time in three.
_NEARLY_AS_GOOD = 0.82
_SAME_WORDS = 0.8
_LONGEST_BEFORE = 40  # words: a longer sentence is no help to read another
_LONGEST_TOGETHER = 60  # words of a quote and the sentence that leads it on


@dataclass(frozen=True, slots=True)
class Quoted:
    """An answer of quotes, and how it is shown: a line a document or section, its quotes in the order of its text."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    text: str


def quoted(passages: Sequence[Passage], question: str = "", of_each: bool = False) -> Quoted:
    """The best evidence sentence, and the next two where they are nearly as good; or the best one `of_each` passage.

    One that leans on the sentence before it ("He ...") is quoted with that, and with the sentence after it where that
    leans on it ("It was at a wedding.") or has what the question asks for and the first one lacks: a name, a number or
    a time. Neighbours are one quote.
    """
    ranked = ranked_evidence(passages)
    best = [one for one in ranked if one.quote == one.passage.evidence[0]] if of_each else _chosen(ranked)
    chosen = [(one.passage, _with_what_it_leans_on(one)) for one in best]
    if not of_each:
        chosen = [(passage, _led_on(passage, quote, question)) for passage, quote in chosen]
    places = list(dict.fromkeys(_place(*one) for one in chosen))
    chosen.sort(key=lambda one: (places.index(_place(*one)), one[1].start))
    citations, statements = [], []
    for number, (passage, quote) in enumerate(_joined(chosen), start=1):
        introduced = introduction(passage.document, section_of(passage, quote), _unnamed_speaker(passage, quote))
        shown = without_signs(quote)
        citations.append(Citation(number, passage.number, shown, passage.document))
        statements.append(Statement(shown.text, (number,), "supported", introduction=introduced))
    return Quoted(tuple(statements), tuple(citations), "\n\n".join(_lines(statements, citations)))


def _chosen(ranked: Sequence[Evidence]) -> Iterator[Evidence]:
    seen: list[frozenset[str]] = []
    for evidence in ranked:
        words = content_words(evidence.quote.text)
        if len(seen) == _MOST_QUOTES or evidence.score < _NEARLY_AS_GOOD * ranked[0].score:
            return
        if any(len(words & other) >= _SAME_WORDS * min(len(words), len(other)) for other in seen):
            continue  # a copy, or a sentence that says no more
        seen.append(words)
        yield evidence


def _with_what_it_leans_on(evidence: Evidence) -> Quote:
    """The sentence, with the one before it in its chunk where it cannot be understood alone."""
    quote, chunk = evidence.quote, evidence.passage.chunk
    starts = [start for start, _ in chunk.sentences]
    place = starts.index(quote.start) if quote.start in starts else 0
    if not place or not leans(quote.text):
        return quote
    start, end = chunk.sentences[place - 1]
    if (start, end) in evidence.passage.instructions or len(
        chunk.text[start - chunk.start : end - chunk.start].split()
    ) > _LONGEST_BEFORE:
        return quote
    return Quote(quote.document_id, start, quote.end, chunk.text[start - chunk.start : quote.end - chunk.start])


def _led_on(passage: Passage, quote: Quote, question: str) -> Quote:
    """The quote with the sentence after it, where that leans on it or completes it, and both are not too long."""
    chunk = passage.chunk
    after = next((span for span in chunk.sentences if span.start >= quote.end), None)
    if after is None or after in passage.instructions:
        return quote
    between = chunk.text[quote.end - chunk.start : after.start - chunk.start]
    whole = chunk.text[quote.start - chunk.start : after.end - chunk.start]
    further = whole[-(after.end - after.start) :]
    if "\n" in between or len(whole.split()) > _LONGEST_TOGETHER:
        return quote
    if leans(further) or _completes(question, quote.text, further):
        return Quote(quote.document_id, quote.start, after.end, whole)
    return quote


def _completes(question: str, text: str, further: str) -> bool:
    """Whether a further sentence has the kind of thing that a question asks for, which the text has not."""
    own, next_ones = holds_type(wanted_type(question), question, [text, further])
    return bool(next_ones > own)


def _joined(chosen: Sequence[tuple[Passage, Quote]]) -> Iterator[tuple[Passage, Quote]]:
    """Quotes that touch or overlap in one passage as one."""
    held: tuple[Passage, Quote] | None = None
    for passage, quote in chosen:
        if held and held[0] is passage and _touch(passage, held[1], quote):
            chunk, start, end = passage.chunk, held[1].start, max(held[1].end, quote.end)
            text = chunk.text[start - chunk.start : end - chunk.start]
            held = (passage, Quote(quote.document_id, start, end, text))
            continue
        if held:
            yield held
        held = (passage, quote)
    if held:
        yield held


def _place(passage: Passage, quote: Quote) -> tuple[str, str]:
    """The document and the section of it that a quote stands in."""
    return quote.document_id, section_of(passage, quote)


def _touch(passage: Passage, first: Quote, second: Quote) -> bool:
    chunk = passage.chunk
    return second.start <= first.end or not chunk.text[first.end - chunk.start : second.start - chunk.start].strip()


def _unnamed_speaker(passage: Passage, quote: Quote) -> Speaker | None:
    """The first who makes the claim of one of the quote's sentences, where its words do not name him up to there."""
    for start, end in passage.chunk.sentences:
        if quote.start <= start and end <= quote.end:
            text = quote.text[start - quote.start : end - quote.start]
            speaker = said_in(passage, Quote(quote.document_id, start, end, text)).speaker
            if speaker:
                return None if mentions_speaker(quote.text[: end - quote.start], speaker) else speaker
    return None


def _lines(statements: Sequence[Statement], citations: Sequence[Citation]) -> Iterator[str]:
    """A line for the quotes of one document with one introduction."""
    introduced = zip(statements, citations, strict=True)
    for (_, words), group in itertools.groupby(introduced, lambda one: (one[1].document.id, one[0].introduction)):
        quotes = (f"{inert(_in_quotation_marks(said.text))} [{citation.number}]" for said, citation in group)
        yield f"{inert(words)}: {' … '.join(quotes)}"


def _in_quotation_marks(text: str) -> str:
    """On one line, in marks that the words themselves do not use."""
    opening, closing = "«»" if re.search('["“”]', text) else "“”"
    return f"{opening}{' '.join(text.split())}{closing}"
