"""Whether two texts agree in what they deny, and in which way they say that things went.

Compares them by the words that they share. Knows nothing of numbers or names.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.denials import ALL, Denial, denials, denied_at, hint_of_denial
from rag.directions import CLAUSES, axes, opposed
from rag.opposites import is_superlative, without_prefix
from rag.phrases import phrases_in
from rag.sameness import HARMS, concepts_of
from rag.words import Word, located_words, root

NOT_DENIED = "nothing in the quote denies it"
_LATER = 10  # words after a negation in which "until" or "since" belongs to it
_BEFORE = frozenset({"before", "until", "till"})
_UNTIL = frozenset({"until", "till"})
_BEFORE_THEN = frozenset({"before", "previously", "since", "ever", "yet"})
_ONLY_THEN = frozenset({"before", "only", "if", "after", "first", "until"})
_OTHERWISE_TOLD = frozenset({"earliest", "only", "least"})


def disagreement(part: str, quote: str) -> str:
    """Why a quote and a part of a statement do not agree in what they deny or which way it went; empty if they do."""
    return opposed(part, quote) or _prefixed(part, quote) or _denied(part, quote)


@dataclass(frozen=True, slots=True)
class _Adjective:
    """A word, whether a prefix of it denies what it would say without, and whether its text denies it."""

    text: str
    prefixed: bool
    denied: bool


def _prefixed(part: str, quote: str) -> str:
    """A word of one text that the other has only with a prefix that denies it: "legal", "illegal"."""
    ours, theirs = _adjectives(part), _adjectives(quote)
    for stem, mine in ours.items():
        its = theirs.get(stem, mine)
        if mine.prefixed != its.prefixed and (mine.prefixed != mine.denied) != (its.prefixed != its.denied):
            return f"the sources say “{_shown(its)}”, not “{_shown(mine)}”"
    return ""


@functools.lru_cache(maxsize=8192)
def _adjectives(text: str) -> Mapping[str, _Adjective]:
    """Words by the stem that they have without a prefix; those that a text has both ways are left out."""
    words = located_words(text)
    denied = {i for denial in denials(text) for i in denial.scope[:1]}
    found: dict[str, _Adjective] = {}
    both = set()
    for i, word in enumerate(words):
        if not word.content or (word.capital and i):
            continue
        bare = without_prefix(word.text)
        stem = root(bare) if bare else word.stem
        one = _Adjective(word.text, bool(bare), i in denied)
        if found.setdefault(stem, one) != one:
            both.add(stem)
    return {stem: one for stem, one in found.items() if stem not in both}


def _shown(one: _Adjective) -> str:
    return f"not {one.text}" if one.denied else one.text


def _denied(part: str, quote: str) -> str:
    ours, theirs = denials(part), denials(quote)
    other = located_words(quote)
    if (denies := next((one for one in theirs if not one.undone), None)) and ours and all(one.undone for one in ours):
        return f"the sources deny it: “{_phrase(quote, other, denies)}”"
    for denial in ours:
        if reason := _unmatched(part, denial, quote, theirs, axes(part), axes(quote)):
            return f"the sources do not deny it: they say “{reason}”" if reason != "-" else NOT_DENIED
    for denial in theirs:
        if _unmatched(quote, denial, part, ours, axes(quote), axes(part), strictly=False):
            return f"the sources deny it: “{_phrase(quote, other, denial)}”"
    return ""


def _unmatched(
    own_text: str,
    denial: Denial,
    text: str,
    denied: Sequence[Denial],
    own_axes: Mapping[int, frozenset[tuple[int, int]]],
    other_axes: Mapping[int, frozenset[tuple[int, int]]],
    strictly: bool = True,
) -> str:
    """The word that the other text says where this one denies it, "-" where it says nothing of the kind, or nothing."""
    words, others = located_words(own_text), located_words(text)
    told_otherwise = (_last_since, _not_until, _the_first)
    if _contrast(words, denial) or any(one(words, denial, others) for one in told_otherwise):
        return ""
    keys = {_key(word): j for j, word in enumerate(others)}
    target = denial.scope[0] if denial.scope else None
    wanted = "" if target is None else root(_single(own_text, words[target])) or _key(words[target])
    own = frozenset(word.stem for word in words)
    opposites = {(axis, -side) for i in _told_of(words, denial) for axis, side in own_axes.get(i, ())}
    if any(opposites & there for there in other_axes.values()):
        return ""
    if any(_of_another(others, one) and others[one.scope[0]].stem in own for one in denied):
        return ""
    if wanted in keys:
        places = [j for j, word in enumerate(others) if _key(word) == wanted]
        if any(denied_at(others, j, denied, own) for j in places):
            return ""
        return others[places[0]].text
    held = [keys[_key(words[i])] for i in denial.scope if _key(words[i]) in keys]
    if not strictly and len(held) < max(1, len(denial.scope) / 2):
        return ""
    common = [j for j in held if not others[j].capital]
    most = strictly and len(common) > len(denial.scope) / 2
    there = _same_clause(text, others, common) if most else range(len(others))
    if any(one.place in there and not _of_another(others, one) for one in denied):
        return ""
    if any(hint_of_denial(others[j]) and others[j].stem not in own for j in there):
        return ""
    if any(hint_of_denial(Word(single, root(single), *span, False)) for span, single in phrases_in(text)):
        return ""
    return others[held[0]].text if most or not strictly else "-"


def _of_another(words: Sequence[Word], denial: Denial) -> bool:
    """Whether a denial is of one more name only: "in Basel, but not in Bern"."""
    but = denial.place > 0 and words[denial.place - 1].text == "but"
    return but and bool(denial.scope) and words[denial.scope[0]].capital


def _told_of(words: Sequence[Word], denial: Denial) -> tuple[int, ...]:
    """What is said not to be so: of "no school closed" the closing too."""
    return denial.scope if words[denial.place].text in ALL else denial.scope[:1]


def _single(text: str, word: Word) -> str:
    """What a phrase that begins with a word means: "reach" of "make it to"."""
    return next((single for span, single in phrases_in(text) if span.start == word.start), "")


def _key(word: Word) -> str:
    """What is the same in two texts: a word's stem, or the harm that it tells of."""
    harms = concepts_of(word.text) & HARMS
    return min(harms) if harms else word.stem


def _same_clause(text: str, words: Sequence[Word], places: Sequence[int]) -> range:
    """The words of the clauses in which some of them stand, from the first to the last."""
    ends = [match.start() for match in CLAUSES.finditer(text)]
    start = max((end for end in ends if end <= words[min(places)].start), default=0)
    stop = min((end for end in ends if end > words[max(places)].start), default=len(text))
    inside = [j for j, word in enumerate(words) if start <= word.start < stop]
    return range(inside[0], inside[-1] + 1)


def _not_until(words: Sequence[Word], denial: Denial, others: Sequence[Word]) -> bool:
    """Whether one text says "not ... before" or "without", and the other "until", "at the earliest" or "only if"."""
    later = {word.text for word in words[denial.place : denial.place + _LATER]} & _BEFORE
    otherwise = _OTHERWISE_TOLD | (_UNTIL if "before" in later else frozenset())
    if bool(later) and any(word.text in otherwise for word in others):
        return True
    following = words[denial.place : denial.place + _LATER]
    unless = any(
        word.text == "unless"
        or (word.text == "without" and any(after.text.endswith("ing") for after in following[i : i + 3]))
        for i, word in enumerate(following)
    )
    return unless and any(word.text in _ONLY_THEN for word in others)


def _the_first(words: Sequence[Word], denial: Denial, others: Sequence[Word]) -> bool:
    """Whether one text says that there had been none before and the other that one is the first, or the youngest."""
    own = {word.text for word in words}
    first = [
        j for j, word in enumerate(others) if word.text not in own and (word.text == "first" or is_superlative(word))
    ]
    if words[denial.place].text == "never" or own & _BEFORE_THEN:
        return bool(first)
    told = {_key(words[i]) for i in denial.scope}
    return words[denial.place].text in ALL and any(_key(word) in told for j in first for word in others[j : j + 3])


def _contrast(words: Sequence[Word], denial: Denial) -> bool:
    """Whether what is denied is a number or a name that stands for another: "65, not 63", "Moss rather than Falk"."""
    if words[denial.place].text in ("rather", "instead"):
        return bool(denial.scope) and words[denial.scope[0]].capital
    after = words[denial.place + 1 : denial.place + 2]
    return words[denial.place].text == "not" and bool(after) and after[0].text[0].isdigit()


def _last_since(words: Sequence[Word], denial: Denial, others: Sequence[Word]) -> bool:
    """Whether one text says "not ... since" and the other "last ... in"."""
    later = {word.text for word in words[denial.place : denial.place + _LATER]}
    return "since" in later and any(word.text in ("last", "latest") for word in others)


def _phrase(text: str, words: Sequence[Word], denial: Denial) -> str:
    last = denial.scope[0] if denial.scope else denial.place
    return text[words[denial.place].start : words[last].end]
