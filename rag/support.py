"""A statement and passages -> the quotes that carry it, or the reasons why none do.

One sentence carries a statement where every gate lets it through and its wording is near enough; or two do, each for
the parts that it is nearest to. Knows passages; nothing of whole answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rag.gates import Source, objections, sources_of
from rag.moments import moments, told_by
from rag.names import name_words, named, proper_names
from rag.quantities import quantities, same
from rag.records import Passage, Span
from rag.statements import parts
from rag.words import Word, located_words
from rag.wording import Wording

_CONSIDERED = 8  # sentences, of twice as many whose facts are looked at
_PAIRS = 6
_WORTH_A_QUOTE = 0.08  # share of the words that a second quote must add
_AS_GOOD = 0.12  # less than the best sentence that another may cover
_TIE = 0.05


@dataclass(frozen=True, slots=True)
class Support:
    """The quotes that carry a statement; where there are none, the reasons why the likeliest do not."""

    quotes: tuple[Source, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """A statement beside candidates: `covered` (words, sources) says how near each word is to the nearest of a source."""

    text: str
    words: tuple[Word, ...]
    sources: Sequence[Source]
    covered: np.ndarray

    @property
    def content(self) -> list[int]:
        return [i for i, word in enumerate(self.words) if word.content] or list(range(len(self.words)))

    def share(self, columns: Sequence[int]) -> float:
        """Of the words that carry meaning, covered by some of the sources together."""
        return float(self.covered[self.content][:, list(columns)].max(axis=1).mean())


def find_support(statement: str, passages: Sequence[Passage], wording: Wording) -> Support:
    """The best one or two sentences of the passages that carry a statement."""
    read = _read(statement, [source for passage in passages for source in sources_of(passage)], wording)
    if not read.sources or not read.words:
        return Support(reasons=("no passage is cited",))
    reasons: tuple[str, ...] = ()
    for chosen in _options(read):
        objected = _objections(read, chosen, wording)
        if not objected:
            return Support(tuple(read.sources[i] for i in chosen))
        reasons = reasons or objected
    return Support(reasons=reasons)


def _read(statement: str, sources: Sequence[Source], wording: Wording) -> _Read:
    """With the likeliest sources only, and the numbers, dates and names that each has counted as covered."""
    words = located_words(statement)
    covered = wording.coverage(words, [source.text for source in sources])
    content = [i for i, word in enumerate(words) if word.content] or list(range(len(words)))
    if not words or not len(sources):
        return _Read(statement, words, (), covered)
    likeliest = np.argsort(-covered[content].mean(axis=0), kind="stable")[: 2 * _CONSIDERED].tolist()
    kept = [sources[i] for i in likeliest]
    covered = covered[:, likeliest].copy()
    for column, source in enumerate(kept):
        for span, found in _facts(statement, source):
            inside = [i for i, word in enumerate(words) if span.start <= word.start < span.end]
            covered[inside, column] = float(found)
    return _Read(statement, words, kept, covered)


def _facts(statement: str, source: Source) -> list[tuple[Span, bool]]:
    """Where the statement has a number, a date or a name, and whether a source has the same."""
    day = source.passage.document.day
    dates, theirs = moments(statement, day), moments(source.text, day)
    numbers = quantities(statement, tuple(date.span for date in dates))
    counted = quantities(source.text, tuple(date.span for date in theirs))
    words = name_words(source.text)
    return [
        *((date.span, told_by(date, theirs)) for date in dates),
        *((number.span, any(same(number, other) for other in counted)) for number in numbers),
        *((name.span, True) for name in proper_names(statement) if named(name, words)),
    ]


def _options(read: _Read) -> list[tuple[int, ...]]:
    """Single sources that cover about as much as the best, the most first, then pairs that cover more than either."""
    columns = sorted(range(len(read.sources)), key=lambda i: -read.share([i]))[:_CONSIDERED]
    best = read.share(columns[:1])
    singles = [(i,) for i in columns if read.share([i]) >= best - _AS_GOOD]
    gains = {}
    for pair in combinations(columns, 2):
        share = read.share(pair)
        if share >= max(read.share(pair[:1]), read.share(pair[1:])) + _WORTH_A_QUOTE and share >= best:
            gains[pair] = share
    return [*singles, *sorted(gains, key=lambda pair: -gains[pair])[:_PAIRS]]


def _objections(read: _Read, chosen: Sequence[int], wording: Wording) -> tuple[str, ...]:
    quoted = [read.sources[i] for i in chosen]
    reasons: list[str] = []
    if len(chosen) == 1:
        reasons.extend(objections(read.text, read.text, quoted[0]))
    else:
        for part, mains in _parts(read, chosen):
            tried = [
                objections(part, read.text, main, [other for other in quoted if other is not main]) for main in mains
            ]
            reasons.extend(min(tried, key=len))
    if not reasons:
        doubt = wording.doubt(read.text, " ".join(source.text for source in quoted), read.share(chosen))
        reasons.extend([doubt] if doubt else [])
    return tuple(dict.fromkeys(reasons))


def _parts(read: _Read, chosen: Sequence[int]) -> list[tuple[str, list[Source]]]:
    """Each part with the chosen sources that cover the most of its words, names not counted."""
    found, start = [], 0
    for part in parts(read.text):
        own = range(start, start + len(located_words(part)))
        start = own.stop
        content = [i for i in own if read.words[i].content]
        plain = [i for i in content if not read.words[i].capital] or content or list(own)
        shares = read.covered[plain][:, list(chosen)].mean(axis=0)
        order = np.argsort(-shares, kind="stable").tolist()
        found.append((part, [read.sources[chosen[i]] for i in order if shares[i] >= shares.max() - _TIE]))
    return found
