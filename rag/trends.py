"""Whether a quote tells that something went the other way from one time to another: "fewer than in 2021", "up from 40".

Compares a statement with the clause of the quote that tells of the same. Knows nothing of numbers or names.
"""

import functools
import re
from itertools import pairwise

from rag.date_words import MONTHS
from rag.denials import denials
from rag.directions import directions
from rag.opposites import sides
from rag.records import Span
from rag.words import Word, located_words, root

_MORE = "more|higher|bigger|greater|larger|longer|stronger|faster|warmer|dearer|older"
_LESS = "fewer|less|lower|smaller|shorter|weaker|slower|colder|cheaper|younger"
_MONTH = rf"(?:{'|'.join(MONTHS)}|spring|summer|autumn|winter)"
_THAN_BEFORE = re.compile(
    rf"\b(?:(?P<more>{_MORE})|(?P<less>{_LESS}))\b[^.;:]{{0,60}}?\bthan\s+(?:"
    r"(?:it|she|he|they|there)\s+(?:did|used|had|has|was|were)\b"
    rf"|(?:in|on|at)\s+(?:the\s+)?(?:\w+\s+(?:of\s+)?)?(?:(?:1\d|20)\d\d|{_MONTH})\b"
    r"|(?:a|the)\s+(?:year|month|week|decade|quarter)\s+(?:earlier|before|ago)\b|before\b|previously\b|ever\b"
    r"|(?:last|the\s+(?:previous|preceding))\s+\w+)",
    re.IGNORECASE,
)
_BY_SO_MUCH = re.compile(
    r"\b(?:[a-z]+ed|up|down|rose|fell|grew|rise|fall)\s+(?:by\s+|to\s+|from\s+)?(?:about\s+|some\s+)?[$€£]?\d"
    rf"(?!\d?\s+{_MONTH})"
)
_CLAUSE = re.compile(r"[;:]\s|,\s+(?:and|but|while|whereas|as|although)\s|\s(?:while|whereas|although|but)\s")
_AXIS = sides(Word("rose", root("rose"), 0, 4, False))[0][0]  # of what goes up or down


def turned_round(part: str, quote: str) -> str:
    """Why a quote tells that it went the other way; empty where it does not."""
    ours = _trend(part) if _THAN_BEFORE.search(part) or _BY_SO_MUCH.search(part) else 0
    if not ours or denials(part) or denials(quote):
        return ""
    own = {word.stem for word in located_words(part) if word.content}
    told = [(len(own & {word.stem for word in located_words(clause)}), _trend(clause)) for clause in _clauses(quote)]
    shared, theirs = max(told, key=lambda one: (bool(one[1]), one[0]))
    if not shared or not theirs or theirs == ours:
        return ""
    return f"the sources say that it went {'up' if theirs > 0 else 'down'}"


def goes_up_or_down(text: str) -> bool:
    """Whether a text tells that something did."""
    return any(one.axis == _AXIS for one in directions(text))


@functools.lru_cache(maxsize=8192)
def _trend(text: str) -> int:
    """1 where all that a text tells of went up, -1 where down; 0 of neither, or of both."""
    signs = {one.sign for one in directions(text) if one.axis == _AXIS}
    signs |= {1 if match["more"] else -1 for match in _THAN_BEFORE.finditer(text)}
    return signs.pop() if len(signs) == 1 else 0


def _clauses(text: str) -> list[str]:
    ends = [Span(0, 0), *(Span(*match.span()) for match in _CLAUSE.finditer(text)), Span(len(text), len(text))]
    return [text[one.end : following.start] for one, following in pairwise(ends)]
