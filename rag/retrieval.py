"""Query -> Passages: dense and full-text candidates, fused by score, each with its best evidence sentences.

A candidate's score adds up how much of the question's words it covers, how near its vector is, and how high full text
ranks it. Knows nothing of prompts, models or answers.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from rag.catalog import Catalog, StoredChunk
from rag.encoder import Encoder
from rag.records import Passage, Query, Quote
from rag.vectors import Hit
from rag.words import stop_words, words_of

# Weights beside coverage, which counts 1; chosen on SQuAD 2.0 paragraphs (see ARCHITECTURE.md).
_COSINE = 0.5
_FULL_TEXT_RANK = 0.3
_PASSAGE_COSINE = 0.25
_CANDIDATES = 60
_EVIDENCE = 3
# Below this, two input embeddings are as near as unrelated words of English are: no coverage at all.
_UNRELATED = 0.35

Nearest = Callable[[np.ndarray, int], Sequence[Hit]]
"""Vector (d,) and limit -> the chunks of highest cosine, within the query's window."""


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The words of a question that carry its meaning, with their weight: rare words weigh more."""

    words: tuple[str, ...]
    weights: np.ndarray
    pieces: tuple[np.ndarray, ...]


def retrieve(query: Query, limit: int, catalog: Catalog, encoder: Encoder, nearest: Nearest) -> tuple[Passage, ...]:
    """The best passages for a query, numbered from 1."""
    vector = encoder.encode_query(query.text)
    words = query_words(query.text, catalog, encoder)
    depth = max(_CANDIDATES, 2 * limit)
    dense = nearest(vector, depth)
    full_text = catalog.full_text(words.words, depth, query.after, query.before)
    ranks = {chunk_id: rank for rank, (chunk_id, _) in enumerate(full_text, start=1)}
    candidates = list(catalog.chunks(list(dict.fromkeys([hit.chunk_id for hit in dense] + list(ranks)))).values())
    if not candidates:
        return ()
    scored = _score(candidates, vector, words, encoder, ranks)
    best = sorted(scored, key=lambda passage: (-passage.score, passage.chunk.id))[:limit]
    return tuple(replace(passage, number=number) for number, passage in enumerate(best, start=1))


def query_words(text: str, catalog: Catalog, encoder: Encoder) -> QueryWords:
    """The question's words without stop words, weighted by the inverse of how many chunks hold them (BM25's idf)."""
    every = list(dict.fromkeys(words_of(text)))
    words = [word for word in every if word not in stop_words()] or every
    chunks = catalog.counts()[1]
    frequencies = catalog.chunk_frequencies(words)
    weights = np.array([math.log(1 + (chunks - n + 0.5) / (n + 0.5)) for n in frequencies])
    pieces = encoder.pieces(words)
    kept = [i for i, ids in enumerate(pieces) if len(ids)]
    return QueryWords(tuple(words[i] for i in kept), weights[kept], tuple(pieces[i] for i in kept))


def _score(
    candidates: Sequence[StoredChunk],
    vector: np.ndarray,
    words: QueryWords,
    encoder: Encoder,
    ranks: dict[str, int],
) -> list[Passage]:
    best_pieces = _piece_matches(candidates, words, encoder)
    passages = []
    for stored, matches in zip(candidates, best_pieces, strict=True):
        chunk, encoded = stored.chunk, stored.encoded
        cosine = float(encoded.vector @ vector)
        coverage = float(_coverage(matches.max(axis=1, keepdims=True), words)[0])
        full_text = 1 / ranks[chunk.id] if chunk.id in ranks else 0.0
        sentences = _coverage(matches, words) + _COSINE * (encoded.sentences @ vector) + _PASSAGE_COSINE * cosine
        order = np.argsort(-sentences, kind="stable")[:_EVIDENCE]
        passages.append(
            Passage(
                number=0,
                chunk=chunk,
                document=stored.document,
                score=coverage + _COSINE * cosine + _FULL_TEXT_RANK * full_text,
                signals={"coverage": coverage, "cosine": cosine, "full_text_rank": ranks.get(chunk.id, 0)},
                evidence=tuple(_quote(stored, int(i)) for i in order),
                evidence_scores=tuple(float(sentences[i]) for i in order),
            )
        )
    return passages


def _piece_matches(candidates: Sequence[StoredChunk], words: QueryWords, encoder: Encoder) -> list[np.ndarray]:
    """For each candidate (question pieces, sentences): how near the sentence's nearest piece is, 0 to 1.

    This is ColBERT's MaxSim (Khattab and Zaharia 2020) over the model's input embeddings instead of its outputs.
    """
    asked = np.concatenate([*words.pieces, np.empty(0, np.int32)])
    rows = encoder.piece_vectors
    held = [stored.encoded.pieces for stored in candidates]
    distinct, place = np.unique(np.concatenate(held), return_inverse=True)
    nearness = np.clip((rows[asked] @ rows[distinct].T - _UNRELATED) / (1 - _UNRELATED), 0, 1)
    matches, first = [], 0
    for stored in candidates:
        pieces = nearness[:, place[first : first + len(stored.encoded.pieces)]]
        first += len(stored.encoded.pieces)
        matches.append(_best_of_each(pieces, stored.encoded.piece_starts))
    return matches


def _best_of_each(pieces: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Maxima over runs of columns; a run without columns gets 0."""
    padded = np.concatenate([pieces, np.zeros((len(pieces), 1), pieces.dtype)], axis=1)
    best = np.maximum.reduceat(padded, starts, axis=1)
    best[:, np.diff(starts, append=pieces.shape[1]) == 0] = 0
    return best


def _coverage(matches: np.ndarray, words: QueryWords) -> np.ndarray:
    """(question pieces, n) -> (n,): the weighted share of the question's words that are covered, 0 to 1."""
    total = float(words.weights.sum())
    if not total:
        return np.zeros(matches.shape[1])
    bounds = np.cumsum([0, *(len(ids) for ids in words.pieces)])
    by_word = np.stack([matches[a:b].mean(axis=0) for a, b in pairwise(bounds)])
    return words.weights @ by_word / total


def _quote(stored: StoredChunk, index: int) -> Quote:
    chunk = stored.chunk
    start, end = chunk.sentences[index]
    return Quote(chunk.document_id, start, end, chunk.text[start - chunk.start : end - chunk.start])
