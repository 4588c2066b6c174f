"""Whether a statement gives somebody the office or the trade that its sources give to another.

"The labour minister, Ana Sloan," beside "the employers' negotiator, Ana Sloan" and "labour minister Odette Lavoie".
Knows how English puts a name beside what its bearer is; nothing of what is said or done.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.names import ProperName, alike, proper_names
from rag.subjects import PREPOSITIONS
from rag.vocabulary import DETERMINERS, PERSON_NOUNS, TITLES, listed
from rag.words import root, stop_words

_ITS = r"(?:[Aa]n?|[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[A-Z][\w-]*['’]s?)"
_AFTER = re.compile(rf",\s+{_ITS}\s+((?:[\w'’-]+\s+){{0,3}}?[a-z-]{{4,}})(?=[,.;]|\s+(?:of|from|at|who|in|for)\b)")
_BEFORE = re.compile(rf"\b{_ITS}\s+((?:[\w'’-]+\s+){{0,3}}?[a-z-]{{4,}}),\s+$")
_BESIDE = re.compile(r"((?:[\w'’-]+\s+){0,2}?[\w-]{4,})\s+$")
_TRADE = re.compile(r"(?:er|or|ist|ian|man|woman|ant)$")
_OTHERS = listed("mechanic counsel vet cook clerk guard midwife priest rabbi imam boss host")
_NO_TRADE = PREPOSITIONS | listed(
    "never ever later earlier either rather together other another number september october november december water "
    "summer winter river paper power order matter letter quarter whether however former major junior senior minor prior"
)
_PLACED = re.compile(rf"\b(?:{'|'.join(sorted(PREPOSITIONS))})\s+$", re.IGNORECASE)
_REACH = 80  # characters before a name


@dataclass(frozen=True, slots=True)
class _Holder:
    """A person with what he is, in `words`: the last of them by its stem, and the stems of those that narrow it."""

    name: ProperName
    words: str
    head: str
    narrowing: frozenset[str]


def other_holder(part: str, context: Sequence[str]) -> tuple[str, str, str] | None:
    """Who has an office in the sources, the office, and who has it in the statement; None where these are the same.

    It judges only persons whose own office or trade the sources give.
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
        left = text[max(0, start - _REACH) : start]
        described = [_AFTER.match(text, end), _BEFORE.search(left)]
        if described[1] and _PLACED.search(left[: described[1].start()]):  # "After the match, Hugo Orr spoke"
            described[1] = None
        described.append(None if described[1] else _BESIDE.search(left))
        found += [_holder(name, one[1]) for one in described if one and _is_trade(one[1].split()[-1].lower())]
    return tuple(found)


def _is_trade(word: str) -> bool:
    known = word in PERSON_NOUNS | TITLES | _OTHERS
    return known or bool(_TRADE.search(word) and word not in _NO_TRADE and word not in stop_words())


def _holder(name: ProperName, words: str) -> _Holder:
    said = [word for word in words.split() if word.lower() not in DETERMINERS]
    *narrowing, head = (root(word.lower()) for word in said)
    return _Holder(name, " ".join(said), head, frozenset(narrowing))
