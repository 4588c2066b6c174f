"""Every metric by hand, and the ranked ones against ir_measures."""

import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import metrics
from evals.metrics import Range

RANKED = [{0}, set(), {1, 2}, set(), {0}]  # three gold items in five ranks


def test_recall_counts_gold_items_once() -> None:
    assert metrics.recall(RANKED, gold=4, k=1) == 1 / 4
    assert metrics.recall(RANKED, gold=4, k=5) == 3 / 4
    assert metrics.recall([], gold=2, k=10) == 0


def test_hit_and_reciprocal_rank() -> None:
    late = [set(), set(), {0}]
    assert (metrics.hit(late, 2), metrics.hit(late, 3)) == (0, 1)
    assert metrics.reciprocal_rank(late, 10) == 1 / 3
    assert metrics.reciprocal_rank(late, 2) == 0


def test_ndcg_by_hand() -> None:
    gained = 1 / math.log2(2) + 1 / math.log2(4)  # ranks 1 and 3; rank 5 repeats the first
    ideal = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert metrics.ndcg(RANKED, gold=3, k=10) == pytest.approx(gained / ideal)
    assert metrics.ndcg([{0}, {1}], gold=2, k=10) == 1


def test_all_evidence_needs_every_item() -> None:
    assert metrics.all_evidence(RANKED, gold=3, k=10) == 1
    assert metrics.all_evidence(RANKED, gold=3, k=2) == 0
    assert metrics.all_evidence(RANKED, gold=4, k=10) == 0


@given(st.lists(st.booleans(), max_size=15), st.integers(0, 5))
def test_ranked_metrics_agree_with_ir_measures(relevant: list[bool], unfound: int) -> None:
    gold = sum(relevant) + unfound
    if not gold:
        return
    numbers = iter(range(gold))
    ranked = [{next(numbers)} if one else set() for one in relevant]
    qrels = [ir_measures.Qrel("q", f"r{i}", 1) for i, one in enumerate(relevant) if one]
    qrels += [ir_measures.Qrel("q", f"unfound{i}", 1) for i in range(unfound)]
    run = [ir_measures.ScoredDoc("q", f"r{i}", -float(i)) for i in range(len(relevant))]
    run = run or [ir_measures.ScoredDoc("q", "something else", 0.0)]
    measures = [ir_measures.R @ 5, ir_measures.Success @ 5, ir_measures.RR @ 10, ir_measures.nDCG @ 10]
    expected = ir_measures.calc_aggregate(measures, qrels, run)
    ours = [
        metrics.recall(ranked, gold, 5),
        metrics.hit(ranked, 5),
        metrics.reciprocal_rank(ranked, 10),
        metrics.ndcg(ranked, gold, 10),
    ]
    assert ours == pytest.approx([expected[measure] for measure in measures], abs=1e-6)


# Ten code points of gold in two places, one of them named twice, and fifteen retrieved: six of them gold.
GOLD = [Range("a", 0, 6), Range("a", 2, 6), Range("b", 10, 14)]
RETRIEVED = [Range("a", 3, 13), Range("b", 11, 14), Range("c", 0, 2)]


def test_token_metrics_by_hand() -> None:
    assert metrics.token_recall(RETRIEVED, GOLD) == 6 / 10
    assert metrics.token_precision(RETRIEVED, GOLD) == 6 / 15
    assert metrics.token_iou(RETRIEVED, GOLD) == 6 / (15 + 10 - 6)


def test_text_that_is_retrieved_twice_is_twice_to_be_read_and_once_gold() -> None:
    twice = [Range("a", 0, 4), Range("a", 2, 6)]
    assert metrics.token_recall(twice, [Range("a", 0, 6)]) == 1
    assert metrics.token_precision(twice, [Range("a", 0, 6)]) == 6 / 8
    assert metrics.token_iou(twice, [Range("a", 0, 6)]) == 6 / (8 + 6 - 6)


def test_nothing_retrieved_has_no_tokens() -> None:
    assert [score([], GOLD) for score in (metrics.token_recall, metrics.token_precision, metrics.token_iou)] == [0] * 3


def test_the_oracle_depth_counts_chunks_that_share_text_with_the_gold() -> None:
    chunks = [Range("a", 0, 4), Range("a", 4, 8), Range("a", 8, 12), Range("b", 0, 10), Range("b", 10, 20)]
    assert metrics.overlapping(chunks, GOLD) == 3


def test_exact_match_and_f1_as_squad_defines_them() -> None:
    assert metrics.exact_match("The Eiffel Tower!", ["eiffel tower"]) == 1
    assert metrics.exact_match("Eiffel", ["eiffel tower"]) == 0
    # two of three tokens right, two of two found: precision 2/3, recall 1
    assert metrics.token_f1("the big Eiffel tower", ["Eiffel Tower"]) == pytest.approx(2 * (2 / 3) / (2 / 3 + 1))
    assert metrics.token_f1("Paris", ["London", "in Paris"]) == pytest.approx(2 * 0.5 / 1.5)
    assert metrics.token_f1("", ["x"]) == 0


def test_contains_answer_wants_whole_words() -> None:
    assert metrics.contains_answer("It holds about 60 percent of Donetsk.", ["60 percent"]) == 1
    assert metrics.contains_answer("It holds 160 percent.", ["60 percent"]) == 0
    assert metrics.contains_answer("Anything", [""]) == 0


def test_yes_or_no_is_the_first_word() -> None:
    assert [metrics.yes_or_no(text) for text in ("Yes, it did.", "NO", "Not at all", "")] == ["yes", "no", "", ""]


def test_risk_coverage_by_hand() -> None:
    points = metrics.risk_coverage([0.9, 0.2, 0.5, 0.5], [1, 0, 0, 1])
    assert points == [(0.9, 0.25, 0.0), (0.5, 0.75, 1 / 3), (0.2, 1.0, 0.5)]
    assert metrics.risk_coverage_area([0.9, 0.2, 0.5, 0.5], [1, 0, 0, 1]) == pytest.approx(0.5 / 3 + 0.25 / 2)
    assert metrics.risk_coverage([], []) == []
