"""What a text denies: negations with the words in their scope, and words that deny without one.

Reads English; compares nothing.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.units import SMALL
from rag.vocabulary import listed
from rag.words import Word, common, located_words, root

_NEGATORS = listed("no not never none nobody nothing neither nor without cannot nowhere hardly scarcely barely")
_IMPLIED = re.compile(
    r"\b(?:fail(?:s|ed|ing)?\s+to|refus(?:e|es|ed|ing)\s+to|declin(?:e|es|ed|ing)\s+to|unable\s+to"
    r"|rul(?:e|es|ed|ing)\s+out|r[au]n(?:s|ning)?\s+out\s+of(?!\s+(?:the|a|an|his|her|its|their)\b)"
    r"|(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed)|reject(?:s|ed)?|dismiss(?:es|ed)?|rebut(?:s"
    r"|ted)?)\b[^.;,“”\"]{0,60}?\bthat"
    r"|den(?:ies|ied|ying)(?:\s+having)?(?=\s+\w+(?:ing|ed|en)\b)|no (?:evidence|proof|sign"
    r"|indication|truth) (?:that|of)"
    r"|doubt(?:s|ed|ing)?\s+(?:that|whether|if)(?=\s)|question(?:s|ed|ing)?\s+(?:whether|if)"
    r"|not (?:true|the case) that|(?:false|untrue|unlikely|doubtful) that"
    r"|den(?:y|ies|ied|ying) (?:any|all)(?= \w)|exclud(?:e|es|ed|ing)"
    r"|(?:clear|acquit|absolv|exonerat)(?:e?d|ted|e?s|t?ing)\b[^.;,]{0,40}?\bof(?=\s+(?:\w+ing|any|all)\b)"
    r"|f[ae]ll(?:s|ing)?\s+short\s+of|stop(?:s|ped|ping)?\s+short\s+of|lack(?:s|ed|ing)?(?:\s+of)?|no\s+longer|without)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\b(?:[Rr]ather\s+than|[Ii]nstead\s+of|[Ii]n\s+place\s+of)\b(?=\s+[a-z])")
_NO_MORE = rf"\bno\s+[a-z]{{3,9}}er\s+than(?=\s+(?:\d|(?:{'|'.join(SMALL)})\b))"  # no younger than 300 years
_NO_NEGATION = re.compile(
    r"\bnot\s+only\b|\bno\s+(?:fewer|less|more|later|earlier|longer)\s+than\b|" + _NO_MORE + r"|\b(?:not"
    r"|never)\s+\w+\s+(?:more|less|longer|fewer)\s+than\b|\b(?:not|never)\s+(?:until|least|since"
    r"|for)\b|\bnothing\s+but\b|\bno\s+doubt\b"
    r"|\bnot\s+even\s+(?:an?\s+)?(?:\d|half|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"|\b(?:nobody|none|nothing|no one)\s+(?:but|except|other than|apart from)\b"
    r"|\b(?:apart from|except for|other than)\s[^,.;]{1,40}?,?\s(?:nobody|none|nothing|no one|no other)\b"
    r"|\b(?:when|while|if)\s+(?:he|she|it|they)\s+(?:is|are|was|were)\s+not\b"
    r"|\bno\s+(?:matter|sooner)\b|\bno\.\s*\d|\bwhether\s+or\s+not\b|\bnot\s+to\s+mention\b",
    re.IGNORECASE,
)
_DENYING = frozenset(
    root(word)
    for word in listed(
        "close closed shut ban banned forbid forbidden prohibit bar cancel cancelled suspend suspended halt "
        "refuse deny denied reject fail avoid avert escape "
        "prevent exclude lack miss oppose against resist withdraw withdrawn revoke abandon scrap drop stop "
        "quit spare extinct "
    )
)

_NEGATIVE = _DENYING | frozenset(
    root(word)
    for word in listed(
        "little few unmanned empty absent lose lost rule only last first end cease free clear acquit unlikely "
        "impossible unharmed unhurt uninjured unscathed intact rarely alone decline block doubt false untrue "
        "wrong correct missing gone vanish disappear stay unchanged hold held keep kept apart except exempt same "
        "remain leave left safe mild immune innocent void correctly wrongly postponed survived died dead killed "
        "unaware unclear outvoted overruled refrain defy defied "
    )
)

_SCOPE = 6  # words after a negator that it may deny
_NEAR = 4
_BREAK = re.compile(r"[,;:.!?()]|[\"“”]")
_BREAKING = listed("but although though while whereas because since when if after before until which who that except "
                   "and or unless as than where so")  # fmt: skip
_DOING = listed("do done doing have")  # "would not do it again" denies no word of more meaning
_ADVERBS = listed("yet even ever still already")
_SHORT = 5
_NOT = listed("not never cannot")
_SEEMING = frozenset(root(word) for word in ("look", "seem", "appear", "feel", "sound"))
RULING_OUT = frozenset({root("rule"), root("exclude")})
_OF_SEVERAL = listed("none neither nobody")
_NOBODY = listed("none nobody nothing")
_ALMOST = listed("next to almost virtually practically absolutely")
_BEFORE_NOW = re.compile(r"\b(?:before|since|previously|ever|yet|until (?:now|then))\b", re.IGNORECASE)
ALL = listed("none no nobody nothing neither nor")
"""Negators that deny all that follows, not only the next word."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A negator at word `place`, and the content words that it denies, the nearest first."""

    place: int
    scope: tuple[int, ...]
    undone: bool = False  # "did not rule it out"
    instead: bool = False  # what is denied is what something else is told in the place of: "rather than tired"


@functools.lru_cache(maxsize=8192)
def denials(text: str) -> tuple[Denial, ...]:
    """In the order of their places."""
    words = located_words(text)
    harmless = [match.span() for match in _NO_NEGATION.finditer(text)]
    implied = [match.span() for match in _IMPLIED.finditer(text)]
    found: list[Denial] = []
    for i, word in enumerate(words):
        if any(start <= word.start < end for start, end in harmless) or _undone(text, words, i, found):
            continue
        negator = word.text in _NEGATORS or word.text.endswith("n't")
        following = words[i + 1].start if i + 1 < len(words) else -1
        twice = next((end for start, end in implied if start == following), 0)
        if negator and twice:
            harmless.append((word.start, twice))
            found.append(Denial(i, (i + 1,), undone=True))  # "did not rule out" denies the ruling out alone
            continue
        by_phrase = next((end for start, end in implied if start == word.start), 0)
        if not (by_phrase or negator) or any(start < word.start < end for start, end in implied):
            continue
        first = next((j for j in range(i + 1, len(words)) if words[j].start >= by_phrase), len(words))
        if word.text == "not" and first == i + 1 and words[first : first + 1] and words[first].text == "once":
            first += 1  # as much as "never"
        noun = _counted(words, i)
        scope = tuple(j for j in _scope(text, words, noun or first, i) if j != noun) or ((noun,) if noun else ())
        if by_phrase and text[:by_phrase].endswith("that") and len(scope) > 1:
            scope = (*scope[1:], scope[0])  # what is said of something is denied, not that there is such a thing
        if len(scope) > 1 and words[scope[0]].stem in _SEEMING:
            scope = (*scope[1:], scope[0])
        found.append(Denial(i, scope or tuple(j for j in range(first, len(words))[:1] if words[j].text in _DOING)))
    return tuple(sorted((*found, *_replaced(text, words)), key=lambda denial: denial.place))


def _undone(text: str, words: Sequence[Word], place: int, found: Sequence[Denial]) -> bool:
    """Whether a "without" stands after a "not" in one clause: nothing is done without it."""
    return words[place].text == "without" and any(
        says_not(words[one.place]) and not _BREAK.search(text[words[one.place].end : words[place].start])
        for one in found
    )


def _replaced(text: str, words: Sequence[Word]) -> Iterator[Denial]:
    """What something else stands in the place of; of names and numbers a text may tell otherwise that both are so."""
    for match in _INSTEAD.finditer(text):
        place = next(i for i, word in enumerate(words) if word.start == match.start())
        first = next((i for i, word in enumerate(words) if word.start > match.end()), len(words))
        scope = tuple(_scope(text, words, first, place))[:1]
        if scope and not words[scope[0]].capital and words[scope[0]].text not in SMALL:
            yield Denial(place, scope, instead=True)


def never_before(text: str) -> bool:
    """Whether a text says that something had not happened until then, which makes it the first."""
    found = denials(text)
    first = located_words(text)[found[0].place] if found else None
    return first is not None and bool(first.text == "never" or _BEFORE_NOW.search(text, first.start))


def hint_of_denial(word: Word) -> bool:
    """Whether a word may say by itself what another text says with "not"."""
    return word.stem in _NEGATIVE or _prefixed(word)


def turns_down(word: Word) -> bool:
    """Whether a verb means that something is not to be: "rejected", "banned"."""
    return word.stem in _DENYING


def plainly_denies(word: Word) -> bool:
    """Whether a word denies what follows by itself, as "not" and "nobody" do."""
    return word.text.endswith("n't") or (word.text in _NEGATORS and word.text != "without")


def says_not(word: Word) -> bool:
    """Whether a word denies a verb."""
    return word.text in _NOT or word.text.endswith("n't")


def denied_at(
    words: Sequence[Word], place: int, denied: Iterable[Denial], without: frozenset[str] = frozenset()
) -> bool:
    """Whether a word stands in the scope of a negation, or near one, but for those `without`, that denies by itself."""
    if any(place in denial.scope or _denied_after(words, place, denial) for denial in denied):
        return True
    undone = {words[i].start for denial in denied for i in denial.scope}  # not refused
    return any(
        (word.stem in _DENYING or _prefixed(word)) and word.stem not in without and word.start not in undone
        for step in (-1, 1)
        for word in _unbroken(words, place, step)
    )


def _denied_after(words: Sequence[Word], place: int, denial: Denial) -> bool:
    """Whether a verb is denied by its object: "it changes nothing", "ate next to nothing"."""
    between = words[place + 1 : denial.place]
    return place < denial.place and words[denial.place].text in _NOBODY and all(one.text in _ALMOST for one in between)


def _counted(words: Sequence[Word], negator: int) -> int:
    """The noun of "none of the choices was good", which denies the good; 0 where there is none."""
    following = words[negator + 1 : negator + 6]
    if words[negator].text not in _OF_SEVERAL or not following or following[0].text not in ("of", "on", "in", "at"):
        return 0
    return next((negator + 1 + j for j, w in enumerate(following) if w.content and not w.text[0].isdigit()), 0)


def _unbroken(words: Sequence[Word], place: int, step: int) -> Iterator[Word]:
    """The next words in one direction, up to a mark: two words with more than a space between them."""
    for i in range(place + step, place + step * (_NEAR + 1), step):
        if not 0 <= i < len(words) or abs(words[max(i, i - step)].start - words[min(i, i - step)].end) > 1:
            return
        yield words[i]


def _prefixed(word: Word) -> bool:
    return word.text.startswith("un") and common(word.text[2:]) and len(word.text) > _SHORT


def _scope(text: str, words: Sequence[Word], first: int, negator: int) -> Iterator[int]:
    for j in range(first, min(first + _SCOPE, len(words))):
        if j > first and _ends(text, words, j, negator):
            return
        adverb = words[j].text in _ADVERBS or words[j].text.endswith("ly")
        if words[j].content and words[j].text not in _NEGATORS and j != negator and not adverb:
            yield j


def _ends(text: str, words: Sequence[Word], place: int, negator: int) -> bool:
    """Whether the scope of a negator ends before a word: not in "nobody so old", nor "ruled out arson as a cause"."""
    if _BREAK.search(text[words[place - 1].end : words[place].start]):
        return True
    if words[place].text == "so":
        return not any(word.content and word.text != "far" for word in words[place + 1 : place + 2])
    return words[place].text in _BREAKING and not (words[place].text == "as" and words[negator].stem in RULING_OUT)
