"""Numbers that a quote tells in other terms: the years between its dates, a quarter for three months, a range.

Knows a number of a statement and the sentences beside it; nothing of reasons or verdicts.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.comparing import any_same
from rag.ends import is_step
from rag.moments import apart, lived
from rag.quantities import Quantity
from rag.sources import Source

SPAN_BETWEEN = re.compile(r"\s*\w+\s+(?:earlier|later|before|after|previously)\b", re.IGNORECASE)
_LASTING = re.compile(
    r"\b(?:for|over|during|within|after|took|lasted|spent|served|worked|lived|stayed|taught|played|reigned)\s+"
    r"(?:about|some|around|nearly|over)?\s*$",
    re.IGNORECASE,
)
_DIED_AT = re.compile(
    r"\b(?:died|dying|death)\b[^.;]{0,30}\b(?:at|aged|age\s+of)\s+(?:the\s+age\s+of\s+)?$", re.IGNORECASE
)
_BETWEEN = re.compile(r"\bbetween\s+(?:about\s+)?$", re.IGNORECASE)
_MONTHS_OF_A_YEAR = {  # how many, and at which end of it: how else that is called
    (3, "first"): r"\b(?:(?:first|opening)\s+quarter\b|Q1\b)",
    (3, "last"): r"\b(?:(?:fourth|last|final)\s+quarter\b|Q4\b)",
    (6, "first"): r"\b(?:first|opening)\s+half\b",
    (6, "last"): r"\b(?:second|last|final)\s+half\b",
}
_HALF = re.compile(r"(?<=at the )half\b(?!\s+of)|(?P<nth>first|second)[\s-]half\b", re.IGNORECASE)
_HALF_TIME = {  # of the game's first half, of its second, and at the half
    nth: re.compile(rf"\b(?:{words})\s+half-?time\b", re.IGNORECASE)
    for nth, words in (("first", "before|by"), ("second", "after|since"), ("", "at|by"))
}
_FOLLOWED_BY_VERB = re.compile(r"\s+(?:is|was|will|has|had|would|may|could|should)\b")
_AT_AN_END = re.compile(r"\b(?:(?P<first>first|opening)|last|final|closing)\s+$", re.IGNORECASE)


def in_other_terms(
    part: str, stated: Quantity, said: Sequence[Quantity], main: Source, others: Sequence[Source], alike: bool
) -> bool:
    """Whether the sentences tell a number of a statement, of which `said` are all, without having it.

    `alike` is whether `main` has another number of its unit, which may contradict it.
    """
    sources = (main, *others)
    return (
        _between_dates(part, stated, main, others, others if alike else sources)
        or (not alike and _of_a_year(part, stated, sources))
        or _of_a_game(part, stated, sources)
        or _one_more(part, stated, sources)
        or _within_a_range(part, stated, said, [one for source in sources for one in source.quantities])
    )


def _between_dates(
    part: str, stated: Quantity, main: Source, others: Sequence[Source], lasting: Sequence[Source]
) -> bool:
    """Whether a number follows from two dates: "six years earlier", "died at 78", "spent 24 years" (of `lasting`)."""
    before = part[: stated.span.start]
    if SPAN_BETWEEN.match(part, stated.span.end):
        counted = [one for one in main.quantities if SPAN_BETWEEN.match(main.text, one.span.end)]
        if any(one.unit == stated.unit for one in counted) and not any_same(stated, counted):
            return False  # the quote says itself how many
        dates = [one for source in (main, *others) for one in source.moments]
        return apart(stated.value, stated.unit, dates, main.passage.document.day)
    if _DIED_AT.search(before):
        return any(lived(int(stated.raw), one.moments) for one in (main, *others))
    if _LASTING.search(before):
        return any(apart(stated.value, stated.unit, one.moments) for one in lasting)
    step = main in lasting and is_step(part, stated.span)  # "put back by two years"
    return step and any(apart(stated.value, stated.unit, one.moments) for one in (main, *others))


def _of_a_year(part: str, stated: Quantity, sources: Sequence[Source]) -> bool:
    """Whether "the first three months" are a quarter of a source, or six a half of its year."""
    end = _AT_AN_END.search(part[: stated.span.start]) if stated.unit == "month" else None
    called = _MONTHS_OF_A_YEAR.get((int(stated.raw), "first" if end["first"] else "last"), "") if end else ""
    return bool(called) and any(re.search(called, source.text, re.IGNORECASE) for source in sources)


def _of_a_game(part: str, stated: Quantity, sources: Sequence[Source]) -> bool:
    """Whether "the first half" or "at the half" is one of a game of which a source tells what was before half-time."""
    half = _HALF.match(part, stated.span.start)
    told = _HALF_TIME[(half["nth"] or "").lower()] if half else None
    return bool(told) and any(told.search(source.text) for source in sources)  # type: ignore[union-attr]


def _one_more(part: str, stated: Quantity, sources: Sequence[Source]) -> bool:
    """Whether "a third is planned" speaks of the third of the things that a source counts."""
    counted = stated.share and stated.text.lower().startswith("a ") and _FOLLOWED_BY_VERB.match(part, stated.span.end)
    return bool(counted) and any(
        one.unit == "th" and round(1 / stated.raw) == one.raw for source in sources for one in source.quantities
    )


def _within_a_range(part: str, stated: Quantity, said: Sequence[Quantity], sources: Sequence[Quantity]) -> bool:
    """Whether a number is one end of a range in which the sources' number lies: "between five and six", for 5.6."""
    for low, high in pairwise(said):
        between = part[low.span.end : high.span.start].strip()
        if stated in (low, high) and between == "and" and _BETWEEN.search(part[: low.span.start]):
            ends = any_same(low, sources) or any_same(high, sources)
            return not ends and any(low.unit == one.unit and low.value < one.value < high.value for one in sources)
    return False
