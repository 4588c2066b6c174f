"""Document -> Chunks: runs of whole sentences within a token budget, with exact offsets.

Knows how to count tokens only through the function it is given; nothing of encoders or storage.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from rag.records import Chunk, Document, Span
from rag.sentences import sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]

# WordPiece takes any word of more than 100 characters for one token, so tokens alone do not bound a chunk: every ten
# characters count as one at least.
_LONGEST_TOKEN = 10


def chunk_document(document: Document, count_tokens: CountTokens, budget: int) -> list[Chunk]:
    """Chunks of at most `budget` tokens that together hold every sentence, in order and of about equal size.

    A sentence longer than the budget is cut between words, or within one where it must be.
    """
    count_tokens = _at_least_by_length(count_tokens)
    spans = list(_pieces(document.text, sentence_spans(document.text), count_tokens, budget))
    counts = count_tokens([document.text[span.start : span.end] for span in spans])
    return [
        _chunk(document, ordinal, run)
        for ordinal, run in enumerate(_whole(document.text, _runs(spans, counts, budget), count_tokens, budget))
    ]


def header(document: Document) -> str:
    """What is encoded before a chunk's text so that title and outlet help to find it; never part of a quote."""
    return " · ".join(part for part in (document.title, document.source) if part)


def _at_least_by_length(count_tokens: CountTokens) -> CountTokens:
    known: dict[str, int] = {}  # cutting asks for the same sentences again

    def counted(texts: Sequence[str]) -> list[int]:
        new = [text for text in texts if text not in known]
        for count, text in zip(count_tokens(new) if new else (), new, strict=True):
            known[text] = max(count, -(-len(text) // _LONGEST_TOKEN))
        return [known[text] for text in texts]

    return counted


def _runs(spans: Sequence[Span], counts: Sequence[int], budget: int) -> Iterator[list[Span]]:
    """Runs within the budget, filled to the size at which all runs are about equal rather than to the brim."""
    even = sum(counts) / max(1, -(-sum(counts) // budget))
    run: list[Span] = []
    filled = 0
    for span, count in zip(spans, counts, strict=True):
        if run and (filled + count > budget or filled + count / 2 > even):
            yield run
            run, filled = [], 0
        run.append(span)
        filled += count
    if run:
        yield run


def _whole(text: str, runs: Iterator[list[Span]], count_tokens: CountTokens, budget: int) -> Iterator[list[Span]]:
    """Joined text can count more than its sentences do (a cut word, a byte-pair tokenizer): such a run is halved."""
    for run in runs:
        if len(run) > 1 and count_tokens([text[run[0].start : run[-1].end]])[0] > budget:
            middle = len(run) // 2
            yield from _whole(text, iter([run[:middle], run[middle:]]), count_tokens, budget)
        else:
            yield run


def _pieces(text: str, spans: Sequence[Span], count_tokens: CountTokens, budget: int) -> Iterator[Span]:
    """The same spans, with those that are too long cut in halves until they are not."""
    counts = count_tokens([text[span.start : span.end] for span in spans])
    for span, count in zip(spans, counts, strict=True):
        if span.end - span.start == 1 or count <= budget:
            yield span
        else:
            yield from _pieces(text, _halves(text, span), count_tokens, budget)


def _halves(text: str, span: Span) -> list[Span]:
    """Cut at the white space nearest to the middle, or at the middle itself."""
    middle = (span.start + span.end) // 2
    gaps = (i for i in range(span.start, span.end) if text[i].isspace())
    cut = min(gaps, key=lambda i: abs(i - middle), default=middle)
    halves = []
    for start, end in pairwise((span.start, cut, span.end)):
        stripped = text[start:end].strip()
        first = text.index(stripped, start)
        halves.append(Span(first, first + len(stripped)))
    return halves


def _chunk(document: Document, ordinal: int, run: Sequence[Span]) -> Chunk:
    start, end = run[0].start, run[-1].end
    text = document.text[start:end]
    content = hashlib.sha256(f"{header(document)}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()
    return Chunk(
        id=f"{document.id}:{start}:{content[:16]}",
        document_id=document.id,
        ordinal=ordinal,
        start=start,
        end=end,
        text=text,
        sentences=tuple(run),
    )
