"""Document -> Chunks: runs of whole sentences within a token budget, with exact offsets.

Knows how to count tokens only through the function it is given; nothing of encoders or storage.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rag.records import Chunk, Document, Span
from rag.sentences import is_heading, sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]

# WordPiece takes any word of more than 100 characters for one token, so tokens alone do not bound a chunk: every ten
# characters count as one at least.
_LONGEST_TOKEN = 10


@dataclass(frozen=True, slots=True)
class Costs:
    """What a cut costs by where it is, and what a chunk costs that is twice as long as all are on average."""

    in_paragraph: float = 1.0
    after_line: float = 0.8
    after_paragraph: float = 0.0
    after_heading: float = 2.0
    uneven: float = 5.0  # by the square of what it is too long or too short


COSTS = Costs()
"""See `python -m evals.cutting`."""


def chunk_document(document: Document, count_tokens: CountTokens, budget: int) -> list[Chunk]:
    """Chunks of at most `budget` tokens that together hold every sentence, in order and of about equal size.

    A sentence longer than the budget is cut between words, or within one where it must be.
    """
    count_tokens = _at_least_by_length(count_tokens)
    spans = list(_pieces(document.text, sentence_spans(document.text), count_tokens, budget))
    counts = count_tokens([document.text[span.start : span.end] for span in spans])
    runs = _whole(document.text, _runs(document.text, spans, counts, budget), count_tokens, budget)
    return [_chunk(document, ordinal, run) for ordinal, run in enumerate(runs)]


def header(document: Document) -> str:
    """What is encoded before a chunk's text so that title and origin help to find it; never part of a quote."""
    return " · ".join(part for part in (document.title, document.origin) if part)


def _at_least_by_length(count_tokens: CountTokens) -> CountTokens:
    known: dict[str, int] = {}  # cutting asks for the same sentences again

    def counted(texts: Sequence[str]) -> list[int]:
        new = [text for text in texts if text not in known]
        for count, text in zip(count_tokens(new) if new else (), new, strict=True):
            known[text] = max(count, -(-len(text) // _LONGEST_TOKEN))
        return [known[text] for text in texts]

    return counted


def _runs(text: str, spans: Sequence[Span], counts: Sequence[int], budget: int) -> Iterator[list[Span]]:
    """Runs within the budget at the least cost: of about equal size, and cut between paragraphs where that can be."""
    even = sum(counts) / max(1, -(-sum(counts) // budget))
    costs = [*(_cost(text, one, other) for one, other in pairwise(spans)), 0.0]
    filled = np.concatenate([[0], np.cumsum(counts)])
    first = np.searchsorted(filled, filled - budget)  # the earliest begin of a run that ends there
    least = np.zeros(len(spans) + 1)  # the cost of the best runs of the first n spans, and where the last one begins
    begins = np.zeros(len(spans) + 1, int)
    for end in range(1, len(spans) + 1):
        latest_first = slice(end - 1, None if (stop := min(first[end], end - 1) - 1) < 0 else stop, -1)
        uneven = COSTS.uneven * ((filled[end] - filled[latest_first]) / even - 1) ** 2
        place = np.argmin(least[latest_first] + uneven)
        begins[end] = end - 1 - place
        least[end] = least[begins[end]] + uneven[place] + costs[end - 1]
    ends = [len(spans)]
    while ends[-1]:
        ends.append(int(begins[ends[-1]]))
    for start, end in pairwise(reversed(ends)):
        yield list(spans[start:end])


def _cost(text: str, one: Span, other: Span) -> float:
    """Of a cut between two neighbouring sentences."""
    if is_heading(text, one.start):
        return COSTS.after_heading
    lines = text.count("\n", one.end, other.start)
    return COSTS.in_paragraph if not lines else COSTS.after_line if lines == 1 else COSTS.after_paragraph


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
