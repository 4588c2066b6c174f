"""A question set -> what retrieval finds for each question before anything is weighted: candidates, signals and gold.

Gathered once, it is ranked anew for every choice of weights. Knows the parts of retrieval; nothing of figures.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evals.libraries import gold_chunks, library_folder, resolved
from evals.metrics import Range
from evals.questions import Question, QuestionSet, load_questions
from evals.scoring import gold_ranges, quotes_in, quotes_met
from rag.catalog import Catalog
from rag.encoder import Encoder
from rag.library import Library
from rag.matching import matcher_of
from rag.questions import understand
from rag.records import Query
from rag.rereading import read_again
from rag.retrieval import CANDIDATES, candidates_of, discounts, read
from rag.scoring import WEIGHTS, Asked, Signals, combined, holding, measured
from rag.settings import Settings
from rag.stored import StoredChunks
from rag.vectors import ExactVectors, Hit

Say = Callable[[str], None]

BORROWING: Mapping[str, Mapping[str, float]] = {
    "header": {"header": 0.0},
    "section": {"section": 0.0},
    "previous": {"previous": 0.0},
    "all": {"header": 0.0, "section": 0.0, "previous": 0.0},
}
_READ_AGAIN = 2  # times as many sentences as a search reads again, for other weights to choose among
_HALF = 0.5  # of a gold span: a passage that holds as much of one counts as gold when weights are chosen


@dataclass(frozen=True, slots=True)
class Gathered:
    """A question with its n candidates and their m sentences.

    `without` are the sentences' coverages (m,) where they may not borrow from what the key names. `held` has what is
    read of sentences (m,), by the names of its weights, `again` what is read of the likeliest word by word, NaN of all
    others, and `discounts` (m,) are what they are worth less as quotes.
    `weights` are those of the question's pieces. `dense` (n,) are ranks by cosine from 1, 0 where that did not find a
    candidate; `named` (n,) says which were looked for among those of a named outlet. `in_passages` and `in_sentences`
    are the gold quotes of those that have any, by place; `gold` (n,) says what a passage counts as when weights are
    chosen. `chunks` are all chunks of the documents that hold gold text.
    """

    question: Question
    ids: Sequence[str]
    ranges: Sequence[Range]
    signals: Signals
    without: Mapping[str, np.ndarray]
    held: Mapping[str, np.ndarray]
    again: Mapping[str, np.ndarray]
    discounts: np.ndarray
    weights: np.ndarray
    dense: np.ndarray
    named: np.ndarray
    in_passages: Mapping[int, set[int]]
    in_sentences: Mapping[int, set[int]]
    gold: np.ndarray
    chunks: Sequence[Range]


def gather(questions: Path, corpus: Path, settings: Settings, say: Say, kept: bool = True) -> list[Gathered]:
    """Of the set's questions that have evidence, over a library of the corpus: JSON Lines, or a folder of files."""
    asked = load_questions(questions, None if corpus.is_dir() else corpus)
    with (
        filled(asked, corpus, settings, say, kept) as folder,
        Library(folder, settings=settings, read_only=True) as held,
    ):
        catalog = Catalog(folder / "catalog.db", read_only=True)
        vectors = ExactVectors(catalog)
        known = resolved([one for one in asked.questions if one.evidence], held)
        gathered = [_gathered(one, _query(one, held, catalog), catalog, vectors, held) for one in known]
        catalog.close()
    return gathered


@contextmanager
def filled(asked: QuestionSet, corpus: Path, settings: Settings, say: Say, kept: bool = True) -> Iterator[Path]:
    """The folder of a library of the corpus: `kept` for the next run, as `footnote eval` does, or of a few files."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = library_folder(asked, settings) if asked.corpus and kept else Path(temporary)
        with Library(folder, settings=settings) as library:
            say(f"{asked.name}: {library.add(list(asked.corpus) or corpus)}")
        yield folder


def _query(question: Question, library: Library, catalog: Catalog) -> Query:
    """The query as it is searched for in the end: a window may give way, and an event become one."""
    query = understand(question.question, question.history, asked_on=question.asked_on, holdings=catalog.holdings())
    if query.event or (query.window and query.strict):
        return library.find(question.question, limit=1, history=question.history, asked_on=question.asked_on).query
    return query


def _gathered(question: Question, query: Query, catalog: Catalog, vectors: ExactVectors, library: Library) -> Gathered:
    encoder = library.encoder
    after, before = (query.after, query.before) if query.strict else (None, None)

    def nearest(vector: np.ndarray, limit: int, outlet: str = "") -> Sequence[Hit]:
        return vectors.nearest(vector, limit, after, before, outlet)

    asked = read(query, catalog, encoder)
    candidates = candidates_of(asked, CANDIDATES, catalog, nearest)
    stored = catalog.chunks(candidates.ids)
    ids = [stored.id(i) for i in range(len(stored))]
    ranks = {chunk_id: rank for rank, chunk_id in enumerate(candidates.dense, start=1)}
    signals, without = _signals(stored, asked, encoder, candidates.full_text)
    ranges = [Range(row[1], row[3], row[4]) for row in stored.rows]
    in_passages, in_sentences = _quotes(question, stored)
    near = [bool(in_passages.get(i)) or _holds_half(ranges[i], question) for i in range(len(ids))]
    held = holding(stored, asked, np.arange(len(ids)))
    return Gathered(
        question=question,
        ids=ids,
        ranges=ranges,
        signals=signals,
        without=without,
        held=held,
        again=_read_again(stored, asked, encoder, signals, held),
        discounts=np.concatenate([np.empty(0), *(discounts(stored.chunk(i), query.text) for i in range(len(ids)))]),
        weights=asked.words.weights,
        dense=np.array([ranks.get(one, 0) for one in ids]),
        named=np.isin(ids, candidates.named),
        in_passages=in_passages,
        in_sentences=in_sentences,
        gold=np.array(near),
        chunks=gold_chunks(question, library),
    )


def _signals(
    stored: StoredChunks, asked: Asked, encoder: Encoder, full_text: Mapping[str, tuple[int, float]]
) -> tuple[Signals, dict[str, np.ndarray]]:
    """The signals, and the sentences' coverages where they may borrow less."""
    matcher = matcher_of(encoder)
    signals = measured(stored, asked, matcher, full_text, WEIGHTS)
    without = {
        name: measured(stored, asked, matcher, full_text, replace(WEIGHTS, **changed)).coverage
        for name, changed in BORROWING.items()
    }
    return signals, without


def _read_again(
    stored: StoredChunks, asked: Asked, encoder: Encoder, signals: Signals, held: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What is read word by word of the sentences that are likeliest by the weights in use; NaN of all others (m,)."""
    found: dict[str, np.ndarray] = {}

    def read(places: np.ndarray) -> Mapping[str, np.ndarray]:
        for name, values in read_again(stored, asked.query, encoder, places).items():
            found[name] = np.full(len(signals.coverage), np.nan)
            found[name][places] = values
        return {}

    if len(stored):
        combined(signals, WEIGHTS, lambda _: held, read, _READ_AGAIN)
    return found


def _quotes(question: Question, stored: StoredChunks) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The gold quotes in each passage and in each sentence, of those that have any."""
    documents = {gold.doc_id for gold in question.evidence}
    passages: dict[int, set[int]] = {}
    sentences: dict[int, set[int]] = {}
    starts = stored.sentence_counts.cumsum() - stored.sentence_counts
    for i, row in enumerate(stored.rows):
        if row[1] in documents:
            chunk = stored.chunk(i)
            passages[i] = quotes_in(question, chunk.document_id, chunk.text)
            for place, (start, end) in enumerate(chunk.sentences, start=int(starts[i])):
                sentences[place] = quotes_met(
                    question, chunk.document_id, chunk.text[start - chunk.start : end - chunk.start]
                )
    return {i: found for i, found in passages.items() if found}, {i: found for i, found in sentences.items() if found}


def _holds_half(passage: Range, question: Question) -> bool:
    for gold in gold_ranges(question):
        shared = min(passage.end, gold.end) - max(passage.start, gold.start)
        if passage.document == gold.document and shared >= _HALF * (gold.end - gold.start):
            return True
    return False
