"""The time that a question asks about: whether it asks about one, and how much of it sentences and passages tell.

Knows queries and how long things last; nothing of candidates, or of what this weighs.
"""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from rag.lasting import goes_on, tells_of
from rag.records import Passage, Query

_NOW = re.compile(r"\b(?:now|nowadays|currently|today|at present|at the moment|these days)\b", re.IGNORECASE)
TOLD = 0.75
"""A sentence that tells of as much of the asked time tells of that time, and not only of what holds on."""


def asks_of_a_time(query: Query) -> bool:
    """Whether its words name days that texts may tell of: not where it names outlets, for these reported on them."""
    return bool(query.window and (query.after or query.before)) and not query.sources


def asks_of_now(query: Query) -> bool:
    """Whether it asks how things are on the day of asking."""
    return not (query.window or query.sources) and bool(_NOW.search(query.text))


def told_of(query: Query, sentences: Sequence[str], day: date | None) -> np.ndarray:
    """How much of the time each sentence (m,) of a document of some day tells of; 0 where the document is of it."""
    if asks_of_now(query):
        return goes_on(sentences, query.asked_on)
    return np.zeros(len(sentences)) if is_within(day, query) else tells_of(sentences, query.after, query.before, day)


def tells_of_asked_time(passage: Passage) -> bool:
    """Whether a sentence of it tells of most of the time that is asked about."""
    return passage.signals.get("asked_time", 0.0) >= TOLD


def is_within(day: date | None, query: Query) -> bool:
    """Whether a document's day lies in the query's window."""
    return bool(day and (not query.after or day >= query.after) and (not query.before or day <= query.before))
