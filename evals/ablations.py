"""What ARCHITECTURE.md says of ways that were not taken, measured anew.

`python -m evals.ablations encoder` prints characters a second of each engine on the same invented chunks, by turns, and
how each agrees with sentence-transformers. `python -m evals.ablations arithmetic QUESTIONS CORPUS [N]` prints document
nDCG@10 and recall@10 of the same search with fp32 and with int8, over libraries that each has indexed, and
`... full-text QUESTIONS CORPUS [N]` the same and the time of a search as full text searches for ever fewer of the
common words; N questions, spread over the set.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from evals.invented import prepared_documents, take
from evals.metrics import ndcg, recall
from evals.questions import Question, load_questions
from rag import terms
from rag.encoder import SentenceEncoder, load_encoder
from rag.engines import Engine, OnnxEngine, TorchEngine
from rag.exporting import parity_of, quantise, write_fp32
from rag.library import Library
from rag.settings import load_settings
from rag.weights import resolve_model

_CHUNKS, _TURNS = 100, 3
_LIMITS = (1_000_000, 20_000, 8_000, 5_000, 2_000, 1_000)
_FOUND = 60  # passages, to find ten documents


def encoder(say: Callable[[str], None]) -> None:
    """Rates and parity of the engines that could run the configured encoder."""
    settings = load_settings()
    folder = resolve_model(settings.encoder)
    original = TorchEngine(settings.encoder, folder, "cpu")
    with tempfile.TemporaryDirectory() as temporary:
        fp32, int8 = Path(temporary, "fp32.onnx"), Path(temporary, "int8.onnx")
        write_fp32(original, fp32)
        quantise(fp32, int8)
        engines: Mapping[str, Engine] = {
            "sentence-transformers fp32, batches of 32": original,
            "onnxruntime fp32": OnnxEngine(fp32, original.facts, original.piece_vectors),
            "onnxruntime int8": OnnxEngine(int8, original.facts, original.piece_vectors),
        }
        tokens = load_encoder(settings.encoder)
        pieces = take(prepared_documents(settings, tokens, 0), _CHUNKS)
        texts = [f"{text.header}\n{text.text}" for piece in pieces for text in piece.texts]
        ids = [one[: original.facts.max_tokens].astype(np.int64) for one in tokens.pieces(texts)]
        rates: dict[str, list[float]] = {name: [] for name in engines}
        for _ in range(_TURNS):
            for name, engine in engines.items():
                started = time.perf_counter()
                engine.run(ids)
                rates[name].append(sum(map(len, texts)) / (time.perf_counter() - started))
        for name, engine in engines.items():
            parity = parity_of(engine, original, folder)
            say(f"{name}: {np.median(rates[name]):,.0f} characters/s, cosine {parity.cosine:.4f}, "
                f"rank agreement {parity.rank_agreement:.3f}")  # fmt: skip


def arithmetic(questions: str, corpus: str, count: int, say: Callable[[str], None]) -> None:
    """Quality of search where fp32 and where int8 encodes documents and questions."""
    settings = load_settings(llm="none")
    folder = resolve_model(settings.encoder)
    original = TorchEngine(settings.encoder, folder, "cpu")
    asked = load_questions(Path(questions), Path(corpus))
    with tempfile.TemporaryDirectory() as temporary:
        fp32, int8 = Path(temporary, "fp32.onnx"), Path(temporary, "int8.onnx")
        write_fp32(original, fp32)
        quantise(fp32, int8)
        for path in (fp32, int8):
            with Library(Path(temporary, path.stem), settings=settings) as library:
                library.encoder = SentenceEncoder(settings.encoder, folder)
                library.encoder._engine = OnnxEngine(path, original.facts, original.piece_vectors)
                library.add(asked.corpus)
                say(f"{path.stem}: {_quality(library, _spread(asked.questions, count))}")


def full_text(questions: str, corpus: str, count: int, say: Callable[[str], None]) -> None:
    """Quality and time of search over how many rows full text may rank for common words."""
    asked = load_questions(Path(questions), Path(corpus))
    chosen = _spread(asked.questions, count)
    with tempfile.TemporaryDirectory() as folder, Library(folder, settings=load_settings(llm="none")) as library:
        library.add(asked.corpus)
        before = terms._MOST_MATCHES
        for limit in _LIMITS:
            terms._MOST_MATCHES = limit
            started = time.perf_counter()
            quality = _quality(library, chosen)
            milliseconds = (time.perf_counter() - started) / len(chosen) * 1000
            say(f"at most {limit:,} rows: {quality}, {milliseconds:.0f} ms")
        terms._MOST_MATCHES = before


def _spread(questions: Sequence[Question], count: int) -> list[Question]:
    """About as many of those that have evidence, at even distances."""
    answerable = [question for question in questions if question.evidence]
    return answerable[:: max(1, len(questions) // count)]


def _quality(library: Library, questions: Sequence[Question]) -> str:
    """Means of document nDCG@10 and recall@10, in words."""
    scores = []
    for question in questions:
        found = library.search(question.question, limit=_FOUND, history=question.history)
        gold = sorted({one.doc_id for one in question.evidence})
        ranked = dict.fromkeys(passage.document.id for passage in found)
        relevance = [{gold.index(one)} if one in gold else set() for one in ranked]
        scores.append((ndcg(relevance, len(gold), 10), recall(relevance, len(gold), 10)))
    means = np.mean(scores, axis=0)
    return f"nDCG@10 {means[0]:.4f}, recall@10 {means[1]:.4f}"


if __name__ == "__main__":
    if sys.argv[1] == "encoder":
        encoder(print)
    else:
        measured = {"arithmetic": arithmetic, "full-text": full_text}[sys.argv[1]]
        measured(sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 150, print)
