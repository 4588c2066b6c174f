"""Whether two texts agree in what they deny, and in which way they say that things went.

Compares them by the words that they share. Knows nothing of numbers or names.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.date_words import MONTHS
from rag.denials import ALL, RULING_OUT, Denial, denials, denied_at, hint_of_denial, plainly_denies, says_not
from rag.directions import axes, opposed
from rag.opposites import bases, without_prefix
from rag.phrases import phrases_in
from rag.roles import CLAUSES
from rag.sameness import HARMS, concepts_of
from rag.words import Word, irregular, located_words, root

Nearness = Callable[[str, str], np.ndarray]
"""(words of the first text, words of the second): how near each two are, up to 1."""
NOT_DENIED = "nothing in the quote denies it"
_LATER = 10  # words after a negation in which "until" or "since" belongs to it
_BEFORE = frozenset({"before", "until", "till"})
_UNTIL = frozenset({"until", "till"})
_HAD = frozenset({"had", "hadn't"})
_UNTIL_THEN = frozenset({"before", "previously", "since", "ever", "hitherto"})
_SPANS = frozenset(root(word) for word in ("years", "decades", "centuries", "months", "weeks"))
_NEAR = 3
_SAME_MEANING = 0.5  # of words by an encoder's vectors, on the mean
_MARK = re.compile(r"[\"“”]")
_GOING = frozenset({"go", "goes", "going", "went"})  # of "gone", which may deny
_RELATIVE = frozenset({"who", "which"})
_ENOUGH = 2  # words shared by what had never been and what is the first
_ENDS = re.compile(r"[,;:()“”\"]|\b(?:who|which|whose|and|but|while|when|where|though|although)\b", re.IGNORECASE)
_UNLESS = frozenset({"without", "unless"})
_OTHER_CLAUSES = frozenset({"and", "or", "but", "who", "which", "that", "while"})
_DAYS = frozenset(month.lower() for month in MONTHS) | frozenset(
    {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "next"}
)
_AUXILIARIES = 2  # words between a subject and what is denied of it
_ONLY_THEN = frozenset({"before", "only", "if", "after", "first", "until"})
_OTHERWISE_TOLD = frozenset({"earliest", "only", "least"})


def disagreement(part: str, quote: str, statement: str = "") -> str:
    """Why a quote and a part of a statement do not agree in what they deny or which way it went; empty if they do.

    Where the whole `statement` denies what the quote does, another part of it does so.
    """
    denied = _denied(part, quote)
    if denied and denials(statement) and not _denied(statement, quote):
        denied = ""
    return opposed(part, quote) or _prefixed(part, quote) or denied


def denied_in_other_words(statement: str, quote: str, nearness: Nearness) -> str:
    """Why a quote denies, in other words, what a statement without any denial tells; empty where it does not.

    What is denied must be near in meaning to words of the statement: "asked the army for help", and "requested
    military assistance".
    """
    own, words = located_words(statement), located_words(quote)
    if denials(statement) or any(plainly_denies(word) or _may_deny(word) for word in own):
        return ""
    near = None
    for denial in denials(quote):
        scope = [i for i in denial.scope if not words[i].capital]
        before = words[max(0, denial.place - _NEAR) : denial.place]
        if not scope or denial.undone or not plainly_denies(words[denial.place]):
            continue
        if any(word.text in _RELATIVE for word in before) or len(_MARK.findall(quote[: words[denial.place].start])) % 2:
            continue
        if any(word.text in _BEFORE for word in words[denial.place : denial.place + _LATER]):
            continue
        near = nearness(statement, quote) if near is None else near
        if near[:, scope].max(axis=0).mean() >= _SAME_MEANING:
            return f"the sources deny it: “{_phrase(quote, words, denial)}”"
    return ""


def _may_deny(word: Word) -> bool:
    return (hint_of_denial(word) and word.text not in _GOING) or word.text == "too"  # too small


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
    if _last_since(words, denial, others) or _not_until(words, denial, others) or _contrast(words, denial):
        return ""
    if _the_first(words, denial, text, denied) or _unequalled(words, denial, others):
        return ""
    if {f"{words[i].stem}less" for i in denial.scope} & {word.text for word in others}:  # rainless
        return ""
    kinds = [root(_single(text, word)) or _key(word) for word in others]
    keys = {kind: j for j, kind in enumerate(kinds)}
    target = next((i for i in denial.scope if not words[i].capital), next(iter(denial.scope), None))
    wanted = "" if target is None else root(_single(own_text, words[target])) or _key(words[target])
    own = frozenset(word.stem for word in words)
    opposites = {(axis, -side) for i in _told_of(words, denial) for axis, side in own_axes.get(i, ())}
    if any(opposites & there for there in other_axes.values()):
        return ""
    if any(_of_another(others, one) and others[one.scope[0]].stem in own for one in denied):
        return ""
    if wanted in keys:
        places = [j for j, kind in enumerate(kinds) if kind == wanted]
        if any(denied_at(others, j, denied, own) for j in places):
            return ""
        if any(_denied_of(words, denial, others, j, one) for j in places for one in denied):
            return ""
        if _no_longer(words, denial) and any(_left(others, j) for j in places):
            return ""
        return others[places[0]].text
    if denial.instead:
        return ""
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
    """Whether one text says "not ... before" or "without", and the other "until", "at the earliest" or "only if".

    What does not happen until Friday happens then, where the other text does not say that it lasts until something.
    """
    later = {word.text for word in words[denial.place : denial.place + _LATER]} & _BEFORE
    otherwise = _OTHERWISE_TOLD | (_UNTIL if "before" in later else frozenset())
    if bool(later) and any(word.text in otherwise for word in others):
        return True
    if _until_a_day(words, denial) and not any(word.text in _BEFORE for word in others):
        return True
    unless = {word.text for word in words[denial.place : denial.place + _LATER]} & _UNLESS
    return bool(unless) and any(word.text in _ONLY_THEN for word in others)


def _until_a_day(words: Sequence[Word], denial: Denial) -> bool:
    """Whether what is denied is so "until Friday", in one clause without a mark, "and" or "which"."""
    for before, word, after in zip(
        words[denial.place :], words[denial.place + 1 :], words[denial.place + 2 :], strict=False
    ):
        if word.start - before.end > 1 or word.text in _OTHER_CLAUSES or word.text.endswith("ing"):
            return False
        if word.text in _UNTIL:
            return after.text in _DAYS or after.text[0].isdigit()
    return False


def _never_before(words: Sequence[Word], denial: Denial) -> bool:
    """Whether a text says that there had been none until then."""
    following = words[denial.place : denial.place + _LATER]
    around = {word.text for word in (*words[max(0, denial.place - _NEAR) : denial.place], *following)}
    none = words[denial.place].text in ALL or words[denial.place].text == "never"
    return bool(around & _HAD) and (none or bool(around & _UNTIL_THEN) or _for_some_time(following))


def _the_first(words: Sequence[Word], denial: Denial, text: str, denied: Sequence[Denial]) -> bool:
    """Whether one text says that there had been none until then and the other that one is the first.

    Both ever, or both for some time ("since 1997", "in 90 years").
    """
    if not _never_before(words, denial):
        return False
    others = located_words(text)
    own = {_key(word) for word in words if word.content or irregular(word.text)}
    told = {_key(one) for one in words[denial.place + 1 : max(denial.scope[:1], default=0) + 1]} & own
    for i, word in enumerate(others):
        if word.text != "first" or any(i in one.scope for one in denied):
            continue
        beside = _unbroken(text, others, i)
        shared = {_key(one) for one in beside} & own - {"first"}
        if (told & shared or len(shared) >= _ENOUGH) and _for_some_time(beside) == _for_some_time(words):
            return True
    return False


def _unbroken(text: str, words: Sequence[Word], place: int) -> Sequence[Word]:
    """The words around one, up to a mark or to a clause of its own."""
    ends = [(0, 0), *(match.span() for match in _ENDS.finditer(text)), (len(text), len(text))]
    low = max(end for _, end in ends if end <= words[place].start)
    high = min(start for start, _ in ends if start >= words[place].end)
    return [word for word in words if low <= word.start < high]


def _for_some_time(words: Sequence[Word]) -> bool:
    return any(word.text == "since" or word.stem in _SPANS for word in words)


def _unequalled(words: Sequence[Word], denial: Denial, others: Sequence[Word]) -> bool:
    """Whether one text says that nobody was so old, or older, and the other that somebody is the oldest."""
    if words[denial.place].text not in ALL and words[denial.place].text != "never":
        return False
    alike = {root(words[i].text) for i in denial.scope if words[i - 1].text == "so"}
    alike |= {base for i in denial.scope if words[i].text.endswith("er") for base in bases(words[i].text)}
    return any(word.text.endswith("est") and alike & set(bases(word.text)) for word in others)


def _no_longer(words: Sequence[Word], denial: Denial) -> bool:
    """Whether something was so until then: what was no longer endangered moved from endangered to vulnerable."""
    return [word.text for word in words[denial.place : denial.place + 2]] == ["no", "longer"]


def _left(words: Sequence[Word], place: int) -> bool:
    """Whether something goes from what a word names to something else."""
    from_it = place > 0 and words[place - 1].text == "from"
    return from_it and any(word.text == "to" for word in words[place + 1 : place + 1 + _NEAR])


def _denied_of(words: Sequence[Word], denial: Denial, others: Sequence[Word], place: int, other: Denial) -> bool:
    """Whether what one text rules out is in the other what something is denied of: "it did not cause the fire"."""
    if place >= other.place or not says_not(others[other.place]):
        return False
    between = others[place + 1 : other.place]
    if any(word.content for word in between) or len(between) > _AUXILIARIES:
        return False
    held = {_key(words[i]) for i in denial.scope} & {_key(others[i]) for i in other.scope}
    return bool(held) or words[denial.place].stem in RULING_OUT


def _contrast(words: Sequence[Word], denial: Denial) -> bool:
    """Whether what is denied is a number that stands for another: "65, not 63"."""
    after = words[denial.place + 1 : denial.place + 2]
    return words[denial.place].text == "not" and bool(after) and after[0].text[0].isdigit()


def _last_since(words: Sequence[Word], denial: Denial, others: Sequence[Word]) -> bool:
    """Whether one text says "not ... since" and the other "last ... in"."""
    later = {word.text for word in words[denial.place : denial.place + _LATER]}
    return "since" in later and any(word.text in ("last", "latest") for word in others)


def _phrase(text: str, words: Sequence[Word], denial: Denial) -> str:
    last = denial.scope[0] if denial.scope else denial.place
    return text[words[denial.place].start : words[last].end]
