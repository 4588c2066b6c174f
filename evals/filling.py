"""Filling a library up to any size with hardly any encoding: new texts, with vectors resampled from real ones.

Texts are made and cut in a process of their own, while those before are written. Knows nothing of clocks or reports.
"""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from evals.invented import Prepared, prepared_documents, take
from rag.catalog import Catalog
from rag.documents import content_sha256
from rag.encoder import ChunkText, EncodedChunk, Encoder, load_encoder
from rag.indexing import Indexer
from rag.settings import Settings
from rag.stored import NewDocument

_TOGETHER = 1000  # chunks in a transaction, and between two settlings of the outbox
_AHEAD = 3  # such batches
# How much of the difference of two others is added to a drawn vector: about so much that as many drawn from a part of a
# real library as the whole holds have neighbours as near as those of the whole.
_SPREAD = 0.4
_DRAWN_OF_EACH = 50  # at most: of several hundred a graph of neighbours makes islands, which no texts make


class Resampler:
    """Stands in for an encoder where a library is filled: its vectors are resampled from real chunks and sentences.

    Each is one of them, moved along the difference of two others: a smoothed bootstrap (Silverman 1986, chapter 6) that
    keeps the directions in which texts differ. Noise alike in all directions makes clusters that no texts make, which a
    graph of neighbours is slow to search. Whatever else is asked of it, the encoder answers.
    """

    def __init__(self, encoder: Encoder, real: Sequence[EncodedChunk], random: Generator) -> None:
        self._encoder = encoder
        self._vectors = np.array([encoded.vector for encoded in real])
        self._sentences = np.concatenate([encoded.sentences for encoded in real])
        self._random = random

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def encode_chunks(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]:
        return [
            self.encoded(self._encoder.pieces([chunk.text[start:end] for start, end in chunk.sentences]))
            for chunk in chunks
        ]

    def encoded(self, pieces: Sequence[np.ndarray]) -> EncodedChunk:
        """A chunk whose sentences have these pieces."""
        return EncodedChunk(
            vector=self._drawn(self._vectors, 1)[0],
            sentences=self._drawn(self._sentences, len(pieces)),
            pieces=np.concatenate(pieces),
            piece_starts=np.cumsum([0, *map(len, pieces[:-1])]).astype(np.int32),
        )

    def _drawn(self, rows: np.ndarray, count: int) -> np.ndarray:
        one, other, third = rows[self._random.integers(len(rows), size=(3, count))]
        moved = one + _SPREAD * (other - third)
        return (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)


def fill(
    folder: Path,
    settings: Settings,
    encoder: Encoder,
    seed: int,
    first: int,
    real: Sequence[EncodedChunk],
    chunks: int,
    random: Generator,
) -> None:
    """Bring a closed library up to at least `chunks` chunks, the way that others come in.

    They are those of the seed's documents from the one of number `first` on. None is encoded, but where `real` chunks
    are too few to draw so many vectors from.
    """
    lacking = chunks // _DRAWN_OF_EACH - len(real)
    further = take(prepared_documents(settings, encoder, seed, first), lacking) if lacking > 0 else []
    encoded = [*real, *(one for piece in further for one in encoder.encode_chunks(piece.texts))]
    resampler = Resampler(encoder, encoded, random)
    with closing(Catalog(folder / "catalog.db")) as catalog:
        indexer = Indexer(catalog, folder / "vectors", encoder, settings, [])
        with closing(indexer):
            indexer.open()
            for batch in _prepared_ahead(settings, seed, first, chunks - catalog.counts()[1]):
                catalog.put_all(
                    NewDocument(
                        piece.document,
                        content_sha256(piece.document),
                        piece.chunks,
                        tuple(map(resampler.encoded, piece.pieces)),
                    )
                    for piece in batch
                )
                indexer.settle()


def _prepared_ahead(settings: Settings, seed: int, first: int, chunks: int) -> Iterator[list[Prepared]]:
    """Documents with that many chunks together, in batches, the next of which are made in another process."""
    with ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(settings, seed, first, chunks)
    ) as process:
        waiting = deque(process.submit(_next_batch) for _ in range(_AHEAD))
        while batch := waiting.popleft().result():
            waiting.append(process.submit(_next_batch))
            yield batch


_batches: Iterator[list[Prepared]]  # of the process that makes them


def _begin(settings: Settings, seed: int, first: int, chunks: int) -> None:
    global _batches
    threading.Thread(target=_end_with_parent, daemon=True).start()
    corpus = prepared_documents(settings, load_encoder(settings.encoder), seed, first)
    _batches = _cut_into_batches(corpus, chunks)


def _end_with_parent() -> None:
    """A measurement that is killed leaves nothing behind."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _next_batch() -> list[Prepared]:
    """Empty when all have been made."""
    return next(_batches, [])


def _cut_into_batches(corpus: Iterator[Prepared], chunks: int) -> Iterator[list[Prepared]]:
    while chunks > 0:
        batch = take(corpus, min(chunks, _TOGETHER))
        chunks -= sum(len(piece.chunks) for piece in batch)
        yield batch
