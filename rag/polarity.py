"""Whether two texts agree in what they deny, and in which way they say that things went.

Compares them by the words that they share. Knows nothing of numbers or names.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.denials import ALL, Denial, denials, denied_at, hint_of_denial
from rag.opposites import compares, is_superlative, means_little_alone, sides
from rag.records import Span
from rag.words import Word, located_words, root

NOT_DENIED = "nothing in the quote denies it"
_CONTEXT = 5  # words on either side that tell what a word is said of
_CLAUSES = re.compile(r";|\b(?:whereas|while|but|although|though)\b|,\s+and\b", re.IGNORECASE)
_AGES = frozenset({"year", "month", "week", "day"})  # a 16-year-old is not old
_UNDOING = frozenset({root(word) for word in ("lift", "scrap", "abolish", "repeal", "overturn", "revoke", "annul")})
_ARTICLES = frozenset({"the", "a", "its", "their", "his", "her"})
_LIGHT = frozenset({"make", "take", "give", "get", "hold", "see", "show"})
_GAMES = frozenset({"win", "beat", "defeat", "lose", "buy", "sell"})


@dataclass(frozen=True, slots=True)
class Direction:
    """Word `place` stands on one side (1 or -1) of a pair of opposites; `denied` words count for the other side."""

    axis: int
    side: int
    place: int
    denied: bool

    @property
    def sign(self) -> int:
        return -self.side if self.denied else self.side


def disagreement(part: str, quote: str) -> str:
    """Why a quote and a part of a statement do not agree in what they deny or which way it went; empty if they do."""
    return _opposed(part, quote) or _denied(part, quote)


def unmatched_superlative(part: str, quote: str) -> str:
    """A superlative of the statement of which the quote has nothing like it; empty where it has."""
    words, theirs = located_words(part), directions(quote)
    for one in directions(part):
        if is_superlative(words[one.place]) and not any(other.axis == one.axis for other in theirs):
            return words[one.place].text
    return ""


@functools.lru_cache(maxsize=8192)
def directions(text: str) -> tuple[Direction, ...]:
    """Words with opposites, in the order of their places."""
    words = located_words(text)
    denied = {place for denial in denials(text) for place in _denied_by(words, denial)}
    return tuple(
        Direction(axis, side, i, other)
        for i, word in enumerate(words)
        if not (i in denied and compares(word)) and not (word.text == "old" and i and words[i - 1].stem in _AGES)
        for axis, side in sides(word)
        for other in ((False, True) if _undone(words, i) else (i in denied,))
    )


def _denied_by(words: Sequence[Word], denial: Denial) -> tuple[int, ...]:
    """All that "none" has in its scope; of "not" the next word, and after "made" and its like one more."""
    if words[denial.place].text in ALL:
        return denial.scope
    return denial.scope[: 2 if denial.scope and words[denial.scope[0]].stem in _LIGHT else 1]


def _undone(words: Sequence[Word], place: int) -> bool:
    """Whether a noun is what is lifted or scrapped: "lifted the ban" tells of a ban, and of its end."""
    before = words[max(0, place - 3) : place]
    return any(word.text in _ARTICLES for word in before[-2:]) and any(word.stem in _UNDOING for word in before)


def _opposed(part: str, quote: str) -> str:
    """A word of the statement to which the quote has only the opposite, where it speaks of the same."""
    ours, theirs = directions(part), directions(quote)
    own, other = located_words(part), located_words(quote)
    for place in dict.fromkeys(one.place for one in ours):
        verdicts = []
        for one in (one for one in ours if one.place == place):
            rivals = [rival for rival in theirs if rival.axis == one.axis]
            if not rivals:
                continue
            shared = [len(_around(own, one.place) & _around(other, rival.place)) for rival in rivals]
            best = max(shared)
            if means_little_alone(own[place]) and not best:
                continue
            chosen = [rival for rival, count in zip(rivals, shared, strict=True) if count == best]
            chosen = _of_the_same(own, quote, rivals) or chosen
            agree = any(rival.sign == one.sign for rival in chosen)
            verdicts.append((agree, other[chosen[0].place], chosen[0].denied, one))
        if verdicts and not any(agree for agree, *_ in verdicts):
            _, word, denied, one = verdicts[0]
            if _flipped_roles(own, other, one, word):
                continue
            return f"the sources say “{'not ' if denied else ''}{word.text}”, not “{own[place].text}”"
    return ""


def _of_the_same(own: Sequence[Word], quote: str, rivals: Sequence[Direction]) -> list[Direction]:
    """Rivals in clauses that name somebody of the statement, where others stand in clauses that name only others."""
    named = {word.stem for word in own if word.capital and word.content}
    other = located_words(quote)
    clauses = [Span(0, 0), *(Span(*match.span()) for match in _CLAUSES.finditer(quote))]
    found: dict[bool, list[Direction]] = {True: [], False: []}
    for rival in rivals:
        at = other[rival.place].start
        start = max(span.end for span in clauses if span.end <= at)
        end = min((span.start for span in clauses if span.start > at), default=len(quote))
        capitals = {word.stem for word in other if start <= word.start < end and word.capital and word.content}
        if capitals:
            found[bool(capitals & named)].append(rival)
    return found[True] if found[False] else []


def _flipped_roles(own: Sequence[Word], other: Sequence[Word], one: Direction, word: Word) -> bool:
    """Whether one text tells of the loser what the other tells of the winner."""
    return (
        own[one.place].stem in _GAMES
        and word.stem in _GAMES
        and _subject(own, one.place) != _subject(other, other.index(word))
    )


def _subject(words: Sequence[Word], place: int) -> str:
    """The last capitalised word before a verb, as a stem; empty where there is none."""
    return next((word.stem for word in reversed(words[:place]) if word.capital), "")


def _denied(part: str, quote: str) -> str:
    ours, theirs = denials(part), denials(quote)
    own, other = located_words(part), located_words(quote)
    for denial in ours:
        if reason := _unmatched(own, denial, other, theirs, _axes(part), _axes(quote)):
            return f"the sources do not deny it: they say “{reason}”" if reason != "-" else NOT_DENIED
    for denial in theirs:
        if reason := _unmatched(other, denial, own, ours, _axes(quote), _axes(part), strictly=False):
            return f"the sources deny it: “{_phrase(quote, other, denial)}”" if reason else ""
    return ""


def _unmatched(
    words: Sequence[Word],
    denial: Denial,
    others: Sequence[Word],
    denied: Sequence[Denial],
    axes: Mapping[int, frozenset[tuple[int, int]]],
    other_axes: Mapping[int, frozenset[tuple[int, int]]],
    strictly: bool = True,
) -> str:
    """The word that the other text says where this one denies it, "-" where it says nothing of the kind, or nothing."""
    if _last_since(words, denial, others):
        return ""
    stems = {word.stem: j for j, word in enumerate(others)}
    target = denial.scope[0] if denial.scope else None
    if target is not None and words[target].stem in stems:
        places = [j for j, word in enumerate(others) if word.stem == words[target].stem]
        if any(denied_at(others, j, denied) for j in places):
            return ""
        return others[places[0]].text
    held = [stems[words[i].stem] for i in denial.scope if words[i].stem in stems]
    if not strictly and len(held) < max(1, len(denial.scope) / 2):
        return ""
    opposites = {(axis, -side) for axis, side in axes.get(target, ())} if target is not None else set()
    if any(opposites & there for there in other_axes.values()):
        return ""
    if denied or any(hint_of_denial(word) for word in others):
        return ""
    return "-" if strictly else others[held[0]].text


def _last_since(words: Sequence[Word], denial: Denial, others: Sequence[Word]) -> bool:
    """Whether one text says "not ... since" and the other "last ... in"."""
    later = {word.text for word in words[denial.place : denial.place + 2 * _CONTEXT]}
    return "since" in later and any(word.text in ("last", "latest") for word in others)


def _phrase(text: str, words: Sequence[Word], denial: Denial) -> str:
    last = denial.scope[0] if denial.scope else denial.place
    return text[words[denial.place].start : words[last].end]


def _around(words: Sequence[Word], place: int) -> frozenset[str]:
    """What stands near a word: stems of content words and numbers."""
    near = words[max(0, place - _CONTEXT) : place + _CONTEXT + 1]
    return frozenset(word.stem for word in near if word.content and word is not words[place])


@functools.lru_cache(maxsize=8192)
def _axes(text: str) -> Mapping[int, frozenset[tuple[int, int]]]:
    found: dict[int, set[tuple[int, int]]] = {}
    for one in directions(text):
        found.setdefault(one.place, set()).add((one.axis, one.side))
    return {place: frozenset(sides) for place, sides in found.items()}


def one_sided(words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
    """(words, texts): 1 where a text has a word of the same side of a pair of opposites, as "fell" for "dropped"."""
    held = [{(one.axis, one.side) for one in directions(text)} for text in texts]
    own = [set(sides(word)) for word in words]
    found = np.array([[bool(mine & there) for there in held] for mine in own], dtype=np.float32)
    return found.reshape(len(words), len(texts))
