"""Questions without the names of the outlets that they ask about: what retrieval finds when nothing names a source.

Knows texts and names; nothing of libraries or searches.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from evals.questions import Question
from rag.outlets import outlet_spans

BLANK = "a news outlet"

_ARTICLE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_OPENING, _CLOSING = "\"'‘“«", "\"'’”»"


def blanked(question: Question, outlets: Sequence[str]) -> Question:
    """The question, and what was said before it, with BLANK for each outlet that it names."""
    return replace(
        question,
        question=blank(question.question, outlets),
        history=tuple({key: blank(text, outlets) for key, text in turn.items()} for turn in question.history),
    )


def blank(text: str, outlets: Sequence[str]) -> str:
    """BLANK for each name, with the quotation marks around it and the article before it."""
    named = sorted(span for spans in outlet_spans(text, outlets).values() for span in spans)
    kept, done = "", 0
    for start, end in named:
        if start < done:  # a part of a name that is blank already, or one that goes on beyond it
            done = max(done, end)
            continue
        around = text[max(start - 1, 0) : end + 1]
        if len(around) == end - start + 2 and around[0] in _OPENING and around[-1] in _CLOSING:
            start, end = start - 1, end + 1
        kept += _ARTICLE.sub("", text[done:start]) + BLANK
        done = end
    return kept + text[done:]
