"""Texts -> vectors: the Encoder protocol, and one encoder over whichever engine runs its model.

Knows tokens, headers and sentences; nothing of how a model is run, of documents, storage or search.
"""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from tokenizers import Encoding, Tokenizer

from rag.engines import Engine, Output
from rag.errors import ModelError
from rag.exporting import load_engine
from rag.records import Span
from rag.weights import files_sha256, resolve_model

_HEADER_TEMPLATE = "{header}\n{text}"
_WORD_BEGINS = "▁Ġ"  # what vocabularies mark a word's first piece with, where they do not mark the others ("##ing")
_TOGETHER = 256  # chunks whose outputs are in memory at a time, 0.4 MB each


@dataclass(frozen=True, slots=True)
class ChunkText:
    """A chunk as it is encoded: `sentences` are spans of `text`; the header is read but belongs to no sentence."""

    text: str
    sentences: tuple[Span, ...]
    header: str = ""


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    """`vector` (d,) and `sentences` (m, d) have length 1; `pieces` (t,) are token ids of the text without its header.

    Sentence i owns the pieces from `piece_starts[i]` up to the next start.
    """

    vector: np.ndarray
    sentences: np.ndarray
    pieces: np.ndarray
    piece_starts: np.ndarray


class Encoder(Protocol):
    """What turns texts into unit vectors of one space, in which the dot product is the cosine."""

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str:
        """Of weights, pooling, length and header template: vectors of two fingerprints are never mixed."""

    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int:
        """Tokens that one text may have, the two special ones included."""

    @property
    def piece_vectors(self) -> np.ndarray:
        """(vocabulary, k) float32 unit rows: the model's own input embeddings."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones not counted, never truncated."""

    def pieces(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Token ids of each text, special ones left out, never truncated."""

    def word(self, piece: int) -> str:
        """The letters of a piece of the vocabulary that may be a word, in lower case; empty for other pieces."""

    def encode_query(self, text: str) -> np.ndarray: ...
    def encode_queries(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Each as it is alone."""

    def encode_chunks(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]: ...
    def encode_at_once(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]:
        """The same of a few that somebody waits for: they do not queue behind those of an `add`."""


@functools.cache
def load_encoder(name: str) -> Encoder:
    """The packaged model, a folder, or a sentence-transformers model of the hub; one a process. Raises ModelError."""
    return SentenceEncoder(name, resolve_model(name))


class SentenceEncoder:
    """A sentence-transformers model. Its files are read, and it is loaded, when they are first needed."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    @functools.cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(f"{_HEADER_TEMPLATE}{files_sha256(self._folder)}".encode()).hexdigest()[:16]

    @property
    def dimension(self) -> int:
        return self._engine.facts.dimension

    @property
    def max_tokens(self) -> int:
        return self._engine.facts.max_tokens

    @property
    def piece_vectors(self) -> np.ndarray:
        return self._engine.piece_vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(pieces) for pieces in self.pieces(texts)]

    def pieces(self, texts: Sequence[str]) -> list[np.ndarray]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

    def word(self, piece: int) -> str:
        letters = (self._tokenizer.id_to_token(piece) or "").lstrip(_WORD_BEGINS).lower()
        return letters if letters.isalpha() else ""

    def encode_query(self, text: str) -> np.ndarray:
        return self.encode_queries([text])[0]

    def encode_queries(self, texts: Sequence[str]) -> list[np.ndarray]:
        read = [self._read(self._engine.facts.query_prompt + text) for text in texts]
        return [_unit(output.vector) for output in self._engine.run(read, waited_for=True)]

    def encode_chunks(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]:
        parts = (chunks[start : start + _TOGETHER] for start in range(0, len(chunks), _TOGETHER))
        return [encoded for part in parts for encoded in self._encode_together(part)]

    def encode_at_once(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]:
        return self._encode_together(chunks, waited_for=True)

    @functools.cached_property
    def _engine(self) -> Engine:
        return load_engine(self.name, self._folder, self.fingerprint)

    @functools.cached_property
    def _tokenizer(self) -> Tokenizer:
        return self._load_tokenizer()

    @functools.cached_property
    def _cutting_tokenizer(self) -> Tokenizer:
        tokenizer = self._load_tokenizer()
        tokenizer.enable_truncation(self.max_tokens)
        return tokenizer

    def _load_tokenizer(self) -> Tokenizer:
        try:
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as error:  # noqa: BLE001  tokenizers raises bare Exception
            raise ModelError(f"encoder {self.name!r} has no fast tokenizer ({error}); choose another model") from None
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def _read(self, text: str) -> np.ndarray:
        """Token ids of as much of a text as the model reads, special ones included."""
        return np.array(self._cutting_tokenizer.encode(text).ids)

    def _encode_together(self, chunks: Sequence[ChunkText], waited_for: bool = False) -> list[EncodedChunk]:
        before = [
            self._engine.facts.document_prompt
            + (_HEADER_TEMPLATE.format(header=chunk.header, text="") if chunk.header else "")
            for chunk in chunks
        ]
        texts = [start + chunk.text for start, chunk in zip(before, chunks, strict=True)]
        encodings = self._tokenizer.encode_batch(texts)
        fits = [len(encoding.ids) <= self.max_tokens for encoding in encodings]
        outputs = self._engine.run(
            [
                np.array(encoding.ids) if fit else self._read(text)
                for encoding, fit, text in zip(encodings, fits, texts, strict=True)
            ],
            waited_for,
        )
        return [
            self._encoded(chunk, len(start), output, encoding)
            for chunk, start, output, encoding in zip(chunks, before, outputs, encodings, strict=True)
        ]

    def _encoded(self, chunk: ChunkText, shift: int, output: Output, encoding: Encoding) -> EncodedChunk:
        starts = np.array([start for start, _ in encoding.offsets]) - shift
        own = np.flatnonzero((np.array(encoding.special_tokens_mask) == 0) & (starts >= 0))
        bounds = np.array([span.start for span in chunk.sentences])
        first = np.searchsorted(starts[own], bounds)
        return EncodedChunk(
            vector=_unit(output.vector),
            sentences=self._sentences(output, own[own < len(output.tokens)], first),
            pieces=np.array(encoding.ids, dtype=np.int32)[own],
            piece_starts=first.astype(np.int32),
        )

    def _sentences(self, output: Output, own: np.ndarray, first: np.ndarray) -> np.ndarray:
        """Unit means of each sentence's token outputs, (m, d), which begin at `first` of the text's own tokens.

        A sentence without any, empty or beyond what the model reads, is spoken for by the chunk's vector.
        """
        ends = np.append(first[1:], len(own)).clip(max=len(own))
        counts = ends - first.clip(max=len(own))
        sums = np.concatenate([np.zeros((1, output.tokens.shape[1]), np.float32), output.tokens[own].cumsum(axis=0)])
        means = (sums[ends] - sums[first.clip(max=len(own))]) / np.maximum(counts, 1)[:, None]
        rows = _unit(self._engine.finish(means))
        rows[counts == 0] = _unit(output.vector)
        return rows


def _unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)).astype(np.float32)
