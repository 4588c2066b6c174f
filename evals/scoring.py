"""One question's scores: what was found, what was answered, what was cited. Pure functions over plain facts.

A score is None where the question cannot give it: no gold evidence, nothing cited, no answer to compare with. An
answer that failed (None) has the worst score wherever a right one would have had any: it counts in every mean.
"""

from collections.abc import Sequence

from evals import metrics
from evals.questions import Gold, Question
from rag.records import Answer, Evidence, Passage

RETRIEVAL_DEPTHS = (1, 3, 4, 5, 10)
TOKEN_DEPTH = 5


def retrieval_scores(
    question: Question, passages: Sequence[Passage], sentences: Sequence[Evidence]
) -> dict[str, float | None]:
    """At three levels: documents in order of their best passage, passages, and evidence sentences.

    A passage is relevant as in MultiHop-RAG: it contains the gold quote, white space aside. A sentence is, where one
    of the two contains the other.
    """
    return level_scores(
        question,
        [passage.document.id for passage in passages],
        [quotes_in(question, passage.document.id, passage.chunk.text) for passage in passages],
        [quotes_met(question, one.passage.document.id, one.quote.text) for one in sentences],
    )


def level_scores(
    question: Question, documents: Sequence[str], passages: metrics.Relevance, sentences: metrics.Relevance
) -> dict[str, float | None]:
    """The same of the documents that passages are of, and of which quotes each passage and sentence holds."""
    gold = list(dict.fromkeys(one.doc_id for one in question.evidence))
    quotes = sum(bool(one.quote) for one in question.evidence)
    by_document = [{gold.index(name)} if name in gold else set() for name in dict.fromkeys(documents)]
    return {
        **_level("document", by_document, len(gold)),
        **_level("passage", passages, quotes),
        **_level("sentence", sentences, quotes),
    }


def quotes_in(question: Question, document: str, text: str) -> set[int]:
    """Which of the question's quotes a passage contains."""
    return {i for i, gold in enumerate(_quotes(question)) if _says(document, text, gold.doc_id, gold.quote)}


def quotes_met(question: Question, document: str, text: str) -> set[int]:
    """Which of the question's quotes contain a sentence, or are contained in it."""
    return {i for i, gold in enumerate(_quotes(question)) if _is(document, text, gold.doc_id, gold.quote)}


def token_scores(
    question: Question, passages: Sequence[metrics.Range], chunks: Sequence[metrics.Range]
) -> dict[str, float | None]:
    """How much of the gold text was retrieved, and how much else; `chunks` are all those of the gold documents.

    `@gold` is the oracle depth: as many passages as there are chunks that hold gold text. Quotes whose place in their
    document is not known are left out.
    """
    gold = gold_ranges(question)
    first, oracle = passages[:TOKEN_DEPTH], passages[: metrics.overlapping(chunks, gold)]
    return {
        f"token_recall@{TOKEN_DEPTH}": metrics.token_recall(first, gold) if gold else None,
        f"token_precision@{TOKEN_DEPTH}": metrics.token_precision(first, gold) if gold else None,
        f"token_iou@{TOKEN_DEPTH}": metrics.token_iou(first, gold) if gold else None,
        "token_recall@gold": metrics.token_recall(oracle, gold) if gold else None,
        "token_iou@gold": metrics.token_iou(oracle, gold) if gold else None,
    }


def gold_ranges(question: Question) -> list[metrics.Range]:
    """Where the quotes of the evidence stand, as far as that is known."""
    return [
        metrics.Range(gold.doc_id, gold.start, gold.end)
        for gold in question.evidence
        if gold.start is not None and gold.end is not None
    ]


def answer_scores(question: Question, answer: Answer | None) -> dict[str, float | None]:
    """Of what is said, and of what is cited for it."""
    text = " ".join(statement.text for statement in answer.statements) if answer else ""
    gold = question.answers if question.answerable else ()
    compared = gold if text else ()  # or nothing would equal a gold answer of articles only
    decision = gold[0].strip().lower() if gold and gold[0].strip().lower() in ("yes", "no") else ""
    return {
        "exact_match": metrics.exact_match(text, compared) if gold else None,
        "f1": metrics.token_f1(text, compared) if gold else None,
        "contains_answer": metrics.contains_answer(text, compared) if gold else None,
        "yes_no_accuracy": float(metrics.yes_or_no(text) == decision) if decision else None,
        **(_citation_scores(question, answer) if answer else _failed_citation_scores(question)),
    }


def best_evidence_is_right(question: Question, sentences: Sequence[Evidence]) -> float | None:
    """Whether showing the best sentence would have been right, where there is a gold quote or answer to tell by."""
    quotes = _quotes(question)
    if not question.answerable or not (quotes or question.answers):
        return None
    if not sentences:
        return 0.0
    best = sentences[0]
    quoted = any(_is(best.passage.document.id, best.quote.text, gold.doc_id, gold.quote) for gold in quotes)
    return float(quoted or bool(metrics.contains_answer(best.quote.text, question.answers)))


def _level(name: str, relevance: metrics.Relevance, gold: int) -> dict[str, float | None]:
    scores: dict[str, float | None] = {f"{name}_recall@{k}": None for k in RETRIEVAL_DEPTHS}
    scores |= {f"{name}_hit@{k}": None for k in RETRIEVAL_DEPTHS}
    scores |= {f"{name}_{metric}@10": None for metric in ("mrr", "ndcg", "all_evidence")}
    if gold:
        for k in RETRIEVAL_DEPTHS:
            scores[f"{name}_recall@{k}"] = metrics.recall(relevance, gold, k)
            scores[f"{name}_hit@{k}"] = metrics.hit(relevance, k)
        scores[f"{name}_mrr@10"] = metrics.reciprocal_rank(relevance, 10)
        scores[f"{name}_ndcg@10"] = metrics.ndcg(relevance, gold, 10)
        scores[f"{name}_all_evidence@10"] = metrics.all_evidence(relevance, gold, 10)
    return scores


def _failed_citation_scores(question: Question) -> dict[str, float | None]:
    wrong = 0.0 if question.answerable else None
    return {
        "citation_precision": wrong if question.evidence else None,
        "citation_overlap_precision": wrong if any(gold.quote for gold in question.evidence) else None,
        "citation_recall": wrong if any(gold.quote for gold in question.evidence) else None,
        "statements_supported": wrong,
        "invented_numbers": None if wrong is None else 1.0,
    }


def _citation_scores(question: Question, answer: Answer) -> dict[str, float | None]:
    cited = [citation.quote for citation in answer.citations]
    shown, dropped = answer.statements, answer.dropped
    numbers = answer.usage.get("cited_numbers", 0)
    scores: dict[str, float | None] = {
        "citation_precision": None,
        "citation_overlap_precision": None,
        "citation_recall": None,
        "statements_supported": len(shown) / (len(shown) + len(dropped)) if shown or dropped else None,
        "invented_numbers": answer.usage.get("invented_numbers", 0) / numbers if numbers else None,
    }
    if question.evidence:
        documents = {gold.doc_id for gold in question.evidence}
        if cited:
            right = [quote.document_id in documents for quote in cited]
            scores["citation_precision"] = sum(right) / len(cited)
        quotes = _quotes(question)
        if quotes:
            overlaps = [
                [_is(quote.document_id, quote.text, gold.doc_id, gold.quote) for gold in quotes] for quote in cited
            ]
            scores["citation_recall"] = sum(any(column) for column in zip(*overlaps, strict=True)) / len(quotes)
            if cited:
                scores["citation_overlap_precision"] = sum(any(row) for row in overlaps) / len(cited)
    return scores


def _quotes(question: Question) -> list[Gold]:
    return [gold for gold in question.evidence if gold.quote]


def _says(document: str, text: str, gold_document: str, gold_quote: str) -> bool:
    return document == gold_document and metrics.bare(gold_quote) in metrics.bare(text)


def _is(document: str, text: str, gold_document: str, gold_quote: str) -> bool:
    if document != gold_document:
        return False
    said, gold = metrics.bare(text), metrics.bare(gold_quote)
    return said in gold or gold in said
