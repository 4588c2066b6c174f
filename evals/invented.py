"""A generated corpus to measure speed with: documents, the files that they would be, and questions.

Everything is the same for the same seed and encoder. Knows nothing of libraries, clocks or reports.
"""

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.random import Generator

from rag.chunking import chunk_document, header
from rag.encoder import ChunkText, Encoder
from rag.records import Chunk, Document, Span
from rag.settings import Settings
from rag.weights import resolve_model
from rag.words import words_of

_OUTLETS = (
    "Saltmere Gazette", "Harbour Courier", "The Northern Ledger", "Valley Post", "Morning Tribune", "Island Herald",
    "Evening Record", "The Weekly Chart", "Coast Dispatch", "Market Journal", "City Observer", "The Long View",
)  # fmt: skip
_FIRST_DAY, _DAYS = date(2031, 1, 1), 730
_DOCUMENT_WORDS = (420, 540)  # three to four chunks of 256 pieces
SMALL_DOCUMENT_WORDS = (150, 450)  # 1 to 3 kB
_COMMAS, _NAMES = 0.06, 0.04  # a word's chance to have a comma after it, and to be a name
_WINDOW_DAYS = (30, 180)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with the chunks that the library makes of it, and these as the encoder gets them.

    `pieces` are the token ids of each chunk's sentences.
    """

    document: Document
    chunks: tuple[Chunk, ...]
    texts: tuple[ChunkText, ...]
    pieces: tuple[tuple[np.ndarray, ...], ...] = field(compare=False)


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


def invented_documents(
    vocabulary: Vocabulary, seed: int, words: tuple[int, int] = _DOCUMENT_WORDS
) -> Iterator[Document]:
    """News pieces without end: titles, outlets, dates over two years, paragraphs. The same for the same seed."""
    random = np.random.default_rng(seed)
    for number in itertools.count(1):
        names = vocabulary.names(6, random)
        yield Document(
            id=f"invented-{seed}-{number}",
            text=_text(vocabulary, names, words, random),
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


def as_file(document: Document) -> str:
    """The plain text that is read as this document, but for its source."""
    return f"date {document.date}\n{document.title}\n\n{document.text}\n"


def _text(vocabulary: Vocabulary, names: Sequence[str], words: tuple[int, int], random: Generator) -> str:
    left = int(random.integers(*words))
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


def prepared_documents(settings: Settings, encoder: Encoder, seed: int, first: int = 0) -> Iterator[Prepared]:
    """Invented documents without end, from the one of that number on, cut into chunks as the library cuts them."""
    most = min(settings.chunk_tokens, encoder.max_tokens) - 2
    documents = invented_documents(Vocabulary(resolve_model(settings.encoder)), seed)
    for document in itertools.islice(documents, first, None):
        known: dict[str, np.ndarray] = {}  # a sentence's pieces are counted, and then wanted
        title = header(document)
        count_tokens = functools.partial(_counted, encoder, known)
        chunks = chunk_document(document, count_tokens, most - encoder.count_tokens([title])[0])
        texts = (
            ChunkText(c.text, tuple(Span(start - c.start, end - c.start) for start, end in c.sentences), title)
            for c in chunks
        )
        pieces = (tuple(known[document.text[start:end]] for start, end in chunk.sentences) for chunk in chunks)
        yield Prepared(document, tuple(chunks), tuple(texts), tuple(pieces))


def _counted(encoder: Encoder, known: dict[str, np.ndarray], texts: Sequence[str]) -> list[int]:
    """Tokens of each text, of which the pieces are known from then on."""
    known |= dict(zip(texts, encoder.pieces(texts), strict=True))
    return [len(known[text]) for text in texts]


def take(corpus: Iterator[Prepared], chunks: int) -> list[Prepared]:
    """As many documents as it takes to have that many chunks."""
    taken: list[Prepared] = []
    count = 0
    while count < chunks:
        taken.append(next(corpus))
        count += len(taken[-1].chunks)
    return taken
