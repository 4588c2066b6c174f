"""Who does what to whom in two texts: whether two words of a statement have changed their parts in what happens.

Parts are told by order and prepositions alone: what stands before a verb, what after it, what after "from", "to",
"against" or "than". Names are words like others. Knows English word order; nothing of what the words mean.
"""

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.bindings import is_passive
from rag.vocabulary import BE, VERBS, listed
from rag.words import Word, irregular, located_words

CLAUSES = re.compile(r";|\b(?:whereas|while|but|although|though)\b|,\s+and\b", re.IGNORECASE)
"""Where a clause that may be of something else begins."""
_MARKING = listed("to from against over than behind for into between by")
_OTHER = listed("in on at near with of after before during under about as since until off through without among within")
_ENDS = re.compile(
    r"[;:()“”\"]|,(?=\s(?:and|but|which|who|while|whereas)\b)|\b(?:and|but|that|which|who|while|whereas|because|when)\b|,\s+(?=\w+ing\b)"
)
_RELATIVE = re.compile(r",\s+(?P<who>who|which|whose)\s+(?P<told>[^,;]+)(?P<rest>,\s+\w)?")
_SYMMETRIC = listed("meet met marry married face faced join joined play played agree agreed signed drew")
_COMPARING = listed("more less fewer better worse higher lower")
_SAME_FORMS = listed("beat hit cut hurt put cost set shed split")
_AUXILIARIES = BE | listed("will would can could may might must shall should do does did not been")
_IN_TURN = listed("after before following ahead")
_ENOUGH_SHARED = 2
_PRONOUNS = listed("it its they them their he him his she her this that these those which who one")
_UNFOLDED = 4  # relative clauses; nobody writes more in a sentence
_FAR = 7  # words on either side of a verb


@dataclass(frozen=True, slots=True)
class _Event:
    """A verb or a comparative, and the part that each word beside it has; a word with two parts is left out."""

    pivot: str
    parts: Mapping[str, str]


def exchanged_roles(part: str, quote: str) -> tuple[str, str] | None:
    """Two words that have each other's part in the quote, as the statement has them; None where there are none."""
    for ours in _events(part):
        for theirs in _events(quote):
            if ours.pivot == theirs.pivot and (swapped := _swapped(ours.parts, theirs.parts)):
                words = {word.stem: word.text for word in located_words(part)}
                return words[swapped[0]], words[swapped[1]]
    return None


def compared_otherwise(part: str, quote: str) -> bool:
    """Whether one text says that A is more than B where the other says that B is less than A."""
    return any(
        ours.pivot != theirs.pivot and _swapped(ours.parts, theirs.parts)
        for ours in _events(part)
        for theirs in _events(quote)
        if ours.pivot.startswith("than ") and theirs.pivot.startswith("than ")
    )


def told_in_turn(part: str, place: int, quote: str, there: int) -> bool:
    """Whether "A after B" is told as "B before A": more of what stands on either side has changed places than not."""
    if not {located_words(part)[place].text, located_words(quote)[there].text} <= _IN_TURN:
        return False
    (first, then), (their_first, their_then) = _beside(part, place), _beside(quote, there)
    return len(first & their_then) + len(then & their_first) > len(first & their_first) + len(then & their_then)


def _beside(text: str, place: int) -> tuple[frozenset[str], frozenset[str]]:
    """Stems of what "after" comes after, and of what it stands before; at the beginning that ends with a comma."""
    words = located_words(text)
    low, end = words[place].start, len(text)
    if not place and "," in text:
        end = text.index(",")
    inside = frozenset(word.stem for word in words if low < word.start < end and word.content)
    return frozenset(word.stem for word in words if word.content and not low <= word.start < end), inside


def in_another_clause(part: str, quote: str, place: int) -> bool:
    """Whether a quote's word `place` is said of what a statement has nothing of, and another clause shares words."""
    other = located_words(quote)
    own = {word.stem for word in located_words(part) if word.content}
    ends = [0, *(match.start() for match in CLAUSES.finditer(quote)), len(quote)]
    clauses = [[w for w in other if low <= w.start < high] for low, high in itertools.pairwise(ends)]
    shared = [len({word.stem for word in clause} & own) for clause in clauses]
    here = next(i for i, clause in enumerate(clauses) if other[place] in clause)
    told = clauses[here]
    before = told[: told.index(other[place])]
    subject = list(itertools.takewhile(lambda word: word.text not in BE, before))
    return (
        not shared[here]
        and max(shared) >= _ENOUGH_SHARED
        and any(word.content and not _adverb(word) for word in subject)
        and not any(word.text in _PRONOUNS for word in told)
    )


def _adverb(word: Word) -> bool:
    return word.text.endswith("ly") or word.text in ("later", "soon")


def _swapped(ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[str, str] | None:
    shared = [stem for stem in ours if stem in theirs]
    for one in shared:
        for other in shared:
            if ours[one] != ours[other] and ours[one] == theirs[other] and ours[other] == theirs[one]:
                return one, other
    return None


@functools.lru_cache(maxsize=8192)
def _events(text: str) -> tuple[_Event, ...]:
    return tuple(event for one in (text, *_unfolded(text)) for event in _found(one, located_words(one)))


def _unfolded(text: str) -> Iterator[str]:
    """A sentence without a relative clause that stands in it, and that clause with what begins the sentence before it.

    Of "The pier, which cost more than the bridge, was shut" these are "The pier was shut" and "The pier cost more ...".
    """
    for clause in itertools.islice(_RELATIVE.finditer(text), _UNFOLDED):
        before = text[: clause.start()]
        if clause["rest"]:
            yield before + text[clause.end("told") + 1 :]
        if clause["who"] != "whose" and not any(_is_verb(word) for word in located_words(before)):
            yield f"{before} {clause['told']}"


def _found(text: str, words: Sequence[Word]) -> Iterator[_Event]:
    for place, word in enumerate(words):
        if word.text == "from" and (way := _way(text, words, place)):
            yield _Event("from to", way)
        comparative = word.text == "than" and next(
            (
                w.stem
                for w in reversed(words[max(0, place - 4) : place])
                if w.text in _COMPARING or w.text.endswith("er")
            ),
            "",
        )
        if comparative:
            yield _Event(f"than {comparative}", _parts(text, words, place, place))
        elif _is_verb(word) and word.text not in _SYMMETRIC:
            yield _Event(word.stem, _parts(text, words, place, place + 1))


def _is_verb(word: Word) -> bool:
    return (
        not word.capital
        and word.content
        and (word.text in VERBS | _SAME_FORMS or irregular(word.text) or bool(re.search(r"..ed$", word.text)))
    )


def _parts(text: str, words: Sequence[Word], pivot: int, after: int) -> Mapping[str, str]:
    """The part of each content word before and after a pivot, up to the ends of its clause."""
    passive = after > pivot and is_passive(words, pivot)
    low, high = _clause(text, words, pivot)
    found: dict[str, str] = {}
    doubtful = set()
    for place, role in [*_before(words, low, pivot), *_after(words, after, high)]:
        if passive:
            role = {"doer": "done to", "by": "doer"}.get(role, role)
        if not words[place].content or words[place].stem == words[pivot].stem:
            continue
        if found.setdefault(words[place].stem, role) != role:
            doubtful.add(words[place].stem)
    return {stem: role for stem, role in found.items() if stem not in doubtful}


def _before(words: Sequence[Word], low: int, pivot: int) -> Iterator[tuple[int, str]]:
    role = "doer"
    for place in range(low, pivot):
        if words[place].text in _MARKING | _OTHER:
            role = "apart"
        elif words[place].text not in _AUXILIARIES and role == "doer":
            yield place, role


def _after(words: Sequence[Word], after: int, high: int) -> Iterator[tuple[int, str]]:
    role = "done to"
    for place in range(after, high):
        if words[place].text in _MARKING:
            role = words[place].text
        elif words[place].text in _OTHER:
            role = "apart"
        elif role != "apart":
            yield place, role


def _way(text: str, words: Sequence[Word], place: int) -> Mapping[str, str] | None:
    """From where to where."""
    high = min(_clause(text, words, place)[1], place + _FAR + 2)
    to = next((i for i in range(place + 2, high) if words[i].text == "to"), None)
    if to is None:
        return None
    start = {words[i].stem: "from" for i in range(place + 1, to) if words[i].content}
    return {**start, **{words[i].stem: "to" for i in range(to + 1, min(high, to + 4)) if words[i].content}}


def _clause(text: str, words: Sequence[Word], place: int) -> tuple[int, int]:
    """The words around a place, from the first to the last, that belong to its clause."""
    at = words[place].start
    start = max((match.end() for match in _ENDS.finditer(text, 0, at)), default=0)
    end = next((match.start() for match in _ENDS.finditer(text, words[place].end)), len(text))
    inside = [i for i, word in enumerate(words) if start <= word.start < end]
    return max(inside[0], place - _FAR), min(inside[-1] + 1, place + _FAR + 1)
