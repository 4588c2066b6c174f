"""In which way two texts say that things went: words and phrases with opposites, and what they are said of.

Compares them by the words that they share. Knows nothing of numbers or names.
"""

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.denials import ALL, Denial, denials, never_before, turns_down
from rag.opposites import bases, compares, is_superlative, means_little_alone, sides
from rag.phrases import phrases_in
from rag.records import Span
from rag.roles import CLAUSES, compared_otherwise, in_another_clause, told_in_turn
from rag.vocabulary import listed
from rag.words import Word, irregular, located_words, root

_CONTEXT = 5  # words on either side that tell what a word is said of
_COMPASS = frozenset(root(word) for word in listed("north south east west northern southern eastern western"))
_AGES = frozenset({"year", "month", "week", "day"})  # a 16-year-old is not old
_UNDOING = frozenset({root(word) for word in ("lift", "scrap", "abolish", "repeal", "overturn", "revoke", "annul")})
_ESCAPING = frozenset(root(word) for word in ("escape", "avoid", "avert", "prevent"))
_ARTICLES = frozenset({"the", "a", "its", "their", "his", "her"})
_LIGHT = frozenset(
    root(word) for word in listed("make take give get hold see show afford able plan intend want expect")
)
_GAMES = frozenset({"win", "beat", "defeat", "lose", "buy", "sell", "ahead", "behind"})
_TURNING = ("less ", "least ")
_DENIED = ("would not", "will not", "does not", "did not")  # phrases that have their negation in them


@dataclass(frozen=True, slots=True)
class Direction:
    """Word `place` stands on one side (1 or -1) of a pair of opposites; `denied` words count for the other side."""

    axis: int
    side: int
    place: int
    denied: bool
    text: str
    alone: bool  # whether it means as much wherever it stands

    @property
    def sign(self) -> int:
        return -self.side if self.denied else self.side


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Whether a quote's word on one pair of opposites agrees with the statement's, and what both stand beside."""

    agrees: bool
    shared: int
    rival: Direction
    own: Direction


@functools.lru_cache(maxsize=8192)
def directions(text: str) -> tuple[Direction, ...]:
    """Words with opposites, in the order of their places."""
    words = located_words(text)
    denied = {place for denial in denials(text) for place in _denied_by(words, denial)} | _escaped(words)
    return tuple(
        Direction(axis, -side if told.startswith(_TURNING) else side, i, other, told, alone)
        for i, word, told, alone in _telling(text, words)
        if not (i in denied and compares(word)) and not _means_otherwise(words, i)
        for axis, side in sides(word)
        for other in ((False, True) if _undone(words, i) else (i in denied and not told.startswith(_DENIED),))
    )


@functools.lru_cache(maxsize=8192)
def axes(text: str) -> Mapping[int, frozenset[tuple[int, int]]]:
    """The pairs of opposites at each place that has some, each with its side."""
    found: dict[int, set[tuple[int, int]]] = {}
    for one in directions(text):
        found.setdefault(one.place, set()).add((one.axis, one.side))
    return {place: frozenset(sides) for place, sides in found.items()}


def opposed(part: str, quote: str) -> str:
    """A word of the statement to which the quote has only the opposite, where it speaks of the same."""
    ours, theirs = directions(part), directions(quote)
    own, other = located_words(part), located_words(quote)
    for place in dict.fromkeys(one.place for one in ours):
        verdicts: list[_Verdict] = []
        for one in (one for one in ours if one.place == place):
            rivals = [
                rival for rival in theirs if rival.axis == one.axis and not in_another_clause(part, quote, rival.place)
            ]
            if not rivals:
                continue
            shared = [len(_around(own, one.place) & _around(other, rival.place)) for rival in rivals]
            best = max(shared)
            if not best and not (one.alone and any(rival.alone for rival in rivals)):
                continue
            if _both_ways(one.axis, ours) and _both_ways(one.axis, theirs) and not _turned(part, quote, one.axis):
                continue
            chosen = [rival for rival, count in zip(rivals, shared, strict=True) if count == best]
            same, others = _of_the_same(own, quote, rivals)
            chosen = same or chosen
            if others and all(rival in others for rival in chosen):
                continue
            agree = any(rival.sign == one.sign for rival in chosen)
            denied = not agree and any(rival.side == one.side for rival in chosen)
            otherwise = any(_may_be_denied(other, rival.place) for rival in chosen) or own[place].stem in _COMPASS
            if denied and (not one.alone or otherwise or never_before(part) or never_before(quote)):
                continue  # the same word, once denied: that is for denials
            verdicts.append(_Verdict(agree, best, chosen[0], one))
        likeliest = max(verdicts, key=lambda verdict: (verdict.shared, verdict.agrees), default=None)
        if likeliest is None or likeliest.agrees:
            continue
        if _flipped_roles(own, other, likeliest.own, other[likeliest.rival.place]) or compared_otherwise(part, quote):
            continue
        if told_in_turn(part, likeliest.own.place, quote, likeliest.rival.place):
            continue
        return f"the sources say “{_told(likeliest.rival)}”, not “{_told(likeliest.own)}”"
    return ""


def contradicted_elsewhere(part: str, quote: str, around: Sequence[str]) -> str:
    """A word of the statement that the quote has nothing of, where another sentence about the same has the opposite."""
    here, own = {one.axis for one in directions(quote)}, located_words(part)
    for one in directions(part):
        if not one.alone or one.denied or any(axis in here for axis, _ in axes(part)[one.place]):
            continue
        for sentence in around:
            rivals = [rival for rival in directions(sentence) if (rival.axis, rival.sign) == (one.axis, -one.sign)]
            near = [_around(own, one.place) & _around(located_words(sentence), rival.place) for rival in rivals]
            if rivals and rivals[0].alone and near[0]:
                return f"the sources say “{_told(rivals[0])}”, not “{_told(one)}”"
    return ""


def unmatched_superlative(part: str, quote: str) -> str:
    """A superlative of the statement of which the quote has nothing like it; empty where it has.

    One of the same side is like it: "the lowest" offer for "the cheapest".
    """
    words, theirs = located_words(part), directions(quote)
    quoted = located_words(quote)
    highest = {other.side for other in theirs if is_superlative(quoted[other.place])}
    compared = {base for word in quoted for base in bases(word.text)}  # "never been higher"
    for one in directions(part):
        word = words[one.place]
        known = (
            any(other.axis == one.axis for other in theirs) or compared & set(bases(word.text)) or one.side in highest
        )
        if is_superlative(word) and not known:
            return word.text
    return ""


def one_sided(words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
    """(words, texts): 1 where a text has a word of the same side of a pair of opposites, as "fell" for "dropped"."""
    held = [{(one.axis, one.side) for one in directions(text)} for text in texts]
    own = [set(sides(word)) for word in words]
    found = np.array([[bool(mine & there) for there in held] for mine in own], dtype=np.float32)
    return found.reshape(len(words), len(texts))


def _means_otherwise(words: Sequence[Word], i: int) -> bool:
    """Whether a word has no opposite where it stands: "16 years old", "earnings", "the building"."""
    before, after = words[i - 1] if i else None, words[i + 1].text if i + 1 < len(words) else ""
    thing = words[i].text == "building" and after != "of" and before is not None and before.text in _ARTICLES
    aged = words[i].text == "old" and before is not None and before.stem in _AGES
    return thing or aged or words[i].text.endswith("ings")


def _telling(text: str, words: Sequence[Word]) -> Iterator[tuple[int, Word, str, bool]]:
    """Words in order, a phrase as the one word that means as much, each with its own text and whether that suffices.

    An adjective has the "less" or "least" that turns it around in its text.
    """
    phrases = phrases_in(text)
    turned = {i for i, word in enumerate(words[1:], start=1) if f"{words[i - 1].text} " in _TURNING and sides(word)}
    for i, word in enumerate(words):
        within = next(((span, single) for span, single in phrases if span.start <= word.start < span.end), None)
        if within is None and i + 1 not in turned:
            told = f"{words[i - 1].text} {word.text}" if i in turned else word.text
            yield i, _timed(words, i), told, not means_little_alone(word)
        elif within and within[0].start == word.start:
            span, single = within
            yield i, Word(single, root(single), span.start, span.end, False), text[slice(*span)], True


def _timed(words: Sequence[Word], place: int) -> Word:
    """A word, but for the "ahead" of "ahead of", which may tell of a time: nobody is put ahead of an hour."""
    word = words[place]
    of_something = word.text == "ahead" and any(one.text == "of" for one in words[place + 1 : place + 2])
    return dataclasses.replace(word, text="ahead-of") if of_something else word


def _denied_by(words: Sequence[Word], denial: Denial) -> tuple[int, ...]:
    """All that "none" has in its scope, and the verb that it follows; of "not" the next word, after "made" one more.

    Nothing where nobody is so old: somebody is.
    """
    if any(words[i - 1].text == "so" for i in denial.scope):
        return ()
    if words[denial.place].text in ALL:
        before = denial.place - 1
        follows = before >= 0 and (words[before].content or irregular(words[before].text))
        return (*denial.scope, before) if follows else denial.scope
    return denial.scope[: 2 if denial.scope and words[denial.scope[0]].stem in _LIGHT else 1]


def _escaped(words: Sequence[Word]) -> set[int]:
    """What did not come about: the damage that was escaped."""
    return {i for i, word in enumerate(words[1:], start=1) if words[i - 1].stem in _ESCAPING and word.content}


def _undone(words: Sequence[Word], place: int) -> bool:
    """Whether a noun is what is lifted or scrapped: "lifted the ban" tells of a ban, and of its end."""
    before = words[max(0, place - 3) : place]
    return any(word.text in _ARTICLES for word in before[-2:]) and any(word.stem in _UNDOING for word in before)


def _told(one: Direction) -> str:
    return f"not {one.text}" if one.denied else one.text


def _both_ways(axis: int, found: Sequence[Direction]) -> bool:
    return {one.sign for one in found if one.axis == axis} == {1, -1}


def _turned(part: str, quote: str, axis: int) -> bool:
    """Of two texts that each say that one thing rose and another fell: whether not the same ones did."""
    own, other = located_words(part), located_words(quote)
    straight = crossed = 0.0
    for one in directions(part):
        for rival in directions(quote):
            if one.axis == rival.axis == axis:
                alike = _likeness(own, one.place, other, rival.place)
                straight, crossed = (
                    straight + alike * (one.sign == rival.sign),
                    crossed + alike * (one.sign != rival.sign),
                )
    return crossed > straight


def _likeness(own: Sequence[Word], place: int, other: Sequence[Word], there: int) -> float:
    """How much of what stands near two words is the same, the nearer the more."""
    ours, theirs = _nearness(own, place), _nearness(other, there)
    return sum(near * theirs.get(stem, 0.0) for stem, near in ours.items())


def _nearness(words: Sequence[Word], place: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for i in range(max(0, place - _CONTEXT), min(len(words), place + _CONTEXT + 1)):
        if i != place and words[i].content:
            found[words[i].stem] = max(found.get(words[i].stem, 0.0), 1 / abs(i - place))
    return found


def _of_the_same(
    own: Sequence[Word], quote: str, rivals: Sequence[Direction]
) -> tuple[list[Direction], list[Direction]]:
    """Rivals in clauses that name somebody of the statement, and those in clauses that name only others.

    Both are empty where there are none of the second kind, or where the quote names nobody of the statement.
    """
    named = {word.stem for word in own if word.capital and word.content}
    other = located_words(quote)
    clauses = [Span(0, 0), *(Span(*match.span()) for match in CLAUSES.finditer(quote))]
    found: dict[bool, list[Direction]] = {True: [], False: []}
    for rival in rivals:
        at = other[rival.place].start
        start = max(span.end for span in clauses if span.end <= at)
        end = min((span.start for span in clauses if span.start > at), default=len(quote))
        capitals = {word.stem for word in other if start <= word.start < end and word.capital and word.content}
        if capitals:
            found[bool(capitals & named)].append(rival)
    known = any(word.stem in named for word in other if word.capital)
    return (found[True], found[False]) if found[False] and known else ([], [])


def _flipped_roles(own: Sequence[Word], other: Sequence[Word], one: Direction, word: Word) -> bool:
    """Whether one text tells of the loser what the other tells of the winner."""
    mine, its = _subject(own, one.place), _subject(other, other.index(word))
    return own[one.place].stem in _GAMES and word.stem in _GAMES and bool(its) and mine != its


def _subject(words: Sequence[Word], place: int) -> str:
    """The last capitalised word before a verb, as a stem; empty where there is none."""
    return next((word.stem for word in reversed(words[:place]) if word.capital and word.content), "")


def _may_be_denied(words: Sequence[Word], place: int) -> bool:
    """Whether a word before another may deny it by itself: "rejected a claim for damages"."""
    return any(turns_down(word) for word in words[max(0, place - _CONTEXT) : place])


def _around(words: Sequence[Word], place: int) -> frozenset[str]:
    """What stands near a word: stems of content words and numbers."""
    near = words[max(0, place - _CONTEXT) : place + _CONTEXT + 1]
    return frozenset(word.stem for word in near if word.content and word is not words[place])
