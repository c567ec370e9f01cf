"""Scoring agents: fixed suites of episodes, baselines, intervals, causes of failure, comparisons."""

from training.evaluation.cases import Case, Evaluation
from training.evaluation.run import evaluate
from training.evaluation.scores import summarize

__all__ = ["Case", "Evaluation", "evaluate", "summarize"]
