"""Evaluation runs: question sets, metrics, statistics, reports. Start at `evaluate`; answering never needs this."""

from evals.comparison import compare_runs
from evals.judge import Judge
from evals.runs import evaluate, read_run

__all__ = ["Judge", "compare_runs", "evaluate", "read_run"]
