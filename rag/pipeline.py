"""Documents -> chunks, encoded and committed, a window at a time, while the next documents are being read.

A window is encoded in other threads, committed in one transaction, and only then acknowledged. What cannot be encoded
leaves its old version in place. Knows nothing of where documents come from, of Chroma or of questions.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from rag.catalog import Catalog
from rag.chunking import chunk_document, header
from rag.encoder import ChunkText, EncodedChunk, Encoder
from rag.errors import DocumentError, FootnoteError, LibraryError, ModelError
from rag.outcomes import Outcome, Tally
from rag.records import Chunk, Document, Span
from rag.settings import Settings
from rag.stored import NewDocument

_WINDOW = 128  # chunks that are encoded, and committed, together
_IN_FLIGHT = 2  # windows: while one ends, the next keeps the other core busy
_LONGEST_HEADER = 48  # tokens, of the 256 that the packaged encoder reads


@dataclass(frozen=True, slots=True)
class Pending:
    """A document, cut into chunks, that waits to be encoded; `kind`, `name` and `reason` say what it will have been."""

    document: Document
    content: str
    header: str
    chunks: tuple[Chunk, ...]
    kind: str
    name: str
    reason: str

    @property
    def texts(self) -> list[ChunkText]:
        return [
            ChunkText(
                text=chunk.text,
                sentences=tuple(Span(s.start - chunk.start, s.end - chunk.start) for s in chunk.sentences),
                header=self.header,
            )
            for chunk in self.chunks
        ]


class Pipeline:
    """Use it in a `with` block, once, and `finish` it there. `after_commit` is called after every window."""

    def __init__(
        self, catalog: Catalog, encoder: Encoder, settings: Settings, tally: Tally, after_commit: Callable[[], None]
    ) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._tally = tally
        self._after_commit = after_commit
        self._room = min(settings.chunk_tokens, encoder.max_tokens) - 2  # for a header and its chunk; two are special
        self._waiting: list[Pending] = []
        self._encoding: deque[tuple[list[Pending], Future[list[EncodedChunk]]]] = deque()
        self._threads = ThreadPoolExecutor(_IN_FLIGHT, thread_name_prefix="adding")

    def __enter__(self) -> "Pipeline":
        return self

    def __exit__(self, *_: object) -> None:
        """Where the block is left by an error or Ctrl+C, windows that no thread has begun are given up."""
        self._threads.shutdown(cancel_futures=True)

    def put(self, document: Document, content: str, kind: str, name: str, reason: str = "") -> None:
        """Cut a document; where a window is full, hand it to the encoder's threads. Raises DocumentError."""
        try:
            title = self._header(document)
            budget = self._room - self._encoder.count_tokens([title])[0]
            chunks = chunk_document(document, self._encoder.count_tokens, budget)
        except FootnoteError:
            raise
        except Exception as error:  # whatever a tokenizer raises
            raise DocumentError(f"it cannot be cut into passages: {error}") from error
        self._waiting.append(Pending(document, content, title, tuple(chunks), kind, name, reason))
        if sum(len(pending.chunks) for pending in self._waiting) >= _WINDOW:
            self._encode()

    def finish(self) -> None:
        """Commit all that is on its way."""
        self._encode()
        while self._encoding:
            self._commit_oldest()

    def settle(self, concerns: Callable[[Pending], bool]) -> None:
        """Commit all that is on its way where any of it is another version or copy of what comes next."""
        on_its_way = [*self._waiting, *(pending for window, _ in self._encoding for pending in window)]
        if any(concerns(pending) for pending in on_its_way):
            self.finish()

    def _header(self, document: Document) -> str:
        """The header, of few enough tokens to leave the chunk its room."""
        title = header(document)
        while self._encoder.count_tokens([title])[0] > min(_LONGEST_HEADER, self._room // 2):
            title = title[: len(title) * 3 // 4]
        return title

    def _encode(self) -> None:
        """Hand what waits to the encoder's threads; where enough is with them, commit the oldest window."""
        if self._waiting:
            texts = [text for pending in self._waiting for text in pending.texts]
            self._encoding.append((self._waiting, self._threads.submit(self._encoder.encode_chunks, texts)))
            self._waiting = []
        while len(self._encoding) > _IN_FLIGHT:
            self._commit_oldest()

    def _commit_oldest(self) -> None:
        """Commit a window; where encoding it failed, one by one, so that one text cannot stop the others."""
        window, future = self._encoding.popleft()
        try:
            self._commit(window, future.result())
        except (LibraryError, ModelError):
            raise
        except Exception:  # noqa: BLE001  whatever a model raises
            for pending in window:
                try:
                    encoded = self._encoder.encode_chunks(pending.texts)
                except ModelError:
                    raise
                except Exception as error:  # noqa: BLE001
                    self._tally.note("failed", Outcome(pending.name, reason=f"it cannot be embedded: {error}"))
                else:
                    self._commit([pending], encoded)

    def _commit(self, window: Sequence[Pending], encoded: Sequence[EncodedChunk]) -> None:
        vectors = iter(encoded)
        self._catalog.put_all(
            NewDocument(pending.document, pending.content, pending.chunks, tuple(next(vectors) for _ in pending.chunks))
            for pending in window
        )
        self._after_commit()
        self._tally.chunks += len(encoded)
        self._tally.note_together([(one.kind, Outcome(one.name, one.document.id, one.reason)) for one in window])
