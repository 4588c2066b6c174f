"""A long question -> the clauses that each ask for something of their own. Knows English wording and no documents.

"Which company, reported by A to ..., is also accused by B of ..." has evidence in several places, and no one sentence
is near the whole question.
"""

import re

from rag.words import content_words

_BETWEEN = re.compile(
    r"[,;:—]|\s[-–]\s|\b(?:and|while|whereas|but|which|who|that|after|before|between|as well as)\b", re.IGNORECASE
)
_LEAST_WORDS = 3  # that carry meaning: a shorter clause belongs to the one before it
_MOST = 8  # longest clauses first: a pasted article has no end of them


def clauses(question: str) -> tuple[str, ...]:
    """The clauses in their order; none where the question is one clause only."""
    found: list[str] = []
    for part in _BETWEEN.split(question):
        clause = part.strip(" ?.!\"'‘’“”")
        if not clause:
            continue
        if found and min(len(content_words(clause)), len(content_words(found[-1]))) < _LEAST_WORDS:
            found[-1] = f"{found[-1]} {clause}"
        else:
            found.append(clause)
    distinct = list(dict.fromkeys(found))
    longest = sorted(distinct, key=len, reverse=True)[:_MOST]
    return tuple(clause for clause in distinct if clause in longest) if len(found) > 1 else ()
