"""Whether a statement gives somebody the office or the trade that its sources give to another.

"The labour minister, Ana Sloan," beside "the employers' negotiator, Ana Sloan" and "labour minister Odette Lavoie".
Knows how English puts a name beside what its bearer is; nothing of what is said or done.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.names import ProperName, alike, proper_names
from rag.vocabulary import DETERMINERS, PERSON_NOUNS, TITLES
from rag.words import root

_ITS = r"(?:[Aa]n?|[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[A-Z][\w-]*['’]s?)"
_AFTER = re.compile(rf",\s+{_ITS}\s+((?:[\w'’-]+\s+){{0,3}}?[a-z-]{{4,}})(?=[,.;]|\s+(?:of|from|at|who|in|for)\b)")
_BEFORE = re.compile(rf"\b{_ITS}\s+((?:[\w'’-]+\s+){{0,3}}?[a-z-]{{4,}}),\s+$")
_BESIDE = re.compile(r"((?:[\w'’-]+\s+){0,2}?)([\w-]{4,})\s+$")
_TRADE = re.compile(r"(?:er|or|ist|ian|man|woman|ant)$")


@dataclass(frozen=True, slots=True)
class _Holder:
    """A person with what he is, in `words`: the last of them by its stem, and the stems of those that narrow it."""

    name: ProperName
    words: str
    head: str
    narrowing: frozenset[str]


def other_holder(part: str, context: Sequence[str]) -> tuple[str, str, str] | None:
    """Who has an office in the sources, the office, and who has it in the statement; None where these are the same.

    Only persons of whom the sources say what else they are can be in the wrong place.
    """
    known = [one for text in context for one in _holders(text)]
    for mine in _holders(part):
        own = [one for one in known if alike(one.name, mine.name)]
        same = [one for one in known if one.head == mine.head and _narrowed_alike(one, mine)]
        if own and not any(one.head == mine.head for one in own) and same:
            other = next((one for one in same if not alike(one.name, mine.name)), None)
            if other:
                return other.name.text, mine.words, mine.name.text
    return None


def _narrowed_alike(one: _Holder, other: _Holder) -> bool:
    return not one.narrowing or not other.narrowing or bool(one.narrowing & other.narrowing)


@functools.lru_cache(maxsize=8192)
def _holders(text: str) -> tuple[_Holder, ...]:
    found = []
    for name in proper_names(text):
        if len(name.words) < 2:
            continue
        start, end = name.span
        if after := _AFTER.match(text, end):
            found.append(_holder(name, after[1]))
        if before := _BEFORE.search(text[:start]):
            found.append(_holder(name, before[1]))
        elif beside := _BESIDE.search(text[:start]):
            head = beside[2].lower()
            begins = beside.start() == 0  # "Defence counsel Anton Orr said"
            if begins or head in PERSON_NOUNS | TITLES or _TRADE.search(head):
                found.append(_holder(name, f"{beside[1]}{beside[2]}"))
    return tuple(found)


def _holder(name: ProperName, words: str) -> _Holder:
    said = [word for word in words.split() if word.lower() not in DETERMINERS]
    *narrowing, head = (root(word.lower()) for word in said)
    return _Holder(name, " ".join(said), head, frozenset(narrowing))
