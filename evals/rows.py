"""One question -> its row of a run: searched for, asked, and scored. Knows one question at a time.

A question whose model call failed has a row like any other, with the scores of a wrong answer.
"""

import itertools
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from evals.judge import Judge
from evals.libraries import gold_chunks
from evals.metrics import Range
from evals.questions import Question
from evals.scoring import answer_scores, best_evidence_is_right, retrieval_scores, token_scores
from rag.drafting import MODEL_FAILED
from rag.errors import ModelError
from rag.library import Library
from rag.records import Answer, Passage, ranked_evidence

_WANTED_DOCUMENTS = 10
_DEPTHS = (60, 250, 1000)


@dataclass(frozen=True, slots=True)
class Asker:
    """What every question of a run shares; `top_k` cuts every search short."""

    library: Library
    top_k: int | None
    judge: Judge | None

    def row(self, question: Question) -> dict[str, Any]:
        """What run.json says of one question."""
        started = time.perf_counter()
        passages = self._search(question, self.top_k or _DEPTHS[0])
        search_ms = (time.perf_counter() - started) * 1000
        passages = self._deepened(question, passages)
        sentences = ranked_evidence(passages)
        ranges = [Range(passage.document.id, passage.chunk.start, passage.chunk.end) for passage in passages]
        answer: Answer | None = None
        error, judged = "", _unjudged(question) if self.judge else {}
        try:
            answer = self.library.ask(
                question.question,
                history=question.history,
                asked_on=question.asked_on,
                limit=self.top_k,
                passages=passages,
            )
            if failed := [notice for notice in answer.notices if notice.startswith(MODEL_FAILED)]:
                answer = None
                raise ModelError(failed[0])
            judged = self.judge.scores(question.question, answer, question.answers) if self.judge else {}
        except ModelError as caught:
            error = str(caught)
        scores = {
            **retrieval_scores(question, passages, sentences),
            **token_scores(question, ranges, gold_chunks(question, self.library)),
            **answer_scores(question, answer),
        }
        scores["best_evidence"] = best_evidence_is_right(question, sentences)
        scores |= judged
        return {
            "id": question.id,
            "question": question.question,
            "type": question.type,
            "answerable": question.answerable,
            "status": "failed" if error else "ok",
            "error": error,
            "answers": list(question.answers),
            "evidence": [asdict(gold) for gold in question.evidence],
            "retrieved": [
                {
                    "doc_id": passage.document.id,
                    "start": passage.chunk.start,
                    "end": passage.chunk.end,
                    "score": round(passage.score, 6),
                }
                for passage in passages
            ],
            "mode": answer.mode if answer else "",
            "answer": answer.text if answer else "",
            "citations": [
                {
                    "doc_id": citation.document.id,
                    "start": citation.quote.start,
                    "end": citation.quote.end,
                    "quote": citation.quote.text,
                    "url": citation.url,
                }
                for citation in (answer.citations if answer else ())
            ],
            "confidence": answer.confidence if answer and passages else None,
            "scores": scores,
            "timings_ms": _with_search(answer.timings_ms, search_ms) if answer else {},
            "usage": dict(answer.usage) if answer else {},
        }

    def _search(self, question: Question, limit: int) -> tuple[Passage, ...]:
        return self.library.search(question.question, limit=limit, history=question.history, asked_on=question.asked_on)

    def _deepened(self, question: Question, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Passages of at least ten distinct documents, where the library has as many and nothing cuts it short."""
        for searched, deeper in itertools.pairwise(_DEPTHS):
            distinct = {passage.document.id for passage in passages}
            if self.top_k or len(distinct) >= _WANTED_DOCUMENTS or len(passages) < searched:
                break
            passages = self._search(question, deeper)
        return passages


def _unjudged(question: Question) -> dict[str, float | None]:
    """The judge's scores where the answer or the verdict never came: 0 wherever a right answer would have one."""
    wrong = 0.0 if question.answerable else None
    return {"judge_faithfulness": wrong, "judge_correctness": wrong if question.answers else None}


def _with_search(timings: Mapping[str, float | None], search_ms: float) -> dict[str, float | None]:
    """An answer's times as its asker would have seen them: one search came before, however deep the run then went."""
    late = ("retrieve", "first_token", "total")
    return {name: ms if ms is None or name not in late else round(ms + search_ms, 1) for name, ms in timings.items()}
