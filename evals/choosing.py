"""Gathered questions -> the weights that fit them, by cross-validation. Knows signals and gold; nothing of figures.

The likelihood is listwise: the softmax of the scores of all a question's candidates, against an equal share for each
gold one (ListNet's top-one loss, Cao et al. 2007), of sentences and of passages together. Every set counts the same.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from evals.gathering import Gathered
from rag.scoring import WEIGHTS, Weights

OF_SENTENCES = ("sentence_cosine", "clause_cosine", "answer_type", "asked_time", "passage_coverage", "passage_cosine")
OF_QUOTES = ("interaction", "asked_for")
OF_PASSAGES = ("coverage", "full_text", "full_text_rank", "named_source", "named_day", "in_window", "latest")

_RIDGE = 1e-3
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Chosen:
    """Weights of all questions, and of those outside each fold: a set's questions go to the folds by turns."""

    of_all: Weights
    without_fold: tuple[Weights, ...]

    def held_out(self, questions: Sequence[Gathered]) -> Iterator[Weights]:
        """For each question of a set the weights that were fitted without it."""
        return itertools.islice(itertools.cycle(self.without_fold), len(questions))


@dataclass(frozen=True, slots=True)
class _Lists:
    """A set's candidates one question after another: signals of its sentences (m, 6), of those of them that are read
    again (m, 2), and of its passages (n, 7).

    `sentence_targets` (m,) and `passage_targets` (n,) are the gold ones' shares of a question, which count as many
    times as there are questions with any.
    """

    coverage: torch.Tensor
    sentences: torch.Tensor
    quotes: torch.Tensor
    passages: torch.Tensor
    sentences_of_passage: torch.Tensor
    passages_of_question: torch.Tensor
    sentences_of_question: torch.Tensor
    sentence_targets: torch.Tensor
    passage_targets: torch.Tensor

    @property
    def told(self) -> torch.Tensor:
        """Of each signal, how much of it there is."""
        return torch.cat([of.abs().sum(0) for of in (self.sentences, self.quotes, self.passages)])


def choose(sets: Sequence[Sequence[Gathered]], folds: int) -> Chosen:
    """What a sentence may borrow, and novelty, stay as they are: the likelihood cannot tell of them."""
    without = [[[q for i, q in enumerate(one) if i % folds != fold] for one in sets] for fold in range(folds)]
    return Chosen(fitted(sets), tuple(fitted(others) for others in without))


def fitted(sets: Sequence[Sequence[Gathered]]) -> Weights:
    """The weights of highest likelihood, where a sentence's coverage counts 1.

    The weight of a signal that no question has stays as it is.
    """
    lists = [_lists(one) for one in sets if one]
    names = (*OF_SENTENCES, *OF_QUOTES, *OF_PASSAGES)
    weights = torch.tensor([getattr(WEIGHTS, name) for name in names], dtype=torch.float32, requires_grad=True)
    sharpness = torch.zeros(2, requires_grad=True)  # logarithms: how far apart scores have to be, of either kind
    optimiser = torch.optim.LBFGS([weights, sharpness], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = sum((_loss(one, weights, sharpness) for one in lists), _RIDGE * (weights**2).sum())
        value.backward()
        return value

    optimiser.step(loss)
    told = torch.stack([one.told for one in lists]).sum(0)
    found = zip(names, weights.tolist(), told.tolist(), strict=True)
    return replace(WEIGHTS, **{name: round(value, 3) for name, value, given in found if given})


def _loss(one: _Lists, weights: torch.Tensor, sharpness: torch.Tensor) -> torch.Tensor:
    of_sentences, of_quotes, of_passages = weights.split([len(OF_SENTENCES), len(OF_QUOTES), len(OF_PASSAGES)])
    sentences = one.coverage + one.sentences @ of_sentences
    quotes = sentences + one.quotes @ of_quotes
    best = torch.segment_reduce(sentences, "max", lengths=one.sentences_of_passage)
    passages = best + one.passages @ of_passages
    scale = sharpness.exp()
    return _listwise(scale[0] * quotes, one.sentences_of_question, one.sentence_targets) + _listwise(
        scale[1] * passages, one.passages_of_question, one.passage_targets
    )


def _listwise(scores: torch.Tensor, lengths: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The mean over questions of their cross entropy, of those that have any gold."""
    owner = torch.repeat_interleave(torch.arange(len(lengths)), lengths)
    highest = torch.segment_reduce(scores.detach(), "max", lengths=lengths)
    total = torch.zeros(len(lengths)).index_add(0, owner, (scores - highest[owner]).exp())
    logarithms = scores - (total.log() + highest)[owner]
    return -(targets * logarithms).sum() / targets.sum().clamp(min=1)


def _lists(questions: Sequence[Gathered]) -> _Lists:
    return _Lists(
        coverage=_joined(question.signals.coverage for question in questions),
        sentences=_joined(_of_sentences(question) for question in questions),
        quotes=_joined(_of_quotes(question) for question in questions),
        passages=_joined(_of_passages(question) for question in questions),
        sentences_of_passage=torch.tensor(np.concatenate([question.signals.counts for question in questions])),
        passages_of_question=torch.tensor([len(question.ids) for question in questions]),
        sentences_of_question=torch.tensor([len(question.signals.coverage) for question in questions]),
        sentence_targets=_joined(_shares(_gold_sentences(question)) for question in questions),
        passage_targets=_joined(_shares(question.gold) for question in questions),
    )


def _of_sentences(question: Gathered) -> np.ndarray:
    """(m, 6). What is read is told of every sentence, where retrieval looks at those of the best passages."""
    signals = question.signals
    shared = {name: np.repeat(values, signals.counts) for name, values in signals.shared.items()}
    known = {**signals.sentences, **shared, **question.held}
    none = np.zeros(len(signals.coverage))
    return np.stack([known.get(name, none) for name in OF_SENTENCES], axis=1)


def _of_quotes(question: Gathered) -> np.ndarray:
    """(m, 2). What a sentence has more than the least of those that are read again; nothing of all others.

    They are twice as many as a search reads, so what is read counts a little more here.
    """
    none = np.zeros(len(question.signals.coverage))
    known = [question.again.get(name, none) for name in OF_QUOTES]
    return np.stack([np.nan_to_num(values - np.nanmin(values)) if len(values) else values for values in known], axis=1)


def _of_passages(question: Gathered) -> np.ndarray:
    none = np.zeros(len(question.ids))
    return np.stack([question.signals.passages.get(name, none) for name in OF_PASSAGES], axis=1)


def _gold_sentences(question: Gathered) -> np.ndarray:
    gold = np.zeros(len(question.signals.coverage))
    gold[list(question.in_sentences)] = 1
    return gold


def _shares(gold: np.ndarray) -> np.ndarray:
    return gold / max(gold.sum(), 1)


def _joined(parts: Iterator[np.ndarray]) -> torch.Tensor:
    return torch.tensor(np.concatenate(list(parts)), dtype=torch.float32)
