"""What the catalog holds, as records, and how they become rows and come back. Knows no SQL."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from rag.dates import parse_date
from rag.encoder import EncodedChunk
from rag.errors import LibraryError
from rag.records import Chunk, Document, Span

CHUNK_COLUMNS = (
    'id, document_id, ordinal, start, "end", day, text, spans, vector, sentences, pieces, piece_starts, checksum'
)
DOCUMENT_COLUMNS = (
    "id, title, date, date_origin, source, author, media_type, sha256, day, added, content_sha256, checksum"
)
"""A row's columns but for a document's text; the last is the checksum of the others, of a document's locations too."""


@dataclass(frozen=True, slots=True)
class StoredChunks:
    """Chunks with all that was computed when they were added, in columns: a search reads hundreds of them.

    `vectors` (n, d) and `sentences` (m, d) are float32 unit rows, those of the first chunk's sentences first; a chunk
    has `sentence_counts` of them. `pieces` are the token ids of all texts, of which each sentence has `piece_counts`.
    """

    rows: Sequence[Sequence[Any]]
    documents: Mapping[str, Document]
    vectors: np.ndarray
    sentences: np.ndarray
    sentence_counts: np.ndarray
    pieces: np.ndarray
    piece_counts: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def id(self, index: int) -> str:
        return str(self.rows[index][0])

    def document(self, index: int) -> Document:
        return self.documents[self.rows[index][1]]

    def chunk(self, index: int) -> Chunk:
        row = self.rows[index]
        spans = tuple(Span(*pair) for pair in json.loads(row[7]))
        return Chunk(row[0], row[1], row[2], row[3], row[4], row[6], spans)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document with its chunks and what was encoded of each, and the hash of what it was made from."""

    document: Document
    content_sha256: str
    chunks: tuple[Chunk, ...]
    encoded: tuple[EncodedChunk, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as a listing shows it: without its text, with what the catalog knows beyond the record."""

    document: Document
    added: datetime
    chunks: int


@dataclass(frozen=True, slots=True)
class Located:
    """The document at a location, and the hash of the bytes that it was made from."""

    document_id: str
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Move:
    """A document lies at a location from now on, and at some others no more."""

    location: str
    document_id: str
    instead_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredVector:
    """A chunk's vector (d,) as it is stored, in float16, with its document's day as YYYYMMDD."""

    chunk_id: str
    document_id: str
    day: int | None
    vector: np.ndarray


@dataclass(frozen=True, slots=True)
class VectorColumns:
    """Of n chunks by day: ids, days as YYYYMMDD (0 for none), sources, documents, vectors (n, d) in float16."""

    ids: Sequence[str]
    days: np.ndarray
    sources: np.ndarray
    documents: np.ndarray
    vectors: np.ndarray


def chunk_row(document: Document, chunk: Chunk, encoded: EncodedChunk) -> tuple[object, ...]:
    """A chunk's CHUNK_COLUMNS."""
    parts = (
        chunk.id,
        chunk.document_id,
        chunk.ordinal,
        chunk.start,
        chunk.end,
        day_number(document.day),
        chunk.text,
        json.dumps(chunk.sentences).encode(),
        encoded.vector.astype(np.float16).tobytes(),
        encoded.sentences.astype(np.float16).tobytes(),
        encoded.pieces.astype(np.int32).tobytes(),
        encoded.piece_starts.astype(np.int32).tobytes(),
    )
    return (*parts, checksum(*parts))


def document_row(new: NewDocument, added: str) -> tuple[object, ...]:
    """A document's DOCUMENT_COLUMNS."""
    document = new.document
    parts = (
        document.id,
        document.title,
        document.date.isoformat() if document.date else None,
        document.date_origin,
        document.source,
        document.author,
        document.media_type,
        document.sha256,
        day_number(document.day),
        added,
        new.content_sha256,
    )
    return (*parts, checksum(*parts, *sorted(document.locations)))


def checksum(*parts: str | bytes | int | None) -> int:
    """CRC-32 of the parts one after another: what tells a flipped byte, which SQLite's integrity check does not."""
    return zlib.crc32(
        b"".join(part if isinstance(part, bytes) else f"{part}\0".encode("utf-8", "surrogatepass") for part in parts)
    )


def is_whole(row: Sequence[Any], locations: Sequence[str] = ()) -> bool:
    """Whether a row of either kind is as it was written."""
    return checksum(*row[:-1], *sorted(locations)) == row[-1]


def document_of(row: Sequence[Any], locations: tuple[str, ...], text: str | None = None) -> Document:
    """The document of its DOCUMENT_COLUMNS, without its text where none is given.

    Raises LibraryError where they or the text are not as they were written.
    """
    document_id, title, written, date_origin, source, author, media_type, sha256, *_ = row
    if not is_whole(row, locations):
        raise LibraryError(f"document {document_id} is damaged; `footnote check` says what else is, and what to do")
    document = Document(
        id=document_id,
        text=text or "",
        title=title,
        date=parse_date(written) if written else None,
        date_origin=date_origin,
        source=source,
        author=author,
        media_type=media_type,
        locations=locations,
        sha256=sha256 if text is None else "",
    )
    if document.sha256 != sha256:
        raise LibraryError(f"the text of document {document_id} is not the one that was added; add it again")
    return document


def stored_chunks(rows: Sequence[Sequence[Any]], documents: Mapping[str, Document]) -> StoredChunks:
    """Chunks of their CHUNK_COLUMNS. Raises LibraryError where a row is not as it was written."""
    for row in rows:
        if not is_whole(row):
            raise LibraryError(f"chunk {row[0]} is damaged; `footnote check` says what else is, and what to do")
    vectors, sentences, pieces, starts = ([row[column] for row in rows] for column in range(8, 12))
    width = len(vectors[0]) // 2 if rows else 1
    lengths = np.array([len(blob) // 4 for blob in pieces], dtype=np.int64)
    counts = np.array([len(blob) // 4 for blob in starts], dtype=np.int64)
    place = _joined(starts, np.int32) + np.repeat(lengths.cumsum() - lengths, counts)
    return StoredChunks(
        rows=rows,
        documents=documents,
        vectors=_joined(vectors, np.float16).astype(np.float32).reshape(-1, width),
        sentences=_joined(sentences, np.float16).astype(np.float32).reshape(-1, width),
        sentence_counts=counts,
        pieces=_joined(pieces, np.int32),
        piece_counts=np.diff(place, append=lengths.sum()),
    )


def vector_of(blob: bytes) -> np.ndarray:
    """A stored vector (d,) in float16. Raises LibraryError where the bytes cannot be one."""
    try:
        return np.frombuffer(blob, np.float16)
    except ValueError as error:
        raise LibraryError(f"a stored vector is damaged ({error}); `footnote check` says which") from None


def vector_columns(rows: Sequence[tuple[str, int, str, str, bytes]]) -> VectorColumns:
    """The columns of rows of id, day, source, document id and vector. Raises LibraryError as `vector_of` does."""
    ids, days, sources, documents, blobs = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    if len({len(blob) for blob in blobs}) > 1:
        raise LibraryError("a stored vector is damaged (it is too long or too short); `footnote check` says which")
    return VectorColumns(
        ids=ids,
        days=np.array(days, np.int64),
        sources=np.array(sources, object),
        documents=np.array(documents, object),
        vectors=vector_of(b"".join(blobs)).reshape(len(rows), len(blobs[0]) // 2 if blobs else 0),
    )


def _joined(blobs: Sequence[bytes], kind: type[np.generic]) -> np.ndarray:
    return np.frombuffer(b"".join(blobs), kind)


def day_number(day: date | None) -> int | None:
    """YYYYMMDD: Chroma compares numbers only, and the catalog keeps the same form."""
    return day.year * 10_000 + day.month * 100 + day.day if day else None
