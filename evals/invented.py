"""A generated library to measure speed with: documents, questions, and filling up to any size without encoding.

Everything is the same for the same seed and encoder. Knows nothing of clocks or reports.
"""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.random import Generator

from rag.catalog import Catalog
from rag.chunking import chunk_document, header
from rag.documents import content_sha256
from rag.encoder import ChunkText, EncodedChunk, Encoder
from rag.indexing import Indexer
from rag.records import Chunk, Document, Span
from rag.settings import Settings
from rag.stored import NewDocument
from rag.weights import resolve_model
from rag.words import words_of

_OUTLETS = (
    "Saltmere Gazette", "Harbour Courier", "The Northern Ledger", "Valley Post", "Morning Tribune", "Island Herald",
    "Evening Record", "The Weekly Chart", "Coast Dispatch", "Market Journal", "City Observer", "The Long View",
)  # fmt: skip
_FIRST_DAY, _DAYS = date(2031, 1, 1), 730
_DOCUMENT_WORDS = (420, 540)  # three to four chunks of 256 pieces
_COMMAS, _NAMES = 0.06, 0.04  # a word's chance to have a comma after it, and to be a name
_WINDOW_DAYS = (30, 180)

_FILL_TOGETHER = 1000  # chunks between two settlings of the outbox
_JITTER = 0.3  # length of what is added to a unit vector: the new one has a cosine of about .96 with it


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with the chunks that the library makes of it, and these as the encoder gets them."""

    document: Document
    chunks: tuple[Chunk, ...]
    texts: tuple[ChunkText, ...]


class Vocabulary:
    """A tokenizer's whole words, drawn as often as Zipf's law has it: those with low ids are the frequent ones."""

    def __init__(self, model_folder: Path) -> None:
        from tokenizers import Tokenizer

        ids = Tokenizer.from_file(str(model_folder / "tokenizer.json")).get_vocab()
        pieces = sorted(ids, key=ids.__getitem__)
        # Byte-pair and unigram tokenizers mark the pieces that begin a word, WordPiece those that do not.
        begin = [piece[1:] for piece in pieces if piece.startswith(("Ġ", "▁"))] or pieces
        words = [word for word in begin if word.isascii() and word.isalpha() and (len(word) > 1 or word in "ai")]
        self._words = np.array(list(dict.fromkeys(words)))
        frequencies = 1 / (np.arange(len(self._words)) + 2.7)  # Mandelbrot's form of Zipf's law
        self._cumulative = np.cumsum(frequencies) / frequencies.sum()

    def draw(self, count: int, random: Generator) -> list[str]:
        return self._words[np.searchsorted(self._cumulative, random.random(count))].tolist()

    def names(self, count: int, random: Generator) -> list[str]:
        """Capitalised words that no vocabulary holds, two words in one."""
        pairs = random.choice(self._words, (count, 2))
        return [f"{first}{second}".capitalize() for first, second in pairs]


def invented_documents(vocabulary: Vocabulary, seed: int) -> Iterator[Document]:
    """News pieces without end: titles, outlets, dates over two years, paragraphs. The same for the same seed."""
    random = np.random.default_rng(seed)
    for number in itertools.count(1):
        names = vocabulary.names(6, random)
        yield Document(
            id=f"invented-{seed}-{number}",
            text=_text(vocabulary, names, random),
            title=" ".join([names[0], *vocabulary.draw(int(random.integers(4, 9)), random)]),
            date=_FIRST_DAY + timedelta(days=int(random.integers(_DAYS))),
            source=str(random.choice(_OUTLETS)),
            locations=(f"invented/{number}.txt",),
        )


def invented_questions(
    documents: Sequence[Document], count: int, shortest: int, longest: int, random: Generator
) -> list[str]:
    """Each from one document's words: half as frequent as they are in it, half any that it holds, thus rarer ones."""
    asked = []
    for chosen in random.integers(len(documents), size=count):
        running = words_of(documents[chosen].text)
        length = int(random.integers(shortest, longest + 1))
        frequent = random.choice(running, length // 2)
        rare = random.choice(sorted(set(running)), length - length // 2)
        asked.append(" ".join(random.permutation([*frequent, *rare])).capitalize() + "?")
    return asked


def invented_window(random: Generator) -> tuple[date, date]:
    """One to six months of the two years."""
    length = int(random.integers(*_WINDOW_DAYS))
    first = _FIRST_DAY + timedelta(days=int(random.integers(_DAYS - length)))
    return first, first + timedelta(days=length)


def _text(vocabulary: Vocabulary, names: Sequence[str], random: Generator) -> str:
    left = int(random.integers(*_DOCUMENT_WORDS))
    paragraphs = []
    while left > 0:
        lengths = np.clip(random.lognormal(np.log(19), 0.45, random.integers(2, 7)), 4, 60).astype(int).tolist()
        paragraphs.append(" ".join(_sentence(vocabulary.draw(length, random), names, random) for length in lengths))
        left -= sum(lengths)
    return "\n\n".join(paragraphs)


def _sentence(words: list[str], names: Sequence[str], random: Generator) -> str:
    for place in np.flatnonzero(random.random(len(words)) < _NAMES):
        words[place] = str(random.choice(names))
    for place in np.flatnonzero(random.random(len(words) - 1) < _COMMAS):
        words[place] += ","
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]]) + "."


def prepared_documents(settings: Settings, encoder: Encoder, seed: int) -> Iterator[Prepared]:
    """Invented documents without end, cut into chunks as the library cuts them."""
    most = min(settings.chunk_tokens, encoder.max_tokens) - 2
    for document in invented_documents(Vocabulary(resolve_model(settings.encoder)), seed):
        title = header(document)
        chunks = chunk_document(document, encoder.count_tokens, most - encoder.count_tokens([title])[0])
        texts = (
            ChunkText(c.text, tuple(Span(start - c.start, end - c.start) for start, end in c.sentences), title)
            for c in chunks
        )
        yield Prepared(document, tuple(chunks), tuple(texts))


def take(corpus: Iterator[Prepared], chunks: int) -> list[Prepared]:
    """As many documents as it takes to have that many chunks."""
    taken: list[Prepared] = []
    count = 0
    while count < chunks:
        taken.append(next(corpus))
        count += len(taken[-1].chunks)
    return taken


def fill(
    folder: Path,
    settings: Settings,
    encoder: Encoder,
    corpus: Iterator[Prepared],
    real: Sequence[EncodedChunk],
    chunks: int,
    random: Generator,
) -> None:
    """Bring a closed library up to at least `chunks` chunks without encoding any, the way that others come in.

    The texts are new; their vectors are those of real chunks and sentences, jittered.
    """
    sentences = np.concatenate([encoded.sentences for encoded in real])
    with closing(Catalog(folder / "catalog.db")) as catalog:
        indexer = Indexer(catalog, folder / "vectors", encoder, settings, [])
        with closing(indexer):
            while (missing := chunks - catalog.counts()[1]) > 0:
                catalog.put_all(
                    NewDocument(
                        piece.document,
                        content_sha256(piece.document),
                        piece.chunks,
                        tuple(_resampled(text, real, sentences, encoder, random) for text in piece.texts),
                    )
                    for piece in take(corpus, min(missing, _FILL_TOGETHER))
                )
                indexer.settle()


def _resampled(
    text: ChunkText, real: Sequence[EncodedChunk], sentences: np.ndarray, encoder: Encoder, random: Generator
) -> EncodedChunk:
    pieces = encoder.pieces([text.text[start:end] for start, end in text.sentences])
    return EncodedChunk(
        vector=_jittered(real[int(random.integers(len(real)))].vector, random),
        sentences=_jittered(sentences[random.integers(len(sentences), size=len(pieces))], random),
        pieces=np.concatenate(pieces),
        piece_starts=np.cumsum([0, *map(len, pieces[:-1])]).astype(np.int32),
    )


def _jittered(rows: np.ndarray, random: Generator) -> np.ndarray:
    moved = rows + random.normal(scale=_JITTER / np.sqrt(rows.shape[-1]), size=rows.shape)
    return (moved / np.linalg.norm(moved, axis=-1, keepdims=True)).astype(np.float32)
