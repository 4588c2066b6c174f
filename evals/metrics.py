"""Metrics: each a small pure function under the field's name, with its source. Knows nothing of runs or libraries.

Ranked lists are given as relevance: for each rank, which gold items the thing at that rank is (a set of their numbers,
empty where it is none). A question that retrieves nothing scores 0, as in trec_eval.
"""

import math
import re
import string
from collections import Counter
from collections.abc import Sequence, Set
from typing import NamedTuple

Relevance = Sequence[Set[int]]


class Range(NamedTuple):
    """Code points `start` up to, not including, `end` of one document."""

    document: str
    start: int
    end: int


def recall(relevance: Relevance, gold: int, k: int) -> float:
    """Recall@k: share of the gold items among the first k."""
    return len(set().union(*relevance[:k])) / gold


def hit(relevance: Relevance, k: int) -> float:
    """Hit@k (success@k): 1 where any of the first k is relevant."""
    return float(any(relevance[:k]))


def reciprocal_rank(relevance: Relevance, k: int) -> float:
    """RR@k, whose mean is MRR@k (Voorhees 1999): 1 / rank of the first relevant item, 0 beyond k."""
    return next((1 / rank for rank, found in enumerate(relevance[:k], start=1) if found), 0.0)


def ndcg(relevance: Relevance, gold: int, k: int) -> float:
    """nDCG@k with binary gains (Jarvelin and Kekalainen 2002, discount 1 / log2(rank + 1)).

    An item that repeats only gold items already found gains nothing.
    """
    gained, seen = 0.0, set[int]()
    for rank, found in enumerate(relevance[:k], start=1):
        if found - seen:
            gained += 1 / math.log2(rank + 1)
        seen |= found
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(gold, k) + 1))


def all_evidence(relevance: Relevance, gold: int, k: int) -> float:
    """1 where every gold item is among the first k: what a question over several documents needs."""
    return float(len(set().union(*relevance[:k])) == gold)


def token_recall(retrieved: Sequence[Range], gold: Sequence[Range]) -> float:
    """Share of the gold text that was retrieved; both are counted in code points.

    This and the next two are from Smith and Troynikov 2024, "Evaluating Chunking Strategies for Retrieval", whose code
    counts characters too. Gold that is named twice, or retrieved twice, counts once.
    """
    return _shared(retrieved, gold) / _length(_merged(gold))


def token_precision(retrieved: Sequence[Range], gold: Sequence[Range]) -> float:
    """Share of the retrieved text that is gold. Text that is retrieved twice is twice to be read, and gold once."""
    return _shared(retrieved, gold) / _length(retrieved) if retrieved else 0.0


def token_iou(retrieved: Sequence[Range], gold: Sequence[Range]) -> float:
    """Intersection over union: overlap / (retrieved + gold - overlap), where the retrieved text counts as before."""
    overlap = _shared(retrieved, gold)
    return overlap / (_length(retrieved) + _length(_merged(gold)) - overlap)


def overlapping(ranges: Sequence[Range], gold: Sequence[Range]) -> int:
    """How many of the ranges share text with the gold: of a library's chunks, the oracle depth of the same paper."""
    return sum(any(_common(one, other) for other in gold) for one in ranges)


def bare(text: str) -> str:
    """Without white space, as MultiHop-RAG compares evidence."""
    return "".join(text.split())


def normalised(text: str) -> str:
    """SQuAD's normalisation: lower case, without punctuation, articles and extra white space."""
    plain = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """SQuAD's EM: 1 where the normalised answer equals a gold one."""
    return float(any(normalised(answer) == normalised(one) for one in gold))


def token_f1(answer: str, gold: Sequence[str]) -> float:
    """SQuAD's F1 over the tokens of the normalised texts, best over the gold answers."""
    return max((_overlap(normalised(answer).split(), normalised(one).split()) for one in gold), default=0.0)


def contains_answer(answer: str, gold: Sequence[str]) -> float:
    """1 where a normalised gold answer stands in the normalised answer as whole words."""
    words = f" {normalised(answer)} "
    return float(any(normalised(one) and f" {normalised(one)} " in words for one in gold))


def yes_or_no(answer: str) -> str:
    """`yes` or `no` where the answer begins with that word, else nothing."""
    first = normalised(answer).split(" ")[0]
    return first if first in ("yes", "no") else ""


def risk_coverage(confidence: Sequence[float], correct: Sequence[float]) -> list[tuple[float, float, float]]:
    """Threshold, coverage and risk as ever less confident answers are given (El-Yaniv and Wiener 2010).

    Risk is the share of wrong ones among those given. Equal confidences enter together.
    """
    order = sorted(range(len(confidence)), key=lambda i: -confidence[i])
    points, wrong = [], 0.0
    for given, i in enumerate(order, start=1):
        wrong += 1 - correct[i]
        if given == len(order) or confidence[order[given]] != confidence[i]:
            points.append((confidence[i], given / len(order), wrong / given))
    return points


def risk_coverage_area(confidence: Sequence[float], correct: Sequence[float]) -> float:
    """AURC (Geifman and El-Yaniv 2017): the mean risk over all coverages; lower is better."""
    area, before = 0.0, 0.0
    for _, coverage, risk in risk_coverage(confidence, correct):
        area += (coverage - before) * risk
        before = coverage
    return area


def _shared(retrieved: Sequence[Range], gold: Sequence[Range]) -> int:
    """Length of the text that is in both."""
    return sum(_common(one, other) for one in _merged(retrieved) for other in _merged(gold))


def _common(one: Range, other: Range) -> int:
    if one.document != other.document:
        return 0
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _merged(ranges: Sequence[Range]) -> list[Range]:
    """The same text in ranges that share none."""
    merged: list[Range] = []
    for one in sorted(ranges):
        if merged and _common(merged[-1], one):
            merged[-1] = merged[-1]._replace(end=max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged


def _length(ranges: Sequence[Range]) -> int:
    return sum(one.end - one.start for one in ranges)


def _overlap(answer: Sequence[str], gold: Sequence[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    common = sum((Counter(answer) & Counter(gold)).values())
    if not common:
        return 0.0
    precision, share = common / len(answer), common / len(gold)
    return 2 * precision * share / (precision + share)
