"""A question's words: their weights in this library, their word pieces, and which of them full text searches for."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.catalog import Catalog
from rag.matching import Matcher
from rag.records import Query
from rag.words import bare_words, stop_words

# Rows that full text may have to rank for the common words of a question.
_MOST_MATCHES = 5_000
# What relevance is owed for a long question and denied for a large library, times a logarithm: one sentence covers less
# of a long question, and among more chunks something always comes near.
_LONG_QUESTION = 0.15
_LARGE_LIBRARY = 0.08
# Of words that rewriting put into a follow-up, and of words of the turns that it leans on; its own weigh 1.
_PUT_IN = 0.7
_LENT = 0.5


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The words of a question that carry its meaning, those of them that full text searches for, and word pieces.

    `pieces`, `weights` and `owners` are one for each piece: rare words weigh more, all weights add up to 1, and the
    owner is the place of the piece's word in `words`. `allowance` is added to every passage's relevance.
    """

    words: tuple[str, ...]
    searched: tuple[str, ...]
    pieces: np.ndarray
    weights: np.ndarray
    owners: np.ndarray
    allowance: float


def telling_words(text: str) -> tuple[str, ...]:
    """The distinct words of a question without 's and without stop words; all where it has no others."""
    every = tuple(dict.fromkeys(bare_words(text)))
    return tuple(word for word in every if word not in stop_words()) or every


def query_words(query: Query, catalog: Catalog, matcher: Matcher) -> QueryWords:
    """The question's words without stop words, weighted by the inverse of how many chunks hold them (BM25's idf).

    Of a follow-up those count less that stand in earlier turns only: the sentence that answers need not repeat them.
    """
    text = telling_words(query.text)
    lent = telling_words(" ".join(query.earlier.asked)) if query.earlier else ()
    words = tuple(dict.fromkeys([*text, *lent]))
    said = frozenset(bare_words(query.original)) if query.rewritten else frozenset(text)
    chunks = catalog.counts()[1]
    frequencies = catalog.chunk_frequencies(words)
    weights = np.array([math.log(1 + (chunks - n + 0.5) / (n + 0.5)) for n in frequencies])
    weights *= [1.0 if word in said else _PUT_IN if word in text else _LENT for word in words]
    pieces = [matcher.pieces(word) for word in words]
    kept = [i for i, ids in enumerate(pieces) if len(ids)]
    total = float(weights[kept].sum()) or 1.0
    shares = [np.full(len(pieces[i]), weights[i] / total / len(pieces[i]), np.float32) for i in kept]
    lengths = [len(pieces[i]) for i in kept]
    return QueryWords(
        words=tuple(words[i] for i in kept),
        searched=_rarest([(frequencies[i], words[i]) for i in kept]),
        pieces=np.concatenate([*(pieces[i] for i in kept), np.empty(0, np.int32)]),
        weights=np.concatenate([*shares, np.empty(0, np.float32)]),
        owners=np.repeat(np.arange(len(kept)), lengths),
        allowance=_LONG_QUESTION * math.log(max(len(kept), 1)) - _LARGE_LIBRARY * math.log(max(chunks, 1)),
    )


def _rarest(words: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """The rarest words that together stand in no more chunks than full text ranks quickly; the rarest in any case.

    Common words move BM25 little and cost most of its time (see ARCHITECTURE.md).
    """
    ranked = sorted(words)
    few = sum(total <= _MOST_MATCHES for total in itertools.accumulate(frequency for frequency, _ in ranked))
    return tuple(word for _, word in ranked[: max(few, 1)])
